/* SPDX-License-Identifier: MIT */
/* What others let the writer's thread do for them, because it may wait for the disk. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "log_writer.h"
#include "writer.h"

struct work {
	pid_t thread;
	int done, dropped;
	int error; /* what it returns */
	int gate;  /* fd that is read before it is done; -1: none */
};

static int note(void *context, bool go)
{
	struct work *work = context;
	char byte;

	if (go && work->gate >= 0)
		assert_int_equal(read(work->gate, &byte, 1), 1);
	work->thread = gettid();
	work->done += go;
	work->dropped += !go;
	return work->error;
}

static void expect_worked(struct log_writer *writer, uint64_t token, int error)
{
	struct writer_answer answer = writer_wait(writer);

	assert_int_equal(answer.kind, WRITER_WORKED);
	assert_int_equal(answer.token, token);
	assert_int_equal(answer.error, error);
}

static void done_in_order_in_another_thread(void **state)
{
	struct log_writer *writer = writer_begin(*state);
	struct work first = {.gate = -1}, second = {.gate = -1, .error = -ENOSPC};

	assert_int_equal(log_writer_do(writer, note, &first, 7), 0);
	assert_int_equal(log_writer_do(writer, note, &second, 8), 0);
	expect_worked(writer, 7, 0);
	expect_worked(writer, 8, -ENOSPC);
	assert_true(first.done == 1 && first.dropped == 0);
	assert_true(second.done == 1 && second.dropped == 0);
	assert_true(first.thread != gettid());
	log_writer_free(writer);
}

/* It waits; the caller does not, and what is asked meanwhile is answered when it is through. */
static void the_caller_does_not_wait(void **state)
{
	struct log_writer *writer = writer_begin(*state);
	struct work work;
	int gate[2];

	assert_int_equal(pipe(gate), 0);
	work = (struct work){.gate = gate[0]};
	assert_int_equal(log_writer_do(writer, note, &work, 1), 0);
	assert_int_equal(log_writer_verify(writer, 2), 0);
	assert_int_equal(write(gate[1], "", 1), 1);
	expect_worked(writer, 1, 0);
	assert_int_equal(writer_wait(writer).token, 2);
	log_writer_free(writer);
	close(gate[0]);
	close(gate[1]);
}

/* Given just before the end: it is still done. Its context is seen to exactly once in any case. */
static void ending_does_what_waits(void **state)
{
	struct log_writer *writer = writer_begin(*state);
	struct work work[3] = {{.gate = -1}, {.gate = -1}, {.gate = -1}};

	for (size_t i = 0; i < CHECK_COUNT(work); i++)
		assert_int_equal(log_writer_do(writer, note, &work[i], i), 0);
	log_writer_free(writer);
	for (size_t i = 0; i < CHECK_COUNT(work); i++) {
		assert_int_equal(work[i].done, 1);
		assert_int_equal(work[i].dropped, 0);
	}
}

/* More than it keeps: refused, and the context is given back. */
static void too_much_is_refused(void **state)
{
	static struct work work[LOG_WRITER_KEEP + 8];
	struct log_writer *writer = writer_begin(*state);
	size_t n = 0, done = 0;
	int gate[2];

	assert_int_equal(pipe(gate), 0);
	for (size_t i = 0; i < CHECK_COUNT(work); i++)
		work[i].gate = i == 0 ? gate[0] : -1;
	while (n < CHECK_COUNT(work) && log_writer_do(writer, note, &work[n], n) == 0)
		n++;
	assert_true(n < CHECK_COUNT(work));
	assert_int_equal(work[n].dropped, 1);
	assert_int_equal(work[n].done, 0);
	assert_int_equal(write(gate[1], "", 1), 1);
	log_writer_free(writer);
	for (size_t i = 0; i < n; i++)
		done += (size_t)work[i].done;
	assert_int_equal(done, n);
	close(gate[0]);
	close(gate[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WRITER_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		WRITER_TEST(done_in_order_in_another_thread),
		WRITER_TEST(the_caller_does_not_wait),
		WRITER_TEST(ending_does_what_waits),
		WRITER_TEST(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
