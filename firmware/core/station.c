/* SPDX-License-Identifier: MIT */
#include "station.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "station_internal.h"

/*
 * A step does four things in this order: it notes the time, takes in the event, advances (takes
 * occurrences that come near, opens, closes what is too late, decides who is on air), and hands
 * out the actions that fell out. Advancing depends only on the state, never on the event, so a
 * lost or doubled TICK changes nothing.
 */

#define STEP_ROOM 80 /* actions of nearly every step; more is asked for where more may come */

int station_new(const struct station_options *options, struct station **ret)
{
	struct station *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return -ENOMEM;
	s->plan = options->plan;
	s->clock = options->clock;
	s->pretended = options->pretended;
	s->now_us = options->now_us;
	s->trusted_from_us = options->now_us;
	s->was_known = clock_state_known(options->clock);
	s->log_empty = true;
	s->cursor_us = options->now_us;
	s->next_row = options->first_row > 0 ? options->first_row : 1;
	s->next_token = 1;
	rc = airtime_new(&s->plan->airtime, &s->plan->zone, &s->airtime);
	if (rc == 0)
		rc = station_reserve(s, 16);
	if (rc < 0) {
		station_free(s);
		return rc;
	}
	*ret = s;
	return 0;
}

struct station *station_free(struct station *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->n_airings; i++)
		airing_free(s->airings[i]);
	for (size_t i = 0; i < s->n_dead; i++)
		airing_free(s->dead[i]);
	schedule_free(s->walk);
	schedule_free(s->peek);
	airtime_free(s->airtime);
	free(s->actions);
	free(s->logs);
	free(s);
	return NULL;
}

int station_reserve(struct station *s, size_t n)
{
	if (s->n_actions + n > s->room_actions) {
		size_t room = (s->n_actions + n) * 2;
		struct station_action *actions = realloc(s->actions, room * sizeof(*actions));

		if (!actions)
			return -ENOMEM;
		s->actions = actions;
		s->room_actions = room;
	}
	if (s->n_logs + n > s->room_logs) {
		size_t room = (s->n_logs + n) * 2;
		struct asrun_event *logs = realloc(s->logs, room * sizeof(*logs));

		if (!logs)
			return -ENOMEM;
		s->logs = logs;
		s->room_logs = room;
	}
	return 0;
}

/* Space was reserved before; running out of it is our bug, and the action is then the last one. */
struct station_action *station_act(struct station *s, enum station_action_kind kind)
{
	struct station_action *action;

	if (s->n_actions == s->room_actions && station_reserve(s, 1) < 0)
		s->n_actions--;
	action = &s->actions[s->n_actions++];
	memset(action, 0, sizeof(*action));
	action->kind = kind;
	return action;
}

/* The action's pointer is set when the step ends: the array of events may still move. */
struct asrun_event *station_log(struct station *s, enum asrun_kind kind)
{
	struct asrun_event *event;

	station_act(s, ACTION_LOG); /* first: where it asks for space, the events move */
	if (s->n_logs == s->room_logs && station_reserve(s, 1) < 0)
		s->n_logs--;
	event = &s->logs[s->n_logs++];
	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->mode = s->pretended ? ASRUN_PRETENDED : ASRUN_REAL;
	event->time_us = s->now_us;
	event->clock = s->clock;
	return event;
}

static void forget_last_step(struct station *s)
{
	for (size_t i = 0; i < s->n_dead; i++)
		airing_free(s->dead[i]);
	s->n_dead = 0;
	s->n_actions = 0;
	s->n_logs = 0;
}

/* Events by hand made in this step carry the cursor as it is at its end. */
static void finish_actions(struct station *s)
{
	int64_t accounted = station_accounted(s);
	size_t log = 0;

	for (size_t i = 0; i < s->n_actions; i++) {
		if (s->actions[i].kind != ACTION_LOG)
			continue;
		s->logs[log].accounted_us = accounted;
		s->actions[i].log = &s->logs[log++];
	}
}

static void note_time(struct station *s, const struct station_event *event)
{
	bool jumped = event->kind == EVENT_CLOCK && event->clock.jumped;

	if (!jumped && event->now_us > s->now_us)
		s->elapsed_us += event->now_us - s->now_us;
	s->now_us = event->now_us;
	s->trusted_from_us = s->now_us - s->elapsed_us;
}

/* What is being timed goes on by the new clock, so that a step neither shortens nor stretches it. */
static void shift_times(struct station *s, int64_t step_us)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (s->orders[i].token)
			s->orders[i].begin_us += step_us;
	relay_shift(&s->relay, step_us);
	for (size_t i = 0; i < s->n_airings; i++) {
		if (s->airings[i]->off_air_us)
			s->airings[i]->off_air_us += step_us;
		if (s->airings[i]->opened_us)
			s->airings[i]->opened_us += step_us;
	}
}

/* What was ready to begin and is past now: the step is why, if it is late or too late. */
static void note_jumped_over(struct station *s, int64_t step_us)
{
	for (size_t i = 0; s->was_known && i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (!a->by_hand && a->state <= AIRING_OPENED && a->planned_us <= s->now_us &&
		    a->planned_us > s->now_us - step_us)
			a->blocker = REASON_CLOCK_JUMPED;
	}
}

static void clock_changed(struct station *s, const struct station_event *event)
{
	s->clock = event->clock.state;
	if (event->clock.jumped) {
		station_take_as_begun(s, s->now_us - event->clock.step_us + STATION_NEAR_US);
		shift_times(s, event->clock.step_us);
		station_recall_all(s);
		note_jumped_over(s, event->clock.step_us);
		s->just_jumped = s->was_known;
	}
}

static int plan_changed(struct station *s, const struct plan *plan)
{
	bool near = s->cursor_us <= s->now_us + STATION_LEAD_US;
	int64_t cursor_us = s->cursor_us;
	int rc;

	/* What is due after now is the new plan's at once; but never behind a cursor that lies
	 * ahead because the clock went back, and never past what is held for the clock. */
	if (clock_state_known(s->clock) && s->looked_back && near && cursor_us > s->now_us)
		cursor_us = s->now_us;
	rc = station_rewalk(s, plan, cursor_us);
	if (rc < 0)
		return rc;
	s->cursor_us = cursor_us;
	s->peek = schedule_free(s->peek);
	airtime_set_rules(s->airtime, &plan->airtime, &plan->zone);
	return STATION_OK;
}

static void logged(struct station *s, int64_t row)
{
	for (size_t i = 0; i < s->n_airings; i++)
		if (s->airings[i]->row == row)
			s->airings[i]->durable = true;
}

static int take_in(struct station *s, const struct station_event *event)
{
	switch (event->kind) {
	case EVENT_TICK:
		return STATION_OK;
	case EVENT_CLOCK:
		clock_changed(s, event);
		return STATION_OK;
	case EVENT_PLAN:
		return plan_changed(s, event->plan);
	case EVENT_LOGGED:
		logged(s, event->row);
		return STATION_OK;
	case EVENT_STARTED:
		station_started(s, event);
		return STATION_OK;
	case EVENT_FINISHED:
		station_finished(s, event);
		return STATION_OK;
	case EVENT_DEVICE_LOST:
		s->device_lost = true;
		return STATION_OK;
	case EVENT_DEVICE_BACK:
		s->device_lost = false;
		return STATION_OK;
	case EVENT_PLAY:
	case EVENT_STOP:
	case EVENT_PAUSE:
	case EVENT_SKIP:
		return station_hand(s, event);
	}
	return STATION_OK;
}

static int advance(struct station *s)
{
	int rc = s->unmatched ? station_rematch(s) : 0;

	if (rc == 0 && clock_state_known(s->clock)) {
		rc = station_take_due(s);
		s->was_known = true;
		s->just_jumped = false;
	}
	station_arbitrate(s);
	station_close_finished(s);
	station_switch_relay(s);
	return rc;
}

int station_step(struct station *s, const struct station_event *event,
		 const struct station_action **ret_actions, size_t *ret_n)
{
	int answer, rc;

	forget_last_step(s);
	rc = station_reserve(s, STEP_ROOM);
	if (rc < 0)
		return rc;
	note_time(s, event);
	rc = s->walk ? 0 : station_restored(s);
	if (rc < 0)
		return rc;
	answer = take_in(s, event);
	rc = advance(s);
	finish_actions(s);
	*ret_actions = s->actions;
	*ret_n = s->n_actions;
	return answer < 0 ? answer : rc < 0 ? rc : answer;
}

const struct plan *station_plan(const struct station *s)
{
	return s->plan;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The earliest instant after now at which time alone changes something for this airing. */
static int64_t airing_deadline(const struct station *s, const struct airing *a)
{
	const int64_t points[] = {
		a->state == AIRING_TAKEN ? a->planned_us - STATION_OPEN_US : 0,
		a->state == AIRING_OPENED ? a->planned_us - STATION_ORDER_US : 0,
		a->state <= AIRING_OPENED ? a->planned_us : 0,
		a->opened_us && !a->durable ? a->opened_us + STATION_DURABLE_US : 0,
		a->state <= AIRING_OPENED ? a->planned_us + a->late_us + 1 : 0,
		a->state == AIRING_SUSPENDED ? a->off_air_us + a->late_us + 1 : 0,
	};
	int64_t best = CIVIL_NEVER;

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		if (points[i] > s->now_us)
			best = earlier(best, points[i]);
	return best;
}

int64_t station_deadline(const struct station *s)
{
	int64_t best = CIVIL_NEVER;
	struct occurrence next;

	if (!s->walk)
		return s->now_us;
	for (size_t i = 0; i < s->n_airings; i++)
		best = earlier(best, airing_deadline(s, s->airings[i]));
	if (clock_state_known(s->clock) && schedule_peek(s->walk, &next) == 0)
		best = earlier(best, next.at_us - STATION_LEAD_US);
	return earlier(best, station_relay_deadline(s));
}

static void status_of_sound(const struct station *s, struct station_status *ret)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (!order->token || !order->started)
			continue;
		ret->on_air = true;
		ret->row = order->airing->row;
		ret->campaign = order->airing->campaign;
		ret->broadcast = order->airing->broadcast;
		ret->class = order->airing->class;
		ret->trigger = order->airing->trigger;
		ret->clip = order->airing->items[order->item].clip;
		ret->position = (unsigned)order->item;
		ret->n_items = (unsigned)order->airing->n_items;
		ret->planned_us = order->airing->planned_us;
		ret->started_us = order->airing->started_us;
		ret->clip_started_us = order->begin_us;
		ret->clip_length_us = order->airing->items[order->item].length_us;
	}
}

void station_status(const struct station *s, struct station_status *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->campaign = ret->broadcast = ret->clip = "";
	status_of_sound(s, ret);
	ret->between_items = !ret->on_air && station_sounds(s);
	for (size_t i = 0; i < s->n_airings; i++) {
		const struct airing *a = s->airings[i];

		if (a->state == AIRING_SUSPENDED)
			ret->n_suspended++;
		else if (a->state <= AIRING_OPENED && a->planned_us <= s->now_us)
			ret->n_waiting++;
	}
	ret->device_lost = s->device_lost;
	ret->paused_until_us = s->paused_until_us > s->now_us ? s->paused_until_us : 0;
	ret->accounted_us = station_accounted(s);
}

bool station_has_row(const struct station *s, int64_t row)
{
	for (size_t i = 0; i < s->n_airings; i++)
		if (row > 0 && s->airings[i]->row == row && !s->airings[i]->closing)
			return true;
	return false;
}

struct airtime_use station_airtime(const struct station *s, int64_t at_us)
{
	return airtime_use_at(s->airtime, at_us);
}

int station_next(struct station *s, struct occurrence *ret)
{
	return s->walk ? station_next_skippable(s, ret) : -ENOENT;
}
