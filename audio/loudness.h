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
struct loudness *loudness_free(struct loudness *loudness);
int loudness_add(struct loudness *loudness, const float *frames, size_t n); /* 0, -ENOMEM */
double loudness_lufs(struct loudness *loudness); /* -HUGE_VAL for silence; ends the measuring */
double loudness_peak_dbtp(const struct loudness *loudness);

#endif
