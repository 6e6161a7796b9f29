/* SPDX-License-Identifier: MIT */
/*
 * dsp - high-pass, gain, look-ahead limiter, fades, dither. Pure functions over float frames.
 *
 * Visible structs are values: no allocation, fixed sizes, copy freely before use.
 */
#ifndef AUDIO_DSP_H
#define AUDIO_DSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

/* Second-order Butterworth high-pass: -3 dB at the corner, 12 dB/octave below. Off, it is a gain. */
struct dsp_highpass {
	double b0, a1, a2;
	struct {
		double in, step;    /* the last sample, and by how much it went up */
		double out, before; /* the last two that came out */
	} past[PCM_CHANNELS_MAX];
	bool on;
	float gain;
};
/* corner_hz 0, or too high for the rate: off. gain comes for free with the filter. */
void dsp_highpass_init(struct dsp_highpass *hp, double corner_hz, struct pcm_format format,
		       float gain);
void dsp_highpass_run(struct dsp_highpass *hp, unsigned channels, float *frames, size_t n);

void dsp_gain(float *frames, size_t n_samples, float gain);

/*
 * Look-ahead limiter on true peak. Output is delayed by dsp_limiter_delay() frames. No gain change
 * while the true peak stays below the ceiling: such sound goes through bit for bit.
 *
 * Attack: the gain comes down over the 5 ms before a peak, in a smooth curve, and is down when it
 * comes. Release: held for another 5 ms, then back with a time constant of 80 ms.
 *
 * Never above the ceiling for any input, on a meter of ITU-R BS.1770 as well as behind a converter
 * (16 x oversampled, -6 dB at 0.46 of the rate). Sound above 0.4 of the rate is held a little lower
 * than need be: there converters differ. What is no number becomes silence. Channels move as one.
 */
#define DSP_LOOKAHEAD_MAX 2048
struct dsp_limiter; /* opaque: a few KiB of delay line */
int dsp_limiter_new(double ceiling_db, struct pcm_format format, struct dsp_limiter **ret);
struct dsp_limiter *dsp_limiter_free(struct dsp_limiter *limiter);
void dsp_limiter_reset(struct dsp_limiter *limiter);
size_t dsp_limiter_delay(const struct dsp_limiter *limiter);
void dsp_limiter_run(struct dsp_limiter *limiter, float *frames, size_t n);

/* Raised-cosine fade over 'total' frames; position says where in it the first frame lies. */
void dsp_fade(float *frames, size_t n, unsigned channels, int64_t position, int64_t total, bool in);

/* Mono <-> stereo: copies or averages. in and out may not overlap unless channels are equal. */
void dsp_channels(const float *in, unsigned in_channels, float *out, unsigned out_channels,
		  size_t n);

/* Float to 16-bit with TPDF dither. state: any non-zero seed, kept by the caller. Digital
 * silence stays digital silence. */
void dsp_to_s16(const float *samples, int16_t *out, size_t n_samples, uint32_t *state);
void dsp_to_s32(const float *samples, int32_t *out,
		size_t n_samples); /* 24 valid bits at the top */

/* Frames whose loudest channel is above PCM_SILENT_DBFS. */
size_t dsp_audible(const float *frames, size_t n, unsigned channels);

#endif
