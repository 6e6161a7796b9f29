/* SPDX-License-Identifier: MIT */
/*
 * driver - a station with a clock that is turned by hand, a player that can lose its card, and a
 * log that survives a restart. Used by the golden scenarios and by the property test.
 *
 * Two times: 'mono_us' is what really passes; the station's clock shows mono_us + offset_us.
 * Everything that comes back to the station goes through here in the order it happens.
 */
#ifndef TESTS_SIM_DRIVER_H
#define TESTS_SIM_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "station.h"

#define SIM_QUEUE   16
#define SIM_RATE_HZ 48000

struct sim_clip {
	uint64_t token;
	char name[LIMIT_NAME];
	int64_t start_us, gap_us, length_us, begin_us, end_us; /* mono */
	int64_t limit_us;				       /* the permit's end */
	int64_t begin_clock_us; /* what the station's clock showed at the first sample */
	bool started;
	enum station_end end;
	struct permit permit;
};

struct sim {
	const struct plan *plan;
	struct station *station;
	int64_t mono_us, offset_us;
	enum clock_state clock;
	bool lost;
	bool disk_dead;		  /* opened is never durable */
	const char *broken;	  /* clip that cannot be decoded */
	const char *silent;	  /* clip that is not audible */
	int answer;		  /* of the last event by hand */
	struct relay_rules relay; /* set before sim_begin(); none if it stays {0} */
	bool relay_on; /* since relay_us: sound before or under it is a failure, whoever runs this */
	int64_t relay_us;

	size_t n_queue;
	struct sim_clip queue[SIM_QUEUE];

	size_t n_log, room_log;
	char **log; /* canonical texts */

	size_t n_feed;
	struct station_event feed[4 * SIM_QUEUE];

	/* told of every clip that sounded, in mono time, before the station hears of it */
	void (*heard)(void *context, const struct sim_clip *clip, int64_t until_us);
	/* told of every edge of the relay, where there is one */
	void (*switched)(void *context, bool on);
	void *context;
};

void sim_begin(struct sim *sim, const struct plan *plan, int64_t now_us, enum clock_state clock);
void sim_done(struct sim *sim);

int64_t sim_now_us(const struct sim *sim);
/* Let time pass until the station's clock shows now_us (or the same span, where it is stepped). */
void sim_run_until(struct sim *sim, int64_t now_us);
void sim_event(struct sim *sim, struct station_event *event); /* now_us is filled in */

void sim_step_clock(struct sim *sim, int64_t by_us, enum clock_state state);
void sim_lose_card(struct sim *sim);
void sim_find_card(struct sim *sim);
void sim_reload(struct sim *sim, const struct plan *plan);
/* Power or service gone now; back after off_us (the clock runs on, or shows what it is told). */
void sim_restart(struct sim *sim, int64_t off_us, enum clock_state clock);

/* The rows of the log, folded, in order of row number. Stops at fn's non-zero. */
int sim_rows(const struct sim *sim, int (*fn)(void *context, const struct asrun_row *row),
	     void *context);

#endif
