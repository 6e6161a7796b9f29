/* SPDX-License-Identifier: MIT */
/*
 * chain - one recording from MP3 bytes to device-rate float frames.
 *
 *   mp3 -> channels -> resample (only where rates differ) -> high-pass -> gain -> limiter
 *
 * The same chain is used on air, to solve the gain at import, and in tests, so what was measured
 * is what is aired. Output is exactly chain_frames() long: the limiter's delay is cut off the
 * front and flushed out at the end. After chain_new() nothing of ours allocates; libsoxr's own
 * queues grow with the first blocks.
 */
#ifndef AUDIO_CHAIN_H
#define AUDIO_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

/* What shapes the sound; part of the key under which a solved gain is kept. A value. */
struct chain_settings {
	struct pcm_format format; /* of the device */
	double target_lufs;	  /* at which every clip leaves the chain */
	double ceiling_dbtp;	  /* of the limiter */
	double highpass_hz;	  /* 0 = off */
};

struct chain;

/*
 * bytes are borrowed until chain_free(). frames_in is the exact length of the recording in its
 * own rate (from mp3_examine or the library). Returns 0, -ENOMEM, -EBADMSG.
 */
int chain_new(const void *bytes, size_t n_bytes, int64_t frames_in,
	      const struct chain_settings *settings, double gain_db, struct chain **ret);
struct chain *chain_free(struct chain *chain);

/*
 * Before the first chain_read(): the sound begins after so many frames of the recording (own rate),
 * and frames_in counts from there. For silence at the front. 0, -EBADMSG.
 */
int chain_skip(struct chain *chain, int64_t frames);

int64_t chain_frames(const struct chain *chain); /* total, device rate */

/* Up to n frames; 0 at the end; -EBADMSG if the recording breaks off before chain_frames(). */
int64_t chain_read(struct chain *chain, float *frames, size_t n);

#define CHAIN_BOOST_MAX_DB 30.0 /* a recording this quiet cannot be lifted without its noise */

/* What an import wants to know of a recording. A value. */
struct chain_measure {
	struct pcm_format format;	    /* its own */
	int64_t frames;			    /* exact, own rate */
	double lufs, peak_dbtp;		    /* as recorded */
	double gain_db;			    /* so that what leaves the chain measures the target */
	double out_lufs, out_peak_dbtp;	    /* what left the chain with that gain */
	int64_t head_silence, tail_silence; /* frames below PCM_SILENT_DBFS, own rate */
};

/*
 * Below the ceiling a sound can only be so loud. Where a dB of gain brings less than a tenth of
 * a dB, or the boost would pass its cap, it is left there, and out_lufs is below the target.
 * Silence keeps a gain of 0, its levels are -HUGE_VAL, and all of it is head_silence.
 *
 * 0, -ENOMEM, or -EBADMSG (use mp3_examine for the reason first).
 */
int chain_measure(const void *bytes, size_t n_bytes, const struct chain_settings *settings,
		  struct chain_measure *ret);

#endif
