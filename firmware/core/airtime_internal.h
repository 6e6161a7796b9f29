/* SPDX-License-Identifier: MIT */
/*
 * airtime_internal - where instants lie among the windows.
 *
 * Private to airtime.c (permits and charges) and airtime_where.c (windows in time).
 */
#ifndef CORE_AIRTIME_INTERNAL_H
#define CORE_AIRTIME_INTERNAL_H

#include "airtime.h"

#define AIRTIME_DAYS_AHEAD 15 /* searched for the next window; two weeks and a gap */
#define AIRTIME_NO_SESSION (-1)

struct airtime_day_use {
	int32_t day;
	int64_t used_us;
	int64_t session_us[AIRTIME_WINDOWS_MAX];
};

struct airtime_charged {
	int64_t from_us, length_us;
	int32_t day; /* its place under the rules of now */
	int session;
};

#define AIRTIME_DAYS_KEPT 8 /* days with sums at a time */

struct airtime {
	struct airtime_rules rules;
	const struct zone *zone;
	size_t n_sessions;
	struct airtime_window sessions[AIRTIME_WINDOWS_MAX];
	size_t n_days;
	struct airtime_day_use days[AIRTIME_DAYS_KEPT];
	size_t n_charges, n_space;
	size_t n_many; /* so many are worth looking through for old ones */
	struct airtime_charged *charges;
};

/* Where an instant is charged. */
struct airtime_place {
	int32_t day;
	int session;
	int64_t end_us; /* of the session; meaningless without one */
};

/* The zone as seen from around one instant. */
struct airtime_around {
	const struct zone *zone;
	bool steady;
	int32_t offset_s;
	struct civil local; /* the instant itself */
};

/* The sessions of a day out of the windows of the rules. */
void airtime_merge_windows(struct airtime *airtime);

int64_t airtime_seconds(int64_t us);
struct airtime_around airtime_around(const struct airtime *airtime, int64_t at_us);

/* Day and session of an instant. A window belongs to the day on which it begins. */
struct airtime_place airtime_place_of(const struct airtime *airtime,
				      const struct airtime_around *around, int64_t at_us);

/* The end of the windows that touch one another from place on, searched as far as wanted_us. */
int64_t airtime_merged_end(const struct airtime *airtime, const struct airtime_around *around,
			   struct airtime_place place, int64_t wanted_us);

/* When the next window begins after at_us; CIVIL_NEVER if none does. */
int64_t airtime_next_window(const struct airtime *airtime, const struct airtime_around *around,
			    int64_t at_us);

#endif
