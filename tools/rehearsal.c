/* SPDX-License-Identifier: MIT */
#include "rehearsal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int make_room(struct rehearsal *rehearsal)
{
	size_t room = rehearsal->room ? rehearsal->room * 2 : 64;
	struct rehearsed *items;

	if (rehearsal->n < rehearsal->room)
		return 0;
	items = realloc(rehearsal->items, room * sizeof(*items));
	if (!items)
		return -ENOMEM;
	rehearsal->items = items;
	rehearsal->room = room;
	return 0;
}

static int collect(void *context, const struct asrun_row *row)
{
	struct rehearsal *rehearsal = context;
	struct rehearsed *item;
	const char *names = row->items ? row->items : row->opened.items;

	if (make_room(rehearsal) < 0)
		return -ENOMEM;
	item = &rehearsal->items[rehearsal->n];
	*item = (struct rehearsed){
		.at_us = row->opened.planned_us,
		.started_us = row->started_us,
		.ended_us = row->ended_us,
		.class = row->opened.class,
		.outcome = row->outcome,
		.reason = row->reason,
	};
	memcpy(item->campaign, row->opened.campaign, sizeof(item->campaign));
	memcpy(item->broadcast, row->opened.broadcast, sizeof(item->broadcast));
	item->items = strdup(names ? names : "");
	if (!item->items)
		return -ENOMEM;
	rehearsal->n++;
	return 0;
}

int rehearsal_make(const struct rehearse_options *options, struct rehearsal *ret)
{
	struct rehearsal rehearsal = {0};
	int r = rehearse_run(options, collect, &rehearsal);

	if (r < 0) {
		rehearsal_done(&rehearsal);
		return r;
	}
	*ret = rehearsal;
	return 0;
}

int rehearsal_run(const struct plan *plan, int64_t from_us, int64_t until_us,
		  int64_t paused_until_us, struct rehearsal *ret)
{
	struct rehearse_options options = {
		.plan = plan,
		.from_us = from_us,
		.until_us = until_us,
		.paused_until_us = paused_until_us,
	};

	return rehearsal_make(&options, ret);
}

void rehearsal_done(struct rehearsal *rehearsal)
{
	for (size_t i = 0; i < rehearsal->n; i++)
		free(rehearsal->items[i].items);
	free(rehearsal->items);
	*rehearsal = (struct rehearsal){0};
}

static const struct plan_broadcast *find_broadcast(const struct plan_campaign *campaign,
						   const char *name)
{
	for (size_t i = 0; i < campaign->n_broadcasts; i++) {
		if (strcmp(campaign->broadcasts[i].name, name) == 0)
			return &campaign->broadcasts[i];
	}
	return NULL;
}

const char *rehearsed_title(const struct plan *plan, const struct rehearsed *row)
{
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct plan_broadcast *broadcast;

		if (strcmp(plan->campaigns[i].name, row->campaign) != 0)
			continue;
		broadcast = find_broadcast(&plan->campaigns[i], row->broadcast);
		if (broadcast && broadcast->title[0])
			return broadcast->title;
	}
	return row->broadcast;
}

int64_t rehearsed_length_us(const struct rehearsed *row)
{
	return row->started_us ? row->ended_us - row->started_us : 0;
}
