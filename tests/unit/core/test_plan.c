/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "check.h"
#include "make_plan.h"

static struct plan *empty_plan(void)
{
	struct zone zone;
	struct plan *plan;

	assert_int_equal(zone_fixed("UTC", 0, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	return plan;
}

static void find_clips(void **state)
{
	struct plan *plan = empty_plan();

	(void)state;
	assert_null(plan_find_clip(plan, "a"));
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_clip(plan, "nhạc-hiệu", NULL, NULL);
	assert_string_equal(plan_find_clip(plan, "a")->name, "a");
	assert_string_equal(plan_find_clip(plan, "b")->name, "b");
	assert_string_equal(plan_find_clip(plan, "nhạc-hiệu")->name, "nhạc-hiệu");
	assert_null(plan_find_clip(plan, ""));
	assert_null(plan_find_clip(plan, "aa"));
	assert_null(plan_find_clip(plan, "z"));
	plan_free(plan);
}

static void find_broadcasts(void **state)
{
	static const struct {
		int line;
		const char *name;
		int want;
		size_t campaign, broadcast;
	} rows[] = {
		{ROW, "sang", 0, 0, 0},
		{ROW, "he/sang", 0, 0, 0},
		{ROW, "trua", -ENOTUNIQ, 9, 9},
		{ROW, "he/trua", 0, 0, 1},
		{ROW, "dong/trua", 0, 1, 0},
		{ROW, "toi", -ENOENT, 9, 9},
		{ROW, "dong/sang", -ENOENT, 9, 9},
		{ROW, "h/sang", -ENOENT, 9, 9},
		{ROW, "he/", -ENOENT, 9, 9},
		{ROW, "/sang", -ENOENT, 9, 9},
		{ROW, "", -ENOENT, 9, 9},
	};
	struct plan *plan = empty_plan();

	(void)state;
	make_campaign(plan, "he", "2024-06-01", "2024-06-30");
	make_campaign(plan, "dong", "12-01", "02-28");
	make_clip(plan, "a", NULL, NULL);
	make_broadcast(plan, &plan->campaigns[0], (struct make_broadcast){.name = "sang"});
	make_broadcast(plan, &plan->campaigns[0], (struct make_broadcast){.name = "trua"});
	make_broadcast(plan, &plan->campaigns[1], (struct make_broadcast){.name = "trua"});
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		size_t campaign = 9, broadcast = 9;

		check_row_int(rows[i].line,
			      plan_find_broadcast(plan, rows[i].name, &campaign, &broadcast),
			      rows[i].want);
		check_row_int(rows[i].line, campaign, rows[i].campaign);
		check_row_int(rows[i].line, broadcast, rows[i].broadcast);
	}
	plan_free(plan);
}

static void campaigns_open(void **state)
{
	static const struct {
		int line;
		const char *from, *until, *day, *edition; /* edition NULL: closed */
	} rows[] = {
		{ROW, "2024-06-01", "2024-06-30", "2024-05-31", NULL},
		{ROW, "2024-06-01", "2024-06-30", "2024-06-01", "2024-06-01"},
		{ROW, "2024-06-01", "2024-06-30", "2024-06-30", "2024-06-01"},
		{ROW, "2024-06-01", "2024-06-30", "2024-07-01", NULL},
		{ROW, "2024-06-01", "2024-06-30", "2025-06-15", NULL},
		{ROW, "06-01", "06-30", "2025-06-15", "2025-06-01"},
		{ROW, "06-01", "06-30", "2025-07-01", NULL},
		{ROW, "06-01", "06-30", "2025-05-31", NULL},
		/* Over New Year. */
		{ROW, "12-15", "01-15", "2024-12-14", NULL},
		{ROW, "12-15", "01-15", "2024-12-15", "2024-12-15"},
		{ROW, "12-15", "01-15", "2024-12-31", "2024-12-15"},
		{ROW, "12-15", "01-15", "2025-01-01", "2024-12-15"},
		{ROW, "12-15", "01-15", "2025-01-15", "2024-12-15"},
		{ROW, "12-15", "01-15", "2025-01-16", NULL},
		/* All the year, in one and in two pieces. */
		{ROW, "01-01", "12-31", "2024-12-31", "2024-01-01"},
		{ROW, "01-01", "12-31", "2025-01-01", "2025-01-01"},
		{ROW, "06-01", "05-31", "2025-05-31", "2024-06-01"},
		{ROW, "06-01", "05-31", "2025-06-01", "2025-06-01"},
		/* One day, and 29 February. */
		{ROW, "06-01", "06-01", "2024-06-01", "2024-06-01"},
		{ROW, "06-01", "06-01", "2024-06-02", NULL},
		{ROW, "02-29", "03-05", "2024-02-29", "2024-02-29"},
		{ROW, "02-29", "03-05", "2025-02-28", NULL},
		{ROW, "02-29", "03-05", "2025-03-01", "2025-03-01"},
		{ROW, "02-20", "02-29", "2024-02-29", "2024-02-20"},
		{ROW, "02-20", "02-29", "2025-02-28", "2025-02-20"},
		{ROW, "02-20", "02-29", "2025-03-01", NULL},
		{ROW, "02-29", "02-29", "2024-02-29", "2024-02-29"},
		{ROW, "02-29", "02-29", "2025-02-28", NULL},
		{ROW, "02-29", "02-29", "2025-03-01", NULL},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct plan *plan = empty_plan();
		const struct plan_campaign *it =
			make_campaign(plan, "c", rows[i].from, rows[i].until);
		int32_t edition = -7, day = make_day(rows[i].day), from, until;

		check_row(rows[i].line,
			  plan_campaign_open(it, day, &edition) == (rows[i].edition != NULL));
		check_row_int(rows[i].line, edition,
			      rows[i].edition ? make_day(rows[i].edition) : -7);
		/* The edition that is open or next: the day lies before its end. */
		if (plan_campaign_edition(it, day, &from, &until)) {
			check_row(rows[i].line, from <= until && day <= until);
			check_row(rows[i].line,
				  plan_campaign_open(it, from, &edition) && edition == from);
			check_row(rows[i].line,
				  plan_campaign_open(it, until, &edition) && edition == from);
			check_row(rows[i].line, (day >= from) == (rows[i].edition != NULL));
		}
		plan_free(plan);
	}
}

/* Over nine years without one: 1896 and 1904 are leap years, 1900 is not; 2096 and 2104. */
static void leap_day_over_a_century(void **state)
{
	struct plan *plan = empty_plan();
	const struct plan_campaign *it = make_campaign(plan, "c", "02-29", "02-29");
	int32_t from, until;

	(void)state;
	assert_true(plan_campaign_edition(it, make_day("2096-03-01"), &from, &until));
	assert_int_equal(from, make_day("2104-02-29"));
	assert_int_equal(until, from);
	plan_free(plan);
}

static void dates_and_validity(void **state)
{
	struct plan *plan = empty_plan();
	struct plan_clip *clip = make_clip(plan, "a", "2024-06-01", "2024-06-30");

	(void)state;
	assert_true(plan_date_is((struct civil_date){0, 6, 1}, make_day("2031-06-01")));
	assert_true(plan_date_is((struct civil_date){2024, 6, 1}, make_day("2024-06-01")));
	assert_false(plan_date_is((struct civil_date){2024, 6, 1}, make_day("2025-06-01")));
	assert_false(plan_date_is((struct civil_date){0, 6, 1}, make_day("2024-07-01")));
	assert_false(plan_date_is((struct civil_date){0, 2, 29}, make_day("2025-02-28")));
	assert_false(plan_clip_valid(clip, make_day("2024-05-31")));
	assert_true(plan_clip_valid(clip, make_day("2024-06-01")));
	assert_true(plan_clip_valid(clip, make_day("2024-06-30")));
	assert_false(plan_clip_valid(clip, make_day("2024-07-01")));
	plan_free(plan);
}

static void half_built_plans_are_freed(void **state)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	(void)state;
	assert_null(plan_free(NULL));
	assert_non_null(plan);
	plan->n_clips = 3; /* said, not yet there */
	plan->n_campaigns = 1;
	plan->campaigns = calloc(1, sizeof(*plan->campaigns));
	assert_non_null(plan->campaigns);
	plan->campaigns[0].n_playlists = 2;
	plan->campaigns[0].n_broadcasts = 1;
	plan->campaigns[0].broadcasts = calloc(1, sizeof(*plan->campaigns[0].broadcasts));
	assert_null(plan_free(plan));
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(plan_class_name(CLASS_NORMAL), "normal");
	assert_string_equal(plan_class_name(CLASS_PRIORITY), "priority");
	assert_string_equal(plan_class_name(CLASS_EMERGENCY), "emergency");
	assert_string_equal(plan_class_name((enum plan_class)17), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_clips),
		cmocka_unit_test(find_broadcasts),
		cmocka_unit_test(campaigns_open),
		cmocka_unit_test(leap_day_over_a_century),
		cmocka_unit_test(dates_and_validity),
		cmocka_unit_test(half_built_plans_are_freed),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
