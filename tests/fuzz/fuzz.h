/* SPDX-License-Identifier: MIT */
/*
 * fuzz - what the fuzz targets share: a claim that must hold, a folder of their own, and a cursor
 * over the bytes of an input.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_UNUSED __attribute__((unused))

FUZZ_UNUSED static void must(bool holds)
{
	if (!holds)
		abort();
}

static char fuzz_path[64];

static int fuzz_remove(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

FUZZ_UNUSED static void fuzz_clear(void)
{
	nftw(fuzz_path, fuzz_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* A folder for this process, in memory where the machine has that; gone when it ends well. */
FUZZ_UNUSED static const char *fuzz_folder(void)
{
	const char *const parents[] = {"/dev/shm", "/tmp"};

	if (fuzz_path[0])
		return fuzz_path;
	for (size_t i = 0; !fuzz_path[0] && i < 2; i++) {
		snprintf(fuzz_path, sizeof(fuzz_path), "%s/loa-fuzz-XXXXXX", parents[i]);
		if (!mkdtemp(fuzz_path))
			fuzz_path[0] = '\0';
	}
	must(fuzz_path[0] && atexit(fuzz_clear) == 0);
	return fuzz_path;
}

FUZZ_UNUSED static void fuzz_write(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "we");

	must(file && (n == 0 || fwrite(bytes, 1, n, file) == n));
	must(fclose(file) == 0);
}

/* The bytes that are still to be used. */
struct fuzz_bytes {
	const uint8_t *at;
	size_t n;
};

FUZZ_UNUSED static unsigned fuzz_byte(struct fuzz_bytes *bytes)
{
	if (bytes->n == 0)
		return 0;
	bytes->n--;
	return *bytes->at++;
}

/* The rest as a text with an end, cut to fit. */
FUZZ_UNUSED static size_t fuzz_text(const struct fuzz_bytes *bytes, char *ret, size_t n)
{
	size_t length = bytes->n < n - 1 ? bytes->n : n - 1;

	if (length > 0)
		memcpy(ret, bytes->at, length);
	ret[length] = '\0';
	return strlen(ret);
}

#endif
