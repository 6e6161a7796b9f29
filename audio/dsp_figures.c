/* SPDX-License-Identifier: MIT */
#include "dsp_figures.h"

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static float loudest(const float *frame, unsigned channels)
{
	float level = fabsf(frame[0]);

	return channels > 1 && fabsf(frame[1]) > level ? fabsf(frame[1]) : level;
}

static double squares_of(const float *samples, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)samples[i] * (double)samples[i];
	return sum;
}

struct dsp_figures dsp_figures_of(const float *frames, size_t n, unsigned channels)
{
	const float floor = (float)pcm_gain_of_db(PCM_SILENT_DBFS);
	struct dsp_figures ret = {.frames = (int64_t)n,
				  .squares = squares_of(frames, n * channels)};
	int64_t run = 0;

	for (size_t i = 0; i < n; i++) {
		if (loudest(frames + i * channels, channels) > floor) {
			if (ret.audible++ == 0)
				ret.head = run;
			run = 0;
		} else if (++run > ret.longest) {
			ret.longest = run;
		}
	}
	ret.tail = run;
	if (ret.audible == 0)
		ret.head = run;
	return ret;
}

void dsp_figures_add(struct dsp_figures *sum, const struct dsp_figures *next)
{
	sum->longest = larger(larger(sum->longest, next->longest), sum->tail + next->head);
	if (sum->audible == 0)
		sum->head = sum->frames + next->head;
	sum->tail = next->audible == 0 ? sum->tail + next->frames : next->tail;
	sum->frames += next->frames;
	sum->audible += next->audible;
	sum->squares += next->squares;
}

struct dsp_figures dsp_figures_share(const struct dsp_figures *whole, int64_t n)
{
	double share = whole->frames > 0 ? (double)n / (double)whole->frames : 0;

	if (n >= whole->frames)
		return *whole;
	return (struct dsp_figures){
		.frames = n,
		.audible = (int64_t)((double)whole->audible * share + 0.5),
		.squares = whole->squares * share,
		.head = smaller(whole->head, n),
		.tail = smaller(whole->tail, n),
		.longest = smaller(whole->longest, n),
	};
}

double dsp_figures_rms_db(const struct dsp_figures *figures, unsigned channels)
{
	double samples = (double)figures->frames * channels;
	double mean = samples > 0 ? figures->squares / samples : 0;
	double db = mean > 0 ? 10.0 * log10(mean) : DSP_RMS_FLOOR_DB;

	return db > DSP_RMS_FLOOR_DB ? db : DSP_RMS_FLOOR_DB;
}
