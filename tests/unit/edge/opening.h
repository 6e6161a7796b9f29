/* SPDX-License-Identifier: MIT */
/* opening - what the tests of opening a store share. */
#ifndef TESTS_OPENING_H
#define TESTS_OPENING_H

#include <sys/wait.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "store.h"

static inline int count_row(void *context, const struct asrun_row *row)
{
	(void)row;
	++*(int *)context;
	return 0;
}

static inline int rows_of(struct store *store)
{
	struct store_query query = {.mode = -1};
	int n = 0;

	assert_int_equal(store_rows(store, &query, count_row, &n), 0);
	return n;
}

/* Runs in a child of its own; what it returns is its exit code. */
static inline int in_child(int (*run)(const struct folder *folder), const struct folder *folder)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(run(folder));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The newest row is in the write-ahead log alone: the writer is killed, not closed. */
static inline int append_and_die(const struct folder *folder)
{
	struct store *store = events_open(folder->path);

	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	events_append_row(store, 2, EVENTS_BEGIN_US, "sang");
	return 0;
}

#endif
