/* SPDX-License-Identifier: MIT */
#include "civil.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Farther than any offset of any zone, and than any two offsets of a zone are apart. */
#define REACH_S (2 * CIVIL_DAY_S)

static int days_in_month(int year, int month)
{
	static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool civil_date_exists(struct civil_date date)
{
	/* "Every year" takes 29 February: 2000 stands for a leap year. */
	int year = date.year == 0 ? 2000 : date.year;

	if (date.year < 0 || date.month < 1 || date.month > 12 || date.day < 1)
		return false;
	return date.day <= days_in_month(year, date.month);
}

/* Gregorian calendar by eras of 400 years that begin on 1 March: the leap day comes last. */
int32_t civil_day(struct civil_date date)
{
	int32_t year = date.year - (date.month <= 2);
	int32_t era = (year >= 0 ? year : year - 399) / 400;
	int32_t year_of_era = year - era * 400;
	int32_t month = (date.month + 9) % 12; /* March = 0 */
	int32_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int16_t year_within(int64_t year)
{
	if (year > INT16_MAX)
		return INT16_MAX;
	return year < INT16_MIN ? INT16_MIN : (int16_t)year;
}

struct civil_date civil_date_of(int32_t day)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* March = 0 */
	struct civil_date date = {
		.year = year_within(year_of_era + era * 400 + (month >= 10)),
		.month = (int8_t)(month < 10 ? month + 3 : month - 9),
		.day = (int8_t)(day_of_year - (153 * month + 2) / 5 + 1),
	};

	return date;
}

int civil_weekday(int32_t day)
{
	int weekday = (int)(((int64_t)day + 3) % 7); /* 1970-01-01 was a Thursday */

	return weekday < 0 ? weekday + 7 : weekday;
}

/* Index of the change that holds at an instant. */
static size_t change_at(const struct zone *zone, int64_t utc_s)
{
	size_t low = 0, high = zone->n_changes;

	assert(high > 0);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle].from_s <= utc_s)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int32_t zone_offset(const struct zone *zone, int64_t utc_s)
{
	return zone->changes[change_at(zone, utc_s)].offset_s;
}

bool zone_steady(const struct zone *zone, int64_t from_s, int64_t until_s, int32_t *ret_offset_s)
{
	size_t i = change_at(zone, from_s);

	if (i + 1 < zone->n_changes && zone->changes[i + 1].from_s < until_s)
		return false;
	*ret_offset_s = zone->changes[i].offset_s;
	return true;
}

struct civil zone_to_civil(const struct zone *zone, int64_t utc_s)
{
	int64_t local_s = utc_s + zone_offset(zone, utc_s);
	int64_t second = local_s % CIVIL_DAY_S;

	if (second < 0)
		second += CIVIL_DAY_S;
	return (struct civil){(int32_t)((local_s - second) / CIVIL_DAY_S), (int32_t)second};
}

/* Does the wall clock show local_s while change i holds? */
static bool shown_during(const struct zone *zone, size_t i, int64_t local_s)
{
	int64_t utc_s = local_s - zone->changes[i].offset_s;

	return (i == 0 || utc_s >= zone->changes[i].from_s) &&
	       (i + 1 == zone->n_changes || utc_s < zone->changes[i + 1].from_s);
}

/* Did the clocks jump over local_s when change i came? */
static bool jumped_over(const struct zone *zone, size_t i, int64_t local_s)
{
	const struct zone_change *change = &zone->changes[i];

	return i > 0 && local_s >= change->from_s + change[-1].offset_s &&
	       local_s < change->from_s + change->offset_s;
}

enum civil_fit zone_to_utc(const struct zone *zone, struct civil at, int64_t *ret_utc_s)
{
	int64_t local_s = (int64_t)at.day * CIVIL_DAY_S + at.second;
	size_t last = change_at(zone, local_s + REACH_S);
	size_t first = last;
	int64_t shown_s = 0, after_gap_s = local_s - zone->changes[last].offset_s;
	unsigned n_shown = 0;

	while (first > 0 && zone->changes[first].from_s > local_s - REACH_S)
		first--;
	/* Downwards: what is found last is the first in time. */
	for (size_t i = last + 1; i-- > first;) {
		if (shown_during(zone, i, local_s)) {
			shown_s = local_s - zone->changes[i].offset_s;
			n_shown++;
		} else if (jumped_over(zone, i, local_s)) {
			after_gap_s = zone->changes[i].from_s;
		}
	}
	*ret_utc_s = n_shown > 0 ? shown_s : after_gap_s;
	if (n_shown == 0)
		return CIVIL_GAP;
	return n_shown == 1 ? CIVIL_PLAIN : CIVIL_FOLD;
}

int64_t zone_day_start(const struct zone *zone, int32_t day)
{
	int64_t utc_s;

	zone_to_utc(zone, (struct civil){day, 0}, &utc_s);
	return utc_s;
}

int zone_copy(const struct zone *zone, struct zone *ret)
{
	struct zone copy = *zone;

	copy.changes = NULL;
	if (zone->n_changes > 0) {
		copy.changes = calloc(zone->n_changes, sizeof(*copy.changes));
		if (!copy.changes)
			return -ENOMEM;
		memcpy(copy.changes, zone->changes, zone->n_changes * sizeof(*copy.changes));
	}
	*ret = copy;
	return 0;
}

void zone_done(struct zone *zone)
{
	free(zone->changes);
	memset(zone, 0, sizeof(*zone));
}

int zone_fixed(const char *name, int32_t offset_s, struct zone *ret)
{
	struct zone zone = {.n_changes = 1};
	size_t n = strlen(name);

	if (n >= sizeof(zone.name))
		return -EINVAL;
	zone.changes = calloc(1, sizeof(*zone.changes));
	if (!zone.changes)
		return -ENOMEM;
	memcpy(zone.name, name, n);
	zone.changes[0].offset_s = offset_s;
	*ret = zone;
	return 0;
}
