/* SPDX-License-Identifier: MIT */
/*
 * tape - every change that a process makes below one folder, in order: what write_tape.c records and
 * disk.c plays back. A tape is a file of records, each a head, its name(s) and its bytes, appended in
 * one write, so that several processes may write on the same tape. The next begins at a multiple of 8.
 *
 * Files and folders are known by their inode; a number that comes again in CREATE or FOLDER is a new
 * one.
 */
#ifndef TESTS_TAPE_H
#define TESTS_TAPE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define TAPE_MAGIC 0x65706154u

enum tape_kind {
	TAPE_CREATE,   /* ino: a new file 'name' in dir */
	TAPE_FOLDER,   /* ino: a new folder 'name' in dir */
	TAPE_WRITE,    /* bytes at 'at' of ino */
	TAPE_LENGTH,   /* ino has 'at' bytes now */
	TAPE_SYNC,     /* ino: file or folder */
	TAPE_RENAME,   /* 'name' of dir is 'other' of dir2 now */
	TAPE_EXCHANGE, /* 'name' of dir and 'other' of dir2 have changed places */
	TAPE_UNLINK,   /* 'name' of dir: a file or an empty folder */
	TAPE_MARK,     /* 'name': something was acknowledged to somebody */
};

struct tape_record {
	uint32_t magic, kind;
	int64_t mono_us; /* CLOCK_MONOTONIC */
	uint64_t ino, dir, dir2;
	int64_t at;
	uint32_t n_name, n_other, n_bytes, reserved; /* texts with their ends */
};

/* The system itself is called: in the process that is recorded, write() is our own. */
static inline void tape_put(int tape, struct tape_record *record, const char *name,
			    const char *other, const void *bytes, size_t n)
{
	struct timespec now;
	static const char zeros[8];
	struct iovec parts[5] = {{record, sizeof(*record)}};
	size_t length;

	clock_gettime(CLOCK_MONOTONIC, &now);
	record->magic = TAPE_MAGIC;
	record->mono_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	record->n_name = name ? (uint32_t)strlen(name) + 1 : 0;
	record->n_other = other ? (uint32_t)strlen(other) + 1 : 0;
	record->n_bytes = (uint32_t)n;
	parts[1] = (struct iovec){(void *)(uintptr_t)name, record->n_name};
	parts[2] = (struct iovec){(void *)(uintptr_t)other, record->n_other};
	parts[3] = (struct iovec){(void *)(uintptr_t)bytes, n};
	length = record->n_name + record->n_other + n;
	parts[4] = (struct iovec){(void *)(uintptr_t)zeros, (8 - length % 8) % 8};
	syscall(SYS_writev, tape, parts, 5);
}

#endif
