/* SPDX-License-Identifier: MIT */
#include "station_internal.h"

/*
 * Who may be on air.
 *
 * The airing of the newest order that is not given up is the committed one: it sounds, or will
 * when the clip on air is over. A better one takes over by its own 'interrupt': now (fade, drop
 * the queue), after the clip (take back what is queued behind it), or never (wait). Nothing
 * interrupts a higher class; of the same class only what is due later does, so that two
 * broadcasts of one minute follow each other. What is suspended or was kept waiting never
 * interrupts; it waits for silence, by class, then planned time, then config order.
 */

static bool ready(const struct station *s, const struct airing *a)
{
	if (a->closing || a->orders > 0 || station_holds(s, a) || s->device_lost)
		return false;
	if (a->state != AIRING_OPENED && a->state != AIRING_SUSPENDED)
		return false;
	if (!a->durable && s->now_us < a->opened_us + STATION_DURABLE_US)
		return false;
	return a->planned_us - (a->by_hand ? 0 : STATION_ORDER_US) <= s->now_us;
}

/* At that instant: what is due goes before what is not; then by class, planned time, config order. */
static bool better(int64_t at_us, const struct airing *a, const struct airing *b)
{
	bool a_due = a->planned_us <= at_us, b_due = b->planned_us <= at_us;

	if (a_due != b_due)
		return a_due;
	if (!a_due && a->planned_us != b->planned_us)
		return a->planned_us < b->planned_us;
	if (a->class != b->class)
		return a->class > b->class;
	if (a->planned_us != b->planned_us)
		return a->planned_us < b->planned_us;
	return a->rank < b->rank;
}

static struct airing *best_ready(const struct station *s)
{
	struct airing *best = NULL;

	for (size_t i = 0; i < s->n_airings; i++)
		if (ready(s, s->airings[i]) && (!best || better(s->now_us, s->airings[i], best)))
			best = s->airings[i];
	return best;
}

static int64_t end_of_sound(const struct station *s)
{
	int64_t end = s->now_us;

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (order->token && order->started && !order->given_up) {
			int64_t over_us =
				order->begin_us + order->airing->items[order->item].length_us;

			if (over_us > end)
				end = over_us;
		}
	}
	return end;
}

/*
 * What waits for the end of the clip is put behind it as soon as that end is known to come at or
 * after its time: taking back what is queued only then could come too late, since the card has
 * frames of the next clip before this one is over.
 */
static int64_t takes_over_at(const struct station *s, const struct airing *next)
{
	if (next->interrupt == INTERRUPT_AFTER_CLIP && station_is_sounding(s))
		return end_of_sound(s);
	return s->now_us;
}

/* What sounds, or is about to: by class, and of the same class only what is due later. */
static bool beats_begun(const struct airing *next, const struct airing *current)
{
	if (next->interrupt == INTERRUPT_NEVER || next->class < current->class)
		return false;
	if (next->interrupt == INTERRUPT_AFTER_CLIP && !airing_begun(current))
		return false; /* there is no clip on air to wait for yet */
	return next->class > current->class || next->planned_us > current->planned_us;
}

static const struct airing *sounding(const struct station *s)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (s->orders[i].token && s->orders[i].started && !s->orders[i].given_up)
			return s->orders[i].airing;
	return NULL;
}

/*
 * What is with the player but still waits, for its second or behind the clip on air. Its place is
 * lost only to what comes before it in a strict order, or two of them would displace each other
 * for ever.
 */
static bool beats_waiting(const struct station *s, const struct airing *next,
			  const struct airing *current)
{
	const struct airing *on_air = sounding(s);

	/* It is due, and waits for the amplifier alone. */
	if (!on_air && current->planned_us <= s->now_us)
		return beats_begun(next, current);
	if (!on_air || next->interrupt == INTERRUPT_NOW)
		return next->planned_us <= s->now_us && next->class >= current->class &&
		       (!on_air || beats_begun(next, on_air));
	if (next->interrupt == INTERRUPT_NEVER || next->class < current->class)
		return false;
	if (next->class > current->class || next->planned_us != current->planned_us)
		return next->class > current->class || next->planned_us < current->planned_us;
	return next->rank < current->rank;
}

/* May 'next' take over from what is committed, and is it due then? */
static bool beats(struct station *s, const struct airing *next, const struct airing *current)
{
	const struct order *newest = station_newest_order(s);

	if (next->planned_us > takes_over_at(s, next) || next->state != AIRING_OPENED)
		return false;
	if (!airing_begun(current) && newest->begin_us > s->now_us)
		return beats_waiting(s, next, current);
	return beats_begun(next, current);
}

static struct airing *best_beating(struct station *s, const struct airing *current)
{
	struct airing *best = NULL;

	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (a != current && ready(s, a) && beats(s, a, current) &&
		    (!best || better(s->now_us, a, best)))
			best = a;
	}
	return best;
}

/* Finish the clip on air, then go first: what is queued behind it is taken back. */
static void take_over_after_clip(struct station *s, struct airing *next)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		struct order *order = &s->orders[i];

		if (!order->token || order->started || order->given_up)
			continue;
		order->given_up = true;
		station_act(s, ACTION_CANCEL)->token = order->token;
	}
	next->blocker = REASON_BUSY;
	station_order_next(s, next, end_of_sound(s), false);
}

static void take_over(struct station *s, struct airing *next)
{
	if (next->interrupt == INTERRUPT_AFTER_CLIP && station_is_sounding(s)) {
		take_over_after_clip(s, next);
		return;
	}
	station_drop_queue(s);
	station_begin(s, next, s->now_us);
}

/*
 * The last clip of what is on air sounds, and something waits for its end: it follows in the same
 * stream. Ordered only when the end is there, it would begin a buffer later.
 */
static struct airing *best_behind(struct station *s, const struct airing *current)
{
	const struct order *newest = station_newest_order(s);
	int64_t end_us = end_of_sound(s);
	struct airing *best = NULL;

	if (!newest->started || current->next < current->n_items)
		return NULL;
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (a != current && ready(s, a) && a->planned_us <= end_us &&
		    end_us <= airing_last_chance_us(a) && (!best || better(end_us, a, best)))
			best = a;
	}
	return best;
}

static bool follow(struct station *s, const struct airing *current)
{
	struct airing *next = best_behind(s, current);

	if (!next)
		return false;
	if (next->state == AIRING_OPENED && next->planned_us < end_of_sound(s))
		next->blocker = REASON_BUSY;
	station_order_next(s, next, end_of_sound(s), false);
	return true;
}

/* One decision; true if another look may find more. */
bool station_decide(struct station *s)
{
	struct airing *current = station_on_air(s);
	struct airing *next = current ? best_beating(s, current) : best_ready(s);

	if (!next)
		return current && follow(s, current);
	if (current)
		take_over(s, next);
	else
		station_begin(s, next, next->planned_us > s->now_us ? next->planned_us : s->now_us);
	return true;
}
