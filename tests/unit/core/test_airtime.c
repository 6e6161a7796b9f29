/* SPDX-License-Identifier: MIT */
#include "airtime.h"
#include "check.h"
#include "make_plan.h"

#define MINUTE (60 * CIVIL_US)
#define DAY_US (CIVIL_DAY_S * CIVIL_US)

/* Europe/Berlin, 2024 and 2025. */
static const struct zone_change berlin_changes[] = {
	{0, 3600}, {1711846800, 7200}, {1729990800, 3600}, {1743296400, 7200}, {1761440400, 3600},
};

/* Windows by their text, separated by one space. */
static struct airtime_rules rules_of(const char *windows, int session_min, int day_min)
{
	struct airtime_rules rules = {.days = 0x7f,
				      .session_max_us = session_min * MINUTE,
				      .day_max_us = day_min * MINUTE};
	char word[32];

	while (make_word(&windows, word, sizeof(word))) {
		struct airtime_window *window = &rules.windows[rules.n_windows++];

		assert_int_equal(civil_parse_window(word, &window->from_s, &window->until_s), 0);
	}
	return rules;
}

struct gate {
	struct zone zone;
	struct airtime *airtime;
};

/* In place: the gate borrows the zone. */
static void open_gate(struct gate *gate, struct airtime_rules rules, bool berlin)
{
	if (berlin)
		gate->zone =
			make_zone("Europe/Berlin", berlin_changes, CHECK_COUNT(berlin_changes));
	else
		assert_int_equal(zone_fixed("+07", 25200, &gate->zone), 0);
	assert_int_equal(airtime_new(&rules, &gate->zone, &gate->airtime), 0);
}

static void close_gate(struct gate *gate)
{
	assert_null(airtime_free(gate->airtime));
	zone_done(&gate->zone);
}

static int64_t at(const struct gate *gate, const char *text)
{
	int64_t us;

	assert_int_equal(civil_parse_instant(text, &gate->zone, &us), 0);
	return us;
}

static enum airtime_verdict ask(const struct gate *gate, const char *start, int64_t length_us)
{
	struct airtime_request request = {.start_us = at(gate, start), .length_us = length_us};
	struct permit permit;

	return airtime_permit(gate->airtime, &request, &permit);
}

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

/* Years of charges, forgetting as the station does: today's are all there. */
static void years_of_charges(void **state)
{
	struct gate gate;
	int64_t start_us;

	(void)state;
	open_gate(&gate, rules_of("06:00-07:00 22:00-01:00", 0, 100), false);
	start_us = at(&gate, "2024-06-01T00:00");
	for (int day = 0; day < 3 * 365; day++) {
		int64_t day_us = start_us + day * DAY_US;

		for (int i = 0; i < 30; i++)
			airtime_charge(gate.airtime, day_us + 6 * 60 * MINUTE + i * MINUTE, MINUTE);
		for (int i = 0; i < 30; i++)
			airtime_charge(gate.airtime, day_us + 23 * 60 * MINUTE + i * 4 * MINUTE,
				       MINUTE);
		airtime_forget(gate.airtime, day_us + 26 * 60 * MINUTE);
		assert_int_equal(airtime_use_at(gate.airtime, day_us + 6 * 60 * MINUTE).day_used_us,
				 60 * MINUTE);
	}
	close_gate(&gate);
}

/* The clock goes to a wrong year and comes back: today is not forgotten. */
static void clock_comes_back(void **state)
{
	struct gate gate;
	int64_t today_us;

	(void)state;
	open_gate(&gate, rules_of("06:00-07:00", 10, 0), false);
	today_us = at(&gate, "2024-06-01T06:00");
	airtime_charge(gate.airtime, today_us, 10 * MINUTE);
	for (int day = 0; day < 20; day++) {
		int64_t wrong_us = today_us + (5000 + day) * DAY_US;

		airtime_charge(gate.airtime, wrong_us, MINUTE);
		airtime_forget(gate.airtime, wrong_us);
	}
	assert_int_equal(ask(&gate, "2024-06-01T06:30", MINUTE), AIRTIME_SESSION_FULL);
	airtime_charge(gate.airtime, today_us + 30 * MINUTE, MINUTE);
	assert_int_equal(airtime_use_at(gate.airtime, today_us).session_used_us, 11 * MINUTE);
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

/* Is that second of local time inside a window of its day or of the day before? */
static bool slow_inside(const struct airtime_rules *rules, int64_t local_s)
{
	int32_t day = (int32_t)(local_s / CIVIL_DAY_S), second = (int32_t)(local_s % CIVIL_DAY_S);

	for (size_t i = 0; i < rules->n_windows; i++) {
		const struct airtime_window *it = &rules->windows[i];

		if (rules->days >> civil_weekday(day) & 1 && second >= it->from_s &&
		    second < it->until_s)
			return true;
		if (rules->days >> civil_weekday(day - 1) & 1 && second + CIVIL_DAY_S < it->until_s)
			return true;
	}
	return false;
}

static enum airtime_verdict slow_verdict(const struct airtime_rules *rules, int64_t local_s,
					 int64_t length_s)
{
	int64_t inside_s = 0;

	while (inside_s < length_s && slow_inside(rules, local_s + inside_s))
		inside_s++;
	if (inside_s == length_s)
		return AIRTIME_OK;
	return inside_s == 0 ? AIRTIME_OUTSIDE : AIRTIME_ENDS_OUTSIDE;
}

/* Second by second, in a zone without changes, where local time says all. */
static void same_as_a_slow_model(void **state)
{
	uint64_t random = make_seed("same_as_a_slow_model", 315);
	unsigned seen[AIRTIME_DAY_FULL + 1] = {0};

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct airtime_rules rules = {.days = (uint8_t)make_between(&random, 1, 0x7f)};
		struct gate gate;

		rules.n_windows = (size_t)make_between(&random, 1, 4);
		for (size_t i = 0; i < rules.n_windows; i++) {
			int64_t from = make_between(&random, 0, 95);

			rules.windows[i].from_s = (int32_t)(from * 900);
			rules.windows[i].until_s =
				(int32_t)((from + make_between(&random, 1, 30)) * 900);
		}
		open_gate(&gate, rules, false);
		for (int i = 0; i < 60; i++) {
			int64_t local_s = 19875 * (int64_t)CIVIL_DAY_S +
					  make_between(&random, 0, 7 * 96 * 15) * 60;
			int64_t length_s = make_between(&random, 1, 120) * 60;
			struct airtime_request request = {.start_us = (local_s - 25200) * CIVIL_US,
							  .length_us = length_s * CIVIL_US};
			enum airtime_verdict want = slow_verdict(&rules, local_s, length_s);
			struct permit permit;

			assert_int_equal(airtime_permit(gate.airtime, &request, &permit), want);
			seen[want]++;
		}
		close_gate(&gate);
	}
	assert_true(seen[AIRTIME_OK] > 100 && seen[AIRTIME_OUTSIDE] > 100 &&
		    seen[AIRTIME_ENDS_OUTSIDE] > 100);
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
		cmocka_unit_test(years_of_charges),
		cmocka_unit_test(clock_comes_back),
		cmocka_unit_test(absent_section),
		cmocka_unit_test(same_as_a_slow_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
