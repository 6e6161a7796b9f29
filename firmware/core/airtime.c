/* SPDX-License-Identifier: MIT */
/*
 * Charges are kept one by one, for a reload that changes the windows, and summed up for the days in
 * use, because a permit is asked for every clip.
 */
#include "airtime_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GRACE_US     CIVIL_US
#define DAYS_ASKED   2	 /* days before now that can still be asked about */
#define CHARGES_MANY 512 /* fewer are never forgotten: the clock may come back from a wrong day */

struct airtime_rules airtime_default(void)
{
	struct airtime_rules rules = {
		.n_windows = 1,
		.windows = {{5 * 3600 + 30 * 60, 21 * 3600}},
		.days = 0x7f,
	};

	return rules;
}

/* Which of the sums is that day's; n_days if none is. */
static size_t find_day(const struct airtime *airtime, int32_t day)
{
	size_t i = 0;

	while (i < airtime->n_days && airtime->days[i].day != day)
		i++;
	return i;
}

static void add_up(struct airtime_day_use *use, const struct airtime_charged *charge)
{
	if (use->day != charge->day)
		return;
	use->used_us += charge->length_us;
	if (charge->session != AIRTIME_NO_SESSION)
		use->session_us[charge->session] += charge->length_us;
}

static void put_in_place(const struct airtime *airtime, struct airtime_charged *charge)
{
	struct airtime_around near = airtime_around(airtime, charge->from_us);
	struct airtime_place place = airtime_place_of(airtime, &near, charge->from_us);

	charge->day = place.day;
	charge->session = place.session;
}

/* The sums of a day out of its charges. */
static struct airtime_day_use sum_day(const struct airtime *airtime, int32_t day)
{
	struct airtime_day_use use = {.day = day};

	for (size_t i = 0; i < airtime->n_charges; i++)
		add_up(&use, &airtime->charges[i]);
	return use;
}

/* Room for the sums of a day: a new place, or that of the day farthest away. */
static struct airtime_day_use *keep_day(struct airtime *airtime, int32_t day)
{
	struct airtime_day_use *farthest = &airtime->days[0];

	if (airtime->n_days < AIRTIME_DAYS_KEPT) {
		farthest = &airtime->days[airtime->n_days++];
	} else {
		for (size_t i = 1; i < AIRTIME_DAYS_KEPT; i++) {
			if (labs((long)airtime->days[i].day - day) >
			    labs((long)farthest->day - day))
				farthest = &airtime->days[i];
		}
	}
	*farthest = sum_day(airtime, day);
	return farthest;
}

int airtime_new(const struct airtime_rules *rules, const struct zone *zone, struct airtime **ret)
{
	struct airtime *airtime = calloc(1, sizeof(*airtime));

	if (!airtime)
		return -ENOMEM;
	airtime->n_space = 64;
	airtime->charges = calloc(airtime->n_space, sizeof(*airtime->charges));
	if (!airtime->charges) {
		free(airtime);
		return -ENOMEM;
	}
	airtime->n_many = CHARGES_MANY;
	airtime_set_rules(airtime, rules, zone);
	*ret = airtime;
	return 0;
}

struct airtime *airtime_free(struct airtime *airtime)
{
	if (!airtime)
		return NULL;
	free(airtime->charges);
	free(airtime);
	return NULL;
}

void airtime_set_rules(struct airtime *airtime, const struct airtime_rules *rules,
		       const struct zone *zone)
{
	airtime->rules = *rules;
	airtime->zone = zone;
	airtime_merge_windows(airtime);
	for (size_t i = 0; i < airtime->n_charges; i++)
		put_in_place(airtime, &airtime->charges[i]);
	airtime->n_days = 0; /* summed up again when asked for */
}

/* Minutes used where a sound begins. */
static void used_at(const struct airtime *airtime, struct airtime_place place,
		    int64_t *ret_session_us, int64_t *ret_day_us)
{
	size_t i = find_day(airtime, place.day);
	struct airtime_day_use sum;
	const struct airtime_day_use *use = &sum;

	if (i < airtime->n_days)
		use = &airtime->days[i];
	else
		sum = sum_day(airtime, place.day);
	*ret_day_us = use->used_us;
	*ret_session_us = place.session != AIRTIME_NO_SESSION ? use->session_us[place.session] : 0;
}

static bool is_full(int64_t max_us, int64_t used_us, int64_t more_us)
{
	return max_us > 0 && (used_us > max_us || more_us > max_us - used_us);
}

static enum airtime_verdict judge(const struct airtime *airtime,
				  const struct airtime_request *request, int64_t *ret_end_us)
{
	int64_t over_us = request->start_us + request->length_us;
	struct airtime_around near = airtime_around(airtime, request->start_us);
	struct airtime_place place = airtime_place_of(airtime, &near, request->start_us);
	int64_t more_us = request->length_us + request->booked_us;
	int64_t session_us, day_us, end_us;

	if (place.session == AIRTIME_NO_SESSION)
		return AIRTIME_OUTSIDE;
	end_us = airtime_merged_end(airtime, &near, place, over_us + GRACE_US);
	if (over_us > end_us)
		return AIRTIME_ENDS_OUTSIDE;
	used_at(airtime, place, &session_us, &day_us);
	if (is_full(airtime->rules.session_max_us, session_us, more_us))
		return AIRTIME_SESSION_FULL;
	if (is_full(airtime->rules.day_max_us, day_us, more_us))
		return AIRTIME_DAY_FULL;
	*ret_end_us = end_us;
	return AIRTIME_OK;
}

/* Not a secret: it tells a permit that was made here from one that was made up or changed. */
static uint32_t seal_of(const struct permit *permit)
{
	uint64_t mix = (uint64_t)permit->start_us * UINT64_C(0x9e3779b97f4a7c15);

	mix = (mix ^ (mix >> 29) ^ (uint64_t)permit->end_us) * UINT64_C(0xbf58476d1ce4e5b9);
	mix = (mix ^ (mix >> 32) ^ permit->unknown) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(mix >> 32) | 1;
}

enum airtime_verdict airtime_permit(const struct airtime *airtime,
				    const struct airtime_request *request, struct permit *ret)
{
	int64_t end_us = request->start_us + request->length_us + GRACE_US;
	int64_t window_end_us = CIVIL_NEVER;
	struct permit permit = {.start_us = request->start_us, .unknown = request->clock_unknown};

	if (!request->emergency && !request->clock_unknown) {
		enum airtime_verdict verdict = judge(airtime, request, &window_end_us);

		if (verdict != AIRTIME_OK)
			return verdict;
	}
	permit.end_us = window_end_us < end_us ? window_end_us : end_us;
	permit.seal = seal_of(&permit);
	*ret = permit;
	return AIRTIME_OK;
}

bool permit_valid(const struct permit *permit)
{
	return permit->end_us > permit->start_us && permit->seal == seal_of(permit);
}

void airtime_forget(struct airtime *airtime, int64_t now_us)
{
	int32_t today = zone_to_civil(airtime->zone, airtime_seconds(now_us)).day;
	size_t n = 0;

	if (airtime->n_charges < airtime->n_many)
		return;
	for (size_t i = 0; i < airtime->n_charges; i++) {
		if (airtime->charges[i].day >= today - DAYS_ASKED)
			airtime->charges[n++] = airtime->charges[i];
	}
	airtime->n_charges = n;
	airtime->n_many = 2 * n > CHARGES_MANY ? 2 * n : CHARGES_MANY;
}

/*
 * One more charge in the list. Without memory it joins the last one: the sums stay right, and only
 * a reload that changes the windows could see that it moved.
 */
static void list_charge(struct airtime *airtime, struct airtime_charged charge)
{
	if (airtime->n_charges == airtime->n_space)
		airtime_forget(airtime, charge.from_us);
	if (airtime->n_charges == airtime->n_space) {
		size_t space = airtime->n_space * 2;
		struct airtime_charged *more = realloc(airtime->charges, space * sizeof(*more));

		if (!more) {
			airtime->charges[airtime->n_charges - 1].length_us += charge.length_us;
			return;
		}
		airtime->charges = more;
		airtime->n_space = space;
	}
	airtime->charges[airtime->n_charges++] = charge;
}

void airtime_charge(struct airtime *airtime, int64_t from_us, int64_t length_us)
{
	struct airtime_charged charge = {.from_us = from_us, .length_us = length_us};
	size_t i;

	if (length_us <= 0)
		return;
	put_in_place(airtime, &charge);
	i = find_day(airtime, charge.day);
	add_up(i < airtime->n_days ? &airtime->days[i] : keep_day(airtime, charge.day), &charge);
	list_charge(airtime, charge);
}

static int64_t left_of(int64_t max_us, int64_t used_us)
{
	if (max_us <= 0)
		return INT64_MAX;
	return used_us < max_us ? max_us - used_us : 0;
}

struct airtime_use airtime_use_at(const struct airtime *airtime, int64_t at_us)
{
	struct airtime_around near = airtime_around(airtime, at_us);
	struct airtime_place place = airtime_place_of(airtime, &near, at_us);
	int64_t far_us = at_us + AIRTIME_DAYS_AHEAD * CIVIL_DAY_S * CIVIL_US;
	struct airtime_use use = {.inside = place.session != AIRTIME_NO_SESSION};

	if (use.inside) {
		use.window_end_us = airtime_merged_end(airtime, &near, place, far_us);
		if (use.window_end_us >= far_us)
			use.window_end_us = CIVIL_NEVER;
	} else {
		use.window_end_us = airtime_next_window(airtime, &near, at_us);
	}
	used_at(airtime, place, &use.session_used_us, &use.day_used_us);
	use.session_left_us = left_of(airtime->rules.session_max_us, use.session_used_us);
	use.day_left_us = left_of(airtime->rules.day_max_us, use.day_used_us);
	return use;
}
