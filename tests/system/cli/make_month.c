/* SPDX-License-Identifier: MIT */
/*
 * make_month STATE - the as-run log of June 2024 as a station would have left it, and what it counted itself of it on
 * standard output, "NAME NUMBER" a line: two broadcasts a day of a tune and a message, drawn outcomes, plays by hand,
 * and rows that must not count: pretended ones, a test tone, one of July.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define JUNE_US                                                                                    \
	(INT64_C(19874) * DAY_US + INT64_C(17) * 3600 * 1000000) /* 2024-06-01 00:00 +07:00 */
#define MORNING_US (INT64_C(20700) * 1000000)			 /* 05:45 */
#define EVENING_US (INT64_C(61200) * 1000000)			 /* 17:00 */
#define LATE_US	   (INT64_C(190) * 1000000)			 /* another minute */
#define RATE	   48000

static struct store *store;
static int64_t row;
static unsigned seed = 20240601;

static unsigned draw(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static void append(struct asrun_event *event)
{
	const struct asrun_event *one = event;

	event->row = row;
	event->clock = CLOCK_TRUSTED;
	if (store_append(store, &one, 1) < 0) {
		fputs("make_month: a row cannot be written\n", stderr);
		exit(1);
	}
}

static void item(int64_t at_us, const char *clip, unsigned position, int64_t seconds, bool whole,
		 enum asrun_clock_mode mode)
{
	struct asrun_event event = {
		.kind = ASRUN_ITEM, .mode = mode, .time_us = at_us + seconds * 1000000};

	snprintf(event.clip, sizeof(event.clip), "%s", clip);
	event.position = position;
	event.started_us = at_us;
	event.ended_us = event.time_us;
	event.frames = event.audible = seconds * RATE;
	event.rate_hz = RATE;
	event.whole = whole;
	append(&event);
}

/* A row of tune (4 s) and message (15 s); sounds: how many of both were on air. */
static void airing(int64_t at_us, const char *broadcast, enum asrun_trigger trigger,
		   unsigned sounds, enum asrun_outcome outcome, enum asrun_reason reason,
		   enum asrun_clock_mode mode)
{
	static const char *const clips[] = {"nhac-hieu", "goi-111"};
	static const int64_t lengths[] = {4, 15};
	struct asrun_event opened = {.kind = sounds ? ASRUN_OPENED : ASRUN_CLOSED, .mode = mode};
	struct asrun_event closed = {.kind = ASRUN_CLOSED, .mode = mode};
	int64_t start_us = outcome == OUTCOME_LATE ? at_us + LATE_US : at_us, end_us = start_us;

	row++;
	opened.time_us = at_us - 15000000;
	opened.planned_us = at_us;
	opened.trigger = trigger;
	opened.items = broadcast[0] ? "nhac-hieu goi-111" : "goi-111";
	snprintf(opened.campaign, sizeof(opened.campaign), "%s", broadcast[0] ? "thang-6" : "");
	snprintf(opened.broadcast, sizeof(opened.broadcast), "%s", broadcast);
	if (trigger != TRIGGER_SCHEDULE) {
		snprintf(opened.who, sizeof(opened.who), "Chị <Lan>");
		snprintf(opened.why, sizeof(opened.why), "=SUM(A1) & loa");
	}
	opened.outcome = sounds ? OUTCOME_NONE : outcome;
	opened.reason = sounds ? REASON_NONE : reason;
	append(&opened);
	if (sounds == 0)
		return;
	for (unsigned i = 0; i < sounds; i++) {
		item(end_us, broadcast[0] ? clips[i] : "goi-111", i, broadcast[0] ? lengths[i] : 15,
		     true, mode);
		end_us += (broadcast[0] ? lengths[i] : 15) * 1000000;
	}
	closed.time_us = closed.ended_us = end_us;
	closed.started_us = start_us;
	closed.outcome = outcome;
	closed.reason = reason;
	append(&closed);
}

static unsigned due, played, late, partial, missed, refused, by_hand, tunes, messages;

static void scheduled(int64_t at_us, const char *broadcast)
{
	due++;
	switch (draw(12)) {
	case 0:
		missed++;
		airing(at_us, broadcast, TRIGGER_SCHEDULE, 0, OUTCOME_MISSED, REASON_OFF,
		       ASRUN_REAL);
		return;
	case 1:
		refused++;
		airing(at_us, broadcast, TRIGGER_SCHEDULE, 0, OUTCOME_REFUSED, REASON_PAUSED,
		       ASRUN_REAL);
		return;
	case 2:
		partial++;
		tunes++;
		airing(at_us, broadcast, TRIGGER_SCHEDULE, 1, OUTCOME_PARTIAL, REASON_STOPPED,
		       ASRUN_REAL);
		return;
	case 3:
		late++;
		airing(at_us, broadcast, TRIGGER_SCHEDULE, 2, OUTCOME_LATE, REASON_BUSY,
		       ASRUN_REAL);
		break;
	default:
		played++;
		airing(at_us, broadcast, TRIGGER_SCHEDULE, 2, OUTCOME_PLAYED, REASON_NONE,
		       ASRUN_REAL);
	}
	tunes++;
	messages++;
}

int main(int argc, char **argv)
{
	struct store_options options = {.state_dir = argc > 1 ? argv[1] : "."};

	if (store_open(&options, &store, NULL, NULL, 0) < 0)
		return 1;
	for (int day = 0; day < 30; day++) {
		int64_t begin_us = JUNE_US + day * DAY_US;

		scheduled(begin_us + MORNING_US, "buoi-sang");
		if (day % 7 == 3) {
			by_hand++;
			messages++;
			airing(begin_us + MORNING_US + 3600000000, "", TRIGGER_BUTTON, 1,
			       OUTCOME_PLAYED, REASON_NONE, ASRUN_REAL);
		}
		scheduled(begin_us + EVENING_US, "buoi-chieu");
		airing(begin_us + EVENING_US, "buoi-chieu", TRIGGER_SCHEDULE, 2, OUTCOME_PLAYED,
		       REASON_NONE, ASRUN_PRETENDED);
	}
	airing(JUNE_US + 30 * DAY_US + MORNING_US, "buoi-sang", TRIGGER_SCHEDULE, 2, OUTCOME_PLAYED,
	       REASON_NONE, ASRUN_REAL);
	store_free(store);
	printf("due %u\nplayed %u\nlate %u\npartial %u\nrefused %u\nmissed %u\nby-hand %u\ntunes "
	       "%u\nmessages %u\n",
	       due, played, late, partial, refused, missed, by_hand, tunes, messages);
	return 0;
}
