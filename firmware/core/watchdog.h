/* SPDX-License-Identifier: MIT */
/*
 * watchdog - may the service say that it lives?
 *
 * Pure. The service says so to systemd only while each of its parts moves; else it is ended and
 * started again, which is what keeps a box alive that nobody can reach. A part that has nothing to
 * do is well; one that has must move within its limit:
 *
 *	audio		the audio thread turns (it is asked for a beat at every look)
 *	schedule	what the station's timer was set for is looked at
 *	log		what is to be written is tried. A memory card may stall for half a minute and
 *			come back, and a restart heals no card: so its limit is the long one
 */
#ifndef CORE_WATCHDOG_H
#define CORE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#define WATCHDOG_LOOK_US     INT64_C(4000000)  /* between two looks while something sounds */
#define WATCHDOG_AUDIO_US    INT64_C(12000000) /* a card that is being opened may take its time */
#define WATCHDOG_SCHEDULE_US INT64_C(12000000)
#define WATCHDOG_LOG_US	     INT64_C(300000000)

enum watchdog_part { WATCHDOG_AUDIO, WATCHDOG_SCHEDULE, WATCHDOG_LOG, WATCHDOG_PARTS };

/* One part at one look. */
struct watchdog_sign {
	bool busy;	   /* it has something to do */
	uint64_t progress; /* another number whenever it has moved */
};

/* What is remembered between looks. A value; start with {0}. */
struct watchdog {
	struct {
		bool busy;
		uint64_t progress;
		int64_t since_us; /* busy without a move since this look */
	} seen[WATCHDOG_PARTS];
};

/*
 * One look; now_us is CLOCK_MONOTONIC. The part that stands still for longest past its limit, and
 * for how long; WATCHDOG_PARTS: all is well.
 *
 * It stands still from the first look at which it was busy, so at least two looks apart: a process
 * that was stopped as a whole and goes on is not blamed on the part that was seen first, as long as
 * that part moves before the next look.
 */
enum watchdog_part watchdog_look(struct watchdog *watchdog,
				 const struct watchdog_sign signs[WATCHDOG_PARTS], int64_t now_us,
				 int64_t *ret_still_us);

const char *watchdog_part_name(enum watchdog_part part); /* "audio", "schedule", "log" */

#endif
