/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <stdlib.h>
#include <string.h>

#include "rehearse.h"
#include "schedule.h"

#define RECORDINGS_AGAIN_US (3600 * CIVIL_US)

/* What the rehearsal says of one occurrence. */
struct verdict {
	const char *campaign, *broadcast;
	enum asrun_outcome outcome;
	enum asrun_reason reason;
};

static int take_verdict(void *context, const struct asrun_row *row)
{
	struct verdict *verdict = context;

	if (strcmp(row->opened.campaign, verdict->campaign) != 0 ||
	    strcmp(row->opened.broadcast, verdict->broadcast) != 0)
		return 0;
	verdict->outcome = row->outcome;
	verdict->reason = row->reason;
	return 1;
}

static char *join_names(const struct plan *plan, const struct occurrence *next)
{
	char *names = malloc(next->n_clips * LIMIT_NAME + 1);
	size_t used = 0;

	if (!names)
		return NULL;
	names[0] = '\0';
	for (size_t i = 0; i < next->n_clips; i++) {
		const char *name = plan->clips[next->clips[i]].name;
		size_t n = strlen(name);

		if (used)
			names[used++] = ' ';
		memcpy(names + used, name, n + 1);
		used += n;
	}
	return names;
}

static void fill_next(struct daemon *d, struct control_status *ret)
{
	struct rehearse_options options = {.plan = d->plan};
	const struct plan_campaign *campaign;
	struct verdict verdict = {0};
	struct occurrence next;

	if (station_next(d->station, &next) < 0)
		return;
	campaign = &d->plan->campaigns[next.campaign];
	verdict.campaign = campaign->name;
	verdict.broadcast = campaign->broadcasts[next.broadcast].name;
	options.from_us = next.at_us;
	options.until_us = next.at_us + 1;
	options.paused_until_us = ret->now.paused_until_us;
	free(d->next_items);
	d->next_items = join_names(d->plan, &next);
	rehearse_run(&options, take_verdict, &verdict);
	ret->has_next = true;
	ret->next_at_us = next.at_us;
	ret->next_campaign = verdict.campaign;
	ret->next_broadcast = verdict.broadcast;
	ret->next_items = d->next_items;
	ret->next_class = campaign->broadcasts[next.broadcast].class;
	ret->next_outcome = verdict.outcome;
	ret->next_reason = verdict.reason;
}

static void fill_sound(struct daemon *d, struct control_status *ret)
{
	struct player_position position;

	player_position(d->player, &position);
	ret->real_time = position.real_time;
	ret->level_dbfs = position.level_dbfs;
	ret->memory_locked = d->memory_locked;
	if (position.token && d->settings.rate_hz)
		ret->clip_position_us = position.frames * CIVIL_US / d->settings.rate_hz;
}

static const char *device_name(const struct daemon *d)
{
	return strcmp(d->options.sink, "alsa") == 0 ? d->settings.device : d->options.sink;
}

void daemon_status(void *context, struct control_status *ret)
{
	struct daemon *d = context;

	if (d->now_us - d->recordings_checked_us > RECORDINGS_AGAIN_US)
		daemon_check_recordings(d);
	daemon_look_at_clock(d);
	station_status(d->station, &ret->now);
	ret->station = d->plan->station;
	ret->version = d->options.version;
	ret->device = device_name(d);
	ret->config_file = d->config_path;
	ret->zone = &d->plan->zone;
	ret->now_us = d->now_us;
	ret->clock = d->clock_answer;
	ret->clock_look = d->clock_look;
	trust_bounds(&d->trust, &d->trust_rules, d->newest_row_us, &ret->not_before_us,
		     &ret->not_after_us);
	ret->clock_source = d->options.pretend ? "pretended" : d->options.clock;
	fill_sound(d, ret);
	fill_next(d, ret);
	ret->airtime = station_airtime(d->station, d->now_us);
	ret->volume_db = d->volume_db;
	ret->accepted_copy = d->accepted_copy;
	ret->n_clips = library_count(d->library);
	ret->n_measuring = d->n_to_measure + d->n_imports;
	ret->n_lines = daemon_lines_show(d, &ret->lines);
	daemon_usb_show(d, &ret->stick);
	ret->n_arrivals = daemon_arrivals_show(d, &ret->arrivals);
	ret->n_faults = daemon_fault_show(d);
	ret->faults = d->shown_faults;
}
