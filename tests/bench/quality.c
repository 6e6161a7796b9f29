/* SPDX-License-Identifier: MIT */
/*
 * quality - a sine through one resampler, as raw samples on stdout: quality.py tells what is left of it.
 *
 * bench_quality sine HZ                 the sine itself at 44.1 kHz, 32-bit floats
 * bench_quality ours HZ                 taken to 48 kHz by our resampler, 32-bit floats
 * bench_quality mpg123 FILE RATE        decoded by libmpg123, brought to that rate by its NtoM, 32-bit floats
 * bench_quality alsa HZ DEVICE          written to that ALSA device at 44.1 kHz as 16 bits; nothing on stdout
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <alsa/asoundlib.h>
#include <mpg123.h>

#include "resample.h"

#define IN_HZ	 44100
#define OUT_HZ	 48000
#define FRAMES	 (3 * IN_HZ)
#define LEVEL	 0.5
#define BLOCK	 4096
#define DELAY_US 500000

static double sine_at(double hz, int frame)
{
	return LEVEL * sin(2 * M_PI * hz * frame / IN_HZ);
}

static float *make_sine(double hz)
{
	float *sine = malloc(FRAMES * sizeof(*sine));

	for (int i = 0; sine && i < FRAMES; i++)
		sine[i] = (float)sine_at(hz, i);
	return sine;
}

static int give(const float *frames, size_t n)
{
	return fwrite(frames, sizeof(*frames), n, stdout) == n ? 0 : -1;
}

static int through_ours(const float *sine)
{
	struct resample *resample = NULL;
	float out[BLOCK];
	size_t at = 0, used;
	int64_t got = 0;
	int bad = resample_new(IN_HZ, OUT_HZ, 1, &resample);

	while (!bad) {
		size_t left = FRAMES - at;

		got = resample_run(resample, left ? sine + at : NULL, left < BLOCK ? left : BLOCK,
				   &used, out, BLOCK);
		at += used;
		if (got < 0 || (got == 0 && left == 0))
			break;
		bad = give(out, (size_t)got);
	}
	resample_free(resample);
	return bad || got < 0 ? -1 : 0;
}

static int through_mpg123(const char *path, long rate_hz)
{
	mpg123_handle *handle;
	float frames[BLOCK];
	size_t done;
	int r, bad;

	mpg123_init();
	handle = mpg123_new(NULL, NULL);
	mpg123_param(handle, MPG123_ADD_FLAGS, MPG123_FORCE_FLOAT | MPG123_MONO_MIX | MPG123_QUIET,
		     0);
	mpg123_param(handle, MPG123_FORCE_RATE, rate_hz, 0);
	bad = mpg123_open(handle, path) != MPG123_OK;
	do {
		r = bad ? MPG123_ERR
			: mpg123_read(handle, (unsigned char *)frames, sizeof(frames), &done);
		if (r == MPG123_OK || r == MPG123_NEW_FORMAT || r == MPG123_DONE)
			bad |= give(frames, done / sizeof(*frames)) < 0;
	} while (r == MPG123_OK || r == MPG123_NEW_FORMAT);
	mpg123_delete(handle);
	return bad || r != MPG123_DONE ? -1 : 0;
}

static int through_alsa(double hz, const char *device)
{
	int16_t *sine = malloc(FRAMES * sizeof(*sine));
	snd_pcm_t *pcm = NULL;
	int bad = !sine || snd_pcm_open(&pcm, device, SND_PCM_STREAM_PLAYBACK, 0) < 0;

	for (int i = 0; sine && i < FRAMES; i++)
		sine[i] = (int16_t)lrint(32767 * sine_at(hz, i));
	bad = bad || snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1,
					IN_HZ, 0, DELAY_US) < 0;
	for (int at = 0; !bad && at < FRAMES;) {
		snd_pcm_sframes_t n = snd_pcm_writei(pcm, sine + at, (unsigned)(FRAMES - at));

		bad = n <= 0;
		at += (int)n;
	}
	if (pcm)
		snd_pcm_close(pcm);
	free(sine);
	return bad ? -1 : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	float *sine = NULL;
	int bad = 2;

	if (strcmp(what, "sine") == 0 || strcmp(what, "ours") == 0) {
		sine = make_sine(atof(argv[2]));
		bad = !sine || (what[0] == 's' ? give(sine, FRAMES) : through_ours(sine)) < 0;
	} else if (strcmp(what, "mpg123") == 0 && argc > 3) {
		bad = through_mpg123(argv[2], atol(argv[3])) < 0;
	} else if (strcmp(what, "alsa") == 0 && argc > 3) {
		bad = through_alsa(atof(argv[2]), argv[3]) < 0;
	} else {
		fprintf(stderr, "usage: bench_quality sine HZ | ours HZ | mpg123 FILE RATE | "
				"alsa HZ DEVICE\n");
	}
	free(sine);
	return bad;
}
