/* SPDX-License-Identifier: MIT */
/*
 * when - dates and times as people type them on the command line.
 *
 *   day   2024-06-01, today, tomorrow, yesterday
 *   time  05:45 or 05:45:30 (of the day that is given as today), "2024-06-01 05:45" with a blank
 *         or a T, or RFC 3339 with an offset
 */
#ifndef TOOLS_WHEN_H
#define TOOLS_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "civil.h"

#define WHEN_DAYS_MAX 3660 /* longest range of days that is worked through */

/* 0 or -EINVAL. */
int when_day(const char *text, int32_t today, int32_t *ret);
/* 0 or -EINVAL. A time that clocks jumped over is the first instant after the gap. */
int when_time(const char *text, const struct zone *zone, int32_t today, int64_t *ret_us);

/*
 * The same for a time that is to be exactly one: -ERANGE if clocks jumped over it, -ENOTUNIQ if it
 * was there twice (with an offset it is one).
 */
int when_exact(const char *text, const struct zone *zone, int32_t today, int64_t *ret_us);
/* Does it name its day? */
bool when_has_day(const char *text);

/* On stderr: that is not a date, and how one is written. */
void when_complain(const char *option, const char *text);

/* Days, both inclusive. */
struct when_range {
	int32_t from, until;
};

/*
 * --from and --until (NULL = not given). Without from: today; without until: n_days from 'from'
 * on. Complains and returns -EINVAL for what cannot be read, is upside down or too long.
 */
int when_range(const char *from, const char *until, int32_t today, int32_t n_days,
	       struct when_range *ret);

/* [start of from, start of the day after until) as UTC microseconds. */
void when_range_us(const struct when_range *range, const struct zone *zone, int64_t *ret_from_us,
		   int64_t *ret_until_us);

#endif
