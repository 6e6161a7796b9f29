/* SPDX-License-Identifier: MIT */
/*
 * http - requests and answers over HTTP/1.1: the only room that knows libmicrohttpd.
 *
 * No thread: libmicrohttpd's own epoll descriptor is one source of the caller's sd-event loop. A
 * request is handed over when its headers are in (asked), and again when its body is (ready); it
 * may be answered at once or later, and exactly once.
 *
 * What comes from the network is refused here, before anybody looks at it (400, and the connection
 * is closed): a target that is not a plain path with a plain query (so "%00", "%2e%2e", "//" and
 * whole URLs never come through), a missing or second Host, a second Content-Length, any
 * Transfer-Encoding, a body where none belongs. libmicrohttpd's own time limit counts inactivity
 * alone, and one byte a second keeps a connection for ever; so every phase of a connection has an
 * absolute deadline here, after which the connection is cut. Connections are limited in all and
 * per address.
 */
#ifndef CONSOLE_HTTP_H
#define CONSOLE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#define HTTP_CONNECTIONS     256
#define HTTP_PER_ADDRESS     32
#define HTTP_BODY_BYTES	     65536    /* of a body that is kept in memory */
#define HTTP_QUERY_BYTES     2048     /* of a target, path and query */
#define HTTP_HEADERS_US	     10000000 /* from the connection, or the last answer, to whole headers */
#define HTTP_TRANSFER_US     10000000 /* for a body or an answer, and for its length: */
#define HTTP_BYTES_PER_S     16384    /* the slowest that a transfer may be */
#define HTTP_STREAM_STUCK_US 60000000 /* a stream whose client reads nothing */

struct http;	     /* the server */
struct http_request; /* one request; lives until it is answered and sent, or gone */

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OTHER };

/* A certificate with its chain, and its key, as PEM. Borrowed as long as the server lives. */
struct http_tls {
	const char *certificate, *key;
};

struct http_host {
	void *context;
	/*
	 * The headers are in. Answer, or say how the body is to be taken: http_take_memory(),
	 * http_take_file(); neither: there is to be none.
	 */
	void (*asked)(void *context, struct http_request *request);
	/* The body is there. Answer now or later. Not called if asked() has answered. */
	void (*ready)(void *context, struct http_request *request);
};

/*
 * listen: "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:80"; port 0 takes a free one. host is copied.
 * tls: NULL = without. -EINVAL: that is no address; -EPROTO: no server can be made with that
 * certificate and key; or what the kernel said to bind it.
 */
int http_new(sd_event *event, const char *listen, const struct http_tls *tls,
	     const struct http_host *host, struct http **ret);
/* What is not answered yet gets 503. */
struct http *http_free(struct http *http);
unsigned http_port(const struct http *http);

enum http_method http_method(const struct http_request *request);
const char *http_path(const struct http_request *request);
/* The text of a header that stands once; NULL: it does not, or more than once. */
const char *http_header(const struct http_request *request, const char *name);
/* "key" of the query, decoded UTF-8 without control characters; NULL: not there. */
const char *http_query(const struct http_request *request, const char *key);
/* The client's address as text, without a port; "" if there is none. */
const char *http_address(const struct http_request *request);
/* The value of a cookie, or NULL; it goes into text. */
const char *http_cookie(const struct http_request *request, const char *name, char *text, size_t n);
uint64_t http_length(const struct http_request *request); /* of the body, as announced */

/* How the body is to be taken; in asked() alone. The file is the caller's, until gone. */
void http_take_memory(struct http_request *request);
void http_take_file(struct http_request *request, int fd);
/* Of a body in memory; NUL-terminated. Borrowed as long as the request lives. */
const char *http_body(const struct http_request *request, size_t *ret_n);
/* 0, or what the disk said of a body that goes into a file. */
int http_body_error(const struct http_request *request);

/*
 * Something of the caller's that goes with the request. gone runs when the request ends, answered
 * or not; NULL clears it.
 */
void http_attach(struct http_request *request, void (*gone)(void *attached), void *attached);
void *http_attached(const struct http_request *request);

/* Headers of the answer, before it; they stand for those that every answer has. At most HTTP_EXTRA. */
#define HTTP_EXTRA 6
void http_extra(struct http_request *request, const char *name, const char *value);
/* The answer; bytes are copied. */
void http_answer(struct http_request *request, unsigned status, const char *type, const void *bytes,
		 size_t n);
/* The same of bytes that live as long as the program. */
void http_answer_static(struct http_request *request, const char *type, const void *bytes,
			size_t n);
/* A file, whole or the part that a Range header asks for; fd is given away. */
void http_answer_file(struct http_request *request, int fd, uint64_t n, const char *type);
/* An answer without end: text/event-stream. What the client did not take yet is replaced. */
void http_answer_stream(struct http_request *request);
void http_stream_send(struct http_request *request, const char *text, size_t n);
void http_stream_end(struct http_request *request);

#endif
