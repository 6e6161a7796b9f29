/* SPDX-License-Identifier: MIT */
#include "loudness.h"

#include <ebur128.h>

#include "signal.h"

struct reading {
	double lufs, peak_dbtp;
};

static struct reading measured(const float *x, size_t n, unsigned rate_hz, unsigned channels)
{
	struct loudness *loudness;
	struct reading reading;

	assert_int_equal(loudness_new((struct pcm_format){rate_hz, channels}, &loudness), 0);
	for (size_t at = 0; at < n; at += 1000)
		assert_int_equal(
			loudness_add(loudness, x + at * channels, n - at < 1000 ? n - at : 1000),
			0);
	reading.peak_dbtp = loudness_peak_dbtp(loudness);
	reading.lufs = loudness_lufs(loudness);
	assert_null(loudness_free(loudness));
	return reading;
}

/* EBU Tech 3341: 1 kHz at -23 dBFS in both channels reads -23 LUFS; in one, 3 less. */
static void test_reference_tones(void **state)
{
	static const struct {
		int line;
		unsigned rate_hz, channels;
		double seconds, hz, level_db, lufs;
	} rows[] = {
		{ROW, 48000, 2, 20, 1000, -23, -23},
		{ROW, 48000, 2, 20, 1000, -33, -33},
		{ROW, 44100, 2, 10, 1000, -23, -23},
		{ROW, 48000, 1, 10, 1000, -20, -23},
		{ROW, 48000, 1, 0.5, 1000, -20, -23},
		/* 0.1 s in the 0.4 s of one gate: a quarter of the energy, 6 dB less */
		{ROW, 48000, 1, 0.1, 1000, -20, -29},
		{ROW, 44100, 1, 0.1, 1000, -20, -29},
		{ROW, 48000, 1, 0.399, 1000, -20, -23},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		size_t n = (size_t)(rows[i].seconds * rows[i].rate_hz);
		float *x = signal_new(2 * n), *mono = signal_new(n);

		signal_sine(mono, n, rows[i].rate_hz, rows[i].hz, pow(10, rows[i].level_db / 20));
		for (size_t j = 0; j < n * rows[i].channels; j++)
			x[j] = mono[j / rows[i].channels];
		struct reading reading = measured(x, n, rows[i].rate_hz, rows[i].channels);

		check_row(rows[i].line, fabs(reading.lufs - rows[i].lufs) < 0.1);
		check_row(rows[i].line, fabs(reading.peak_dbtp - rows[i].level_db) < 0.1);
		free(x);
		free(mono);
	}
}

static void test_silence(void **state)
{
	float *x = signal_new(48000);
	struct reading reading = measured(x, 48000, 48000, 1), nothing = measured(x, 0, 48000, 1);

	(void)state;
	assert_true(isinf(reading.lufs) && reading.lufs < 0);
	assert_true(isinf(reading.peak_dbtp) && reading.peak_dbtp < 0);
	assert_true(isinf(nothing.lufs) && isinf(nothing.peak_dbtp));
	free(x);
}

/* Our quick true peak reads what the reference meter reads. */
static void test_peak_is_that_of_the_reference(void **state)
{
	static const unsigned rates[] = {48000, 44100, 8000, 96000, 192000};
	uint32_t seed = signal_seed(11);

	(void)state;
	for (size_t r = 0; r < CHECK_COUNT(rates); r++)
		for (int kind = 0; kind < 12; kind++) {
			size_t n = 20000;
			float *x = signal_new(2 * n);
			ebur128_state *meter = ebur128_init(2, rates[r], EBUR128_MODE_TRUE_PEAK);
			double left, right, level = 0.1 + 0.9 * fabs(signal_random(&seed));

			assert_non_null(meter);
			for (size_t i = 0; i < n; i++) {
				double swell = (double)i / (double)n;

				x[2 * i] =
					(float)(kind % 2
							? level * signal_random(&seed) * swell
							: level * sin(M_PI / 2 * (double)i + kind));
				x[2 * i + 1] = i == 1000 * (size_t)kind + 500 ? 0.7f : 0;
			}
			/* The reference does not look at its last frames: let them be silent. */
			memset(x + 2 * (n - 32), 0, 64 * sizeof(*x));
			assert_int_equal(ebur128_add_frames_float(meter, x, n), EBUR128_SUCCESS);
			ebur128_true_peak(meter, 0, &left);
			ebur128_true_peak(meter, 1, &right);
			double expected = 20 * log10(fmax(left, right));

			assert_true(fabs(measured(x, n, rates[r], 2).peak_dbtp - expected) < 1e-4);
			ebur128_destroy(&meter);
			free(x);
		}
}

static void test_peak_at_the_very_end(void **state)
{
	float *x = signal_new(4800);

	(void)state;
	x[4799] = 0.5f;
	assert_true(measured(x, 4800, 48000, 1).peak_dbtp >= 20 * log10(0.5) - 1e-6);
	free(x);
}

/* Mono that leaves by two channels reads as the stereo that it is. */
static void test_mono_by_two_channels(void **state)
{
	const size_t n = 48000 * 2;
	float *mono = signal_new(n), *stereo = signal_new(2 * n);
	struct loudness *loudness;
	struct reading both;

	(void)state;
	signal_sine(mono, n, 48000, 997, 0.3);
	for (size_t i = 0; i < 2 * n; i++)
		stereo[i] = mono[i / 2];
	both = measured(stereo, n, 48000, 2);
	assert_int_equal(loudness_new((struct pcm_format){48000, 1}, &loudness), 0);
	loudness_twice(loudness);
	assert_int_equal(loudness_add(loudness, mono, n), 0);
	assert_true(fabs(loudness_peak_dbtp(loudness) - both.peak_dbtp) < 1e-6);
	assert_true(fabs(loudness_lufs(loudness) - both.lufs) < 1e-6);
	loudness_free(loudness);
	free(mono);
	free(stereo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_tones),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_mono_by_two_channels),
		cmocka_unit_test(test_peak_is_that_of_the_reference),
		cmocka_unit_test(test_peak_at_the_very_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
