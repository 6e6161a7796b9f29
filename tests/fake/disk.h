/* SPDX-License-Identifier: MIT */
/*
 * disk - what is left of a folder after a power cut: plays a tape (tape.h) onto a model of the disk,
 * and at any place of it writes down a folder as it could be found after the power went there.
 *
 * The model is an honest disk under a journalling file system, at its strictest: what a file holds
 * is safe when that file was synced, what a folder lists when that folder was synced; neither makes
 * the other safe. Of what was not synced, any subset of the writes of a file survives, each whole
 * or torn at 512 bytes; of the changes of a folder those up to some one of them, each whole.
 */
#ifndef TESTS_DISK_H
#define TESTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tape.h"

#define DISK_SECTOR 512

struct disk;

/* What there is in the folder now: all of it safe. NULL: it could not be read. */
struct disk *disk_new(const char *folder);
struct disk *disk_free(struct disk *disk);

/* A record of the tape in memory; name, other and bytes stand behind it. Borrowed. */
struct tape_at {
	const struct tape_record *head;
	const char *name, *other;
	const uint8_t *bytes;
};
/* The record at *at of a tape of n bytes; moves *at on. False: it is the end. */
bool tape_next(const uint8_t *tape, size_t n, size_t *at, struct tape_at *ret);

/* False: the record speaks of a file that is not there: the tape is not whole. */
bool disk_play(struct disk *disk, const struct tape_at *record);

/* How much of what is not safe survives. */
enum disk_luck { DISK_ALL, DISK_NONE, DISK_SOME, DISK_TORN, DISK_LUCKS };
/* Writes the folder as the cut leaves it into 'to', which is made. False: it could not be made. */
bool disk_cut(const struct disk *disk, enum disk_luck luck, unsigned *seed, const char *to);

#endif
