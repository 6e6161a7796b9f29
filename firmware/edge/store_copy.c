/* SPDX-License-Identifier: MIT */
/*
 * Reading what cannot be written: SQLite cannot open a write-ahead log on a read-only file system
 * or in somebody else's folder (and its "immutable" mode silently leaves the newest rows out). So
 * both files are copied to a private folder and opened there. Whether a station holds them is asked
 * of SQLite's own lock bytes first.
 */
#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where SQLite locks: https://www.sqlite.org/fileformat.html#the_lock_byte_page */
#define LOCK_FIRST 0x40000000
#define LOCK_BYTES 512

static const char *const copied[] = {"asrun.db", "asrun.db-wal", "library.db", "library.db-wal"};
#define N_COPIED (sizeof(copied) / sizeof(copied[0]))

static int is_held(int fd)
{
	struct flock ask = {.l_type = F_RDLCK,
			    .l_whence = SEEK_SET,
			    .l_start = LOCK_FIRST,
			    .l_len = LOCK_BYTES};

	if (fcntl(fd, F_GETLK, &ask) < 0)
		return -errno;
	return ask.l_type == F_UNLCK ? 0 : -EBUSY;
}

static int copy_bytes(int from, int to)
{
	ssize_t n;

	do {
		n = sendfile(to, from, NULL, 1 << 20);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

/* A file that is not there is simply not copied. */
static int copy_one(int from_dir, int to_dir, const char *name)
{
	int from = openat(from_dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int to, error;

	if (from < 0)
		return errno == ENOENT ? 0 : -errno;
	error = is_held(from);
	if (error < 0) {
		close(from);
		return error;
	}
	to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	error = to < 0 ? -errno : copy_bytes(from, to);
	if (to >= 0)
		close(to);
	close(from);
	return error;
}

static int copy_all(const char *dir, const char *copy)
{
	int from = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int to = open(copy, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = from < 0 || to < 0 ? -errno : 0;
	size_t i;

	for (i = 0; i < N_COPIED && error == 0; i++)
		error = copy_one(from, to, copied[i]);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return error;
}

int store_copy_new(const char *dir, char **ret)
{
	const char *place = getenv("TMPDIR");
	char *copy;
	int error = store_path(place && *place ? place : "/tmp", "loaphuong-XXXXXX", &copy);

	if (error < 0)
		return error;
	if (!mkdtemp(copy)) {
		error = -errno;
		free(copy);
		return error;
	}
	error = copy_all(dir, copy);
	if (error < 0) {
		store_copy_free(copy);
		return error;
	}
	*ret = copy;
	return 0;
}

char *store_copy_free(char *copy)
{
	int dir;
	size_t i;

	if (!copy)
		return NULL;
	dir = open(copy, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < N_COPIED && dir >= 0; i++)
		unlinkat(dir, copied[i], 0);
	if (dir >= 0)
		close(dir);
	rmdir(copy);
	free(copy);
	return NULL;
}
