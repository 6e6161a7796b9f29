/* SPDX-License-Identifier: MIT */
/*
 * schedule_lines - a walk of the schedule as lines that a person can read.
 */
#ifndef TESTS_SCHEDULE_LINES_H
#define TESTS_SCHEDULE_LINES_H

#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "make_plan.h"
#include "schedule.h"

/* Europe/Berlin, 2024 and 2025. */
static const struct zone_change berlin_changes[] = {
	{0, 3600}, {1711846800, 7200}, {1729990800, 3600}, {1743296400, 7200}, {1761440400, 3600},
};

MAKER struct plan *new_plan(bool berlin)
{
	struct zone zone;
	struct plan *plan;

	if (berlin)
		zone = make_zone("Europe/Berlin", berlin_changes, CHECK_COUNT(berlin_changes));
	else
		assert_int_equal(zone_fixed("Asia/Ho_Chi_Minh", 25200, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	return plan;
}

MAKER int64_t instant(const struct plan *plan, const char *text)
{
	int64_t us;

	assert_int_equal(civil_parse_instant(text, &plan->zone, &us), 0);
	return us;
}

/* One line for an occurrence: "2024-06-01T05:45:00+07:00 sang a b". */
MAKER void describe(const struct plan *plan, const struct occurrence *it, char *line, size_t n)
{
	size_t used;

	civil_print_instant(line, n, &plan->zone, it->at_us, 0);
	used = strlen(line);
	used += (size_t)snprintf(line + used, n - used, " %s",
				 plan->campaigns[it->campaign].broadcasts[it->broadcast].name);
	for (size_t i = 0; i < it->n_clips; i++)
		used += (size_t)snprintf(line + used, n - used, " %s",
					 plan->clips[it->clips[i]].name);
}

/* The walk from after a time on gives these lines, and after them nothing or just more. */
MAKER void check_walk(int line, const struct plan *plan, const char *after, const char *const *want,
		      bool ends)
{
	struct schedule *walk;
	struct occurrence it;
	char text[512];

	check_row_int(line, schedule_new(plan, instant(plan, after), &walk), 0);
	for (; *want; want++) {
		check_row_int(line, schedule_next(walk, &it), 0);
		describe(plan, &it, text, sizeof(text));
		check_row_str(line, text, *want);
	}
	if (ends) {
		check_row_int(line, schedule_peek(walk, &it), -ENOENT);
		check_row_int(line, schedule_next(walk, &it), -ENOENT);
	}
	schedule_free(walk);
}

#define WANT(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
