/* SPDX-License-Identifier: MIT */
/*
 * dsp_peak - what the sound does between its samples: the true peak.
 *
 * Two estimates. What is reported is what everyone's meter reads: the interpolator of libebur128, a
 * 49-tap Hann-windowed sinc, 4 x below 96 kHz, 2 x below 192 kHz. By its nature (ITU-R BS.1770-4,
 * annex 2) it reads up to 0.7 dB too low near half the rate, so the limiter looks closer: 97 taps
 * and the crest between the points. The structs hold vectors: on the heap they want aligned_alloc()
 * with their own alignment.
 */
#ifndef AUDIO_DSP_PEAK_H
#define AUDIO_DSP_PEAK_H

#include <stddef.h>

#include "pcm.h"

#define DSP_CHUNK     32 /* frames worked on at a time; a constant lets the compiler use vectors */
#define DSP_PAIRS_MAX 12 /* of taps */
#define DSP_REACH     16 /* frames a phase may look ahead or back, rounded up */

/* Four floats in a register, on every machine; the second may lie anywhere in memory. */
typedef float dsp_vector __attribute__((vector_size(16)));
typedef float dsp_loose __attribute__((vector_size(16), aligned(4), may_alias));
#define DSP_VECTOR 4

struct dsp_interpolator {
	dsp_vector middle[DSP_PAIRS_MAX]; /* see dsp_peak.c */
	dsp_vector even[DSP_PAIRS_MAX], odd[DSP_PAIRS_MAX];
	unsigned factor, pairs; /* 4 and 6, 2 and 12; 1 and 24: no phases, at 192 kHz */
	float bound;		/* estimate / sample peak is never more */
	float flat, curve;	/* the fine one alone: see dsp_interpolator_bound() */
};
void dsp_interpolator_init(struct dsp_interpolator *it, unsigned rate_hz); /* the meter's */
void dsp_interpolator_init_fine(struct dsp_interpolator *it);		   /* the limiter's */

/*
 * peaks[i] = the greatest magnitude at x[i] and between it and x[i + 1], for one chunk. Reads
 * x[-11] to x[DSP_CHUNK + 11]. Raises peaks only.
 */
void dsp_interpolator_run(const struct dsp_interpolator *it, const float *x, float *peaks);

/*
 * What the crests of this chunk cannot be above: flat x sample peak + curve x second differences.
 * Reads x[-18] to x[DSP_CHUNK + 15].
 */
float dsp_interpolator_bound(const struct dsp_interpolator *it, const float *x);

/* As dsp_interpolator_run() for the fine one, crests included. Reads x[-15] to x[DSP_CHUNK + 11]. */
void dsp_interpolator_crests(const struct dsp_interpolator *it, const float *x, float *peaks);

/* Greatest magnitude of a chunk; HUGE_VALF if something in it is no number. */
float dsp_chunk_peak(const float *x);

/* True peak of a whole sound. Interpolates only where a new record is possible. */
struct dsp_peak {
	struct dsp_interpolator it;
	unsigned channels, fill;
	float before; /* sample peak of the last whole chunk */
	float record;
	float x[PCM_CHANNELS_MAX][3 * DSP_CHUNK]; /* two whole chunks and one that fills */
};
void dsp_peak_init(struct dsp_peak *peak, struct pcm_format format);
void dsp_peak_run(struct dsp_peak *peak, const float *frames, size_t n);
double dsp_peak_dbtp(const struct dsp_peak *peak); /* of what came so far, silence after it */

#endif
