/* SPDX-License-Identifier: MIT */
/*
 * asrun_events - one event of each kind, for the tests of the as-run log.
 */
#ifndef TESTS_ASRUN_EVENTS_H
#define TESTS_ASRUN_EVENTS_H

#include "asrun.h"
#include "check.h"
#include "make_plan.h"

#define JUNE INT64_C(1717195500000000) /* 2024-06-01T05:45+07:00 */

static void copy_text(char *to, size_t n, const char *from)
{
	assert_true(strlen(from) < n);
	memset(to, 0, n);
	memcpy(to, from, strlen(from));
}

#define SET(field, text) copy_text(field, sizeof(field), text)

MAKER struct asrun_event opened_event(void)
{
	struct asrun_event event;

	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_OPENED;
	event.row = 7;
	event.time_us = JUNE - 15 * CIVIL_US;
	event.accounted_us = JUNE - 3600 * CIVIL_US;
	event.clock = CLOCK_TRUSTED;
	event.planned_us = JUNE;
	SET(event.campaign, "thang-hanh-dong-2024");
	SET(event.broadcast, "buoi-sang");
	event.items = "nhac-hieu khau-hieu-01";
	return event;
}

MAKER struct asrun_event item_event(unsigned position, const char *clip)
{
	struct asrun_event event;

	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_ITEM;
	event.row = 7;
	event.time_us = JUNE + (position + 1) * 10 * CIVIL_US;
	event.clock = CLOCK_TRUSTED;
	event.position = position;
	SET(event.clip, clip);
	for (unsigned i = 0; i < 32; i++)
		event.sha256[i] = (uint8_t)(i * 9);
	event.started_us = JUNE + position * 10 * CIVIL_US;
	event.ended_us = event.started_us + 10 * CIVIL_US;
	event.frames = 480000;
	event.audible = 470000;
	event.rate_hz = 48000;
	event.xruns = position;
	event.whole = true;
	return event;
}

MAKER struct asrun_event closed_event(void)
{
	struct asrun_event event;

	memset(&event, 0, sizeof(event));
	event.kind = ASRUN_CLOSED;
	event.row = 7;
	event.time_us = JUNE + 21 * CIVIL_US;
	event.clock = CLOCK_HOLDOVER;
	event.started_us = JUNE;
	event.ended_us = JUNE + 20 * CIVIL_US;
	event.outcome = OUTCOME_PARTIAL;
	event.reason = REASON_NO_RECORDING;
	return event;
}

#endif
