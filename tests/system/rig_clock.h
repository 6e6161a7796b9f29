/* SPDX-License-Identifier: MIT */
/*
 * rig_clock - a clock for the service that a test turns: stepped, synchronised, contradicted by a
 * clock chip. When a call returns, the service has taken it over (its turn may still be under way;
 * a request made then is answered after it).
 */
#ifndef TESTS_RIG_CLOCK_H
#define TESTS_RIG_CLOCK_H

#include "rig.h"

struct rig_clock;

/* Not synchronised, no clock chip; rig->clock is set so that the service uses it. */
struct rig_clock *rig_clock_new(struct rig *rig, int64_t now_us);
struct rig_clock *rig_clock_free(struct rig_clock *clock);

int64_t rig_clock_now_us(struct rig_clock *clock);
void rig_clock_set(struct rig_clock *clock, int64_t to_us); /* a step; somebody vouches as before */
void rig_clock_vouch(struct rig_clock *clock, bool synced);
void rig_clock_chip(struct rig_clock *clock, bool there, int64_t apart_us);
/* What the network does: step and vouch at once. */
void rig_clock_sync(struct rig_clock *clock, int64_t to_us);

#endif
