/* SPDX-License-Identifier: MIT */
/*
 * civil - dates, times of day, durations, and a time zone as data.
 *
 * Pure. Instants are int64_t microseconds (or seconds, where the name says _s)
 * of UTC since 1970-01-01. A day is an int32_t count of days since 1970-01-01.
 * The zone is a table of offset changes; edge/zoneinfo reads it from the system.
 * Never mktime(): its answer in a repeated hour depends on the call before it.
 */
#ifndef CORE_CIVIL_H
#define CORE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CIVIL_US      INT64_C(1000000)
#define CIVIL_DAY_S   86400
#define CIVIL_NEVER   INT64_MAX	      /* an instant that does not come */
#define CIVIL_DAY_MIN (INT32_MIN / 2) /* "no first day" and "no last day" of an open range */
#define CIVIL_DAY_MAX (INT32_MAX / 2)

/* Wall clock of a place. A value. second is 0..86399. */
struct civil {
	int32_t day;
	int32_t second;
};

/* A calendar date as people write it. year 0 = every year (config only). A value. */
struct civil_date {
	int16_t year;
	int8_t month; /* 1..12 */
	int8_t day;   /* 1..31 */
};

struct zone_change {
	int64_t from_s;	  /* UTC second at which offset_s begins to hold */
	int32_t offset_s; /* local time minus UTC */
};

/*
 * A zone. changes is sorted, at least one entry; changes[0] also holds before its
 * from_s. Owned by whoever made it; free with zone_done().
 */
struct zone {
	char name[64];
	size_t n_changes;
	struct zone_change *changes;
};

/* How a civil time maps to UTC. */
enum civil_fit {
	CIVIL_PLAIN, /* exactly one instant */
	CIVIL_GAP,   /* none: clocks jumped over it */
	CIVIL_FOLD,  /* two: clocks went back over it */
};

/* Is it a date that exists? Year 0 ("every year") accepts 29 February. */
bool civil_date_exists(struct civil_date date);
int32_t civil_day(struct civil_date date); /* date must exist, year != 0 */
struct civil_date civil_date_of(int32_t day);
int civil_weekday(int32_t day); /* 0 = Monday .. 6 = Sunday */

int32_t zone_offset(const struct zone *zone, int64_t utc_s);
struct civil zone_to_civil(const struct zone *zone, int64_t utc_s);
/*
 * Does one offset hold in all of [from_s, until_s)? If so it is *ret_offset_s. Lets walks over
 * many ordinary days add an offset instead of searching.
 */
bool zone_steady(const struct zone *zone, int64_t from_s, int64_t until_s, int32_t *ret_offset_s);

/*
 * Civil time to UTC. In a gap *ret_utc_s is the first instant after the gap; in a
 * fold it is the first of the two. Returns how it fitted.
 */
enum civil_fit zone_to_utc(const struct zone *zone, struct civil at, int64_t *ret_utc_s);

/* First instant (UTC second) of a local day; with a gap at midnight the first that exists. */
int64_t zone_day_start(const struct zone *zone, int32_t day);

/* Copy/free. zone_copy returns -ENOMEM; zone_done leaves an empty zone and accepts one. */
int zone_copy(const struct zone *zone, struct zone *ret);
void zone_done(struct zone *zone);
/* Make a fixed-offset zone (tests, UTC). Returns 0, -ENOMEM, or -EINVAL if name is too long. */
int zone_fixed(const char *name, int32_t offset_s, struct zone *ret);

/*
 * Parsers of what people write. All take a NUL-terminated string, accept nothing
 * before or after, return 0 or -EINVAL, and leave *ret alone on failure.
 *   date      "2024-06-01", or "06-01" (year 0) where yearly is true; must exist
 *   time      "05:45" or "05:45:30"; "24:00" only where midnight_ok
 *   duration  "90s" "10min" "1h30min" "7d" "1500ms" "0s"; units d h min s ms, each at most
 *             once, in that order; a bare number is refused; at most 366 d. Microseconds.
 *   window    "05:30-07:00" to seconds of day; until may be <= from (over midnight; then
 *             until_s = until + 86400) and may be 24:00; equal ends are refused
 *   instant   "2024-06-01T05:44:50+07:00", "...Z", optional .fff; without offset the zone
 *             (may be NULL: then an offset is required). Seconds may be left out, and a space may
 *             stand for the T. Microseconds UTC.
 */
int civil_parse_date(const char *text, bool yearly, struct civil_date *ret);
int civil_parse_time(const char *text, bool midnight_ok, int32_t *ret_s);
int civil_parse_duration(const char *text, int64_t *ret_us);
int civil_parse_window(const char *text, int32_t *ret_from_s, int32_t *ret_until_s);
int civil_parse_instant(const char *text, const struct zone *zone, int64_t *ret_us);

/* Printers. n is the size of text; the result is cut and NUL-terminated like snprintf. */
void civil_print_date(char *text, size_t n, int32_t day);    /* 2024-06-01 */
void civil_print_time(char *text, size_t n, int32_t second); /* 05:45:00 */
void civil_print_duration(char *text, size_t n, int64_t us); /* 1h30min, parses back; whole ms */
/* RFC 3339 in the zone, with 0 or 3 digits of seconds: 2024-06-01T05:45:00.000+07:00; NULL = UTC */
void civil_print_instant(char *text, size_t n, const struct zone *zone, int64_t us, int digits);

#endif
