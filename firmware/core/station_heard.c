/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "station_internal.h"

/* Orders to the player, and what it answers. */

static struct order *order_of(struct station *s, uint64_t token)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (token && s->orders[i].token == token)
			return &s->orders[i];
	return NULL;
}

static struct order *free_order(struct station *s)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (!s->orders[i].token)
			return &s->orders[i];
	return NULL;
}

static void place_order(struct station *s, struct order *order, bool timed)
{
	struct airing *airing = order->airing;
	struct station_action *action = station_act(s, ACTION_PLAY);

	order->token = s->next_token++;
	order->timed = timed;
	airing->orders++;
	action->play.token = order->token;
	action->play.clip = airing->items[order->item].clip;
	action->play.permit = order->permit;
	action->play.start_us = timed ? order->begin_us : 0;
	action->play.gap_us = airing_begun(airing) ? airing->gap_us : 0;
	action->play.volume_db = airing->volume_db;
}

/*
 * Order the airing's next clip that fits, expected to sound from begin_us on. Where nothing fits
 * any more the airing is done, and is closed when what sounds of it is over.
 */
void station_order_next(struct station *s, struct airing *airing, int64_t begin_us, bool timed)
{
	struct order *order = free_order(s);
	struct permit permit;
	enum asrun_reason why;
	size_t fit;

	if (!order)
		return; /* eight given-up clips are still out; their FINISHED brings us back */
	fit = station_fit(s, airing, airing->next, begin_us, &permit, &why);
	if (airing->next < airing->n_items || airing->n_items == 0)
		airing_trouble(airing, why);
	airing->next = fit < airing->n_items ? fit + 1 : fit;
	if (fit == airing->n_items) {
		if (airing->orders == 0)
			station_close(s, airing, why);
		return;
	}
	memset(order, 0, sizeof(*order));
	order->airing = airing;
	order->item = fit;
	order->permit = permit;
	order->begin_us = begin_us;
	if (permit.unknown)
		airing->airtime_unknown = true;
	place_order(s, order, timed);
}

/* Minutes go to the window the permit was given in, also when the clock was stepped since. */
static void charge(struct station *s, const struct order *order, int64_t length_us)
{
	if (!order->permit.unknown)
		airtime_charge(s->airtime, order->permit.start_us, length_us);
}

/* Is this the last clip the player has that is not given up? Then it leads on to the next. */
static bool leads(const struct station *s, const struct order *order)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *other = &s->orders[i];

		if (other->token > order->token && !other->given_up)
			return false;
	}
	return true;
}

static int64_t sound_end(const struct order *order)
{
	return order->begin_us + order->airing->items[order->item].length_us;
}

static void begin(struct station *s, struct order *order)
{
	struct airing *airing = order->airing;

	if (airing_begun(airing) && airing->gap_us > 0)
		charge(s, order, airing->gap_us);
	order->started = true;
	order->shown_us = order->begin_us;
	if (!airing->started_us) {
		airing->started_us = order->begin_us;
		airing->not_durable = !airing->durable;
	}
	airing->state = AIRING_BEGUN;
}

/*
 * What was to begin by until_us is with the card already, or so near that it cannot be taken back
 * unheard: it began when it was due, and that the player says so is on its way.
 */
void station_take_as_begun(struct station *s, int64_t until_us)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		struct order *order = &s->orders[i];

		if (order->token && !order->started && !order->given_up &&
		    order->begin_us <= until_us)
			begin(s, order);
	}
}

void station_started(struct station *s, const struct station_event *event)
{
	struct order *order = order_of(s, event->started.token);
	struct airing *airing;

	if (!order)
		return;
	airing = order->airing;
	order->begin_us = event->started.at_us;
	order->error_us = order->timed ? event->started.error_us : 0;
	if (!order->started)
		begin(s, order);
	if (!order->given_up && !airing->closing && leads(s, order))
		station_order_next(s, airing, sound_end(order) + airing->gap_us, false);
}

static void count_sound(struct station *s, const struct order *order,
			const struct station_event *event)
{
	struct airing *airing = order->airing;
	int64_t length_us = 0;

	if (event->finished.rate_hz > 0)
		length_us = event->finished.frames * CIVIL_US / event->finished.rate_hz;
	station_log_item(s, order, event);
	charge(s, order, length_us);
	airing->ended_us = event->finished.ended_us;
	relay_heard(&s->relay, event->finished.ended_us);
	airing->audible += event->finished.audible;
}

static void go_back_to(struct airing *airing, size_t item)
{
	if (item < airing->next)
		airing->next = item;
}

/* All its samples left the card. Was anything of them to be heard? */
static void take_whole(struct airing *airing, size_t item, int64_t audible)
{
	airing->items[item].whole = audible > 0;
	airing->items[item].silent = audible == 0;
	if (audible == 0)
		airing_trouble(airing, REASON_SILENT);
}

static void take_end(const struct order *order, const struct station_event *event)
{
	struct airing *airing = order->airing;
	size_t resume = order->item;

	if (order->started && airing->resume == RESUME_NEXT)
		resume++;
	switch (event->finished.end) {
	case END_WHOLE:
		take_whole(airing, order->item, event->finished.audible);
		break;
	case END_CUT:
		go_back_to(airing, resume);
		break;
	case END_HARD_STOP:
		airing_trouble(airing, REASON_HARD_STOP);
		break;
	case END_DEVICE_LOST:
		airing_trouble(airing, REASON_DEVICE_LOST);
		airing->blocker = REASON_DEVICE_LOST;
		go_back_to(airing, resume);
		break;
	case END_UNPLAYABLE:
		airing_trouble(airing, REASON_UNPLAYABLE);
		break;
	}
}

/* What was taken back behind a clip that sounds on is asked for anew. */
static void lead_on(struct station *s, struct airing *airing)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (!order->token || order->airing != airing || !order->started)
			continue;
		if (!order->given_up && leads(s, order))
			station_order_next(s, airing, sound_end(order) + airing->gap_us, false);
		return;
	}
}

/* The player has nothing of the airing any more: is it over, off air, or still to begin? */
static void settle(struct station *s, struct airing *airing)
{
	if (airing->closing)
		return;
	if (airing->next >= airing->n_items) {
		station_close(s, airing, REASON_NONE);
	} else if (airing->state == AIRING_BEGUN) {
		airing->state = AIRING_SUSPENDED;
		airing->off_air_us = airing->ended_us ? airing->ended_us : s->now_us;
	}
}

void station_finished(struct station *s, const struct station_event *event)
{
	struct order *order = order_of(s, event->finished.token);
	struct airing *airing;
	bool cut;

	if (!order)
		return;
	airing = order->airing;
	if (event->finished.end == END_DEVICE_LOST)
		s->device_lost = true; /* DEVICE_LOST follows; order nothing in between */
	cut = order->started && event->finished.end != END_WHOLE;
	if (order->started || event->finished.frames > 0)
		count_sound(s, order, event);
	take_end(order, event);
	if (cut && event->finished.end == END_CUT)
		airing_trouble(airing, REASON_INTERRUPTED);
	if (cut && airing->resume == RESUME_NO && event->finished.end != END_HARD_STOP)
		station_close(s, airing, REASON_NONE);
	memset(order, 0, sizeof(*order));
	airing->orders--;
	if (airing->orders == 0)
		settle(s, airing);
	else if (!airing->closing)
		lead_on(s, airing);
}
