/* SPDX-License-Identifier: MIT */
/*
 * control_unix - the transport of control: JSON Lines on a unix socket.
 *
 * Never blocks. One file descriptor to wait for (readable = there is something to do) stands for
 * the listener and all clients. What a client can cost is bounded: a line of LIMIT_REQUEST_BYTES,
 * one request at a time (while its answer is under way or unread, nothing more is read from it),
 * CONTROL_UNIX_REPLY bytes of unread answer (past them it is dropped), LIMIT_CLIENTS connections
 * (then the one that has been quiet longest makes room). No client can make another wait.
 */
#ifndef EDGE_CONTROL_UNIX_H
#define EDGE_CONTROL_UNIX_H

#include <stddef.h>
#include <stdint.h>

#include "control.h"

#define CONTROL_UNIX_REPLY (1 << 20)

struct control_unix;

/*
 * Makes the socket (mode 0660). A socket file nobody listens on is replaced. -EADDRINUSE: somebody
 * does; -ENAMETOOLONG: longer than a socket's address can be.
 */
int control_unix_new(const char *path, struct control_unix **ret);
/* Closes all connections and removes the socket. */
struct control_unix *control_unix_free(struct control_unix *transport);

/* Where requests go; before the first control_unix_step(). Borrowed. */
void control_unix_attach(struct control_unix *transport, struct control *control);
/* A control_reply_fn; context is the transport. */
void control_unix_reply(void *context, uint64_t client, const char *text, size_t n);

int control_unix_fd(const struct control_unix *transport);
/* Does what can be done now. 0 or a negative errno of epoll itself. */
int control_unix_step(struct control_unix *transport);

#endif
