/* SPDX-License-Identifier: MIT */
/* A log that grew: its older parts are files of their own, and everything is read through all of them. */
#include <dirent.h>
#include <sqlite3.h>
#include <string.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "store.h"

#define PART_BYTES 65536
#define ROWS	   120 /* of four events: several parts of that size */

static struct store *open_parts(const struct folder *folder, bool read_only,
				struct store_opening *ret_opening)
{
	const struct store_options options = {
		.state_dir = folder->path, .read_only = read_only, .part_bytes = PART_BYTES};
	struct store *store = NULL;
	char why[256] = "";

	if (store_open(&options, &store, ret_opening, why, sizeof(why)) < 0)
		fail_msg("%s", why);
	return store;
}

static int64_t planned_us(int64_t row)
{
	return EVENTS_BEGIN_US + row * 3600 * INT64_C(1000000);
}

/* Row n is planned n hours after the beginning; the first event of all is a pause. */
static struct store *fill(const struct folder *folder)
{
	struct store *store = open_parts(folder, false, NULL);
	struct asrun_event event = event_note(EVENTS_BEGIN_US, "pause");

	events_append(store, &event);
	for (int64_t row = 1; row <= ROWS; row++) {
		events_append_row(store, row, planned_us(row), row % 2 ? "sang" : "chieu");
		event = event_note(planned_us(row) + 1000000, "reload");
		events_append(store, &event);
	}
	return store;
}

static int is_part(const struct dirent *entry)
{
	return strncmp(entry->d_name, "asrun-", 6) == 0;
}

/* How many there are; ret: the name of the first (STORE_KEPT_NAME). */
static int parts_of(const struct folder *folder, char *ret)
{
	struct dirent **entries = NULL;
	int n = scandir(folder->path, &entries, is_part, alphasort);

	for (int i = 0; i < n; i++) {
		char *path = folder_file(folder, entries[i]->d_name), rest[300];
		struct stat st;

		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0440);
		snprintf(rest, sizeof(rest), "%s-wal", entries[i]->d_name);
		assert_false(folder_has(folder, rest));
		if (i == 0)
			snprintf(ret, STORE_KEPT_NAME, "%.63s", entries[i]->d_name);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return n;
}

struct seen {
	int64_t n, first, last;
	bool backwards, pause;
};

static int see_row(void *context, const struct asrun_row *row)
{
	struct seen *seen = context;
	int64_t number = row->opened.row;

	assert_true(row->closed);
	assert_int_equal(row->n_whole, 2);
	if (seen->n++ == 0)
		seen->first = number;
	else
		assert_true(seen->backwards ? number < seen->last : number > seen->last);
	seen->last = number;
	return 0;
}

static int see_event(void *context, const struct asrun_event *event)
{
	struct seen *seen = context;

	seen->n++;
	seen->pause |= strcmp(event->what, "pause") == 0;
	assert_true(event->time_us >= seen->last);
	seen->last = event->kind == ASRUN_NOTE ? event->time_us : seen->last;
	return 0;
}

static const struct {
	int line;
	struct store_query query;
	int64_t n, first, last;
} queries[] = {
	{ROW, {.mode = -1}, ROWS, 1, ROWS},
	{ROW, {.mode = -1, .newest_first = true}, ROWS, ROWS, 1},
	{ROW, {.mode = -1, .limit = 50}, 50, 1, 50},
	{ROW, {.mode = -1, .limit = 50, .after_row = 30}, 50, 31, 80},
	{ROW, {.mode = -1, .limit = 90, .newest_first = true}, 90, ROWS, 31},
	{ROW, {.mode = -1, .broadcast = "chieu"}, ROWS / 2, 2, ROWS},
	{ROW, {.mode = ASRUN_PRETENDED}, 0, 0, 0},
};

static void all_is_read_through_all_parts(void **state)
{
	struct folder *folder = *state;
	struct store_query notes = {.mode = -1};
	struct store *store = fill(folder);
	char first[STORE_KEPT_NAME];
	struct seen seen = {0};

	for (int again = 0; again < 3; again++) {
		assert_true(parts_of(folder, first) >= 3);
		assert_memory_equal(first, "asrun-0001-2024-06-0", 20);
		for (size_t i = 0; i < CHECK_COUNT(queries); i++) {
			seen = (struct seen){.backwards = queries[i].query.newest_first};
			check_row_int(queries[i].line,
				      store_rows(store, &queries[i].query, see_row, &seen), 0);
			check_row_int(queries[i].line, seen.n, queries[i].n);
			check_row_int(queries[i].line, seen.first, queries[i].first);
			check_row_int(queries[i].line, seen.last, queries[i].last);
		}
		seen = (struct seen){0};
		assert_int_equal(store_notes(store, &notes, see_event, &seen), 0);
		assert_int_equal(seen.n, ROWS + 1);
		store_free(store);
		store = open_parts(folder, again == 0, NULL); /* to read alone, then to write */
	}
	store_free(store);
}

static void a_span_is_found_wherever_it_stands(void **state)
{
	struct folder *folder = *state;
	struct store *store = fill(folder);

	for (int64_t row = 1; row + 10 <= ROWS; row++) {
		struct store_query query = {
			.mode = -1, .from_us = planned_us(row), .until_us = planned_us(row + 10)};
		struct seen seen = {0};

		assert_int_equal(store_rows(store, &query, see_row, &seen), 0);
		assert_int_equal(seen.n, 10);
		assert_int_equal(seen.first, row);
	}
	store_free(store);
}

/* The chain runs through, in slices that do not fit the parts. */
static void check_chain(struct store *store, int64_t events)
{
	struct store_verdict verdict;
	struct store_walk walk = {0};

	while (store_verify_some(store, &walk, 7, &verdict) > 0)
		;
	assert_true(verdict.intact);
	assert_int_equal(verdict.events, events);
}

static void a_start_finds_what_it_needs(void **state)
{
	struct folder *folder = *state;
	struct store_newest newest;
	struct store *store;
	struct seen seen = {0};

	store_free(fill(folder));
	store = open_parts(folder, false, NULL);
	check_chain(store, 5 * ROWS + 1);
	assert_int_equal(store_newest(store, &newest), 0);
	assert_int_equal(newest.row, ROWS);
	assert_int_equal(newest.events, 5 * ROWS + 1);
	assert_int_equal(newest.real_us, planned_us(ROWS) + 8000000);
	/* 48 hours back are in two parts or more, and the pause is in the first of all */
	assert_int_equal(
		store_restore(store, ASRUN_REAL, planned_us(ROWS) + 60000000, see_event, &seen), 0);
	assert_true(seen.pause);
	assert_in_range(seen.n, 48 * 5, 48 * 5 + 6);
	store_free(store);
}

static int see_life(void *context, const struct life *life)
{
	if (strcmp(life->name, "goi-111") == 0)
		*(int64_t *)context = life->aired[ASRUN_REAL].times;
	return 0;
}

/* How often a clip was aired is counted through all parts, and once. */
static void what_is_told_of_clips_is_told_by_all(void **state)
{
	struct folder *folder = *state;
	struct store *store = fill(folder);
	int64_t times = 0;

	assert_int_equal(store_lives(store, see_life, &times), 0);
	assert_int_equal(times, ROWS);
	store_free(store);
	for (int again = 0; again < 2; again++) {
		store = open_parts(folder, false, NULL);
		times = 0;
		assert_int_equal(store_lives(store, see_life, &times), 0);
		assert_int_equal(times, ROWS);
		store_free(store);
	}
}

static void change(const struct folder *folder, const char *name, const char *sql)
{
	char *path = folder_file(folder, name);
	sqlite3 *db;

	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	assert_int_equal(chmod(path, 0440), 0);
	free(path);
}

static struct store_verdict verdict_of(const struct folder *folder)
{
	struct store *store = open_parts(folder, true, NULL);
	struct store_verdict verdict;

	assert_int_equal(store_verify(store, &verdict), 0);
	store_free(store);
	return verdict;
}

static void what_was_done_to_a_part_shows(void **state)
{
	struct folder *folder = *state;
	struct store_verdict verdict;
	struct store_opening opening;
	char first[STORE_KEPT_NAME], *path;

	store_free(fill(folder));
	assert_true(parts_of(folder, first) >= 3);
	change(folder, first,
	       "UPDATE event SET text = replace(text, 'played', 'failed') WHERE number = 5");
	verdict = verdict_of(folder);
	assert_int_equal(verdict.problem, VERIFY_ALTERED);
	assert_int_equal(verdict.first_bad, 5);
	change(folder, first, "DELETE FROM event WHERE number > 9");
	change(folder, first, "DELETE FROM event WHERE number = 5");
	assert_int_equal(verdict_of(folder).first_bad, 5);
	folder_write(folder, first, "no log", 6);
	store_free(open_parts(folder, false, &opening));
	assert_string_equal(opening.bad_part, first);
	verdict = verdict_of(folder);
	assert_int_equal(verdict.problem, VERIFY_REMOVED);
	assert_int_equal(verdict.first_bad, 1);
	path = folder_file(folder, first);
	unlink(path);
	free(path);
	assert_int_equal(verdict_of(folder).problem, VERIFY_REMOVED);
}

/* Cut off between the two files: the log was given its name, and no new one made. */
static void a_log_without_its_newest_file_goes_on(void **state)
{
	struct folder *folder = *state;
	struct store_opening opening;
	struct store *store = open_parts(folder, false, NULL);
	char *from, *to;

	events_append_row(store, 1, planned_us(1), "sang");
	store_free(store);
	change(folder, "asrun.db", "PRAGMA journal_mode=DELETE");
	from = folder_file(folder, "asrun.db");
	to = folder_file(folder, "asrun-0007-2024-06-01.db");
	assert_int_equal(rename(from, to), 0);
	store_free(open_parts(folder, true, NULL));
	store = open_parts(folder, false, &opening);
	assert_false(opening.asrun_replaced);
	assert_false(opening.head_missing);
	assert_int_equal(opening.lost, 0);
	events_append_row(store, 2, planned_us(2), "sang");
	check_chain(store, 8);
	store_free(store);
	free(from);
	free(to);
}

/* The events of a row stand in one file: while one is open the log grows on. */
static void an_open_row_holds_the_file(void **state)
{
	struct folder *folder = *state;
	struct store *store = open_parts(folder, false, NULL);
	struct asrun_event event = event_opened(1, planned_us(1), "sang");
	char first[STORE_KEPT_NAME];

	events_append(store, &event);
	for (int64_t row = 2; row <= ROWS; row++)
		events_append_row(store, row, planned_us(row), "sang");
	assert_int_equal(parts_of(folder, first), 0);
	event = event_closed(1, planned_us(1), OUTCOME_PARTIAL);
	events_append(store, &event);
	assert_int_equal(parts_of(folder, first), 1);
	check_chain(store, 4 * (ROWS - 1) + 2);
	store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PARTS_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		PARTS_TEST(all_is_read_through_all_parts),
		PARTS_TEST(a_span_is_found_wherever_it_stands),
		PARTS_TEST(a_start_finds_what_it_needs),
		PARTS_TEST(what_is_told_of_clips_is_told_by_all),
		PARTS_TEST(what_was_done_to_a_part_shows),
		PARTS_TEST(a_log_without_its_newest_file_goes_on),
		PARTS_TEST(an_open_row_holds_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
