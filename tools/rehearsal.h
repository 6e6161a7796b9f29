/* SPDX-License-Identifier: MIT */
/*
 * rehearsal - what the engine says will happen in a range of time, as a list.
 */
#ifndef TOOLS_REHEARSAL_H
#define TOOLS_REHEARSAL_H

#include <stddef.h>
#include <stdint.h>

#include "asrun.h"
#include "plan.h"
#include "rehearse.h"

/* One occurrence. A value but for items, which belongs to the list. */
struct rehearsed {
	int64_t at_us, started_us, ended_us; /* started 0 = does not air */
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
	enum plan_class class;
	enum asrun_outcome outcome;
	enum asrun_reason reason;
	char *items; /* planned clip names, one space between; never NULL */
};

/* In order of (planned, config order). Start with {0}; free with rehearsal_done(). */
struct rehearsal {
	size_t n, room;
	struct rehearsed *items;
};

/* 0 or -ENOMEM. */
int rehearsal_make(const struct rehearse_options *options, struct rehearsal *ret);
/* The same where nobody skipped anything. paused_until_us 0 = not paused. */
int rehearsal_run(const struct plan *plan, int64_t from_us, int64_t until_us,
		  int64_t paused_until_us, struct rehearsal *ret);
void rehearsal_done(struct rehearsal *rehearsal);

/* The titles that belong to it; the name where there is none. Borrowed from plan or row. */
const char *rehearsed_title(const struct plan *plan, const struct rehearsed *row);

/* Sound from start to end, 0 where it does not air. */
int64_t rehearsed_length_us(const struct rehearsed *row);

#endif
