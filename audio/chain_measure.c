/* SPDX-License-Identifier: MIT */
/*
 * The gain is solved on the chain itself. The first pass measures the recording as it is and as it
 * comes to the gain. Where that sound, lifted, stays below the ceiling, the limiter would do
 * nothing and the answer is exact. Otherwise the whole chain runs with the gain that is assumed,
 * and the gain is corrected by what is still missing, until little is.
 */
#include "chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "chain_internal.h"
#include "loudness.h"

#define PASSES_MAX  6
#define KEEP_MAX    (240 * 48000) /* samples, 46 MB: longer ones are decoded again */
#define KEEP_SLACK  (CHAIN_BLOCK * PCM_CHANNELS_MAX) /* the last block may begin at the end */
#define KEEP_PAGE   ((size_t)2 * 1024 * 1024)
#define STEP_MAX_DB 6
#define NEAR_LU	    0.05 /* good enough; half of what is promised */
#define SLOPE_MIN   0.1	 /* of loudness over gain; below it, more gain only costs clarity */

/* The recording as it was decoded. */
struct source {
	struct loudness *loudness;
	unsigned channels;
	int64_t frames, first_audible, last_audible; /* -1: none yet */
	int error;
};

static bool is_audible(const float *frame, unsigned channels)
{
	return dsp_audible(frame, 1, channels) > 0;
}

static void hear_source(void *context, const float *frames, size_t n)
{
	struct source *source = context;
	size_t i;

	for (i = 0; source->first_audible < 0 && i < n; i++)
		if (is_audible(frames + i * source->channels, source->channels))
			source->first_audible = source->frames + (int64_t)i;
	for (i = n; i > 0; i--)
		if (is_audible(frames + (i - 1) * source->channels, source->channels)) {
			source->last_audible = source->frames + (int64_t)i - 1;
			break;
		}
	source->frames += (int64_t)n;
	if (loudness_add(source->loudness, frames, n))
		source->error = -ENOMEM;
}

/* One measuring. */
struct task {
	const void *bytes; /* borrowed */
	size_t n_bytes;
	const struct chain_settings *settings;
	float *kept; /* what comes before the gain, so that it is decoded once; NULL: too long */
	struct chain_measure measure;
};

/* What comes before the gain. */
static int hear_first_half(struct task *task, struct chain *chain, struct loudness *linear)
{
	float block[CHAIN_BLOCK * PCM_CHANNELS_MAX], *at = task->kept ? task->kept : block;
	int64_t got, left = chain->frames;

	while ((got = chain_first_half(chain, at)) > 0) {
		got = got < left ? got : left;
		left -= got;
		if (loudness_add(linear, at, (size_t)got))
			return -ENOMEM;
		at += task->kept ? got * chain->channels : 0;
	}
	return got < 0 ? (int)got : left > 0 ? -EBADMSG : 0;
}

static int hear_all(struct task *task, struct chain *chain, struct source *source,
		    struct loudness *linear)
{
	int error;

	chain->tap = hear_source;
	chain->tap_context = source;
	error = hear_first_half(task, chain, linear);
	return error ? error : source->error;
}

static void note_source(struct chain_measure *measure, const struct source *source,
			struct loudness *linear)
{
	bool silent = source->first_audible < 0;

	measure->lufs = loudness_lufs(source->loudness);
	measure->peak_dbtp = loudness_peak_dbtp(source->loudness);
	measure->head_silence = silent ? source->frames : source->first_audible;
	measure->tail_silence = silent ? 0 : source->frames - 1 - source->last_audible;
	measure->out_lufs = loudness_lufs(linear);
	measure->out_peak_dbtp = loudness_peak_dbtp(linear);
}

/* Of what goes to the device. A mono recording stays mono to the end, and is measured as such. */
static int loudness_of(const struct task *task, const struct chain *chain, struct loudness **ret)
{
	struct pcm_format inside = {chain->out.rate_hz, chain->channels};
	int error = loudness_new(inside, ret);

	if (!error && chain->channels < task->settings->format.channels)
		loudness_twice(*ret);
	return error;
}

/* In pages as large as the machine has: in small ones, getting them costs a twentieth of it all. */
static float *keeping(size_t n_samples)
{
	size_t size = (n_samples * sizeof(float) + KEEP_PAGE - 1) / KEEP_PAGE * KEEP_PAGE;
	float *kept = aligned_alloc(KEEP_PAGE, size);

	if (kept)
		(void)madvise(kept, size, MADV_HUGEPAGE); /* a wish */
	return kept;					  /* NULL is no failure */
}

static int first_pass(struct task *task)
{
	struct source source = {.first_audible = -1, .last_audible = -1};
	struct loudness *linear = NULL;
	struct chain *chain;
	size_t n_samples;
	int error;

	error = chain_new(task->bytes, task->n_bytes, task->measure.frames, task->settings, 0,
			  &chain);
	if (error)
		return error;
	task->measure.format = chain->in;
	n_samples = (size_t)chain->frames * chain->channels;
	if (n_samples <= KEEP_MAX)
		task->kept = keeping(n_samples + KEEP_SLACK);
	source.channels = chain->in.channels;
	error = loudness_new(chain->in, &source.loudness);
	if (!error)
		error = loudness_of(task, chain, &linear);
	if (!error)
		error = hear_all(task, chain, &source, linear);
	if (!error)
		note_source(&task->measure, &source, linear);
	loudness_free(linear);
	loudness_free(source.loudness);
	chain_free(chain);
	return error;
}

/* The whole chain with the gain that is assumed; fills what leaves it. */
static int whole_pass(struct task *task)
{
	float block[CHAIN_BLOCK * PCM_CHANNELS_MAX];
	struct chain_measure *measure = &task->measure;
	struct chain_settings settings = *task->settings;
	struct loudness *loudness = NULL;
	struct chain *chain;
	int64_t got = 0;
	int error;

	if (measure->format.channels < settings.format.channels)
		settings.format.channels = measure->format.channels;
	error = chain_new(task->bytes, task->n_bytes, measure->frames, &settings, measure->gain_db,
			  &chain);
	if (error)
		return error;
	chain->kept = task->kept;
	error = loudness_of(task, chain, &loudness);
	while (!error && (got = chain_read(chain, block, CHAIN_BLOCK)) > 0)
		error = loudness_add(loudness, block, (size_t)got);
	if (!error && got < 0)
		error = (int)got;
	if (!error) {
		measure->out_lufs = loudness_lufs(loudness);
		measure->out_peak_dbtp = loudness_peak_dbtp(loudness);
	}
	loudness_free(loudness);
	chain_free(chain);
	return error;
}

static double at_most(double db)
{
	return db < CHAIN_BOOST_MAX_DB ? db : CHAIN_BOOST_MAX_DB;
}

/*
 * How much louder one more dB makes it: between the last two passes; after the first pass, of a
 * parabola that leaves the straight line at acts_db, the gain at which the limiter begins to act.
 */
static double slope_of(const struct chain_measure *now, const struct chain_measure *last,
		       double missing, double acts_db)
{
	if (!last)
		return fmax(SLOPE_MIN, 1 - 2 * missing / (now->gain_db - acts_db));
	return (now->out_lufs - last->out_lufs) / (now->gain_db - last->gain_db);
}

/*
 * Newton's steps. Where more gain makes it hardly louder, the sound is as loud as it can be below
 * this ceiling; the step that showed it is taken back, for it only cost clarity.
 */
static int solve(struct task *task, double acts_db)
{
	struct chain_measure *measure = &task->measure, last;
	double slope, missing;
	int pass, error;

	for (pass = 0; pass < PASSES_MAX; pass++) {
		error = whole_pass(task);
		if (error)
			return error;
		missing = task->settings->target_lufs - measure->out_lufs;
		if (fabs(missing) <= NEAR_LU || pass == PASSES_MAX - 1)
			break;
		slope = slope_of(measure, pass > 0 ? &last : NULL, missing, acts_db);
		if (missing > 0 && slope < SLOPE_MIN) {
			*measure = last;
			break;
		}
		if (missing > 0 && measure->gain_db >= CHAIN_BOOST_MAX_DB)
			break;
		last = *measure;
		measure->gain_db = at_most(measure->gain_db +
					   fmin(missing / fmax(slope, SLOPE_MIN), STEP_MAX_DB));
	}
	return 0;
}

static int64_t length_of(const void *bytes, size_t n_bytes)
{
	struct mp3 *mp3;
	int64_t frames;

	frames = mp3_open(bytes, n_bytes, &mp3);
	if (frames < 0)
		return frames;
	frames = mp3_scan(mp3);
	mp3_free(mp3);
	return frames;
}

static int measure_all(struct task *task)
{
	struct chain_measure *measure = &task->measure;
	double acts_db;
	int error;

	error = first_pass(task);
	if (error)
		return error;
	if (!isfinite(measure->out_lufs)) /* silence stays as it is */
		return 0;
	acts_db = task->settings->ceiling_dbtp - measure->out_peak_dbtp;
	measure->gain_db = at_most(task->settings->target_lufs - measure->out_lufs);
	measure->out_lufs += measure->gain_db;
	measure->out_peak_dbtp += measure->gain_db;
	return measure->gain_db > acts_db ? solve(task, acts_db) : 0;
}

int chain_measure(const void *bytes, size_t n_bytes, const struct chain_settings *settings,
		  struct chain_measure *ret)
{
	struct task task = {.bytes = bytes, .n_bytes = n_bytes, .settings = settings};
	int error;

	task.measure.frames = length_of(bytes, n_bytes);
	if (task.measure.frames <= 0)
		return task.measure.frames < 0 ? (int)task.measure.frames : -EBADMSG;
	error = measure_all(&task);
	free(task.kept);
	if (!error)
		*ret = task.measure;
	return error;
}
