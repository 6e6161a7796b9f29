/* SPDX-License-Identifier: MIT */
/*
 * sink_paced - what the sinks without a card have in common: they consume by CLOCK_MONOTONIC at
 * exactly the rate, from a buffer of 120 ms, and run dry as a card does when nobody refills it.
 *
 * A kind of paced sink is a struct that begins with a struct paced and brings its hooks.
 */
#ifndef AUDIO_SINK_PACED_H
#define AUDIO_SINK_PACED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sink.h"

#define PACED_PERIOD_US 20000
#define PACED_PERIODS	6

struct paced;

/* Any of them may be NULL. Errors are negative errno, as the sink's. */
struct paced_hooks {
	int (*open)(struct paced *paced, const struct pcm_format *want);
	/* n frames enter the buffer; the first is frame 'place' of the stream. */
	void (*put)(struct paced *paced, int64_t place, const float *frames, size_t n);
	/* n frames from 'place' on have sounded. */
	int (*pass)(struct paced *paced, int64_t place, size_t n);
	void (*close)(struct paced *paced);
	void (*release)(struct paced *paced); /* frees the whole struct */
};

struct paced {
	struct sink sink; /* first: a struct sink * is a struct paced * */
	const struct paced_hooks *hooks;
	enum { PACED_CLOSED, PACED_FILLING, PACED_RUNNING } state;
	bool recovering;	   /* ran dry: starts itself again when half full */
	int64_t written, consumed; /* frames of this stream */
	int64_t anchor_us;	   /* when frame anchor_frame sounded */
	int64_t anchor_frame;
};

void paced_init(struct paced *paced, const struct paced_hooks *hooks);

#endif
