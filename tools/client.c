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

/* A full queue of a busy station answers EAGAIN at once: ask again for a while. */
static int connect_within(int fd, const struct sockaddr_un *address, int64_t deadline_ms)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (now_ms() >= deadline_ms)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int client_open(const char *where, struct client **ret)
{
	struct sockaddr_un address;
	struct client *client;
	int error = address_of(where, &address);

	if (error < 0)
		return error;
	client = malloc(sizeof(*client));
	if (!client)
		return -ENOMEM;
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (client->fd < 0) {
		error = -errno;
		free(client);
		return error;
	}
	error = connect_within(client->fd, &address, now_ms() + CLIENT_TIMEOUT_MS);
	if (error < 0) {
		client_free(client);
		return error;
	}
	*ret = client;
	return 0;
}

struct client *client_free(struct client *client)
{
	if (client) {
		close(client->fd);
		free(client);
	}
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

static int send_line(int socket_fd, const char *text, size_t n, int fd, int64_t deadline_ms)
{
	while (n > 0) {
		ssize_t sent = send_some(socket_fd, text, n, fd);

		if (sent > 0) {
			text += sent;
			n -= (size_t)sent;
			fd = -1;
			continue;
		}
		if (errno == EAGAIN) {
			int error = wait_for(socket_fd, POLLOUT, deadline_ms);

			if (error < 0)
				return error;
		} else if (errno != EINTR) {
			return errno == ECONNRESET ? -EPIPE : -errno;
		}
	}
	return 0;
}

/* One read; 1 if a line is whole, 0 if more is to come. */
static int receive_some(int fd, char *text, size_t *n)
{
	ssize_t got = recv(fd, text + *n, CLIENT_CHUNK, 0);

	if (got == 0)
		return -EPIPE;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	*n += (size_t)got;
	return memchr(text + *n - got, '\n', (size_t)got) != NULL;
}

static int receive_line(int fd, int64_t deadline_ms, char **ret_text, size_t *ret_n)
{
	char *text = NULL;
	size_t n = 0;
	int state = 0;

	while (state == 0) {
		char *larger = NULL;

		state = wait_for(fd, POLLIN, deadline_ms);
		if (state < 0)
			break;
		if (n + CLIENT_CHUNK > CLIENT_REPLY_BYTES)
			state = -EMSGSIZE;
		else if (!(larger = realloc(text, n + CLIENT_CHUNK)))
			state = -ENOMEM;
		if (state < 0)
			break;
		text = larger;
		state = receive_some(fd, text, &n);
	}
	if (state < 0) {
		free(text);
		return state;
	}
	*ret_text = text;
	*ret_n = n;
	return 0;
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

int client_call(struct client *client, json_t *request, int fd, int timeout_ms, json_t **ret_reply)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	char *text = json_dumps(request, JSON_COMPACT);
	size_t n;
	int error;

	if (!text)
		return -ENOMEM;
	n = strlen(text);
	text[n] = '\n'; /* the NUL is not sent */
	error = send_line(client->fd, text, n + 1, fd, deadline_ms);
	free(text);
	if (error < 0)
		return error;
	error = receive_line(client->fd, deadline_ms, &text, &n);
	if (error < 0)
		return error;
	error = parse_reply(text, n, ret_reply);
	free(text);
	return error;
}
