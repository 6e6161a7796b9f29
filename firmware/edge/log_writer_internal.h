/* SPDX-License-Identifier: MIT */
/*
 * log_writer_internal - jobs and their queues (log_writer_queue.c). log_writer.c is the caller's
 * side, log_writer_run.c the thread's, log_writer_tell.c what that says unasked.
 */
#ifndef EDGE_LOG_WRITER_INTERNAL_H
#define EDGE_LOG_WRITER_INTERNAL_H

#include <pthread.h>

#include "log_writer.h"

enum job_kind {
	JOB_EVENT,
	JOB_PUT_CLIP,
	JOB_REMOVE_CLIP,
	JOB_QUERY,
	JOB_NOTES,
	JOB_VERIFY,
	JOB_WORK,
};

/* A job carries its answer, so that telling of success needs no memory. */
struct job {
	int64_t queued_us; /* events: CLOCK_MONOTONIC */
	struct job *next;
	enum job_kind kind;
	struct writer_answer answer;
	union {
		struct {
			struct asrun_event value;
			char *items; /* owned; value.items points to it */
		} event;
		struct store_clip clip;
		char name[LIMIT_NAME];
		struct store_query query;
		struct store_walk walk;
		struct {
			writer_work_fn *run; /* NULL: done */
			void *context;
		} work;
	};
};

struct queue {
	struct job *first, *last;
	size_t n;
};

struct log_writer {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;  /* on CLOCK_MONOTONIC */
	int answers_fd;	      /* eventfd */
	struct queue reserve; /* the caller's: rooms for events that find no memory */

	/* Under the mutex. */
	struct queue events; /* the first 'in_flight' of them are being written */
	size_t in_flight, dropped;
	struct queue clips;   /* changes of the library's index */
	struct queue works;   /* of log_writer_do() */
	struct queue asked;   /* queries and proofs */
	struct queue answers; /* for the caller */
	bool quit, at_work;
	uint64_t turns;
	int64_t quit_by_us;

	/* The thread's own. */
	struct store *store;
	char *state_dir;    /* log_writer_new_later(): of the store that is still to be opened */
	int64_t part_bytes; /* and how its log is to be divided */
	int64_t row_shift;  /* added to the station's row numbers */
	bool fault_told;
	unsigned failures; /* since the last success */
	int64_t retry_us;  /* CLOCK_MONOTONIC; 0 = no pause */
	size_t batch_max;
};

void queue_push(struct queue *queue, struct job *job);
void queue_push_front(struct queue *queue, struct job *job);
struct job *queue_pop(struct queue *queue);
struct job *job_free(struct job *job);
/*
 * An occurrence must not lose its row to a moment without memory: WRITER_RESERVE events find their
 * room made beforehand. Made anew with each event that follows. 0 or -ENOMEM.
 */
#define WRITER_RESERVE 8
int reserve_fill(struct queue *reserve);
/* A copy of the event, out of the reserve where there is no memory; NULL: that is used up, too. */
struct job *job_of_event(struct queue *reserve, const struct asrun_event *event);
/* With the mutex held: takes the job over as an answer and makes the fd readable. */
void writer_answer(struct log_writer *writer, struct job *job);
int64_t writer_now_us(void);
void *writer_run(void *writer);

/* log_writer_tell.c: the thread's */
void writer_tell_replaced(struct log_writer *writer, const char *kept);
void writer_note_failure(struct log_writer *writer, int error);
void writer_note_success(struct log_writer *writer);

#endif
