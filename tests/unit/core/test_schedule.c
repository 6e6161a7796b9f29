/* SPDX-License-Identifier: MIT */
#include "schedule_lines.h"

static void strictly_after(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-02");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "x", .at = "05:45 06:30", .play = "a"});
	check_walk(ROW, plan, "2020-01-01T00:00",
		   WANT("2024-06-01T05:45:00+07:00 x a", "2024-06-01T06:30:00+07:00 x a",
			"2024-06-02T05:45:00+07:00 x a", "2024-06-02T06:30:00+07:00 x a"),
		   true);
	check_walk(ROW, plan, "2024-06-01T05:44:59.999999+07:00",
		   WANT("2024-06-01T05:45:00+07:00 x a"), false);
	check_walk(ROW, plan, "2024-06-01T05:45", WANT("2024-06-01T06:30:00+07:00 x a"), false);
	check_walk(ROW, plan, "2024-06-02T06:29:59", WANT("2024-06-02T06:30:00+07:00 x a"), true);
	check_walk(ROW, plan, "2024-06-02T06:30", (const char *const[]){NULL}, true);
	check_walk(ROW, plan, "2035-01-01T00:00", (const char *const[]){NULL}, true);
	plan_free(plan);
}

static void every_in_a_window(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-01");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(
		plan, june,
		(struct make_broadcast){
			.name = "x", .every = "15min", .between = "11:00-11:30", .play = "a"});
	/* Over midnight: belongs to the day on which it begins. 24:00 may end a window. */
	make_broadcast(
		plan, june,
		(struct make_broadcast){
			.name = "y", .every = "40min", .between = "23:00-01:00", .play = "a"});
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "z", .every = "1h", .between = "22:30-24:00", .play = "a"});
	check_walk(ROW, plan, "2024-05-31T00:00",
		   WANT("2024-06-01T11:00:00+07:00 x a", "2024-06-01T11:15:00+07:00 x a",
			"2024-06-01T22:30:00+07:00 z a", "2024-06-01T23:00:00+07:00 y a",
			"2024-06-01T23:30:00+07:00 z a", "2024-06-01T23:40:00+07:00 y a",
			"2024-06-02T00:20:00+07:00 y a"),
		   true);
	check_walk(ROW, plan, "2024-06-02T00:19", WANT("2024-06-02T00:20:00+07:00 y a"), true);
	plan_free(plan);
}

static void equal_instants_are_one(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-02");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b");
	/* 00:30 is at the same time 'at' of the second day and 'every' of the first. */
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "x",
					       .at = "00:30 23:30",
					       .every = "30min",
					       .between = "23:30-01:00",
					       .play = "p"});
	check_walk(ROW, plan, "2024-05-31T00:00",
		   WANT("2024-06-01T00:30:00+07:00 x a", "2024-06-01T23:30:00+07:00 x b",
			"2024-06-02T00:00:00+07:00 x a", "2024-06-02T00:30:00+07:00 x b",
			"2024-06-02T23:30:00+07:00 x a", "2024-06-03T00:00:00+07:00 x b",
			"2024-06-03T00:30:00+07:00 x a"),
		   true);
	check_walk(ROW, plan, "2024-06-02T00:30", WANT("2024-06-02T23:30:00+07:00 x a"), false);
	plan_free(plan);
}

/* 31 March 2024: 02:00 to 03:00 is not there. */
static void spring_gap(void **state)
{
	struct plan *plan = new_plan(true);
	struct plan_campaign *march = make_campaign(plan, "march", "2024-03-30", "2024-04-01");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(plan, march,
		       (struct make_broadcast){.name = "at", .at = "02:15 02:30", .play = "a"});
	/* One time of both keeps the rights of 'at'. */
	make_broadcast(plan, march,
		       (struct make_broadcast){.name = "both",
					       .at = "02:30",
					       .every = "30min",
					       .between = "02:00-02:45",
					       .dates = "2024-03-31",
					       .play = "a"});
	make_broadcast(plan, march,
		       (struct make_broadcast){.name = "every",
					       .every = "30min",
					       .between = "01:30-03:30",
					       .dates = "2024-03-31",
					       .play = "a"});
	check_walk(ROW, plan, "2024-03-30T02:16",
		   WANT("2024-03-30T02:30:00+01:00 at a", "2024-03-31T01:30:00+01:00 every a",
			"2024-03-31T03:00:00+02:00 at a", "2024-03-31T03:00:00+02:00 both a",
			"2024-03-31T03:00:00+02:00 every a", "2024-04-01T02:15:00+02:00 at a",
			"2024-04-01T02:30:00+02:00 at a"),
		   true);
	plan_free(plan);
}

/* 26 October 2025: 02:00 to 03:00 is there twice; it airs the first time. */
static void autumn_fold(void **state)
{
	struct plan *plan = new_plan(true);
	struct plan_campaign *october = make_campaign(plan, "october", "2025-10-26", "2025-10-26");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(plan, october,
		       (struct make_broadcast){.name = "at", .at = "02:30", .play = "a"});
	make_broadcast(
		plan, october,
		(struct make_broadcast){
			.name = "every", .every = "30min", .between = "01:30-03:30", .play = "a"});
	check_walk(ROW, plan, "2025-10-25T00:00",
		   WANT("2025-10-26T01:30:00+02:00 every a", "2025-10-26T02:00:00+02:00 every a",
			"2025-10-26T02:30:00+02:00 at a", "2025-10-26T02:30:00+02:00 every a",
			"2025-10-26T03:00:00+01:00 every a"),
		   true);
	/* Asked between the two: not again. */
	check_walk(ROW, plan, "2025-10-26T02:10:00+01:00",
		   WANT("2025-10-26T03:00:00+01:00 every a"), true);
	plan_free(plan);
}

static void days_dates_and_exceptions(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *year = make_campaign(plan, "year", "2024-01-01", "2024-12-31");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	/* Mondays in June but the 10th. */
	make_broadcast(plan, year,
		       (struct make_broadcast){.name = "monday",
					       .at = "06:00",
					       .days = 0x01,
					       .dates = "06-03 06-04 06-10 2024-06-17 2023-06-19",
					       .except = "2024-06-10",
					       .play = "a"});
	make_broadcast(plan, year,
		       (struct make_broadcast){
			       .name = "leap", .at = "06:00", .dates = "02-29", .play = "a"});
	make_broadcast(plan, year,
		       (struct make_broadcast){.name = "end",
					       .every = "1h",
					       .between = "23:30-01:00",
					       .dates = "01-31 12-31",
					       .play = "a"});
	make_broadcast(plan, year,
		       (struct make_broadcast){
			       .name = "off", .at = "06:00", .play = "a", .disabled = true});
	check_walk(ROW, plan, "2023-01-01T00:00",
		   WANT("2024-01-31T23:30:00+07:00 end a", "2024-02-01T00:30:00+07:00 end a",
			"2024-02-29T06:00:00+07:00 leap a", "2024-06-03T06:00:00+07:00 monday a",
			"2024-06-17T06:00:00+07:00 monday a", "2024-12-31T23:30:00+07:00 end a",
			"2025-01-01T00:30:00+07:00 end a"),
		   true);
	plan_free(plan);
}

static void yearly_campaigns(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *newyear = make_campaign(plan, "newyear", "12-31", "01-02");
	struct plan_campaign *leap = make_campaign(plan, "leap", "02-29", "02-29");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	newyear = &plan->campaigns[0];
	make_playlist(plan, newyear, "p", ORDER_ROTATE, 1, "a b");
	make_broadcast(plan, newyear,
		       (struct make_broadcast){.name = "x", .at = "12:00", .play = "p"});
	make_broadcast(plan, leap,
		       (struct make_broadcast){.name = "l", .at = "12:00", .play = "a"});
	/* The rotation begins anew with each edition. */
	check_walk(ROW, plan, "2025-01-01T00:00",
		   WANT("2025-01-01T12:00:00+07:00 x b", "2025-01-02T12:00:00+07:00 x a",
			"2025-12-31T12:00:00+07:00 x a", "2026-01-01T12:00:00+07:00 x b",
			"2026-01-02T12:00:00+07:00 x a"),
		   false);
	plan->campaigns[0].broadcasts[0].enabled = false;
	check_walk(ROW, plan, "2024-03-01T00:00",
		   WANT("2028-02-29T12:00:00+07:00 l a", "2032-02-29T12:00:00+07:00 l a"), false);
	check_walk(ROW, plan, "2096-03-01T00:00", WANT("2104-02-29T12:00:00+07:00 l a"), false);
	plan_free(plan);
}

/* A campaign of two centuries is walked as far as anybody plans; 'every' in no time is never. */
static void far_ends(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *ages = make_campaign(plan, "ages", "2024-06-01", "2224-06-01");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(plan, ages,
		       (struct make_broadcast){.name = "never",
					       .at = "05:00",
					       .every = "1h",
					       .between = "06:00-07:00",
					       .dates = "2150-06-02",
					       .play = "a"});
	plan->campaigns[0].broadcasts[0].until_s = plan->campaigns[0].broadcasts[0].from_s;
	check_walk(ROW, plan, "2120-06-01T00:00", WANT("2150-06-02T05:00:00+07:00 never a"), true);
	check_walk(ROW, plan, "2024-06-01T00:00", (const char *const[]){NULL}, true);
	plan_free(plan);
}

static void empty_plans(void **state)
{
	struct plan *plan = new_plan(false);

	(void)state;
	check_walk(ROW, plan, "2024-06-01T00:00", (const char *const[]){NULL}, true);
	make_campaign(plan, "c", "06-01", "06-30");
	check_walk(ROW, plan, "2024-06-01T00:00", (const char *const[]){NULL}, true);
	make_broadcast(plan, &plan->campaigns[0],
		       (struct make_broadcast){.name = "never", .at = "06:00", .dates = "07-01"});
	check_walk(ROW, plan, "2024-06-01T00:00", (const char *const[]){NULL}, true);
	assert_null(schedule_free(NULL));
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strictly_after),
		cmocka_unit_test(every_in_a_window),
		cmocka_unit_test(equal_instants_are_one),
		cmocka_unit_test(spring_gap),
		cmocka_unit_test(autumn_fold),
		cmocka_unit_test(days_dates_and_exceptions),
		cmocka_unit_test(yearly_campaigns),
		cmocka_unit_test(far_ends),
		cmocka_unit_test(empty_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
