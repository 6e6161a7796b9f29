/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "airtime.h"
#include "columns.h"
#include "phrases.h"
#include "plan_print.h"
#include "when.h"
#include "why.h"
#include "words.h"

const char *why_airtime_code(const struct why *why, int64_t at_us)
{
	return airtime_use_at(why->airtime, at_us).inside ? "inside-airtime" : "outside-airtime";
}

void why_print_verdict(const struct why *why, int64_t at_us, const char *code)
{
	struct civil at = zone_to_civil(&why->plan->zone, at_us / CIVIL_US);
	char time[16];

	plan_print_time(time, sizeof(time), at.second);
	printf("%s %s\n", time, code);
}

void why_print_row(const struct why *why, const struct rehearsed *row)
{
	struct civil at = zone_to_civil(&why->plan->zone, row->at_us / CIVIL_US);
	const char *code = asrun_reason_code(row->reason);
	char day[16], time[16], items[512], result[LIMIT_WHY];

	civil_print_date(day, sizeof(day), at.day);
	plan_print_time(time, sizeof(time), at.second);
	plan_print_items(items, sizeof(items), row->items, 4);
	plan_print_result(result, sizeof(result), row);
	printf("  %s %s  ", day, time);
	columns_clean(stdout, rehearsed_title(why->plan, row));
	printf(" (%s/%s): %s", row->campaign, row->broadcast, result);
	if (code)
		printf(" (%s)", code);
	printf(". %s\n", items);
}

/* The operands are one time, written in one word or two, or one broadcast. */
static int answer(const struct why *why, const char *question)
{
	size_t campaign, broadcast;
	int64_t at_us;
	int r;

	if (when_time(question, &why->plan->zone, why->scene->today, &at_us) == 0)
		return why_time(why, at_us);
	r = plan_find_broadcast(why->plan, question, &campaign, &broadcast);
	if (r == 0)
		return why_broadcast(why, campaign, broadcast);
	if (r == -ENOTUNIQ)
		complain(_("several campaigns have a broadcast \"%s\": write CAMPAIGN/%s"),
			 question, question);
	else
		complain(_("\"%s\" is neither a time (03:15, \"2024-06-05 17:00\") nor a "
			   "broadcast of the config"),
			 question);
	return EXIT_NO;
}

static int why_of(const struct scene *scene, const char *question, struct offline *offline)
{
	struct why why = {.scene = scene, .plan = offline->plan};
	int r;

	if (airtime_new(&why.plan->airtime, &why.plan->zone, &why.airtime) < 0)
		return complain_memory();
	log_open_if_there(scene, &why.log); /* without one the other half of the answer is given */
	r = why.log ? skips_read(scene, why.log, &why.skips) : EXIT_DONE;
	if (r == EXIT_DONE)
		r = answer(&why, question);
	skips_done(&why.skips);
	log_close(why.log);
	airtime_free(why.airtime);
	return r;
}

int cmd_why(const struct call *call)
{
	struct recordings recordings = {0};
	struct offline offline = {0};
	struct scene scene;
	char question[2 * LIMIT_NAME + 64];
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	snprintf(question, sizeof(question), "%s%s%s", call->operands[0],
		 call->n_operands > 1 ? " " : "", call->n_operands > 1 ? call->operands[1] : "");
	r = scene_recordings(&scene, &recordings);
	if (r == EXIT_DONE)
		r = offline_need(scene.config, scene.state, &recordings, scene.now_us, &offline);
	if (r == EXIT_DONE)
		r = why_of(&scene, question, &offline);
	offline_done(&offline);
	recordings_done(&recordings);
	scene_close(&scene);
	return r;
}
