/* SPDX-License-Identifier: MIT */
#include "clock_jump.h"

#include <stdio.h>

#include "columns.h"
#include "phrases.h"
#include "plan_print.h"
#include "rehearsal.h"
#include "words.h"

#define BACK_US	 (31 * CIVIL_DAY_S * CIVIL_US) /* farther back what is left out is not counted */
#define AHEAD_US (7 * CIVIL_DAY_S * CIVIL_US)  /* so far is looked for the next broadcast */

static void print_instant(const struct clock_jump *jump, int64_t us)
{
	struct civil at = zone_to_civil(&jump->plan->zone, us / CIVIL_US);
	char day[64], time[16];

	phrase_day(day, sizeof(day), at.day);
	plan_print_time(time, sizeof(time), at.second);
	printf("%s %s", day, time);
}

static void print_broadcast(const struct clock_jump *jump, const struct rehearsed *row)
{
	char result[512];

	fputs("  ", stdout);
	print_instant(jump, row->at_us);
	fputs("  ", stdout);
	columns_clean(stdout, rehearsed_title(jump->plan, row));
	plan_print_result(result, sizeof(result), row);
	printf(" (%s/%s): %s\n", row->campaign, row->broadcast, result);
}

static int64_t late_us(const struct plan *plan, const struct rehearsed *row)
{
	char name[2 * LIMIT_NAME];
	size_t campaign, broadcast;

	snprintf(name, sizeof(name), "%s/%s", row->campaign, row->broadcast);
	if (plan_find_broadcast(plan, name, &campaign, &broadcast) < 0)
		return 0;
	return plan->campaigns[campaign].broadcasts[broadcast].late_us;
}

/* Where an occurrence stands once the clock shows to_us. */
enum fate { FATE_DONE, FATE_AT_ONCE, FATE_LEFT_OUT, FATE_TO_COME };

static enum fate fate_of(const struct clock_jump *jump, const struct rehearsed *row)
{
	if (row->at_us <= jump->accounted_us)
		return FATE_DONE;
	if (row->at_us > jump->to_us)
		return FATE_TO_COME;
	return row->at_us + late_us(jump->plan, row) >= jump->to_us ? FATE_AT_ONCE : FATE_LEFT_OUT;
}

static size_t count(const struct clock_jump *jump, const struct rehearsal *list, enum fate fate,
		    const struct rehearsed **ret_first)
{
	size_t n = 0;

	*ret_first = NULL;
	for (size_t i = 0; i < list->n; i++) {
		if (fate_of(jump, &list->items[i]) != fate ||
		    (fate == FATE_DONE && list->items[i].at_us <= jump->to_us))
			continue;
		if (n++ == 0)
			*ret_first = &list->items[i];
	}
	return n;
}

static void print_at_once(const struct clock_jump *jump, const struct rehearsal *list)
{
	const struct rehearsed *first;

	if (count(jump, list, FATE_AT_ONCE, &first) == 0)
		return;
	puts(_("At once, as it is not too late for them:"));
	for (size_t i = 0; i < list->n; i++)
		if (fate_of(jump, &list->items[i]) == FATE_AT_ONCE)
			print_broadcast(jump, &list->items[i]);
}

/* What is jumped over (an empty log accounts for nothing), or gone back over. */
static void print_not(const struct clock_jump *jump, const struct rehearsal *list)
{
	const struct rehearsed *first;
	size_t n = jump->accounted_us ? count(jump, list, FATE_LEFT_OUT, &first) : 0;

	if (n > 0) {
		printf(_("Left out, because it is too late for them: %zu, the first:"), n);
		putchar('\n');
		print_broadcast(jump, first);
	}
	n = count(jump, list, FATE_DONE, &first);
	if (n > 0) {
		printf(_("Not a second time, because they are done: %zu, the first:"), n);
		putchar('\n');
		print_broadcast(jump, first);
	}
}

static void print_list(const struct clock_jump *jump, const struct rehearsal *list)
{
	const struct rehearsed *next;

	print_at_once(jump, list);
	print_not(jump, list);
	if (count(jump, list, FATE_TO_COME, &next) > 0) {
		puts(_("Next:"));
		print_broadcast(jump, next);
	} else {
		puts(_("Nothing is planned in the 7 days after that."));
	}
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int clock_jump_print(const struct clock_jump *jump)
{
	int64_t from_us = jump->accounted_us + 1, until_us = jump->to_us + AHEAD_US;
	struct rehearsal list = {0};
	int error;

	if (from_us < jump->to_us - BACK_US)
		from_us = jump->to_us - BACK_US;
	from_us = least(from_us, jump->to_us);
	if (jump->accounted_us > until_us)
		until_us = least(jump->accounted_us, jump->to_us + BACK_US);
	error = rehearsal_run(jump->plan, from_us, until_us, jump->paused_until_us, &list);
	if (error == 0)
		print_list(jump, &list);
	rehearsal_done(&list);
	return error;
}
