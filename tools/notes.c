/* SPDX-License-Identifier: MIT */
#include "notes.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "monotonic.h"
#include "sink.h"

#define NOTE_MS	    160
#define REST_MS	    60
#define RAMP_MS	    8
#define PATIENCE_US 5000000 /* beside the length of the notes */

static void put_note(double hz, double level, const struct pcm_format *format, float *frames)
{
	unsigned n = format->rate_hz * NOTE_MS / 1000, ramp = format->rate_hz * RAMP_MS / 1000;

	for (unsigned i = 0; i < n; i++) {
		unsigned edge = i < n - i ? i : n - i;
		double gain = edge < ramp ? (double)edge / ramp : 1;
		float sample =
			(float)(level * gain * sin(2 * M_PI * hz * (double)i / format->rate_hz));

		for (unsigned c = 0; c < format->channels; c++)
			*frames++ = sample;
	}
}

static float *make(const struct pcm_format *format, const double *hz, size_t n, double level,
		   size_t *ret_n)
{
	size_t each = (size_t)format->rate_hz * (NOTE_MS + REST_MS) / 1000;
	float *frames = calloc(n * each, format->channels * sizeof(*frames));

	for (size_t i = 0; frames && i < n; i++)
		put_note(hz[i], level, format, frames + i * each * format->channels);
	*ret_n = n * each;
	return frames;
}

static int play(struct sink *sink, const float *frames, size_t n)
{
	int64_t length_us = (int64_t)n * 1000000 / sink->info.format.rate_hz;
	int64_t deadline_us = monotonic_us() + length_us + PATIENCE_US, done = 0, taken = 1, at_us;
	const unsigned channels = sink->info.format.channels;
	bool started = false;
	int r = 0;

	while (r >= 0 && monotonic_us() < deadline_us &&
	       (!started || sink->ops->consumed(sink) < (int64_t)n)) {
		taken = done < (int64_t)n
				? sink->ops->write(sink, frames + done * channels, n - (size_t)done)
				: 0;
		if (taken < 0 && taken != -EPIPE)
			return (int)taken;
		done += taken > 0 ? taken : 0;
		if (!started && (taken == 0 || done == (int64_t)n)) {
			r = sink->ops->start(sink, 0, &at_us);
			started = true;
		}
		if (r >= 0 && started)
			monotonic_sleep_until(monotonic_us() + 20000);
	}
	return r >= 0 && sink->ops->consumed(sink) < (int64_t)n ? -ETIMEDOUT : r;
}

int notes_play(struct sink *sink, const double *hz, size_t n, double level)
{
	size_t n_frames;
	float *frames = make(&sink->info.format, hz, n, level, &n_frames);
	int r = frames ? play(sink, frames, n_frames) : -ENOMEM;

	free(frames);
	return r < 0 ? r : 0;
}
