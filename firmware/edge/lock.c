/* SPDX-License-Identifier: MIT */
/*
 * The lock is an open-file-description lock: it is not lost when some other part of the process
 * closes a second descriptor of the file, as a classic POSIX lock would be, and a stranger can ask
 * who holds it without taking it for a moment, as flock() cannot.
 */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

/* The control socket's path, a line break, a process id, a line break. */
#define LOCK_BYTES (sizeof(((struct sockaddr_un *)0)->sun_path) + 32)

struct lock {
	int fd;
};

static int lock_open(const char *state_dir, int flags)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/" LOCK_FILE, state_dir);
	int fd;

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
	return fd < 0 ? -errno : fd;
}

static int lock_hold(int fd)
{
	struct flock hold = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_SETLK, &hold) == 0)
		return 0;
	return errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
}

/*
 * In one write, so that a reader finds all of it. Over what the last station left, and that is left
 * there when a station ends: on a full disk there is room for what replaces as much, none for a file
 * that was emptied, and a station has to start on a full disk too.
 */
static int lock_write(int fd, const char *socket_path)
{
	char text[LOCK_BYTES];
	int n = snprintf(text, sizeof(text), "%s\n%ld\n", socket_path, (long)getpid());
	ssize_t done;

	done = pwrite(fd, text, (size_t)n, 0);
	if (done < 0)
		return -errno;
	if (done != n)
		return -ENOSPC;
	return ftruncate(fd, n) < 0 ? -errno : 0;
}

static int lock_fill(int fd, const char *socket_path)
{
	int error = lock_hold(fd);

	if (error == 0)
		error = lock_write(fd, socket_path);
	/* A station that others cannot find by its folder is better than none. */
	return error == -ENOSPC || error == -EDQUOT ? 0 : error;
}

int lock_take(const char *state_dir, const char *socket_path, struct lock **ret)
{
	size_t length = strlen(socket_path);
	struct lock *lock;
	int error;

	if (length == 0 || length >= sizeof(((struct sockaddr_un *)0)->sun_path) ||
	    strchr(socket_path, '\n'))
		return -EINVAL;
	lock = malloc(sizeof(*lock));
	if (!lock)
		return -ENOMEM;
	lock->fd = lock_open(state_dir, O_RDWR | O_CREAT);
	error = lock->fd < 0 ? lock->fd : lock_fill(lock->fd, socket_path);
	if (error < 0) {
		if (lock->fd >= 0)
			close(lock->fd);
		free(lock);
		return error;
	}
	*ret = lock;
	return 0;
}

struct lock *lock_free(struct lock *lock)
{
	if (!lock)
		return NULL;
	close(lock->fd);
	free(lock);
	return NULL;
}

static int lock_is_held(int fd)
{
	struct flock ask = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_GETLK, &ask) < 0)
		return -errno;
	return ask.l_type != F_UNLCK;
}

/* A station that has taken the lock and not yet written is not there yet. */
static int lock_read(int fd, char *ret_socket, size_t n)
{
	char text[LOCK_BYTES + 1];
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);
	size_t length;

	if (got < 0)
		return -errno;
	text[got] = '\0';
	length = strcspn(text, "\n");
	if (length == 0 || text[length] != '\n')
		return -ENOENT;
	if (length >= n)
		return -ENOBUFS;
	memcpy(ret_socket, text, length);
	ret_socket[length] = '\0';
	return 0;
}

int lock_find(const char *state_dir, char *ret_socket, size_t n)
{
	int fd = lock_open(state_dir, O_RDONLY);
	int held, error;

	if (fd < 0)
		return fd;
	held = lock_is_held(fd);
	if (held > 0)
		error = lock_read(fd, ret_socket, n);
	else
		error = held < 0 ? held : -ENOENT;
	close(fd);
	return error;
}
