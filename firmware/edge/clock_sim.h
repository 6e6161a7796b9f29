/* SPDX-License-Identifier: MIT */
/*
 * clock_sim - a clock without the system's: a program turns it, over a unix socket.
 *
 * For tests: the system's clock cannot be stepped under a test without disturbing all others. The
 * program listens on a SOCK_SEQPACKET socket; each station (and command line) connects once. Byte
 * order and layout are the machine's.
 *
 *   program -> station   struct clock_sim, within CLOCK_SIM_MS of connecting, and at every turn
 *   station -> program   the same one, when the station has taken it over
 *   station -> program   struct clock_sim_set: set it to that time, by a person; answered, when
 *                        the others have it, by a struct clock_sim as at every turn
 */
#ifndef EDGE_CLOCK_SIM_H
#define EDGE_CLOCK_SIM_H

#include <stdint.h>

#define CLOCK_SIM_MS 10000 /* a loaded machine under sanitizers */

struct clock_sim {
	int64_t offset_us;     /* UTC minus CLOCK_MONOTONIC */
	int64_t rtc_offset_us; /* the same of the RTC, where there is one */
	uint32_t kernel_synced, rtc_there;
};

struct clock_sim_set {
	int64_t offset_us;
};

#endif
