/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "station_internal.h"

/* Airings and what the log says of them. */

struct airing *airing_free(struct airing *airing)
{
	if (!airing)
		return NULL;
	free(airing->items);
	free(airing->names);
	free(airing);
	return NULL;
}

int station_add(struct station *s, struct airing *airing)
{
	if (s->n_airings == LIMIT_WAITING)
		return -ENOBUFS;
	s->airings[s->n_airings++] = airing;
	return 0;
}

void airing_trouble(struct airing *airing, enum asrun_reason reason)
{
	if (airing->trouble == REASON_NONE)
		airing->trouble = reason;
}

/*
 * Every occurrence up to here has its row. One that was taken but has no row yet holds the mark
 * back, so that after a crash it is taken again. 0 while nobody knows: an empty log and a clock
 * that was never trusted.
 */
int64_t station_accounted(const struct station *s)
{
	int64_t accounted = s->cursor_us;

	if (!s->looked_back)
		return 0;
	for (size_t i = 0; i < s->n_airings; i++) {
		const struct airing *a = s->airings[i];

		if (!a->by_hand && a->row == 0 && a->planned_us - 1 < accounted)
			accounted = a->planned_us - 1;
	}
	return accounted;
}

static void log_identity(struct asrun_event *event, const struct airing *airing)
{
	event->planned_us = airing->planned_us;
	station_copy(event->campaign, sizeof(event->campaign), airing->campaign);
	station_copy(event->broadcast, sizeof(event->broadcast), airing->broadcast);
	station_copy(event->who, sizeof(event->who), airing->who);
	station_copy(event->why, sizeof(event->why), airing->why);
	event->trigger = airing->trigger;
	event->class = airing->class;
	event->items = airing->names;
	event->airtime_unknown = airing->airtime_unknown;
}

void station_open_row(struct station *s, struct airing *airing)
{
	struct asrun_event *event = station_log(s, ASRUN_OPENED);

	airing->row = s->next_row++;
	airing->opened_us = s->now_us;
	airing->state = AIRING_OPENED;
	event->row = airing->row;
	log_identity(event, airing);
}

void station_log_item(struct station *s, const struct order *order,
		      const struct station_event *finished)
{
	const struct airing_item *item = &order->airing->items[order->item];
	struct asrun_event *event = station_log(s, ASRUN_ITEM);

	event->row = order->airing->row;
	event->position = (unsigned)order->item;
	station_copy(event->clip, sizeof(event->clip), item->clip);
	memcpy(event->sha256, item->sha256, sizeof(event->sha256));
	event->started_us = order->shown_us;
	event->ended_us = finished->finished.ended_us;
	event->frames = finished->finished.frames;
	event->audible = finished->finished.audible;
	event->rate_hz = finished->finished.rate_hz;
	event->xruns = finished->finished.xruns;
	event->rms_cdbfs = finished->finished.rms_cdbfs;
	event->silence_ms = finished->finished.silence_ms;
	event->whole = finished->finished.end == END_WHOLE;
	event->start_error_us = order->error_us;
}

static enum asrun_outcome outcome_of_silence(enum asrun_reason reason)
{
	switch (reason) {
	case REASON_OFF:
	case REASON_BUSY:
	case REASON_DEVICE_LOST:
	case REASON_CLOCK:
	case REASON_CLOCK_JUMPED:
		return OUTCOME_MISSED;
	case REASON_OUTSIDE_AIRTIME:
	case REASON_ENDS_OUTSIDE:
	case REASON_SESSION_FULL:
	case REASON_DAY_FULL:
	case REASON_PAUSED:
	case REASON_SKIPPED:
	case REASON_NOT_APPROVED:
	case REASON_STOPPED:
	case REASON_REMOVED:
		return OUTCOME_REFUSED;
	default:
		return OUTCOME_FAILED;
	}
}

/*
 * Precedence: failed (nothing audible), partial (some items), late, played. A clip that was played
 * to its end without an audible frame counts as one that was not aired; where nothing else is
 * missing, that is the reason, whatever trouble there was that passed.
 */
enum asrun_outcome airing_outcome(const struct airing *airing, enum asrun_reason *ret_reason)
{
	size_t n_whole = 0, n_silent = 0;

	for (size_t i = 0; i < airing->n_items; i++) {
		n_whole += airing->items[i].whole;
		n_silent += airing->items[i].silent;
	}
	*ret_reason = airing->trouble;
	if (n_silent > 0 && n_whole + n_silent == airing->n_items)
		*ret_reason = REASON_SILENT;
	if (!airing->started_us) {
		enum asrun_outcome outcome = outcome_of_silence(airing->trouble);

		/* a play by hand that something higher kept off was refused, not missed */
		if (airing->by_hand && airing->trouble == REASON_BUSY)
			outcome = OUTCOME_REFUSED;
		return outcome;
	}
	if (airing->audible == 0) {
		if (airing->trouble == REASON_NONE)
			*ret_reason = REASON_SILENT;
		return OUTCOME_FAILED;
	}
	if (n_whole < airing->n_items)
		return OUTCOME_PARTIAL;
	if (airing->started_us - airing->planned_us - airing->amplifier_us > STATION_LATE_US) {
		*ret_reason = airing->blocker;
		return OUTCOME_LATE;
	}
	*ret_reason = REASON_NONE;
	return OUTCOME_PLAYED;
}

static void log_closed(struct station *s, struct airing *airing)
{
	struct asrun_event *event = station_log(s, ASRUN_CLOSED);

	if (airing->row == 0) {
		airing->row = s->next_row++;
		log_identity(event, airing);
	}
	event->row = airing->row;
	event->outcome = airing_outcome(airing, &event->reason);
	event->started_us = airing->started_us;
	event->ended_us = airing->ended_us;
	event->not_durable = airing->not_durable;
}

static void unlist(struct station *s, struct airing *airing)
{
	size_t i = 0;

	while (s->airings[i] != airing)
		i++;
	memmove(&s->airings[i], &s->airings[i + 1], (s->n_airings - i - 1) * sizeof(s->airings[0]));
	s->n_airings--;
	s->dead[s->n_dead++] = airing; /* the log of this step still borrows from it */
}

void station_drop(struct station *s, struct airing *airing)
{
	if (s->n_dead < LIMIT_WAITING)
		unlist(s, airing);
}

/* What is closed near or ahead of the cursor must not be taken from a new plan's walk again. */
static void bury(struct station *s, struct airing *airing)
{
	if (!airing->by_hand && airing->planned_us > s->now_us - 2 * STATION_LEAD_US)
		station_handle(s, airing->campaign, airing->broadcast, airing->planned_us);
	unlist(s, airing);
}

void station_close(struct station *s, struct airing *airing, enum asrun_reason why)
{
	(void)s;
	airing_trouble(airing, why);
	airing->closing = true;
}

void station_close_finished(struct station *s)
{
	for (size_t i = 0; i < s->n_airings;) {
		struct airing *airing = s->airings[i];

		if (airing->closing && airing->orders == 0 && s->n_dead < LIMIT_WAITING) {
			log_closed(s, airing);
			bury(s, airing);
		} else {
			i++;
		}
	}
}

void station_note(struct station *s, const char *what, const struct station_event *event)
{
	struct asrun_event *note = station_log(s, ASRUN_NOTE);

	station_copy(note->what, sizeof(note->what), what);
	station_copy(note->who, sizeof(note->who), event->hand.who ? event->hand.who : "");
	station_copy(note->why, sizeof(note->why), event->hand.why ? event->hand.why : "");
	note->until_us = event->hand.until_us;
}
