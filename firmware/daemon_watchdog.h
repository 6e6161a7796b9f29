/* SPDX-License-Identifier: MIT */
/*
 * daemon_watchdog - what systemd hears, why there is a new start, and what one service leaves to the
 * next. Included by daemon_internal.h alone.
 */
#ifndef DAEMON_WATCHDOG_H
#define DAEMON_WATCHDOG_H

#include <stddef.h>
#include <stdint.h>

#include "trust.h"

struct daemon;
struct plan;

/* What systemd was told of last. */
struct daemon_told {
	int64_t row, accounted_us;
	size_t n_faults;
	const struct plan *plan; /* compared alone */
	enum clock_state clock;
};

/* daemon_watchdog.c */
int daemon_watchdog_start(struct daemon *d);
void daemon_watchdog_turn(struct daemon *d);
void daemon_tell_systemd(const char *text); /* never waits */

int daemon_ending_leave(const char *runtime_dir, const char *why);
void daemon_ending_of_unit(const char *runtime_dir);
void daemon_ending_tell(struct daemon *d);

/*
 * daemon_trust.c: the runtime folder, which does not outlive the boot, holds what is remembered of
 * the clock, for a service that is started again.
 */
void daemon_trust_load(struct daemon *d);
void daemon_trust_keep(struct daemon *d);     /* the writer's thread does it */
void daemon_trust_keep_old(struct daemon *d); /* only if what is kept is older than an hour */

#endif
