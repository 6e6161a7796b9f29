/* SPDX-License-Identifier: MIT */
/*
 * rehearse - the station under a stepped clock with a player that only counts.
 *
 * Pure. plan, why, the next-occurrence verdict of status and the console's preview all come from
 * here, so what they say is what the live service does with the same clips and nobody at the
 * buttons.
 */
#ifndef CORE_REHEARSE_H
#define CORE_REHEARSE_H

#include <stdint.h>

#include "asrun.h"
#include "plan.h"

/* One occurrence of the rehearsal; borrowed for the call. row.opened.items are planned clips. */
typedef int rehearse_fn(void *context, const struct asrun_row *row);

/* An occurrence that somebody skipped ahead of its time. */
struct rehearse_skip {
	int64_t planned_us;
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
};

struct rehearse_options {
	const struct plan *plan;
	int64_t from_us, until_us; /* occurrences planned in [from, until) */
	int64_t paused_until_us;   /* 0, or as the station is now */
	const struct rehearse_skip *skips;
	size_t n_skips;
};

/*
 * Calls fn for every occurrence in order of (planned, config order) once it is closed. Stops at
 * the first non-zero answer of fn and returns it; else 0 or -ENOMEM.
 */
int rehearse_run(const struct rehearse_options *options, rehearse_fn *fn, void *context);

#endif
