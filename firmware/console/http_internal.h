/* SPDX-License-Identifier: MIT */
/*
 * http_internal - what the parts of http share.
 *
 * http.c has the server, its connections and their deadlines; http_target.c reads the target of a
 * request; http_request.c judges headers and takes bodies; http_answer.c answers.
 */
#ifndef CONSOLE_HTTP_INTERNAL_H
#define CONSOLE_HTTP_INTERNAL_H

#include <microhttpd.h>

#include "http.h"

#define HTTP_QUERY_KEYS 16

struct http_extra {
	char name[32];
	char value[256];
};

struct http_target {
	bool good;
	char path[HTTP_QUERY_BYTES];
	char text[HTTP_QUERY_BYTES]; /* keys and values, each NUL-terminated */
	size_t n_keys;
	const char *keys[HTTP_QUERY_KEYS], *values[HTTP_QUERY_KEYS];
};

/* What a stream has to say: what is being sent, and what will be then. */
struct http_stream {
	bool on, ended;
	char *now, *next;
	size_t n_now, n_sent, n_next;
};

struct http_request {
	struct http_connection *connection;
	struct MHD_Connection *mhd;
	enum http_method method;
	struct http_target target;
	char address[64];
	uint64_t length;
	bool begun;	/* headers seen */
	bool suspended; /* by us, until the answer is there */
	bool queued;	/* the answer is libmicrohttpd's now */
	bool in_memory, in_file;
	char *body;
	uint64_t n_body;
	int body_fd, body_error;
	struct http_extra extra[HTTP_EXTRA];
	size_t n_extra;
	struct MHD_Response *response; /* NULL = not answered */
	unsigned status;
	uint64_t answer_bytes;
	struct http_stream stream;
	void (*gone)(void *attached);
	void *attached;
};

struct http_connection {
	struct http_connection *previous, *following;
	struct http *http;
	int fd;
	uint64_t deadline_us; /* CLOCK_BOOTTIME; UINT64_MAX = none */
	struct http_request *request;
};

struct http {
	sd_event *event;
	struct MHD_Daemon *daemon;
	struct http_host host;
	struct http_connection *connections;
	sd_event_source *io, *more, *deadline;
	unsigned port;
	bool ending;
};

/* raw: as it stands in the request line. */
void http_target_read(const char *raw, struct http_target *ret);

/* libmicrohttpd's callbacks. */
void *http_target_come(void *context, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result http_come(void *context, struct MHD_Connection *mhd, const char *url,
			  const char *method, const char *version, const char *data, size_t *n,
			  void **request);
void http_over(void *context, struct MHD_Connection *mhd, void **request,
	       enum MHD_RequestTerminationCode why);

void http_request_free(struct http_request *request);
/* Refuse what is no proper request: a short text, and the connection is closed. */
void http_refuse(struct http_request *request, unsigned status, const char *why);
enum MHD_Result http_queue(struct http_request *request);
/* Go on with a request that waited. */
void http_resume(struct http_request *request);
/* There is something to do in libmicrohttpd. */
void http_wake(struct http *http);
void http_set_deadline(struct http_connection *connection, uint64_t from_now_us);

#endif
