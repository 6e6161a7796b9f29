/* SPDX-License-Identifier: MIT */
/*
 * Two filters. The meter's has 12 taps a phase and misses up to 0.7 dB of a crest that lies between
 * its four points. The fine one has 24 and puts a parabola on each crest: up to 0.4 of the rate it
 * is right to 0.02 dB.
 *
 * Bound: a phase is a sum of taps times samples, so it is never above (sum of |taps|) times the
 * greatest sample in its reach. Chunks below the bound are passed over; in speech that is most. The
 * fine filter has a second, closer one: between two samples sound leaves the straight line only as
 * far as its second differences let it, and those of speech are small.
 *
 * The taps of the middle phase are symmetric and those of the two others mirror each other. With
 * s and d the sum and difference of the two samples of a pair, both have the same even part:
 *
 *   middle = sum(middle * s)	first = sum(even * s) + sum(odd * d)	last = ... - ...
 */
#include "dsp_peak.h"

#include <string.h>

#define METER_SPAN  48 /* of the whole filter, in steps; it has one tap more */
#define FINE_SPAN   96
#define METER_PAIRS (METER_SPAN / 4 / 2) /* constants: these loops are half the limiter's cost */
#define FINE_PAIRS  (FINE_SPAN / 4 / 2)
#define BEFORE	    DSP_VECTOR /* frames worked out in front of a chunk */
#define CREST_MOST  0.09f      /* by which a crest can stand above the points at its sides */

#define EDGE_PAIRS 8
#define EDGE_FREE  0.2f
#define EDGE_SHARE 0.7f

typedef int dsp_mask __attribute__((vector_size(16)));

/* Tap 'tap' of a phase weighs the sample 'tap' frames back. */
static double tap_of(unsigned span, unsigned factor, unsigned phase, unsigned tap)
{
	double j = phase + tap * factor;
	double m = (j - span / 2.0) * M_PI / factor;

	return sin(m) / m * 0.5 * (1 - cos(2 * M_PI * j / span));
}

static dsp_vector all(double value)
{
	float f = (float)value;

	return (dsp_vector){f, f, f, f};
}

static void init(struct dsp_interpolator *it, unsigned span, unsigned factor)
{
	unsigned phase, pair, taps = span / factor;
	double sum, newer, older;

	memset(it, 0, sizeof(*it));
	it->factor = factor;
	it->pairs = taps / 2;
	it->bound = 1;
	for (phase = 1; phase < it->factor; phase++) {
		sum = 0;
		for (pair = 0; pair < it->pairs; pair++) {
			newer = tap_of(span, factor, phase, pair);
			older = tap_of(span, factor, phase, taps - 1 - pair);
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

void dsp_interpolator_init(struct dsp_interpolator *it, unsigned rate_hz)
{
	init(it, METER_SPAN, rate_hz < 96000 ? 4 : rate_hz < 192000 ? 2 : 1);
}

/*
 * A phase less the straight line between its two samples, as a filter on the second differences of
 * the sound: the sum of its magnitudes. What is no second difference is left over: the few
 * thousandths by which the taps do not sum up to one.
 */
static double curve_of(unsigned phase, double *ret_rest)
{
	double rest = -1, slope = phase / -4.0, first = 0, second = 0, sum = 0, tap;
	int k, at;

	for (k = 0; k < 2 * FINE_PAIRS; k++) {
		tap = tap_of(FINE_SPAN, 4, phase, (unsigned)(2 * FINE_PAIRS - 1 - k));
		rest += tap;
		slope += tap * (k - (FINE_PAIRS - 1));
	}
	for (k = 0; k < 2 * FINE_PAIRS; k++) {
		at = k - (FINE_PAIRS - 1);
		tap = tap_of(FINE_SPAN, 4, phase, (unsigned)(2 * FINE_PAIRS - 1 - k));
		tap -= at == 0 ? 1 - phase / 4.0 + rest - slope : 0;
		tap -= at == 1 ? phase / 4.0 + slope : 0;
		first += tap;
		second += first;
		sum += fabs(second);
	}
	*ret_rest = fmax(*ret_rest, fabs(rest) + 2 * fabs(slope));
	return sum;
}

/*
 * A crest rises above its point by an eighth of the second difference of the points at most, and the
 * 16th difference is never above a quarter of the second.
 */
static void init_curve(struct dsp_interpolator *it)
{
	double curve = 0, rest = 0;
	unsigned phase;

	for (phase = 1; phase < 4; phase++)
		curve = fmax(curve, curve_of(phase, &rest));
	it->flat = (float)(1 + rest);
	it->curve = (float)(curve + (4 * curve + 1) / 8 + (double)EDGE_SHARE / 4);
}

void dsp_interpolator_init_fine(struct dsp_interpolator *it)
{
	init(it, FINE_SPAN, 4);
	init_curve(it);
	it->bound = it->bound * (1 + CREST_MOST) + EDGE_SHARE * (1 - EDGE_FREE);
}

static dsp_vector load(const float *x)
{
	return *(const dsp_loose *)x;
}

static dsp_vector magnitude(dsp_vector x)
{
	return (dsp_vector)((dsp_mask)x & 0x7fffffff);
}

/* The greater of each lane; a lane that is no number does not count. */
static dsp_vector greater(dsp_vector value, dsp_vector peak)
{
	unsigned i;

	for (i = 0; i < DSP_VECTOR; i++) /* one instruction: every machine has it */
		peak[i] = value[i] > peak[i] ? value[i] : peak[i];
	return peak;
}

static void raise(float *peaks, dsp_vector value)
{
	*(dsp_loose *)peaks = greater(magnitude(value), load(peaks));
}

/* The three points behind each of four frames. pairs is a constant where this is called. */
static inline __attribute__((always_inline)) void three_between(const struct dsp_interpolator *it,
								const float *oldest, unsigned pairs,
								dsp_vector points[3])
{
	const float *newest = oldest + 2 * pairs - 1;
	dsp_vector middle = {0}, even = {0}, odd = {0}, a, b, sum, difference;
	unsigned pair;

#pragma GCC unroll 12
	for (pair = 0; pair < pairs; pair++) {
		a = load(oldest + pair);
		b = load(newest - pair);
		sum = a + b;
		difference = a - b;
		middle += it->middle[pair] * sum;
		even += it->even[pair] * sum;
		odd += it->odd[pair] * difference;
	}
	points[0] = even + odd;
	points[1] = middle;
	points[2] = even - odd;
}

static void run_four(const struct dsp_interpolator *it, const float *oldest, float *peaks)
{
	dsp_vector points[3];

	three_between(it, oldest, METER_PAIRS, points);
	raise(peaks, points[0]);
	raise(peaks, points[1]);
	raise(peaks, points[2]);
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

static float greatest(dsp_vector lanes)
{
	float most = 0;
	unsigned i;

	for (i = 0; i < DSP_VECTOR; i++)
		most = lanes[i] > most ? lanes[i] : most;
	return most;
}

/* The bits of magnitudes are ordered as they are; infinity and no number are above all numbers. */
float dsp_chunk_peak(const float *x)
{
	dsp_mask most = {0}, bits, above;
	union {
		int bits;
		float value;
	} peak = {0};
	unsigned i;

	for (i = 0; i < DSP_CHUNK; i += DSP_VECTOR) {
		bits = (dsp_mask)magnitude(load(x + i));
		above = bits > most;
		most = (bits & above) | (most & ~above);
	}
	for (i = 0; i < DSP_VECTOR; i++)
		peak.bits = most[i] > peak.bits ? most[i] : peak.bits;
	return isfinite(peak.value) ? peak.value : HUGE_VALF;
}

/* The crest of the parabola through three points, where the middle one is the greatest of them. */
static dsp_vector crest(dsp_vector left, dsp_vector at, dsp_vector right)
{
	dsp_vector size = magnitude(at), slope = left - right, rise, most = size * CREST_MOST;
	dsp_mask top = (size >= magnitude(left)) & (size >= magnitude(right)), small;

	rise = slope * slope / (8 * magnitude(at + at - left - right) + all(1e-30));
	small = rise < most;
	rise = (dsp_vector)(((dsp_mask)rise & small) | ((dsp_mask)most & ~small));
	return size + (dsp_vector)((dsp_mask)rise & top);
}

/*
 * What no two converters agree on: a share of what lies close to half the rate. The 16th difference
 * gives 1 at half the rate, 0.45 at 0.4 of it, 0.1 at a third. What any bright sound has is free.
 */
static float unsure_of(const float *x)
{
	static const float binomial[EDGE_PAIRS + 1] = {12870, -11440, 8008, -4368, 1820,
						       -560,  120,    -16,  1};
	dsp_vector sum, most = {0};
	unsigned i, pair;
	float over;

	for (i = 0; i < DSP_CHUNK; i += DSP_VECTOR) {
		sum = binomial[0] * load(x + i);
		for (pair = 1; pair <= EDGE_PAIRS; pair++)
			sum += binomial[pair] * (load(x + i - pair) + load(x + i + pair));
		most = greater(magnitude(sum), most);
	}
	over = greatest(most) / 65536 - EDGE_FREE * dsp_chunk_peak(x);
	return over > 0 ? EDGE_SHARE * over : 0;
}

float dsp_interpolator_bound(const struct dsp_interpolator *it, const float *x)
{
	dsp_vector most = {0}, bend = {0};
	const float *at = x - DSP_REACH;
	unsigned i;

	for (i = 0; i < DSP_CHUNK + 2 * DSP_REACH; i += DSP_VECTOR) {
		most = greater(magnitude(load(at + i)), most);
		bend = greater(magnitude(load(at + i) - 2 * load(at + i - 1) + load(at + i - 2)),
			       bend);
	}
	return it->flat * greatest(most) + it->curve * greatest(bend);
}

void dsp_interpolator_crests(const struct dsp_interpolator *it, const float *x, float *peaks)
{
	float between[3][BEFORE + DSP_CHUNK];
	dsp_vector points[3], at, next, unsure = all((double)unsure_of(x));
	unsigned i, phase;

	for (i = 0; i < BEFORE + DSP_CHUNK; i += DSP_VECTOR) {
		three_between(it, x + i - BEFORE - (FINE_PAIRS - 1), FINE_PAIRS, points);
		for (phase = 0; phase < 3; phase++)
			*(dsp_loose *)(between[phase] + i) = points[phase];
	}
	for (i = 0; i < DSP_CHUNK; i += DSP_VECTOR) {
		at = load(x + i);
		next = load(x + i + 1);
		for (phase = 0; phase < 3; phase++)
			points[phase] = load(between[phase] + BEFORE + i);
		raise(peaks + i, crest(load(between[2] + BEFORE + i - 1), at, points[0]) + unsure);
		raise(peaks + i, crest(at, points[0], points[1]) + unsure);
		raise(peaks + i, crest(points[0], points[1], points[2]) + unsure);
		raise(peaks + i, crest(points[1], points[2], next) + unsure);
	}
}

void dsp_peak_init(struct dsp_peak *peak, struct pcm_format format)
{
	memset(peak, 0, sizeof(*peak));
	peak->channels = format.channels;
	dsp_interpolator_init(&peak->it, format.rate_hz);
}

/* fmaxf() is a call, and this is asked for every chunk. */
static float more(float a, float b)
{
	return a > b ? a : b;
}

/*
 * The newest chunk is full: look at the second half of the one before it and at its own first,
 * the last frames whose whole reach is there.
 */
static void finish_chunk(struct dsp_peak *peak)
{
	float peaks[DSP_CHUNK] = {0}, now = 0, bound;
	unsigned channel;

	for (channel = 0; channel < peak->channels; channel++)
		now = more(now, dsp_chunk_peak(peak->x[channel] + 2 * DSP_CHUNK));
	bound = peak->it.bound * more(now, peak->before);
	peak->before = now;
	for (channel = 0; channel < peak->channels; channel++) {
		float *x = peak->x[channel];

		if (bound > peak->record)
			dsp_interpolator_run(&peak->it, x + 2 * DSP_CHUNK - DSP_REACH, peaks);
		memmove(x, x + DSP_CHUNK, 2 * DSP_CHUNK * sizeof(*x));
	}
	if (bound > peak->record)
		peak->record = more(peak->record, dsp_chunk_peak(peaks));
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
