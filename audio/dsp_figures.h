/* SPDX-License-Identifier: MIT */
/*
 * dsp_figures - what can be said of a run of frames: how many, how many of them audible, how loud,
 * and the longest silence. Values; figures of neighbours add up to those of the whole.
 */
#ifndef AUDIO_DSP_FIGURES_H
#define AUDIO_DSP_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

#define DSP_RMS_FLOOR_DB (-144.0) /* of digital silence */

/* Of no frames at all: {0}. */
struct dsp_figures {
	int64_t frames;
	int64_t audible;	     /* whose loudest channel is above PCM_SILENT_DBFS */
	double squares;		     /* sum over all samples */
	int64_t head, tail, longest; /* frames in a row that are not audible: at the begin, at the
				      * end, anywhere */
};

struct dsp_figures dsp_figures_of(const float *frames, size_t n, unsigned channels);
/* 'next' follows what is in 'sum'. */
void dsp_figures_add(struct dsp_figures *sum, const struct dsp_figures *next);
/* The first n frames of them, by proportion: which of the frames were loud is not known any more. */
struct dsp_figures dsp_figures_share(const struct dsp_figures *whole, int64_t n);
/* dBFS, a sine of full scale has -3; DSP_RMS_FLOOR_DB if there is nothing. */
double dsp_figures_rms_db(const struct dsp_figures *figures, unsigned channels);

#endif
