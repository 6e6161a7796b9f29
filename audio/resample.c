/* SPDX-License-Identifier: MIT */
/*
 * libsoxr aligns its output with its input by itself; how many frames it gives in all is rounded
 * one way or the other, so the last frames are counted here: cut, or filled with silence.
 */
#include "resample.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <soxr.h>

struct resample {
	soxr_t soxr;
	unsigned in_hz, out_hz, channels;
	int64_t frames_in, frames_out;
	bool ended; /* the library has nothing left */
};

int resample_new(unsigned in_hz, unsigned out_hz, unsigned channels, struct resample **ret)
{
	soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
	soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
	soxr_runtime_spec_t runtime = soxr_runtime_spec(1); /* no threads of its own */
	struct resample *resample;
	soxr_error_t error;

	resample = calloc(1, sizeof(*resample));
	if (!resample)
		return -ENOMEM;
	resample->in_hz = in_hz;
	resample->out_hz = out_hz;
	resample->channels = channels;
	resample->soxr = soxr_create(in_hz, out_hz, channels, &error, &io, &quality, &runtime);
	if (error || !resample->soxr) {
		resample_free(resample);
		return -ENOMEM; /* the arguments come from us: only memory can be short */
	}
	*ret = resample;
	return 0;
}

struct resample *resample_free(struct resample *resample)
{
	if (!resample)
		return NULL;
	if (resample->soxr)
		soxr_delete(resample->soxr);
	free(resample);
	return NULL;
}

static int64_t frames_due(const struct resample *resample)
{
	int64_t scaled = resample->frames_in * resample->out_hz;

	return (scaled + resample->in_hz / 2) / resample->in_hz - resample->frames_out;
}

/* No more will come: what the library still holds, then silence up to the exact length. */
static int64_t run_out(struct resample *resample, float *out, size_t n_out)
{
	size_t done = 0, got;
	int64_t due = frames_due(resample);

	if ((int64_t)n_out > due)
		n_out = due > 0 ? (size_t)due : 0;
	while (!resample->ended && done < n_out) {
		if (soxr_process(resample->soxr, NULL, 0, NULL, out + done * resample->channels,
				 n_out - done, &got))
			return -EIO;
		done += got;
		resample->ended = got == 0;
	}
	memset(out + done * resample->channels, 0,
	       (n_out - done) * resample->channels * sizeof(*out));
	resample->frames_out += (int64_t)n_out;
	return (int64_t)n_out;
}

int64_t resample_run(struct resample *resample, const float *in, size_t n_in, size_t *ret_used,
		     float *out, size_t n_out)
{
	size_t used = 0, got = 0;

	if (!in) {
		*ret_used = 0;
		return run_out(resample, out, n_out);
	}
	if (soxr_process(resample->soxr, in, n_in, &used, out, n_out, &got))
		return -EIO;
	resample->frames_in += (int64_t)used;
	resample->frames_out += (int64_t)got;
	*ret_used = used;
	return (int64_t)got;
}
