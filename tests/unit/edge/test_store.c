/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "store.h"

/* What rows a query gives, as "1,2,3" of their numbers. */
struct numbers {
	char text[256];
};

static void add_number(struct numbers *numbers, int64_t number)
{
	size_t n = strlen(numbers->text);

	snprintf(numbers->text + n, sizeof(numbers->text) - n, "%s%lld", n ? "," : "",
		 (long long)number);
}

static int see_row(void *context, const struct asrun_row *row)
{
	add_number(context, row->opened.row);
	return 0;
}

static int see_event(void *context, const struct asrun_event *event)
{
	struct numbers *numbers = context;
	size_t n = strlen(numbers->text);

	if (event->kind != ASRUN_NOTE) {
		add_number(numbers, event->row);
		return 0;
	}
	snprintf(numbers->text + n, sizeof(numbers->text) - n, "%s%s", n ? "," : "", event->what);
	return 0;
}

static int check_whole_row(void *context, const struct asrun_row *row)
{
	int *seen = context;

	++*seen;
	assert_true(row->closed);
	assert_int_equal(row->outcome, OUTCOME_PLAYED);
	assert_int_equal(row->opened.planned_us, EVENTS_BEGIN_US);
	assert_string_equal(row->opened.broadcast, "buoi-sang");
	assert_string_equal(row->items, "nhac-hieu goi-111");
	assert_string_equal(row->aired, "nhac-hieu goi-111");
	assert_int_equal(row->n_whole, 2);
	assert_int_equal(row->frames, 384000);
	return 0;
}

static void a_row_is_the_fold_of_its_events(void **state)
{
	struct folder *folder = *state;
	struct store_query query = {.mode = -1};
	struct store *store = events_open(folder->path);
	int seen = 0;

	events_append_row(store, 1, EVENTS_BEGIN_US, "buoi-sang");
	assert_int_equal(store_rows(store, &query, check_whole_row, &seen), 0);
	assert_int_equal(seen, 1);
	store = store_free(store);
	store = events_open(folder->path);
	assert_int_equal(store_rows(store, &query, check_whole_row, &seen), 0);
	assert_int_equal(seen, 2);
	store_free(store);
}

/* Ten days, a morning and an evening each; row 20 was missed, row 21 is rehearsed. */
static struct store *ten_days(const char *dir)
{
	struct store *store = events_open(dir);
	struct asrun_event event;
	int day;

	for (day = 0; day < 10; day++) {
		int64_t midnight = EVENTS_BEGIN_US + day * EVENTS_DAY_US;

		events_append_row(store, 2 * day + 1, midnight + 1000000, "sang");
		if (day < 9)
			events_append_row(store, 2 * day + 2, midnight + 2000000, "chieu");
		event = event_note(midnight + 3000000, day == 0 ? "pause" : "reload");
		events_append(store, &event);
	}
	event = event_missed(20, EVENTS_BEGIN_US + 9 * EVENTS_DAY_US + 2000000, "chieu");
	events_append(store, &event);
	event = event_opened(21, EVENTS_BEGIN_US, "sang");
	event.mode = ASRUN_PRETENDED;
	event.clock = CLOCK_PRETENDED;
	events_append(store, &event);
	return store;
}

static const struct {
	int line;
	struct store_query query;
	const char *want;
} queries[] = {
	{ROW, {.mode = -1}, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21"},
	{ROW, {.mode = ASRUN_PRETENDED}, "21"},
	{ROW, {.mode = ASRUN_REAL, .limit = 3}, "1,2,3"},
	{ROW, {.mode = -1, .limit = 3, .newest_first = true}, "21,20,19"},
	{ROW, {.mode = ASRUN_REAL, .limit = 1, .newest_first = true, .broadcast = "sang"}, "19"},
	{ROW, {.mode = ASRUN_REAL, .after_row = 17}, "18,19,20"},
	{ROW, {.mode = ASRUN_REAL, .after_row = 3, .limit = 2, .broadcast = "chieu"}, "4,6"},
	{ROW, {.mode = ASRUN_REAL, .campaign = "thang-7"}, ""},
	{ROW, {.mode = ASRUN_REAL, .campaign = "thang-6", .after_row = 19}, "20"},
	{ROW, {.mode = -1, .until_us = EVENTS_BEGIN_US + 1000000}, "21"},
	{ROW,
	 {.mode = -1,
	  .from_us = EVENTS_BEGIN_US + 1000000,
	  .until_us = EVENTS_BEGIN_US + EVENTS_DAY_US + 1000000},
	 "1,2"},
	{ROW, {.mode = -1, .from_us = EVENTS_BEGIN_US + 9 * EVENTS_DAY_US}, "19,20"},
};

static void a_query_gives_the_rows_it_names(void **state)
{
	struct folder *folder = *state;
	struct store *store = ten_days(folder->path);
	size_t i;

	for (i = 0; i < CHECK_COUNT(queries); i++) {
		struct numbers seen = {""};

		check_row_int(queries[i].line, store_rows(store, &queries[i].query, see_row, &seen),
			      0);
		check_row_str(queries[i].line, seen.text, queries[i].want);
	}
	store_free(store);
}

static void notes_are_found_by_time(void **state)
{
	struct folder *folder = *state;
	struct store *store = ten_days(folder->path);
	struct store_query query = {.mode = ASRUN_REAL, .limit = 2};
	struct numbers seen = {""};

	assert_int_equal(store_notes(store, &query, see_event, &seen), 0);
	assert_string_equal(seen.text, "pause,reload");
	seen = (struct numbers){""};
	query.skip = 1;
	query.limit = 1;
	assert_int_equal(store_notes(store, &query, see_event, &seen), 0);
	assert_string_equal(seen.text, "reload");
	seen = (struct numbers){""};
	query = (struct store_query){.mode = -1,
				     .from_us = EVENTS_BEGIN_US + 8 * EVENTS_DAY_US,
				     .until_us = EVENTS_BEGIN_US + 9 * EVENTS_DAY_US};
	assert_int_equal(store_notes(store, &query, see_event, &seen), 0);
	assert_string_equal(seen.text, "reload");
	store_free(store);
}

static int stop_at_three(void *context, const struct asrun_row *row)
{
	(void)context;
	return row->opened.row == 3 ? 42 : 0;
}

static void a_query_ends_where_its_caller_says(void **state)
{
	struct folder *folder = *state;
	struct store *store = ten_days(folder->path);
	struct store_query query = {.mode = -1};
	struct numbers seen = {""};

	assert_int_equal(store_rows(store, &query, stop_at_three, NULL), 42);
	query.limit = 1;
	assert_int_equal(store_rows(store, &query, see_row, &seen), 0);
	assert_string_equal(seen.text, "1");
	store_free(store);
}

/*
 * Ten days, and far back: a pause, and a row that was never closed. Rows planned after the newest
 * cursor come too, whenever they were written.
 */
static void a_restart_gets_what_it_must_know(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	struct numbers seen = {""};
	struct asrun_event event = event_opened(1, EVENTS_BEGIN_US, "sang");
	int day;

	events_append(store, &event);
	event = event_note(EVENTS_BEGIN_US + 1, "pause");
	events_append(store, &event);
	for (day = 0; day < 10; day++)
		events_append_row(store, day + 2, EVENTS_BEGIN_US + day * EVENTS_DAY_US, "sang");
	event = event_missed(12, EVENTS_BEGIN_US + 30 * EVENTS_DAY_US, "sang");
	event.time_us = EVENTS_BEGIN_US;
	event.accounted_us = EVENTS_BEGIN_US + 9 * EVENTS_DAY_US;
	events_append(store, &event);
	event.row = 13;
	event.mode = ASRUN_PRETENDED;
	events_append(store, &event);
	assert_int_equal(store_restore(store, ASRUN_REAL,
				       EVENTS_BEGIN_US + 10 * EVENTS_DAY_US - 20000000, see_event,
				       &seen),
			 0);
	assert_string_equal(seen.text, "1,pause,10,10,10,10,11,11,11,11,12");
	seen = (struct numbers){""};
	assert_int_equal(store_restore(store, ASRUN_PRETENDED, EVENTS_BEGIN_US, see_event, &seen),
			 0);
	assert_string_equal(seen.text, "13");
	store_free(store);
}

/* A box that lay without power for a month: up to where its log knows, however long ago that is. */
static void a_restart_after_a_month_knows_where_the_log_ends(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	struct asrun_event event = event_note(EVENTS_BEGIN_US + EVENTS_DAY_US, "start");
	struct numbers seen = {""};

	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	event.accounted_us = EVENTS_BEGIN_US;
	events_append(store, &event);
	event = event_note(EVENTS_BEGIN_US + 2 * EVENTS_DAY_US, "fault");
	events_append(store, &event); /* under an unknown clock, it knows nothing of what was due */
	assert_int_equal(store_restore(store, ASRUN_REAL, EVENTS_BEGIN_US + 32 * EVENTS_DAY_US,
				       see_event, &seen),
			 0);
	assert_string_equal(seen.text, "start");
	store_free(store);
}

static void the_newest_real_time_is_a_known_one(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	struct store_newest newest;
	struct asrun_event event = event_note(EVENTS_BEGIN_US + 500 * EVENTS_DAY_US, "start");

	assert_int_equal(store_newest(store, &newest), 0);
	assert_int_equal(newest.row, 0);
	assert_int_equal(newest.real_us, 0);
	assert_int_equal(newest.events, 0);
	events_append_row(store, 7, EVENTS_BEGIN_US, "sang");
	event.clock = CLOCK_UNTRUSTED; /* a clock that is wrong by years must not outweigh this */
	events_append(store, &event);
	event.mode = ASRUN_PRETENDED;
	event.clock = CLOCK_PRETENDED;
	events_append(store, &event);
	assert_int_equal(store_newest(store, &newest), 0);
	assert_int_equal(newest.row, 7);
	assert_int_equal(newest.real_us, EVENTS_BEGIN_US + 8000000);
	assert_int_equal(newest.events, 6);
	assert_int_equal(newest.head_error, 0);
	store_free(store);
}

static void an_event_without_a_text_is_refused_whole(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	struct asrun_event good = event_note(EVENTS_BEGIN_US, "start");
	struct asrun_event bad = event_opened(1, EVENTS_BEGIN_US, "sang");
	const struct asrun_event *both[] = {&good, &bad};
	static char endless[2 * LIMIT_ASRUN_TEXT];
	struct store_newest newest;

	memset(endless, 'a', sizeof(endless) - 1);
	bad.items = endless;
	assert_int_equal(store_append(store, both, 2), -EINVAL);
	assert_int_equal(store_newest(store, &newest), 0);
	assert_int_equal(newest.events, 0);
	events_append(store, &good);
	store_free(store);
}

static int count_clip(void *context, const struct store_clip *clip)
{
	struct store_clip *last = context;

	*last = *clip;
	return 0;
}

static void a_clip_comes_back_as_it_was_put(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	struct store_clip clip = {.name = "gọi-111", .title = "Gọi 111", .size = 4711}, got;

	clip.mtime_ns = INT64_C(1717200000123456789);
	clip.frames = 220500;
	clip.skip_frames = 500;
	clip.air_frames = 220000;
	clip.rate_hz = 44100;
	clip.channels = 1;
	clip.lufs = -23.25;
	clip.gain_db = 7.125;
	clip.out_peak_dbtp = -1.03;
	clip.added_us = EVENTS_BEGIN_US;
	strcpy(clip.settings, "1 rate=48000");
	strcpy(clip.added_by, "Chị Lan");
	memset(clip.sha256, 0xab, sizeof(clip.sha256));
	assert_int_equal(store_put_clip(store, &clip), 0);
	clip.gain_db = 6.5;
	assert_int_equal(store_put_clip(store, &clip), 0);
	store = store_free(store);
	store = events_open(folder->path);
	memset(&got, 0, sizeof(got));
	assert_int_equal(store_clips(store, count_clip, &got), 0);
	assert_memory_equal(&got, &clip, sizeof(clip));
	assert_int_equal(store_remove_clip(store, clip.name), 0);
	memset(&got, 0, sizeof(got));
	assert_int_equal(store_clips(store, count_clip, &got), 0);
	assert_string_equal(got.name, "");
	store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		STORE_TEST(a_row_is_the_fold_of_its_events),
		STORE_TEST(a_query_gives_the_rows_it_names),
		STORE_TEST(notes_are_found_by_time),
		STORE_TEST(a_query_ends_where_its_caller_says),
		STORE_TEST(a_restart_gets_what_it_must_know),
		STORE_TEST(a_restart_after_a_month_knows_where_the_log_ends),
		STORE_TEST(the_newest_real_time_is_a_known_one),
		STORE_TEST(an_event_without_a_text_is_refused_whole),
		STORE_TEST(a_clip_comes_back_as_it_was_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
