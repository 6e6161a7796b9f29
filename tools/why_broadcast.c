/* SPDX-License-Identifier: MIT */
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "airtime.h"
#include "columns.h"
#include "log_print.h"
#include "phrases.h"
#include "schedule.h"
#include "words.h"

#define STEPS_MAX   200000 /* occurrences looked through for the next one of a broadcast */
#define TIMES_SHOWN 24

/* The broadcast that is asked about. */
struct asked {
	const struct why *why;
	size_t campaign, broadcast;
	const struct plan_campaign *of;
	const struct plan_broadcast *it;
};

/* Its first occurrence after an instant; -ENOENT if there is none. */
static int find_occurrence(const struct asked *asked, int64_t after_us, int64_t *ret_us)
{
	struct schedule *schedule;
	struct occurrence occurrence;
	int r = schedule_new(asked->why->plan, after_us, &schedule);

	if (r < 0)
		return r;
	for (size_t i = 0; i < STEPS_MAX; i++) {
		r = schedule_next(schedule, &occurrence);
		if (r < 0)
			break;
		if (occurrence.campaign == asked->campaign &&
		    occurrence.broadcast == asked->broadcast)
			break;
		r = -ENOENT;
	}
	schedule_free(schedule);
	if (r == 0)
		*ret_us = occurrence.at_us;
	return r;
}

static const struct rehearsed *find_row(const struct asked *asked, const struct rehearsal *day,
					int64_t at_us)
{
	for (size_t i = 0; i < day->n; i++) {
		const struct rehearsed *row = &day->items[i];

		if (row->at_us == at_us && strcmp(row->campaign, asked->of->name) == 0 &&
		    strcmp(row->broadcast, asked->it->name) == 0)
			return row;
	}
	return NULL;
}

static bool is_airtime(enum asrun_reason reason)
{
	return reason == REASON_OUTSIDE_AIRTIME || reason == REASON_ENDS_OUTSIDE ||
	       reason == REASON_SESSION_FULL || reason == REASON_DAY_FULL;
}

/* What the permitted hours say of one of its times of day, on the day that is looked at. */
static void print_time(const struct asked *asked, const struct rehearsal *day, int32_t on,
		       int32_t second)
{
	struct civil at = {.day = on + second / CIVIL_DAY_S, .second = second % CIVIL_DAY_S};
	const struct rehearsed *row;
	int64_t utc_s;

	zone_to_utc(&asked->why->plan->zone, at, &utc_s);
	row = find_row(asked, day, utc_s * CIVIL_US);
	why_print_verdict(asked->why, utc_s * CIVIL_US,
			  row && is_airtime(row->reason)
				  ? asrun_reason_code(row->reason)
				  : why_airtime_code(asked->why, utc_s * CIVIL_US));
}

static void print_standing(const struct asked *asked, const struct rehearsal *day, int32_t on)
{
	const struct plan_broadcast *it = asked->it;
	size_t n = 0;

	for (size_t i = 0; i < it->n_at && n < TIMES_SHOWN; i++, n++)
		print_time(asked, day, on, it->at_s[i]);
	for (int32_t s = it->from_s; it->every_s > 0 && s < it->until_s && n < TIMES_SHOWN;
	     s += it->every_s, n++)
		print_time(asked, day, on, s);
	if (n == TIMES_SHOWN)
		puts("...");
}

static int print_last_row(void *context, const json_t *row)
{
	bool *found = context;

	log_print_line(stdout, row);
	*found = true;
	return 0;
}

static int print_last(const struct asked *asked)
{
	struct store_query query = {.newest_first = true, .limit = 1, .mode = -1};
	bool found = false;
	int r = EXIT_DONE;

	puts(_("Last in the log:"));
	snprintf(query.campaign, sizeof(query.campaign), "%s", asked->of->name);
	snprintf(query.broadcast, sizeof(query.broadcast), "%s", asked->it->name);
	if (asked->why->log)
		r = log_rows(asked->why->log, &query, print_last_row, &found);
	if (!found)
		printf("  %s\n", _("never"));
	return r;
}

static void print_next(const struct asked *asked, const struct rehearsal *day, int64_t next_us)
{
	const struct rehearsed *row = next_us ? find_row(asked, day, next_us) : NULL;
	int64_t now_us = asked->why->scene->now_us;
	const char *code = schedule_reason_code(
		schedule_explain(asked->why->plan, asked->campaign, asked->broadcast,
				 now_us - now_us % (60 * CIVIL_US)));

	puts(_("Next by the plan:"));
	if (row)
		why_print_row(asked->why, row);
	else
		printf("  %s\n", _("never again"));
	printf(_("Now: %s (%s)"), phrase_due(code), code);
	putchar('\n');
}

/* The day to look at: that of the next occurrence, else of the first there was, else today. */
static int choose_day(const struct asked *asked, int32_t *ret_day, int64_t *ret_next_us)
{
	const struct zone *zone = &asked->why->plan->zone;
	int64_t at_us = asked->why->scene->now_us;
	int r = find_occurrence(asked, at_us, &at_us);

	*ret_next_us = r == 0 ? at_us : 0;
	if (r == -ENOENT && asked->of->from.year) {
		int64_t start_s = zone_day_start(zone, civil_day(asked->of->from));

		r = find_occurrence(asked, start_s * CIVIL_US - 1, &at_us);
	}
	if (r < 0 && r != -ENOENT)
		return r;
	*ret_day = zone_to_civil(zone, at_us / CIVIL_US).day;
	return 0;
}

int why_broadcast(const struct why *why, size_t campaign, size_t broadcast)
{
	const struct plan_campaign *of = &why->plan->campaigns[campaign];
	struct asked asked = {why, campaign, broadcast, of, &of->broadcasts[broadcast]};
	const struct zone *zone = &why->plan->zone;
	struct rehearse_options options = {
		.plan = why->plan,
		.paused_until_us = why->scene->paused_until_us,
		.skips = why->skips.items,
		.n_skips = why->skips.n,
	};
	struct rehearsal rehearsal;
	int64_t next_us;
	int32_t day;
	int r;

	if (choose_day(&asked, &day, &next_us) < 0)
		return complain_memory();
	options.from_us = zone_day_start(zone, day - 1) * CIVIL_US;
	options.until_us = zone_day_start(zone, day + 1) * CIVIL_US;
	if (rehearsal_make(&options, &rehearsal) < 0)
		return complain_memory();
	print_standing(&asked, &rehearsal, day);
	printf("%s/%s", of->name, asked.it->name);
	fputs(asked.it->title[0] ? ": " : "", stdout);
	columns_clean(stdout, asked.it->title);
	putchar('\n');
	r = print_last(&asked);
	if (r == EXIT_DONE)
		print_next(&asked, &rehearsal, next_us);
	rehearsal_done(&rehearsal);
	return r;
}
