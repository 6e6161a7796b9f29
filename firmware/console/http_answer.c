/* SPDX-License-Identifier: MIT */
#include "http_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STREAM_BLOCK ((size_t)8192)

/* Of every answer that has no such header of its own: our own files alone, in no frame, kept by nobody. */
static const char *const always[][2] = {
	{"Content-Security-Policy",
	 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src "
	 "'self'; "
	 "connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'none'; "
	 "frame-ancestors 'none'; "
	 "base-uri 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

void http_extra(struct http_request *request, const char *name, const char *value)
{
	struct http_extra *extra = &request->extra[request->n_extra];

	if (request->n_extra == HTTP_EXTRA)
		return;
	snprintf(extra->name, sizeof(extra->name), "%s", name);
	snprintf(extra->value, sizeof(extra->value), "%s", value);
	request->n_extra++;
}

static bool is_extra(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_extra; i++)
		if (strcmp(request->extra[i].name, name) == 0)
			return true;
	return false;
}

static void set_answer(struct http_request *request, unsigned status, const char *type,
		       struct MHD_Response *response, uint64_t n)
{
	if (!response || request->response) {
		if (response)
			MHD_destroy_response(response);
		return;
	}
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!is_extra(request, always[i][0]))
			MHD_add_response_header(response, always[i][0], always[i][1]);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < request->n_extra; i++)
		MHD_add_response_header(response, request->extra[i].name, request->extra[i].value);
	if (!is_extra(request, MHD_HTTP_HEADER_CACHE_CONTROL))
		MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	request->response = response;
	request->status = status;
	request->answer_bytes = n;
	http_resume(request);
}

void http_resume(struct http_request *request)
{
	if (!request->suspended)
		return;
	request->suspended = false;
	MHD_resume_connection(request->mhd);
	http_wake(request->connection->http);
}

enum MHD_Result http_queue(struct http_request *request)
{
	uint64_t n = request->answer_bytes;

	request->queued = true;
	http_set_deadline(request->connection,
			  request->stream.on ? HTTP_STREAM_STUCK_US
					     : HTTP_TRANSFER_US + n * 1000000 / HTTP_BYTES_PER_S);
	return MHD_queue_response(request->mhd, request->status, request->response);
}

void http_answer(struct http_request *request, unsigned status, const char *type, const void *bytes,
		 size_t n)
{
	set_answer(
		request, status, type,
		MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY),
		n);
}

void http_answer_static(struct http_request *request, const char *type, const void *bytes, size_t n)
{
	set_answer(request, MHD_HTTP_OK, type,
		   MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes,
						   MHD_RESPMEM_PERSISTENT),
		   n);
}

void http_refuse(struct http_request *request, unsigned status, const char *why)
{
	char text[256];
	int n = snprintf(text, sizeof(text),
			 "{\"ok\":false,\"error\":\"bad-request\",\"message\":\"%s\"}", why);

	http_extra(request, MHD_HTTP_HEADER_CONNECTION, "close");
	http_answer(request, status, "application/json", text, (size_t)n);
}

/* "bytes=FIRST-LAST" or "bytes=FIRST-"; anything else is answered whole. */
static bool read_range(const char *text, uint64_t n, uint64_t *ret_first, uint64_t *ret_n)
{
	unsigned long long first, last;
	int used = 0;

	if (!text || n == 0 || strlen(text) > 64)
		return false;
	if (sscanf(text, "bytes=%llu-%n", &first, &used) != 1 || used == 0 || first >= n)
		return false;
	last = n - 1;
	if (text[used] && (sscanf(text + used, "%llu", &last) != 1 || last < first))
		return false;
	if (last > n - 1)
		last = n - 1;
	*ret_first = first;
	*ret_n = last - first + 1;
	return true;
}

void http_answer_file(struct http_request *request, int fd, uint64_t n, const char *type)
{
	uint64_t first = 0, part = n;
	unsigned status = MHD_HTTP_OK;
	struct MHD_Response *response;
	char range[96];

	http_extra(request, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
	if (read_range(http_header(request, MHD_HTTP_HEADER_RANGE), n, &first, &part)) {
		status = MHD_HTTP_PARTIAL_CONTENT;
		snprintf(range, sizeof(range), "bytes %llu-%llu/%llu", (unsigned long long)first,
			 (unsigned long long)(first + part - 1), (unsigned long long)n);
		http_extra(request, MHD_HTTP_HEADER_CONTENT_RANGE, range);
	}
	response = MHD_create_response_from_fd_at_offset64(part, fd, first);
	if (!response)
		close(fd);
	set_answer(request, status, type, response, part);
}

/* What libmicrohttpd sends next of a stream. Nothing yet: wait, without a deadline. */
static ssize_t read_stream(void *context, uint64_t position, char *room, size_t n)
{
	struct http_request *request = context;
	struct http_stream *stream = &request->stream;

	(void)position;
	if (stream->n_sent == stream->n_now && stream->next) {
		free(stream->now);
		stream->now = stream->next;
		stream->n_now = stream->n_next;
		stream->next = NULL;
		stream->n_sent = 0;
	}
	if (stream->n_sent < stream->n_now) {
		if (n > stream->n_now - stream->n_sent)
			n = stream->n_now - stream->n_sent;
		memcpy(room, stream->now + stream->n_sent, n);
		stream->n_sent += n;
		return (ssize_t)n;
	}
	if (stream->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	http_set_deadline(request->connection, UINT64_MAX);
	request->suspended = true;
	MHD_suspend_connection(request->mhd);
	return 0;
}

void http_answer_stream(struct http_request *request)
{
	request->stream.on = true;
	http_extra(request, "X-Accel-Buffering", "no");
	set_answer(request, MHD_HTTP_OK, "text/event-stream; charset=utf-8",
		   MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream,
						     request, NULL),
		   0);
}

static void go_on(struct http_request *request)
{
	if (request->suspended && request->queued)
		http_set_deadline(request->connection, HTTP_STREAM_STUCK_US);
	http_resume(request);
}

void http_stream_send(struct http_request *request, const char *text, size_t n)
{
	struct http_stream *stream = &request->stream;
	char *copy = malloc(n);

	if (!copy)
		return;
	memcpy(copy, text, n);
	free(stream->next);
	stream->next = copy;
	stream->n_next = n;
	go_on(request);
}

void http_stream_end(struct http_request *request)
{
	request->stream.ended = true;
	go_on(request);
}
