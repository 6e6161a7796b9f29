/* SPDX-License-Identifier: MIT */
/*
 * library - the recordings: clips/NAME.mp3 and what is known of them.
 *
 * A table in memory, by name; the index (store_clip) is a cache of it that can be rebuilt from the
 * folder. A recording is decoded and measured in a child process (the program itself, started
 * again with LIBRARY_CHILD as its only argument) under resource limits, so that a hostile file
 * costs the child, never the station.
 */
#ifndef EDGE_LIBRARY_H
#define EDGE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain.h"
#include "plan.h"
#include "store.h"

#define LIBRARY_CHILD "--measure-recording"

struct library;

struct library_options {
	const char *state_dir;
	struct chain_settings settings;
	const char *program; /* path of the executable for children, e.g. "/proc/self/exe" */
};

int library_new(const struct library_options *options, struct library **ret);
struct library *library_free(struct library *library);

/* Take over a record of the index (at start). Records whose file is gone or changed are ignored
 * by library_scan(). */
int library_know(struct library *library, const struct store_clip *clip);

/*
 * Compare with clips/: forget what is gone, list what is new or changed (size, mtime) or was
 * measured under other chain settings. Cheap: one stat a file. Returns how many need measuring,
 * or a negative errno.
 */
int library_scan(struct library *library);

/*
 * Measuring. library_measure_next() starts a child for the next recording that needs it and gives
 * an fd that becomes readable when the child is done; library_measure_done() reaps it. One child
 * at a time. Returns 0, -EAGAIN (nothing to do), or another negative errno.
 */
int library_measure_next(struct library *library, int *ret_fd);

enum library_verdict {
	LIBRARY_ACCEPTED,
	LIBRARY_REFUSED,  /* see mp3_verdict */
	LIBRARY_CHILD_FAILED, /* crashed, out of time or memory */
	LIBRARY_IO,	  /* the disk */
};
struct library_result {
	enum library_verdict verdict;
	char code[32];	 /* stable English: "truncated", "silent", "too-large", "bad-name", ... */
	struct store_clip clip; /* ACCEPTED */
	int error;	 /* IO: negative errno */
	char same_as[LIMIT_NAME]; /* another clip with the same recording, "" if none: a warning */
};
/* Reaps the child. ACCEPTED: the clip is in the table; the caller puts it into the index. */
int library_measure_done(struct library *library, struct library_result *ret);

/*
 * Import: like measuring, of a file that comes in. fd is read wholly into a private file first
 * (O_NOFOLLOW rules are the caller's), measured in the child, then placed atomically as
 * clips/NAME.mp3 (fsync file and folder) by library_measure_done(). Blocks for the copy only.
 */
int library_import_begin(struct library *library, int fd, const char *name, const char *title,
			 const char *by, int64_t now_us, int *ret_fd);
/* Copy, measure, wait, place: for the command line without a service, and for tests. */
int library_import(struct library *library, int fd, const char *name, const char *title,
		   const char *by, int64_t now_us, struct library_result *ret);
/* Measure all that library_scan() found, waiting. Calls fn for each result. */
int library_measure_all(struct library *library,
			void (*fn)(void *context, const struct library_result *result),
			void *context);

/* May it be a clip's name, and so a file's? Valid UTF-8, no '/', no control character, does not
 * begin with '.' or '-', 1 to LIMIT_NAME - 1 bytes. The caller has made it NFC (config/names). */
bool library_name_ok(const char *name);

/* The table, in name order. NULL past the end / not there. Borrowed until the next change. */
const struct store_clip *library_clip(const struct library *library, size_t index);
const struct store_clip *library_find(const struct library *library, const char *name);
size_t library_count(const struct library *library);
void library_recording(const struct store_clip *clip, struct plan_recording *ret);

/*
 * Read a recording for the air: the bytes (malloc'ed, given away) after their SHA-256 was compared.
 * -ENOENT, -EBADMSG (the file is not what was measured), -EIO, -ENOMEM.
 */
int library_load(const struct library *library, const char *name, void **ret_bytes,
		 size_t *ret_n);

/* main() of the child: reads fd 3, writes its findings to fd 4, returns the exit code. */
int library_child_main(void);

#endif
