/* SPDX-License-Identifier: MIT */
#include "skips.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const struct scene *scene;
	struct skips *skips;
};

static int make_room(struct skips *skips)
{
	size_t room = skips->room ? skips->room * 2 : 16;
	struct rehearse_skip *items;

	if (skips->n < skips->room)
		return EXIT_DONE;
	items = realloc(skips->items, room * sizeof(*items));
	if (!items)
		return complain_memory();
	skips->items = items;
	skips->room = room;
	return EXIT_DONE;
}

static int take(void *context, const json_t *row)
{
	const struct reading *reading = context;
	struct skips *skips = reading->skips;
	struct rehearse_skip skip = {0};
	int r;

	if (strcmp(ask_text(row, "reason"), asrun_reason_code(REASON_SKIPPED)) != 0 ||
	    json_is_true(json_object_get(row, "pretended")) != reading->scene->pretended ||
	    civil_parse_instant(ask_text(row, "at"), NULL, &skip.planned_us) < 0)
		return EXIT_DONE;
	r = make_room(skips);
	if (r != EXIT_DONE)
		return r;
	snprintf(skip.campaign, sizeof(skip.campaign), "%s", ask_text(row, "campaign"));
	snprintf(skip.broadcast, sizeof(skip.broadcast), "%s", ask_text(row, "broadcast"));
	skips->items[skips->n++] = skip;
	return EXIT_DONE;
}

int skips_read(const struct scene *scene, struct log_source *log, struct skips *ret)
{
	struct reading reading = {scene, ret};
	struct store_query query = {
		.from_us = zone_day_start(&scene->zone, scene->today) * CIVIL_US, .mode = -1};

	return log_rows(log, &query, take, &reading);
}

void skips_done(struct skips *skips)
{
	free(skips->items);
	*skips = (struct skips){0};
}
