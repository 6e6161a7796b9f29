/* SPDX-License-Identifier: MIT */
/*
 * alsa_bench - an ALSA sink on the sound card made of a clock (tests/pcm), and a ramp to play on it:
 * each of its frames is different, so a place in what was consumed tells which frame that was.
 */
#ifndef TESTS_ALSA_BENCH_H
#define TESTS_ALSA_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sink.h"

#define ALSA_BENCH_RATE	  48000
#define ALSA_BENCH_PERIOD 960
#define ALSA_BENCH_BUFFER 5760
#define ALSA_BENCH_RAMP	  (4 * ALSA_BENCH_BUFFER)

struct alsa_bench {
	struct sink *sink;
	char folder[64], file[96], stamps[96], control[96];
	float ramp[ALSA_BENCH_RAMP];
};

/* Setup and teardown for cmocka; *state is a struct alsa_bench. */
int alsa_bench_use(void **state); /* of the group */
int alsa_bench_begin(void **state);
int alsa_bench_end(void **state);
#define on_alsa_bench(test) cmocka_unit_test_setup_teardown(test, alsa_bench_begin, alsa_bench_end)

void alsa_bench_unlimited(void); /* the card can do everything again */
void alsa_bench_fault(struct alsa_bench *bench, const char *text); /* see loapace.c */
int alsa_bench_open(struct alsa_bench *bench);

/* Writes from place on until it is full. */
void alsa_bench_fill(struct alsa_bench *bench, int64_t *place);
/* Writes all of the ramp, and waits until most of it is consumed. Returns the first error. */
int alsa_bench_play(struct alsa_bench *bench, int64_t *place);

/* What was consumed, as 16-bit mono. Returns frames. */
int64_t alsa_bench_read(struct alsa_bench *bench, int16_t *ret, int64_t most);
int64_t alsa_bench_stamp_us(struct alsa_bench *bench, const char *event); /* the last; -1 */
bool alsa_bench_near(int16_t sample, int64_t place); /* is it this frame of the ramp? */

#endif
