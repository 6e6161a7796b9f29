/* SPDX-License-Identifier: MIT */
/* soak - days of a station at high speed, with all that may happen to it drawn at random. */
#ifndef TESTS_SOAK_H
#define TESTS_SOAK_H

#include "rig_world.h"

#define SOAK_SECOND INT64_C(1000000)
#define SOAK_MINUTE (60 * SOAK_SECOND)
#define SOAK_HOUR   (60 * SOAK_MINUTE)

/* The broadcast that stays as it is over all reloads, and the permitted hours; local is UTC+7. */
#define SOAK_EVERY_MIN	15
#define SOAK_FROM_HOUR	4 /* it is due from here on, */
#define SOAK_UNTIL_HOUR 23
#define SOAK_AIR_FROM	5 /* and may air from here on */
#define SOAK_AIR_UNTIL	21
#define SOAK_LATE_US	(5 * SOAK_MINUTE)

struct soak {
	struct rig_world *world;
	uint64_t random;
	/* Wall clock of the station: at the start, and the latest it was: with somebody to vouch for
	 * it, and at all. */
	int64_t begin_us, latest_us, farthest_us;
	unsigned n_events, n_restarts;
	unsigned done[32]; /* by kind */
};

int64_t soak_wall_us(const struct soak *soak); /* of the station */
/* So much time goes by. */
void soak_go_on(struct soak *soak, int64_t us);
void soak_start(struct soak *soak);
void soak_configure(struct soak *soak, unsigned variant);

/* soak_events.c: something happens. */
void soak_event(struct soak *soak);
void soak_show_events(const struct soak *soak);
/* Whatever was taken away is back: trust, schedule, config. */
void soak_make_good(struct soak *soak);

/* soak_check.c: the law of outcomes over the whole log; false, and said what is wrong. */
bool soak_check(const struct soak *soak);

#endif
