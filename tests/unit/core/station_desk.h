/* SPDX-License-Identifier: MIT */
/*
 * station_desk - a station of two campaigns at whose desk a test sits: it feeds events and looks at
 * what comes out.
 */
#ifndef TESTS_STATION_DESK_H
#define TESTS_STATION_DESK_H

#include "check.h"
#include "make_plan.h"
#include "schedule.h"
#include "station.h"

#define DAY_US	    INT64_C(1717174800000000) /* 2024-06-01 00:00 +07:00 */
#define AT(h, m, s) (DAY_US + ((h)*3600 + (m)*60 + (s)) * CIVIL_US)
#define KEPT	    64

/* What came out of the last step, copied: actions are borrowed. */
struct desk {
	struct plan *plan;
	struct station *station;
	size_t n;
	struct station_action actions[KEPT];
	struct asrun_event logs[KEPT];
};

MAKER int feed(struct desk *desk, struct station_event event, int64_t now_us)
{
	const struct station_action *actions;
	size_t n;
	int answer;

	event.now_us = now_us;
	answer = station_step(desk->station, &event, &actions, &n);
	assert_true(answer >= 0);
	assert_true(n <= KEPT);
	desk->n = n;
	for (size_t i = 0; i < n; i++) {
		desk->actions[i] = actions[i];
		if (actions[i].kind == ACTION_LOG)
			desk->logs[i] = *actions[i].log;
	}
	return answer;
}

MAKER int tick(struct desk *desk, int64_t now_us)
{
	return feed(desk, (struct station_event){.kind = EVENT_TICK}, now_us);
}

MAKER const struct station_action *find(const struct desk *desk, enum station_action_kind kind)
{
	for (size_t i = 0; i < desk->n; i++)
		if (desk->actions[i].kind == kind)
			return &desk->actions[i];
	return NULL;
}

MAKER const struct asrun_event *find_log(const struct desk *desk, enum asrun_kind kind)
{
	for (size_t i = 0; i < desk->n; i++)
		if (desk->actions[i].kind == ACTION_LOG && desk->logs[i].kind == kind)
			return &desk->logs[i];
	return NULL;
}

MAKER int play(struct desk *desk, const char *name, int64_t now_us)
{
	struct station_event event = {.kind = EVENT_PLAY};

	event.play.names = &name;
	event.play.n_names = 1;
	event.play.trigger = TRIGGER_CLI;
	event.play.who = "lan";
	return feed(desk, event, now_us);
}

MAKER void logged(struct desk *desk, int64_t row, int64_t now_us)
{
	struct station_event event = {.kind = EVENT_LOGGED};

	event.row = row;
	feed(desk, event, now_us);
}

MAKER void started(struct desk *desk, uint64_t token, int64_t now_us)
{
	struct station_event event = {.kind = EVENT_STARTED};

	event.started.token = token;
	event.started.at_us = now_us;
	feed(desk, event, now_us);
}

MAKER void finished(struct desk *desk, uint64_t token, enum station_end end, int64_t frames,
		    int64_t now_us)
{
	struct station_event event = {.kind = EVENT_FINISHED};

	event.finished.token = token;
	event.finished.end = end;
	event.finished.frames = event.finished.audible = frames;
	event.finished.rate_hz = 48000;
	event.finished.ended_us = now_us;
	feed(desk, event, now_us);
}

MAKER void say(struct plan *plan, struct plan_campaign *campaign, const char *name, const char *at,
	       const char *clips)
{
	make_broadcast(plan, campaign,
		       (struct make_broadcast){.name = name, .at = at, .play = clips});
}

/* 05:45 the clips a and b, 10 s each; both campaigns know a "twice". */
MAKER int set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	struct station_options options = {.now_us = AT(5, 0, 0), .clock = CLOCK_TRUSTED};
	struct plan_campaign *campaign;
	struct zone zone;

	assert_non_null(desk);
	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	desk->plan = make_plan(&zone);
	zone_done(&zone);
	make_clip(desk->plan, "a", NULL, NULL);
	make_clip(desk->plan, "b", NULL, NULL);
	make_clip(desk->plan, "c", NULL, NULL)->recording.present = false;
	campaign = make_campaign(desk->plan, "one", "2024-06-01", "2024-06-30");
	say(desk->plan, campaign, "morning", "05:45", "a b");
	say(desk->plan, campaign, "twice", "12:00", "a");
	campaign = make_campaign(desk->plan, "two", "2024-06-01", "2024-06-30");
	say(desk->plan, campaign, "twice", "13:00", "a");
	options.plan = desk->plan;
	assert_int_equal(station_new(&options, &desk->station), 0);
	tick(desk, AT(5, 0, 0));
	*state = desk;
	return 0;
}

MAKER int tear_down(void **state)
{
	struct desk *desk = *state;

	station_free(desk->station);
	plan_free(desk->plan);
	free(desk);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
