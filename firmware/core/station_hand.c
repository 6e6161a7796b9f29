/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rotation.h"
#include "station_internal.h"

/* play, stop, pause, skip: what people do. All of it is logged with who and why. */

#define TURN_SEARCH 4096 /* occurrences looked through for a broadcast's next turn */

static void copy_person(struct airing *airing, const struct station_event *event)
{
	station_copy(airing->who, sizeof(airing->who), event->play.who ? event->play.who : "");
	station_copy(airing->why, sizeof(airing->why), event->play.why ? event->play.why : "");
}

static int32_t today(const struct station *s)
{
	return zone_to_civil(&s->plan->zone, s->now_us / CIVIL_US).day;
}

static int clips_by_name(struct station *s, const struct station_event *event, struct airing *a)
{
	size_t clips[LIMIT_ITEMS];
	size_t n = event->play.n_names;

	if (n == 0 || n > LIMIT_ITEMS)
		return STATION_NO_SUCH;
	for (size_t i = 0; i < n; i++) {
		const struct plan_clip *clip = plan_find_clip(s->plan, event->play.names[i]);

		if (!clip)
			return STATION_NO_SUCH;
		clips[i] = (size_t)(clip - s->plan->clips);
	}
	a->class = CLASS_PRIORITY;
	a->interrupt = INTERRUPT_NOW;
	a->resume = RESUME_CLIP;
	a->late_us = STATION_MANUAL_LATE_US;
	a->volume_db = event->play.volume_db;
	return airing_set_items(a, s->plan, clips, n, today(s));
}

/* A broadcast outside its campaign: every playlist gives its first turn. */
static int first_turn(struct station *s, size_t campaign, size_t broadcast, struct airing *a)
{
	const struct plan_campaign *c = &s->plan->campaigns[campaign];
	const struct plan_broadcast *b = &c->broadcasts[broadcast];
	size_t clips[LIMIT_ITEMS];
	size_t n = 0;

	for (size_t i = 0; i < b->n_items && n < LIMIT_ITEMS; i++) {
		if (b->items[i].playlist)
			n += rotation_turn(s->plan, &c->playlists[b->items[i].index], 0, today(s),
					   0, &clips[n], LIMIT_ITEMS - n);
		else
			clips[n++] = b->items[i].index;
	}
	return airing_set_items(a, s->plan, clips, n, today(s));
}

/* By hand a broadcast airs the clips of its next turn, without using that turn up. */
static int next_turn(struct station *s, size_t campaign, size_t broadcast, struct airing *a)
{
	struct schedule *walk;
	struct occurrence next;
	int rc = schedule_new(s->plan, s->now_us, &walk);

	for (int i = 0; rc == 0 && i < TURN_SEARCH; i++) {
		rc = schedule_next(walk, &next);
		if (rc == 0 && next.campaign == campaign && next.broadcast == broadcast)
			break;
		if (rc == 0 && i == TURN_SEARCH - 1)
			rc = -ENOENT;
	}
	if (rc == 0)
		rc = airing_set_items(a, s->plan, next.clips, next.n_clips, today(s));
	else if (rc == -ENOENT)
		rc = first_turn(s, campaign, broadcast, a);
	schedule_free(walk);
	return rc;
}

static int broadcast_by_name(struct station *s, const char *name, struct airing *a)
{
	size_t campaign, broadcast;
	int rc = plan_find_broadcast(s->plan, name, &campaign, &broadcast);

	if (rc < 0)
		return rc == -ENOTUNIQ ? STATION_AMBIGUOUS : STATION_NO_SUCH;
	airing_set_policy(a, s->plan, campaign, broadcast);
	a->interrupt = INTERRUPT_NOW;
	return next_turn(s, campaign, broadcast, a);
}

static int what_to_play(struct station *s, const struct station_event *event, struct airing *a)
{
	int answer = clips_by_name(s, event, a);

	if (answer == STATION_NO_SUCH && event->play.n_names == 1)
		answer = broadcast_by_name(s, event->play.names[0], a);
	return answer;
}

static enum plan_class class_on_air(struct station *s)
{
	enum plan_class highest = CLASS_NORMAL;

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (order->token && order->started && !order->given_up &&
		    order->airing->class > highest)
			highest = order->airing->class;
	}
	return highest;
}

static int answer_of(enum asrun_reason reason)
{
	switch (reason) {
	case REASON_NONE:
		return STATION_OK;
	case REASON_BUSY:
		return STATION_BUSY;
	case REASON_DEVICE_LOST:
		return STATION_DEVICE_LOST;
	case REASON_SESSION_FULL:
	case REASON_DAY_FULL:
		return STATION_MINUTES_USED;
	case REASON_OUTSIDE_AIRTIME:
	case REASON_ENDS_OUTSIDE:
		return STATION_OUTSIDE_AIRTIME;
	case REASON_NOT_APPROVED:
		return STATION_NOT_APPROVED;
	case REASON_EXPIRED:
		return STATION_EXPIRED;
	default:
		return STATION_NO_RECORDING;
	}
}

static enum asrun_reason refusal(struct station *s, const struct airing *a)
{
	enum asrun_reason why;
	struct permit permit;

	if (class_on_air(s) > a->class)
		return REASON_BUSY;
	if (station_fit(s, a, 0, s->now_us, &permit, &why) == a->n_items)
		return why;
	return s->device_lost ? REASON_DEVICE_LOST : REASON_NONE;
}

static int play(struct station *s, const struct station_event *event)
{
	struct airing *a = calloc(1, sizeof(*a));
	enum asrun_reason why;
	int answer = a ? what_to_play(s, event, a) : -ENOMEM;

	if (answer == STATION_OK && s->n_airings >= LIMIT_WAITING - 8)
		answer = STATION_BUSY;
	if (answer != STATION_OK) {
		airing_free(a);
		return answer;
	}
	a->by_hand = true;
	a->planned_us = s->now_us;
	a->trigger = event->play.trigger;
	a->airtime_unknown = !clock_state_known(s->clock);
	copy_person(a, event);
	if (event->play.class_given)
		a->class = event->play.class;
	why = refusal(s, a);
	station_add(s, a);
	if (why == REASON_NONE)
		station_open_row(s, a);
	else
		station_close(s, a, why);
	return answer_of(why);
}

static bool stoppable(const struct station *s, const struct airing *a)
{
	return !a->closing && (airing_begun(a) || a->planned_us <= s->now_us);
}

static bool is_sounding(const struct station *s, const struct airing *a)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (s->orders[i].token && s->orders[i].airing == a && s->orders[i].started)
			return true;
	return false;
}

/*
 * Later occurrences are unaffected, also one that is held for its start in a moment. With a row,
 * that row alone: what the player has of others is given to it anew.
 */
static int stop(struct station *s, const struct station_event *event)
{
	bool any = false, drop = event->hand.row == 0;

	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (!stoppable(s, a) || (event->hand.row != 0 && a->row != event->hand.row))
			continue;
		if (is_sounding(s, a))
			drop = true;
		else if (!drop)
			station_recall(s, a);
		station_close(s, a, REASON_STOPPED);
		any = true;
	}
	if (!any)
		return STATION_NOTHING;
	station_note(s, "stop", event);
	if (drop)
		station_drop_queue(s);
	return STATION_OK;
}

static int pause(struct station *s, const struct station_event *event)
{
	s->paused_until_us = event->hand.until_us;
	station_note(s, event->hand.until_us > s->now_us ? "pause" : "unpause", event);
	return STATION_OK;
}

static int skip_unseen(struct station *s, const struct occurrence *next)
{
	struct airing *a = calloc(1, sizeof(*a));
	int rc;

	if (!a)
		return -ENOMEM;
	a->planned_us = next->at_us;
	a->trigger = TRIGGER_SCHEDULE;
	airing_set_policy(a, s->plan, next->campaign, next->broadcast);
	rc = airing_set_items(a, s->plan, next->clips, next->n_clips, next->local.day);
	if (rc < 0 || s->n_airings >= LIMIT_WAITING - 8) {
		airing_free(a);
		return rc < 0 ? rc : STATION_BUSY;
	}
	station_add(s, a);
	station_close(s, a, REASON_SKIPPED);
	return STATION_OK;
}

static int skip(struct station *s, const struct station_event *event)
{
	const struct plan_campaign *c;
	struct occurrence next;
	struct airing *a;
	int rc = station_next_skippable(s, &next);

	if (rc < 0)
		return rc == -ENOENT ? STATION_NOTHING : rc;
	station_note(s, "skip", event);
	c = &s->plan->campaigns[next.campaign];
	a = station_find_airing(s, c->name, c->broadcasts[next.broadcast].name, next.at_us);
	if (!a)
		return skip_unseen(s, &next);
	station_recall(s, a);
	station_close(s, a, REASON_SKIPPED);
	return STATION_OK;
}

int station_hand(struct station *s, const struct station_event *event)
{
	switch (event->kind) {
	case EVENT_PLAY:
		return play(s, event);
	case EVENT_STOP:
		return stop(s, event);
	case EVENT_PAUSE:
		return pause(s, event);
	default:
		return skip(s, event);
	}
}
