/* SPDX-License-Identifier: MIT */
/*
 * library - the recordings: clips/NAME.mp3 and what is known of them.
 *
 * A table in memory, by name; the index (store_clip) is a cache of it that can be rebuilt from the
 * folder. A recording is decoded and measured in a child process (the program itself, started
 * again with LIBRARY_CHILD as its only argument) under resource limits, so that a hostile file
 * costs the child, never the station.
 *
 * Only regular files NAME.mp3 count whose NAME library_name_ok() accepts; links are not followed.
 * A recording that was refused is not tried again until its file changes or the library is made
 * anew. One thread.
 */
#ifndef EDGE_LIBRARY_H
#define EDGE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain.h"
#include "plan.h"
#include "store.h"

#define LIBRARY_CHILD	  "--measure-recording"
#define LIBRARY_CONVERTER "/usr/bin/ffmpeg"

struct library;

struct library_options {
	const char *state_dir;
	struct chain_settings settings;
	const char *program;   /* path of the executable for children, e.g. "/proc/self/exe" */
	const char *converter; /* path of ffmpeg; NULL = LIBRARY_CONVERTER */
	/*
	 * What may wait for a disk in an import (the copy, fsync) is done by a thread of its own, so
	 * that a loop that calls us goes on turning. For what calls the _begin and _done below.
	 */
	bool background;
};

/* Makes clips/ if it is missing, and removes what an import that was killed left there. */
int library_new(const struct library_options *options, struct library **ret);
/* Ends a child that still runs; what it measured is lost. */
struct library *library_free(struct library *library);

/* Take over a record of the index (at start). Records whose file is gone or changed are ignored
 * by library_scan(). */
int library_know(struct library *library, const struct store_clip *clip);

/*
 * Compare with clips/: forget what is gone, list what is new or changed (size, mtime) or was
 * measured under other chain settings. Cheap: one stat a file. Returns how many need measuring,
 * or a negative errno. A recording whose settings alone differ stays in the table, with the gain
 * of the old ones, until it is measured.
 */
int library_scan(struct library *library);

/* One clip that library_scan() forgot because its file is gone: the caller takes it out of the
 * index. Call until false. ret is LIMIT_NAME bytes. */
bool library_next_gone(struct library *library, char *ret);

/*
 * Measuring. library_measure_next() starts a child for the next recording that needs it and gives
 * an fd that becomes readable when the child is done; library_measure_done() reaps it. One child
 * at a time. Returns 0, -EAGAIN (nothing to do), -EBUSY (a child runs), or another negative errno.
 * The fd (an epoll fd: watch it for reading) also becomes readable when the child is out of time;
 * it belongs to the library and is closed by library_measure_done().
 */
int library_measure_next(struct library *library, int *ret_fd);

enum library_verdict {
	LIBRARY_ACCEPTED,
	LIBRARY_REFUSED,      /* code says why */
	LIBRARY_CHILD_FAILED, /* crashed, out of time or memory */
	LIBRARY_IO,	      /* the disk */
};
struct library_result {
	enum library_verdict verdict;
	/*
	 * Stable English. REFUSED: those of mp3_verdict_code(), and "silent" (peak below -50 dBTP),
	 * "cancels" (two channels that are each other's opposite), "clipped", "too-quiet",
	 * "too-large", "bad-name", "title-too-long", "changed" (while it was measured; the next
	 * scan takes it up again), "gone"; of what is no MP3 "no-converter" (ffmpeg is not there),
	 * "no-sound", "damaged". CHILD_FAILED: "undecodable". IO: "disk". ACCEPTED: "".
	 */
	char code[32];
	struct store_clip clip;	  /* ACCEPTED; else only the name is filled */
	int error;		  /* IO: negative errno */
	char same_as[LIMIT_NAME]; /* another clip with the same recording, "" if none: a warning */
	/* Warnings of what was accepted. */
	bool quiet;   /* the boost is at its cap and the target is missed */
	bool noisy;   /* lifted much, and its pauses are hardly quieter than its sound */
	bool clipped; /* overdriven */
	int64_t gap_at_us, gap_us; /* a long silence inside; 0 = none */
	bool converted;		   /* no warning: it was no MP3 and is one now */
};
/* The codes of what is to be said of an accepted recording: "same-recording", "quiet", "noisy",
 * "overdriven", "long-silence". Returns how many. */
#define LIBRARY_WARNINGS 5
size_t library_warnings(const struct library_result *result,
			const char *ret_codes[LIBRARY_WARNINGS]);

/*
 * Reaps the child; never waits for it: one that has not answered is ended. ACCEPTED: the clip is
 * in the table; the caller puts it into the index. Returns 0; -ENOENT (no child was started);
 * -EAGAIN (in the background alone): there is more to do, wait for library_fd() and call again.
 */
int library_measure_done(struct library *library, struct library_result *ret);
/* What is to be waited for now; belongs to the library. */
int library_fd(const struct library *library);

/*
 * Import: like measuring, of a file that comes in. fd is read wholly into a private file first
 * (O_NOFOLLOW rules are the caller's), measured in the child, then placed atomically as
 * clips/NAME.mp3 (fsync file and folder) by library_measure_done(), over an older one of that
 * name. Blocks for the copy only, in the background not at all: then fd is to stay open until
 * library_measure_done() has a result, and what stands in the way of the copy is told there. title
 * and by may be NULL; they are kept with the file itself too (extended attributes), for the time
 * before the index has them. The file is read from where fd stands. 0; -EBUSY: a child runs; -EINVAL: bad name; -ENAMETOOLONG: title or by; -EFBIG: more than
 * LIMIT_CLIP_BYTES; another negative errno: the disk, or no child could be started.
 */
int library_import_begin(struct library *library, int fd, const char *name, const char *title,
			 const char *by, int64_t now_us, int *ret_fd);
/*
 * Copy, measure, wait, place: for the command line without a service, and for tests. 0 with *ret
 * filled, also where it was refused or the disk failed; -EBUSY, -ENOMEM.
 */
int library_import(struct library *library, int fd, const char *name, const char *title,
		   const char *by, int64_t now_us, struct library_result *ret);
/* Measure all that library_scan() found, waiting. Calls fn for each result. */
int library_measure_all(struct library *library,
			void (*fn)(void *context, const struct library_result *result),
			void *context);

/* Removes the recording for good. 0; -ENOENT; the disk's negative errno. */
int library_remove(struct library *library, const char *name);

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
int library_load(const struct library *library, const char *name, void **ret_bytes, size_t *ret_n);

/*
 * main() of the child: reads fd 3, writes its findings to fd 4 and, where it converts, the MP3 to
 * fd 5; returns the exit code. Settings, the limit of memory and the converter's path (none: nothing
 * is converted) come in the environment (LOA_MEASURE), which holds nothing else.
 */
int library_child_main(void);

#endif
