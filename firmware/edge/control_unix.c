/* SPDX-License-Identifier: MIT */
#include "control_unix.h"
#include "control_unix_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Marks of the epoll events that are no client's. */
#define CONTROL_UNIX_LISTENER 0
#define CONTROL_UNIX_MORE     UINT64_MAX

#define CONTROL_UNIX_EVENTS 16
#define CONTROL_UNIX_LINES  2 /* requests of one client before others have their turn */
#define CONTROL_UNIX_TURNS  8 /* such turns in a step: the loop has other things to do, too */

struct connection {
	struct control_peer peer; /* client 0 = the place is free */
	int fd;
	int passed_fd; /* came with the request that is being read, or -1 */
	char *in;      /* LIMIT_REQUEST_BYTES + 1 */
	size_t n_in;
	char *out;
	size_t n_out, n_sent;
	uint64_t quiet_since; /* counts steps of the transport */
	uint32_t watched;     /* epoll events */
	bool busy;	      /* a request is under way */
	bool more;	      /* has read more than it has had turns for */
	bool ended;	      /* nothing more will come; close when all is said */
};

struct control_unix {
	char *path;
	int listen_fd, epoll_fd;
	int more_fd; /* eventfd: some connection has more */
	struct control *control;
	uint64_t next_client, steps;
	size_t next_turn; /* of connections, the one that goes on */
	struct connection connections[LIMIT_CLIENTS];
};

static void close_passed(struct connection *connection)
{
	if (connection->passed_fd >= 0)
		close(connection->passed_fd);
	connection->passed_fd = -1;
}

static void hang_up(struct control_unix *transport, struct connection *connection)
{
	uint64_t client = connection->peer.client;

	close_passed(connection);
	close(connection->fd);
	free(connection->in);
	free(connection->out);
	memset(connection, 0, sizeof(*connection));
	if (transport->control)
		control_forget(transport->control, client);
}

/* Reads only while there is nothing to answer, writes only what is left over. */
static void watch(struct control_unix *transport, struct connection *connection)
{
	struct epoll_event event = {.data.u64 = connection->peer.client};

	if (connection->n_out > 0)
		event.events = EPOLLOUT;
	else if (!connection->busy && !connection->ended && !connection->more)
		event.events = EPOLLIN;
	if (event.events == connection->watched)
		return;
	if (epoll_ctl(transport->epoll_fd, EPOLL_CTL_MOD, connection->fd, &event) == 0)
		connection->watched = event.events;
}

/* Sends what the socket takes. False if the connection is of no more use. */
static bool flush(struct connection *connection)
{
	while (connection->n_sent < connection->n_out) {
		ssize_t n =
			send(connection->fd, connection->out + connection->n_sent,
			     connection->n_out - connection->n_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			connection->n_sent += (size_t)n;
		else if (errno == EAGAIN)
			return true;
		else if (errno != EINTR)
			return false;
	}
	free(connection->out);
	connection->out = NULL;
	connection->n_out = connection->n_sent = 0;
	return true;
}

static struct connection *find(struct control_unix *transport, uint64_t client)
{
	for (size_t i = 0; client && i < LIMIT_CLIENTS; i++)
		if (transport->connections[i].peer.client == client)
			return &transport->connections[i];
	return NULL;
}

/* Hands on the first whole line, if there is one. */
static bool take_line(struct control_unix *transport, struct connection *connection)
{
	char *end = memchr(connection->in, '\n', connection->n_in);
	int fd = connection->passed_fd;
	uint64_t client = connection->peer.client;
	char line[LIMIT_REQUEST_BYTES + 1];
	size_t n;

	if (!end)
		return false;
	n = (size_t)(end - connection->in);
	memcpy(line, connection->in, n);
	connection->n_in -= n + 1;
	memmove(connection->in, end + 1, connection->n_in);
	connection->passed_fd = -1;
	connection->busy = true;
	control_request(transport->control, &connection->peer, line, n, fd);
	return connection->peer.client == client;
}

/* What was read already is seen to at the next step. If it cannot be, the client can call again. */
static void come_back(struct control_unix *transport, struct connection *connection)
{
	connection->more = true;
	if (control_unix_wake(transport->more_fd) < 0)
		hang_up(transport, connection);
}

/* A line that is too long to be a request. */
static void refuse_line(struct control_unix *transport, struct connection *connection)
{
	connection->n_in = 0;
	connection->ended = true;
	connection->busy = true;
	control_refuse_large(transport->control, connection->peer.client);
}

/* All that can be done for a connection now: requests, answers, good-bye. */
static void serve(struct control_unix *transport, struct connection *connection)
{
	uint64_t client = connection->peer.client;
	int turns = 0;

	connection->more = false;
	while (!connection->busy && connection->n_out == 0 && turns < CONTROL_UNIX_LINES &&
	       take_line(transport, connection))
		turns++;
	if (connection->peer.client != client)
		return;
	if (turns == CONTROL_UNIX_LINES)
		come_back(transport, connection);
	else if (connection->n_in > LIMIT_REQUEST_BYTES && !connection->busy &&
		 connection->n_out == 0 && !connection->ended)
		refuse_line(transport, connection);
	if (connection->peer.client != client)
		return;
	if (connection->ended && !connection->busy && !connection->more && connection->n_out == 0)
		hang_up(transport, connection);
	else
		watch(transport, connection);
}

void control_unix_reply(void *context, uint64_t client, const char *text, size_t n)
{
	struct control_unix *transport = context;
	struct connection *connection = find(transport, client);

	if (!connection)
		return;
	assert(connection->busy && connection->n_out == 0);
	connection->busy = false;
	connection->quiet_since = transport->steps;
	connection->out = n <= CONTROL_UNIX_REPLY ? malloc(n + 1) : NULL;
	if (!connection->out) {
		hang_up(transport, connection);
		return;
	}
	memcpy(connection->out, text, n);
	connection->out[n] = '\n';
	connection->n_out = n + 1;
	connection->n_sent = 0;
	if (!flush(connection))
		hang_up(transport, connection);
	else
		come_back(transport, connection);
}

/* One read. False if the connection is of no more use. */
static bool receive(struct connection *connection)
{
	ssize_t n = control_unix_receive(connection->fd, connection->in + connection->n_in,
					 LIMIT_REQUEST_BYTES + 1 - connection->n_in,
					 &connection->passed_fd);

	if (n < 0)
		return n == -EAGAIN;
	connection->n_in += (size_t)n;
	connection->ended = n == 0;
	return true;
}

/* A free place; if there is none, that of the client that has been quiet longest. */
static struct connection *make_room(struct control_unix *transport)
{
	struct connection *oldest = NULL;

	for (size_t i = 0; i < LIMIT_CLIENTS; i++) {
		struct connection *connection = &transport->connections[i];

		if (!connection->peer.client)
			return connection;
		if (!connection->busy && (!oldest || connection->quiet_since < oldest->quiet_since))
			oldest = connection;
	}
	if (oldest)
		hang_up(transport, oldest);
	return oldest;
}

static bool welcome(struct control_unix *transport, int fd)
{
	struct connection *connection = make_room(transport);
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = transport->next_client + 1};

	if (connection)
		connection->in = malloc(LIMIT_REQUEST_BYTES + 1);
	if (!connection || !connection->in)
		return false;
	if (epoll_ctl(transport->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		free(connection->in);
		connection->in = NULL;
		return false;
	}
	connection->fd = fd;
	connection->passed_fd = -1;
	connection->watched = EPOLLIN;
	connection->quiet_since = transport->steps;
	connection->peer.client = ++transport->next_client;
	control_unix_name_peer(fd, &connection->peer);
	return true;
}

static void accept_all(struct control_unix *transport)
{
	for (int i = 0; i < LIMIT_CLIENTS; i++) {
		int fd = accept4(transport->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			return;
		if (!welcome(transport, fd))
			close(fd);
	}
}

static void attend(struct control_unix *transport, struct connection *connection, uint32_t events)
{
	bool well = true;

	if (events & EPOLLOUT)
		well = flush(connection);
	if (well && (events & EPOLLIN) && connection->watched == EPOLLIN) {
		connection->quiet_since = transport->steps;
		well = receive(connection);
	} else if (events & (EPOLLHUP | EPOLLERR)) {
		well = false;
	}
	if (well)
		serve(transport, connection);
	else
		hang_up(transport, connection);
}

/* Some of those that have more, in turn; the others are seen to at the next step. */
static void serve_more(struct control_unix *transport)
{
	uint64_t count, turns = 0;

	if (read(transport->more_fd, &count, sizeof(count)) < 0)
		return;
	for (size_t i = 0; i < LIMIT_CLIENTS; i++) {
		struct connection *connection = &transport->connections[transport->next_turn];

		if (connection->more && turns++ == CONTROL_UNIX_TURNS) {
			come_back(transport, connection);
			return;
		}
		if (connection->more)
			serve(transport, connection);
		transport->next_turn = (transport->next_turn + 1) % LIMIT_CLIENTS;
	}
}

int control_unix_step(struct control_unix *transport)
{
	struct epoll_event events[CONTROL_UNIX_EVENTS];
	int n = epoll_wait(transport->epoll_fd, events, CONTROL_UNIX_EVENTS, 0);

	transport->steps++;
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		struct connection *connection = find(transport, events[i].data.u64);

		if (events[i].data.u64 == CONTROL_UNIX_LISTENER)
			accept_all(transport);
		else if (events[i].data.u64 == CONTROL_UNIX_MORE)
			serve_more(transport);
		else if (connection) /* one that went in this step may have events left */
			attend(transport, connection, events[i].events);
	}
	return 0;
}

void control_unix_attach(struct control_unix *transport, struct control *control)
{
	transport->control = control;
}

int control_unix_fd(const struct control_unix *transport)
{
	return transport->epoll_fd;
}

static int watch_own(int epoll_fd, int fd, uint64_t mark)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = mark};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_all(struct control_unix *transport, const char *path)
{
	int error;

	transport->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (transport->epoll_fd < 0)
		return -errno;
	transport->more_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (transport->more_fd < 0)
		return -errno;
	error = control_unix_listen(path, &transport->listen_fd);
	if (error < 0)
		return error;
	error = watch_own(transport->epoll_fd, transport->more_fd, CONTROL_UNIX_MORE);
	if (error == 0)
		error = watch_own(transport->epoll_fd, transport->listen_fd, CONTROL_UNIX_LISTENER);
	return error;
}

int control_unix_new(const char *path, struct control_unix **ret)
{
	struct control_unix *transport = calloc(1, sizeof(*transport));
	int error;

	if (!transport)
		return -ENOMEM;
	transport->listen_fd = transport->epoll_fd = transport->more_fd = -1;
	transport->path = strdup(path);
	error = transport->path ? open_all(transport, path) : -ENOMEM;
	if (error < 0) {
		control_unix_free(transport);
		return error;
	}
	*ret = transport;
	return 0;
}

struct control_unix *control_unix_free(struct control_unix *transport)
{
	if (!transport)
		return NULL;
	for (size_t i = 0; i < LIMIT_CLIENTS; i++)
		if (transport->connections[i].peer.client)
			hang_up(transport, &transport->connections[i]);
	if (transport->listen_fd >= 0) {
		close(transport->listen_fd);
		unlink(transport->path);
	}
	if (transport->more_fd >= 0)
		close(transport->more_fd);
	if (transport->epoll_fd >= 0)
		close(transport->epoll_fd);
	free(transport->path);
	free(transport);
	return NULL;
}
