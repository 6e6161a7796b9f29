/* SPDX-License-Identifier: MIT */
/*
 * Windows are kept as the sessions of one day, merged once. Where a session lies in time is worked
 * out for the day in question; on all but a few days a year that is one addition (zone_steady).
 */
#include "airtime_internal.h"

#include <stdlib.h>
#include <string.h>

/* Days around an instant within which a steady offset is used. */
#define AROUND_S (4 * (int64_t)CIVIL_DAY_S)

static int by_start(const void *a, const void *b)
{
	const struct airtime_window *x = a, *y = b;

	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
	return (x->until_s > y->until_s) - (x->until_s < y->until_s);
}

void airtime_merge_windows(struct airtime *airtime)
{
	struct airtime_window windows[AIRTIME_WINDOWS_MAX];
	size_t n = airtime->rules.n_windows;

	memcpy(windows, airtime->rules.windows, sizeof(windows));
	qsort(windows, n, sizeof(windows[0]), by_start);
	airtime->n_sessions = 0;
	for (size_t i = 0; i < n; i++) {
		struct airtime_window *last = &airtime->sessions[airtime->n_sessions];

		if (airtime->n_sessions > 0 && windows[i].from_s <= last[-1].until_s) {
			if (windows[i].until_s > last[-1].until_s)
				last[-1].until_s = windows[i].until_s;
			continue;
		}
		*last = windows[i];
		airtime->n_sessions++;
	}
}

int64_t airtime_seconds(int64_t us)
{
	return us / CIVIL_US - (us % CIVIL_US < 0);
}

struct airtime_around airtime_around(const struct airtime *airtime, int64_t at_us)
{
	int64_t at_s = airtime_seconds(at_us);
	struct airtime_around around = {.zone = airtime->zone};

	around.steady =
		zone_steady(airtime->zone, at_s - AROUND_S, at_s + AROUND_S, &around.offset_s);
	around.local = zone_to_civil(airtime->zone, at_s);
	return around;
}

/*
 * The instant of a second of a day, yesterday's or later; in a gap the first after it, in a fold the
 * first of the two.
 */
static int64_t instant(const struct airtime_around *around, int32_t day, int32_t second)
{
	int64_t utc_s = (int64_t)day * CIVIL_DAY_S + second - around->offset_s;
	int32_t days_off = day - around->local.day;

	if (!around->steady || days_off > 1)
		zone_to_utc(around->zone,
			    (struct civil){day + second / CIVIL_DAY_S, second % CIVIL_DAY_S},
			    &utc_s);
	return utc_s * CIVIL_US;
}

static bool allows_day(const struct airtime *airtime, int32_t day)
{
	return airtime->rules.days >> civil_weekday(day) & 1;
}

/* A window belongs to the day on which it begins, so yesterday's come first. */
struct airtime_place airtime_place_of(const struct airtime *airtime,
				      const struct airtime_around *around, int64_t at_us)
{
	struct airtime_place place = {around->local.day, AIRTIME_NO_SESSION, 0};

	for (int32_t day = around->local.day - 1; day <= around->local.day; day++) {
		if (!allows_day(airtime, day))
			continue;
		for (size_t i = 0; i < airtime->n_sessions; i++) {
			const struct airtime_window *session = &airtime->sessions[i];
			int64_t end_us = instant(around, day, session->until_s);

			if (at_us < end_us && at_us >= instant(around, day, session->from_s))
				return (struct airtime_place){day, (int)i, end_us};
		}
	}
	return place;
}

/*
 * The end of the windows that touch one another from place on, as far as wanted_us. Begins are in
 * order of days and sessions, so one pass sees every window that can touch.
 */
int64_t airtime_merged_end(const struct airtime *airtime, const struct airtime_around *around,
			   struct airtime_place place, int64_t wanted_us)
{
	int64_t end_us = place.end_us;

	for (int32_t day = around->local.day - 1; end_us < wanted_us; day++) {
		if (instant(around, day, 0) > end_us)
			break;
		for (size_t i = 0; allows_day(airtime, day) && i < airtime->n_sessions; i++) {
			const struct airtime_window *session = &airtime->sessions[i];
			int64_t until_us = instant(around, day, session->until_s);

			if (until_us > end_us && instant(around, day, session->from_s) <= end_us)
				end_us = until_us;
		}
	}
	return end_us;
}

int64_t airtime_next_window(const struct airtime *airtime, const struct airtime_around *around,
			    int64_t at_us)
{
	for (int32_t day = around->local.day; day <= around->local.day + AIRTIME_DAYS_AHEAD;
	     day++) {
		for (size_t i = 0; allows_day(airtime, day) && i < airtime->n_sessions; i++) {
			const struct airtime_window *session = &airtime->sessions[i];
			int64_t from_us = instant(around, day, session->from_s);

			/* A window that lies wholly in a gap is none. */
			if (from_us > at_us && from_us < instant(around, day, session->until_s))
				return from_us;
		}
	}
	return CIVIL_NEVER;
}
