/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CLIENT_SOCKET "control.sock"
#define CLIENT_CHUNK  65536

struct client {
	int fd;
	char *out; /* the request under way; NULL = none */
	size_t n_out, n_sent;
	int passed_fd; /* goes along with its first byte, or -1 */
	char *in;      /* what has come of the reply */
	size_t n_in;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0 when the socket is ready, -ETIMEDOUT, or what poll says. */
static int wait_for(int fd, short events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd ready = {.fd = fd, .events = events};
		int64_t left = deadline_ms - now_ms();
		int n = poll(&ready, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

static int address_of(const char *where, struct sockaddr_un *ret)
{
	struct stat status;
	bool socket_itself = stat(where, &status) == 0 && S_ISSOCK(status.st_mode);
	int n;

	memset(ret, 0, sizeof(*ret));
	ret->sun_family = AF_UNIX;
	n = snprintf(ret->sun_path, sizeof(ret->sun_path), "%s%s", where,
		     socket_itself ? "" : "/" CLIENT_SOCKET);
	return n < 0 || (size_t)n >= sizeof(ret->sun_path) ? -ENAMETOOLONG : 0;
}

int client_try(const char *where, struct client **ret)
{
	struct sockaddr_un address;
	struct client *client;
	int error = address_of(where, &address);

	if (error < 0)
		return error;
	client = calloc(1, sizeof(*client));
	if (!client)
		return -ENOMEM;
	client->passed_fd = -1;
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		error = errno == EINTR ? -EAGAIN : -errno;
		client_free(client);
		return error;
	}
	*ret = client;
	return 0;
}

/* A full queue of a busy station answers EAGAIN at once: ask again for a while. */
int client_open(const char *where, struct client **ret)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	int64_t deadline_ms = now_ms() + CLIENT_TIMEOUT_MS;

	for (;;) {
		int error = client_try(where, ret);

		if (error != -EAGAIN)
			return error;
		if (now_ms() >= deadline_ms)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
}

struct client *client_free(struct client *client)
{
	if (!client)
		return NULL;
	if (client->fd >= 0)
		close(client->fd);
	free(client->out);
	free(client->in);
	free(client);
	return NULL;
}

static ssize_t send_some(int socket_fd, const char *text, size_t n, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {.iov_base = (void *)(uintptr_t)text, .iov_len = n};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(socket_fd, &message, MSG_NOSIGNAL);
}

/* 0 when all is sent, -EAGAIN when the socket is full. */
static int send_rest(struct client *client)
{
	while (client->n_sent < client->n_out) {
		ssize_t sent = send_some(client->fd, client->out + client->n_sent,
					 client->n_out - client->n_sent, client->passed_fd);

		if (sent > 0) {
			client->n_sent += (size_t)sent;
			client->passed_fd = -1;
		} else if (errno != EINTR) {
			return errno == ECONNRESET ? -EPIPE : -errno;
		}
	}
	return 0;
}

/* One read; 1 if a line is whole, 0 if there may be more to read, -EAGAIN if there is not. */
static int receive_some(struct client *client)
{
	char *larger;
	ssize_t got;

	if (client->n_in + CLIENT_CHUNK > CLIENT_REPLY_BYTES)
		return -EMSGSIZE;
	larger = realloc(client->in, client->n_in + CLIENT_CHUNK);
	if (!larger)
		return -ENOMEM;
	client->in = larger;
	got = recv(client->fd, client->in + client->n_in, CLIENT_CHUNK, 0);
	if (got == 0)
		return -EPIPE;
	if (got < 0 && errno == EINTR)
		return 0;
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	client->n_in += (size_t)got;
	return memchr(client->in + client->n_in - got, '\n', (size_t)got) != NULL;
}

static int parse_reply(const char *text, size_t n, json_t **ret_reply)
{
	json_t *reply = json_loadb(text, n, 0, NULL);

	if (!json_is_object(reply) || !json_is_boolean(json_object_get(reply, "ok"))) {
		json_decref(reply);
		return -EBADMSG;
	}
	*ret_reply = reply;
	return 0;
}

int client_begin(struct client *client, const json_t *request, int fd)
{
	char *text = json_dumps(request, JSON_COMPACT);

	if (!text)
		return -ENOMEM;
	free(client->out);
	free(client->in);
	client->in = NULL;
	client->n_in = client->n_sent = 0;
	client->out = text;
	client->n_out = strlen(text) + 1;
	client->out[client->n_out - 1] = '\n'; /* the NUL is not sent */
	client->passed_fd = fd;
	return 0;
}

int client_step(struct client *client, json_t **ret_reply)
{
	int state = send_rest(client);

	while (state == 0)
		state = receive_some(client);
	if (state < 0)
		return state;
	return parse_reply(client->in, client->n_in, ret_reply);
}

int client_fd(const struct client *client)
{
	return client->fd;
}

short client_waits_for(const struct client *client)
{
	return client->n_sent < client->n_out ? POLLOUT : POLLIN;
}

int client_call(struct client *client, json_t *request, int fd, int timeout_ms, json_t **ret_reply)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	int error = client_begin(client, request, fd);

	while (error == 0) {
		error = client_step(client, ret_reply);
		if (error != -EAGAIN)
			return error;
		error = wait_for(client->fd, client_waits_for(client), deadline_ms);
	}
	return error;
}
