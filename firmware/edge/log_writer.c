/* SPDX-License-Identifier: MIT */
#include "log_writer_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES    (1024 * 1024) /* events of up to LIMIT_ASRUN_TEXT, and SQLite below them */
#define SIGNAL_TRIES   16
#define FREE_WITHIN_US INT64_C(5000000)
/* After that: one write under way may still end by itself. */
#define FREE_GRACE_S   2

static void queue_done(struct queue *queue)
{
	struct job *job;

	while ((job = queue_pop(queue)))
		job_free(job);
}

int64_t writer_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void writer_answer(struct log_writer *writer, struct job *job)
{
	const uint64_t one = 1;

	queue_push(&writer->answers, job);
	/* The counter cannot overflow in the life of a box; who waits for an answer hears nothing else. */
	for (int tries = 0; tries < SIGNAL_TRIES; tries++)
		if (write(writer->answers_fd, &one, sizeof(one)) > 0)
			return;
}

static struct log_writer *release(struct log_writer *writer)
{
	queue_done(&writer->events);
	queue_done(&writer->clips);
	queue_done(&writer->works);
	queue_done(&writer->asked);
	queue_done(&writer->answers);
	queue_done(&writer->reserve);
	if (writer->answers_fd >= 0)
		close(writer->answers_fd);
	pthread_cond_destroy(&writer->wake);
	pthread_mutex_destroy(&writer->mutex);
	store_free(writer->store);
	free(writer->state_dir);
	free(writer);
	return NULL;
}

/* Signals are the loop's. */
static int start(struct log_writer *writer)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error = -pthread_attr_init(&attributes);

	if (error)
		return error;
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = -pthread_create(&writer->thread, &attributes, writer_run, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		pthread_setname_np(writer->thread, "log-writer");
	return error;
}

static int make(struct store *store, struct log_writer **ret)
{
	struct log_writer *writer = calloc(1, sizeof(*writer));
	pthread_condattr_t monotonic;
	int error;

	if (!writer) {
		store_free(store);
		return -ENOMEM;
	}
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&writer->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&writer->mutex, NULL);
	writer->store = store;
	writer->answers_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	error = writer->answers_fd < 0 ? -errno : reserve_fill(&writer->reserve);
	if (error < 0)
		release(writer);
	else
		*ret = writer;
	return error;
}

int log_writer_new(struct store *store, struct log_writer **ret)
{
	struct log_writer *writer;
	int error = make(store, &writer);

	if (error < 0)
		return error;
	error = start(writer);
	if (error < 0)
		release(writer);
	else
		*ret = writer;
	return error;
}

int log_writer_new_later(const struct store_options *options, int error, struct log_writer **ret)
{
	struct job *fault = calloc(1, sizeof(*fault));
	struct log_writer *writer;
	int failed;

	if (!fault)
		return -ENOMEM;
	failed = make(NULL, &writer);
	if (failed < 0) {
		job_free(fault);
		return failed;
	}
	fault->answer.kind = WRITER_FAULT;
	fault->answer.error = error;
	writer_answer(writer, fault);
	writer->fault_told = true;
	writer->part_bytes = options->part_bytes;
	writer->state_dir = strdup(options->state_dir);
	failed = writer->state_dir ? start(writer) : -ENOMEM;
	if (failed < 0)
		release(writer);
	else
		*ret = writer;
	return failed;
}

struct log_writer *log_writer_free(struct log_writer *writer)
{
	struct timespec until;

	if (!writer)
		return NULL;
	pthread_mutex_lock(&writer->mutex);
	writer->quit = true;
	writer->quit_by_us = writer_now_us() + FREE_WITHIN_US;
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->mutex);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += FREE_WITHIN_US / 1000000 + FREE_GRACE_S;
	if (pthread_timedjoin_np(writer->thread, NULL, &until) == 0)
		return release(writer);
	pthread_detach(writer->thread);
	return NULL;
}

/* The caller hands over a job; the thread is woken. */
static int hand_over(struct log_writer *writer, struct queue *queue, struct job *job)
{
	int error = 0;

	pthread_mutex_lock(&writer->mutex);
	if (queue->n < LOG_WRITER_KEEP) {
		queue_push(queue, job);
		pthread_cond_signal(&writer->wake);
	} else {
		error = -ENOBUFS;
	}
	pthread_mutex_unlock(&writer->mutex);
	if (error < 0)
		job_free(job);
	return error;
}

static bool is_kind(const struct job *job, enum asrun_kind kind)
{
	return job->event.value.kind == kind;
}

/* Takes the oldest event of a kind out, but none that is being written. */
static struct job *take_oldest(struct log_writer *writer, enum asrun_kind kind)
{
	struct queue *events = &writer->events;
	struct job *before = NULL, *job = events->first;
	size_t skip = writer->in_flight;

	while (job && (skip > 0 || !is_kind(job, kind))) {
		skip -= skip > 0;
		before = job;
		job = job->next;
	}
	if (!job)
		return NULL;
	if (before)
		before->next = job->next;
	else
		events->first = job->next;
	if (events->last == job)
		events->last = before;
	events->n--;
	return job;
}

/* With the mutex held. True if there is room for one more. */
static bool make_room(struct log_writer *writer)
{
	struct job *job;

	if (writer->events.n < LOG_WRITER_KEEP)
		return true;
	job = take_oldest(writer, ASRUN_ITEM);
	if (!job)
		job = take_oldest(writer, ASRUN_NOTE);
	if (job)
		writer->dropped++;
	job_free(job);
	return job || writer->events.n < 4 * LOG_WRITER_KEEP;
}

int log_writer_append(struct log_writer *writer, const struct asrun_event *event)
{
	struct job *job = job_of_event(&writer->reserve, event);
	bool room;

	if (!job)
		return -ENOMEM;
	job->queued_us = writer_now_us();
	job->answer.kind = WRITER_DURABLE;
	job->answer.row = event->row;
	pthread_mutex_lock(&writer->mutex);
	room = make_room(writer);
	if (room) {
		queue_push(&writer->events, job);
		pthread_cond_signal(&writer->wake);
	} else {
		writer->dropped++;
	}
	pthread_mutex_unlock(&writer->mutex);
	if (!room)
		job_free(job);
	return room ? 0 : -ENOBUFS;
}

int log_writer_put_clip(struct log_writer *writer, const struct store_clip *clip)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return -ENOMEM;
	job->kind = JOB_PUT_CLIP;
	job->clip = *clip;
	return hand_over(writer, &writer->clips, job);
}

int log_writer_remove_clip(struct log_writer *writer, const char *name)
{
	struct job *job;

	if (strlen(name) >= LIMIT_NAME)
		return 0; /* there is no clip of such a name */
	job = calloc(1, sizeof(*job));
	if (!job)
		return -ENOMEM;
	job->kind = JOB_REMOVE_CLIP;
	memcpy(job->name, name, strlen(name) + 1);
	return hand_over(writer, &writer->clips, job);
}

static int ask(struct log_writer *writer, enum job_kind kind, enum writer_answer_kind answer,
	       const struct store_query *query, uint64_t token)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return -ENOMEM;
	job->kind = kind;
	if (query)
		job->query = *query;
	job->answer.kind = answer;
	job->answer.token = token;
	return hand_over(writer, &writer->asked, job);
}

int log_writer_do(struct log_writer *writer, writer_work_fn *work, void *context, uint64_t token)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job) {
		work(context, false);
		return -ENOMEM;
	}
	job->kind = JOB_WORK;
	job->work.run = work;
	job->work.context = context;
	job->answer.kind = WRITER_WORKED;
	job->answer.token = token;
	return hand_over(writer, &writer->works, job);
}

int log_writer_query(struct log_writer *writer, const struct store_query *query, uint64_t token)
{
	return ask(writer, JOB_QUERY, WRITER_ROWS, query, token);
}

int log_writer_notes(struct log_writer *writer, const struct store_query *query, uint64_t token)
{
	return ask(writer, JOB_NOTES, WRITER_NOTES, query, token);
}

int log_writer_verify(struct log_writer *writer, uint64_t token)
{
	return ask(writer, JOB_VERIFY, WRITER_VERDICT, NULL, token);
}

int64_t log_writer_waits_us(struct log_writer *writer)
{
	int64_t waits_us = 0;

	pthread_mutex_lock(&writer->mutex);
	if (writer->events.first)
		waits_us = writer_now_us() - writer->events.first->queued_us;
	pthread_mutex_unlock(&writer->mutex);
	return waits_us;
}

void log_writer_sign(struct log_writer *writer, bool *ret_busy, uint64_t *ret_progress)
{
	pthread_mutex_lock(&writer->mutex);
	*ret_busy = writer->at_work;
	*ret_progress = writer->turns;
	pthread_mutex_unlock(&writer->mutex);
}

int log_writer_fd(const struct log_writer *writer)
{
	return writer->answers_fd;
}

bool log_writer_next(struct log_writer *writer, struct writer_answer *ret)
{
	struct job *job;
	uint64_t count;

	pthread_mutex_lock(&writer->mutex);
	job = queue_pop(&writer->answers);
	if (writer->answers.n == 0)
		while (read(writer->answers_fd, &count, sizeof(count)) < 0 && errno == EINTR)
			;
	pthread_mutex_unlock(&writer->mutex);
	if (!job)
		return false;
	*ret = job->answer;
	job->answer = (struct writer_answer){0};
	job_free(job);
	return true;
}

void writer_answer_done(struct writer_answer *answer)
{
	size_t i;

	for (i = 0; i < answer->n_rows; i++)
		asrun_row_done(&answer->rows[i]);
	free(answer->rows);
	free(answer->notes);
	*answer = (struct writer_answer){0};
}
