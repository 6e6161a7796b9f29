/* SPDX-License-Identifier: MIT */
#include "dsp.h"

#include <string.h>

#define TINY 1e-30 /* far below any sample; numbers near 1e-308 cost a hundred times more */

void dsp_highpass_init(struct dsp_highpass *hp, double corner_hz, struct pcm_format format,
		       float gain)
{
	double w, alpha, a0;

	memset(hp, 0, sizeof(*hp));
	hp->gain = gain;
	if (!(corner_hz > 0) || corner_hz >= format.rate_hz / 2.0)
		return;
	w = 2 * M_PI * corner_hz / format.rate_hz;
	alpha = sin(w) * M_SQRT1_2; /* Q = 1/sqrt(2): Butterworth */
	a0 = 1 + alpha;
	hp->b0 = (double)gain * (1 + cos(w)) / 2 / a0;
	hp->a1 = -2 * cos(w) / a0;
	hp->a2 = (1 - alpha) / a0;
	hp->on = true;
}

/*
 * Direct form I: of what a sample waits for, only a1 x the one before it is not known a sample
 * ahead. Its small round-off at corners far below the rate is that of double.
 */
static void highpass_channel(struct dsp_highpass *hp, unsigned channel, unsigned channels,
			     float *frames, size_t n)
{
	const double b0 = hp->b0, a1 = hp->a1, a2 = hp->a2;
	double last = hp->past[channel].in, last_step = hp->past[channel].step, step;
	double y1 = hp->past[channel].out, y2 = hp->past[channel].before, y;
	float *at = frames + channel;

#pragma GCC unroll 4
	for (; n > 0; n--, at += channels) {
		step = (double)*at - last;
		y = b0 * (step - last_step) - a2 * y2 - a1 * y1;
		last = (double)*at;
		last_step = step;
		y2 = y1;
		y1 = y;
		*at = (float)y;
	}
	if (!isfinite(last_step) || !isfinite(y1) || !isfinite(y2))
		last = last_step = y1 = y2 = 0; /* what is no number must not silence the rest */
	if (fabs(y1) < TINY && fabs(y2) < TINY)
		y1 = y2 = 0;
	hp->past[channel].in = last;
	hp->past[channel].step = last_step;
	hp->past[channel].out = y1;
	hp->past[channel].before = y2;
}

void dsp_highpass_run(struct dsp_highpass *hp, unsigned channels, float *frames, size_t n)
{
	unsigned channel;

	if (!hp->on && hp->gain != 1)
		dsp_gain(frames, n * channels, hp->gain);
	for (channel = 0; hp->on && channel < channels; channel++)
		highpass_channel(hp, channel, channels, frames, n);
}

void dsp_gain(float *frames, size_t n_samples, float gain)
{
	size_t i;

	for (i = 0; i < n_samples; i++)
		frames[i] *= gain;
}

void dsp_fade(float *frames, size_t n, unsigned channels, int64_t position, int64_t total, bool in)
{
	double done;
	float gain;
	size_t i;
	unsigned channel;

	for (i = 0; i < n; i++) {
		done = total > 0 ? (double)(position + (int64_t)i) / (double)total : 1;
		done = done < 0 ? 0 : done > 1 ? 1 : done;
		gain = (float)(0.5 - 0.5 * cos(M_PI * done));
		if (!in)
			gain = 1 - gain;
		for (channel = 0; channel < channels; channel++)
			frames[i * channels + channel] *= gain;
	}
}

void dsp_channels(const float *in, unsigned in_channels, float *out, unsigned out_channels,
		  size_t n)
{
	size_t i;

	if (in_channels == out_channels) {
		memmove(out, in, n * in_channels * sizeof(*in));
		return;
	}
	for (i = 0; in_channels == 1 && i < n; i++)
		out[2 * i] = out[2 * i + 1] = in[i];
	for (i = 0; in_channels == 2 && i < n; i++)
		out[i] = 0.5f * (in[2 * i] + in[2 * i + 1]);
}

/* xorshift32: two uniform halves of one draw make the triangle, +-1 step wide. */
static float triangle(uint32_t *state)
{
	uint32_t x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return ((float)(x >> 16) - (float)(x & 0xffff)) * (1.0f / 65536);
}

void dsp_to_s16(const float *samples, int16_t *out, size_t n_samples, uint32_t *state)
{
	float x;
	size_t i;

	for (i = 0; i < n_samples; i++) {
		if (samples[i] == 0 || isnan(samples[i])) {
			out[i] = 0;
			continue;
		}
		x = samples[i] * 32767.0f + triangle(state);
		x = x > 32767.0f ? 32767.0f : x < -32768.0f ? -32768.0f : x;
		out[i] = (int16_t)lrintf(x);
	}
}

void dsp_to_s32(const float *samples, int32_t *out, size_t n_samples)
{
	const double full = 8388607; /* 2^23 - 1 */
	double x;
	size_t i;

	for (i = 0; i < n_samples; i++) {
		x = isnan(samples[i]) ? 0 : (double)samples[i] * full;
		x = x > full ? full : x < -full - 1 ? -full - 1 : x;
		out[i] = (int32_t)lrint(x) * 256;
	}
}

size_t dsp_audible(const float *frames, size_t n, unsigned channels)
{
	const float floor = (float)pcm_gain_of_db(PCM_SILENT_DBFS);
	size_t i, loud = 0;

	if (channels == 1) {
		for (i = 0; i < n; i++)
			loud += fabsf(frames[i]) > floor;
		return loud;
	}
	for (i = 0; i < n; i++)
		loud += fabsf(frames[2 * i]) > floor || fabsf(frames[2 * i + 1]) > floor;
	return loud;
}
