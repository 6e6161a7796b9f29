/* SPDX-License-Identifier: MIT */
/*
 * decode - the work of one recording, to be run under callgrind: its instructions repeat.
 *
 * bench_decode frames FILE               its exact length in frames, for the next one
 * bench_decode bare FILE                 libmpg123 alone, as little as one can do
 * bench_decode chain FILE RATE FRAMES    the chain to a device of that rate: high-pass, gain, limiter
 * bench_decode measure FILE RATE         what an import does
 * bench_decode analysis FILE             libmpg123 and libebur128 alone: loudness and true peak
 *
 * All but the first print the seconds of audio.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ebur128.h>
#include <mpg123.h>

#include "chain.h"
#include "mp3.h"

struct recording {
	unsigned char *bytes;
	size_t n;
};

static int read_whole(const char *path, struct recording *ret)
{
	FILE *in = fopen(path, "rb");
	long size;

	if (!in)
		return -1;
	fseek(in, 0, SEEK_END);
	size = ftell(in);
	rewind(in);
	ret->bytes = malloc(size > 0 ? (size_t)size : 1);
	ret->n = ret->bytes ? fread(ret->bytes, 1, (size_t)size, in) : 0;
	fclose(in);
	return ret->n > 0 ? 0 : -1;
}

/* The bare loop; with loudness it is measured, too. Seconds of audio. */
static double bare(const struct recording *recording, bool with_loudness)
{
	mpg123_handle *handle;
	ebur128_state *loudness = NULL;
	float frames[4096];
	size_t done, total = 0;
	int r, channels = 1, encoding;
	long rate = 1;

	mpg123_init();
	handle = mpg123_new(NULL, NULL);
	mpg123_param(handle, MPG123_ADD_FLAGS, MPG123_FORCE_FLOAT | MPG123_QUIET, 0);
	mpg123_open_feed(handle);
	r = mpg123_decode(handle, recording->bytes, recording->n, NULL, 0, &done);
	mpg123_getformat(handle, &rate, &channels, &encoding);
	if (with_loudness)
		loudness = ebur128_init((unsigned)channels, (unsigned long)rate,
					EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
	while (r != MPG123_ERR && r != MPG123_NEED_MORE && r != MPG123_DONE) {
		r = mpg123_read(handle, frames, sizeof(frames), &done);
		total += done;
		if (loudness)
			ebur128_add_frames_float(loudness, frames,
						 done / sizeof(float) / (size_t)channels);
	}
	if (loudness) {
		double lufs = 0;

		ebur128_loudness_global(loudness, &lufs);
		ebur128_destroy(&loudness);
	}
	mpg123_delete(handle);
	return (double)total / sizeof(float) / channels / (double)rate;
}

static struct chain_settings settings_of(unsigned rate_hz)
{
	return (struct chain_settings){
		.format = {.rate_hz = rate_hz, .channels = 1},
		.target_lufs = -16.0,
		.ceiling_dbtp = -1.0,
		.highpass_hz = 200.0,
	};
}

static double through_chain(const struct recording *recording, unsigned rate_hz, int64_t frames_in)
{
	struct chain_settings settings = settings_of(rate_hz);
	struct chain *chain = NULL;
	float frames[1024];
	int64_t got, total = 0;

	if (chain_new(recording->bytes, recording->n, frames_in, &settings, 6.0, &chain) < 0)
		return -1;
	while ((got = chain_read(chain, frames, 1024)) > 0)
		total += got;
	chain_free(chain);
	return (double)total / rate_hz;
}

static double measured(const struct recording *recording, unsigned rate_hz)
{
	struct chain_settings settings = settings_of(rate_hz);
	struct chain_measure measure;

	if (chain_measure(recording->bytes, recording->n, &settings, &measure) < 0)
		return -1;
	return (double)measure.frames / measure.format.rate_hz;
}

static double frames_of(const struct recording *recording)
{
	struct pcm_format format;
	int64_t frames;

	if (mp3_examine(recording->bytes, recording->n, &format, &frames) != MP3_WHOLE)
		return -1;
	return (double)frames;
}

int main(int argc, char **argv)
{
	struct recording recording = {0};
	unsigned rate_hz = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 48000;
	int64_t frames = argc > 4 ? strtoll(argv[4], NULL, 10) : 0;
	double result = -1;

	if (argc < 3 || read_whole(argv[2], &recording) < 0) {
		fprintf(stderr, "usage: bench_decode frames|bare|chain|measure|analysis FILE [RATE "
				"[FRAMES]]\n");
		return 2;
	}
	if (strcmp(argv[1], "frames") == 0)
		result = frames_of(&recording);
	else if (strcmp(argv[1], "bare") == 0)
		result = bare(&recording, false);
	else if (strcmp(argv[1], "analysis") == 0)
		result = bare(&recording, true);
	else if (strcmp(argv[1], "chain") == 0)
		result = through_chain(&recording, rate_hz, frames);
	else if (strcmp(argv[1], "measure") == 0)
		result = measured(&recording, rate_hz);
	free(recording.bytes);
	if (result <= 0)
		return 1;
	printf("%.3f\n", result);
	return 0;
}
