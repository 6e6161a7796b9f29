/* SPDX-License-Identifier: MIT */
#include "quality.h"

#include "signal.h"

#define RATE 48000

static struct quality_found hear(const float *x, size_t n, unsigned channels)
{
	const struct pcm_format format = {RATE, channels};
	struct quality *quality;
	struct quality_found found;

	assert_int_equal(quality_new(format, &quality), 0);
	for (size_t at = 0; at < n; at += 1000)
		assert_int_equal(
			quality_add(quality, x + at * channels, n - at < 1000 ? n - at : 1000), 0);
	quality_find(quality, &found);
	assert_null(quality_free(quality));
	return found;
}

/* A tone that touches full scale is whole; one that was cut off and bent past it is not. */
static void test_clipped(void **state)
{
	size_t n = RATE;
	float *x = signal_new(n);

	(void)state;
	signal_sine(x, n, RATE, 200, 1.0);
	assert_true(hear(x, n, 1).clipped == 0);
	for (size_t i = 0; i < n; i++)
		x[i] = fmaxf(-1, fminf(1, 3 * x[i])) * (i % 7 ? 1.0f : 1.05f);
	assert_true(hear(x, n, 1).clipped > 0.5);
	free(x);
}

static void test_levels_and_gap(void **state)
{
	size_t n = 20 * RATE;
	float *x = signal_new(2 * n), *mono = signal_new(n);

	(void)state;
	signal_sine(mono, n, RATE, 500, 0.1);
	for (size_t i = 0; i < n; i++)
		if (i < 2 * RATE || (i >= 5 * RATE && i < 12 * RATE) || i >= 19 * RATE)
			mono[i] *= 0.001f;
	for (size_t i = 0; i < n; i++)
		x[2 * i] = x[2 * i + 1] = mono[i];
	for (unsigned channels = 1; channels <= 2; channels++) {
		struct quality_found found = hear(channels == 1 ? mono : x, n, channels);

		assert_true(fabs(found.loud_dbfs + 23) <= 1);
		assert_true(fabs(found.floor_dbfs + 83) <= 1);
		assert_int_equal(found.gap_from, 5 * RATE);
		assert_int_equal(found.gap_frames, 7 * RATE);
		assert_true(found.clipped == 0);
	}
	free(mono);
	free(x);
}

/* Steady noise has no pauses: what is loud and what is quiet lie together. */
static void test_noise_has_no_pauses(void **state)
{
	size_t n = 3 * RATE;
	float *x = signal_new(n);
	struct quality_found found;

	(void)state;
	signal_noise(x, n, 0.01, 1);
	found = hear(x, n, 1);
	assert_true(found.loud_dbfs - found.floor_dbfs <= 3);
	assert_int_equal(found.gap_frames, 0);
	free(x);
}

static void test_silence(void **state)
{
	float *x = signal_new(RATE);
	struct quality_found found = hear(x, RATE, 1);

	(void)state;
	assert_true(found.loud_dbfs <= -200 && found.floor_dbfs <= -200 && found.clipped == 0);
	found = hear(x, 0, 1);
	assert_true(found.loud_dbfs <= -200 && found.gap_frames == 0);
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clipped),
		cmocka_unit_test(test_levels_and_gap),
		cmocka_unit_test(test_noise_has_no_pauses),
		cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
