/* SPDX-License-Identifier: MIT */
/* chain_internal - the chain in two halves, for measuring what goes from one to the other. */
#ifndef AUDIO_CHAIN_INTERNAL_H
#define AUDIO_CHAIN_INTERNAL_H

#include "chain.h"
#include "dsp.h"
#include "mp3.h"
#include "resample.h"

#define CHAIN_BLOCK 1152 /* frames at a time: one frame of MPEG 1 Layer III */

struct chain {
	struct mp3 *mp3;
	struct resample *resample; /* NULL: the rates are equal */
	struct dsp_highpass highpass;
	struct dsp_limiter *limiter;
	struct pcm_format in, out;
	unsigned channels;	   /* inside: the fewer of both */
	int64_t frames_in, frames; /* total: own rate, device rate */
	int64_t taken, given;	   /* of frames_in, of frames */
	size_t skip;		   /* of the limiter's delay, still to be cut off the front */

	/* Called with every block of the recording as it was decoded. */
	void (*tap)(void *context, const float *frames, size_t n);
	void *tap_context;

	const float *kept; /* borrowed: what comes before the gain, from an earlier run; or NULL */
	int64_t kept_at;
	bool ended;		  /* all of the recording is decoded */
	size_t n_fresh, fresh_at; /* decoded, not yet resampled */
	size_t n_ready, ready_at; /* finished, not yet given */
	float decoded[CHAIN_BLOCK * PCM_CHANNELS_MAX];
	float fresh[CHAIN_BLOCK * PCM_CHANNELS_MAX];
	float ready[CHAIN_BLOCK * PCM_CHANNELS_MAX];
};

/*
 * All that comes before the limiter: up to CHAIN_BLOCK frames at device rate, high-passed, with
 * the gain in them; in chain->channels. 0 at the end, -EBADMSG.
 */
int64_t chain_first_half(struct chain *chain, float *frames);

#endif
