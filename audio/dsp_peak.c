/* SPDX-License-Identifier: MIT */
/*
 * Bound: a phase is a sum of taps times samples, so it is never above (sum of |taps|) times the
 * greatest sample in its reach. Chunks below the bound are passed over; in speech that is most.
 *
 * The taps of the middle phase are symmetric and those of the two others mirror each other. With
 * s and d the sum and difference of the two samples of a pair, both have the same even part:
 *
 *   middle = sum(middle * s)	first = sum(even * s) + sum(odd * d)	last = ... - ...
 */
#include "dsp_peak.h"

#include <string.h>

#define LENGTH	      49		     /* of the whole filter */
#define PAIRS_OF_FOUR ((LENGTH - 1) / 4 / 2) /* a constant: this loop is half the limiter's cost */

/* Tap 'tap' of a phase weighs the sample 'tap' frames back. */
static double tap_of(unsigned factor, unsigned phase, unsigned tap)
{
	double j = phase + tap * factor;
	double m = (j - (LENGTH - 1) / 2) * M_PI / factor;

	return sin(m) / m * 0.5 * (1 - cos(2 * M_PI * j / (LENGTH - 1)));
}

static dsp_vector all(double value)
{
	float f = (float)value;

	return (dsp_vector){f, f, f, f};
}

void dsp_interpolator_init(struct dsp_interpolator *it, unsigned rate_hz)
{
	unsigned phase, pair, taps;
	double sum, newer, older;

	memset(it, 0, sizeof(*it));
	it->factor = rate_hz < 96000 ? 4 : rate_hz < 192000 ? 2 : 1;
	taps = (LENGTH - 1) / it->factor;
	it->pairs = taps / 2;
	it->bound = 1;
	for (phase = 1; phase < it->factor; phase++) {
		sum = 0;
		for (pair = 0; pair < it->pairs; pair++) {
			newer = tap_of(it->factor, phase, pair);
			older = tap_of(it->factor, phase, taps - 1 - pair);
			sum += fabs(newer) + fabs(older);
			if (phase == it->factor / 2) {
				it->middle[pair] = all(newer);
			} else if (phase == 1) {
				it->even[pair] = all((older + newer) / 2);
				it->odd[pair] = all((older - newer) / 2);
			}
		}
		it->bound = fmaxf(it->bound, (float)sum);
	}
}

static dsp_vector load(const float *x)
{
	return *(const dsp_loose *)x;
}

static void raise(float *peaks, dsp_vector value)
{
	unsigned i;

	for (i = 0; i < DSP_VECTOR; i++)
		peaks[i] = fabsf(value[i]) > peaks[i] ? fabsf(value[i]) : peaks[i];
}

static void run_four(const struct dsp_interpolator *it, const float *oldest, float *peaks)
{
	const float *newest = oldest + 2 * PAIRS_OF_FOUR - 1;
	dsp_vector middle = {0}, even = {0}, odd = {0}, a, b, sum, difference;
	unsigned pair;

#pragma GCC unroll 6
	for (pair = 0; pair < PAIRS_OF_FOUR; pair++) {
		a = load(oldest + pair);
		b = load(newest - pair);
		sum = a + b;
		difference = a - b;
		middle += it->middle[pair] * sum;
		even += it->even[pair] * sum;
		odd += it->odd[pair] * difference;
	}
	raise(peaks, middle);
	raise(peaks, even + odd);
	raise(peaks, even - odd);
}

static void run_two(const struct dsp_interpolator *it, const float *oldest, float *peaks)
{
	const float *newest = oldest + 2 * it->pairs - 1;
	dsp_vector middle = {0};
	unsigned pair;

	for (pair = 0; pair < it->pairs; pair++)
		middle += it->middle[pair] * (load(oldest + pair) + load(newest - pair));
	raise(peaks, middle);
}

void dsp_interpolator_run(const struct dsp_interpolator *it, const float *x, float *peaks)
{
	const float *oldest = x - (it->pairs - 1);
	unsigned i;

	for (i = 0; i < DSP_CHUNK; i += DSP_VECTOR) {
		raise(peaks + i, load(x + i));
		if (it->factor == 4)
			run_four(it, oldest + i, peaks + i);
		else if (it->factor == 2)
			run_two(it, oldest + i, peaks + i);
	}
}

float dsp_chunk_peak(const float *x)
{
	float most[DSP_VECTOR] = {0}, peak = 0;
	dsp_vector nothing = {0};
	unsigned i;

	for (i = 0; i < DSP_CHUNK; i += DSP_VECTOR) {
		raise(most, load(x + i));
		nothing += load(x + i) * 0; /* stays 0 unless it meets no number, or infinity */
	}
	for (i = 0; i < DSP_VECTOR; i++) {
		peak = most[i] > peak ? most[i] : peak;
		if (nothing[i] != 0)
			return HUGE_VALF;
	}
	return peak;
}

void dsp_peak_init(struct dsp_peak *peak, struct pcm_format format)
{
	memset(peak, 0, sizeof(*peak));
	peak->channels = format.channels;
	dsp_interpolator_init(&peak->it, format.rate_hz);
}

/*
 * The newest chunk is full: look at the second half of the one before it and at its own first,
 * the last frames whose whole reach is there.
 */
static void finish_chunk(struct dsp_peak *peak)
{
	float peaks[DSP_CHUNK] = {0}, now = 0, bound;
	unsigned channel, i;

	for (channel = 0; channel < peak->channels; channel++)
		now = fmaxf(now, dsp_chunk_peak(peak->x[channel] + 2 * DSP_CHUNK));
	bound = peak->it.bound * fmaxf(now, peak->before);
	peak->before = now;
	for (channel = 0; channel < peak->channels; channel++) {
		float *x = peak->x[channel];

		if (bound > peak->record)
			dsp_interpolator_run(&peak->it, x + 2 * DSP_CHUNK - DSP_REACH, peaks);
		memmove(x, x + DSP_CHUNK, 2 * DSP_CHUNK * sizeof(*x));
	}
	for (i = 0; i < DSP_CHUNK; i++)
		peak->record = fmaxf(peak->record, peaks[i]);
	peak->fill = 0;
}

static void take(struct dsp_peak *peak, const float *frames, size_t n)
{
	float *x = peak->x[0] + 2 * DSP_CHUNK + peak->fill;
	float *right = peak->x[1] + 2 * DSP_CHUNK + peak->fill;
	size_t i;

	if (peak->channels == 1)
		memcpy(x, frames, n * sizeof(*x));
	for (i = 0; peak->channels == 2 && i < n; i++) {
		x[i] = frames[2 * i];
		right[i] = frames[2 * i + 1];
	}
	peak->fill += (unsigned)n;
}

void dsp_peak_run(struct dsp_peak *peak, const float *frames, size_t n)
{
	size_t part;

	for (; n > 0; n -= part, frames += part * peak->channels) {
		part = DSP_CHUNK - peak->fill;
		part = n < part ? n : part;
		take(peak, frames, part);
		if (peak->fill == DSP_CHUNK)
			finish_chunk(peak);
	}
}

double dsp_peak_dbtp(const struct dsp_peak *peak)
{
	static const float silence[2 * DSP_CHUNK * PCM_CHANNELS_MAX];
	struct dsp_peak end = *peak;

	dsp_peak_run(&end, silence, 2 * DSP_CHUNK);
	return 20 * log10((double)end.record);
}
