/* SPDX-License-Identifier: MIT */
/*
 * The law of outcomes, drawn at random: whatever happens over some days, every due occurrence is
 * closed exactly once, nothing sounds outside airtime or past the minutes, and never two at a time.
 * SEED=n repeats a run; ROUNDS=n makes it longer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "driver.h"
#include "schedule.h"

#define HOUR_US (3600 * CIVIL_US)
#define KEYS	4096

struct random {
	uint64_t state;
};

static uint32_t draw(struct random *r, uint32_t n)
{
	r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(r->state >> 33) % n;
}

static char *name_of(const char *kind, size_t index)
{
	char text[32];

	snprintf(text, sizeof(text), "%s-%02zu", kind, index);
	return strdup(text);
}

static void make_clips(struct random *r, struct plan *plan)
{
	plan->n_clips = 3 + draw(r, 8);
	plan->clips = calloc(plan->n_clips, sizeof(*plan->clips));
	for (size_t i = 0; i < plan->n_clips; i++) {
		struct plan_clip *clip = &plan->clips[i];

		clip->name = name_of("clip", i);
		clip->title = strdup("");
		clip->text = strdup("");
		clip->source = strdup("");
		clip->valid_from = CIVIL_DAY_MIN;
		clip->valid_until = CIVIL_DAY_MAX;
		clip->recording.present = draw(r, 10) != 0;
		clip->recording.length_us = (1 + draw(r, 90)) * CIVIL_US + draw(r, 1000) * 1000;
		clip->recording.sha256[0] = (uint8_t)i;
	}
}

static void make_times(struct random *r, struct plan_broadcast *b)
{
	if (draw(r, 4) == 0) {
		b->from_s = (int32_t)draw(r, 24) * 3600;
		b->until_s = b->from_s + 1800 + (int32_t)draw(r, 7200);
		b->every_s = 300 + (int32_t)draw(r, 1800);
		return;
	}
	b->n_at = 1 + draw(r, 3);
	b->at_s = calloc(b->n_at, sizeof(*b->at_s));
	for (size_t i = 0; i < b->n_at; i++)
		b->at_s[i] = (int32_t)(i * 28800 + draw(r, 480) * 60);
}

static void make_broadcast(struct random *r, const struct plan *plan, struct plan_broadcast *b,
			   size_t index)
{
	static const int64_t lates[] = {0, 30, 300, 1200};

	b->name = name_of("broadcast", index);
	b->title = strdup("");
	make_times(r, b);
	b->days = 0x7f;
	b->n_items = 1 + draw(r, 4);
	b->items = calloc(b->n_items, sizeof(*b->items));
	for (size_t i = 0; i < b->n_items; i++) {
		b->items[i].playlist = draw(r, 3) == 0;
		b->items[i].index = b->items[i].playlist ? 0 : draw(r, (uint32_t)plan->n_clips);
	}
	b->repeat = 1 + draw(r, 2);
	b->gap_us = draw(r, 3) * CIVIL_US;
	b->late_us = lates[draw(r, 4)] * CIVIL_US;
	b->class = draw(r, 3) == 0 ? CLASS_PRIORITY : CLASS_NORMAL;
	b->interrupt = (enum plan_interrupt)draw(r, 3);
	b->resume = (enum plan_resume)draw(r, 3);
	b->enabled = draw(r, 10) != 0;
}

static void make_campaign(struct random *r, const struct plan *plan, struct plan_campaign *c)
{
	c->name = strdup("campaign");
	c->title = strdup("");
	c->from = (struct civil_date){2024, 6, 1};
	c->until = (struct civil_date){2024, 6, 5};
	c->n_playlists = 1;
	c->playlists = calloc(1, sizeof(*c->playlists));
	c->playlists[0].name = strdup("list");
	c->playlists[0].order = (enum plan_order)draw(r, 3);
	c->playlists[0].take = 1 + draw(r, 3);
	c->playlists[0].n_clips = plan->n_clips;
	c->playlists[0].clips = calloc(plan->n_clips, sizeof(size_t));
	for (size_t i = 0; i < plan->n_clips; i++)
		c->playlists[0].clips[i] = i;
	c->n_broadcasts = 2 + draw(r, 8);
	c->broadcasts = calloc(c->n_broadcasts, sizeof(*c->broadcasts));
	for (size_t i = 0; i < c->n_broadcasts; i++)
		make_broadcast(r, plan, &c->broadcasts[i], i);
}

static struct plan *make_plan(struct random *r)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	assert_non_null(plan);
	plan->station = strdup("station");
	assert_int_equal(zone_fixed("+07", 25200, &plan->zone), 0);
	plan->airtime = airtime_default();
	if (draw(r, 3) == 0) {
		plan->airtime.n_windows = 2;
		plan->airtime.windows[0] = (struct airtime_window){6 * 3600, 14 * 3600};
		plan->airtime.windows[1] = (struct airtime_window){16 * 3600, 25 * 3600};
		plan->airtime.session_max_us = (2 + draw(r, 20)) * 60 * CIVIL_US;
		plan->airtime.day_max_us = (5 + draw(r, 30)) * 60 * CIVIL_US;
	}
	make_clips(r, plan);
	plan->n_campaigns = 1;
	plan->campaigns = calloc(1, sizeof(*plan->campaigns));
	make_campaign(r, plan, &plan->campaigns[0]);
	return plan;
}

struct key {
	int64_t planned_us;
	const char *broadcast;
	bool closed;
};

struct law {
	const struct plan *plan;
	int64_t from_us, until_us;
	size_t n_keys;
	struct key keys[KEYS];
	int64_t used_us[16][2]; /* by day of June and window, of what is no emergency */
};

/* What the resident hears. */
struct ears {
	struct law *law;
	struct sim *sim;
	int64_t busy_until_us;
};

/* Which window holds [from, until]? Counted without the airtime room. */
static int window_of(const struct airtime_rules *rules, int64_t from_us, int64_t until_us,
		     int32_t *ret_day)
{
	int64_t local_s = from_us / CIVIL_US + 25200, end_s = (until_us - 1) / CIVIL_US + 25200;

	for (int back = 0; back < 2; back++) {
		int32_t day = (int32_t)(local_s / CIVIL_DAY_S) - back;
		int64_t base = (int64_t)day * CIVIL_DAY_S;

		for (size_t i = 0; i < rules->n_windows; i++) {
			if (local_s < base + rules->windows[i].from_s ||
			    end_s > base + rules->windows[i].until_s)
				continue;
			*ret_day = day;
			return (int)i;
		}
	}
	return -1;
}

static void heard(void *context, const struct sim_clip *clip, int64_t until_us)
{
	struct ears *ears = context;
	int64_t length_us = until_us - clip->begin_us;
	struct station_status status;
	int32_t day = 0;
	int window;

	assert_true(clip->begin_us >= ears->busy_until_us);
	ears->busy_until_us = until_us;
	station_status(ears->sim->station, &status);
	if (clip->permit.unknown || (status.on_air && status.class == CLASS_EMERGENCY))
		return;
	window = window_of(&ears->law->plan->airtime, clip->begin_clock_us,
			   clip->begin_clock_us + length_us, &day);
	if (window < 0)
		print_error("clip %s of row %lld sounded outside airtime at %lld\n", clip->name,
			    (long long)status.row, (long long)clip->begin_clock_us);
	assert_true(window >= 0);
	day -= civil_day((struct civil_date){2024, 5, 31});
	if (day >= 0 && day < 16)
		ears->law->used_us[day][window] += length_us;
}

static void by_hand(struct random *r, struct sim *sim)
{
	static const enum station_event_kind kinds[] = {EVENT_PLAY, EVENT_PLAY, EVENT_STOP,
							EVENT_SKIP, EVENT_PAUSE};
	struct station_event event = {.kind = kinds[draw(r, 5)]};
	const char *name = sim->plan->clips[draw(r, (uint32_t)sim->plan->n_clips)].name;

	if (event.kind == EVENT_PLAY) {
		if (draw(r, 3) == 0)
			name = sim->plan->campaigns[0].broadcasts[0].name;
		event.play.names = &name;
		event.play.n_names = 1;
		event.play.trigger = TRIGGER_CLI;
		event.play.class_given = draw(r, 4) == 0;
		event.play.class = CLASS_EMERGENCY;
	} else if (event.kind == EVENT_PAUSE) {
		event.hand.until_us = sim_now_us(sim) + draw(r, 3600) * CIVIL_US;
	}
	sim_event(sim, &event);
}

static void disturb(struct random *r, struct sim *sim)
{
	switch (draw(r, 9)) {
	case 0:
		sim_lose_card(sim);
		sim_run_until(sim, sim_now_us(sim) + draw(r, 900) * CIVIL_US);
		sim_find_card(sim);
		break;
	case 1:
		sim_restart(sim, draw(r, 1800) * CIVIL_US, CLOCK_TRUSTED);
		break;
	case 2:
		sim_restart(sim, draw(r, 60) * CIVIL_US, CLOCK_UNTRUSTED);
		sim_run_until(sim, sim_now_us(sim) + draw(r, 1200) * CIVIL_US);
		sim_step_clock(sim, draw(r, 2) ? 0 : draw(r, 7200) * CIVIL_US, CLOCK_TRUSTED);
		break;
	case 3:
		sim_step_clock(sim, ((int64_t)draw(r, 7200) - 3600) * CIVIL_US, CLOCK_TRUSTED);
		break;
	case 4:
		sim_step_clock(sim, draw(r, 30) * CIVIL_US - 15 * CIVIL_US, CLOCK_TRUSTED);
		break;
	case 5:
		sim_reload(sim, sim->plan);
		break;
	default:
		by_hand(r, sim);
		break;
	}
}

static void collect_due(struct law *law)
{
	struct schedule *walk;
	struct occurrence next;

	assert_int_equal(schedule_new(law->plan, law->from_us, &walk), 0);
	while (schedule_next(walk, &next) == 0 && next.at_us <= law->until_us) {
		const struct plan_campaign *c = &law->plan->campaigns[next.campaign];

		assert_true(law->n_keys < KEYS);
		law->keys[law->n_keys++] =
			(struct key){next.at_us, c->broadcasts[next.broadcast].name, false};
	}
	schedule_free(walk);
}

static int check_due_row(void *context, const struct asrun_row *row)
{
	struct law *law = context;

	if (row->opened.trigger != TRIGGER_SCHEDULE || row->opened.planned_us <= law->from_us ||
	    row->opened.planned_us > law->until_us)
		return 0;
	if (!row->closed)
		print_error("row %lld is still open\n", (long long)row->opened.row);
	assert_true(row->closed);
	assert_int_not_equal(row->outcome, OUTCOME_NONE);
	if (row->outcome == OUTCOME_PLAYED || row->outcome == OUTCOME_LATE)
		assert_true(row->audible > 0);
	for (size_t i = 0; i < law->n_keys; i++) {
		struct key *key = &law->keys[i];

		if (key->planned_us != row->opened.planned_us ||
		    strcmp(key->broadcast, row->opened.broadcast) != 0)
			continue;
		if (key->closed)
			print_error("%s at %lld has two rows\n", key->broadcast,
				    (long long)key->planned_us);
		assert_false(key->closed);
		key->closed = true;
		return 0;
	}
	print_error("%s at %lld was never due\n", row->opened.broadcast,
		    (long long)row->opened.planned_us);
	fail();
	return 0;
}

static void check_minutes(const struct law *law)
{
	const struct airtime_rules *rules = &law->plan->airtime;

	for (int day = 0; day < 16; day++) {
		int64_t sum_us = 0;

		for (int window = 0; window < 2; window++) {
			sum_us += law->used_us[day][window];
			if (rules->session_max_us &&
			    law->used_us[day][window] > rules->session_max_us)
				print_error("day %d window %d used %lld of %lld us\n", day, window,
					    (long long)law->used_us[day][window],
					    (long long)rules->session_max_us);
			if (rules->session_max_us)
				assert_true(law->used_us[day][window] <= rules->session_max_us);
		}
		if (rules->day_max_us && sum_us > rules->day_max_us)
			print_error("day %d used %lld of %lld us\n", day, (long long)sum_us,
				    (long long)rules->day_max_us);
		if (rules->day_max_us)
			assert_true(sum_us <= rules->day_max_us);
	}
}

/* LOG=1 prints the log of a round that is looked into. */
static void print_log(const struct sim *sim)
{
	for (size_t i = 0; getenv("LOG") && i < sim->n_log; i++)
		print_message("%s\n", sim->log[i]);
}

static void one_round(struct random *r)
{
	struct plan *plan = make_plan(r);
	struct sim sim = {0};
	struct law *law = calloc(1, sizeof(*law));
	struct ears ears = {law, &sim, 0};
	struct station_status status;
	int64_t start_us = INT64_C(1717174800) * CIVIL_US; /* 2024-06-01 00:00 +07:00 */

	assert_non_null(law);
	law->plan = plan;
	sim.heard = heard;
	sim.context = &ears;
	sim.relay.lead_us = (int64_t)draw(r, 11) * CIVIL_US;
	sim.relay.present = sim.relay.lead_us > 0; /* the driver holds the amplifier's law */
	sim_begin(&sim, plan, start_us, CLOCK_TRUSTED);
	for (int i = 0; i < 60; i++) {
		sim_run_until(&sim, sim_now_us(&sim) + draw(r, 2 * 3600) * CIVIL_US);
		disturb(r, &sim);
	}
	sim_run_until(&sim, sim_now_us(&sim) + 3 * HOUR_US);
	station_status(sim.station, &status);
	print_log(&sim);
	law->from_us = start_us;
	law->until_us = status.accounted_us - 2 * HOUR_US;
	collect_due(law);
	sim_rows(&sim, check_due_row, law);
	for (size_t i = 0; i < law->n_keys; i++)
		if (!law->keys[i].closed)
			print_error("%s at %lld has no row\n", law->keys[i].broadcast,
				    (long long)law->keys[i].planned_us);
	for (size_t i = 0; i < law->n_keys; i++)
		assert_true(law->keys[i].closed);
	check_minutes(law);
	free(law);
	sim_done(&sim);
	plan_free(plan);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void test_law_of_outcomes(void **state)
{
	uint64_t seed = number_of("SEED", 20240601), rounds = number_of("ROUNDS", 300);

	(void)state;
	for (uint64_t round = 0; round < rounds; round++) {
		struct random r = {seed + round};

		print_message("SEED=%llu ROUNDS=1\n", (unsigned long long)(seed + round));
		one_round(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_law_of_outcomes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
