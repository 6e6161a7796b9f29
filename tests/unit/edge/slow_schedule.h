/* SPDX-License-Identifier: MIT */
/*
 * slow_schedule - every occurrence of a plan in a list, made another way than the schedule makes it:
 * all days, all times, each looked up in the zone by trial, then sorted.
 */
#ifndef TESTS_SLOW_SCHEDULE_H
#define TESTS_SLOW_SCHEDULE_H

#include "make_plan.h"

#define HOUR_S 3600

struct expected {
	int64_t at_us;
	int32_t begin_day, edition;
	struct civil local;
	size_t campaign, broadcast, order;
};

struct list {
	struct expected *items;
	size_t n, space;
};

/* Tries the offsets that hold a day before and a day after. */
MAKER bool slow_instant(const struct zone *zone, struct civil local, bool at, int64_t *ret_us)
{
	int64_t local_s = (int64_t)local.day * CIVIL_DAY_S + local.second;
	int32_t before = zone_offset(zone, local_s - 24 * HOUR_S - 12 * HOUR_S);
	int32_t after = zone_offset(zone, local_s + 24 * HOUR_S + 12 * HOUR_S);
	int32_t larger = before > after ? before : after, smaller = before + after - larger;
	int64_t at_s = local_s - larger;

	/* The larger offset gives the earlier instant. */
	if (zone_offset(zone, at_s) != larger) {
		at_s = local_s - smaller;
		if (zone_offset(zone, at_s) != smaller) {
			if (!at)
				return false;
			for (at_s = local_s - larger; zone_offset(zone, at_s) != larger;)
				at_s++;
		}
	}
	*ret_us = at_s * CIVIL_US;
	return true;
}

MAKER void add_time(const struct plan *plan, struct list *list, struct expected it, int32_t second,
		    bool at)
{
	it.local.day = it.begin_day + second / CIVIL_DAY_S;
	it.local.second = second % CIVIL_DAY_S;
	it.order = list->n;
	if (!slow_instant(&plan->zone, it.local, at, &it.at_us))
		return;
	if (list->n == list->space) {
		list->space = list->space * 2 + 1024;
		list->items = realloc(list->items, list->space * sizeof(it));
		assert_non_null(list->items);
	}
	list->items[list->n++] = it;
}

MAKER bool is_listed(const struct civil_date *dates, size_t n, int32_t day)
{
	bool listed = false;

	for (size_t i = 0; i < n; i++)
		listed |= plan_date_is(dates[i], day);
	return listed;
}

MAKER void add_day(const struct plan *plan, struct list *list, struct expected it)
{
	const struct plan_broadcast *b = &plan->campaigns[it.campaign].broadcasts[it.broadcast];

	if (!b->enabled || !(b->days >> civil_weekday(it.begin_day) & 1) ||
	    (b->n_dates > 0 && !is_listed(b->dates, b->n_dates, it.begin_day)) ||
	    is_listed(b->except, b->n_except, it.begin_day) ||
	    !plan_campaign_open(&plan->campaigns[it.campaign], it.begin_day, &it.edition))
		return;
	for (size_t i = 0; i < b->n_at; i++)
		add_time(plan, list, it, b->at_s[i], true);
	for (int32_t s = b->from_s; b->every_s > 0 && s < b->until_s; s += b->every_s)
		add_time(plan, list, it, s, false);
}

MAKER int in_order(const void *a, const void *b)
{
	const struct expected *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	if (x->campaign != y->campaign)
		return x->campaign < y->campaign ? -1 : 1;
	if (x->broadcast != y->broadcast)
		return x->broadcast < y->broadcast ? -1 : 1;
	if (x->begin_day != y->begin_day)
		return x->begin_day < y->begin_day ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* What begins on first_day or later, cut at the end of last_day. */
MAKER struct list expected_list(const struct plan *plan, int32_t first_day, int32_t last_day)
{
	int64_t end_us = zone_day_start(&plan->zone, last_day + 1) * CIVIL_US;
	struct list list = {0};
	size_t n = 0;

	for (int32_t day = first_day; day <= last_day; day++) {
		for (size_t i = 0; i < plan->n_campaigns; i++) {
			for (size_t j = 0; j < plan->campaigns[i].n_broadcasts; j++)
				add_day(plan, &list,
					(struct expected){
						.begin_day = day, .campaign = i, .broadcast = j});
		}
	}
	qsort(list.items, list.n, sizeof(*list.items), in_order);
	for (size_t i = 0; i < list.n; i++) {
		const struct expected *it = &list.items[i], *last = &list.items[n - 1];

		if (n > 0 && last->at_us == it->at_us && last->campaign == it->campaign &&
		    last->broadcast == it->broadcast)
			continue;
		if (it->at_us >= end_us)
			break;
		list.items[n++] = *it;
	}
	list.n = n;
	return list;
}

#endif
