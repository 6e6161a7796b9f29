/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void free_clip(struct plan_clip *clip)
{
	free(clip->name);
	free(clip->title);
	free(clip->text);
	free(clip->source);
}

static void free_broadcast(struct plan_broadcast *broadcast)
{
	free(broadcast->name);
	free(broadcast->title);
	free(broadcast->at_s);
	free(broadcast->dates);
	free(broadcast->except);
	free(broadcast->items);
}

static void free_campaign(struct plan_campaign *campaign)
{
	for (size_t i = 0; campaign->playlists && i < campaign->n_playlists; i++) {
		free(campaign->playlists[i].name);
		free(campaign->playlists[i].clips);
	}
	for (size_t i = 0; campaign->broadcasts && i < campaign->n_broadcasts; i++)
		free_broadcast(&campaign->broadcasts[i]);
	free(campaign->playlists);
	free(campaign->broadcasts);
	free(campaign->name);
	free(campaign->title);
}

struct plan *plan_free(struct plan *plan)
{
	if (!plan)
		return NULL;
	for (size_t i = 0; plan->clips && i < plan->n_clips; i++)
		free_clip(&plan->clips[i]);
	for (size_t i = 0; plan->campaigns && i < plan->n_campaigns; i++)
		free_campaign(&plan->campaigns[i]);
	free(plan->clips);
	free(plan->campaigns);
	free(plan->station);
	zone_done(&plan->zone);
	free(plan);
	return NULL;
}

const struct plan_clip *plan_find_clip(const struct plan *plan, const char *name)
{
	size_t low = 0, high = plan->n_clips;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, plan->clips[middle].name);

		if (order == 0)
			return &plan->clips[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Does the campaign's name stand before the slash of "campaign/broadcast"? */
static bool is_named(const struct plan_campaign *campaign, const char *name, const char *slash)
{
	size_t n = (size_t)(slash - name);

	return strlen(campaign->name) == n && memcmp(campaign->name, name, n) == 0;
}

int plan_find_broadcast(const struct plan *plan, const char *name, size_t *ret_campaign,
			size_t *ret_broadcast)
{
	const char *slash = strchr(name, '/');
	const char *wanted = slash ? slash + 1 : name;
	size_t n_found = 0, found_campaign = 0, found_broadcast = 0;

	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct plan_campaign *campaign = &plan->campaigns[i];

		if (slash && !is_named(campaign, name, slash))
			continue;
		for (size_t j = 0; j < campaign->n_broadcasts; j++) {
			if (strcmp(campaign->broadcasts[j].name, wanted) != 0)
				continue;
			found_campaign = i;
			found_broadcast = j;
			n_found++;
		}
	}
	if (n_found != 1)
		return n_found == 0 ? -ENOENT : -ENOTUNIQ;
	*ret_campaign = found_campaign;
	*ret_broadcast = found_broadcast;
	return 0;
}

/*
 * A yearly date in a given year. 29 February of an ordinary year is read as the day after
 * (a 'from') or the day before (an 'until').
 */
static int32_t day_in_year(struct civil_date date, int year, bool until)
{
	date.year = (int16_t)year;
	if (!civil_date_exists(date))
		date = until ? (struct civil_date){(int16_t)year, 2, 28}
			     : (struct civil_date){(int16_t)year, 3, 1};
	return civil_day(date);
}

static bool wraps(const struct plan_campaign *campaign)
{
	struct civil_date from = campaign->from, until = campaign->until;

	return from.month != until.month ? from.month > until.month : from.day > until.day;
}

bool plan_campaign_edition(const struct plan_campaign *campaign, int32_t day, int32_t *ret_from,
			   int32_t *ret_until)
{
	int year = civil_date_of(day).year;

	if (campaign->from.year != 0 || campaign->until.year != 0) {
		int32_t until = civil_day(campaign->until);

		if (day > until)
			return false;
		*ret_from = civil_day(campaign->from);
		*ret_until = until;
		return true;
	}
	/* Last year's edition may reach into this year. One from 29 February to 29 February is
	 * there only in leap years, which can be eight years apart. */
	for (int begins = year - 1; begins <= year + 9 && begins < INT16_MAX; begins++) {
		int32_t from = day_in_year(campaign->from, begins, false);
		int32_t until = day_in_year(campaign->until, begins + wraps(campaign), true);

		if (from > until || day > until)
			continue;
		*ret_from = from;
		*ret_until = until;
		return true;
	}
	return false;
}

bool plan_campaign_open(const struct plan_campaign *campaign, int32_t day, int32_t *ret_edition)
{
	int32_t from, until;

	if (!plan_campaign_edition(campaign, day, &from, &until) || day < from)
		return false;
	*ret_edition = from;
	return true;
}

bool plan_date_is(struct civil_date date, int32_t day)
{
	struct civil_date that = civil_date_of(day);

	return date.month == that.month && date.day == that.day &&
	       (date.year == 0 || date.year == that.year);
}

bool plan_clip_valid(const struct plan_clip *clip, int32_t day)
{
	return day >= clip->valid_from && day <= clip->valid_until;
}

const char *plan_class_name(enum plan_class class)
{
	static const char *const names[] = {"normal", "priority", "emergency"};

	return (size_t) class < sizeof(names) / sizeof(names[0]) ? names[class] : "?";
}
