/* SPDX-License-Identifier: MIT */
#include "station_internal.h"

/* The amplifier: what sounds, and when something will next. The rule itself is in relay.c. */

/* Its row is open, nothing of it is with the player yet, and nothing known keeps it from beginning. */
static bool will_begin(const struct station *s, const struct airing *a)
{
	return a->state == AIRING_OPENED && a->orders == 0 && !a->closing && !s->device_lost &&
	       !station_holds(s, a) && !station_paused(s, a);
}

static int64_t next_sound(const struct station *s)
{
	int64_t next_us = CIVIL_NEVER;

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (order->token && !order->given_up && !order->started &&
		    order->begin_us < next_us)
			next_us = order->begin_us;
	}
	for (size_t i = 0; i < s->n_airings; i++)
		if (will_begin(s, s->airings[i]) && s->airings[i]->planned_us < next_us)
			next_us = s->airings[i]->planned_us;
	return next_us;
}

bool station_sounds(const struct station *s)
{
	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (order->token &&
		    (order->started || (!order->given_up && airing_begun(order->airing))))
			return true;
	}
	return false;
}

void station_switch_relay(struct station *s)
{
	if (!s->relay.rules.present && !s->relay.on)
		return;
	if (relay_step(&s->relay, station_sounds(s), next_sound(s), s->now_us))
		station_act(s, ACTION_RELAY)->on = s->relay.on;
}

int64_t station_relay_deadline(const struct station *s)
{
	if (!s->relay.rules.present)
		return CIVIL_NEVER;
	return relay_deadline(&s->relay, next_sound(s), s->now_us);
}

void station_begin(struct station *s, struct airing *airing, int64_t wanted_us)
{
	int64_t begin_us = relay_ready(&s->relay, wanted_us, s->now_us);

	if (airing->by_hand && !airing_begun(airing))
		airing->amplifier_us = begin_us - wanted_us;
	station_order_next(s, airing, begin_us, begin_us > s->now_us);
}

void station_set_relay(struct station *s, const struct relay_rules *rules)
{
	s->relay.rules = *rules;
}
