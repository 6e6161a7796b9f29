/* SPDX-License-Identifier: MIT */
#include "schedule_lines.h"

static void explain(void **state)
{
	static const struct {
		int line;
		size_t broadcast;
		const char *at;
		enum schedule_reason want;
	} rows[] = {
		{ROW, 0, "2024-03-04T06:00", SCHEDULE_DUE},
		{ROW, 0, "2024-03-04T06:01", SCHEDULE_OTHER_TIME},
		{ROW, 0, "2024-03-04T05:59", SCHEDULE_OTHER_TIME},
		{ROW, 0, "2024-03-05T06:00", SCHEDULE_WRONG_DAY},
		{ROW, 0, "2024-02-26T06:00", SCHEDULE_OUTSIDE_CAMPAIGN},
		{ROW, 1, "2024-03-04T06:00", SCHEDULE_DISABLED},
		{ROW, 2, "2024-03-10T12:30", SCHEDULE_DUE},
		{ROW, 2, "2024-03-11T12:30", SCHEDULE_NOT_IN_DATES},
		{ROW, 2, "2024-03-12T12:30", SCHEDULE_EXCEPTED},
		/* Into the next day, judged by the day on which the window begins. */
		{ROW, 3, "2024-03-04T23:30", SCHEDULE_DUE},
		{ROW, 3, "2024-03-05T00:30", SCHEDULE_DUE},
		{ROW, 3, "2024-03-06T00:30", SCHEDULE_WRONG_DAY},
		{ROW, 3, "2024-03-04T00:30", SCHEDULE_WRONG_DAY},
		{ROW, 3, "2024-03-04T00:45", SCHEDULE_OTHER_TIME},
		/* In the gap of 31 March. */
		{ROW, 4, "2024-03-31T03:00", SCHEDULE_DUE},
		{ROW, 4, "2024-03-30T02:30", SCHEDULE_DUE},
		{ROW, 5, "2024-03-31T03:00", SCHEDULE_OTHER_TIME},
		{ROW, 5, "2024-03-30T02:30", SCHEDULE_DUE},
	};
	struct plan *plan = new_plan(true);
	struct plan_campaign *march = make_campaign(plan, "march", "2024-03-01", "2024-03-31");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(
		plan, march,
		(struct make_broadcast){.name = "0", .at = "06:00:30", .days = 0x01, .play = "a"});
	make_broadcast(
		plan, march,
		(struct make_broadcast){.name = "1", .at = "06:00", .play = "a", .disabled = true});
	make_broadcast(plan, march,
		       (struct make_broadcast){.name = "2",
					       .at = "12:30",
					       .dates = "2024-03-10 2024-03-12",
					       .except = "03-12",
					       .play = "a"});
	make_broadcast(plan, march,
		       (struct make_broadcast){.name = "3",
					       .every = "1h",
					       .between = "23:30-01:00",
					       .days = 0x01,
					       .play = "a"});
	make_broadcast(plan, march,
		       (struct make_broadcast){.name = "4", .at = "02:30", .play = "a"});
	make_broadcast(plan, march,
		       (struct make_broadcast){
			       .name = "5", .every = "1h", .between = "02:30-03:00", .play = "a"});
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_row_str(rows[i].line,
			      schedule_reason_code(schedule_explain(plan, 0, rows[i].broadcast,
								    instant(plan, rows[i].at))),
			      schedule_reason_code(rows[i].want));
	plan_free(plan);
	/* A number of another version has no word yet. */
	assert_string_equal(schedule_reason_code((enum schedule_reason)99), "?");
}

/* What explain calls due is what the walk gives, minute by minute over the days of a change. */
static void explain_agrees_with_the_walk(void **state)
{
	struct plan *plan = new_plan(true);
	struct plan_campaign *year = make_campaign(plan, "year", "2024-03-30", "2024-04-01");
	int64_t from_us = instant(plan, "2024-03-29T00:00");
	struct schedule *walk;
	struct occurrence it;
	size_t n_due = 0;

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(plan, year,
		       (struct make_broadcast){.name = "x",
					       .at = "02:10 02:30 23:59",
					       .every = "25min",
					       .between = "21:00-04:00",
					       .days = 0x5f,
					       .play = "a"});
	assert_int_equal(schedule_new(plan, from_us, &walk), 0);
	assert_int_equal(schedule_next(walk, &it), 0);
	for (int minute = 0; minute < 6 * 1440; minute++) {
		int64_t at_us = from_us + minute * 60 * CIVIL_US;
		bool due = it.at_us >= at_us && it.at_us < at_us + 60 * CIVIL_US;

		assert_int_equal(schedule_explain(plan, 0, 0, at_us) == SCHEDULE_DUE, due);
		if (due) {
			n_due++;
			if (schedule_next(walk, &it) != 0)
				it.at_us = CIVIL_NEVER;
		}
	}
	assert_int_equal(it.at_us, CIVIL_NEVER);
	assert_in_range(n_due, 30, 80);
	schedule_free(walk);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explain),
		cmocka_unit_test(explain_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
