/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station_internal.h"

/*
 * After a restart the log tells what was on air. Events come oldest first. A row that is open when
 * all have come is one that the power or the service left behind: it resumes like anything that
 * was interrupted, or is closed. When it went off air is not known exactly; the latest moment the
 * log proves is taken, so that nothing resumes that was off air longer than its 'late'.
 */

static struct airing *find_row(struct station *s, int64_t row)
{
	for (size_t i = 0; i < s->n_airings; i++)
		if (s->airings[i]->row == row)
			return s->airings[i];
	return NULL;
}

static size_t count_names(const char *names)
{
	size_t n = 0;

	for (const char *p = names; *p; p += strcspn(p, " "), p += strspn(p, " "))
		n++;
	return n;
}

static void item_of_name(struct airing_item *item, const struct plan *plan, const char *name,
			 size_t length, int32_t day)
{
	const struct plan_clip *clip;

	if (length >= sizeof(item->clip))
		length = sizeof(item->clip) - 1;
	memcpy(item->clip, name, length);
	clip = plan_find_clip(plan, item->clip);
	if (clip)
		airing_item_set(item, clip, day);
	else
		item->unfit = REASON_NO_RECORDING;
}

static int items_of_names(struct airing *a, const struct plan *plan, const char *names, int32_t day)
{
	size_t n = count_names(names), i = 0;

	a->items = calloc(n ? n : 1, sizeof(*a->items));
	if (!a->items)
		return -ENOMEM;
	a->n_items = n;
	for (const char *p = names; *p; p += strspn(p, " ")) {
		size_t length = strcspn(p, " ");

		item_of_name(&a->items[i++], plan, p, length, day);
		p += length;
	}
	return airing_join_names(a);
}

static void policy_of_event(struct airing *a, const struct plan *plan,
			    const struct asrun_event *event)
{
	char name[2 * LIMIT_NAME];
	size_t campaign, broadcast;

	a->late_us = STATION_MANUAL_LATE_US;
	a->interrupt = INTERRUPT_NOW;
	a->resume = RESUME_CLIP;
	snprintf(name, sizeof(name), "%s/%s", event->campaign, event->broadcast);
	if (event->broadcast[0] && plan_find_broadcast(plan, name, &campaign, &broadcast) == 0)
		airing_set_policy(a, plan, campaign, broadcast);
	station_copy(a->campaign, sizeof(a->campaign), event->campaign);
	station_copy(a->broadcast, sizeof(a->broadcast), event->broadcast);
	a->class = event->class;
}

static int restore_opened(struct station *s, const struct asrun_event *event)
{
	struct airing *a = calloc(1, sizeof(*a));
	int32_t day = zone_to_civil(&s->plan->zone, event->planned_us / CIVIL_US).day;

	if (!a || items_of_names(a, s->plan, event->items ? event->items : "", day) < 0 ||
	    s->n_airings >= LIMIT_WAITING - 8) {
		airing_free(a);
		return -ENOMEM;
	}
	policy_of_event(a, s->plan, event);
	a->state = AIRING_OPENED;
	a->row = event->row;
	a->by_hand = event->trigger != TRIGGER_SCHEDULE;
	a->planned_us = event->planned_us;
	a->trigger = event->trigger;
	a->opened_us = event->time_us;
	a->durable = true;
	a->airtime_unknown = event->airtime_unknown;
	a->blocker = REASON_OFF;
	station_copy(a->who, sizeof(a->who), event->who);
	station_copy(a->why, sizeof(a->why), event->why);
	return station_add(s, a);
}

static void restore_item(struct station *s, const struct asrun_event *event)
{
	struct airing *a = find_row(s, event->row);
	int64_t length_us = event->rate_hz ? event->frames * CIVIL_US / (int64_t)event->rate_hz : 0;

	airtime_charge(s->airtime, event->started_us, length_us);
	if (!a || event->position >= a->n_items)
		return;
	a->state = AIRING_SUSPENDED;
	if (!a->started_us)
		a->started_us = event->started_us;
	a->ended_us = a->off_air_us = event->ended_us;
	a->audible += event->audible;
	a->items[event->position].whole = event->whole && event->audible > 0;
	a->items[event->position].silent = event->whole && event->audible == 0;
	a->next = event->position + (event->whole || a->resume == RESUME_NEXT);
}

/*
 * A row left open is charged whole, since nobody knows how much of it sounded; what of it is aired
 * again after the restart is charged again.
 */
static void charge_whole(struct station *s, struct airing *a)
{
	int64_t left_us = 0;

	for (size_t i = 0; i < a->n_items; i++)
		if (!a->items[i].whole && !a->items[i].silent)
			left_us += a->items[i].length_us;
	a->charged_whole = true;
	airtime_charge(s->airtime, a->off_air_us ? a->off_air_us : a->planned_us, left_us);
}

static void restore_closed(struct station *s, const struct asrun_event *event)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		if (s->airings[i]->row != event->row)
			continue;
		if (event->reason == REASON_RESTARTED && !s->airings[i]->charged_whole)
			charge_whole(s, s->airings[i]);
		if (!s->airings[i]->by_hand)
			station_handle(s, s->airings[i]->campaign, s->airings[i]->broadcast,
				       s->airings[i]->planned_us);
		airing_free(s->airings[i]);
		s->airings[i] = s->airings[--s->n_airings];
		return;
	}
	if (event->planned_us && event->broadcast[0])
		station_handle(s, event->campaign, event->broadcast, event->planned_us);
}

/* Stopped by hand, and the power went before the fade was over: it stays stopped. */
static void restore_stop(struct station *s, const struct asrun_event *event)
{
	for (size_t i = 0; i < s->n_airings; i++)
		if (s->airings[i]->planned_us <= event->time_us)
			station_close(s, s->airings[i], REASON_STOPPED);
}

/* Every start of the service that finds a row open was a crash of the one before. */
static void restore_note(struct station *s, const struct asrun_event *event)
{
	if (strcmp(event->what, "pause") == 0)
		s->paused_until_us = event->until_us;
	else if (strcmp(event->what, "unpause") == 0)
		s->paused_until_us = 0;
	else if (strcmp(event->what, "start") == 0)
		for (size_t i = 0; i < s->n_airings; i++)
			charge_whole(s, s->airings[i]);
	else if (strcmp(event->what, "stop") == 0)
		restore_stop(s, event);
}

int station_restore(struct station *s, const struct asrun_event *event)
{
	int rc = 0;

	if (event->row >= s->next_row)
		s->next_row = event->row + 1;
	if (event->accounted_us > 0) {
		s->cursor_us = event->accounted_us;
		s->log_empty = false;
		s->looked_back = true;
	}
	switch (event->kind) {
	case ASRUN_OPENED:
		rc = restore_opened(s, event);
		break;
	case ASRUN_ITEM:
		restore_item(s, event);
		break;
	case ASRUN_CLOSED:
		restore_closed(s, event);
		break;
	case ASRUN_NOTE:
		restore_note(s, event);
		break;
	}
	return rc;
}

/*
 * One whose time had come may have been on air in its first clip although no item says so; if it
 * may still begin it begins, else it is closed with the restart as the reason.
 */
static void take_up_open_row(struct station *s, struct airing *a)
{
	if (a->closing || (clock_state_known(s->clock) && a->planned_us > s->now_us))
		return;
	charge_whole(s, a);
	airing_trouble(a, REASON_RESTARTED);
	a->blocker = REASON_RESTARTED;
	if (airing_begun(a) && a->next >= a->n_items)
		station_close(s, a, REASON_NONE);
	else if (airing_begun(a) && a->resume == RESUME_NO)
		station_close(s, a, REASON_RESTARTED);
}

/* Once, before the first step: all events have come. -ENOMEM: it is still to be done. */
int station_restored(struct station *s)
{
	int rc = station_rewalk(s, s->plan, s->cursor_us);

	if (rc < 0)
		return rc;
	station_rematch(s); /* what it finds no memory for is done before anything begins */
	for (size_t i = 0; i < s->n_airings; i++)
		take_up_open_row(s, s->airings[i]);
	return 0;
}
