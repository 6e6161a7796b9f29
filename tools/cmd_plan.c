/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "airtime.h"
#include "json_line.h"
#include "plan_diff.h"
#include "plan_print.h"
#include "rehearse.h"
#include "row_json.h"
#include "scene.h"
#include "skips.h"
#include "words.h"

#define PLAN_DAYS 7 /* without --until */

/* What the command was asked for, worked out. */
struct planning {
	const struct scene *scene;
	struct recordings recordings;
	struct skips skips;
	struct when_range range;
	int64_t from_us, until_us;
	bool json;
};

struct line {
	const struct zone *zone;
	size_t n;
};

static int print_line(void *context, const struct asrun_row *row)
{
	struct line *line = context;
	json_t *json = row_json_plan(row, line->zone);
	int r = json ? json_line(stdout, json, JSON_COMPACT) : -ENOMEM;

	json_decref(json);
	line->n += r == 0;
	return r;
}

static struct rehearse_options options_of(const struct planning *planning, const struct plan *plan)
{
	return (struct rehearse_options){
		.plan = plan,
		.from_us = planning->from_us,
		.until_us = planning->until_us,
		.paused_until_us = planning->scene->paused_until_us,
		.skips = planning->skips.items,
		.n_skips = planning->skips.n,
	};
}

static int print_json(const struct planning *planning, const struct plan *plan)
{
	struct line line = {.zone = &plan->zone};
	struct rehearse_options options = options_of(planning, plan);

	if (rehearse_run(&options, print_line, &line) < 0)
		return complain_memory();
	if (line.n == 0)
		plan_print_nothing(stderr, plan, &planning->range);
	return EXIT_DONE;
}

/* The permitted hours, a line a window: {"from", "until"}, cut to the range. */
static int print_airtime(const struct planning *planning, const struct plan *plan)
{
	struct airtime *airtime;
	int64_t at_us = planning->from_us;

	if (airtime_new(&plan->airtime, &plan->zone, &airtime) < 0)
		return complain_memory();
	while (at_us < planning->until_us) {
		struct airtime_use use = airtime_use_at(airtime, at_us);
		int64_t end_us = use.window_end_us < planning->until_us ? use.window_end_us
									: planning->until_us;

		if (use.inside) {
			json_t *window = json_pack("{s:o, s:o}", "from",
						   row_json_instant(&plan->zone, at_us, 0), "until",
						   row_json_instant(&plan->zone, end_us, 0));

			json_line(stdout, window, JSON_COMPACT);
			json_decref(window);
		}
		at_us = end_us;
	}
	airtime_free(airtime);
	return EXIT_DONE;
}

static int print_page(const struct planning *planning, const struct plan *plan)
{
	struct rehearse_options options = options_of(planning, plan);
	struct rehearsal rehearsal;

	if (rehearsal_make(&options, &rehearsal) < 0)
		return complain_memory();
	if (rehearsal.n == 0)
		plan_print_nothing(stdout, plan, &planning->range);
	else
		plan_print_page(stdout, plan, &rehearsal);
	rehearsal_done(&rehearsal);
	return EXIT_DONE;
}

static int print_difference(const struct planning *planning, const struct plan *before,
			    const struct plan *after)
{
	struct rehearse_options of_before = options_of(planning, before);
	struct rehearse_options of_after = options_of(planning, after);
	struct rehearsal old_rows = {0}, new_rows = {0};
	struct plan_diff diff = {0};
	int r = rehearsal_make(&of_before, &old_rows);

	if (r == 0)
		r = rehearsal_make(&of_after, &new_rows);
	if (r == 0)
		r = plan_diff_make(&old_rows, &new_rows, &diff);
	if (r == 0 && planning->json)
		r = plan_diff_print_json(stdout, &diff, &after->zone);
	else if (r == 0)
		plan_diff_print(stdout, &diff, before, after);
	plan_diff_done(&diff);
	rehearsal_done(&old_rows);
	rehearsal_done(&new_rows);
	return r < 0 ? complain_memory() : EXIT_DONE;
}

/*
 * The campaigns that belong to OTHER: those beside it, as in the station's accepted copy (what it
 * runs, before an edit is reloaded), else the state's.
 */
static const char *home_of(const char *other, const char *state, char *folder, size_t n)
{
	char campaigns[LIMIT_PATH + 16];
	const char *slash = strrchr(other, '/');
	int length = slash ? (int)(slash - other) : 0;
	struct stat seen;

	if (!slash || snprintf(folder, n, "%.*s", length, other) >= (int)n)
		return state;
	snprintf(campaigns, sizeof(campaigns), "%s/campaigns", folder);
	return stat(campaigns, &seen) == 0 && S_ISDIR(seen.st_mode) ? folder : state;
}

static int compare(struct planning *planning, const char *other, const struct plan *after)
{
	char folder[LIMIT_PATH];
	const char *home = home_of(other, planning->scene->state, folder, sizeof(folder));
	struct offline before = {0};
	int r = offline_need(other, home, &planning->recordings, planning->scene->now_us, &before);

	if (r == EXIT_DONE)
		r = print_difference(planning, before.plan, after);
	offline_done(&before);
	return r;
}

static int show(const struct call *call, struct planning *planning)
{
	const char *other = call_value(call, "diff");
	struct offline offline = {0};
	int r = offline_need(planning->scene->config, planning->scene->state, &planning->recordings,
			     planning->scene->now_us, &offline);

	if (r == EXIT_DONE) {
		/* Days are those of the plan's own zone. */
		when_range_us(&planning->range, &offline.plan->zone, &planning->from_us,
			      &planning->until_us);
		if (other)
			r = compare(planning, other, offline.plan);
		else if (call_has(call, "airtime"))
			r = print_airtime(planning, offline.plan);
		else if (planning->json)
			r = print_json(planning, offline.plan);
		else
			r = print_page(planning, offline.plan);
	}
	offline_done(&offline);
	return r;
}

/* The log of a station that may not be asked, or is not there, is no part of the plan. */
static int read_skips(struct planning *planning)
{
	struct log_source *log = NULL;
	int r = EXIT_DONE;

	if (!planning->scene->unreachable)
		r = log_open_if_there(planning->scene, &log);
	if (r == EXIT_DONE && log)
		r = skips_read(planning->scene, log, &planning->skips);
	log_close(log);
	return r;
}

int cmd_plan(const struct call *call)
{
	struct scene scene;
	struct planning planning = {.scene = &scene, .json = call_has(call, "json")};
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	if (when_range(call_value(call, "from"), call_value(call, "until"), scene.today, PLAN_DAYS,
		       &planning.range) < 0)
		r = EXIT_WRONG;
	if (r == EXIT_DONE)
		r = scene_recordings(&scene, &planning.recordings);
	if (r == EXIT_DONE)
		r = read_skips(&planning);
	if (r == EXIT_DONE)
		r = show(call, &planning);
	skips_done(&planning.skips);
	recordings_done(&planning.recordings);
	scene_close(&scene);
	return r;
}
