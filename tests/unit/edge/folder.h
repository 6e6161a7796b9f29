/* SPDX-License-Identifier: MIT */
/* folder - a state folder for one test, and files in it. */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

struct folder {
	char path[64];
};

static inline int folder_setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	if (!folder)
		return -1;
	strcpy(folder->path, "/tmp/loaphuong-test-XXXXXX"); /* fits */
	*state = folder;
	return mkdtemp(folder->path) ? 0 : -1;
}

static inline int folder_remove_one(const char *path, const struct stat *st, int type,
				    struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline int folder_teardown(void **state)
{
	struct folder *folder = *state;

	nftw(folder->path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(folder);
	return 0;
}

/* The caller frees it. */
static inline char *folder_file(const struct folder *folder, const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", folder->path, name) > 0);
	return path;
}

static inline void folder_write(const struct folder *folder, const char *name, const void *bytes,
				size_t n)
{
	char *path = folder_file(folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
	free(path);
}

/* The whole file; the caller frees it. */
static inline char *folder_read(const struct folder *folder, const char *name, size_t *ret_n)
{
	char *path = folder_file(folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	bytes[st.st_size] = '\0';
	close(fd);
	free(path);
	*ret_n = (size_t)st.st_size;
	return bytes;
}

static inline bool folder_has(const struct folder *folder, const char *name)
{
	char *path = folder_file(folder, name);
	struct stat st;
	bool has = lstat(path, &st) == 0;

	free(path);
	return has;
}

#endif
