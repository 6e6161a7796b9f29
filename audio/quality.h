/* SPDX-License-Identifier: MIT */
/*
 * quality - what an ear would object to in a recording: overdriven, noisy, long silence inside.
 *
 * Fed with a whole recording, block by block, as it was decoded. Measures alone; what is too much
 * is the caller's to say.
 */
#ifndef AUDIO_QUALITY_H
#define AUDIO_QUALITY_H

#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

struct quality;

struct quality_found {
	/*
	 * Share (0 to 1) of samples in runs of three and more near full scale, in a recording that
	 * passes full scale. A wave that was cut off is bent past it by the encoder; one that only
	 * touches it, as a test tone does, is not, and counts as clean.
	 */
	double clipped;
	double loud_dbfs;  /* level that a twentieth of the 50 ms blocks reaches */
	double floor_dbfs; /* level of the quietest tenth between the first sound and the last */
	int64_t gap_from, gap_frames; /* longest silence inside; own rate */
};

int quality_new(struct pcm_format format, struct quality **ret); /* 0, -ENOMEM */
struct quality *quality_free(struct quality *quality);
int quality_add(struct quality *quality, const float *frames, size_t n); /* 0, -ENOMEM */
/* Levels are whole dB. Silence: levels of -200 and no gap. */
void quality_find(const struct quality *quality, struct quality_found *ret);

#endif
