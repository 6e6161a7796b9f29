/* SPDX-License-Identifier: MIT */
/*
 * Every block of 16 frames is asked what gain it needs. The smallest need is held over a window,
 * recovers slowly, is smoothed and applied to the sound as it was a look-ahead ago:
 *
 *   needed gain -> minimum over 'hold' blocks -> release -> Hann over 'smooth' blocks -> x delayed
 *
 * delay > smooth and hold > delay + reach: all that the interpolator sees around a peak is down,
 * and all of the window is, before the peak comes. So the gain at a peak is never above its need;
 * next to it the window's ends make it move as good as not at all, and AIM_DB is the reserve for
 * that: in hours of noise, squares and steps of 80 dB nothing came above the ceiling.
 *
 * Interpolating is costly, and needless where the samples are so small that nothing between them
 * can reach the ceiling. A gain of one is applied by copying: sound below the ceiling goes through
 * bit for bit.
 */
#include "dsp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dsp_peak.h"

#define BLOCK	    16 /* frames that share one needed gain */
#define BLOCKS	    (DSP_CHUNK / BLOCK)
#define REACH	    (DSP_REACH / BLOCK)
#define LOOKAHEAD_S 0.005
#define RELEASE_S   0.080
#define SMOOTH_MIN  4  /* blocks, at rates where 5 ms are fewer */
#define SMOOTH_MAX  64 /* 5 ms at 192 kHz are 60 */
#define HOLD_MAX    (SMOOTH_MAX + 3 * REACH)
#define LINE	    (DSP_LOOKAHEAD_MAX + 2 * DSP_CHUNK)
#define SAMPLE_MAX  1000.0f /* 60 dB over full scale: no recording, a fault */
#define AIM_DB	    0.15    /* what must be limited is limited to so much below the ceiling */
#define OPEN	    0.9995f /* a recovering gain above this is one */

struct dsp_limiter {
	struct dsp_interpolator it;
	unsigned channels;
	float ceiling, aim, release;

	unsigned smooth, delay, hold;		    /* blocks */
	dsp_vector window[SMOOTH_MAX / DSP_VECTOR]; /* zeros behind 'smooth' */
	float needed[HOLD_MAX];			    /* ring of the last 'hold' */
	unsigned needed_at, least_age;
	float least;				      /* of the ring */
	float recovered[2 * SMOOTH_MAX + DSP_VECTOR]; /* ring of the last 'smooth', written twice */
	unsigned recovered_at, open;		      /* open: blocks since it was below one */
	float recovering, gain;			      /* before and after the smoothing */
	float before;				      /* sample peak of the chunk before */

	size_t at, fill; /* of the newest chunk in the line; frames in it */
	float line[PCM_CHANNELS_MAX][LINE];
	float out[PCM_CHANNELS_MAX][DSP_CHUNK];
};

static void make_window(struct dsp_limiter *limiter)
{
	double sum = 0;
	unsigned i;

	for (i = 0; i < limiter->smooth; i++)
		sum += 1 - cos(2 * M_PI * (i + 0.5) / limiter->smooth);
	for (i = 0; i < limiter->smooth; i++)
		limiter->window[i / DSP_VECTOR][i % DSP_VECTOR] =
			(float)((1 - cos(2 * M_PI * (i + 0.5) / limiter->smooth)) / sum);
}

int dsp_limiter_new(double ceiling_db, struct pcm_format format, struct dsp_limiter **ret)
{
	struct dsp_limiter *limiter;

	limiter = aligned_alloc(_Alignof(struct dsp_limiter), sizeof(*limiter));
	if (!limiter)
		return -ENOMEM;
	memset(limiter, 0, sizeof(*limiter));
	limiter->channels = format.channels;
	limiter->ceiling = (float)pcm_gain_of_db(ceiling_db);
	limiter->aim = (float)pcm_gain_of_db(ceiling_db - AIM_DB);
	limiter->release = (float)(1 - exp(-BLOCK / (RELEASE_S * format.rate_hz)));
	limiter->smooth = (unsigned)lrint(LOOKAHEAD_S * format.rate_hz / BLOCK);
	limiter->smooth = limiter->smooth < SMOOTH_MIN ? SMOOTH_MIN : limiter->smooth;
	limiter->smooth = limiter->smooth > SMOOTH_MAX ? SMOOTH_MAX : limiter->smooth;
	limiter->delay = limiter->smooth + REACH;
	limiter->hold = limiter->delay + REACH + 1;
	dsp_interpolator_init_fine(&limiter->it);
	make_window(limiter);
	dsp_limiter_reset(limiter);
	*ret = limiter;
	return 0;
}

struct dsp_limiter *dsp_limiter_free(struct dsp_limiter *limiter)
{
	free(limiter);
	return NULL;
}

/* Frames between the newest in the line and those that go out with it. */
static size_t line_delay(const struct dsp_limiter *limiter)
{
	return (size_t)limiter->delay * BLOCK + DSP_REACH;
}

void dsp_limiter_reset(struct dsp_limiter *limiter)
{
	unsigned i;

	for (i = 0; i < HOLD_MAX; i++)
		limiter->needed[i] = 1;
	for (i = 0; i < 2 * SMOOTH_MAX + DSP_VECTOR; i++)
		limiter->recovered[i] = 1;
	limiter->least = limiter->recovering = limiter->gain = 1;
	limiter->open = limiter->hold + limiter->smooth;
	limiter->needed_at = limiter->recovered_at = limiter->least_age = 0;
	limiter->before = 0;
	limiter->at = line_delay(limiter) + DSP_CHUNK;
	limiter->fill = 0;
	memset(limiter->line, 0, sizeof(limiter->line));
	memset(limiter->out, 0, sizeof(limiter->out));
}

size_t dsp_limiter_delay(const struct dsp_limiter *limiter)
{
	return line_delay(limiter) + DSP_CHUNK;
}

/* Faults of a decoder are not sound: no number becomes silence, the absurd becomes loud. */
static void make_sane(float *x)
{
	unsigned i;

	for (i = 0; i < DSP_CHUNK; i++)
		x[i] = isnan(x[i]) ? 0 : fminf(fmaxf(x[i], -SAMPLE_MAX), SAMPLE_MAX);
}

/* Sample peak of the newest chunk over all channels. */
static float newest_peak(struct dsp_limiter *limiter)
{
	float peak = 0, channel_peak;
	unsigned channel;

	for (channel = 0; channel < limiter->channels; channel++) {
		float *x = limiter->line[channel] + limiter->at;

		channel_peak = dsp_chunk_peak(x);
		if (channel_peak > SAMPLE_MAX) {
			make_sane(x);
			channel_peak = dsp_chunk_peak(x);
		}
		peak = fmaxf(peak, channel_peak);
	}
	return peak;
}

/* What the blocks of one chunk need, DSP_REACH frames back from the newest. False: all one. */
static bool find_needed(struct dsp_limiter *limiter, float *needed)
{
	float peaks[DSP_CHUNK] = {0}, now, most;
	bool any = false;
	unsigned channel, block, i;

	now = newest_peak(limiter);
	most = fmaxf(now, limiter->before);
	limiter->before = now;
	if (most * limiter->it.bound <= limiter->ceiling)
		return false;
	for (channel = 0; channel < limiter->channels; channel++) {
		const float *x = limiter->line[channel] + limiter->at - DSP_REACH;

		if (dsp_interpolator_bound(&limiter->it, x) > limiter->ceiling)
			dsp_interpolator_crests(&limiter->it, x, peaks);
	}
	for (block = 0; block < BLOCKS; block++) {
		most = 0;
		for (i = 0; i < BLOCK; i++)
			most = peaks[block * BLOCK + i] > most ? peaks[block * BLOCK + i] : most;
		needed[block] = most > limiter->ceiling ? limiter->aim / most : 1;
		any = any || needed[block] < 1;
	}
	return any;
}

/* The minimum over the ring after one more block; searched only when the last one falls out. */
static float hold_least(struct dsp_limiter *limiter, float needed)
{
	unsigned i;

	limiter->needed[limiter->needed_at] = needed;
	limiter->needed_at = limiter->needed_at + 1 < limiter->hold ? limiter->needed_at + 1 : 0;
	if (needed <= limiter->least) {
		limiter->least = needed;
		limiter->least_age = 0;
	} else if (++limiter->least_age == limiter->hold) {
		limiter->least = needed;
		limiter->least_age = 0;
		for (i = 1; i < limiter->hold; i++) { /* from the newest back */
			unsigned at =
				(limiter->needed_at + 2 * limiter->hold - 1 - i) % limiter->hold;

			if (limiter->needed[at] < limiter->least) {
				limiter->least = limiter->needed[at];
				limiter->least_age = i;
			}
		}
	}
	return limiter->least;
}

static float smooth(const struct dsp_limiter *limiter)
{
	const float *oldest = limiter->recovered + limiter->recovered_at;
	dsp_vector sum = {0};
	unsigned i;

	for (i = 0; i < limiter->smooth; i += DSP_VECTOR)
		sum += limiter->window[i / DSP_VECTOR] * *(const dsp_loose *)(oldest + i);
	return fminf(sum[0] + sum[1] + sum[2] + sum[3], 1);
}

/* The gain after one more block. */
static float next_gain(struct dsp_limiter *limiter, float needed)
{
	float least = hold_least(limiter, needed);
	float recovering = limiter->recovering;

	recovering += (least - recovering) * limiter->release;
	if (recovering > least)
		recovering = least;
	if (recovering > OPEN)
		recovering = 1;
	limiter->recovering = recovering;
	limiter->open = recovering < 1 ? 0 : limiter->open + 1;
	limiter->recovered[limiter->recovered_at] = recovering;
	limiter->recovered[limiter->recovered_at + limiter->smooth] = recovering;
	if (++limiter->recovered_at == limiter->smooth)
		limiter->recovered_at = 0;
	/* Exactly one when it is open, whatever the window sums up to. */
	return limiter->open >= limiter->smooth ? 1 : smooth(limiter);
}

/* One block, the gain going in a straight line from the last one. */
static void apply(const float *x, float *out, float from, float to)
{
	const dsp_vector ramp = {1, 2, 3, 4};
	float step = (to - from) / BLOCK;
	dsp_vector gain = from + step * ramp;
	unsigned i;

	for (i = 0; i < BLOCK; i += DSP_VECTOR, gain += DSP_VECTOR * step)
		*(dsp_loose *)(out + i) = *(const dsp_loose *)(x + i) * gain;
}

/* The newest chunk is whole: what goes out while the next one fills. */
static void run_chunk(struct dsp_limiter *limiter)
{
	const size_t back = limiter->at - line_delay(limiter);
	float needed[BLOCKS] = {1, 1}, from;
	unsigned block, channel;

	if (!find_needed(limiter, needed) && limiter->open >= limiter->hold + limiter->smooth) {
		for (channel = 0; channel < limiter->channels; channel++)
			memcpy(limiter->out[channel], limiter->line[channel] + back,
			       sizeof(limiter->out[channel]));
		return;
	}
	for (block = 0; block < BLOCKS; block++) {
		from = limiter->gain;
		limiter->gain = next_gain(limiter, needed[block]);
		for (channel = 0; channel < limiter->channels; channel++)
			apply(limiter->line[channel] + back + block * BLOCK,
			      limiter->out[channel] + block * BLOCK, from, limiter->gain);
	}
}

/* Room for one more chunk behind what must be kept. */
static void next_chunk(struct dsp_limiter *limiter)
{
	const size_t keep = line_delay(limiter) + DSP_CHUNK;
	unsigned channel;

	limiter->fill = 0;
	limiter->at += DSP_CHUNK;
	if (limiter->at + DSP_CHUNK <= LINE)
		return;
	for (channel = 0; channel < limiter->channels; channel++)
		memmove(limiter->line[channel], limiter->line[channel] + limiter->at - keep,
			keep * sizeof(float));
	limiter->at = keep;
}

/* Frames in and frames out change places, at most to the end of the chunk. */
static void exchange(struct dsp_limiter *limiter, float *frames, size_t n)
{
	float *in = limiter->line[0] + limiter->at + limiter->fill, *out = limiter->out[0];
	float *in_right = limiter->line[1] + limiter->at + limiter->fill, *out_right;
	size_t i;

	out += limiter->fill;
	out_right = limiter->out[1] + limiter->fill;
	if (limiter->channels == 1) {
		memcpy(in, frames, n * sizeof(float));
		memcpy(frames, out, n * sizeof(float));
		return;
	}
	for (i = 0; i < n; i++) {
		in[i] = frames[2 * i];
		in_right[i] = frames[2 * i + 1];
		frames[2 * i] = out[i];
		frames[2 * i + 1] = out_right[i];
	}
}

void dsp_limiter_run(struct dsp_limiter *limiter, float *frames, size_t n)
{
	size_t take;

	for (; n > 0; n -= take, frames += take * limiter->channels) {
		take = DSP_CHUNK - limiter->fill;
		take = n < take ? n : take;
		exchange(limiter, frames, take);
		limiter->fill += take;
		if (limiter->fill == DSP_CHUNK) {
			run_chunk(limiter);
			next_chunk(limiter);
		}
	}
}
