/* SPDX-License-Identifier: MIT */
/* Who uses a clip. */
#include <stdio.h>

#include "plan.h"

static bool playlist_has(const struct plan_playlist *playlist, size_t clip)
{
	for (size_t i = 0; i < playlist->n_clips; i++)
		if (playlist->clips[i] == clip)
			return true;
	return false;
}

bool plan_broadcast_plays(const struct plan_campaign *campaign,
			  const struct plan_broadcast *broadcast, size_t clip)
{
	for (size_t i = 0; i < broadcast->n_items; i++) {
		const struct plan_item *item = &broadcast->items[i];

		if (item->playlist ? playlist_has(&campaign->playlists[item->index], clip)
				   : item->index == clip)
			return true;
	}
	return false;
}

bool plan_campaign_plays(const struct plan_campaign *campaign, size_t clip)
{
	for (size_t i = 0; i < campaign->n_broadcasts; i++)
		if (campaign->broadcasts[i].enabled &&
		    plan_broadcast_plays(campaign, &campaign->broadcasts[i], clip))
			return true;
	return false;
}

static bool is_played(const struct plan_campaign *campaign, size_t playlist)
{
	for (size_t i = 0; i < campaign->n_broadcasts; i++)
		for (size_t j = 0; j < campaign->broadcasts[i].n_items; j++) {
			const struct plan_item *item = &campaign->broadcasts[i].items[j];

			if (item->playlist && item->index == playlist)
				return true;
		}
	return false;
}

/* The name of the nth thing of the campaign if it uses the clip: broadcasts first, then lists. */
static const char *use_of(const struct plan_campaign *campaign, size_t n, size_t clip)
{
	const struct plan_playlist *playlist;

	if (n < campaign->n_broadcasts)
		return plan_broadcast_plays(campaign, &campaign->broadcasts[n], clip)
			       ? campaign->broadcasts[n].name
			       : NULL;
	n -= campaign->n_broadcasts;
	playlist = &campaign->playlists[n];
	return playlist_has(playlist, clip) && !is_played(campaign, n) ? playlist->name : NULL;
}

bool plan_next_use(const struct plan *plan, size_t clip, int32_t day, size_t *at, char *ret)
{
	size_t first = 0;

	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct plan_campaign *campaign = &plan->campaigns[i];
		size_t n = campaign->n_broadcasts + campaign->n_playlists;
		int32_t from, until;

		for (; *at < first + n; (*at)++) {
			const char *name = use_of(campaign, *at - first, clip);

			if (!name || !plan_campaign_edition(campaign, day, &from, &until))
				continue;
			snprintf(ret, PLAN_USE, "%s/%s", campaign->name, name);
			(*at)++;
			return true;
		}
		first += n;
	}
	return false;
}
