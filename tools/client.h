/* SPDX-License-Identifier: MIT */
/*
 * client - asks the running station over its control socket: one JSON request, one JSON reply.
 *
 * What requests there are stands in firmware/edge/control.h. Every call has a deadline; a station
 * that does not answer is an error, never a wait without end.
 */
#ifndef TOOLS_CLIENT_H
#define TOOLS_CLIENT_H

#include <jansson.h>

#define CLIENT_TIMEOUT_MS  10000  /* enough for a loaded box; replies come in milliseconds */
#define CLIENT_IMPORT_MS   300000 /* clip-add: measuring a long recording on a small board */
#define CLIENT_REPLY_BYTES (16 << 20)

struct client;

/*
 * where: the runtime folder (its control.sock), or the path of a socket. 0; -ENOENT or
 * -ECONNREFUSED: no station is there; -EACCES: not allowed to talk to it; -ENAMETOOLONG.
 */
int client_open(const char *where, struct client **ret);
struct client *client_free(struct client *client);

/*
 * Send request (borrowed) and wait for its reply (given away; json_decref). fd, unless -1, goes
 * along as a copy (clip-add). 0 whatever the reply's "ok" says; -ETIMEDOUT; -EPIPE: the station
 * went away; -EBADMSG: that was no reply; -EMSGSIZE: request or reply is too large. After a
 * failure the client is of no more use but to free.
 */
int client_call(struct client *client, json_t *request, int fd, int timeout_ms, json_t **ret_reply);

/*
 * The same in steps, for a program with a loop of its own: none of these waits.
 *
 * client_try() is one attempt to connect; -EAGAIN: the station has too much to do just now, ask
 * again in a moment. client_begin() takes a copy of the request; fd is borrowed until the first
 * client_step() that answers. client_step() does what can be done now: 0 and the reply (given
 * away), -EAGAIN: call it again when client_fd() is ready for client_waits_for() (POLLIN or
 * POLLOUT), or an error as client_call(). Deadlines are the caller's.
 */
int client_try(const char *where, struct client **ret);
int client_begin(struct client *client, const json_t *request, int fd);
int client_step(struct client *client, json_t **ret_reply);
int client_fd(const struct client *client);
short client_waits_for(const struct client *client);

#endif
