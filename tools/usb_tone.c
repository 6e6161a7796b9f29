/* SPDX-License-Identifier: MIT */
/*
 * Two notes that rise: all was taken. Three low ones: something was not. On a loudspeaker at the
 * box, quiet; never on the card of the horns.
 */
#include "usb_job.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monotonic.h"
#include "sink.h"
#include "words.h"

#define NOTE_MS	    160
#define REST_MS	    60
#define RAMP_MS	    8
#define LEVEL	    0.1 /* -20 dBFS */
#define PATIENCE_US 5000000

static const double rising[] = {660, 990}, low[] = {330, 330, 330};

static void put_note(double hz, const struct pcm_format *format, float *frames)
{
	unsigned n = format->rate_hz * NOTE_MS / 1000, ramp = format->rate_hz * RAMP_MS / 1000;

	for (unsigned i = 0; i < n; i++) {
		unsigned edge = i < n - i ? i : n - i;
		double gain = edge < ramp ? (double)edge / ramp : 1;
		float sample =
			(float)(LEVEL * gain * sin(2 * M_PI * hz * (double)i / format->rate_hz));

		for (unsigned c = 0; c < format->channels; c++)
			*frames++ = sample;
	}
}

static float *make(const struct pcm_format *format, bool well, size_t *ret_n)
{
	const double *notes = well ? rising : low;
	size_t n_notes = well ? sizeof(rising) / sizeof(*rising) : sizeof(low) / sizeof(*low);
	size_t each = (size_t)format->rate_hz * (NOTE_MS + REST_MS) / 1000;
	float *frames = calloc(n_notes * each, format->channels * sizeof(*frames));

	for (size_t i = 0; frames && i < n_notes; i++)
		put_note(notes[i], format, frames + i * each * format->channels);
	*ret_n = n_notes * each;
	return frames;
}

static int play(struct sink *sink, const float *frames, size_t n)
{
	int64_t deadline_us = monotonic_us() + PATIENCE_US, done = 0, taken = 1, at_us;
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
	return r;
}

/* The monitor is what it is: the first of these that it takes. */
static int open_any(struct sink *sink, unsigned wish_hz, struct pcm_format *ret)
{
	const unsigned rates[] = {wish_hz, 48000, 44100};

	for (unsigned channels = 1; channels <= 2; channels++)
		for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
			*ret = (struct pcm_format){.rate_hz = rates[i], .channels = channels};
			if (sink->ops->open(sink, ret) == 0)
				return 0;
		}
	return -ENODEV;
}

static int sound(struct sink *sink, unsigned wish_hz, bool well)
{
	struct pcm_format format;
	float *frames;
	size_t n;
	int r = open_any(sink, wish_hz, &format);

	if (r < 0)
		return r;
	frames = make(&format, well, &n);
	r = frames ? play(sink, frames, n) : -ENOMEM;
	free(frames);
	return r;
}

void usb_tone(const struct usb_orders *orders, bool well)
{
	const char *monitor = orders->monitor;
	struct sink *sink;
	int r;

	if (!*monitor)
		return;
	if (strcmp(monitor, orders->device) == 0) { /* no checked config says so */
		complain(_("the monitor \"%s\" is the sound card of the loudspeakers: no tone"),
			 monitor);
		return;
	}
	r = sink_alsa_new(monitor, &sink);
	if (r < 0)
		return;
	r = sound(sink, orders->rate_hz, well);
	if (r < 0)
		complain(_("the monitor \"%s\" cannot be used (%s)"), monitor, words_error(-r));
	sink_free(sink);
}
