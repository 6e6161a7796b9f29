/* SPDX-License-Identifier: MIT */
#include "http_internal.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void name_address(struct MHD_Connection *mhd, char *text, size_t n)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;

	if (address && address->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text,
			  (socklen_t)n);
	else if (address && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text,
			  (socklen_t)n);
}

void *http_target_come(void *context, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct http_connection *connection = info ? info->socket_context : NULL;
	struct http_request *request = connection ? calloc(1, sizeof(*request)) : NULL;

	(void)context;
	if (!request)
		return NULL;
	http_request_free(connection->request);
	connection->request = request;
	request->connection = connection;
	request->mhd = mhd;
	request->body_fd = -1;
	http_target_read(uri, &request->target);
	name_address(mhd, request->address, sizeof(request->address));
	return request;
}

void http_request_free(struct http_request *request)
{
	if (!request)
		return;
	if (request->connection->request == request)
		request->connection->request = NULL;
	if (request->gone)
		request->gone(request->attached);
	if (request->response)
		MHD_destroy_response(request->response);
	free(request->body);
	free(request->stream.now);
	free(request->stream.next);
	free(request);
}

void http_over(void *context, struct MHD_Connection *mhd, void **request,
	       enum MHD_RequestTerminationCode why)
{
	struct http_request *over = *request;

	(void)context;
	(void)mhd;
	(void)why;
	*request = NULL;
	if (!over)
		return;
	http_set_deadline(over->connection, HTTP_HEADERS_US);
	http_request_free(over);
}

struct counted {
	const char *name;
	const char *value;
	size_t n;
};

static enum MHD_Result count_one(void *context, enum MHD_ValueKind kind, const char *key,
				 const char *value)
{
	struct counted *counted = context;

	(void)kind;
	if (strcasecmp(key, counted->name) == 0) {
		counted->value = value;
		counted->n++;
	}
	return MHD_YES;
}

static struct counted count(const struct http_request *request, const char *name)
{
	struct counted counted = {.name = name};

	MHD_get_connection_values(request->mhd, MHD_HEADER_KIND, count_one, &counted);
	return counted;
}

const char *http_header(const struct http_request *request, const char *name)
{
	struct counted counted = count(request, name);

	return counted.n == 1 ? counted.value : NULL;
}

/* Digits alone, and few enough of them. */
static bool read_length(const char *text, uint64_t *ret)
{
	*ret = 0;
	if (!*text || strlen(text) > 15)
		return false;
	for (; *text; text++) {
		if (!isdigit((unsigned char)*text))
			return false;
		*ret = *ret * 10 + (uint64_t)(*text - '0');
	}
	return true;
}

static enum http_method method_of(const char *text)
{
	static const char *const names[] = {[HTTP_GET] = "GET",
					    [HTTP_POST] = "POST",
					    [HTTP_PUT] = "PUT",
					    [HTTP_DELETE] = "DELETE"};

	for (enum http_method m = HTTP_GET; m < HTTP_OTHER; m++)
		if (strcmp(names[m], text) == 0)
			return m;
	return HTTP_OTHER;
}

/* Is it a request as browsers send it? Otherwise what is wrong. */
static const char *judge(struct http_request *request, const char *version)
{
	struct counted length = count(request, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (!request->target.good)
		return "the target is not a plain path";
	if (strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
		return "HTTP/1.1 is wanted";
	if (count(request, MHD_HTTP_HEADER_HOST).n != 1)
		return "one Host is wanted";
	if (count(request, MHD_HTTP_HEADER_TRANSFER_ENCODING).n > 0)
		return "a body wants a Content-Length";
	if (length.n > 1 || (length.n == 1 && !read_length(length.value, &request->length)))
		return "one Content-Length is wanted";
	if (count(request, MHD_HTTP_HEADER_COOKIE).n > 1)
		return "one Cookie header is wanted";
	return NULL;
}

/* The headers are in. */
static void begin(struct http_request *request, const char *method, const char *version)
{
	struct http *http = request->connection->http;
	const char *wrong;

	request->begun = true;
	request->method = method_of(method);
	wrong = judge(request, version);
	if (wrong) {
		http_refuse(request, MHD_HTTP_BAD_REQUEST, wrong);
		return;
	}
	http_set_deadline(request->connection,
			  HTTP_TRANSFER_US + request->length * 1000000 / HTTP_BYTES_PER_S);
	http->host.asked(http->host.context, request);
	if (!request->response && request->length > 0 && !request->in_memory && !request->in_file)
		http_refuse(request, MHD_HTTP_BAD_REQUEST, "no body is wanted here");
}

void http_take_memory(struct http_request *request)
{
	if (request->length > HTTP_BODY_BYTES) {
		http_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
		return;
	}
	request->body = calloc(1, (size_t)request->length + 1);
	request->in_memory = request->body != NULL;
}

void http_take_file(struct http_request *request, int fd)
{
	request->in_file = true;
	request->body_fd = fd;
}

/* A disk that is full is told when the body is over. */
static void put(struct http_request *request, const char *data, size_t n)
{
	while (n > 0 && request->body_error == 0) {
		ssize_t written = write(request->body_fd, data, n);

		if (written >= 0) {
			data += written;
			n -= (size_t)written;
		} else if (errno != EINTR) {
			request->body_error = -errno;
		}
	}
}

static void take(struct http_request *request, const char *data, size_t n)
{
	if (n > request->length - request->n_body)
		n = (size_t)(request->length - request->n_body);
	if (request->in_file)
		put(request, data, n);
	else if (request->in_memory)
		memcpy(request->body + request->n_body, data, n);
	request->n_body += n;
}

static void wait_for_answer(struct http_request *request)
{
	http_set_deadline(request->connection, UINT64_MAX);
	request->suspended = true;
	MHD_suspend_connection(request->mhd);
}

enum MHD_Result http_come(void *context, struct MHD_Connection *mhd, const char *url,
			  const char *method, const char *version, const char *data, size_t *n,
			  void **which)
{
	struct http_request *request = *which;
	struct http *http = context;

	(void)mhd;
	(void)url;
	if (!request)
		return MHD_NO; /* out of memory */
	if (!request->begun) {
		begin(request, method, version);
		return request->response ? http_queue(request) : MHD_YES;
	}
	if (*n > 0) {
		if (!request->queued)
			take(request, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (!request->response)
		http->host.ready(http->host.context, request);
	if (request->response)
		return request->queued ? MHD_YES : http_queue(request);
	wait_for_answer(request);
	return MHD_YES;
}

enum http_method http_method(const struct http_request *request)
{
	return request->method;
}

const char *http_path(const struct http_request *request)
{
	return request->target.path;
}

const char *http_query(const struct http_request *request, const char *key)
{
	for (size_t i = 0; i < request->target.n_keys; i++)
		if (strcmp(request->target.keys[i], key) == 0)
			return request->target.values[i];
	return NULL;
}

const char *http_address(const struct http_request *request)
{
	return request->address;
}

const char *http_cookie(const struct http_request *request, const char *name, char *text, size_t n)
{
	const char *all = http_header(request, MHD_HTTP_HEADER_COOKIE);
	size_t n_name = strlen(name);

	while (all && *all) {
		size_t length = strcspn(all, ";");

		if (length > n_name && strncmp(all, name, n_name) == 0 && all[n_name] == '=' &&
		    length - n_name - 1 < n) {
			memcpy(text, all + n_name + 1, length - n_name - 1);
			text[length - n_name - 1] = '\0';
			return text;
		}
		all += length;
		all += strspn(all, "; ");
	}
	return NULL;
}

uint64_t http_length(const struct http_request *request)
{
	return request->length;
}

const char *http_body(const struct http_request *request, size_t *ret_n)
{
	*ret_n = request->in_memory ? (size_t)request->n_body : 0;
	return request->in_memory ? request->body : "";
}

int http_body_error(const struct http_request *request)
{
	return request->body_error;
}

void http_attach(struct http_request *request, void (*gone)(void *attached), void *attached)
{
	request->gone = gone;
	request->attached = attached;
}

void *http_attached(const struct http_request *request)
{
	return request->attached;
}
