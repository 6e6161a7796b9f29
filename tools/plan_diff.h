/* SPDX-License-Identifier: MIT */
/*
 * plan_diff - what an edit of the config changes on air, before it airs.
 *
 * Two rehearsals over the same range are compared, not two texts. Of one broadcast:
 *   moved    the same items at another time, less than a day away
 *   changed  at the same time, but other items or another result
 *   added, removed  the rest
 */
#ifndef TOOLS_PLAN_DIFF_H
#define TOOLS_PLAN_DIFF_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "rehearsal.h"

enum plan_diff_kind { DIFF_ADDED, DIFF_REMOVED, DIFF_MOVED, DIFF_CHANGED };

/* before is NULL where it was added, after where it was removed; both borrowed. */
struct plan_difference {
	enum plan_diff_kind kind;
	const struct rehearsed *before, *after;
	bool taken; /* while it is made: became the other half of a move */
};

/* In order of time (the earlier of the two). Start with {0}; free with plan_diff_done(). */
struct plan_diff {
	size_t n;
	struct plan_difference *items;
	size_t counts[4]; /* by kind */
};

/* 0 or -ENOMEM. Sorts nothing of what it is given. */
int plan_diff_make(const struct rehearsal *before, const struct rehearsal *after,
		   struct plan_diff *ret);
void plan_diff_done(struct plan_diff *diff);

/* The earlier of the two. */
int64_t plan_diff_time(const struct plan_difference *difference);

void plan_diff_print(FILE *out, const struct plan_diff *diff, const struct plan *before,
		     const struct plan *after);
/* JSON Lines: {"change": "moved", "campaign", "broadcast", "before": {..}|null, "after": ..} */
json_t *plan_difference_json(const struct plan_difference *difference, const struct zone *zone);
int plan_diff_print_json(FILE *out, const struct plan_diff *diff, const struct zone *zone);

#endif
