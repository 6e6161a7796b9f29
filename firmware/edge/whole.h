/* SPDX-License-Identifier: MIT */
/*
 * whole - bytes that are written all of them, and names that outlive a power cut.
 *
 * For those above the edges. Edges that write files have a loop of their own: no edge knows another.
 */
#ifndef EDGE_WHOLE_H
#define EDGE_WHOLE_H

#include <stddef.h>

/* All n bytes, however often the kernel takes only a part. 0 or a negative errno. Any thread. */
int whole_write(int fd, const void *bytes, size_t n);

/* What was made, renamed or removed in the folder is durable. 0 or a negative errno. Any thread. */
int whole_sync_folder(const char *path);

#endif
