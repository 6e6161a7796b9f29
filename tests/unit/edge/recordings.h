/* SPDX-License-Identifier: MIT */
/*
 * recordings - a library over a test's folder, and recordings for it.
 *
 * The children of a test are its own program: its main() asks recordings_is_child() first.
 */
#ifndef TESTS_RECORDINGS_H
#define TESTS_RECORDINGS_H

#include "check.h"
#include "folder.h"
#include "library.h"

#define RECORDINGS_NOW_US INT64_C(1717200000000000)

static const struct chain_settings recordings_settings = {
	.format = {.rate_hz = 48000, .channels = 1},
	.target_lufs = -16.0,
	.ceiling_dbtp = -1.0,
	.highpass_hz = 200.0};

static inline struct library *open_with(const struct folder *folder,
					const struct chain_settings *with)
{
	struct library_options options = {
		.state_dir = folder->path, .settings = *with, .program = "/proc/self/exe"};
	struct library *library;

	assert_int_equal(library_new(&options, &library), 0);
	return library;
}

static inline struct library *open_library(const struct folder *folder)
{
	return open_with(folder, &recordings_settings);
}

static inline int open_fixture(const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), LOA_SOURCE_DIR "/tests/unit/edge/fixtures/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static inline struct library_result import(struct library *library, const char *fixture,
					   const char *name)
{
	struct library_result result = {0};
	int fd = open_fixture(fixture);

	assert_int_equal(
		library_import(library, fd, name, "Tiêu đề", "Chị Lan", RECORDINGS_NOW_US, &result),
		0);
	close(fd);
	return result;
}

/* Puts a fixture into clips/ as a person with a USB stick would. */
static inline void drop(const struct folder *folder, const char *fixture, const char *file,
			int flip)
{
	char name[128];
	int fd = open_fixture(fixture);
	char bytes[65536];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	assert_in_range(n, 1, sizeof(bytes) - 1);
	close(fd);
	if (flip > 0)
		bytes[flip] ^= 0x55;
	snprintf(name, sizeof(name), "clips/%s", file);
	folder_write(folder, name, bytes, (size_t)n);
}

static inline int count_files(const struct folder *folder)
{
	char command[128];
	FILE *pipe;
	int n = -1;

	snprintf(command, sizeof(command), "ls -A %s/clips | wc -l", folder->path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%d", &n), 1);
	pclose(pipe);
	return n;
}

static inline bool recordings_is_child(int argc, char **argv)
{
	return argc == 2 && strcmp(argv[1], LIBRARY_CHILD) == 0;
}

#endif
