/* SPDX-License-Identifier: MIT */
/*
 * lock - station.lock: one station a state folder, and where its control socket is.
 *
 * The file is held with an exclusive lock while the station runs and says which process holds it
 * and on which socket it listens. The lock belongs to the open file and goes with the process,
 * however it ends; what a dead station left in the file is ignored and overwritten. The file
 * itself is never removed: removing a lock file that another process is opening makes two holders.
 */
#ifndef EDGE_LOCK_H
#define EDGE_LOCK_H

#include <stddef.h>

#define LOCK_FILE "station.lock"

struct lock;

/*
 * Take state_dir/station.lock (made if missing) and write socket_path and our process id into it.
 * 0; -EBUSY: another station runs in this folder; -EINVAL: socket_path is empty, has a line break
 * or is too long for a socket; -ENOMEM, -ENOENT, -EACCES, -EROFS, -EIO ... On a full disk the lock
 * is taken all the same; if the file never had a text, lock_find() does not find this station. The
 * lock is not inherited by children that exec, but is by children that only fork.
 */
int lock_take(const char *state_dir, const char *socket_path, struct lock **ret);

/* Lets go; the file stays as it is. Accepts NULL, returns NULL. */
struct lock *lock_free(struct lock *lock);

/*
 * 0 and the control socket of the station that runs in state_dir; -ENOENT: none runs there (a
 * file nobody holds is no station); -ENOBUFS: n is too small. Never waits, never makes a file.
 */
int lock_find(const char *state_dir, char *ret_socket, size_t n);

#endif
