/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "make_plan.h"
#include "schedule.h"

/* Europe/Berlin, 2024 and 2025. */
static const struct zone_change berlin_changes[] = {
	{0, 3600}, {1711846800, 7200}, {1729990800, 3600}, {1743296400, 7200}, {1761440400, 3600},
};

static struct plan *new_plan(bool berlin)
{
	struct zone zone;
	struct plan *plan;

	if (berlin)
		zone = make_zone("Europe/Berlin", berlin_changes, CHECK_COUNT(berlin_changes));
	else
		assert_int_equal(zone_fixed("Asia/Ho_Chi_Minh", 25200, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	return plan;
}

static int64_t instant(const struct plan *plan, const char *text)
{
	int64_t us;

	assert_int_equal(civil_parse_instant(text, &plan->zone, &us), 0);
	return us;
}

/* One line for an occurrence: "2024-06-01T05:45:00+07:00 sang a b". */
static void describe(const struct plan *plan, const struct occurrence *it, char *line, size_t n)
{
	size_t used;

	civil_print_instant(line, n, &plan->zone, it->at_us, 0);
	used = strlen(line);
	used += (size_t)snprintf(line + used, n - used, " %s",
				 plan->campaigns[it->campaign].broadcasts[it->broadcast].name);
	for (size_t i = 0; i < it->n_clips; i++)
		used += (size_t)snprintf(line + used, n - used, " %s",
					 plan->clips[it->clips[i]].name);
}

/* The walk from after a time on gives these lines, and after them nothing or just more. */
static void check_walk(int line, const struct plan *plan, const char *after,
		       const char *const *want, bool ends)
{
	struct schedule *walk;
	struct occurrence it;
	char text[512];

	check_row_int(line, schedule_new(plan, instant(plan, after), &walk), 0);
	for (; *want; want++) {
		check_row_int(line, schedule_next(walk, &it), 0);
		describe(plan, &it, text, sizeof(text));
		check_row_str(line, text, *want);
	}
	if (ends) {
		check_row_int(line, schedule_peek(walk, &it), -ENOENT);
		check_row_int(line, schedule_next(walk, &it), -ENOENT);
	}
	schedule_free(walk);
}

#define WANT(...) ((const char *const[]){__VA_ARGS__, NULL})

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

static void turns_of_rotation(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-03");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_clip(plan, "c", NULL, NULL);
	make_clip(plan, "d", NULL, "2024-06-02");
	make_clip(plan, "jingle", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b c");
	make_playlist(plan, june, "old", ORDER_ROTATE, 2, "d");
	/* Two turns an occurrence; repeat plays the same ones again. */
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "two", .at = "06:00", .play = "p jingle p", .repeat = 2});
	/* At one instant: config order. Disabled ones take no turn. */
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "no", .at = "06:00", .play = "p", .disabled = true});
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "one", .at = "06:00", .play = "p"});
	/* No valid clip any more: due all the same, with none. An expired single clip stays in. */
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "old", .at = "07:00", .play = "old"});
	make_broadcast(
		plan, june,
		(struct make_broadcast){.name = "d", .at = "08:00", .dates = "06-03", .play = "d"});
	check_walk(ROW, plan, "2024-05-01T00:00",
		   WANT("2024-06-01T06:00:00+07:00 two a jingle b a jingle b",
			"2024-06-01T06:00:00+07:00 one c", "2024-06-01T07:00:00+07:00 old d",
			"2024-06-02T06:00:00+07:00 two a jingle b a jingle b",
			"2024-06-02T06:00:00+07:00 one c", "2024-06-02T07:00:00+07:00 old d",
			"2024-06-03T06:00:00+07:00 two a jingle b a jingle b",
			"2024-06-03T06:00:00+07:00 one c", "2024-06-03T07:00:00+07:00 old",
			"2024-06-03T08:00:00+07:00 d d"),
		   true);
	plan_free(plan);
}

/* A window over midnight takes its turns in order of time, between those of the next morning. */
static void turns_in_order_of_time(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-02");
	const char *const *tail;

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_clip(plan, "c", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b c");
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "night",
					       .every = "20min",
					       .between = "23:50-00:50",
					       .dates = "06-01",
					       .play = "p"});
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "day", .at = "00:05 00:20", .dates = "06-02", .play = "p"});
	tail = WANT("2024-06-01T23:50:00+07:00 night a", "2024-06-02T00:05:00+07:00 day b",
		    "2024-06-02T00:10:00+07:00 night c", "2024-06-02T00:20:00+07:00 day a",
		    "2024-06-02T00:30:00+07:00 night b");
	check_walk(ROW, plan, "2024-06-01T00:00", tail, true);
	check_walk(ROW, plan, "2024-06-01T23:50", tail + 1, true);
	check_walk(ROW, plan, "2024-06-02T00:05", tail + 2, true);
	check_walk(ROW, plan, "2024-06-02T00:10", tail + 3, true);
	check_walk(ROW, plan, "2024-06-02T00:29", tail + 4, true);
	plan_free(plan);
}

static void at_most_the_limit_of_clips(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-01");
	struct schedule *walk;
	struct occurrence it;

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ALL, 1, "a b");
	make_broadcast(
		plan, june,
		(struct make_broadcast){.name = "x", .at = "06:00", .play = "p a", .repeat = 1000});
	assert_int_equal(schedule_new(plan, 0, &walk), 0);
	assert_int_equal(schedule_next(walk, &it), 0);
	assert_int_equal(it.n_clips, LIMIT_ITEMS);
	for (size_t i = 0; i < it.n_clips; i++)
		assert_int_equal(it.clips[i], i % 3 == 1);
	schedule_free(walk);
	plan_free(plan);
}

static void peek_does_not_take(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-30");
	struct schedule *walk;
	struct occurrence peeked, taken;
	char a[256], b[256];

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b");
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "x", .at = "06:00", .play = "p"});
	assert_int_equal(schedule_new(plan, 0, &walk), 0);
	for (int i = 0; i < 30; i++) {
		assert_int_equal(schedule_peek(walk, &peeked), 0);
		assert_int_equal(schedule_peek(walk, &peeked), 0);
		describe(plan, &peeked, a, sizeof(a));
		assert_int_equal(schedule_next(walk, &taken), 0);
		describe(plan, &taken, b, sizeof(b));
		assert_string_equal(a, b);
		assert_string_equal(strrchr(b, ' '), i % 2 ? " b" : " a");
	}
	assert_int_equal(schedule_peek(walk, &peeked), -ENOENT);
	schedule_free(walk);
	/* A walk from the middle of the edition counts the turns before it. */
	check_walk(ROW, plan, "2024-06-16T06:00", WANT("2024-06-17T06:00:00+07:00 x a"), false);
	check_walk(ROW, plan, "2024-06-17T06:00", WANT("2024-06-18T06:00:00+07:00 x b"), false);
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
		cmocka_unit_test(strictly_after),
		cmocka_unit_test(every_in_a_window),
		cmocka_unit_test(equal_instants_are_one),
		cmocka_unit_test(spring_gap),
		cmocka_unit_test(autumn_fold),
		cmocka_unit_test(days_dates_and_exceptions),
		cmocka_unit_test(yearly_campaigns),
		cmocka_unit_test(turns_of_rotation),
		cmocka_unit_test(turns_in_order_of_time),
		cmocka_unit_test(at_most_the_limit_of_clips),
		cmocka_unit_test(peek_does_not_take),
		cmocka_unit_test(empty_plans),
		cmocka_unit_test(explain),
		cmocka_unit_test(explain_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
