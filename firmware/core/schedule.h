/* SPDX-License-Identifier: MIT */
/*
 * schedule - what is due when, and why a broadcast is not due.
 *
 * Pure. Occurrences come in order of (instant, config order). The rules for clock changes:
 * an 'at' time inside a gap is due at the first instant after it, an 'every' time inside it is
 * dropped; a repeated time is due once, the first time; equal instants of one broadcast are one
 * occurrence. Always strictly after what was asked (systemd#32039 is why).
 */
#ifndef CORE_SCHEDULE_H
#define CORE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/*
 * One due broadcast. clips is borrowed from the schedule until its next call; it holds the clip
 * indexes in air order, repeat and playlist turns resolved, invalid (expired) single clips
 * included (the station skips and records them), at most LIMIT_ITEMS.
 */
struct occurrence {
	int64_t at_us;
	struct civil
		local; /* the local time that was asked for; differs from at_us in a gap. Clips are
			     * those valid on its day; days, dates and the campaign go by the day on
			     * which the window began */
	size_t campaign, broadcast;
	size_t n_clips;
	const size_t *clips;
};

/* A walk through the plan. Opaque. Borrows the plan. */
struct schedule;

/*
 * Start a walk strictly after after_us. Turns of rotation are counted from the edition's start,
 * so that the walk gives the same clips wherever it begins. Returns 0 or -ENOMEM.
 */
int schedule_new(const struct plan *plan, int64_t after_us, struct schedule **ret);
struct schedule *schedule_free(struct schedule *schedule);

/*
 * schedule_peek shows the next occurrence without taking it; schedule_next takes it.
 * Return 0, -ENOENT if nothing is ever due again (searched to the end of all campaigns but at most
 * 100 years ahead, for yearly ones 40), or -ENOMEM.
 */
int schedule_peek(struct schedule *schedule, struct occurrence *ret);
int schedule_next(struct schedule *schedule, struct occurrence *ret);

enum schedule_reason {
	SCHEDULE_DUE,
	SCHEDULE_DISABLED,
	SCHEDULE_OUTSIDE_CAMPAIGN, /* day outside from..until */
	SCHEDULE_WRONG_DAY,	   /* weekday not in days */
	SCHEDULE_NOT_IN_DATES,
	SCHEDULE_EXCEPTED,
	SCHEDULE_OTHER_TIME, /* right day, not at that minute */
};

/*
 * Why is (or is not) the broadcast due in the local minute that begins at at_us? A start time that
 * belongs to yesterday's window over midnight is judged by yesterday.
 */
enum schedule_reason schedule_explain(const struct plan *plan, size_t campaign, size_t broadcast,
				      int64_t at_us);
const char *schedule_reason_code(enum schedule_reason reason); /* "due", "disabled", ... */

#endif
