/* SPDX-License-Identifier: MIT */
/*
 * Two notes that rise: all was taken. Three low ones: something was not. On a loudspeaker at the
 * box, quiet; never on the card of the horns.
 */
#include "usb_job.h"

#include <errno.h>
#include <string.h>

#include "notes.h"
#include "sink.h"
#include "words.h"

#define LEVEL 0.1 /* -20 dBFS */

static const double rising[] = {660, 990}, low[] = {330, 330, 330};

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
	int r = open_any(sink, wish_hz, &format);

	if (r < 0)
		return r;
	return well ? notes_play(sink, rising, sizeof(rising) / sizeof(*rising), LEVEL)
		    : notes_play(sink, low, sizeof(low) / sizeof(*low), LEVEL);
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
