/* SPDX-License-Identifier: MIT */
/*
 * Zones, gate and walk while there is no memory: an error, nothing half made, and the walk goes on from where it was
 * when there is memory again. Each allocation fails in turn, until none is left to fail.
 */
#include <errno.h>

#include "gate.h"
#include "no_memory.h"
#include "schedule.h"

#define MOST 100

static void zones(void **state)
{
	struct zone zone, copy;

	(void)state;
	countdown = 1;
	assert_int_equal(zone_fixed("+07", 25200, &zone), -ENOMEM);
	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	countdown = 1;
	assert_int_equal(zone_copy(&zone, &copy), -ENOMEM);
	assert_int_equal(zone_copy(&zone, &copy), 0);
	zone_done(&copy);
	zone_done(&zone);
}

static void gates(void **state)
{
	const struct airtime_rules rules = rules_of("05:30-07:00", 0, 0);
	struct airtime *airtime;
	struct zone zone;
	unsigned n = 0;

	(void)state;
	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	do {
		countdown = ++n;
	} while (airtime_new(&rules, &zone, &airtime) == -ENOMEM);
	countdown = 0;
	assert_in_range(n, 2, MOST);
	airtime_free(airtime);
	zone_done(&zone);
}

/* A charge that finds no space joins the one before it: the minutes of the day stay right. */
static void charges(void **state)
{
	const struct airtime_rules rules = rules_of("05:30-07:00", 0, 60);
	struct airtime *airtime;
	struct zone zone;
	int64_t six_us = INT64_C(1717196400000000); /* 2024-06-01 06:00 +07:00 */

	(void)state;
	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	assert_int_equal(airtime_new(&rules, &zone, &airtime), 0);
	for (int i = 0; i < 100; i++) {
		countdown = 1;
		airtime_charge(airtime, six_us, CIVIL_US);
	}
	countdown = 0;
	assert_int_equal(airtime_use_at(airtime, six_us).day_used_us, 100 * CIVIL_US);
	airtime_free(airtime);
	zone_done(&zone);
}

/* So many times a day that the walk has to ask for space day after day. */
static struct plan *busy_plan(void)
{
	struct plan_campaign *campaign;
	struct plan *plan;
	struct zone zone;

	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	make_clip(plan, "a", NULL, NULL);
	campaign = make_campaign(plan, "c", "2024-06-01", "2024-06-03");
	make_broadcast(plan, campaign,
		       (struct make_broadcast){
			       .name = "x", .every = "1h", .between = "22:00-04:00", .play = "a"});
	return plan;
}

/* The walk from after_us on, with the nth allocation failing: how many came, and was there an error? */
static size_t walk(const struct plan *plan, int64_t after_us, unsigned n, bool *ret_failed)
{
	struct schedule *schedule;
	struct occurrence it;
	size_t n_due = 0;
	int error;

	*ret_failed = false;
	countdown = n;
	error = schedule_new(plan, after_us, &schedule);
	if (error < 0) {
		*ret_failed = true;
		countdown = 0;
		assert_int_equal(error, -ENOMEM);
		assert_int_equal(schedule_new(plan, after_us, &schedule), 0);
	}
	while ((error = schedule_next(schedule, &it)) != -ENOENT) {
		*ret_failed |= error == -ENOMEM;
		n_due += error == 0;
	}
	countdown = 0;
	schedule_free(schedule);
	return n_due;
}

static void walks(void **state)
{
	static const struct {
		int line;
		int64_t after_us;
		size_t want;
	} rows[] = {
		{ROW, INT64_C(1717174800000000), 18}, /* 2024-06-01 00:00 */
		{ROW, INT64_C(1717273800000000),
		 12}, /* 2024-06-02 03:30: what was before is counted */
	};
	struct plan *plan = busy_plan();
	bool failed;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		unsigned n = 0;

		check_row_int(rows[i].line, walk(plan, rows[i].after_us, 0, &failed), rows[i].want);
		do {
			check_row_int(rows[i].line, walk(plan, rows[i].after_us, ++n, &failed),
				      rows[i].want);
		} while (failed && n < MOST);
		assert_in_range(n, 4, MOST - 1);
	}
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones),
		cmocka_unit_test(gates),
		cmocka_unit_test(charges),
		cmocka_unit_test(walks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
