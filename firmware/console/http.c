/* SPDX-License-Identifier: MIT */
#include "http_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HTTP_POOL    ((size_t)16384) /* bytes of libmicrohttpd for one connection's headers */
#define HTTP_BACKLOG 128
#define HTTP_ROUNDS  16 /* of libmicrohttpd before others of the loop have their turn */

static uint64_t now_us(struct http *http)
{
	uint64_t now = 0;

	sd_event_now(http->event, CLOCK_BOOTTIME, &now);
	return now;
}

void http_wake(struct http *http)
{
	if (http->more)
		sd_event_source_set_enabled(http->more, SD_EVENT_ONESHOT);
}

/* The earliest deadline is the one the timer waits for. */
static void arm(struct http *http)
{
	uint64_t first = UINT64_MAX;

	for (struct http_connection *c = http->connections; c; c = c->following)
		if (c->deadline_us < first)
			first = c->deadline_us;
	if (first == UINT64_MAX) {
		sd_event_source_set_enabled(http->deadline, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time(http->deadline, first);
	sd_event_source_set_enabled(http->deadline, SD_EVENT_ONESHOT);
}

void http_set_deadline(struct http_connection *connection, uint64_t from_now_us)
{
	connection->deadline_us =
		from_now_us == UINT64_MAX ? UINT64_MAX : now_us(connection->http) + from_now_us;
	if (!connection->http->ending)
		arm(connection->http);
}

/* libmicrohttpd sees the end of a connection that is shut down here, and closes it. */
static int cut_late(sd_event_source *source, uint64_t usec, void *context)
{
	struct http *http = context;
	uint64_t now = now_us(http);

	(void)source;
	(void)usec;
	for (struct http_connection *c = http->connections; c; c = c->following) {
		if (c->deadline_us > now)
			continue;
		shutdown(c->fd, SHUT_RDWR);
		c->deadline_us = UINT64_MAX;
	}
	arm(http);
	http_wake(http);
	return 0;
}

static int run(struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;
	int rounds = 0;

	do {
		MHD_run(http->daemon);
	} while (++rounds < HTTP_ROUNDS && MHD_get_timeout(http->daemon, &wait_ms) == MHD_YES &&
		 wait_ms == 0);
	if (rounds == HTTP_ROUNDS)
		http_wake(http);
	return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *context)
{
	(void)source;
	(void)fd;
	(void)events;
	return run(context);
}

static int on_more(sd_event_source *source, void *context)
{
	(void)source;
	return run(context);
}

static void connected(struct http *http, struct MHD_Connection *mhd, void **ret)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct http_connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return;
	connection->http = http;
	connection->fd = info->connect_fd;
	connection->following = http->connections;
	if (connection->following)
		connection->following->previous = connection;
	http->connections = connection;
	*ret = connection;
	http_set_deadline(connection, HTTP_HEADERS_US);
}

static void disconnected(struct http_connection *connection)
{
	struct http *http = connection->http;

	if (connection->previous)
		connection->previous->following = connection->following;
	else
		http->connections = connection->following;
	if (connection->following)
		connection->following->previous = connection->previous;
	http_request_free(connection->request);
	free(connection);
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **connection,
			  enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		connected(context, mhd, connection);
	} else if (*connection) {
		disconnected(*connection);
		*connection = NULL;
	}
}

/* "ADDRESS:PORT" into its parts; the address of IPv6 stands in brackets. */
static int split(const char *listen, char *address, size_t n, const char **ret_port)
{
	const char *colon = strrchr(listen, ':'), *begin = listen, *end = colon;

	if (!colon || colon == listen)
		return -EINVAL;
	if (*begin == '[') {
		begin++;
		end--;
		if (end <= begin || *end != ']')
			return -EINVAL;
	}
	if ((size_t)(end - begin) >= n)
		return -EINVAL;
	memcpy(address, begin, (size_t)(end - begin));
	address[end - begin] = '\0';
	*ret_port = colon + 1;
	return 0;
}

static int bind_socket(const struct addrinfo *found)
{
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int on = 1;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, HTTP_BACKLOG) < 0) {
		int error = -errno;

		close(fd);
		return error;
	}
	return fd;
}

static int listen_at(const char *where)
{
	const struct addrinfo wanted = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found = NULL;
	char address[64];
	const char *port;
	int fd = split(where, address, sizeof(address), &port);

	if (fd < 0)
		return fd;
	if (getaddrinfo(address, port, &wanted, &found) != 0)
		return -EINVAL;
	fd = bind_socket(found);
	freeaddrinfo(found);
	return fd;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t n = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &n);
	if (address.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static int add_sources(struct http *http)
{
	int fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	int error = sd_event_add_io(http->event, &http->io, fd, EPOLLIN, on_io, http);

	if (error >= 0)
		error = sd_event_add_defer(http->event, &http->more, on_more, http);
	if (error >= 0)
		error = sd_event_source_set_enabled(http->more, SD_EVENT_OFF);
	if (error >= 0)
		error = sd_event_add_time(http->event, &http->deadline, CLOCK_BOOTTIME, 0, 100000,
					  cut_late, http);
	if (error >= 0)
		error = sd_event_source_set_enabled(http->deadline, SD_EVENT_OFF);
	return error < 0 ? error : 0;
}

/* It has nothing to say that the operator of the box could use. */
static void quiet(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

static struct MHD_Daemon *begin(struct http *http, int fd, const struct http_tls *tls)
{
	static char versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
	struct MHD_OptionItem secure[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, tls ? (void *)(uintptr_t)tls->certificate : NULL},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, tls ? (void *)(uintptr_t)tls->key : NULL},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, versions},
		{MHD_OPTION_END, 0, NULL},
	};
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

	if (tls)
		flags |= MHD_USE_TLS;
	else
		secure[0].option = MHD_OPTION_END;
	return MHD_start_daemon(
		flags, 0, NULL, NULL, http_come, http, MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, http_target_come, http,
		MHD_OPTION_NOTIFY_COMPLETED, http_over, http, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, http, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTP_PER_ADDRESS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_POOL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_ARRAY, secure, MHD_OPTION_END);
}

int http_new(sd_event *event, const char *listen, const struct http_tls *tls,
	     const struct http_host *host, struct http **ret)
{
	struct http *http = calloc(1, sizeof(*http));
	int fd = listen_at(listen), error;

	if (!http || fd < 0) {
		if (fd >= 0)
			close(fd);
		free(http);
		return fd < 0 ? fd : -ENOMEM;
	}
	http->event = event;
	http->host = *host;
	http->port = port_of(fd);
	http->daemon = begin(http, fd, tls);
	if (!http->daemon) {
		close(fd);
		free(http);
		return tls ? -EPROTO : -ENOMEM;
	}
	error = add_sources(http);
	if (error < 0) {
		http_free(http);
		return error;
	}
	*ret = http;
	return 0;
}

/* libmicrohttpd may not end while a connection is suspended. */
static void answer_all(struct http *http)
{
	for (struct http_connection *c = http->connections; c; c = c->following) {
		struct http_request *request = c->request;

		if (!request || !request->suspended)
			continue;
		if (request->stream.on)
			http_stream_end(request);
		else
			http_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "ending");
	}
	for (int i = 0; i < HTTP_ROUNDS; i++)
		MHD_run(http->daemon);
}

struct http *http_free(struct http *http)
{
	if (!http)
		return NULL;
	http->ending = true;
	answer_all(http);
	sd_event_source_unref(http->io);
	sd_event_source_unref(http->more);
	sd_event_source_unref(http->deadline);
	http->more = NULL;
	MHD_stop_daemon(http->daemon);
	free(http);
	return NULL;
}

unsigned http_port(const struct http *http)
{
	return http->port;
}
