/* SPDX-License-Identifier: MIT */
/*
 * loudness - integrated loudness (EBU R128, gated) by libebur128, and true peak by its filter.
 *
 * A sound too short for gated loudness (< 400 ms) is measured by its loudest 400 ms, padded.
 */
#ifndef AUDIO_LOUDNESS_H
#define AUDIO_LOUDNESS_H

#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

struct loudness;

int loudness_new(struct pcm_format format, struct loudness **ret);

/*
 * Before the first loudness_add() of a mono sound: it leaves by two channels alike, which is 3 dB
 * louder (ITU-R BS.1770-4 sums the powers of the channels), at half the work of measuring both.
 */
void loudness_twice(struct loudness *loudness);
struct loudness *loudness_free(struct loudness *loudness);
int loudness_add(struct loudness *loudness, const float *frames, size_t n); /* 0, -ENOMEM */
double loudness_lufs(struct loudness *loudness); /* -HUGE_VAL for silence; ends the measuring */
double loudness_peak_dbtp(const struct loudness *loudness);

#endif
