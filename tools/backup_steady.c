/* SPDX-License-Identifier: MIT */
/*
 * The station holds its log for itself, and so does the console its accounts: nobody else may read
 * them through SQLite. But a database and its write-ahead log that were copied while nobody wrote
 * are as good as after a power cut, which they are made for.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backup.h"
#include "limit.h"

#define TRIES	 200
#define STILL_NS INT64_C(50000000) /* a time of a file is only as fine as the kernel's tick */
#define FILES	 16

static int64_t ns_of(struct timespec at)
{
	return at.tv_sec * INT64_C(1000000000) + at.tv_nsec;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ns_of(now);
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       ns_of(a->st_mtim) == ns_of(b->st_mtim);
}

/* {0}: not there. */
static int look(int dir, const char *name, struct stat *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (fstatat(dir, name, ret, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(ret->st_mode) ? 0 : -EINVAL;
}

static int copy(int from_dir, int to_dir, const char *name)
{
	int from = openat(from_dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int to = from < 0 ? -1
			  : openat(to_dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int error = from < 0 || to < 0 ? -errno : 0;
	ssize_t n = 1;

	while (error == 0 && n > 0) {
		n = sendfile(to, from, NULL, 1 << 20);
		error = n < 0 && errno != EINTR ? -errno : 0;
	}
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return error;
}

/* 1: somebody wrote meanwhile. */
static int try(int from, const char *const *names, size_t n, int to)
{
	struct stat before[FILES], after;
	int64_t begin_ns = now_ns(), age_ns;
	int error = 0;

	for (size_t i = 0; i < n && error == 0; i++) {
		error = look(from, names[i], &before[i]);
		age_ns = begin_ns - ns_of(before[i].st_mtim);
		if (error == 0 && before[i].st_ino && age_ns >= 0 && age_ns < STILL_NS)
			return 1;
	}
	for (size_t i = 0; i < n && error == 0; i++) {
		unlinkat(to, names[i], 0); /* of an earlier try */
		if (before[i].st_ino)
			error = copy(from, to, names[i]);
	}
	for (size_t i = 0; i < n && (error == 0 || error == -ENOENT); i++) {
		error = look(from, names[i], &after);
		if (error == 0 && !same(&before[i], &after))
			return 1;
	}
	return error;
}

int backup_steady(const char *from, const char *const *names, size_t n, const char *to)
{
	const struct timespec pause = {.tv_nsec = STILL_NS};
	int from_dir = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int to_dir = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = from_dir < 0 || to_dir < 0 ? -errno : n > FILES ? -E2BIG : 1;

	for (int i = 0; i < TRIES && error > 0; i++) {
		error = try(from_dir, names, n, to_dir);
		if (error > 0)
			nanosleep(&pause, NULL);
	}
	if (from_dir >= 0)
		close(from_dir);
	if (to_dir >= 0)
		close(to_dir);
	return error > 0 ? -EAGAIN : error;
}
