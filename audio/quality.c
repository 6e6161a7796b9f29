/* SPDX-License-Identifier: MIT */
#include "quality.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_A_SECOND 20
#define NEAR_FULL	0.9f  /* an encoder lets a cut-off wave ripple this far down */
#define PAST_FULL	1.03f /* and this far up; a whole wave stays below */
#define RUN		3
#define NOTHING_DBFS	(-200.0)
#define SILENT_BELOW_DB 30.0 /* so far below the loud parts nobody hears anything outdoors */
#define SILENT_MOST	(-40.0)
#define SILENT_LEAST	(-80.0)
#define LOUD_SHARE	0.05
#define FLOOR_SHARE	0.10
#define BINS		201

struct quality {
	struct pcm_format format;
	int64_t samples, clipped;
	unsigned run[PCM_CHANNELS_MAX]; /* samples near full scale, up to now */
	float peak;
	size_t n_block; /* frames in the block that is not full yet */
	double squares;
	size_t n, room;
	float *levels; /* dBFS, one a block */
};

int quality_new(struct pcm_format format, struct quality **ret)
{
	struct quality *quality = calloc(1, sizeof(*quality));

	if (!quality)
		return -ENOMEM;
	quality->format = format;
	*ret = quality;
	return 0;
}

struct quality *quality_free(struct quality *quality)
{
	if (!quality)
		return NULL;
	free(quality->levels);
	free(quality);
	return NULL;
}

static size_t block_frames(const struct quality *quality)
{
	return quality->format.rate_hz / BLOCKS_A_SECOND;
}

static int end_block(struct quality *quality)
{
	double samples = (double)quality->n_block * quality->format.channels;
	double level = quality->squares > 0 ? 10 * log10(quality->squares / samples) : NOTHING_DBFS;

	if (quality->n == quality->room) {
		size_t room = quality->room ? 2 * quality->room : 256;
		float *levels = reallocarray(quality->levels, room, sizeof(*levels));

		if (!levels)
			return -ENOMEM;
		quality->levels = levels;
		quality->room = room;
	}
	quality->levels[quality->n++] = (float)fmax(level, NOTHING_DBFS);
	quality->n_block = 0;
	quality->squares = 0;
	return 0;
}

static void hear(struct quality *quality, float x, unsigned channel)
{
	float size = fabsf(x);
	unsigned run = size >= NEAR_FULL ? quality->run[channel] + 1 : 0;

	if (run == RUN)
		quality->clipped += RUN;
	else if (run > RUN)
		quality->clipped++;
	quality->run[channel] = run;
	quality->peak = fmaxf(quality->peak, size);
	quality->squares += (double)x * x;
}

int quality_add(struct quality *quality, const float *frames, size_t n)
{
	const unsigned channels = quality->format.channels;

	for (size_t i = 0; i < n; i++) {
		for (unsigned c = 0; c < channels; c++)
			hear(quality, frames[i * channels + c], c);
		quality->n_block++;
		if (quality->n_block == block_frames(quality) && end_block(quality))
			return -ENOMEM;
	}
	quality->samples += (int64_t)(n * channels);
	return 0;
}

/* The longest run of blocks below a level. */
static void find_gap(const struct quality *quality, size_t first, size_t last, double below,
		     struct quality_found *found)
{
	const int64_t block = (int64_t)block_frames(quality);
	size_t from = first, longest = 0, at = first;

	for (size_t i = first; i <= last; i++) {
		if (quality->levels[i] >= below) {
			from = i + 1;
		} else if (i + 1 - from > longest) {
			longest = i + 1 - from;
			at = from;
		}
	}
	found->gap_from = (int64_t)at * block;
	found->gap_frames = (int64_t)longest * block;
}

/* How many of the blocks [first, last] lie at each whole dB below full scale. */
static void count(const struct quality *quality, size_t first, size_t last, size_t bins[BINS])
{
	memset(bins, 0, BINS * sizeof(*bins));
	for (size_t i = first; i <= last; i++)
		bins[(size_t)fmin(BINS - 1, fmax(0, -quality->levels[i]))]++;
}

/* The level that a share of the blocks reaches. */
static double reached_by(const size_t bins[BINS], size_t n, double share)
{
	size_t wanted = (size_t)(share * (double)n) + 1, bin = 0, sum = bins[0];

	while (sum < wanted && bin + 1 < BINS)
		sum += bins[++bin];
	return -(double)bin;
}

static void find_levels(const struct quality *quality, struct quality_found *found)
{
	size_t bins[BINS], first = 0, last = quality->n - 1;
	double below;

	count(quality, first, last, bins);
	found->loud_dbfs = reached_by(bins, quality->n, LOUD_SHARE);
	below = fmin(SILENT_MOST, fmax(SILENT_LEAST, found->loud_dbfs - SILENT_BELOW_DB));
	while (first < last && quality->levels[first] < below)
		first++;
	while (last > first && quality->levels[last] < below)
		last--;
	count(quality, first, last, bins);
	found->floor_dbfs = reached_by(bins, last + 1 - first, 1 - FLOOR_SHARE);
	find_gap(quality, first, last, below, found);
}

void quality_find(const struct quality *quality, struct quality_found *ret)
{
	struct quality_found found = {.loud_dbfs = NOTHING_DBFS, .floor_dbfs = NOTHING_DBFS};

	if (quality->samples > 0 && quality->peak > PAST_FULL)
		found.clipped = (double)quality->clipped / (double)quality->samples;
	if (quality->n > 0)
		find_levels(quality, &found);
	*ret = found;
}
