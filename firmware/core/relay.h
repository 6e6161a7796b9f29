/* SPDX-License-Identifier: MIT */
/*
 * relay - when the amplifier is switched on and off.
 *
 * Pure. The station says what sounds and what will; out comes whether the relay is keyed. Keyed
 * 'lead' before the first sample, through the items and gaps of a broadcast, over a silence that is
 * shorter than lead + hold, and for 'hold' after the last sample. Times are the station's (UTC).
 */
#ifndef CORE_RELAY_H
#define CORE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

/* What a late timer may take from the lead before the start of a scheduled broadcast would move. */
#define RELAY_SLACK_US INT64_C(50000)

struct relay_rules {
	bool present; /* without one nothing is keyed and nothing waits */
	int64_t lead_us, hold_us;
};

/* A value; begins with {0}: off. */
struct relay {
	struct relay_rules rules;
	bool on;
	int64_t on_us;	  /* keyed at */
	int64_t sound_us; /* up to here something sounded */
};

/*
 * sounding: something is on air now, or the gap between two items of it. next_us: the first sample
 * that is expected, CIVIL_NEVER if none. Returns whether 'on' changed.
 */
bool relay_step(struct relay *relay, bool sounding, int64_t next_us, int64_t now_us);
/* Something sounded up to an instant that is past. */
void relay_heard(struct relay *relay, int64_t until_us);
/* The first sample may leave at wanted_us, or this much later. now_us <= wanted_us. */
int64_t relay_ready(const struct relay *relay, int64_t wanted_us, int64_t now_us);
/* When time alone changes something; CIVIL_NEVER if nothing. */
int64_t relay_deadline(const struct relay *relay, int64_t next_us, int64_t now_us);
/* The clock was stepped. */
void relay_shift(struct relay *relay, int64_t step_us);

#endif
