/* SPDX-License-Identifier: MIT */
/*
 * A new plan while there is no memory: the station has either plan, never half of each. Each
 * allocation of the step fails in turn, until none is left to fail.
 */
#include "station_desk.h"

#define MOST 1000 /* allocations of one step; there are about twenty */

static unsigned countdown; /* 0: none fails */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	if (countdown > 0 && --countdown == 0)
		return NULL;
	return __real_calloc(n, size);
}

/* The morning plays b alone. */
static struct plan *other_plan(void)
{
	struct plan_campaign *campaign;
	struct plan *plan;
	struct zone zone;

	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	make_clip(plan, "b", NULL, NULL);
	campaign = make_campaign(plan, "one", "2024-06-01", "2024-06-30");
	say(plan, campaign, "morning", "05:45", "b");
	return plan;
}

/* The nth allocation of the step fails; false: there were fewer. */
static bool change_without_memory(struct desk *desk, unsigned n)
{
	struct plan *other = other_plan();
	struct station_event event = {.kind = EVENT_PLAN, .plan = other, .now_us = AT(5, 44, 31)};
	const struct station_action *actions;
	size_t n_actions;
	bool failed;

	countdown = n;
	station_step(desk->station, &event, &actions, &n_actions);
	failed = countdown == 0;
	countdown = 0;
	assert_true(station_plan(desk->station) == desk->plan ||
		    station_plan(desk->station) == other);
	if (station_plan(desk->station) == other) {
		plan_free(desk->plan);
		desk->plan = other;
	} else {
		assert_true(failed);
		plan_free(other);
	}
	return failed;
}

static void either_plan_whole(void **state)
{
	bool failed = true;

	(void)state;
	for (unsigned n = 1; failed && n < MOST; n++) {
		void *room;
		struct desk *desk;
		const struct asrun_event *opened;

		assert_int_equal(set_up(&room), 0);
		desk = room;
		tick(desk,
		     AT(5, 44, 30)); /* the morning is near: it was taken with the clips a and b */
		failed = change_without_memory(desk, n);
		tick(desk, AT(5, 44, 46));
		opened = find_log(desk, ASRUN_OPENED);
		assert_non_null(opened);
		assert_string_equal(opened->items, desk->plan->n_clips == 1 ? "b" : "a b");
		assert_true(failed || desk->plan->n_clips == 1);
		tear_down(&room);
	}
	assert_false(failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_plan_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
