/* SPDX-License-Identifier: MIT */
#include "control_unix_internal.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control.h"

#define CONTROL_UNIX_FILES 4 /* files in one message; all but the first are closed */

void control_unix_name_peer(int fd, struct control_peer *peer)
{
	struct ucred credentials = {.uid = (uid_t)-1};
	socklen_t n = sizeof(credentials);
	struct passwd *entry = NULL;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &n) == 0)
		entry = getpwuid(credentials.uid);
	peer->has_uid = entry != NULL;
	peer->uid = credentials.uid;
	if (entry)
		snprintf(peer->user, sizeof(peer->user), "%s", entry->pw_name);
	else
		snprintf(peer->user, sizeof(peer->user), "uid %u", credentials.uid);
}

/* A socket that answers belongs to somebody; one that does not was left behind. */
static int replace_stale(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
		error = -EADDRINUSE;
	else if (errno == ECONNREFUSED && unlink(address->sun_path) < 0)
		error = -errno;
	close(fd);
	return error;
}

int control_unix_listen(const char *path, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int error, fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	error = replace_stale(&address);
	if (error < 0)
		return error;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(path, 0660) < 0 || listen(fd, LIMIT_CLIENTS) < 0) {
		error = -errno;
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

/* Keeps the first file of a message, closes the others. */
static void take_files(struct msghdr *message, int *passed_fd)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t n = 0;

		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (*passed_fd < 0)
				*passed_fd = fd;
			else
				close(fd);
		}
	}
}

ssize_t control_unix_receive(int fd, char *room, size_t n, int *passed_fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(CONTROL_UNIX_FILES * sizeof(int))];
	} control;
	struct iovec part = {.iov_base = room, .iov_len = n};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (got < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	take_files(&message, passed_fd);
	return got;
}

int control_unix_wake(int fd)
{
	const uint64_t one = 1;
	ssize_t n;

	do {
		n = write(fd, &one, sizeof(one));
	} while (n < 0 && errno == EINTR);
	return n < 0 && errno != EAGAIN ? -errno : 0;
}
