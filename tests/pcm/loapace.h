/* SPDX-License-Identifier: MIT */
/* loapace - the inside of the card: loapace.c plays, loapace_open.c makes it as it was ordered. */
#ifndef TESTS_PCM_LOAPACE_H
#define TESTS_PCM_LOAPACE_H

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "faults.h"

struct pace {
	snd_pcm_ioplug_t io; /* its private_data is this struct */
	char *control;
	FILE *file, *stamps;
	struct faults faults;
	bool xrun_done, suspend_done, running;
	bool broken;  /* ran dry: nothing moves until it is prepared */
	bool settled; /* and ALSA has been told how far it came before that */
	int64_t start_us;
	int64_t before;		/* consumed before this start, since the opening */
	int64_t written, taken; /* frames since this preparing */
	snd_pcm_uframes_t boundary;
	uint8_t *ring;
	size_t frame_bytes;
};

extern const snd_pcm_ioplug_callback_t pace_callbacks;
void pace_free(struct pace *pace);

#endif
