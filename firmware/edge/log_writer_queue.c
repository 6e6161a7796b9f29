/* SPDX-License-Identifier: MIT */
#include "log_writer_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void queue_push(struct queue *queue, struct job *job)
{
	job->next = NULL;
	if (queue->last)
		queue->last->next = job;
	else
		queue->first = job;
	queue->last = job;
	queue->n++;
}

void queue_push_front(struct queue *queue, struct job *job)
{
	job->next = queue->first;
	queue->first = job;
	if (!queue->last)
		queue->last = job;
	queue->n++;
}

struct job *queue_pop(struct queue *queue)
{
	struct job *job = queue->first;

	if (!job)
		return NULL;
	queue->first = job->next;
	if (!queue->first)
		queue->last = NULL;
	queue->n--;
	return job;
}

struct job *job_free(struct job *job)
{
	if (!job)
		return NULL;
	writer_answer_done(&job->answer);
	if (job->kind == JOB_EVENT)
		free(job->event.items);
	if (job->kind == JOB_WORK && job->work.run)
		job->work.run(job->work.context, false);
	free(job);
	return NULL;
}

static struct job *event_job(size_t items_bytes)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->kind = JOB_EVENT;
	job->event.items = items_bytes > 0 ? malloc(items_bytes) : NULL;
	return items_bytes > 0 && !job->event.items ? job_free(job) : job;
}

int reserve_fill(struct queue *reserve)
{
	while (reserve->n < WRITER_RESERVE) {
		struct job *job = event_job(LIMIT_ASRUN_ITEMS);

		if (!job)
			return -ENOMEM;
		queue_push(reserve, job);
	}
	return 0;
}

struct job *job_of_event(struct queue *reserve, const struct asrun_event *event)
{
	size_t n = event->items ? strlen(event->items) + 1 : 0;
	struct job *job = event_job(n);

	if (job)
		reserve_fill(reserve); /* what was taken; if it fails, with the next one */
	else if (n <= LIMIT_ASRUN_ITEMS)
		job = queue_pop(reserve);
	if (!job)
		return NULL;
	job->event.value = *event;
	if (n > 0)
		memcpy(job->event.items, event->items, n);
	job->event.value.items = n > 0 ? job->event.items : NULL;
	return job;
}
