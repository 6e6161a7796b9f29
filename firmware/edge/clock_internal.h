/* SPDX-License-Identifier: MIT */
/* clock_internal - what clock.c (time, timer, the system's own state), clock_sim.c (the simulated
 * source) and clock_set.c share. */
#ifndef EDGE_CLOCK_INTERNAL_H
#define EDGE_CLOCK_INTERNAL_H

#include "clock.h"
#include "clock_sim.h"

enum clock_kind { CLOCK_KIND_REAL, CLOCK_KIND_PRETENDED, CLOCK_KIND_SIMULATED };

struct clock {
	enum clock_kind kind;
	int timer;
	bool stepped;	   /* noticed while arming; the next clock_ack() tells it */
	int64_t offset_us; /* UTC minus CLOCK_MONOTONIC, unless it is the real one */
	/* of a simulated one */
	int source,
		both; /* the socket, -1 when the program is gone; an epoll of timer and socket */
	struct clock_sim sim;
};

/* Takes over what the program sent. True: the clock was stepped. */
bool clock_sim_take(struct clock *clock);
int clock_sim_set_to(struct clock *clock, int64_t utc_us);

#endif
