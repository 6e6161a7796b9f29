/* SPDX-License-Identifier: MIT */
/*
 * The contract of the station with its caller, event by event: when it orders,
 * what it answers, what it waits for. The stories of whole days are the golden
 * scenarios in tests/sim.
 */
#include "station_desk.h"

static void test_ordered_ahead_and_on_the_second(void **state)
{
	struct desk *desk = *state;
	const struct station_action *order;
	uint64_t first;

	assert_true(station_deadline(desk->station) == AT(5, 44, 40));
	tick(desk, AT(5, 44, 40));
	assert_int_equal(desk->n, 0);
	assert_true(station_deadline(desk->station) == AT(5, 44, 45));
	tick(desk, AT(5, 44, 45)); /* 15 s ahead: the disk has more than 10 s */
	assert_non_null(find_log(desk, ASRUN_OPENED));
	assert_string_equal(find_log(desk, ASRUN_OPENED)->items, "a b");
	assert_null(find(desk, ACTION_PLAY));
	logged(desk, 1, AT(5, 44, 46));
	assert_true(station_deadline(desk->station) == AT(5, 44, 57));
	tick(desk, AT(5, 44, 57));
	order = find(desk, ACTION_PLAY);
	assert_non_null(order);
	assert_string_equal(order->play.clip, "a");
	assert_true(order->play.start_us == AT(5, 45, 0));
	assert_true(permit_valid(&order->play.permit));
	assert_true(order->play.permit.end_us >= AT(5, 45, 10));
	first = order->play.token;
	started(desk, first, AT(5, 45, 0)); /* the next is pushed while the first sounds */
	order = find(desk, ACTION_PLAY);
	assert_non_null(order);
	assert_string_equal(order->play.clip, "b");
	assert_true(order->play.start_us == 0);
}

static void test_closed_with_the_proof(void **state)
{
	struct desk *desk = *state;
	uint64_t a, b;

	tick(desk, AT(5, 44, 45));
	logged(desk, 1, AT(5, 44, 46));
	tick(desk, AT(5, 44, 57));
	a = find(desk, ACTION_PLAY)->play.token;
	started(desk, a, AT(5, 45, 0));
	b = find(desk, ACTION_PLAY)->play.token;
	finished(desk, a, END_WHOLE, 480000, AT(5, 45, 10));
	assert_true(find_log(desk, ASRUN_ITEM)->whole);
	assert_true(find_log(desk, ASRUN_ITEM)->frames == 480000);
	started(desk, b, AT(5, 45, 10));
	finished(desk, b, END_WHOLE, 480000, AT(5, 45, 20));
	assert_non_null(find_log(desk, ASRUN_CLOSED));
	assert_int_equal(find_log(desk, ASRUN_CLOSED)->outcome, OUTCOME_PLAYED);
	assert_false(find_log(desk, ASRUN_CLOSED)->not_durable);
	assert_true(find_log(desk, ASRUN_CLOSED)->started_us == AT(5, 45, 0));
	assert_true(find_log(desk, ASRUN_CLOSED)->ended_us == AT(5, 45, 20));
}

/*
 * The clock is set to another time as the first sample leaves the card, before the player could say so: the
 * clip is neither cut off nor asked for again, and the log says when it began by the clock it had.
 */
static void test_stepped_on_the_second(void **state)
{
	static const struct {
		int line;
		int64_t at_us, step_us;
		bool begun;
	} rows[] = {
		{ROW, AT(5, 45, 0) + 1000, -600 * CIVIL_US, true},
		{ROW, AT(5, 45, 0) + 1000, 3600 * CIVIL_US, true},
		{ROW, AT(5, 45, 0) - 10000, -600 * CIVIL_US, true},
		{ROW, AT(5, 45, 0) - 100000, -600 * CIVIL_US, false},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct station_event step = {.kind = EVENT_CLOCK};
		int64_t now_us = rows[i].at_us + rows[i].step_us;
		struct desk *desk;
		uint64_t token;
		void *fresh;

		set_up(&fresh);
		desk = fresh;
		tick(desk, AT(5, 44, 45));
		logged(desk, 1, AT(5, 44, 46));
		tick(desk, AT(5, 44, 57));
		token = find(desk, ACTION_PLAY)->play.token;
		step.clock.state = CLOCK_TRUSTED;
		step.clock.jumped = true;
		step.clock.step_us = rows[i].step_us;
		feed(desk, step, now_us);
		check_row_int(rows[i].line, find(desk, ACTION_STOP) == NULL, rows[i].begun);
		assert_null(find(desk, ACTION_CANCEL));
		if (rows[i].begun) {
			started(desk, token, now_us + 10000);
			assert_string_equal(find(desk, ACTION_PLAY)->play.clip, "b");
			finished(desk, token, END_WHOLE, 480000, now_us + 10 * CIVIL_US);
			assert_true(find_log(desk, ASRUN_ITEM)->started_us == AT(5, 45, 0));
		}
		tear_down(&fresh);
	}
}

static void test_a_dead_disk_does_not_stop_the_sound(void **state)
{
	struct desk *desk = *state;
	uint64_t token;

	assert_int_equal(play(desk, "a", AT(6, 0, 0)), STATION_OK);
	assert_non_null(find_log(desk, ASRUN_OPENED));
	assert_null(find(desk, ACTION_PLAY)); /* waits for the disk, but not for long */
	assert_true(station_deadline(desk->station) == AT(6, 0, 0) + STATION_DURABLE_US);
	tick(desk, AT(6, 0, 0) + STATION_DURABLE_US);
	assert_non_null(find(desk, ACTION_PLAY));
	token = find(desk, ACTION_PLAY)->play.token;
	started(desk, token, AT(6, 0, 1));
	finished(desk, token, END_WHOLE, 480000, AT(6, 0, 11));
	assert_true(find_log(desk, ASRUN_CLOSED)->not_durable);
}

static void test_a_durable_row_is_played_at_once(void **state)
{
	struct desk *desk = *state;

	play(desk, "a", AT(6, 0, 0));
	logged(desk, 1, AT(6, 0, 0) + 3000);
	assert_non_null(find(desk, ACTION_PLAY));
}

static void test_answers_by_hand(void **state)
{
	static const struct {
		int line;
		const char *name;
		int64_t at_us;
		int answer;
		bool row; /* even a refusal leaves a row */
	} rows[] = {
		{ROW, "nobody", AT(5, 31, 0), STATION_NO_SUCH, false},
		{ROW, "twice", AT(5, 31, 0), STATION_AMBIGUOUS, false},
		{ROW, "c", AT(5, 31, 0), STATION_NO_RECORDING, true},
		{ROW, "a", AT(3, 15, 0), STATION_OUTSIDE_AIRTIME, true},
		{ROW, "one/twice", AT(5, 31, 0), STATION_OK, true},
		{ROW, "morning", AT(5, 31, 0), STATION_OK, true},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		void *fresh;
		struct desk *desk;

		set_up(&fresh);
		desk = fresh;
		check_row_int(rows[i].line, play(desk, rows[i].name, rows[i].at_us),
			      rows[i].answer);
		check_row_int(rows[i].line,
			      find_log(desk, ASRUN_OPENED) || find_log(desk, ASRUN_CLOSED),
			      rows[i].row);
		tear_down(&fresh);
	}
}

static void test_nothing_to_stop_or_skip(void **state)
{
	struct desk *desk = *state;
	struct station_event stop = {.kind = EVENT_STOP}, skip = {.kind = EVENT_SKIP};

	assert_int_equal(feed(desk, stop, AT(5, 44, 58)), STATION_NOTHING);
	assert_int_equal(feed(desk, skip, AT(5, 44, 59)), STATION_OK);
	assert_non_null(find_log(desk, ASRUN_NOTE));
	assert_int_equal(feed(desk, stop, AT(5, 45, 1)), STATION_NOTHING);
}

static void test_a_card_that_is_gone_is_not_asked_again(void **state)
{
	struct desk *desk = *state;
	uint64_t token;

	play(desk, "a", AT(6, 0, 0));
	logged(desk, 1, AT(6, 0, 0));
	token = find(desk, ACTION_PLAY)->play.token;
	finished(desk, token, END_DEVICE_LOST, 0, AT(6, 0, 1));
	assert_null(find(desk, ACTION_PLAY));
	feed(desk, (struct station_event){.kind = EVENT_DEVICE_LOST}, AT(6, 0, 1));
	assert_null(find(desk, ACTION_PLAY));
	feed(desk, (struct station_event){.kind = EVENT_DEVICE_BACK}, AT(6, 0, 30));
	assert_non_null(find(desk, ACTION_PLAY));
}

static void test_next_is_shown_without_being_taken(void **state)
{
	struct desk *desk = *state;
	struct occurrence next;

	assert_int_equal(station_next(desk->station, &next), 0);
	assert_true(next.at_us == AT(5, 45, 0));
	assert_int_equal(next.n_clips, 2);
	assert_int_equal(station_next(desk->station, &next), 0);
	assert_true(next.at_us == AT(5, 45, 0));
}

/* Found by the busy day on air: STARTED comes a moment after T, and late = "0s" ends at T. */
static void test_no_lateness_does_not_cut_what_begins(void **state)
{
	struct desk *desk = *state;
	uint64_t token;

	desk->plan->campaigns[0].broadcasts[0].late_us = 0;
	tick(desk, AT(5, 44, 45));
	logged(desk, 1, AT(5, 44, 46));
	tick(desk, AT(5, 44, 57));
	token = find(desk, ACTION_PLAY)->play.token;
	tick(desk, AT(5, 45, 0) + 1);
	assert_null(find(desk, ACTION_STOP));
	started(desk, token, AT(5, 45, 0));
	assert_null(find_log(desk, ASRUN_CLOSED));
	assert_string_equal(find(desk, ACTION_PLAY)->play.clip, "b");
}

/* Found by the busy day on air: the timer is late, and the gate's answer is the reason all the same. */
static void test_refused_before_it_is_late(void **state)
{
	struct desk *desk = *state;
	struct plan_broadcast *broadcast = &desk->plan->campaigns[0].broadcasts[0];

	broadcast->late_us = 0;
	desk->plan->airtime.windows[0].until_s = 5 * 3600 + 40 * 60;
	feed(desk, (struct station_event){.kind = EVENT_PLAN, .plan = desk->plan}, AT(5, 0, 1));
	tick(desk, AT(5, 44, 45));
	tick(desk, AT(5, 45, 0) + 900);
	assert_int_equal(find_log(desk, ASRUN_CLOSED)->outcome, OUTCOME_REFUSED);
	assert_int_equal(find_log(desk, ASRUN_CLOSED)->reason, REASON_OUTSIDE_AIRTIME);
}

static void test_doubled_ticks_change_nothing(void **state)
{
	struct desk *desk = *state;

	tick(desk, AT(5, 44, 57));
	assert_true(desk->n > 0);
	for (int i = 0; i < 5; i++) {
		tick(desk, AT(5, 44, 57) + i);
		assert_int_equal(desk->n, 0);
		assert_true(station_deadline(desk->station) > AT(5, 44, 57) + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ordered_ahead_and_on_the_second),
		TEST(test_closed_with_the_proof),
		TEST(test_stepped_on_the_second),
		TEST(test_a_dead_disk_does_not_stop_the_sound),
		TEST(test_a_durable_row_is_played_at_once),
		cmocka_unit_test(test_answers_by_hand),
		TEST(test_nothing_to_stop_or_skip),
		TEST(test_a_card_that_is_gone_is_not_asked_again),
		TEST(test_next_is_shown_without_being_taken),
		TEST(test_no_lateness_does_not_cut_what_begins),
		TEST(test_refused_before_it_is_late),
		TEST(test_doubled_ticks_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
