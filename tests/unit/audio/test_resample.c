/* SPDX-License-Identifier: MIT */
#include "resample.h"

#include "signal.h"

/* Everything through, in blocks of so many frames in and out. */
static float *resampled(const float *x, size_t n, unsigned in_hz, unsigned out_hz,
			unsigned channels, size_t block, size_t *ret_n)
{
	size_t most = n * out_hz / in_hz + 100, at = 0, done = 0, used;
	float *y = signal_new((most + block) * channels);
	struct resample *resample;
	int64_t got;

	assert_int_equal(resample_new(in_hz, out_hz, channels, &resample), 0);
	while (at < n) {
		got = resample_run(resample, x + at * channels, n - at < block ? n - at : block,
				   &used, y + done * channels, block);
		assert_true(got >= 0);
		at += used;
		done += (size_t)got;
		assert_true(done <= most);
	}
	while ((got = resample_run(resample, NULL, 0, &used, y + done * channels, block)) > 0) {
		done += (size_t)got;
		assert_true(done <= most);
	}
	assert_int_equal(got, 0);
	assert_null(resample_free(resample));
	*ret_n = done;
	return y;
}

static void test_exact_length(void **state)
{
	static const struct {
		int line;
		unsigned in_hz, out_hz;
		size_t n;
		int64_t expected;
	} rows[] = {
		{ROW, 44100, 48000, 44100, 48000},  {ROW, 44100, 48000, 1, 1},
		{ROW, 44100, 48000, 12345, 13437},  {ROW, 44100, 48000, 1152, 1254},
		{ROW, 48000, 44100, 48000, 44100},  {ROW, 48000, 44100, 100, 92},
		{ROW, 22050, 48000, 68544, 149211}, {ROW, 8000, 48000, 9216, 55296},
		{ROW, 8000, 44100, 3, 17},	    {ROW, 24000, 192000, 777, 6216},
		{ROW, 48000, 8000, 47999, 8000},    {ROW, 44100, 48000, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		float *x = signal_new(rows[i].n);
		size_t n;

		signal_noise(x, rows[i].n, 0.5, 1);
		free(resampled(x, rows[i].n, rows[i].in_hz, rows[i].out_hz, 1, 1152, &n));
		check_row_int(rows[i].line, n, rows[i].expected);
		free(x);
	}
}

/* A tone comes out as the same tone: as loud, at the same place in time, and nothing beside it. */
static void test_quality(void **state)
{
	static const struct {
		int line;
		unsigned in_hz, out_hz;
		double hz, sinad_db;
	} rows[] = {
		{ROW, 44100, 48000, 1000, 120},	 {ROW, 44100, 48000, 10000, 120},
		{ROW, 48000, 44100, 1000, 120},	 {ROW, 48000, 44100, 10000, 120},
		{ROW, 22050, 48000, 1000, 120},	 {ROW, 22050, 48000, 10000, 120},
		{ROW, 32000, 48000, 1000, 120},	 {ROW, 32000, 48000, 10000, 120},
		{ROW, 8000, 48000, 1000, 120},	 {ROW, 8000, 48000, 3600, 120},
		{ROW, 16000, 48000, 1000, 120},	 {ROW, 16000, 48000, 7000, 120},
		{ROW, 11025, 48000, 1000, 120},	 {ROW, 12000, 48000, 1000, 120},
		{ROW, 24000, 48000, 1000, 120},	 {ROW, 24000, 48000, 10000, 120},
		{ROW, 48000, 96000, 10000, 120}, {ROW, 22050, 44100, 1000, 120},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		size_t n_in = rows[i].in_hz, n, cut = rows[i].out_hz / 10;
		float *x = signal_new(n_in);

		signal_sine(x, n_in, rows[i].in_hz, rows[i].hz, 0.5);
		float *y = resampled(x, n_in, rows[i].in_hz, rows[i].out_hz, 1, 1152, &n);
		/* The cut is a whole number of periods, so the phase must be that of the start. */
		struct signal_tone tone =
			signal_fit(y + cut, n - 2 * cut, rows[i].out_hz, rows[i].hz);

		if (tone.sinad_db < rows[i].sinad_db || getenv("SHOW"))
			print_error("%u -> %u Hz, %g Hz: SINAD %.1f dB\n", rows[i].in_hz,
				    rows[i].out_hz, rows[i].hz, tone.sinad_db);
		check_row(rows[i].line, tone.sinad_db >= rows[i].sinad_db);
		check_row(rows[i].line, fabs(20 * log10(tone.amplitude / 0.5)) < 0.01);
		check_row(rows[i].line, fabs(tone.phase) < 0.001);
		free(x);
		free(y);
	}
}

static void test_ends_are_kept(void **state)
{
	size_t n, n_in = 4410;
	float *x = signal_new(n_in);

	(void)state;
	x[0] = x[n_in - 10] = 0.5f; /* two clicks, at the very start and just before the end */
	float *y = resampled(x, n_in, 44100, 48000, 1, 333, &n);

	assert_true(y[0] > 0.4f);
	assert_true(signal_peak(y + n - 20, 20) > 0.4);
	assert_true(signal_peak(y + 300, n - 600) < 0.001);
	free(x);
	free(y);
}

static void test_blocks_and_channels(void **state)
{
	size_t n_in = 5000, n_whole, n_odd;
	float *x = signal_new(2 * n_in);

	(void)state;
	for (size_t i = 0; i < n_in; i++)
		x[2 * i] = (float)sin(0.05 * (double)i);
	float *whole = resampled(x, n_in, 44100, 48000, 2, 8000, &n_whole);
	float *odd = resampled(x, n_in, 44100, 48000, 2, 7, &n_odd);

	assert_int_equal(n_whole, n_odd);
	for (size_t i = 0; i < n_odd; i++) {
		assert_true(fabsf(whole[2 * i] - odd[2 * i]) < 1e-6f);
		assert_true(odd[2 * i + 1] == 0); /* nothing leaks to the other channel */
	}
	assert_null(resample_free(NULL));
	free(x);
	free(whole);
	free(odd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_length),
		cmocka_unit_test(test_quality),
		cmocka_unit_test(test_ends_are_kept),
		cmocka_unit_test(test_blocks_and_channels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
