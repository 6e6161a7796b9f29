/* SPDX-License-Identifier: MIT */
#include "schedule_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct civil local_time(int32_t day, int32_t second)
{
	return (struct civil){day + second / CIVIL_DAY_S, second % CIVIL_DAY_S};
}

bool schedule_instant(const struct zone *zone, int32_t day, int32_t second, bool at,
		      int64_t *ret_us)
{
	int64_t utc_s;

	if (zone_to_utc(zone, local_time(day, second), &utc_s) == CIVIL_GAP && !at)
		return false;
	*ret_us = utc_s * CIVIL_US;
	return true;
}

static bool names_day(const struct civil_date *dates, size_t n, struct civil_date day)
{
	for (size_t i = 0; i < n; i++) {
		if (dates[i].day == day.day && dates[i].month == day.month &&
		    (dates[i].year == 0 || dates[i].year == day.year))
			return true;
	}
	return false;
}

enum schedule_reason schedule_day_verdict(const struct plan_broadcast *broadcast, int32_t day,
					  struct civil_date date)
{
	if (!(broadcast->days >> civil_weekday(day) & 1))
		return SCHEDULE_WRONG_DAY;
	if (broadcast->n_dates > 0 && !names_day(broadcast->dates, broadcast->n_dates, date))
		return SCHEDULE_NOT_IN_DATES;
	if (names_day(broadcast->except, broadcast->n_except, date))
		return SCHEDULE_EXCEPTED;
	return SCHEDULE_DUE;
}

/* The edition of every campaign for the day; how many are open. */
static size_t open_campaigns(struct schedule *schedule)
{
	size_t n_open = 0;

	for (size_t i = 0; i < schedule->plan->n_campaigns; i++) {
		struct schedule_campaign *campaign = &schedule->campaigns[i];

		if (!campaign->over && schedule->day > campaign->until)
			campaign->over =
				!plan_campaign_edition(&schedule->plan->campaigns[i], schedule->day,
						       &campaign->from, &campaign->until);
		n_open += !campaign->over && schedule->day >= campaign->from;
	}
	return n_open;
}

/* Marks the slots of the day; how many there are. */
static size_t mark_slots(struct schedule *schedule)
{
	int32_t day = schedule->day;
	struct civil_date date = civil_date_of(day);
	size_t n_today = 0;

	for (size_t i = 0; i < schedule->n_slots; i++) {
		struct schedule_slot *slot = &schedule->slots[i];
		const struct schedule_campaign *campaign = &schedule->campaigns[slot->campaign];

		slot->today = !campaign->over && day >= campaign->from &&
			      day >= campaign->counted_from &&
			      schedule_day_verdict(slot->rules, day, date) == SCHEDULE_DUE;
		slot->edition = campaign->from;
		n_today += slot->today;
	}
	return n_today;
}

/* Moves what is left to the front and makes room for all times of a day behind it. */
static int make_room(struct schedule *schedule)
{
	size_t n = schedule->n - schedule->head, wanted = n + schedule->n_times;
	struct schedule_due *more;

	memmove(schedule->due, schedule->due + schedule->head, n * sizeof(*schedule->due));
	schedule->head = 0;
	schedule->n = n;
	if (wanted <= schedule->n_space)
		return 0;
	more = realloc(schedule->due, wanted * sizeof(*more));
	if (!more)
		return -ENOMEM;
	schedule->due = more;
	schedule->n_space = wanted;
	return 0;
}

static bool comes_before(const struct schedule_due *a, const struct schedule_due *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->slot < b->slot;
}

/*
 * Insert in order, from the back: times of a day come almost in order, and little but a window over
 * midnight is left of the day before. What is equal stays in the order in which it was made.
 */
static void insert(struct schedule *schedule, struct schedule_due due)
{
	size_t i = schedule->n++;

	for (; i > 0 && comes_before(&due, &schedule->due[i - 1]); i--)
		schedule->due[i] = schedule->due[i - 1];
	schedule->due[i] = due;
}

static void make_times(struct schedule *schedule)
{
	const struct zone *zone = &schedule->plan->zone;
	int32_t day = schedule->day;
	int64_t day_s = (int64_t)day * CIVIL_DAY_S;
	int32_t offset_s;
	bool steady =
		zone_steady(zone, day_s - 2 * CIVIL_DAY_S, day_s + 4 * CIVIL_DAY_S, &offset_s);

	for (size_t i = 0; i < schedule->n_times; i++) {
		const struct schedule_time *time = &schedule->times[i];
		const struct schedule_slot *slot = &schedule->slots[time->slot];
		struct schedule_due due = {.slot = time->slot, .edition = slot->edition};

		if (!slot->today)
			continue;
		due.local = local_time(day, time->second);
		if (steady)
			due.at_us = (day_s + time->second - offset_s) * CIVIL_US;
		else if (!schedule_instant(zone, day, time->second, time->at, &due.at_us))
			continue;
		insert(schedule, due);
	}
}

/* The day on which the next campaign opens; last_day + 1 if none does. */
static int32_t next_opening(const struct schedule *schedule)
{
	int32_t day = schedule->last_day + 1;

	for (size_t i = 0; i < schedule->plan->n_campaigns; i++) {
		const struct schedule_campaign *campaign = &schedule->campaigns[i];

		if (!campaign->over && campaign->from < day)
			day = campaign->from;
	}
	return day;
}

int schedule_make_day(struct schedule *schedule)
{
	if (open_campaigns(schedule) == 0) {
		schedule->day = next_opening(schedule);
	} else {
		if (mark_slots(schedule) > 0) {
			int error = make_room(schedule);

			if (error)
				return error;
			make_times(schedule);
		}
		schedule->day++;
	}
	schedule->horizon_us = zone_day_start(&schedule->plan->zone, schedule->day) * CIVIL_US;
	return 0;
}
