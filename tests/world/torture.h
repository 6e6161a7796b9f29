/* SPDX-License-Identifier: MIT */
/* torture - one run of the service in which one call fails, and what must hold after it. */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include "rig_world.h"

struct torture_call {
	char name[WORLD_NAME]; /* "" = none fails */
	unsigned number;       /* from 1 */
	unsigned how;
};

struct torture_counts {
	unsigned n;
	char names[WORLD_CALLS][WORLD_NAME];
	unsigned calls[WORLD_CALLS];
};

/* False: something does not hold; it says what on stdout. ret_counts (may be NULL): what was called. */
bool torture_run(const struct torture_call *call, struct torture_counts *ret_counts);

/*
 * torture_check.c: the state folder of a service that has ended. shown: rows that it answered while
 * it ran (may be NULL). broadcasts: those that were due, each must have one row. alone: no other
 * process reads it.
 */
bool torture_check_log(struct rig_world *world, json_t *shown, const char *const *broadcasts,
		       size_t n_broadcasts);

#endif
