/* SPDX-License-Identifier: MIT */
/*
 * Two stages in a row. Each finds the gain that every block of 8 frames needs, holds the smallest
 * over a window, lets it recover, smooths it with a Hann window and applies it to the sound as it
 * was a look-ahead ago:
 *
 *   needed gain -> minimum over 'hold' blocks -> release -> Hann over 'smooth' blocks -> x delayed
 *
 * hold >= delay + reach and delay >= smooth + reach, so all the blocks that the interpolator sees
 * around a peak are down before the peak comes. What is left is the error of a gain that moves
 * while the interpolator looks across it (a few tenths of a dB in noise driven 20 dB too hard);
 * the second, shorter stage meters what the first let out and takes that away.
 *
 * Interpolating is costly and needless where the samples are so small that no value between them
 * can reach the ceiling; the second stage only looks where the first has moved. A gain of one is
 * applied by copying: sound below the ceiling goes through bit for bit.
 */
#include "dsp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dsp_internal.h"

#define BLOCK	    8 /* frames that share one needed gain */
#define BLOCKS	    (DSP_CHUNK / BLOCK)
#define REACH	    (DSP_REACH / BLOCK)
#define LOOKAHEAD_S 0.005
#define SECOND_S    0.0013 /* look-ahead of the second stage */
#define RELEASE_S   0.080
#define SMOOTH_MAX  128 /* blocks; 5 ms at 192 kHz are 120 */
#define HOLD_MAX    (SMOOTH_MAX + 3 * REACH)
#define LINE	    (DSP_LOOKAHEAD_MAX + 4 * DSP_CHUNK)
#define SAMPLE_MAX  1000.0f  /* 60 dB over full scale: no recording, a fault */
#define AIM_DB	    0.01     /* what must be limited is limited to so much below the ceiling */
#define OPEN	    0.99999f /* a recovering gain above this is one */

struct stage {
	unsigned smooth, delay, hold; /* blocks */
	float window[SMOOTH_MAX];
	float needed[HOLD_MAX];		/* ring of the last 'hold' */
	float smoothed[2 * SMOOTH_MAX]; /* the last 'smooth' recovering gains, written twice */
	unsigned needed_at, smoothed_at, open; /* open: blocks since anything was below one */
	float recovering, gain;		       /* before and after the smoothing */
	float before;			       /* sample peak of the chunk before */
	bool moved_before;
	size_t at; /* of the newest chunk in the line */
	float line[PCM_CHANNELS_MAX][LINE];
};

struct dsp_limiter {
	struct dsp_interpolator it;
	unsigned channels, fill;
	float ceiling, aim, release;
	struct stage first, second;
	float in[PCM_CHANNELS_MAX][DSP_CHUNK], out[PCM_CHANNELS_MAX][DSP_CHUNK];
};

static void stage_init(struct stage *stage, double seconds, unsigned rate_hz)
{
	double sum = 0;
	unsigned i;

	stage->smooth = (unsigned)lrint(seconds * rate_hz / BLOCK);
	if (stage->smooth < 2)
		stage->smooth = 2;
	stage->delay = stage->smooth + REACH;
	stage->hold = stage->delay + REACH + 1;
	for (i = 0; i < stage->smooth; i++)
		sum += 1 - cos(2 * M_PI * (i + 0.5) / stage->smooth);
	for (i = 0; i < stage->smooth; i++)
		stage->window[i] = (float)((1 - cos(2 * M_PI * (i + 0.5) / stage->smooth)) / sum);
}

static size_t stage_delay(const struct stage *stage)
{
	return (size_t)stage->delay * BLOCK + DSP_REACH;
}

static void stage_reset(struct stage *stage)
{
	unsigned i;

	memset(stage->line, 0, sizeof(stage->line));
	for (i = 0; i < HOLD_MAX; i++)
		stage->needed[i] = 1;
	for (i = 0; i < 2 * SMOOTH_MAX; i++)
		stage->smoothed[i] = 1;
	stage->recovering = stage->gain = 1;
	stage->open = stage->hold + stage->smooth;
	stage->needed_at = stage->smoothed_at = 0;
	stage->before = 0;
	stage->moved_before = false;
	stage->at = stage_delay(stage);
}

int dsp_limiter_new(double ceiling_db, struct pcm_format format, struct dsp_limiter **ret)
{
	struct dsp_limiter *limiter;

	limiter = calloc(1, sizeof(*limiter));
	if (!limiter)
		return -ENOMEM;
	limiter->channels = format.channels;
	limiter->ceiling = (float)pcm_gain_of_db(ceiling_db);
	limiter->aim = (float)pcm_gain_of_db(ceiling_db - AIM_DB);
	limiter->release = (float)(1 - exp(-BLOCK / (RELEASE_S * format.rate_hz)));
	dsp_interpolator_init(&limiter->it, format.rate_hz);
	stage_init(&limiter->first, LOOKAHEAD_S, format.rate_hz);
	stage_init(&limiter->second, SECOND_S, format.rate_hz);
	dsp_limiter_reset(limiter);
	*ret = limiter;
	return 0;
}

struct dsp_limiter *dsp_limiter_free(struct dsp_limiter *limiter)
{
	free(limiter);
	return NULL;
}

void dsp_limiter_reset(struct dsp_limiter *limiter)
{
	stage_reset(&limiter->first);
	stage_reset(&limiter->second);
	memset(limiter->in, 0, sizeof(limiter->in));
	memset(limiter->out, 0, sizeof(limiter->out));
	limiter->fill = 0;
}

size_t dsp_limiter_delay(const struct dsp_limiter *limiter)
{
	return DSP_CHUNK + stage_delay(&limiter->first) + stage_delay(&limiter->second);
}

/* Put a chunk at the end of the line; what lies before it is kept as far back as is needed. */
static void stage_take(struct stage *stage, unsigned channels, float (*in)[DSP_CHUNK])
{
	const size_t keep = stage_delay(stage) + DSP_CHUNK;
	unsigned channel;

	if (stage->at + 2 * DSP_CHUNK > LINE) {
		for (channel = 0; channel < channels; channel++)
			memmove(stage->line[channel],
				stage->line[channel] + stage->at + DSP_CHUNK - keep,
				keep * sizeof(float));
		stage->at = keep - DSP_CHUNK;
	}
	stage->at += DSP_CHUNK;
	for (channel = 0; channel < channels; channel++)
		memcpy(stage->line[channel] + stage->at, in[channel], DSP_CHUNK * sizeof(float));
}

/* The gains that the blocks of one chunk need; false: all one. */
static bool stage_needs(struct stage *stage, const struct dsp_limiter *limiter, bool look,
			float *needed)
{
	float peaks[DSP_CHUNK] = {0}, now = 0, most;
	bool any = false;
	unsigned channel, block, i;

	for (channel = 0; channel < limiter->channels; channel++)
		now = fmaxf(now, dsp_chunk_peak(stage->line[channel] + stage->at));
	most = fmaxf(now, stage->before);
	stage->before = now;
	if (!look || most * limiter->it.bound <= limiter->ceiling)
		return false;
	for (channel = 0; channel < limiter->channels; channel++)
		dsp_interpolator_run(&limiter->it, stage->line[channel] + stage->at - DSP_REACH,
				     peaks);
	for (block = 0; block < BLOCKS; block++) {
		most = 0;
		for (i = 0; i < BLOCK; i++)
			most = peaks[block * BLOCK + i] > most ? peaks[block * BLOCK + i] : most;
		needed[block] = most > limiter->ceiling ? limiter->aim / most : 1;
		any = any || needed[block] < 1;
	}
	return any;
}

/* The smoothed gain after one more block. */
static float stage_gain(struct stage *stage, float needed, float release)
{
	float least = 1, sum = 0;
	unsigned i;

	stage->needed[stage->needed_at] = needed;
	stage->needed_at = (stage->needed_at + 1) % stage->hold;
	for (i = 0; i < stage->hold; i++)
		least = stage->needed[i] < least ? stage->needed[i] : least;
	stage->recovering += (least - stage->recovering) * release;
	if (stage->recovering > least)
		stage->recovering = least;
	if (stage->recovering > OPEN)
		stage->recovering = 1;
	stage->open = stage->recovering < 1 ? 0 : stage->open + 1;
	stage->smoothed[stage->smoothed_at] = stage->recovering;
	stage->smoothed[stage->smoothed_at + stage->smooth] = stage->recovering;
	stage->smoothed_at = (stage->smoothed_at + 1) % stage->smooth;
	if (stage->open >= stage->smooth)
		return 1; /* exactly, whatever the window sums up to */
	for (i = 0; i < stage->smooth; i++)
		sum += stage->window[i] * stage->smoothed[stage->smoothed_at + i];
	return sum < 1 ? sum : 1;
}

/* One block, the gain going in a straight line from the last one. */
static void apply(const float *x, float *out, float from, float to, float ceiling)
{
	float gain, y;
	unsigned i;

	for (i = 0; i < BLOCK; i++) {
		gain = from + (to - from) * ((float)(i + 1) / BLOCK);
		y = x[i] * gain;
		y = y > ceiling ? ceiling : y;
		out[i] = y < -ceiling ? -ceiling : y;
	}
}

/* A chunk in, the chunk of a delay ago out, in place. True if the gain was anything but one. */
static bool stage_run(struct stage *stage, const struct dsp_limiter *limiter, bool look,
		      float (*chunk)[DSP_CHUNK])
{
	float needed[BLOCKS] = {1, 1, 1, 1}, from, to;
	bool moved = false;
	unsigned block, channel;
	const size_t back = stage_delay(stage);

	stage_take(stage, limiter->channels, chunk);
	if (!stage_needs(stage, limiter, look, needed) &&
	    stage->open >= stage->hold + stage->smooth) {
		for (channel = 0; channel < limiter->channels; channel++)
			memcpy(chunk[channel], stage->line[channel] + stage->at - back,
			       DSP_CHUNK * sizeof(float));
		return false;
	}
	for (block = 0; block < BLOCKS; block++) {
		from = stage->gain;
		to = stage->gain = stage_gain(stage, needed[block], limiter->release);
		moved = moved || from < 1 || to < 1;
		for (channel = 0; channel < limiter->channels; channel++)
			apply(stage->line[channel] + stage->at - back + block * BLOCK,
			      chunk[channel] + block * BLOCK, from, to,
			      from < 1 || to < 1 ? limiter->ceiling : HUGE_VALF);
	}
	return moved;
}

/* Faults of a decoder are not sound: no number becomes silence, the absurd becomes loud. */
static void make_sane(float *x)
{
	unsigned i;

	for (i = 0; i < DSP_CHUNK; i++)
		x[i] = isnan(x[i]) ? 0 : fminf(fmaxf(x[i], -SAMPLE_MAX), SAMPLE_MAX);
}

static bool is_sane(const float *x)
{
	bool sane = true;
	unsigned i;

	for (i = 0; i < DSP_CHUNK; i++)
		sane &= fabsf(x[i]) <= SAMPLE_MAX;
	return sane;
}

static void run_chunk(struct dsp_limiter *limiter)
{
	struct stage *second = &limiter->second;
	bool moved;
	unsigned channel;

	for (channel = 0; channel < limiter->channels; channel++)
		if (!is_sane(limiter->in[channel]))
			make_sane(limiter->in[channel]);
	memcpy(limiter->out, limiter->in, sizeof(limiter->out));
	moved = stage_run(&limiter->first, limiter, true, limiter->out);
	stage_run(second, limiter, moved || second->moved_before, limiter->out);
	second->moved_before = moved;
}

void dsp_limiter_run(struct dsp_limiter *limiter, float *frames, size_t n)
{
	unsigned channel, channels = limiter->channels;
	float in;

	for (; n > 0; n--, frames += channels) {
		for (channel = 0; channel < channels; channel++) {
			in = frames[channel];
			frames[channel] = limiter->out[channel][limiter->fill];
			limiter->in[channel][limiter->fill] = in;
		}
		if (++limiter->fill == DSP_CHUNK) {
			run_chunk(limiter);
			limiter->fill = 0;
		}
	}
}
