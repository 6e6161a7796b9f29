/* SPDX-License-Identifier: MIT */
/*
 * The walk makes one local day after another (schedule_day.c) and gives out what no later day can
 * precede any more. A walk that begins inside an edition makes the days from the edition's start
 * all the same and only counts their turns: one generator, so the clips cannot depend on where a
 * walk began.
 */
#include "schedule_internal.h"
#include "rotation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define YEARS_AHEAD_YEARLY 40
#define YEARS_AHEAD_DATED  100
#define DAYS_BEHIND	   2 /* yesterday's window over midnight, and a change of offset */

static size_t times_of(const struct plan_broadcast *broadcast)
{
	size_t n = broadcast->n_at;

	if (broadcast->every_s > 0 && broadcast->until_s > broadcast->from_s)
		n += (size_t)((broadcast->until_s - broadcast->from_s - 1) / broadcast->every_s) +
		     1;
	return n;
}

static int by_second(const void *a, const void *b)
{
	const struct schedule_time *x = a, *y = b;

	if (x->second != y->second)
		return x->second < y->second ? -1 : 1;
	if (x->slot != y->slot)
		return (x->slot > y->slot) - (x->slot < y->slot);
	return (int)y->at - (int)x->at;
}

static void add_slot(struct schedule *schedule, size_t campaign, size_t broadcast)
{
	const struct plan_broadcast *rules =
		&schedule->plan->campaigns[campaign].broadcasts[broadcast];
	uint32_t slot = (uint32_t)schedule->n_slots++;

	schedule->slots[slot] = (struct schedule_slot){
		.campaign = campaign, .broadcast = broadcast, .rules = rules};
	for (size_t i = 0; i < rules->n_at; i++)
		schedule->times[schedule->n_times++] =
			(struct schedule_time){rules->at_s[i], slot, true};
	for (int32_t second = rules->from_s; rules->every_s > 0 && second < rules->until_s;
	     second += rules->every_s)
		schedule->times[schedule->n_times++] = (struct schedule_time){second, slot, false};
}

/* A time of 'at' and of 'every' is one time, with the rights of 'at'. */
static void drop_doubles(struct schedule *schedule)
{
	size_t n = 0;

	for (size_t i = 0; i < schedule->n_times; i++) {
		const struct schedule_time *time = &schedule->times[i];

		if (n > 0 && schedule->times[n - 1].second == time->second &&
		    schedule->times[n - 1].slot == time->slot)
			continue;
		schedule->times[n++] = *time;
	}
	schedule->n_times = n;
}

static int make_slots(struct schedule *schedule)
{
	const struct plan *plan = schedule->plan;
	size_t n_slots = 0, n_times = 0, n_playlists = 0;

	for (size_t i = 0; i < plan->n_campaigns; i++) {
		n_playlists += plan->campaigns[i].n_playlists;
		n_slots += plan->campaigns[i].n_broadcasts;
		for (size_t j = 0; j < plan->campaigns[i].n_broadcasts; j++)
			n_times += times_of(&plan->campaigns[i].broadcasts[j]);
	}
	/* One more of each: an empty plan is no failed allocation. */
	schedule->slots = calloc(n_slots + 1, sizeof(*schedule->slots));
	schedule->times = calloc(n_times + 1, sizeof(*schedule->times));
	schedule->turns = calloc(n_playlists + 1, sizeof(*schedule->turns));
	schedule->campaigns = calloc(plan->n_campaigns + 1, sizeof(*schedule->campaigns));
	schedule->n_space = n_times + 1;
	schedule->due = calloc(schedule->n_space, sizeof(*schedule->due));
	if (!schedule->slots || !schedule->times || !schedule->turns || !schedule->campaigns ||
	    !schedule->due)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		for (size_t j = 0; j < plan->campaigns[i].n_broadcasts; j++) {
			if (plan->campaigns[i].broadcasts[j].enabled)
				add_slot(schedule, i, j);
		}
	}
	qsort(schedule->times, schedule->n_times, sizeof(*schedule->times), by_second);
	drop_doubles(schedule);
	return 0;
}

/* Is there a playlist whose turns must be counted? */
static bool rotates(const struct plan_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_playlists; i++) {
		if (campaign->playlists[i].order != ORDER_ALL)
			return true;
	}
	return false;
}

/* Where every campaign stands on the first day that is given out, and where counting begins. */
static void place_campaigns(struct schedule *schedule, int32_t first_day)
{
	const struct plan *plan = schedule->plan;
	size_t first_turns = 0;

	schedule->day = first_day;
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		struct schedule_campaign *campaign = &schedule->campaigns[i];

		campaign->first_turns = first_turns;
		first_turns += plan->campaigns[i].n_playlists;
		campaign->counted_from = first_day;
		campaign->over = !plan_campaign_edition(&plan->campaigns[i], first_day,
							&campaign->from, &campaign->until);
		if (plan->campaigns[i].from.year == 0)
			schedule->yearly = true;
		if (campaign->over || !rotates(&plan->campaigns[i]))
			continue;
		if (campaign->from < campaign->counted_from)
			campaign->counted_from = campaign->from;
		if (campaign->from < schedule->day)
			schedule->day = campaign->from;
	}
}

/* How far to search from a day on which something was due (or the walk began). */
static void search_from(struct schedule *schedule, int32_t day)
{
	const struct plan *plan = schedule->plan;

	schedule->last_day = schedule->yearly ? day + YEARS_AHEAD_YEARLY * 366 : day;
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct schedule_campaign *campaign = &schedule->campaigns[i];
		int32_t until = campaign->until;

		if (campaign->over)
			continue;
		if (until > day + YEARS_AHEAD_DATED * 366)
			until = day + YEARS_AHEAD_DATED * 366;
		if (until > schedule->last_day)
			schedule->last_day = until;
	}
}

/* The next one in order, doubles dropped. Turns are not counted yet. */
static int take_due(struct schedule *schedule, struct schedule_due *ret)
{
	for (;;) {
		bool all_made = schedule->day > schedule->last_day;
		const struct schedule_due *due = &schedule->due[schedule->head];

		if (schedule->head == schedule->n ||
		    (due->at_us >= schedule->horizon_us && !all_made)) {
			if (all_made)
				return -ENOENT;
			if (schedule_make_day(schedule) != 0)
				return -ENOMEM;
			continue;
		}
		schedule->head++;
		if (schedule->taken && due->at_us == schedule->taken_us &&
		    due->slot == schedule->taken_slot)
			continue;
		schedule->taken = true;
		schedule->taken_us = due->at_us;
		schedule->taken_slot = due->slot;
		*ret = *due;
		return 0;
	}
}

/* The playlist's next turn in an edition; it is taken by that. */
static uint64_t take_turn(struct schedule *schedule, const struct schedule_due *due,
			  size_t playlist)
{
	size_t campaign = schedule->slots[due->slot].campaign;
	struct schedule_turns *turns =
		&schedule->turns[schedule->campaigns[campaign].first_turns + playlist];
	unsigned older = turns->of[0].edition <= turns->of[1].edition ? 0 : 1;

	for (unsigned i = 0; i < 2; i++) {
		if (turns->of[i].edition == due->edition)
			return turns->of[i].next++;
	}
	turns->of[older].edition = due->edition;
	turns->of[older].next = 1;
	return 0;
}

static void count_turns(struct schedule *schedule, const struct schedule_due *due)
{
	const struct plan_broadcast *broadcast = schedule->slots[due->slot].rules;

	for (size_t i = 0; i < broadcast->n_items; i++) {
		if (broadcast->items[i].playlist)
			take_turn(schedule, due, broadcast->items[i].index);
	}
}

static size_t playlist_clips(struct schedule *schedule, const struct schedule_due *due,
			     size_t index, size_t n)
{
	const struct plan_campaign *campaign =
		&schedule->plan->campaigns[schedule->slots[due->slot].campaign];
	const struct plan_playlist *playlist = &campaign->playlists[index];
	uint64_t seed = 0;

	if (playlist->order == ORDER_SHUFFLE)
		seed = rotation_seed(campaign->name, playlist->name, due->edition);
	return rotation_turn(schedule->plan, playlist, take_turn(schedule, due, index),
			     due->local.day, seed, schedule->clips + n, LIMIT_ITEMS - n);
}

/* The clips in air order; 'repeat' plays the same ones again. Counts the turns. */
static size_t make_clips(struct schedule *schedule, const struct schedule_due *due)
{
	const struct plan_broadcast *broadcast = schedule->slots[due->slot].rules;
	size_t n = 0, once;

	for (size_t i = 0; i < broadcast->n_items; i++) {
		const struct plan_item *item = &broadcast->items[i];

		if (item->playlist)
			n += playlist_clips(schedule, due, item->index, n);
		else if (n < LIMIT_ITEMS)
			schedule->clips[n++] = item->index;
	}
	once = n;
	for (unsigned i = 1; once > 0 && i < broadcast->repeat && n < LIMIT_ITEMS; i++) {
		size_t more = once < LIMIT_ITEMS - n ? once : LIMIT_ITEMS - n;

		memcpy(schedule->clips + n, schedule->clips, more * sizeof(*schedule->clips));
		n += more;
	}
	return n;
}

/* Takes an occurrence off the walk into 'next', clips and all. */
static int make_next(struct schedule *schedule)
{
	struct schedule_due due;
	int error = take_due(schedule, &due);

	if (error)
		return error;
	schedule->next = (struct occurrence){
		.at_us = due.at_us,
		.local = due.local,
		.campaign = schedule->slots[due.slot].campaign,
		.broadcast = schedule->slots[due.slot].broadcast,
		.n_clips = make_clips(schedule, &due),
		.clips = schedule->clips,
	};
	search_from(schedule, due.local.day);
	return 0;
}

/* Takes and counts everything up to after_us; the first one behind it is the walk's next. */
static int catch_up(struct schedule *schedule, int64_t after_us)
{
	for (;;) {
		struct schedule_due due;
		int error = take_due(schedule, &due);

		if (error)
			return error == -ENOENT ? 0 : error;
		if (due.at_us > after_us) {
			schedule->head--;
			schedule->taken = false;
			return 0;
		}
		count_turns(schedule, &due);
	}
}

int schedule_new(const struct plan *plan, int64_t after_us, struct schedule **ret)
{
	struct schedule *schedule = calloc(1, sizeof(*schedule));
	int64_t after_s = after_us / CIVIL_US - (after_us % CIVIL_US < 0);
	int32_t first_day = zone_to_civil(&plan->zone, after_s).day - DAYS_BEHIND;
	int error;

	if (!schedule)
		return -ENOMEM;
	schedule->plan = plan;
	error = make_slots(schedule);
	if (!error) {
		place_campaigns(schedule, first_day);
		search_from(schedule, first_day);
		error = catch_up(schedule, after_us);
	}
	if (error) {
		schedule_free(schedule);
		return error;
	}
	*ret = schedule;
	return 0;
}

struct schedule *schedule_free(struct schedule *schedule)
{
	if (!schedule)
		return NULL;
	free(schedule->slots);
	free(schedule->times);
	free(schedule->turns);
	free(schedule->campaigns);
	free(schedule->due);
	free(schedule);
	return NULL;
}

int schedule_peek(struct schedule *schedule, struct occurrence *ret)
{
	int error = schedule->peeked ? 0 : make_next(schedule);

	if (error)
		return error;
	schedule->peeked = true;
	*ret = schedule->next;
	return 0;
}

int schedule_next(struct schedule *schedule, struct occurrence *ret)
{
	int error = schedule_peek(schedule, ret);

	if (!error)
		schedule->peeked = false;
	return error;
}
