/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chain_internal.h"

static int open_parts(struct chain *chain, const void *bytes, size_t n_bytes,
		      const struct chain_settings *settings, double gain_db)
{
	struct pcm_format inside;
	int error;

	error = mp3_open(bytes, n_bytes, &chain->mp3);
	if (error)
		return error;
	chain->in = mp3_format(chain->mp3);
	chain->channels =
		chain->in.channels < chain->out.channels ? chain->in.channels : chain->out.channels;
	inside = (struct pcm_format){.rate_hz = chain->out.rate_hz, .channels = chain->channels};
	dsp_highpass_init(&chain->highpass, settings->highpass_hz, inside,
			  (float)pcm_gain_of_db(gain_db));
	if (chain->in.rate_hz != chain->out.rate_hz) {
		error = resample_new(chain->in.rate_hz, chain->out.rate_hz, chain->channels,
				     &chain->resample);
		if (error)
			return error;
	}
	return dsp_limiter_new(settings->ceiling_dbtp, inside, &chain->limiter);
}

int chain_new(const void *bytes, size_t n_bytes, int64_t frames_in,
	      const struct chain_settings *settings, double gain_db, struct chain **ret)
{
	struct chain *chain;
	int error;

	chain = calloc(1, sizeof(*chain));
	if (!chain)
		return -ENOMEM;
	chain->out = settings->format;
	error = open_parts(chain, bytes, n_bytes, settings, gain_db);
	if (error) {
		chain_free(chain);
		return error;
	}
	chain->frames_in = frames_in;
	chain->frames =
		(frames_in * chain->out.rate_hz + chain->in.rate_hz / 2) / chain->in.rate_hz;
	chain->skip = dsp_limiter_delay(chain->limiter);
	*ret = chain;
	return 0;
}

struct chain *chain_free(struct chain *chain)
{
	if (!chain)
		return NULL;
	mp3_free(chain->mp3);
	resample_free(chain->resample);
	dsp_limiter_free(chain->limiter);
	free(chain);
	return NULL;
}

int chain_skip(struct chain *chain, int64_t frames)
{
	return frames > 0 ? mp3_skip(chain->mp3, frames) : 0;
}

int64_t chain_frames(const struct chain *chain)
{
	return chain->frames;
}

/* The next block of the recording, in the inner channels. 0 at the end. */
static int64_t decode(struct chain *chain, float *frames)
{
	int64_t left = chain->frames_in - chain->taken, got;

	if (left == 0)
		return 0;
	got = mp3_read(chain->mp3, chain->decoded, left < CHAIN_BLOCK ? (size_t)left : CHAIN_BLOCK);
	if (got <= 0)
		return -EBADMSG; /* it breaks off before the length that was measured */
	chain->taken += got;
	if (chain->tap)
		chain->tap(chain->tap_context, chain->decoded, (size_t)got);
	dsp_channels(chain->decoded, chain->in.channels, frames, chain->channels, (size_t)got);
	return got;
}

static int64_t resampled(struct chain *chain, float *frames)
{
	int64_t got = 0;
	size_t used;

	while (got == 0 && !chain->ended) {
		if (chain->n_fresh == 0) {
			got = decode(chain, chain->fresh);
			if (got < 0)
				return got;
			chain->ended = got == 0;
			chain->n_fresh = (size_t)got;
			chain->fresh_at = 0;
			got = 0;
			continue;
		}
		got = resample_run(chain->resample,
				   chain->fresh + chain->fresh_at * chain->channels, chain->n_fresh,
				   &used, frames, CHAIN_BLOCK);
		if (got < 0)
			return -EBADMSG;
		chain->n_fresh -= used;
		chain->fresh_at += used;
	}
	if (got == 0)
		got = resample_run(chain->resample, NULL, 0, &used, frames, CHAIN_BLOCK);
	return got < 0 ? -EBADMSG : got;
}

/* What an earlier run has kept, instead of doing it again. */
static int64_t replay(struct chain *chain, float *frames)
{
	int64_t left = chain->frames - chain->kept_at, n = left < CHAIN_BLOCK ? left : CHAIN_BLOCK;

	memcpy(frames, chain->kept + chain->kept_at * chain->channels,
	       (size_t)n * chain->channels * sizeof(*frames));
	dsp_gain(frames, (size_t)n * chain->channels, chain->highpass.gain);
	chain->kept_at += n;
	return n;
}

int64_t chain_first_half(struct chain *chain, float *frames)
{
	int64_t got;

	if (chain->kept)
		return replay(chain, frames);
	got = chain->resample ? resampled(chain, frames) : decode(chain, frames);
	if (got > 0)
		dsp_highpass_run(&chain->highpass, chain->channels, frames, (size_t)got);
	return got;
}

/* One block through the limiter; silence behind the end pushes out what the limiter holds. */
static int make_ready(struct chain *chain)
{
	int64_t got;
	size_t cut;

	got = chain_first_half(chain, chain->ready);
	if (got < 0)
		return (int)got;
	if (got == 0) {
		got = CHAIN_BLOCK;
		memset(chain->ready, 0, (size_t)got * chain->channels * sizeof(float));
	}
	dsp_limiter_run(chain->limiter, chain->ready, (size_t)got);
	cut = chain->skip < (size_t)got ? chain->skip : (size_t)got;
	chain->skip -= cut;
	chain->ready_at = cut;
	chain->n_ready = (size_t)got - cut;
	return 0;
}

int64_t chain_read(struct chain *chain, float *frames, size_t n)
{
	size_t done = 0, take;
	int error;

	if ((int64_t)n > chain->frames - chain->given)
		n = (size_t)(chain->frames - chain->given);
	while (done < n) {
		if (chain->n_ready == 0) {
			error = make_ready(chain);
			if (error)
				return done > 0 ? (int64_t)done : error;
			continue;
		}
		take = n - done < chain->n_ready ? n - done : chain->n_ready;
		dsp_channels(chain->ready + chain->ready_at * chain->channels, chain->channels,
			     frames + done * chain->out.channels, chain->out.channels, take);
		chain->n_ready -= take;
		chain->ready_at += take;
		chain->given += (int64_t)take;
		done += take;
	}
	return (int64_t)done;
}
