/* SPDX-License-Identifier: MIT */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what)
{
	fprintf(stderr, "driver: %s\n", what);
	abort();
}

int64_t sim_now_us(const struct sim *sim)
{
	return sim->mono_us + sim->offset_us;
}

static struct station_event *answer(struct sim *sim, enum station_event_kind kind)
{
	struct station_event *event;

	if (sim->n_feed == sizeof(sim->feed) / sizeof(sim->feed[0]))
		die("the station has too much with the player");
	event = &sim->feed[sim->n_feed++];
	memset(event, 0, sizeof(*event));
	event->kind = kind;
	return event;
}

static void keep(struct sim *sim, const struct asrun_event *event)
{
	char text[LIMIT_ASRUN_TEXT];

	if (asrun_print(event, text, sizeof(text)) < 0)
		die("an event does not fit");
	if (sim->n_log == sim->room_log) {
		sim->room_log = sim->room_log ? sim->room_log * 2 : 256;
		sim->log = realloc(sim->log, sim->room_log * sizeof(*sim->log));
		if (!sim->log)
			die("out of memory");
	}
	sim->log[sim->n_log++] = strdup(text);
	if (event->kind == ASRUN_OPENED && !sim->disk_dead)
		answer(sim, EVENT_LOGGED)->row = event->row;
}

static void set_ends(struct sim *sim, struct sim_clip *clip, int64_t at_us)
{
	clip->begin_us = clip->start_us > at_us ? clip->start_us : at_us;
	clip->end_us = clip->begin_us + clip->length_us;
	clip->end = END_WHOLE;
	clip->limit_us = clip->permit.end_us - sim->offset_us;
	if (clip->limit_us < clip->end_us) {
		clip->end_us = clip->limit_us > clip->begin_us ? clip->limit_us : clip->begin_us;
		clip->end = END_HARD_STOP;
	}
	if (sim->broken && strcmp(sim->broken, clip->name) == 0) {
		clip->end_us = clip->begin_us;
		clip->end = END_UNPLAYABLE;
	}
}

static void remove_clip(struct sim *sim, size_t index, enum station_end end)
{
	struct sim_clip clip = sim->queue[index];
	struct station_event *event = answer(sim, EVENT_FINISHED);
	int64_t heard_us = clip.started ? sim->mono_us - clip.begin_us : 0;
	bool audible = !sim->silent || strcmp(sim->silent, clip.name) != 0;

	memmove(&sim->queue[index], &sim->queue[index + 1],
		(sim->n_queue - index - 1) * sizeof(sim->queue[0]));
	sim->n_queue--;
	if (clip.started && sim->heard)
		sim->heard(sim->context, &clip, sim->mono_us);
	event->finished.token = clip.token;
	event->finished.end = end;
	event->finished.rate_hz = SIM_RATE_HZ;
	event->finished.frames = heard_us * SIM_RATE_HZ / CIVIL_US;
	event->finished.audible = audible ? event->finished.frames : 0;
	event->finished.ended_us = clip.started ? sim_now_us(sim) : 0;
	if (index == 0 && sim->n_queue > 0)
		set_ends(sim, &sim->queue[0],
			 sim->mono_us + (clip.started ? sim->queue[0].gap_us : 0));
}

static void play(struct sim *sim, const struct station_action *action)
{
	const struct plan_clip *known = plan_find_clip(sim->plan, action->play.clip);
	struct sim_clip *clip;

	if (!permit_valid(&action->play.permit))
		die("a clip was ordered without a permit");
	if (sim->n_queue == SIM_QUEUE)
		die("more clips ordered than a player holds");
	clip = &sim->queue[sim->n_queue++];
	memset(clip, 0, sizeof(*clip));
	clip->token = action->play.token;
	snprintf(clip->name, sizeof(clip->name), "%s", action->play.clip);
	clip->length_us = known ? known->recording.length_us : CIVIL_US;
	clip->gap_us = action->play.gap_us;
	clip->permit = action->play.permit;
	if (action->play.start_us)
		clip->start_us = action->play.start_us - sim->offset_us;
	if (sim->lost)
		remove_clip(sim, sim->n_queue - 1, END_DEVICE_LOST);
	else if (sim->n_queue == 1)
		set_ends(sim, clip, sim->mono_us);
}

static void cancel(struct sim *sim, uint64_t token)
{
	for (size_t i = 0; i < sim->n_queue; i++) {
		if (sim->queue[i].token != token || sim->queue[i].started)
			continue;
		remove_clip(sim, i, END_CUT);
		return;
	}
}

static void stop(struct sim *sim, int64_t fade_us)
{
	size_t sounds = sim->n_queue > 0 && sim->queue[0].started;

	while (sim->n_queue > sounds)
		remove_clip(sim, sim->n_queue - 1, END_CUT);
	if (sounds && sim->queue[0].end_us > sim->mono_us + fade_us) {
		sim->queue[0].end_us = sim->mono_us + fade_us;
		sim->queue[0].end = END_CUT;
	}
}

static void key(struct sim *sim, bool on)
{
	if (on == sim->relay_on)
		die("the relay is told what it is already");
	if (!on && sim->n_queue > 0 && sim->queue[0].started)
		die("the amplifier is switched off under the sound");
	sim->relay_on = on;
	sim->relay_us = sim->mono_us;
	if (sim->switched)
		sim->switched(sim->context, on);
}

static void carry_out(struct sim *sim, const struct station_action *action)
{
	switch (action->kind) {
	case ACTION_PLAY:
		play(sim, action);
		break;
	case ACTION_CANCEL:
		cancel(sim, action->token);
		break;
	case ACTION_STOP:
		stop(sim, action->fade_us);
		break;
	case ACTION_LOG:
		keep(sim, action->log);
		break;
	case ACTION_RELAY:
		key(sim, action->on);
		break;
	}
}

static int step(struct sim *sim, struct station_event *event)
{
	const struct station_action *actions;
	size_t n;
	int rc;

	event->now_us = sim_now_us(sim);
	rc = station_step(sim->station, event, &actions, &n);
	if (rc < 0)
		die("a step failed");
	for (size_t i = 0; i < n; i++)
		carry_out(sim, &actions[i]);
	return rc;
}

static void feed(struct sim *sim)
{
	while (sim->n_feed > 0) {
		struct station_event event = sim->feed[0];

		memmove(&sim->feed[0], &sim->feed[1], --sim->n_feed * sizeof(sim->feed[0]));
		step(sim, &event);
	}
}

void sim_event(struct sim *sim, struct station_event *event)
{
	sim->answer = step(sim, event);
	feed(sim);
}

static void make_station(struct sim *sim)
{
	struct station_options options = {
		.plan = sim->plan,
		.now_us = sim_now_us(sim),
		.clock = sim->clock,
		.first_row = 1,
	};

	if (station_new(&options, &sim->station) < 0)
		die("no station");
	station_set_relay(sim->station, &sim->relay);
}

/* The service writes a note when it starts, so that what it misses later has a beginning. */
static void note_start(struct sim *sim)
{
	struct asrun_event note = {.kind = ASRUN_NOTE, .what = "start"};
	struct station_status status;

	station_status(sim->station, &status);
	note.time_us = sim_now_us(sim);
	note.clock = sim->clock;
	note.accounted_us = status.accounted_us;
	keep(sim, &note);
}

void sim_begin(struct sim *sim, const struct plan *plan, int64_t now_us, enum clock_state clock)
{
	struct station_event tick = {.kind = EVENT_TICK};

	sim->plan = plan;
	sim->mono_us = CIVIL_US;
	sim->offset_us = now_us - CIVIL_US;
	sim->clock = clock;
	make_station(sim);
	sim_event(sim, &tick);
	note_start(sim);
}

void sim_done(struct sim *sim)
{
	station_free(sim->station);
	for (size_t i = 0; i < sim->n_log; i++)
		free(sim->log[i]);
	free(sim->log);
	memset(sim, 0, sizeof(*sim));
}

static int64_t player_time(const struct sim *sim)
{
	if (sim->n_queue == 0)
		return CIVIL_NEVER;
	return sim->queue[0].started ? sim->queue[0].end_us : sim->queue[0].begin_us;
}

static void player_turn(struct sim *sim)
{
	struct sim_clip *head = &sim->queue[0];
	struct station_event *event;

	if (head->started || head->end == END_UNPLAYABLE) {
		remove_clip(sim, 0, head->end);
		return;
	}
	if (sim->relay.present && sim->relay.lead_us > RELAY_SLACK_US &&
	    (!sim->relay_on || sim->mono_us - sim->relay_us < sim->relay.lead_us - RELAY_SLACK_US))
		die("sound before the amplifier is ready");
	head->started = true;
	head->begin_clock_us = sim_now_us(sim);
	event = answer(sim, EVENT_STARTED);
	event->started.token = head->token;
	event->started.at_us = sim_now_us(sim);
}

static int64_t station_time(const struct sim *sim)
{
	int64_t deadline = station_deadline(sim->station);

	return deadline == CIVIL_NEVER ? CIVIL_NEVER : deadline - sim->offset_us;
}

void sim_run_until(struct sim *sim, int64_t now_us)
{
	int64_t until_us = now_us - sim->offset_us;
	int idle = 0;

	while (true) {
		int64_t heard = player_time(sim), wanted = station_time(sim);
		int64_t next = heard <= wanted ? heard : wanted;
		struct station_event tick = {.kind = EVENT_TICK};

		if (next > until_us)
			break;
		idle = next > sim->mono_us ? 0 : idle + 1;
		if (idle > 100000)
			die("the station spins: its deadline does not move on");
		sim->mono_us = next > sim->mono_us ? next : sim->mono_us;
		if (heard <= wanted)
			player_turn(sim);
		else
			step(sim, &tick);
		feed(sim);
	}
	if (until_us > sim->mono_us)
		sim->mono_us = until_us;
}

void sim_step_clock(struct sim *sim, int64_t by_us, enum clock_state state)
{
	struct station_event event = {.kind = EVENT_CLOCK};

	sim->offset_us += by_us;
	sim->clock = state;
	event.clock.state = state;
	event.clock.jumped = by_us != 0;
	event.clock.step_us = by_us;
	sim_event(sim, &event);
}

void sim_lose_card(struct sim *sim)
{
	struct station_event event = {.kind = EVENT_DEVICE_LOST};

	sim->lost = true;
	while (sim->n_queue > 0)
		remove_clip(sim, 0, END_DEVICE_LOST);
	feed(sim);
	sim_event(sim, &event);
}

void sim_find_card(struct sim *sim)
{
	struct station_event event = {.kind = EVENT_DEVICE_BACK};

	sim->lost = false;
	sim_event(sim, &event);
}

void sim_reload(struct sim *sim, const struct plan *plan)
{
	struct station_event event = {.kind = EVENT_PLAN};

	event.plan = plan;
	sim->plan = plan;
	sim_event(sim, &event);
}

void sim_restart(struct sim *sim, int64_t off_us, enum clock_state clock)
{
	struct station_event tick = {.kind = EVENT_TICK};
	char items[LIMIT_ASRUN_ITEMS];

	if (sim->n_queue > 0 && sim->queue[0].started && sim->heard)
		sim->heard(sim->context, &sim->queue[0], sim->mono_us);
	sim->n_queue = 0;
	sim->n_feed = 0;
	if (sim->relay_on) /* the line goes with the service that held it */
		key(sim, false);
	sim->lost = false;
	sim->mono_us += off_us;
	sim->clock = clock;
	station_free(sim->station);
	make_station(sim);
	for (size_t i = 0; i < sim->n_log; i++) {
		struct asrun_event event;

		if (asrun_parse(sim->log[i], &event, items, sizeof(items)) < 0)
			die("the log cannot be read back");
		if (station_restore(sim->station, &event) < 0)
			die("the log cannot be restored");
	}
	sim_event(sim, &tick);
	note_start(sim);
}

int sim_rows(const struct sim *sim, int (*fn)(void *context, const struct asrun_row *row),
	     void *context)
{
	size_t room = sim->n_log + 1;
	struct asrun_row *rows = calloc(room, sizeof(*rows));
	char items[LIMIT_ASRUN_ITEMS];
	struct asrun_event event;
	int rc = 0;

	for (size_t i = 0; i < sim->n_log; i++)
		if (asrun_parse(sim->log[i], &event, items, sizeof(items)) == 0 && event.row > 0 &&
		    (size_t)event.row < room)
			asrun_fold(&rows[event.row], &event);
	for (size_t i = 1; i < room; i++) {
		if (rc == 0 && rows[i].seen)
			rc = fn(context, &rows[i]);
		asrun_row_done(&rows[i]);
	}
	free(rows);
	return rc;
}
