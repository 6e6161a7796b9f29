/* SPDX-License-Identifier: MIT */
/*
 * A new plan while there is no memory: the station has either plan, never half of each. And a morning without
 * memory: the broadcast has one row, is played whole, or says why not. Each allocation fails in turn, until none is
 * left to fail.
 */
#include "no_memory.h"
#include "station_desk.h"

#define MOST 1000 /* allocations of one step; there are about twenty */

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

/* A player of two clips of ten seconds, which hears of everything at the next second. */
struct morning {
	uint64_t queue[8], sounds;
	size_t n_queue, n_opened, n_closed, n_items;
	int64_t rows[8], until_us;
	size_t n_rows;
	enum asrun_outcome outcome;
};

static void take_action(struct morning *morning, const struct station_action *action)
{
	if (action->kind == ACTION_PLAY && morning->n_queue < CHECK_COUNT(morning->queue))
		morning->queue[morning->n_queue++] = action->play.token;
	if (action->kind != ACTION_LOG || strcmp(action->log->broadcast, "morning") != 0) {
		morning->n_items += action->kind == ACTION_LOG && action->log->kind == ASRUN_ITEM;
		morning->n_closed +=
			action->kind == ACTION_LOG && action->log->kind == ASRUN_CLOSED;
		if (action->kind == ACTION_LOG && action->log->kind == ASRUN_CLOSED)
			morning->outcome = action->log->outcome;
		return;
	}
	morning->n_opened += action->log->kind == ASRUN_OPENED;
	if (action->log->kind == ASRUN_OPENED && morning->n_rows < CHECK_COUNT(morning->rows))
		morning->rows[morning->n_rows++] = action->log->row;
}

/* What the station decided counts, also where the step ends without memory. */
static void step(struct desk *desk, struct morning *morning, struct station_event event,
		 int64_t now_us)
{
	const struct station_action *actions = NULL;
	size_t n = 0;

	event.now_us = now_us;
	station_step(desk->station, &event, &actions, &n);
	for (size_t i = 0; i < n; i++)
		take_action(morning, &actions[i]);
}

/* One second of the card, the disk and the clock. */
static void second(struct desk *desk, struct morning *morning, int64_t now_us)
{
	struct station_event heard = {.kind = EVENT_FINISHED};

	step(desk, morning, (struct station_event){.kind = EVENT_TICK}, now_us);
	while (morning->n_rows > 0) {
		struct station_event durable = {.kind = EVENT_LOGGED};

		durable.row = morning->rows[--morning->n_rows];
		step(desk, morning, durable, now_us);
	}
	if (morning->sounds && now_us >= morning->until_us) {
		heard.finished.token = morning->sounds;
		heard.finished.end = END_WHOLE;
		heard.finished.frames = heard.finished.audible = 480000;
		heard.finished.rate_hz = 48000;
		heard.finished.ended_us = now_us;
		morning->sounds = 0;
		step(desk, morning, heard, now_us);
	}
	if (!morning->sounds && morning->n_queue > 0 && now_us >= AT(5, 45, 0)) {
		struct station_event begun = {.kind = EVENT_STARTED};

		morning->sounds = begun.started.token = morning->queue[0];
		memmove(morning->queue, morning->queue + 1,
			--morning->n_queue * sizeof(morning->queue[0]));
		morning->until_us = now_us + 10 * CIVIL_US;
		begun.started.at_us = now_us;
		step(desk, morning, begun, now_us);
	}
}

static void one_row_whatever_fails(void **state)
{
	unsigned n = 0;
	bool failed;

	(void)state;
	do {
		struct morning morning = {0};
		struct desk *desk;
		void *room;

		assert_int_equal(set_up(&room), 0);
		desk = room;
		countdown = ++n;
		for (int s = 0; s < 180; s++)
			second(desk, &morning, AT(5, 44, 0) + s * CIVIL_US);
		failed = countdown == 0;
		countdown = 0;
		if (morning.n_opened != 1 || morning.n_closed != 1 ||
		    morning.outcome != OUTCOME_PLAYED || morning.n_items != 2)
			fail_msg(
				"allocation %u: %zu rows opened, %zu closed, outcome %d, %zu clips",
				n, morning.n_opened, morning.n_closed, (int)morning.outcome,
				morning.n_items);
		tear_down(&room);
	} while (failed && n < MOST);
	assert_in_range(n, 3, MOST - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_plan_whole),
		cmocka_unit_test(one_row_whatever_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
