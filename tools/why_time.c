/* SPDX-License-Identifier: MIT */
#include "why.h"

#include <stdio.h>
#include <string.h>

#include "airtime.h"
#include "columns.h"
#include "log_print.h"
#include "phrases.h"
#include "plan_print.h"
#include "schedule.h"
#include "words.h"

#define MINUTE_US	 (60 * CIVIL_US)
#define LONGEST_US	 (6 * 3600 * CIVIL_US) /* a row of the log that began earlier is not looked for */
#define BROADCASTS_SHOWN 40
#define TIMES_SHOWN	 8
#define SETTLED		 16 /* occurrences of one minute */

/* An occurrence that the log already has: the plan has nothing to say of it any more. */
struct settled {
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
	int64_t planned_us;
};

struct moment {
	int64_t at_us;
	bool pretended; /* a row of the other mode settles nothing */
	size_t n;
	struct settled settled[SETTLED];
	size_t n_settled;
};

/* Planned in the minute that is asked about, or sounding at that moment. */
static bool is_about(int64_t at_us, int64_t planned_us, int64_t started_us, int64_t ended_us)
{
	if (planned_us >= at_us && planned_us < at_us + MINUTE_US)
		return true;
	return started_us && started_us <= at_us && at_us < ended_us;
}

static void print_standing(const struct why *why, int64_t at_us)
{
	struct airtime_use use = airtime_use_at(why->airtime, at_us);
	struct civil at = zone_to_civil(&why->plan->zone, at_us / CIVIL_US);
	const char *code = why_airtime_code(why, at_us);
	char day[64], time[16], end[64];

	why_print_verdict(why, at_us, code);
	phrase_day(day, sizeof(day), at.day);
	plan_print_time(time, sizeof(time), at.second);
	printf("%s %s: %s", day, time, phrase_reason(code));
	if (use.window_end_us != CIVIL_NEVER) {
		civil_print_instant(end, sizeof(end), &why->plan->zone, use.window_end_us, 0);
		fputs(", ", stdout);
		printf(use.inside ? _("which end at %.10s %.5s") : _("which begin at %.10s %.5s"),
		       end, end + 11);
	}
	puts(use.inside ? "" : _("; nothing but an emergency sounds then"));
}

static void settle(struct moment *moment, const json_t *row, int64_t planned_us)
{
	struct settled *one = &moment->settled[moment->n_settled];

	if (moment->n_settled == SETTLED)
		return;
	snprintf(one->campaign, sizeof(one->campaign), "%s", ask_text(row, "campaign"));
	snprintf(one->broadcast, sizeof(one->broadcast), "%s", ask_text(row, "broadcast"));
	one->planned_us = planned_us;
	moment->n_settled++;
}

static bool is_settled(const struct moment *moment, const struct rehearsed *row)
{
	for (size_t i = 0; i < moment->n_settled; i++) {
		const struct settled *one = &moment->settled[i];

		if (one->planned_us == row->at_us && strcmp(one->campaign, row->campaign) == 0 &&
		    strcmp(one->broadcast, row->broadcast) == 0)
			return true;
	}
	return false;
}

static int print_if_about(void *context, const json_t *row)
{
	struct moment *moment = context;
	int64_t planned_us = 0, started_us = 0, ended_us = 0;

	civil_parse_instant(ask_text(row, "at"), NULL, &planned_us);
	civil_parse_instant(ask_text(row, "start"), NULL, &started_us);
	civil_parse_instant(ask_text(row, "end"), NULL, &ended_us);
	if (!is_about(moment->at_us, planned_us, started_us, ended_us))
		return 0;
	if (moment->n++ == 0)
		puts(_("In the log:"));
	log_print_line(stdout, row);
	if (json_is_true(json_object_get(row, "pretended")) == moment->pretended)
		settle(moment, row, planned_us);
	return 0;
}

/* What is to come may be in the log already: it was skipped. */
static int print_log(const struct why *why, struct moment *moment)
{
	struct store_query query = {.from_us = moment->at_us - LONGEST_US,
				    .until_us = moment->at_us + MINUTE_US,
				    .mode = -1};
	int r = EXIT_DONE;

	if (why->log)
		r = log_rows(why->log, &query, print_if_about, moment);
	if (moment->n > 0 || moment->at_us > why->scene->now_us)
		return r;
	puts(_("In the log:"));
	printf("  %s\n", _("nothing: the station did nothing at that time, or was off"));
	return r;
}

/* "05:45, 06:30" of a broadcast on the day of the moment. */
static void print_times(const struct why *why, const struct rehearsal *day, const char *campaign,
			const char *broadcast)
{
	size_t shown = 0;

	for (size_t i = 0; i < day->n && shown <= TIMES_SHOWN; i++) {
		const struct rehearsed *row = &day->items[i];
		struct civil at = zone_to_civil(&why->plan->zone, row->at_us / CIVIL_US);
		char time[16];

		if (strcmp(row->campaign, campaign) != 0 || strcmp(row->broadcast, broadcast) != 0)
			continue;
		plan_print_time(time, sizeof(time), at.second);
		printf("%s%s", shown ? ", " : ": ", shown < TIMES_SHOWN ? time : "...");
		shown++;
	}
}

static void print_explanations(const struct why *why, int64_t minute_us,
			       const struct rehearsal *day)
{
	size_t shown = 0;

	for (size_t c = 0; c < why->plan->n_campaigns; c++) {
		const struct plan_campaign *campaign = &why->plan->campaigns[c];

		for (size_t b = 0; b < campaign->n_broadcasts; b++) {
			const char *name = campaign->broadcasts[b].name;
			const char *code =
				schedule_reason_code(schedule_explain(why->plan, c, b, minute_us));

			if (shown++ >= BROADCASTS_SHOWN)
				return;
			printf("  %s/%s: %s (%s)", campaign->name, name, phrase_due(code), code);
			print_times(why, day, campaign->name, name);
			putchar('\n');
		}
	}
}

static int print_plan(const struct why *why, const struct moment *moment)
{
	int64_t at_us = moment->at_us;
	const struct zone *zone = &why->plan->zone;
	int32_t day = zone_to_civil(zone, at_us / CIVIL_US).day;
	/* From the day before: a window over midnight belongs to the day on which it begins. */
	int64_t from_us = zone_day_start(zone, day - 1) * CIVIL_US;
	int64_t today_us = zone_day_start(zone, day) * CIVIL_US;
	int64_t until_us = zone_day_start(zone, day + 1) * CIVIL_US;
	struct rehearsal rehearsal, of_day = {0};
	bool past = at_us <= why->scene->now_us;
	size_t n = 0;

	if (rehearsal_run(why->plan, from_us, until_us, why->scene->paused_until_us, &rehearsal) <
	    0)
		return complain_memory();
	for (size_t i = 0; i < rehearsal.n; i++) {
		const struct rehearsed *row = &rehearsal.items[i];

		if (row->at_us >= today_us && !of_day.items)
			of_day = (struct rehearsal){.n = rehearsal.n - i,
						    .items = &rehearsal.items[i]};
		if (!is_about(at_us, row->at_us, row->started_us, row->ended_us))
			continue;
		/* Of what is past, the plan is shown beside the log: it says what should have been. */
		if (!past && is_settled(moment, row))
			continue;
		if (n++ == 0)
			puts(_("By the plan:"));
		why_print_row(why, row);
	}
	if (n == 0 && (past || moment->n_settled == 0)) {
		puts(_("By the plan:"));
		printf("  %s\n", _("nothing is planned for that minute:"));
		print_explanations(why, at_us - at_us % MINUTE_US, &of_day);
	}
	rehearsal_done(&rehearsal);
	return EXIT_DONE;
}

int why_time(const struct why *why, int64_t at_us)
{
	struct moment moment = {.at_us = at_us, .pretended = why->scene->pretended};
	int r;

	print_standing(why, at_us);
	r = print_log(why, &moment);
	if (r != EXIT_DONE)
		return r;
	return print_plan(why, &moment);
}
