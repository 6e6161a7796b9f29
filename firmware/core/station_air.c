/* SPDX-License-Identifier: MIT */
#include "station_internal.h"

bool station_is_sounding(const struct station *s)
{
	for (size_t i = 0; i < STATION_ORDERS; i++)
		if (s->orders[i].token && s->orders[i].started)
			return true;
	return false;
}

struct order *station_newest_order(struct station *s)
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
	struct order *newest = station_newest_order(s);

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
bool station_paused(const struct station *s, const struct airing *airing)
{
	return !airing->by_hand && s->now_us < s->paused_until_us;
}

bool station_holds(const struct station *s, const struct airing *airing)
{
	return !airing->by_hand && !clock_state_known(s->clock);
}

/* The last instant at which it may begin, or go on. */
int64_t airing_last_chance_us(const struct airing *airing)
{
	return airing->late_us +
	       (airing->state == AIRING_SUSPENDED ? airing->off_air_us : airing->planned_us);
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
		    order->begin_us <= airing_last_chance_us(airing))
			return true;
	}
	return false;
}

static enum asrun_reason over(const struct station *s, const struct airing *airing)
{
	if (airing->state == AIRING_SUSPENDED) {
		if (station_paused(s, airing))
			return REASON_PAUSED;
		if (s->now_us <= airing_last_chance_us(airing) || begins_in_time(s, airing))
			return REASON_NONE;
		return REASON_INTERRUPTED;
	}
	if (airing_begun(airing) || airing->planned_us > s->now_us)
		return REASON_NONE;
	if (station_paused(s, airing))
		return REASON_PAUSED;
	if (s->now_us <= airing_last_chance_us(airing) || begins_in_time(s, airing))
		return REASON_NONE;
	if (airing->blocker == REASON_NONE && s->device_lost)
		return REASON_DEVICE_LOST;
	return airing->blocker != REASON_NONE ? airing->blocker : REASON_BUSY;
}

static void close_what_is_over(struct station *s)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *airing = s->airings[i];
		enum asrun_reason why;

		if (airing->closing || station_holds(s, airing))
			continue;
		why = over(s, airing);
		if (why == REASON_NONE)
			continue;
		station_recall(s, airing);
		station_close(s, airing, why);
	}
}

/*
 * Rows are opened ahead of T, for what the gate will let begin; the rest is closed at T. The gate's
 * answer goes before lateness: with late = "0s" the timer that wakes us is late already.
 */
static void open_rows(struct station *s)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];
		bool too_late = s->now_us > airing_last_chance_us(a);
		int64_t begin_us =
			a->planned_us > s->now_us || too_late ? a->planned_us : s->now_us;
		enum asrun_reason why;
		struct permit permit;

		if (a->state != AIRING_TAKEN || a->closing || station_holds(s, a) ||
		    a->planned_us - STATION_OPEN_US > s->now_us)
			continue;
		if (!a->by_hand && begin_us < s->paused_until_us)
			continue;
		if (station_fit(s, a, 0, begin_us, &permit, &why) == a->n_items) {
			if (a->planned_us <= s->now_us)
				station_close(s, a, why);
		} else if (!too_late) {
			station_open_row(s, a);
		}
	}
}

static void note_blockers(struct station *s)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (a->state > AIRING_OPENED || a->planned_us > s->now_us || a->orders > 0)
			continue;
		if (s->device_lost)
			a->blocker = REASON_DEVICE_LOST;
		else if (station_holds(s, a))
			a->blocker = REASON_CLOCK;
		else if (station_on_air(s))
			a->blocker = REASON_BUSY;
	}
}

void station_arbitrate(struct station *s)
{
	open_rows(s);
	close_what_is_over(s);
	for (size_t i = 0; i < LIMIT_WAITING && station_decide(s); i++)
		;
	note_blockers(s);
}
