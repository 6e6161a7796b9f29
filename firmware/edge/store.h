/* SPDX-License-Identifier: MIT */
/*
 * store - the only room that knows SQLite: the as-run log and the library's index.
 *
 * Two files, asrun.db and library.db, in the state folder: WAL, synchronous FULL, exclusive
 * locking set before the first access (no -shm, no mmap; 0 acknowledged rows lost in simulated
 * power cuts). Schema as numbered steps, PRAGMA user_version. A newer schema is refused, never
 * touched. A damaged file is renamed to NAME.corrupt-TIME and a new one begun; the caller is told.
 *
 * The log keeps of every event its number, canonical text (core/asrun) and hash:
 * SHA-256(previous hash || text). What people see is computed from the texts alone. The newest
 * number and hash are also kept in asrun.head (two slots written in turn), so that a tail that was
 * cut off shows. A log that lost its tail is continued after the lost numbers, on the hash of the
 * head: the gap then shows for ever.
 *
 * When asrun.db has STORE_PART_BYTES it becomes asrun-NNNN-DATE.db, which is never written again, and
 * a new one goes on with the chain. All that reads here reads through all parts.
 *
 * Blocking: every call may wait for the disk. In the service only the log-writer thread calls
 * (after start); the command line calls directly when no service runs.
 */
#ifndef EDGE_STORE_H
#define EDGE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asrun.h"
#include "life.h"

struct store;

struct store_options {
	const char *state_dir;
	/*
	 * Never creates or repairs. Where the folder cannot be written, copies of the files are
	 * read. An empty library.db stands in for a missing one.
	 */
	bool read_only;
	int64_t part_bytes; /* 0 = STORE_PART_BYTES */
};

#define STORE_KEPT_NAME	 64 /* NAME.corrupt-TIME */
#define STORE_PART_BYTES (INT64_C(8) << 20)

/* What was done at opening, for a fault and a note in the log. */
struct store_opening {
	bool asrun_replaced, library_replaced; /* damaged; kept aside under these names: */
	char asrun_kept[STORE_KEPT_NAME], library_kept[STORE_KEPT_NAME];
	bool head_missing; /* asrun.head was gone or unreadable beside a log with events; made anew */
	int64_t lost;	   /* events that asrun.head knows of and the log has no more */
	char bad_part[STORE_KEPT_NAME]; /* an older part that cannot be read; "" = none */
};

/*
 * 0; -EBUSY: another process holds it; -ENOENT (read_only); -EROFS, -EACCES, -ENOSPC, -EIO;
 * -EPROTO: made by a newer version; -EBADMSG (read_only): damaged. why (may be NULL) gets a line
 * for people: an English msgid without arguments, to be passed through the catalogue.
 */
int store_open(const struct store_options *options, struct store **ret,
	       struct store_opening *ret_opening, char *why, size_t n_why);
struct store *store_free(struct store *store); /* checkpoints and closes */

/*
 * Append events in one transaction; durable when it returns 0. Else nothing was written: -ENOSPC,
 * -EROFS, -EIO; -EBADMSG: the file is damaged, see store_begin_anew(); -EINVAL: an event has no
 * canonical text and never will (none of the n was written). A head file that cannot be written
 * does not fail it (see store_newest); it is written again with the next.
 */
int store_append(struct store *store, const struct asrun_event *const *events, size_t n);
/*
 * Puts a log, or an index, that was found damaged in the middle of service aside, as opening does;
 * ret_kept (STORE_KEPT_NAME) is the name under which it lies there now.
 */
int store_begin_anew(struct store *store, char *ret_kept);
int store_begin_library_anew(struct store *store, char *ret_kept);

/*
 * Which rows or events. Zero values = no limit. Rows come in the order of their numbers, notes in
 * the order in which they were written; newest_first turns that round. Notes have no row and no
 * broadcast: for them after_row, campaign and broadcast say nothing, and the next page begins with
 * skip = what came so far. An event whose text cannot be
 * read any more is left out; store_verify() names it. fn may not call the store.
 */
struct store_query {
	int64_t from_us, until_us; /* planned (for notes: time) in [from, until) */
	int64_t after_row;	   /* rows with a greater number */
	size_t limit;
	size_t skip; /* notes: so many of those that would come first are left out */
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
	bool newest_first;
	int mode; /* -1 = any, else enum asrun_clock_mode */
};
typedef int store_row_fn(void *context, const struct asrun_row *row);
typedef int store_event_fn(void *context, const struct asrun_event *event);

/* Rows (folded events). Stops at fn's first non-zero and returns it. */
int store_rows(struct store *store, const struct store_query *query, store_row_fn *fn,
	       void *context);
int store_notes(struct store *store, const struct store_query *query, store_event_fn *fn,
		void *context);

/*
 * What station_restore() wants, in order: events of the given mode of the last 48 h before now_us
 * (and later ones: the clock may have been set back), all events of rows that are not closed or
 * were planned after the newest accounted_us, and the last pause or unpause note.
 */
int store_restore(struct store *store, enum asrun_clock_mode mode, int64_t now_us,
		  store_event_fn *fn, void *context);

struct store_newest {
	int64_t row;	 /* highest row number, 0 if none */
	int64_t real_us; /* newest time of a real event made while the clock was known, 0 if none */
	int64_t events;	 /* number of the newest event */
	uint8_t head[32];
	int head_error; /* negative errno: asrun.head could not be written; else 0 */
};
int store_newest(struct store *store, struct store_newest *ret);

enum store_problem {
	VERIFY_OK,
	VERIFY_ALTERED,
	VERIFY_REMOVED,
	VERIFY_REORDERED,
	VERIFY_TAIL_MISSING,
	VERIFY_HEAD_MISSING,
};
struct store_verdict {
	bool intact;
	int64_t events;	   /* proved, from the first */
	uint8_t head[32];  /* hash of the last of them */
	int64_t first_bad; /* number of the first event that is wrong, 0 = none */
	enum store_problem problem;
};
int store_verify(struct store *store, struct store_verdict *ret);

/*
 * The same in slices, so that the writer can go on between them. Start with {0}; at most n events
 * a call. 1: call again; 0: *ret is filled; negative errno. Events that are appended meanwhile are
 * proved too.
 */
struct store_walk {
	int64_t number;	  /* last event that is right */
	uint8_t hash[32]; /* its hash */
	bool headed;	  /* the walk passed through the head */
};
int store_verify_some(struct store *store, struct store_walk *walk, size_t n,
		      struct store_verdict *ret);

/* Library index: one record a clip. A value. */
struct store_clip {
	char name[LIMIT_NAME];
	char title[LIMIT_WHY];
	uint8_t sha256[32];
	int64_t size, mtime_ns;		 /* of the file when it was measured */
	int64_t frames;			 /* of the whole recording */
	int64_t skip_frames, air_frames; /* what sounds of it: not the silence at its ends */
	unsigned rate_hz, channels;
	double lufs, peak_dbtp;
	double gain_db, out_lufs, out_peak_dbtp;
	char settings[128]; /* the chain's settings under which gain_db was solved */
	int64_t added_us;
	char added_by[LIMIT_WHO];
	bool draft; /* spoken by the machine until a person records it */
};
int store_put_clip(struct store *store, const struct store_clip *clip);
int store_remove_clip(struct store *store, const char *name);
int store_clips(struct store *store, int (*fn)(void *context, const struct store_clip *clip),
		void *context);

/*
 * What the log tells of clips, in order of name. Kept in library.db as far as the log was read,
 * and what came since is read now; a library.db that was lost is filled again from the whole log.
 * Where the log is not the one that was read (it was damaged and begun anew), the plays are counted
 * anew, and what people approved stays.
 */
int store_lives(struct store *store, int (*fn)(void *context, const struct life *life),
		void *context);

/*
 * A recording that was measured anew has lost what people said of it: taken from what the log tells
 * (NULL: nothing), unless something is there.
 */
void store_clip_recall(struct store_clip *clip, const struct life *life);

#endif
