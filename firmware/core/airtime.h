/* SPDX-License-Identifier: MIT */
/*
 * airtime - the gate: permitted hours and minutes, and the only maker of permits.
 *
 * Pure. A clip starts only inside a window in which it also ends, and only within the
 * minutes left of session and day (circulars of the provinces limit both; a town was once
 * woken at 03:15 by a mis-set relay, hence a gate that does not trust the schedule).
 *
 * Rules
 * - A window belongs to the local day on which it begins, also when it crosses midnight.
 *   Windows that touch or overlap are one, also across midnight, for the question "does
 *   the clip end inside".
 * - Clock changes: an end of a window inside a gap is the first instant after it, a repeated one is
 *   the first of the two.
 * - A session is the merged window of ONE day (windows of the same day that touch or
 *   overlap). Minutes are charged to the session and day in which the sound begins.
 * - An emergency is always permitted and is charged; outside every window it is charged to
 *   the calendar day alone. Manual sound with an unknown clock: AIRTIME_UNKNOWN, permitted,
 *   charged to nothing (nobody knows which day it is).
 * - Nothing but this room writes the fields of struct permit (a house check greps for it).
 */
#ifndef CORE_AIRTIME_H
#define CORE_AIRTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "civil.h"

#define AIRTIME_WINDOWS_MAX 32

struct airtime_window {
	int32_t from_s;	 /* second of the local day */
	int32_t until_s; /* > from_s; past 86400 it reaches into the next day */
};

/* Rules of the station. A value. 0 minutes = no limit. */
struct airtime_rules {
	size_t n_windows;
	struct airtime_window windows[AIRTIME_WINDOWS_MAX];
	uint8_t days; /* bit 0 = Monday; days on which windows begin */
	int64_t session_max_us;
	int64_t day_max_us;
};

/* Where the config has no airtime section: 05:30-21:00 every day, no limit on minutes. */
struct airtime_rules airtime_default(void);

enum airtime_verdict {
	AIRTIME_OK,
	AIRTIME_OUTSIDE,      /* starts outside every window */
	AIRTIME_ENDS_OUTSIDE, /* starts inside, would end outside */
	AIRTIME_SESSION_FULL,
	AIRTIME_DAY_FULL,
};

/* The right to sound. Made by airtime_permit() alone; copied, never written, elsewhere. */
struct permit {
	int64_t start_us;
	int64_t end_us; /* the player's hard stop: it fades out here whatever happens */
	bool unknown;	/* given without a trusted clock; the row says "airtime unknown" */
	uint32_t seal;
};

/* Minutes used, by session and by day. Opaque; free with airtime_free(). */
struct airtime;

int airtime_new(const struct airtime_rules *rules, const struct zone *zone, struct airtime **ret);
struct airtime *airtime_free(struct airtime *airtime);
/* New rules after a reload; what was used stays used. zone is borrowed until the next call. */
void airtime_set_rules(struct airtime *airtime, const struct airtime_rules *rules,
		       const struct zone *zone);

struct airtime_request {
	int64_t start_us;
	int64_t length_us; /* of the clip, > 0 */
	int64_t booked_us; /* promised to the clip on air but not charged yet; counts as used */
	bool emergency;
	bool clock_unknown;
};

/*
 * Ask for a permit. Writes *ret only for AIRTIME_OK. For a clip inside a window end_us is the
 * smaller of the window's end and start + length + one second of grace; for an emergency or an
 * unknown clock it is start + length + one second.
 */
enum airtime_verdict airtime_permit(const struct airtime *airtime,
				    const struct airtime_request *request, struct permit *ret);
bool permit_valid(const struct permit *permit);

/* Charge sound (frames the card consumed, and gaps) that began at from_us. */
void airtime_charge(struct airtime *airtime, int64_t from_us, int64_t length_us);

/* Forget days before 'now' that can no longer be asked about. Keeps memory flat for years. */
void airtime_forget(struct airtime *airtime, int64_t now_us);

/*
 * Used and left at an instant, for status and why. left is INT64_MAX where unlimited. Outside every
 * window the session is a fresh one and the day is the calendar day.
 */
struct airtime_use {
	bool inside;
	/* Inside: end of the merged window, CIVIL_NEVER if it is always open. Else: start of the next
	 * one, CIVIL_NEVER if there is none. */
	int64_t window_end_us;
	int64_t session_used_us, session_left_us, day_used_us, day_left_us;
};
struct airtime_use airtime_use_at(const struct airtime *airtime, int64_t at_us);

#endif
