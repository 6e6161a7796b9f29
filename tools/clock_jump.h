/* SPDX-License-Identifier: MIT */
/*
 * clock_jump - what it would mean to set the station's clock to another time, said before it is
 * done.
 *
 * The station's own rule: what was due until 'accounted' has its outcome and never airs again;
 * later ones air if their 'late' permits, and are missed if not.
 */
#ifndef TOOLS_CLOCK_JUMP_H
#define TOOLS_CLOCK_JUMP_H

#include <stdint.h>

#include "plan.h"

struct clock_jump {
	const struct plan *plan; /* borrowed */
	int64_t now_us, to_us;
	int64_t accounted_us; /* 0: the log is empty */
	int64_t paused_until_us;
};

/* On stdout, some lines. 0 or -ENOMEM. */
int clock_jump_print(const struct clock_jump *jump);

#endif
