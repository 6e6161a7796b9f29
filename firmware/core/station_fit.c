/* SPDX-License-Identifier: MIT */
#include "station_internal.h"

/* The gate asked for one airing. Changes nothing. */

/* Ordered but not charged yet: the clip on air whole, what is queued, and their gaps. */
static int64_t booked_us(const struct station *s)
{
	int64_t booked = 0;

	for (size_t i = 0; i < STATION_ORDERS; i++) {
		const struct order *order = &s->orders[i];

		if (order->token && (order->started || !order->given_up))
			booked +=
				order->airing->items[order->item].length_us + order->airing->gap_us;
	}
	return booked;
}

static enum asrun_reason reason_of(enum airtime_verdict verdict)
{
	switch (verdict) {
	case AIRTIME_OK:
		return REASON_NONE;
	case AIRTIME_OUTSIDE:
		return REASON_OUTSIDE_AIRTIME;
	case AIRTIME_ENDS_OUTSIDE:
		return REASON_ENDS_OUTSIDE;
	case AIRTIME_SESSION_FULL:
		return REASON_SESSION_FULL;
	case AIRTIME_DAY_FULL:
		return REASON_DAY_FULL;
	}
	return REASON_OUTSIDE_AIRTIME;
}

static enum asrun_reason ask(const struct station *s, const struct airing *airing, size_t item,
			     int64_t begin_us, struct permit *ret)
{
	struct airtime_request request = {
		.start_us = begin_us,
		.length_us = airing->items[item].length_us,
		.booked_us = booked_us(s),
		.emergency = airing->class == CLASS_EMERGENCY,
		.clock_unknown = !clock_state_known(s->clock),
	};

	return reason_of(airtime_permit(s->airtime, &request, ret));
}

size_t station_fit(const struct station *s, const struct airing *airing, size_t from,
		   int64_t begin_us, struct permit *ret, enum asrun_reason *ret_why)
{
	*ret_why = from < airing->n_items ? REASON_NONE : REASON_EXPIRED;
	for (size_t i = from; i < airing->n_items; i++) {
		enum asrun_reason why = airing->items[i].unfit;

		if (why == REASON_NONE)
			why = ask(s, airing, i, begin_us, ret);
		if (why == REASON_NONE)
			return i;
		if (*ret_why == REASON_NONE)
			*ret_why = why;
	}
	return airing->n_items;
}
