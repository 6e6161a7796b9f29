/* SPDX-License-Identifier: MIT */
/*
 * A recording from outside is copied to a private file first and measured there. It gets its name
 * only when it was found good, in one step that either happened or did not.
 */
#include "library_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COPY_BYTES 65536

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno == EFBIG || errno == EDQUOT ? -ENOSPC : -errno;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

static int copy(int from, int to, char *bytes)
{
	int64_t total = 0;

	for (;;) {
		ssize_t n = read(from, bytes, COPY_BYTES);
		int error;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		total += n;
		if (total > LIMIT_CLIP_BYTES)
			return -EFBIG;
		error = write_all(to, bytes, (size_t)n);
		if (error < 0)
			return error;
	}
}

/* 'ret' (32 bytes) is where the name of the file in clips/ goes. */
static int make_temporary(const struct library *library, const char *kind, char *ret, int *ret_file)
{
	unsigned tries;

	for (tries = 0; tries < 100; tries++) {
		int file;

		snprintf(ret, 32, ".import-%ld-%u%s", (long)getpid(), tries, kind);
		file = openat(library->dir, ret, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (file >= 0) {
			*ret_file = file;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	ret[0] = '\0';
	return -errno;
}

static void drop(struct library *library, int *file, char *name)
{
	if (*file >= 0)
		close(*file);
	if (library->importing && name[0])
		unlinkat(library->dir, name, 0);
	*file = -1;
	name[0] = '\0';
}

void library_drop_files(struct library *library)
{
	drop(library, &library->file, library->temporary);
	drop(library, &library->converted, library->other);
}

int library_copy(struct library *library, int fd)
{
	char *bytes = malloc(COPY_BYTES);
	int error;

	if (!bytes)
		return -ENOMEM;
	library->importing = true;
	error = make_temporary(library, "", library->temporary, &library->file);
	if (error == 0)
		error = make_temporary(library, "c", library->other, &library->converted);
	if (error == 0)
		error = copy(fd, library->file, bytes);
	if (error < 0)
		library_drop_files(library);
	free(bytes);
	return error;
}

static bool put_text(char *to, size_t n, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length >= n)
		return false;
	if (length > 0)
		memcpy(to, text, length);
	to[length] = '\0';
	return true;
}

int library_import_begin(struct library *library, int fd, const char *name, const char *title,
			 const char *by, int64_t now_us, int *ret_fd)
{
	struct store_clip subject = {.added_us = now_us};
	int error;

	if (library->measuring)
		return -EBUSY;
	if (!library_name_ok(name))
		return -EINVAL;
	if (!put_text(subject.name, sizeof(subject.name), name) ||
	    !put_text(subject.title, sizeof(subject.title), title) ||
	    !put_text(subject.added_by, sizeof(subject.added_by), by))
		return -ENAMETOOLONG;
	library->subject = subject;
	if (library_work_begin(library, WORK_COPY, fd) == 0) {
		library->measuring = library->importing = true;
		*ret_fd = library_fd(library);
		return 0;
	}
	error = library_copy(library, fd);
	if (error < 0)
		return error;
	return library_begin(library, true, ret_fd);
}

void library_refuse(int error, struct library_result *ret)
{
	switch (error) {
	case -EINVAL:
		library_say(ret, LIBRARY_REFUSED, "bad-name");
		break;
	case -ENAMETOOLONG:
		library_say(ret, LIBRARY_REFUSED, "title-too-long");
		break;
	case -EFBIG:
		library_say(ret, LIBRARY_REFUSED, "too-large");
		break;
	default:
		library_say(ret, LIBRARY_IO, "disk");
		ret->error = error;
	}
}

/* What stands in the way of an import before a child was started. */
static int explain(int error, const char *name, struct library_result *ret)
{
	struct library_result result = {0};

	if (error == -EBUSY || error == -ENOMEM)
		return error;
	put_text(result.clip.name, sizeof(result.clip.name), name);
	library_refuse(error, &result);
	*ret = result;
	return 0;
}

int library_import(struct library *library, int fd, const char *name, const char *title,
		   const char *by, int64_t now_us, struct library_result *ret)
{
	int wait_fd;
	int error = library_import_begin(library, fd, name, title, by, now_us, &wait_fd);

	if (error < 0)
		return explain(error, name, ret);
	do {
		library_wait(library_fd(library));
		error = library_measure_done(library, ret);
	} while (error == -EAGAIN);
	return error;
}
