/* SPDX-License-Identifier: MIT */
/* writer - a log writer over a folder, and its answers, for tests. */
#ifndef TESTS_WRITER_H
#define TESTS_WRITER_H

#include <poll.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "log_writer.h"

static inline struct log_writer *writer_begin(const struct folder *folder)
{
	struct log_writer *writer;

	assert_int_equal(log_writer_new(events_open(folder->path), &writer), 0);
	return writer;
}

static inline struct writer_answer writer_wait(struct log_writer *writer)
{
	struct pollfd watched = {.fd = log_writer_fd(writer), .events = POLLIN};
	struct writer_answer answer;

	while (!log_writer_next(writer, &answer))
		assert_int_equal(poll(&watched, 1, 30000), 1);
	return answer;
}

#endif
