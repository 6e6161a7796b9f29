/* SPDX-License-Identifier: MIT */
/*
 * Bound: a phase is a sum of taps times samples, so it is never above (sum of |taps|) times the
 * greatest sample in its reach. Chunks below the bound are passed over; in speech that is most.
 */
#include "dsp_internal.h"

#include <string.h>

#define LENGTH 49 /* of the whole filter */

void dsp_interpolator_init(struct dsp_interpolator *it, unsigned rate_hz)
{
	unsigned factor = rate_hz < 96000 ? 4 : rate_hz < 192000 ? 2 : 1;
	unsigned phase, tap;

	memset(it, 0, sizeof(*it));
	it->bound = 1;
	it->phases = factor - 1;
	it->taps = (LENGTH - 1) / factor;
	for (phase = 1; phase < factor; phase++) {
		float *taps = it->taps_of[phase - 1];
		double sum = 0, m, j;

		/* Tap t of the filter weighs the sample t frames back: stored oldest first. */
		for (tap = 0; tap < it->taps; tap++) {
			j = phase + tap * factor;
			m = (j - (LENGTH - 1) / 2) * M_PI / factor;
			m = sin(m) / m * 0.5 * (1 - cos(2 * M_PI * j / (LENGTH - 1)));
			taps[it->taps - 1 - tap] = (float)m;
			sum += fabs(m);
		}
		it->bound = fmaxf(it->bound, (float)sum);
	}
}

/* Half a chunk: the sums stay in registers. */
static void run_half(const float *restrict taps, unsigned n_taps, const float *restrict x,
		     float *restrict peaks)
{
	float sum[DSP_CHUNK / 2] = {0};
	unsigned tap, i;

	for (tap = 0; tap < n_taps; tap++)
		for (i = 0; i < DSP_CHUNK / 2; i++)
			sum[i] += taps[tap] * x[tap + i];
	for (i = 0; i < DSP_CHUNK / 2; i++) {
		float magnitude = fabsf(sum[i]);

		peaks[i] = magnitude > peaks[i] ? magnitude : peaks[i];
	}
}

void dsp_interpolator_run(const struct dsp_interpolator *it, const float *x, float *peaks)
{
	const float *oldest = x - (it->taps / 2 - 1);
	unsigned phase, i;

	for (i = 0; i < DSP_CHUNK; i++)
		peaks[i] = fabsf(x[i]) > peaks[i] ? fabsf(x[i]) : peaks[i];
	for (phase = 0; phase < it->phases; phase++) {
		run_half(it->taps_of[phase], it->taps, oldest, peaks);
		run_half(it->taps_of[phase], it->taps, oldest + DSP_CHUNK / 2,
			 peaks + DSP_CHUNK / 2);
	}
}

float dsp_chunk_peak(const float *x)
{
	float most[4] = {0};
	unsigned i, lane;

	for (i = 0; i < DSP_CHUNK; i += 4)
		for (lane = 0; lane < 4; lane++)
			most[lane] =
				fabsf(x[i + lane]) > most[lane] ? fabsf(x[i + lane]) : most[lane];
	most[0] = most[1] > most[0] ? most[1] : most[0];
	most[2] = most[3] > most[2] ? most[3] : most[2];
	return most[2] > most[0] ? most[2] : most[0];
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

void dsp_peak_run(struct dsp_peak *peak, const float *frames, size_t n)
{
	unsigned channel;

	for (; n > 0; n--) {
		for (channel = 0; channel < peak->channels; channel++)
			peak->x[channel][2 * DSP_CHUNK + peak->fill] = *frames++;
		if (++peak->fill == DSP_CHUNK)
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
