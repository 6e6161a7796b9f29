/* SPDX-License-Identifier: MIT */
/* Clips that leave the card and that nobody hears: how their broadcasts end. */
#include <stdio.h>

#include "station_desk.h"

/* 10 s, whole, of which only so many frames could be heard. */
static void finished_with(struct desk *desk, uint64_t token, int64_t audible, int64_t now_us)
{
	struct station_event event = {.kind = EVENT_FINISHED};

	event.finished.token = token;
	event.finished.end = END_WHOLE;
	event.finished.frames = 480000;
	event.finished.audible = audible;
	event.finished.rate_hz = 48000;
	event.finished.rms_cdbfs = audible ? -1800 : -9000;
	event.finished.silence_ms = audible ? 200 : 10000;
	event.finished.ended_us = now_us;
	feed(desk, event, now_us);
}

/* 05:45 is aired, with so many audible frames in each of its two clips. */
static const struct asrun_event *aired_with(struct desk *desk, int64_t audible_a, int64_t audible_b)
{
	uint64_t a, b;

	tick(desk, AT(5, 44, 45));
	logged(desk, 1, AT(5, 44, 46));
	tick(desk, AT(5, 44, 57));
	a = find(desk, ACTION_PLAY)->play.token;
	started(desk, a, AT(5, 45, 0));
	b = find(desk, ACTION_PLAY)->play.token;
	finished_with(desk, a, audible_a, AT(5, 45, 10));
	started(desk, b, AT(5, 45, 10));
	finished_with(desk, b, audible_b, AT(5, 45, 20));
	return find_log(desk, ASRUN_CLOSED);
}

static void test_one_silent_clip_is_partial(void **state)
{
	const struct asrun_event *closed = aired_with(*state, 470000, 0);

	assert_non_null(closed);
	assert_int_equal(closed->outcome, OUTCOME_PARTIAL);
	assert_int_equal(closed->reason, REASON_SILENT);
	/* The item says what is true: all of it left the card, and nobody heard it. */
	assert_true(find_log(*state, ASRUN_ITEM)->whole);
	assert_int_equal(find_log(*state, ASRUN_ITEM)->audible, 0);
	assert_int_equal(find_log(*state, ASRUN_ITEM)->rms_cdbfs, -9000);
	assert_int_equal(find_log(*state, ASRUN_ITEM)->silence_ms, 10000);
}

static void test_all_silent_is_failed(void **state)
{
	const struct asrun_event *closed = aired_with(*state, 0, 0);

	assert_non_null(closed);
	assert_int_equal(closed->outcome, OUTCOME_FAILED);
	assert_int_equal(closed->reason, REASON_SILENT);
}

/* A pause that is part of the message, however long, is no fault: something was heard. */
static void test_a_long_pause_is_no_fault(void **state)
{
	const struct asrun_event *closed = aired_with(*state, 480, 480);

	assert_non_null(closed);
	assert_int_equal(closed->outcome, OUTCOME_PLAYED);
	assert_int_equal(closed->reason, REASON_NONE);
}

/* Silent before the power cut: charged once, and remembered. */
static void test_silent_over_a_restart(void **state)
{
	struct desk *desk = *state;
	struct station_options options = {
		.now_us = AT(5, 46, 0), .clock = CLOCK_TRUSTED, .plan = desk->plan};
	struct asrun_event opened, item;
	char items[LIMIT_ASRUN_ITEMS];

	tick(desk, AT(5, 44, 45));
	opened = *find_log(desk, ASRUN_OPENED);
	snprintf(items, sizeof(items), "%s", opened.items);
	opened.items = items;
	logged(desk, 1, AT(5, 44, 46));
	tick(desk, AT(5, 44, 57));
	started(desk, find(desk, ACTION_PLAY)->play.token, AT(5, 45, 0));
	finished_with(desk, 1, 0, AT(5, 45, 10));
	item = *find_log(desk, ASRUN_ITEM);
	station_free(desk->station);
	assert_int_equal(station_new(&options, &desk->station), 0);
	assert_int_equal(station_restore(desk->station, &opened), 0);
	assert_int_equal(station_restore(desk->station, &item), 0);
	tick(desk, AT(5, 46, 0));
	assert_string_equal(find(desk, ACTION_PLAY)->play.clip, "b"); /* a is not aired again */
	started(desk, find(desk, ACTION_PLAY)->play.token, AT(5, 46, 0));
	finished_with(desk, 1, 470000, AT(5, 46, 10));
	assert_int_equal(find_log(desk, ASRUN_CLOSED)->outcome, OUTCOME_PARTIAL);
	assert_int_equal(find_log(desk, ASRUN_CLOSED)->reason, REASON_SILENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_silent_clip_is_partial),
		TEST(test_all_silent_is_failed),
		TEST(test_a_long_pause_is_no_fault),
		TEST(test_silent_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
