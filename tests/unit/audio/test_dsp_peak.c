/* SPDX-License-Identifier: MIT */
/* What the limiter sees between the samples. The meter's estimate is tested in test_loudness.c. */
#include "dsp_peak.h"

#include "signal.h"

enum { FRONT = 32, N = FRONT + DSP_CHUNK + 32 };

/* The greatest crest of the chunk at x + FRONT. */
static double crest_of(const struct dsp_interpolator *it, const float *x)
{
	float peaks[DSP_CHUNK] = {0};

	dsp_interpolator_crests(it, x + FRONT, peaks);
	return signal_peak(peaks, DSP_CHUNK);
}

/* A tone of amplitude 1, wherever its samples lie on it, has a crest of 1. */
static void test_crests_of_tones(void **state)
{
	struct dsp_interpolator *it = aligned_alloc(_Alignof(struct dsp_interpolator), sizeof(*it));
	static const double pitches[] = {0.05, 0.123, 0.2, 0.25, 0.3, 0.333, 0.36};

	(void)state;
	assert_non_null(it);
	dsp_interpolator_init_fine(it);
	for (size_t i = 0; i < CHECK_COUNT(pitches); i++)
		for (int turn = 0; turn < 16; turn++) {
			float x[N];

			for (int at = 0; at < N; at++)
				x[at] = (float)sin(2 * M_PI * (pitches[i] * at + turn / 16.0));
			assert_true(fabs(20 * log10(crest_of(it, x))) < 0.03);
		}
	free(it);
}

/* Chunks are passed over by the bound, so no sound may have crests above it. */
static void test_no_crest_is_above_the_bound(void **state)
{
	struct dsp_interpolator *it = aligned_alloc(_Alignof(struct dsp_interpolator), sizeof(*it));
	uint32_t seed = signal_seed(3);
	double closest = 0;

	(void)state;
	assert_non_null(it);
	dsp_interpolator_init_fine(it);
	for (int round = 0; round < 20000; round++) {
		double dull = round % 5 / 5.0, y = 0, bound;
		float x[N], peak;

		for (int at = 0; at < N; at++) {
			y = dull * y + signal_random(&seed);
			x[at] = (float)(round % 7 ? y : at % 2 ? 1 : -1);
		}
		peak = (float)crest_of(it, x);
		bound = (double)dsp_interpolator_bound(it, x + FRONT);
		assert_true((double)peak <= bound);
		assert_true((double)peak <= (double)it->bound * signal_peak(x, N));
		closest = fmax(closest, (double)peak / bound);
	}
	assert_true(closest > 0.5); /* a bound, not just a large number */
	free(it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crests_of_tones),
		cmocka_unit_test(test_no_crest_is_above_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
