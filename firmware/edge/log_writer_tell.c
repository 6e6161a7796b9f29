/* SPDX-License-Identifier: MIT */
/* What the thread says unasked: the disk refuses, it is well again, a database was put aside. */
#include "log_writer_internal.h"

#include <stdlib.h>
#include <string.h>

/* 1, 2, 5, 10, 10 ... s */
static int64_t pause_us(unsigned failures)
{
	static const int64_t pauses_s[] = {1, 2, 5, 10};
	unsigned last = sizeof(pauses_s) / sizeof(pauses_s[0]) - 1;

	return pauses_s[failures < last ? failures : last] * 1000000;
}

static void tell(struct log_writer *writer, enum writer_answer_kind kind, int error, bool *told)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return; /* tried again with the next failure or success */
	job->kind = JOB_VERIFY;
	job->answer.kind = kind;
	job->answer.error = error;
	pthread_mutex_lock(&writer->mutex);
	if (kind == WRITER_FAULT) {
		job->answer.waiting = writer->events.n;
	} else {
		job->answer.dropped = writer->dropped;
		writer->dropped = 0;
	}
	writer_answer(writer, job);
	pthread_mutex_unlock(&writer->mutex);
	*told = kind == WRITER_FAULT;
}

void writer_tell_replaced(struct log_writer *writer, const char *kept)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return;
	job->kind = JOB_VERIFY;
	job->answer.kind = WRITER_REPLACED;
	memcpy(job->answer.kept, kept, sizeof(job->answer.kept));
	pthread_mutex_lock(&writer->mutex);
	writer_answer(writer, job);
	pthread_mutex_unlock(&writer->mutex);
}

void writer_note_failure(struct log_writer *writer, int error)
{
	if (!writer->fault_told)
		tell(writer, WRITER_FAULT, error, &writer->fault_told);
	writer->retry_us = writer_now_us() + pause_us(writer->failures);
	writer->failures++;
}

void writer_note_success(struct log_writer *writer)
{
	writer->failures = 0;
	writer->retry_us = 0;
	if (writer->fault_told)
		tell(writer, WRITER_WELL, 0, &writer->fault_told);
}
