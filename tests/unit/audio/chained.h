/* SPDX-License-Identifier: MIT */
/*
 * chained - recordings through the chain, and what the bare decoder and the reference meter say of them.
 */
#ifndef TESTS_CHAINED_H
#define TESTS_CHAINED_H

#include <ebur128.h>

#include "chain.h"
#include "mp3.h"
#include "signal.h"

/* All of a recording through the chain, in blocks; the sound is given away. */
static inline float *chained(struct signal_file file, int64_t frames_in,
			     const struct chain_settings *settings, double gain_db, size_t block,
			     size_t *ret_n)
{
	struct chain *chain;
	size_t done = 0;
	int64_t got;

	assert_int_equal(chain_new(file.bytes, file.n, frames_in, settings, gain_db, &chain), 0);
	size_t n = (size_t)chain_frames(chain);
	float *x = signal_new((n + block) * settings->format.channels);

	while ((got = chain_read(chain, x + done * settings->format.channels, block)) > 0) {
		done += (size_t)got;
		assert_true(done <= n);
	}
	assert_int_equal(got, 0);
	assert_int_equal(done, n);
	assert_null(chain_free(chain));
	*ret_n = n;
	return x;
}

/* What libmpg123 makes of a recording, with nothing behind it. */
static inline float *decoded(struct signal_file file, size_t *ret_n)
{
	float *x = signal_new(300000);
	struct mp3 *mp3;
	int64_t got;

	assert_int_equal(mp3_open(file.bytes, file.n, &mp3), 0);
	got = mp3_read(mp3, x, 150000);
	assert_true(got > 0);
	*ret_n = (size_t)got;
	mp3_free(mp3);
	return x;
}

/* Loudness and true peak by the reference meter. */
static inline void gauge(const float *x, size_t n, struct pcm_format format, double *ret_lufs,
			 double *ret_peak_dbtp)
{
	ebur128_state *meter = ebur128_init(format.channels, format.rate_hz,
					    EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
	double peak, most = 0;

	assert_non_null(meter);
	assert_int_equal(ebur128_add_frames_float(meter, x, n), EBUR128_SUCCESS);
	assert_int_equal(ebur128_loudness_global(meter, ret_lufs), EBUR128_SUCCESS);
	for (unsigned channel = 0; channel < format.channels; channel++) {
		ebur128_true_peak(meter, channel, &peak);
		most = fmax(most, peak);
	}
	*ret_peak_dbtp = 20 * log10(most);
	ebur128_destroy(&meter);
}

#endif
