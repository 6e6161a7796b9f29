/* SPDX-License-Identifier: MIT */
/* events - as-run events for tests of the store and its writer. */
#ifndef TESTS_EVENTS_H
#define TESTS_EVENTS_H

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "store.h"

#define EVENTS_DAY_US	(INT64_C(86400) * 1000000)
#define EVENTS_BEGIN_US (INT64_C(19875) * EVENTS_DAY_US) /* 2024-06-01, midnight UTC */

static inline struct asrun_event event_opened(int64_t row, int64_t planned_us,
					      const char *broadcast)
{
	struct asrun_event event = {.kind = ASRUN_OPENED,
				    .row = row,
				    .time_us = planned_us - 15000000,
				    .accounted_us = planned_us,
				    .clock = CLOCK_TRUSTED,
				    .planned_us = planned_us,
				    .items = "nhac-hieu goi-111"};

	snprintf(event.campaign, sizeof(event.campaign), "thang-6");
	snprintf(event.broadcast, sizeof(event.broadcast), "%s", broadcast);
	return event;
}

static inline struct asrun_event event_item(int64_t row, int64_t time_us, unsigned position,
					    const char *clip)
{
	struct asrun_event event = {.kind = ASRUN_ITEM,
				    .row = row,
				    .time_us = time_us,
				    .clock = CLOCK_TRUSTED,
				    .position = position,
				    .started_us = time_us - 4000000,
				    .ended_us = time_us,
				    .frames = 192000,
				    .audible = 180000,
				    .rate_hz = 48000,
				    .whole = true};

	snprintf(event.clip, sizeof(event.clip), "%s", clip);
	memset(event.sha256, (int)position + 1, sizeof(event.sha256));
	return event;
}

static inline struct asrun_event event_closed(int64_t row, int64_t time_us,
					      enum asrun_outcome outcome)
{
	return (struct asrun_event){.kind = ASRUN_CLOSED,
				    .row = row,
				    .time_us = time_us,
				    .clock = CLOCK_TRUSTED,
				    .started_us = time_us - 8000000,
				    .ended_us = time_us,
				    .outcome = outcome};
}

/* An occurrence that never sounded: 'closed' alone, with its identity. */
static inline struct asrun_event event_missed(int64_t row, int64_t planned_us,
					      const char *broadcast)
{
	struct asrun_event event = event_opened(row, planned_us, broadcast);

	event.kind = ASRUN_CLOSED;
	event.time_us = planned_us + 300000000;
	event.outcome = OUTCOME_MISSED;
	event.reason = REASON_OFF;
	return event;
}

static inline struct asrun_event event_note(int64_t time_us, const char *what)
{
	struct asrun_event event = {.kind = ASRUN_NOTE, .time_us = time_us, .clock = CLOCK_TRUSTED};

	snprintf(event.what, sizeof(event.what), "%s", what);
	snprintf(event.who, sizeof(event.who), "Chị Lan");
	return event;
}

static inline void events_append(struct store *store, const struct asrun_event *event)
{
	assert_int_equal(store_append(store, &event, 1), 0);
}

/* A whole row: opened, two items, closed. */
static inline void events_append_row(struct store *store, int64_t row, int64_t planned_us,
				     const char *broadcast)
{
	struct asrun_event opened = event_opened(row, planned_us, broadcast);
	struct asrun_event first = event_item(row, planned_us + 4000000, 0, "nhac-hieu");
	struct asrun_event second = event_item(row, planned_us + 8000000, 1, "goi-111");
	struct asrun_event closed = event_closed(row, planned_us + 8000000, OUTCOME_PLAYED);
	const struct asrun_event *all[] = {&opened, &first, &second, &closed};

	assert_int_equal(store_append(store, all, 4), 0);
}

static inline struct store *events_open(const char *dir)
{
	struct store_options options = {.state_dir = dir};
	struct store *store = NULL;
	char why[256] = "";

	if (store_open(&options, &store, NULL, why, sizeof(why)) < 0)
		fail_msg("%s", why);
	return store;
}

#endif
