/* SPDX-License-Identifier: MIT */
/*
 * clip_file - the files of clips, by name: set aside when a clip is removed, put back, and the mark
 * of a spoken draft.
 *
 * A removed recording goes to removed/NAME.STAMP.mp3 in the state folder, in one step, and is kept
 * for CLIP_FILE_KEEP_US. STAMP is the second of UTC, or 0 where nobody knew the time: such a file
 * gets its stamp by the first purge that does. A clock that jumped ahead must not empty the folder:
 * only call clip_file_purge() with a time that is trusted, and what lies in its future is left alone.
 *
 * Every name is checked by library_name_ok()'s rule before it reaches a path.
 */
#ifndef EDGE_CLIP_FILE_H
#define EDGE_CLIP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

#define CLIP_FILE_KEEP_US (INT64_C(30) * 86400 * 1000000)
/* Begins the ID3v1 comment of a recording that a machine spoke. */
#define CLIP_FILE_DRAFT	  "draft spoken by "

/* Is there a recording of that name (measured or not)? */
bool clip_file_there(const char *state_dir, const char *name);
/* Is it marked as a spoken draft? False also where it cannot be read. */
bool clip_file_is_draft(const char *state_dir, const char *name);

/* now_us 0: the time is not known. 0, -ENOENT, or the disk's negative errno. */
int clip_file_remove(const char *state_dir, const char *name, int64_t now_us);
/*
 * Puts the newest removed recording of that name back, as 'as' (may be name). 0; -ENOENT: none was
 * kept; -EEXIST: a recording has that name; -EINVAL: no clip can have it; the disk's errno.
 */
int clip_file_restore(const char *state_dir, const char *name, const char *as);

/* A value. */
struct clip_removed {
	char name[LIMIT_NAME];
	int64_t removed_us; /* 0: not known */
	int64_t size;
};
/* In no order. Stops at fn's first non-zero and returns it. 0 also where nothing was ever removed. */
int clip_file_removed(const char *state_dir,
		      int (*fn)(void *context, const struct clip_removed *removed), void *context);
/* Deletes what was kept long enough, for good. Returns how many, or a negative errno. */
int clip_file_purge(const char *state_dir, int64_t now_us);

#endif
