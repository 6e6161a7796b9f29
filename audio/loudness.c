/* SPDX-License-Identifier: MIT */
/*
 * The loudness is libebur128's; its true peak is not used: ours reads the same (same filter) and
 * costs a twentieth, because it only interpolates where a new record is possible.
 */
#include "loudness.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <ebur128.h>

#include "dsp_peak.h"

#define GATE_MS 400 /* the shortest sound that has a gated loudness */

struct loudness {
	ebur128_state *state;
	struct pcm_format format;
	int64_t frames;
	struct dsp_peak peak;
};

int loudness_new(struct pcm_format format, struct loudness **ret)
{
	struct loudness *loudness;

	loudness = aligned_alloc(_Alignof(struct loudness), sizeof(*loudness)); /* holds vectors */
	if (!loudness)
		return -ENOMEM;
	memset(loudness, 0, sizeof(*loudness));
	loudness->format = format;
	dsp_peak_init(&loudness->peak, format);
	loudness->state = ebur128_init(format.channels, format.rate_hz, EBUR128_MODE_I);
	if (!loudness->state) {
		free(loudness);
		return -ENOMEM;
	}
	*ret = loudness;
	return 0;
}

struct loudness *loudness_free(struct loudness *loudness)
{
	if (!loudness)
		return NULL;
	ebur128_destroy(&loudness->state);
	free(loudness);
	return NULL;
}

void loudness_twice(struct loudness *loudness)
{
	ebur128_set_channel(loudness->state, 0, EBUR128_DUAL_MONO);
}

int loudness_add(struct loudness *loudness, const float *frames, size_t n)
{
	dsp_peak_run(&loudness->peak, frames, n);
	loudness->frames += (int64_t)n;
	return ebur128_add_frames_float(loudness->state, frames, n) == EBUR128_SUCCESS ? 0
										       : -ENOMEM;
}

/* Silence behind a short sound, so that one whole gating block holds all of it. */
static bool pad(struct loudness *loudness)
{
	static const float silence[64 * PCM_CHANNELS_MAX];
	int64_t whole = (int64_t)GATE_MS * loudness->format.rate_hz / 1000 + 1;
	size_t n;

	for (; loudness->frames < whole; loudness->frames += (int64_t)n) {
		n = whole - loudness->frames < 64 ? (size_t)(whole - loudness->frames) : 64;
		if (ebur128_add_frames_float(loudness->state, silence, n) != EBUR128_SUCCESS)
			return false;
	}
	return true;
}

double loudness_lufs(struct loudness *loudness)
{
	double lufs;

	if (!pad(loudness) || ebur128_loudness_global(loudness->state, &lufs) != EBUR128_SUCCESS)
		return -HUGE_VAL;
	return lufs;
}

double loudness_peak_dbtp(const struct loudness *loudness)
{
	return dsp_peak_dbtp(&loudness->peak);
}
