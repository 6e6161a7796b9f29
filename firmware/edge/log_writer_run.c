/* SPDX-License-Identifier: MIT */
/*
 * The thread: events first, then changes of the index, then questions, then sleep. The store is
 * called without the mutex, so a disk that stalls for half a minute stalls this thread alone.
 */
#include "log_writer_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH_MAX    256
#define VERIFY_SLICE 500
/* The last clip of a row and the row's end come together; one commit does for both. */
#define TOGETHER_US  INT64_C(5000)

/* Rows of the time without a log begin at 1 again: put them after those that are there. */
static bool open_store(struct log_writer *writer)
{
	struct store_options options = {.state_dir = writer->state_dir,
					.part_bytes = writer->part_bytes};
	struct store_newest newest;
	struct store *store;
	int error;

	if (writer->store)
		return true;
	error = store_open(&options, &store, NULL, NULL, 0);
	if (error == 0) {
		error = store_newest(store, &newest);
		if (error != 0)
			store_free(store);
	}
	if (error != 0) {
		writer_note_failure(writer, error);
		return false;
	}
	writer->row_shift = newest.row;
	writer->store = store;
	writer_note_success(writer);
	return true;
}

/* With the mutex held: marks the oldest events as in flight. Their jobs do not move meanwhile. */
static size_t take_batch(struct log_writer *writer, const struct asrun_event **batch)
{
	size_t max = writer->batch_max, n = 0;
	struct job *job;

	for (job = writer->events.first; job && n < max; job = job->next)
		batch[n++] = &job->event.value;
	writer->in_flight = n;
	return n;
}

static void shift_rows(struct log_writer *writer, size_t n)
{
	struct job *job = writer->events.first;

	for (; n > 0; n--, job = job->next)
		if (job->event.value.row > 0)
			job->event.value.row = job->answer.row + writer->row_shift;
}

/* With the mutex held: the batch is on the disk. */
static void finish_batch(struct log_writer *writer, size_t n)
{
	writer->in_flight = 0;
	while (n-- > 0) {
		struct job *job = queue_pop(&writer->events);

		if (job->event.value.kind == ASRUN_OPENED)
			writer_answer(writer, job);
		else
			job_free(job);
	}
}

/* An event without a canonical text would hold up all others for ever: find it and let it go. */
static void drop_unprintable(struct log_writer *writer, size_t n)
{
	writer->in_flight = 0;
	if (n > 1) {
		writer->batch_max = 1;
		return;
	}
	job_free(queue_pop(&writer->events));
	writer->dropped++;
}

static void judge_batch(struct log_writer *writer, size_t n, int error)
{
	pthread_mutex_lock(&writer->mutex);
	if (error == 0)
		finish_batch(writer, n);
	else if (error == -EINVAL)
		drop_unprintable(writer, n);
	else
		writer->in_flight = 0;
	if (error == 0 || (error == -EINVAL && n == 1))
		writer->batch_max = BATCH_MAX;
	pthread_mutex_unlock(&writer->mutex);
	if (error == 0)
		writer_note_success(writer);
	else if (error != -EINVAL)
		writer_note_failure(writer, error);
}

static void write_events(struct log_writer *writer)
{
	const struct asrun_event *batch[BATCH_MAX];
	char kept[STORE_KEPT_NAME] = "";
	size_t n;
	int error;

	pthread_mutex_lock(&writer->mutex);
	n = take_batch(writer, batch);
	shift_rows(writer, n);
	pthread_mutex_unlock(&writer->mutex);
	if (n == 0)
		return;
	error = store_append(writer->store, batch, n);
	judge_batch(writer, n, error);
	if (error == -EBADMSG && store_begin_anew(writer->store, kept) == 0) {
		writer_tell_replaced(writer, kept);
		writer->retry_us = 0;
	}
}

static int change_once(struct log_writer *writer, const struct job *job)
{
	if (job->kind == JOB_PUT_CLIP)
		return store_put_clip(writer->store, &job->clip);
	return store_remove_clip(writer->store, job->name);
}

/* An index that is damaged is begun anew: the next start measures what is not in it. */
static int change_clip(struct log_writer *writer, const struct job *job)
{
	char kept[STORE_KEPT_NAME] = "";
	int error = change_once(writer, job);

	if (error != -EBADMSG || store_begin_library_anew(writer->store, kept) < 0)
		return error;
	writer_tell_replaced(writer, kept);
	return change_once(writer, job);
}

/*
 * The index can be made again from the folder, so a change that is refused for another reason than
 * the disk's is forgotten.
 */
static void write_clip(struct log_writer *writer, struct job *job)
{
	int error = change_clip(writer, job);

	if (error == 0)
		writer_note_success(writer);
	if (error == -ENOSPC || error == -EIO || error == -EROFS) {
		pthread_mutex_lock(&writer->mutex);
		queue_push_front(&writer->clips, job);
		pthread_mutex_unlock(&writer->mutex);
		writer_note_failure(writer, error);
		return;
	}
	job_free(job);
}

/* Room in an array for one element more; NULL: there is none, and the array is as it was. */
static void *grow(void *array, size_t n, size_t size)
{
	/* a power of two from 16 on, so that its size need not be kept */
	if (n > 0 && (n < 16 || (n & (n - 1)) != 0))
		return array;
	return reallocarray(array, n < 16 ? 16 : 2 * n, size);
}

static int gather_row(void *context, const struct asrun_row *row)
{
	struct writer_answer *answer = context;
	struct asrun_row *rows = grow(answer->rows, answer->n_rows, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	answer->rows = rows;
	if (asrun_row_copy(row, &rows[answer->n_rows]) < 0)
		return -ENOMEM;
	answer->n_rows++;
	return 0;
}

static int gather_note(void *context, const struct asrun_event *note)
{
	struct writer_answer *answer = context;
	struct asrun_event *notes = grow(answer->notes, answer->n_notes, sizeof(*notes));

	if (!notes)
		return -ENOMEM;
	answer->notes = notes;
	notes[answer->n_notes] = *note;
	notes[answer->n_notes].items = NULL; /* was borrowed; notes have none */
	answer->n_notes++;
	return 0;
}

static void answer_query(struct log_writer *writer, struct job *job)
{
	struct writer_answer none = {.kind = job->answer.kind, .token = job->answer.token};

	if (!writer->store)
		none.error = -EIO;
	else if (job->kind == JOB_NOTES)
		none.error = store_notes(writer->store, &job->query, gather_note, &job->answer);
	else
		none.error = store_rows(writer->store, &job->query, gather_row, &job->answer);
	if (none.error < 0) {
		writer_answer_done(&job->answer);
		job->answer = none;
	}
}

/* True when the answer is there. */
static bool answer_question(struct log_writer *writer, struct job *job)
{
	int more;

	if (job->kind != JOB_VERIFY) {
		answer_query(writer, job);
		return true;
	}
	more = writer->store ? store_verify_some(writer->store, &job->walk, VERIFY_SLICE,
						 &job->answer.verdict)
			     : -EIO;
	if (more > 0)
		return false;
	job->answer.error = more;
	return true;
}

/* A proof that is not done goes to the end: other questions come between. */
static void work_on_question(struct log_writer *writer, struct job *job)
{
	bool done = answer_question(writer, job);

	pthread_mutex_lock(&writer->mutex);
	if (done)
		writer_answer(writer, job);
	else
		queue_push(&writer->asked, job);
	pthread_mutex_unlock(&writer->mutex);
}

static bool may_write(const struct log_writer *writer)
{
	return writer->retry_us == 0 || writer_now_us() >= writer->retry_us;
}

static bool wants_to_write(const struct log_writer *writer)
{
	return writer->events.n > 0 || writer->clips.n > 0 || !writer->store;
}

/* With the mutex held: not before the pause after a failure is over, nor for a clip by itself. */
static int64_t write_from_us(const struct log_writer *writer)
{
	const struct job *first = writer->events.first;
	int64_t from_us = 0;

	if (writer->events.n == 1 && first->event.value.kind == ASRUN_ITEM)
		from_us = first->queued_us + TOGETHER_US;
	return from_us > writer->retry_us ? from_us : writer->retry_us;
}

static void sleep_until(struct log_writer *writer, int64_t until_us)
{
	struct timespec until = {.tv_sec = until_us / 1000000,
				 .tv_nsec = (until_us % 1000000) * 1000};

	pthread_cond_timedwait(&writer->wake, &writer->mutex, &until);
}

/*
 * With the mutex held: waits until there is something to do. False: it is time to end. A pause
 * after a failure that ends past the limit for quitting is not waited for.
 */
static bool wait_for_work(struct log_writer *writer)
{
	for (;;) {
		bool wants = wants_to_write(writer);
		bool to_do = writer->works.n > 0;
		int64_t from_us = write_from_us(writer);
		bool done = !to_do && (!wants || writer->events.n + writer->clips.n == 0);

		if (writer->quit && (done || writer_now_us() >= writer->quit_by_us))
			return false;
		if (to_do || writer->asked.n > 0 || (wants && writer_now_us() >= from_us))
			return true;
		if (!wants)
			pthread_cond_wait(&writer->wake, &writer->mutex);
		else if (writer->quit && writer->quit_by_us < from_us)
			sleep_until(writer, writer->quit_by_us);
		else
			sleep_until(writer, from_us);
	}
}

static void work_on(struct log_writer *writer, struct job *job)
{
	job->answer.error = job->work.run(job->work.context, true);
	job->work.run = NULL;
	pthread_mutex_lock(&writer->mutex);
	writer_answer(writer, job);
	pthread_mutex_unlock(&writer->mutex);
}

static void work(struct log_writer *writer)
{
	struct job *clip = NULL, *other, *question;
	bool first; /* more events, before any question is answered */

	if (may_write(writer) && open_store(writer)) {
		write_events(writer);
		pthread_mutex_lock(&writer->mutex);
		clip = may_write(writer) ? queue_pop(&writer->clips) : NULL;
		pthread_mutex_unlock(&writer->mutex);
	}
	if (clip)
		write_clip(writer, clip);
	pthread_mutex_lock(&writer->mutex);
	first = writer->events.n > 0 && may_write(writer);
	other = first ? NULL : queue_pop(&writer->works);
	question = first ? NULL : queue_pop(&writer->asked);
	pthread_mutex_unlock(&writer->mutex);
	if (other)
		work_on(writer, other);
	if (question)
		work_on_question(writer, question);
}

void *writer_run(void *context)
{
	struct log_writer *writer = context;
	bool go_on;

	writer->batch_max = BATCH_MAX;
	do {
		pthread_mutex_lock(&writer->mutex);
		writer->turns++;
		writer->at_work = false;
		go_on = wait_for_work(writer);
		writer->at_work = go_on;
		pthread_mutex_unlock(&writer->mutex);
		if (go_on)
			work(writer);
	} while (go_on);
	return NULL;
}
