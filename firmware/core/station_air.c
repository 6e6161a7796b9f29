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

bool station_is_sounding(const struct station *s)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (s->orders[i].token && s->orders[i].started)
			return true;
	return false;
}

static struct order *newest_order(struct station *s)
{
	struct order *newest = NULL;

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		struct order *order = &s->orders[i];

		if (order->token && !order->given_up && (!newest || order->token > newest->token))
			newest = order;
	}
	return newest;
}

struct airing *station_on_air(struct station *s)
{
	struct order *newest = newest_order(s);

	return newest ? newest->airing : NULL;
}

void station_drop_queue(struct station *s)
{
	bool any = false;

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		if (!s->orders[i].token || s->orders[i].given_up)
			continue;
		s->orders[i].given_up = true;
		any = true;
	}
	if (any)
		station_act(s, ACTION_STOP)->fade_us = STATION_FADE_US;
}

/* Take back the clips of an airing that have not begun. Cancelling what is held for its start
 * could come too late, so with nothing on air the whole queue is dropped instead. */
void station_recall(struct station *s, struct airing *airing)
{
	bool sounding = station_is_sounding(s);

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		struct order *order = &s->orders[i];

		if (!order->token || order->airing != airing || order->started || order->given_up)
			continue;
		if (!sounding) {
			station_drop_queue(s);
			return;
		}
		order->given_up = true;
		station_act(s, ACTION_CANCEL)->token = order->token;
	}
}

/* After a step of the clock starts and permits given before it are void. */
void station_recall_all(struct station *s)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (s->orders[i].token && !s->orders[i].started)
			station_recall(s, s->orders[i].airing);
}

/* A paused schedule, and a clock that nobody trusts, hold what was not begun by hand. */
static bool paused(const struct station *s, const struct airing *airing)
{
	return !airing->by_hand && s->now_us < s->paused_until_us;
}

static bool held(const struct station *s, const struct airing *airing)
{
	return !airing->by_hand && !clock_state_known(s->clock);
}

/*
 * With the player, and expected to begin in time: STARTED is on its way. With late = "0s" the
 * deadline and the first sample fall together, and the deadline must not win.
 */
static bool begins_in_time(const struct station *s, const struct airing *airing)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (order->token && order->airing == airing && !order->given_up &&
		    order->begin_us <= airing->planned_us + airing->late_us)
			return true;
	}
	return false;
}

static enum asrun_reason over(const struct station *s, const struct airing *airing)
{
	if (airing->state == AIRING_SUSPENDED) {
		if (paused(s, airing))
			return REASON_PAUSED;
		return s->now_us > airing->off_air_us + airing->late_us ? REASON_INTERRUPTED
									: REASON_NONE;
	}
	if (airing_begun(airing) || airing->planned_us > s->now_us)
		return REASON_NONE;
	if (paused(s, airing))
		return REASON_PAUSED;
	if (s->now_us <= airing->planned_us + airing->late_us || begins_in_time(s, airing))
		return REASON_NONE;
	return airing->blocker != REASON_NONE ? airing->blocker : REASON_BUSY;
}

static void close_what_is_over(struct station *s)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *airing = s->airings[i];
		enum asrun_reason why;

		if (airing->closing || held(s, airing))
			continue;
		why = over(s, airing);
		if (why == REASON_NONE)
			continue;
		station_recall(s, airing);
		station_close(s, airing, why);
	}
}

/* Rows are opened ahead of T, for what the gate will let begin; the rest is closed at T. */
static void open_rows(struct station *s)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];
		int64_t begin_us = a->planned_us > s->now_us ? a->planned_us : s->now_us;
		enum asrun_reason why;
		struct permit permit;

		if (a->state != AIRING_TAKEN || a->closing || held(s, a) ||
		    a->planned_us - STATION_OPEN_US > s->now_us)
			continue;
		if (!a->by_hand && begin_us < s->paused_until_us)
			continue;
		if (station_fit(s, a, 0, begin_us, &permit, &why) < a->n_items)
			station_open_row(s, a);
		else if (a->planned_us <= s->now_us)
			station_close(s, a, why);
	}
}

static bool ready(const struct station *s, const struct airing *a)
{
	if (a->closing || a->orders > 0 || held(s, a) || s->device_lost)
		return false;
	if (a->state != AIRING_OPENED && a->state != AIRING_SUSPENDED)
		return false;
	if (!a->durable && s->now_us < a->opened_us + STATION_DURABLE_US)
		return false;
	return a->planned_us - (a->by_hand ? 0 : STATION_ORDER_US) <= s->now_us;
}

static bool better(const struct station *s, const struct airing *a, const struct airing *b)
{
	bool a_due = a->planned_us <= s->now_us, b_due = b->planned_us <= s->now_us;

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
		if (ready(s, s->airings[i]) && (!best || better(s, s->airings[i], best)))
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
	const struct order *newest = newest_order(s);

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
		    (!best || better(s, a, best)))
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
	station_order_next(s, next, s->now_us, false);
}

static void note_blockers(struct station *s)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (a->state > AIRING_OPENED || a->planned_us > s->now_us || a->orders > 0)
			continue;
		if (s->device_lost)
			a->blocker = REASON_DEVICE_LOST;
		else if (held(s, a))
			a->blocker = REASON_CLOCK;
		else if (station_on_air(s))
			a->blocker = REASON_BUSY;
	}
}

/* One decision; true if another look may find more. */
static bool decide(struct station *s)
{
	struct airing *current = station_on_air(s);
	struct airing *next = current ? best_beating(s, current) : best_ready(s);

	if (!next)
		return false;
	if (current)
		take_over(s, next);
	else
		station_order_next(s, next,
				   next->planned_us > s->now_us ? next->planned_us : s->now_us,
				   next->planned_us > s->now_us);
	return true;
}

void station_arbitrate(struct station *s)
{
	close_what_is_over(s);
	open_rows(s);
	for (size_t i = 0; i < LIMIT_WAITING && decide(s); i++)
		;
	note_blockers(s);
}
