/* SPDX-License-Identifier: MIT */
#include "log_writer_internal.h"

#include <stdlib.h>

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
