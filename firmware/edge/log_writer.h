/* SPDX-License-Identifier: MIT */
/*
 * log_writer - the thread that owns the store, so that an fsync that stalls for seconds stalls
 * nobody else.
 *
 * Jobs go in as values, answers come out; log_writer_fd() is readable when there are answers.
 * Events that cannot be written stay in memory in order, at most LOG_WRITER_KEEP, and are tried
 * again with growing pauses (1, 2, 5, 10, 10 ... s); the fault is reported once and its end too.
 * Past the limit the oldest items and notes (never an opened or closed) are dropped and counted;
 * when there are only opened and closed left, new events are refused at four times the limit.
 * A log or an index that turns out to be damaged is put aside and a new one begun (REPLACED; of the
 * log FAULT with -EBADMSG before it, and then WELL).
 *
 * Everything that waits goes in one transaction. Queries are answered between transactions, so a
 * query sees what was appended before it unless the disk refuses. A proof is made in slices: a
 * long log does not hold up what is appended meanwhile.
 */
#ifndef EDGE_LOG_WRITER_H
#define EDGE_LOG_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "store.h"

#define LOG_WRITER_KEEP 4096

struct log_writer;

/* store is given away (also on failure); log_writer_free() frees it. */
int log_writer_new(struct store *store, struct log_writer **ret);
/*
 * Without a store: it could not be opened, and the station runs all the same. Events wait in
 * memory while the writer tries to open it with the pauses above; a FAULT with 'error' is there at
 * once, WELL when it is open. The station began at row 1: its rows are then renumbered to follow
 * those of the log (DURABLE tells the station's own number). Queries are answered -EIO meanwhile.
 */
int log_writer_new_later(const struct store_options *options, int error, struct log_writer **ret);
/*
 * Writes what can be written within 5 s, joins, frees. Where the disk does not come back even from
 * a write under way, the thread is left behind with all it holds: the process is about to end.
 */
struct log_writer *log_writer_free(struct log_writer *writer);

/* Copies. None of these waits for the disk. 0, -ENOMEM, -ENOBUFS (too much is waiting). */
int log_writer_append(struct log_writer *writer, const struct asrun_event *event);
int log_writer_put_clip(struct log_writer *writer, const struct store_clip *clip);
int log_writer_remove_clip(struct log_writer *writer, const char *name);
/*
 * Something else that may wait for the disk, so that the caller does not: called once in the writer's
 * thread, behind the events that wait, and answered by WRITER_WORKED with the token and what it
 * returned. The context is the work's: it is called with 'go' false, to free it, where the writer
 * ends first. On failure here it is freed like that, too.
 */
typedef int writer_work_fn(void *context, bool go);
int log_writer_do(struct log_writer *writer, writer_work_fn *work, void *context, uint64_t token);
/* Answered by WRITER_ROWS / WRITER_NOTES / WRITER_VERDICT with the same token. */
int log_writer_query(struct log_writer *writer, const struct store_query *query, uint64_t token);
int log_writer_notes(struct log_writer *writer, const struct store_query *query, uint64_t token);
int log_writer_verify(struct log_writer *writer, uint64_t token);

enum writer_answer_kind {
	WRITER_DURABLE,
	WRITER_ROWS,
	WRITER_NOTES,
	WRITER_VERDICT,
	WRITER_WORKED,
	WRITER_FAULT,
	WRITER_WELL,
	WRITER_REPLACED,
};

struct writer_answer {
	enum writer_answer_kind kind;
	int64_t row; /* DURABLE: 'opened' of this row */
	uint64_t token;
	int error; /* ROWS, NOTES, VERDICT, WORKED: negative errno; FAULT: what the disk said */
	size_t n_rows;
	struct asrun_row *rows; /* ROWS: owned by the answer */
	size_t n_notes;
	struct asrun_event *notes; /* NOTES: owned by the answer; without items */
	struct store_verdict verdict;
	size_t waiting;		    /* FAULT: events in memory */
	size_t dropped;		    /* WELL: events that were lost since the FAULT */
	char kept[STORE_KEPT_NAME]; /* REPLACED: where the damaged database lies */
};

/*
 * How long the oldest event that is not on the disk has waited; 0: none waits. A disk that does not
 * even refuse shows by this alone: while a write is under way there is no FAULT.
 */
int64_t log_writer_waits_us(struct log_writer *writer);

/*
 * For the watchdog: is the thread at work, and a number that is another one whenever it has come
 * through a piece of it. A disk that refuses, and is tried again, is progress; one that never
 * answers is not. Never waits for the disk.
 */
void log_writer_sign(struct log_writer *writer, bool *ret_busy, uint64_t *ret_progress);

int log_writer_fd(const struct log_writer *writer);
bool log_writer_next(struct log_writer *writer, struct writer_answer *ret);
void writer_answer_done(struct writer_answer *answer);

#endif
