/* SPDX-License-Identifier: MIT */
#include "gate.h"

static void inside_and_outside(void **state)
{
	static const struct {
		int line;
		const char *windows;
		bool berlin;
		const char *start;
		int64_t length_us;
		enum airtime_verdict want;
	} rows[] = {
		{ROW, "05:30-07:00", false, "2024-06-01T05:30", MINUTE, AIRTIME_OK},
		{ROW, "05:30-07:00", false, "2024-06-01T05:29:59.999999+07:00", MINUTE,
		 AIRTIME_OUTSIDE},
		{ROW, "05:30-07:00", false, "2024-06-01T03:15", MINUTE, AIRTIME_OUTSIDE},
		{ROW, "05:30-07:00", false, "2024-06-01T06:59", MINUTE, AIRTIME_OK},
		{ROW, "05:30-07:00", false, "2024-06-01T06:59", MINUTE + 1, AIRTIME_ENDS_OUTSIDE},
		{ROW, "05:30-07:00", false, "2024-06-01T07:00", 1, AIRTIME_OUTSIDE},
		/* Touching and overlapping windows are one. */
		{ROW, "06:00-07:00 07:00-08:00", false, "2024-06-01T06:59", 10 * MINUTE,
		 AIRTIME_OK},
		{ROW, "06:30-08:00 06:00-07:00", false, "2024-06-01T06:59", 10 * MINUTE,
		 AIRTIME_OK},
		{ROW, "06:00-06:10 06:00-07:00 06:00-06:10", false, "2024-06-01T06:05", 50 * MINUTE,
		 AIRTIME_OK},
		{ROW, "06:00-07:00 07:01-08:00", false, "2024-06-01T06:59", 10 * MINUTE,
		 AIRTIME_ENDS_OUTSIDE},
		/* Over midnight, by one window and by two that touch there. */
		{ROW, "22:00-02:00", false, "2024-06-01T23:59", 2 * MINUTE, AIRTIME_OK},
		{ROW, "22:00-02:00", false, "2024-06-02T01:59", MINUTE, AIRTIME_OK},
		{ROW, "22:00-02:00", false, "2024-06-02T01:59", MINUTE + 1, AIRTIME_ENDS_OUTSIDE},
		{ROW, "22:00-02:00", false, "2024-06-02T02:00", MINUTE, AIRTIME_OUTSIDE},
		{ROW, "22:00-24:00 00:00-02:00", false, "2024-06-01T23:59", 2 * MINUTE, AIRTIME_OK},
		{ROW, "00:00-24:00", false, "2024-06-01T23:59", 48 * 60 * MINUTE, AIRTIME_OK},
		{ROW, "", false, "2024-06-01T12:00", MINUTE, AIRTIME_OUTSIDE},
		/* A spring night has no 02:30, an autumn night two: the first one ends the window. */
		{ROW, "02:15-02:45", true, "2024-03-31T03:00", MINUTE, AIRTIME_OUTSIDE},
		{ROW, "02:15-03:10", true, "2024-03-31T03:00", 10 * MINUTE, AIRTIME_OK},
		{ROW, "01:50-02:30", true, "2024-03-31T01:59", MINUTE, AIRTIME_OK},
		{ROW, "01:50-02:30", true, "2024-03-31T01:59", MINUTE + 1, AIRTIME_ENDS_OUTSIDE},
		{ROW, "02:15-02:45", true, "2025-10-26T02:20:00+02:00", 25 * MINUTE, AIRTIME_OK},
		{ROW, "02:15-02:45", true, "2025-10-26T02:20:00+01:00", MINUTE, AIRTIME_OUTSIDE},
		{ROW, "01:00-04:00", true, "2025-10-26T02:20:00+02:00", 150 * MINUTE, AIRTIME_OK},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct gate gate;

		open_gate(&gate, rules_of(rows[i].windows, 0, 0), rows[i].berlin);
		check_row_int(rows[i].line, ask(&gate, rows[i].start, rows[i].length_us),
			      rows[i].want);
		close_gate(&gate);
	}
}

static void only_on_its_days(void **state)
{
	struct airtime_rules rules = rules_of("22:00-02:00", 0, 0);
	struct gate gate;

	(void)state;
	rules.days = 0x20; /* begins on Saturdays: 1 June 2024 was one */
	open_gate(&gate, rules, false);
	assert_int_equal(ask(&gate, "2024-05-31T23:00", MINUTE), AIRTIME_OUTSIDE);
	assert_int_equal(ask(&gate, "2024-06-01T01:00", MINUTE), AIRTIME_OUTSIDE);
	assert_int_equal(ask(&gate, "2024-06-01T23:00", MINUTE), AIRTIME_OK);
	assert_int_equal(ask(&gate, "2024-06-02T01:00", MINUTE), AIRTIME_OK);
	assert_int_equal(ask(&gate, "2024-06-02T23:00", MINUTE), AIRTIME_OUTSIDE);
	close_gate(&gate);
}

static void permits(void **state)
{
	struct airtime_request request = {.length_us = 10 * CIVIL_US};
	struct permit permit = {0}, before;
	struct gate gate;

	(void)state;
	open_gate(&gate, rules_of("05:30-07:00", 0, 0), false);
	assert_false(permit_valid(&permit));
	request.start_us = at(&gate, "2024-06-01T06:00");
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_OK);
	assert_true(permit_valid(&permit));
	assert_int_equal(permit.start_us, request.start_us);
	assert_int_equal(permit.end_us, request.start_us + 11 * CIVIL_US);
	assert_false(permit.unknown);
	/* Near the end of the window that end is the hard stop. */
	request.start_us = at(&gate, "2024-06-01T06:59:50");
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_OK);
	assert_int_equal(permit.end_us, at(&gate, "2024-06-01T07:00"));
	/* Nothing is written when it is refused. */
	before = permit;
	request.start_us = at(&gate, "2024-06-01T03:15");
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_OUTSIDE);
	assert_memory_equal(&permit, &before, sizeof(permit));
	/* A longer one cannot be made out of one. */
	permit.end_us += 1;
	assert_false(permit_valid(&permit));
	permit = before;
	permit.start_us -= 1;
	assert_false(permit_valid(&permit));
	permit = before;
	permit.unknown = true;
	assert_false(permit_valid(&permit));
	/* By night: an emergency, and a hand with a clock that knows nothing. */
	request.emergency = true;
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_OK);
	assert_true(permit_valid(&permit) && !permit.unknown);
	assert_int_equal(permit.end_us, request.start_us + 11 * CIVIL_US);
	request.emergency = false;
	request.clock_unknown = true;
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_OK);
	assert_true(permit_valid(&permit) && permit.unknown);
	close_gate(&gate);
}

static void minutes_of_session_and_day(void **state)
{
	struct airtime_request request = {.length_us = 5 * MINUTE};
	struct permit permit;
	struct gate gate;

	(void)state;
	open_gate(&gate, rules_of("06:00-07:00 11:00-12:00 17:00-18:00", 10, 25), false);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T06:00"), 6 * MINUTE);
	assert_int_equal(ask(&gate, "2024-06-01T06:20", 4 * MINUTE), AIRTIME_OK);
	assert_int_equal(ask(&gate, "2024-06-01T06:20", 4 * MINUTE + 1), AIRTIME_SESSION_FULL);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T06:20"), 4 * MINUTE);
	assert_int_equal(ask(&gate, "2024-06-01T06:30", 1), AIRTIME_SESSION_FULL);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T11:00"), 10 * MINUTE);
	assert_int_equal(ask(&gate, "2024-06-01T17:00", 5 * MINUTE), AIRTIME_OK);
	assert_int_equal(ask(&gate, "2024-06-01T17:00", 5 * MINUTE + 1), AIRTIME_DAY_FULL);
	/* What is booked counts as used. */
	request.start_us = at(&gate, "2024-06-01T17:00");
	request.booked_us = 1;
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_DAY_FULL);
	request.emergency = true;
	assert_int_equal(airtime_permit(gate.airtime, &request, &permit), AIRTIME_OK);
	/* A new day is a new day. */
	assert_int_equal(ask(&gate, "2024-06-02T06:00", 10 * MINUTE), AIRTIME_OK);
	close_gate(&gate);
}

/* Sound after midnight in a window of the evening is of that evening. */
static void charged_to_the_first_day(void **state)
{
	struct gate gate;

	(void)state;
	open_gate(&gate, rules_of("22:00-02:00", 10, 15), false);
	airtime_charge(gate.airtime, at(&gate, "2024-06-02T00:30"), 10 * MINUTE);
	assert_int_equal(ask(&gate, "2024-06-02T01:00", 1), AIRTIME_SESSION_FULL);
	assert_int_equal(ask(&gate, "2024-06-01T22:00", 1), AIRTIME_SESSION_FULL);
	assert_int_equal(ask(&gate, "2024-06-02T22:00", 10 * MINUTE), AIRTIME_OK);
	/* An emergency at noon, outside every window: the calendar day alone. */
	airtime_charge(gate.airtime, at(&gate, "2024-06-02T12:00"), 10 * MINUTE);
	assert_int_equal(airtime_use_at(gate.airtime, at(&gate, "2024-06-02T12:00")).day_used_us,
			 10 * MINUTE);
	assert_int_equal(
		airtime_use_at(gate.airtime, at(&gate, "2024-06-02T22:00")).session_used_us, 0);
	assert_int_equal(ask(&gate, "2024-06-02T22:00", 6 * MINUTE), AIRTIME_DAY_FULL);
	close_gate(&gate);
}

static void use_for_status(void **state)
{
	struct airtime_rules rules = rules_of("06:00-07:00 07:00-08:00 11:00-12:00", 30, 0);
	struct airtime_use use;
	struct gate gate;

	(void)state;
	rules.days = 0x1f;
	open_gate(&gate, rules, false);
	airtime_charge(gate.airtime, at(&gate, "2024-06-03T06:10"), 12 * MINUTE);
	use = airtime_use_at(gate.airtime, at(&gate, "2024-06-03T06:30"));
	assert_true(use.inside);
	assert_int_equal(use.window_end_us, at(&gate, "2024-06-03T08:00"));
	assert_int_equal(use.session_used_us, 12 * MINUTE);
	assert_int_equal(use.session_left_us, 18 * MINUTE);
	assert_int_equal(use.day_used_us, 12 * MINUTE);
	assert_int_equal(use.day_left_us, INT64_MAX);
	use = airtime_use_at(gate.airtime, at(&gate, "2024-06-03T09:00"));
	assert_false(use.inside);
	assert_int_equal(use.window_end_us, at(&gate, "2024-06-03T11:00"));
	/* Friday noon: the next window is on Monday. */
	use = airtime_use_at(gate.airtime, at(&gate, "2024-06-07T12:00"));
	assert_int_equal(use.window_end_us, at(&gate, "2024-06-10T06:00"));
	rules = rules_of("", 0, 0);
	airtime_set_rules(gate.airtime, &rules, &gate.zone);
	use = airtime_use_at(gate.airtime, at(&gate, "2024-06-03T06:30"));
	assert_false(use.inside);
	assert_int_equal(use.window_end_us, CIVIL_NEVER);
	assert_int_equal(use.day_used_us, 12 * MINUTE);
	rules = rules_of("00:00-24:00", 0, 0);
	airtime_set_rules(gate.airtime, &rules, &gate.zone);
	use = airtime_use_at(gate.airtime, at(&gate, "2024-06-03T06:30"));
	assert_true(use.inside);
	assert_int_equal(use.window_end_us, CIVIL_NEVER);
	close_gate(&gate);
}

/* A reload moves the windows: what was used goes where it belongs now. */
static void reload_keeps_what_was_used(void **state)
{
	struct airtime_rules rules = rules_of("06:00-08:00", 10, 0);
	struct gate gate;

	(void)state;
	open_gate(&gate, rules, false);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T06:10"), 4 * MINUTE);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T07:10"), 5 * MINUTE);
	assert_int_equal(ask(&gate, "2024-06-01T07:30", 2 * MINUTE), AIRTIME_SESSION_FULL);
	rules = rules_of("05:00-05:30 06:00-07:00 07:05-08:00", 10, 10);
	airtime_set_rules(gate.airtime, &rules, &gate.zone);
	assert_int_equal(ask(&gate, "2024-06-01T07:30", 5 * MINUTE + 1), AIRTIME_SESSION_FULL);
	assert_int_equal(ask(&gate, "2024-06-01T07:30", 5 * MINUTE), AIRTIME_DAY_FULL);
	assert_int_equal(ask(&gate, "2024-06-01T07:30", MINUTE), AIRTIME_OK);
	close_gate(&gate);
}

/* 31 March 2024 has no 02:10 to 02:50: the next window is that of the day after. */
static void window_in_a_gap(void **state)
{
	struct gate gate;

	(void)state;
	open_gate(&gate, rules_of("02:10-02:50", 0, 0), true);
	assert_int_equal(airtime_use_at(gate.airtime, at(&gate, "2024-03-31T00:00")).window_end_us,
			 at(&gate, "2024-04-01T02:10"));
	close_gate(&gate);
}

/* What had no length used none of the minutes. */
static void nothing_charged(void **state)
{
	struct gate gate;

	(void)state;
	open_gate(&gate, rules_of("05:30-07:00", 30, 30), false);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T06:00"), 0);
	airtime_charge(gate.airtime, at(&gate, "2024-06-01T06:00"), -MINUTE);
	assert_int_equal(ask(&gate, "2024-06-01T06:00", 30 * MINUTE), AIRTIME_OK);
	close_gate(&gate);
}

static void absent_section(void **state)
{
	struct gate gate;

	(void)state;
	open_gate(&gate, airtime_default(), false);
	assert_int_equal(ask(&gate, "2024-06-02T05:29", MINUTE), AIRTIME_OUTSIDE);
	assert_int_equal(ask(&gate, "2024-06-02T05:30", 15 * 60 * MINUTE), AIRTIME_OK);
	assert_int_equal(ask(&gate, "2024-06-02T20:59", 2 * MINUTE), AIRTIME_ENDS_OUTSIDE);
	airtime_charge(gate.airtime, at(&gate, "2024-06-02T06:00"), 20 * 60 * MINUTE);
	assert_int_equal(ask(&gate, "2024-06-02T20:00", MINUTE), AIRTIME_OK);
	close_gate(&gate);
	assert_null(airtime_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inside_and_outside),
		cmocka_unit_test(only_on_its_days),
		cmocka_unit_test(permits),
		cmocka_unit_test(minutes_of_session_and_day),
		cmocka_unit_test(charged_to_the_first_day),
		cmocka_unit_test(use_for_status),
		cmocka_unit_test(reload_keeps_what_was_used),
		cmocka_unit_test(window_in_a_gap),
		cmocka_unit_test(nothing_charged),
		cmocka_unit_test(absent_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
