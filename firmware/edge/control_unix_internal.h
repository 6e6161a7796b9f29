/* SPDX-License-Identifier: MIT */
/*
 * control_unix_internal - what control_unix asks of the socket itself.
 */
#ifndef EDGE_CONTROL_UNIX_INTERNAL_H
#define EDGE_CONTROL_UNIX_INTERNAL_H

#include <stddef.h>
#include <sys/types.h>

struct control_peer;

/* A listening socket at path, mode 0660; errors as control_unix_new(). */
int control_unix_listen(const char *path, int *ret_fd);
/* Fills the user's name (or "uid N") by the kernel's word. */
void control_unix_name_peer(int fd, struct control_peer *peer);
/*
 * Reads up to n bytes. Of the files that come along the first is kept in *passed_fd if that is
 * -1, the others are closed. Returns bytes, 0 at the end, -EAGAIN, or another negative errno.
 */
ssize_t control_unix_receive(int fd, char *room, size_t n, int *passed_fd);

/* Makes an eventfd readable; that it is already is no failure. */
int control_unix_wake(int fd);

#endif
