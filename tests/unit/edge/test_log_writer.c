/* SPDX-License-Identifier: MIT */
#include "log_writer.h"
#include "writer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>

#include "check.h"
#include "events.h"
#include "folder.h"

/* The disk of these tests: it can refuse, or hold every sync until it is let go. */
struct disk {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool refuses, holds;
	unsigned held;
};
static struct disk disk = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* Stands before the C library's, also for SQLite. */
__attribute__((visibility("default"))) int fdatasync(int fd)
{
	bool refuses;

	pthread_mutex_lock(&disk.mutex);
	disk.held++;
	pthread_cond_broadcast(&disk.changed);
	while (disk.holds)
		pthread_cond_wait(&disk.changed, &disk.mutex);
	disk.held--;
	refuses = disk.refuses;
	pthread_mutex_unlock(&disk.mutex);
	if (!refuses)
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}

static void disk_set(bool refuses, bool holds)
{
	pthread_mutex_lock(&disk.mutex);
	disk.refuses = refuses;
	disk.holds = holds;
	pthread_cond_broadcast(&disk.changed);
	pthread_mutex_unlock(&disk.mutex);
}

static void disk_wait_until_it_holds(void)
{
	pthread_mutex_lock(&disk.mutex);
	while (disk.held == 0)
		pthread_cond_wait(&disk.changed, &disk.mutex);
	pthread_mutex_unlock(&disk.mutex);
}

static void append(struct log_writer *writer, struct asrun_event event)
{
	assert_int_equal(log_writer_append(writer, &event), 0);
}

static void append_row(struct log_writer *writer, int64_t row)
{
	append(writer, event_opened(row, EVENTS_BEGIN_US + row * 1000000, "sang"));
	append(writer, event_item(row, EVENTS_BEGIN_US + row * 1000000, 0, "nhac-hieu"));
	append(writer, event_closed(row, EVENTS_BEGIN_US + row * 1000000, OUTCOME_PLAYED));
}

static void expect_durable(struct log_writer *writer, int64_t first, int64_t last)
{
	for (; first <= last; first++) {
		struct writer_answer answer = writer_wait(writer);

		assert_int_equal(answer.kind, WRITER_DURABLE);
		assert_int_equal(answer.row, first);
	}
}

/* How many rows are there, whole and in order; *ret_last the highest. */
struct reading {
	int64_t n, last;
};

static int read_row(void *context, const struct asrun_row *row)
{
	struct reading *reading = context;

	assert_true(row->closed);
	assert_int_equal(row->opened.row, reading->last + 1);
	reading->last = row->opened.row;
	reading->n++;
	return 0;
}

static int64_t check_log(const struct folder *folder, int64_t want_rows)
{
	struct store_query query = {.mode = -1};
	struct store *store = events_open(folder->path);
	struct store_verdict verdict;
	struct reading reading = {0};

	assert_int_equal(store_rows(store, &query, read_row, &reading), 0);
	assert_int_equal(reading.n, want_rows);
	assert_int_equal(store_verify(store, &verdict), 0);
	assert_true(verdict.intact);
	store_free(store);
	return verdict.events;
}

static void what_was_opened_is_told_when_it_is_durable(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct writer_answer none;
	int64_t row;

	for (row = 1; row <= 20; row++)
		append_row(writer, row);
	expect_durable(writer, 1, 20);
	assert_false(log_writer_next(writer, &none));
	log_writer_free(writer);
	assert_int_equal(check_log(folder, 20), 60);
}

static void nobody_waits_for_a_disk_that_stalls(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct writer_answer none;
	int64_t row;

	disk_set(false, true);
	append_row(writer, 1);
	disk_wait_until_it_holds();
	for (row = 2; row <= 300; row++)
		append_row(writer, row);
	assert_false(log_writer_next(writer, &none));
	disk_set(false, false);
	expect_durable(writer, 1, 300);
	log_writer_free(writer);
	assert_int_equal(check_log(folder, 300), 900);
}

/*
 * More than may wait comes while the disk refuses: one fault, every opened and closed is kept in
 * order, items are let go and counted, and one end of the fault.
 */
static void a_disk_that_refuses_costs_items_at_most(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	const int64_t rows = LOG_WRITER_KEEP / 2 - 10;
	struct writer_answer answer;
	int64_t row, dropped;

	disk_set(true, false);
	append_row(writer, 1);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_FAULT);
	assert_int_equal(answer.error, -EIO);
	assert_true(answer.waiting >= 1);
	for (row = 2; row <= rows; row++)
		append_row(writer, row);
	disk_set(false, false);
	/* What goes in the batch with which the disk is well again may be told first. */
	for (row = 1, dropped = -1; row <= rows || dropped < 0;) {
		answer = writer_wait(writer);
		if (answer.kind == WRITER_WELL) {
			assert_int_equal(dropped, -1);
			dropped = (int64_t)answer.dropped;
			continue;
		}
		assert_int_equal(answer.kind, WRITER_DURABLE);
		assert_int_equal(answer.row, row++);
	}
	assert_int_equal(dropped, 3 * rows - LOG_WRITER_KEEP);
	log_writer_free(writer);
	assert_int_equal(check_log(folder, rows), LOG_WRITER_KEEP);
}

static int count_opened(void *context, const struct asrun_event *event)
{
	unsigned *n = context;

	if (event->kind == ASRUN_OPENED) {
		assert_int_equal(event->row, 2);
		*n += 1;
	}
	return 0;
}

/* Ten too many come while the first is being written: it is not among those let go. */
static void what_is_being_written_is_not_let_go(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct store *store;
	unsigned i, n = 0;

	disk_set(false, true);
	append(writer, event_item(1, EVENTS_BEGIN_US, 0, "nhac-hieu"));
	disk_wait_until_it_holds();
	for (i = 1; i < 10; i++)
		append(writer, event_item(1, EVENTS_BEGIN_US, i, "nhac-hieu"));
	append(writer, event_opened(2, EVENTS_BEGIN_US, "sang"));
	for (i = 11; i < LOG_WRITER_KEEP + 10; i++)
		append(writer, event_item(1, EVENTS_BEGIN_US, i, "nhac-hieu"));
	disk_set(false, false);
	expect_durable(writer, 2, 2);
	log_writer_free(writer);
	store = events_open(folder->path);
	assert_int_equal(store_restore(store, ASRUN_REAL, EVENTS_BEGIN_US, count_opened, &n), 0);
	assert_int_equal(n, 1);
	store_free(store);
}

static void an_event_that_cannot_be_written_stops_no_other(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct asrun_event bad = event_opened(99, EVENTS_BEGIN_US, "sang");
	static char endless[2 * LIMIT_ASRUN_TEXT];

	memset(endless, 'a', sizeof(endless) - 1);
	bad.items = endless;
	disk_set(false, true);
	append_row(writer, 1);
	disk_wait_until_it_holds();
	append_row(writer, 2);
	append(writer, bad);
	append_row(writer, 3);
	disk_set(false, false);
	expect_durable(writer, 1, 3);
	log_writer_free(writer);
	assert_int_equal(check_log(folder, 3), 9);
}

static void questions_are_answered_with_their_token(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct store_query query = {.mode = ASRUN_REAL, .newest_first = true, .limit = 2};
	struct writer_answer answer;
	int64_t row;

	for (row = 1; row <= 700; row++)
		append_row(writer, row);
	assert_int_equal(log_writer_query(writer, &query, 71), 0);
	assert_int_equal(log_writer_verify(writer, 72), 0);
	expect_durable(writer, 1, 700);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_ROWS);
	assert_int_equal(answer.token, 71);
	assert_int_equal(answer.error, 0);
	assert_int_equal(answer.n_rows, 2);
	assert_int_equal(answer.rows[0].opened.row, 700);
	assert_int_equal(answer.rows[1].opened.row, 699);
	assert_string_equal(answer.rows[0].items, "nhac-hieu goi-111");
	assert_string_equal(answer.rows[0].opened.items, "nhac-hieu goi-111");
	assert_string_equal(answer.rows[0].aired, "nhac-hieu");
	writer_answer_done(&answer);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_VERDICT);
	assert_int_equal(answer.token, 72);
	assert_int_equal(answer.error, 0);
	assert_true(answer.verdict.intact);
	assert_int_equal(answer.verdict.events, 2100);
	log_writer_free(writer);
}

static void notes_are_answered_with_their_token(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct asrun_event note = {.kind = ASRUN_NOTE, .clock = CLOCK_TRUSTED};
	struct store_query query = {.mode = -1, .skip = 2};
	struct writer_answer answer;

	for (int64_t i = 0; i < 40; i++) {
		note.time_us = EVENTS_BEGIN_US + i * 1000000;
		snprintf(note.what, sizeof(note.what), "what-%d", (int)i);
		append(writer, note);
	}
	assert_int_equal(log_writer_notes(writer, &query, 73), 0);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_NOTES);
	assert_int_equal(answer.token, 73);
	assert_int_equal(answer.n_notes, 38);
	assert_string_equal(answer.notes[37].what, "what-39");
	assert_int_equal(answer.notes[37].time_us, note.time_us);
	writer_answer_done(&answer);
	log_writer_free(writer);
}

static int note_clip(void *context, const struct store_clip *clip)
{
	strcat(context, clip->name);
	strcat(context, ";");
	return 0;
}

static void ending_writes_what_waits(void **state)
{
	struct folder *folder = *state;
	struct log_writer *writer = writer_begin(folder);
	struct store_clip clip = {.name = "mot"};
	struct store *store;
	char names[256] = "";
	int64_t row;

	disk_set(false, true);
	append_row(writer, 1);
	disk_wait_until_it_holds();
	for (row = 2; row <= 100; row++)
		append_row(writer, row);
	assert_int_equal(log_writer_put_clip(writer, &clip), 0);
	strcpy(clip.name, "hai");
	assert_int_equal(log_writer_put_clip(writer, &clip), 0);
	assert_int_equal(log_writer_remove_clip(writer, "mot"), 0);
	disk_set(false, false);
	log_writer_free(writer);
	check_log(folder, 100);
	store = events_open(folder->path);
	assert_int_equal(store_clips(store, note_clip, names), 0);
	assert_string_equal(names, "hai;");
	store_free(store);
}

/* The log had three rows when the folder went away; the station began at row 1 without it. */
static void a_log_that_comes_later_gets_what_waited(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	struct store_query query = {.mode = -1};
	char away[sizeof(folder->path) + 8];
	struct writer_answer answer;
	struct log_writer *writer;
	struct store *store = events_open(folder->path);
	int64_t row;

	for (row = 1; row <= 3; row++)
		events_append_row(store, row, EVENTS_BEGIN_US, "sang");
	store_free(store);
	snprintf(away, sizeof(away), "%s-away", folder->path);
	assert_int_equal(rename(folder->path, away), 0);
	assert_int_equal(log_writer_new_later(&options, -EIO, &writer), 0);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_FAULT);
	assert_int_equal(answer.error, -EIO);
	assert_int_equal(log_writer_query(writer, &query, 5), 0);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_ROWS);
	assert_int_equal(answer.error, -EIO);
	append_row(writer, 1);
	append_row(writer, 2);
	assert_int_equal(rename(away, folder->path), 0);
	answer = writer_wait(writer);
	assert_int_equal(answer.kind, WRITER_WELL);
	expect_durable(writer, 1, 2);
	log_writer_free(writer);
	check_log(folder, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WRITER_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		WRITER_TEST(what_was_opened_is_told_when_it_is_durable),
		WRITER_TEST(nobody_waits_for_a_disk_that_stalls),
		WRITER_TEST(a_disk_that_refuses_costs_items_at_most),
		WRITER_TEST(what_is_being_written_is_not_let_go),
		WRITER_TEST(an_event_that_cannot_be_written_stops_no_other),
		WRITER_TEST(questions_are_answered_with_their_token),
		WRITER_TEST(notes_are_answered_with_their_token),
		WRITER_TEST(ending_writes_what_waits),
		WRITER_TEST(a_log_that_comes_later_gets_what_waited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
