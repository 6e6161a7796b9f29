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

#endif
