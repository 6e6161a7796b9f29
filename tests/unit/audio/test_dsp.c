/* SPDX-License-Identifier: MIT */
#include "dsp.h"

#include "signal.h"

static const struct pcm_format mono48 = {48000, 1}, stereo48 = {48000, 2};

/* High-pass */

static void test_highpass_response(void **state)
{
	static const struct {
		int line;
		double corner_hz, hz, least_db, most_db;
	} rows[] = {
		{ROW, 200, 200, -3.11, -2.91}, /* the corner */
		{ROW, 200, 400, -0.5, 0},      /* an octave above: nothing is missing */
		{ROW, 200, 1000, -0.05, 0.01}, /* speech */
		{ROW, 200, 10000, -0.01, 0.01},
		{ROW, 200, 100, -13, -12}, /* 12 dB an octave */
		{ROW, 200, 50, -24.7, -24},
		{ROW, 200, 25, -37, -36},
		{ROW, 80, 80, -3.11, -2.91},
		{ROW, 1000, 1000, -3.11, -2.91},
		{ROW, 0, 25, 0, 0}, /* off */
	};
	size_t n = 48000;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct dsp_highpass hp;
		float *x = signal_new(n);

		signal_sine(x, n, 48000, rows[i].hz, 0.5);
		dsp_highpass_init(&hp, rows[i].corner_hz, mono48, 1);
		dsp_highpass_run(&hp, 1, x, n);
		double db =
			20 * log10(signal_fit(x + n / 2, n / 2, 48000, rows[i].hz).amplitude / 0.5);

		check_row(rows[i].line,
			  db > rows[i].least_db - 1e-4 && db < rows[i].most_db + 1e-4);
		free(x);
	}
}

static double highpass_db(double rate_hz, double corner_hz, double hz)
{
	struct dsp_highpass hp;
	size_t n = (size_t)rate_hz, half = n / 2;
	float *x = signal_new(n);
	double db;

	signal_sine(x, n, rate_hz, hz, 0.5);
	dsp_highpass_init(&hp, corner_hz, (struct pcm_format){(unsigned)rate_hz, 1}, 1);
	dsp_highpass_run(&hp, 1, x, n);
	db = 20 * log10(signal_fit(x + half, n - half, rate_hz, hz).amplitude / 0.5);
	free(x);
	return db;
}

/* -3 dB at the corner, 12 dB an octave below it, nothing missing an octave above: everywhere. */
static void test_highpass_at_every_rate_and_corner(void **state)
{
	static const unsigned rates[] = {8000, 44100, 48000, 96000};
	static const double corners[] = {50, 80, 100, 200, 300, 500, 1000};

	(void)state;
	for (size_t r = 0; r < CHECK_COUNT(rates); r++)
		for (size_t c = 0; c < CHECK_COUNT(corners); c++) {
			double hz = corners[c], at = highpass_db(rates[r], hz, hz);
			double below = highpass_db(rates[r], hz, hz / 2);
			double far_below = highpass_db(rates[r], hz, hz / 4);
			double above = highpass_db(rates[r], hz, 2 * hz);

			if (fabs(at + 3.01) > 0.02 || above < -0.5 || below > -12)
				print_error("%u Hz, corner %g Hz\n", rates[r], hz);
			assert_true(fabs(at + 3.01) <= 0.02);
			assert_true(above >= -0.5 && above <= 0.001);
			assert_true(below <= -12 && far_below <= below - 11.5);
			assert_true(highpass_db(rates[r], hz, 3 * hz) >= above);
		}
}

static void test_highpass_carries_gain_and_channels(void **state)
{
	struct dsp_highpass hp;
	size_t n = 48000;
	float *x = signal_new(2 * n), *left = signal_new(n), *right = signal_new(n);

	(void)state;
	for (size_t i = 0; i < n; i++) /* left a tone, right nothing */
		x[2 * i] = (float)(0.1 * sin(2 * M_PI * 1000 * (double)i / 48000));
	dsp_highpass_init(&hp, 200, stereo48, 4);
	for (size_t at = 0; at < n; at += 1000)
		dsp_highpass_run(&hp, 2, x + 2 * at, 1000);
	for (size_t i = 0; i < n; i++) {
		left[i] = x[2 * i];
		right[i] = x[2 * i + 1];
	}
	struct signal_tone tone = signal_fit(left + n / 2, n / 2, 48000, 1000);

	assert_true(fabs(tone.amplitude - 0.4) < 0.001);
	assert_true(tone.sinad_db > 120); /* blocks leave no seam */
	assert_true(signal_peak(right, n) == 0);
	free(x);
	free(left);
	free(right);
}

static void test_highpass_survives_what_is_no_number(void **state)
{
	struct dsp_highpass hp;
	float x[64] = {0};

	(void)state;
	dsp_highpass_init(&hp, 200, mono48, 1);
	x[3] = NAN;
	dsp_highpass_run(&hp, 1, x, 64);
	for (int i = 0; i < 64; i++)
		x[i] = 0.5f;
	dsp_highpass_run(&hp, 1, x, 64);
	assert_true(x[0] > 0.4f && isfinite(x[63]));
}

static void test_fade(void **state)
{
	float x[2 * 101], before = -1;

	(void)state;
	for (int i = 0; i < 202; i++)
		x[i] = 1;
	dsp_fade(x, 101, 2, 0, 100, true);
	for (int i = 0; i < 101; i++) {
		assert_true(x[2 * i] == x[2 * i + 1] && x[2 * i] > before);
		before = x[2 * i] - 1e-9f;
	}
	assert_true(x[0] == 0 && fabsf(x[100] - 0.5f) < 1e-6f && x[200] == 1);
	for (int i = 0; i < 202; i++)
		x[i] = 1;
	dsp_fade(x, 50, 1, 0, 100, false); /* in two parts, as a player does */
	dsp_fade(x + 50, 150, 1, 50, 100, false);
	assert_true(x[0] == 1 && fabsf(x[50] - 0.5f) < 1e-6f);
	assert_true(x[100] == 0 && x[199] == 0); /* silent behind its end */
}

/*
 * A click is a corner in the curve: a large second difference. A raised cosine of T frames has
 * (pi / T)^2 / 2 at most, also where its ends meet what stands beside it, in whatever blocks.
 */
static void test_fades_have_no_corner(void **state)
{
	static const struct {
		int line;
		int64_t total;
		size_t block;
		bool in;
	} rows[] = {
		{ROW, 144, 1000, true}, {ROW, 144, 7, true},	 {ROW, 960, 64, false},
		{ROW, 2400, 1, false},	{ROW, 9600, 960, false}, {ROW, 48, 5, false},
	};

	(void)state;
	for (size_t r = 0; r < CHECK_COUNT(rows); r++) {
		const size_t lead = 100, total = (size_t)rows[r].total, n = total + 2 * lead;
		double bound = M_PI * M_PI / 2 / (double)(total * total) * 1.01 + 3e-7, most = 0;
		float *x = signal_new(n);

		for (size_t i = 0; i < n; i++)
			x[i] = 1;
		for (size_t at = 0; at < n; at += rows[r].block)
			dsp_fade(x + at, n - at < rows[r].block ? n - at : rows[r].block, 1,
				 (int64_t)at - (int64_t)lead, rows[r].total, rows[r].in);
		for (size_t i = 1; i + 1 < n; i++)
			most = fmax(most,
				    fabs((double)x[i - 1] - 2 * (double)x[i] + (double)x[i + 1]));
		check_row(rows[r].line, most <= bound);
		check_row(rows[r].line,
			  x[0] == (rows[r].in ? 0 : 1) && x[n - 1] == (rows[r].in ? 1 : 0));
		free(x);
	}
}

static void test_channels(void **state)
{
	const float mono[] = {0.25f, -0.5f}, stereo[] = {0.5f, 0, -0.25f, -0.75f};
	float wide[4], narrow[2];

	(void)state;
	dsp_channels(mono, 1, wide, 2, 2);
	assert_memory_equal(wide, ((float[]){0.25f, 0.25f, -0.5f, -0.5f}), sizeof(wide));
	dsp_channels(stereo, 2, narrow, 1, 2);
	assert_memory_equal(narrow, ((float[]){0.25f, -0.5f}), sizeof(narrow));
	dsp_channels(stereo, 2, wide, 2, 2);
	assert_memory_equal(wide, stereo, sizeof(wide));
}

static void test_s16_dither(void **state)
{
	enum { N = 48000 };
	const double quiet = 0.3 / 32767; /* a tone below one step: only dither carries it */
	float *x = signal_new(N), *back = signal_new(N);
	int16_t *out = calloc(N, sizeof(*out));
	uint32_t seed = 12345;

	(void)state;
	assert_non_null(out);
	dsp_to_s16(x, out, N, &seed);
	for (int i = 0; i < N; i++)
		assert_int_equal(out[i], 0); /* digital silence stays silence */
	signal_sine(x, N, 48000, 997, quiet);
	dsp_to_s16(x, out, N, &seed);
	for (int i = 0; i < N; i++)
		back[i] = (float)out[i] / 32767;
	struct signal_tone tone = signal_fit(back, N, 48000, 997);
	double noise_db = signal_level_db(back, N);

	assert_true(fabs(20 * log10(tone.amplitude / quiet)) < 1);
	/* TPDF and rounding: 0.5 steps rms; with the tone's 0.21 they make -92.3 dB */
	assert_true(noise_db > -94 && noise_db < -92);
	free(x);
	free(back);
	free(out);
}

/* Rounding alone would make harmonics of -100 dB of this tone; with dither there is but noise. */
static void test_s16_dither_makes_no_harmonics(void **state)
{
	enum { N = 240000 };
	float *x = signal_new(N);
	int16_t *out = calloc(N, sizeof(*out));
	uint32_t dither = 1;

	(void)state;
	assert_non_null(out);
	signal_sine(x, N, 48000, 1000, pow(10, -90.0 / 20));
	dsp_to_s16(x, out, N, &dither);
	for (int i = 0; i < N; i++)
		x[i] = (float)out[i] / 32767;
	assert_true(fabs(20 * log10(signal_fit(x, N, 48000, 1000).amplitude) + 90) < 0.2);
	for (int harmonic = 2; harmonic <= 9; harmonic++)
		assert_true(20 * log10(signal_fit(x, N, 48000, 1000 * harmonic).amplitude) < -130);
	free(x);
	free(out);
}

/* Triangular dither: neither mean nor noise depends on where between two steps a level lies. */
static void test_s16_dither_is_the_same_at_every_level(void **state)
{
	enum { N = 100000 };
	float *x = signal_new(N);
	int16_t *out = calloc(N, sizeof(*out));
	uint32_t dither = 1;

	(void)state;
	assert_non_null(out);
	for (double level = -3; level < 3; level += 0.23) {
		double mean = 0, square = 0, beside = 0, before = 0;

		for (int i = 0; i < N; i++)
			x[i] = (float)(level / 32767);
		dsp_to_s16(x, out, N, &dither);
		for (int i = 0; i < N; i++) {
			double error = out[i] - level;

			mean += error / (double)N;
			square += error * error / (double)N;
			beside += error * before / (double)N;
			before = error;
		}
		assert_true(fabs(mean) < 0.01);
		assert_true(fabs(square - 0.25) < 0.01);
		assert_true(fabs(beside) < 0.01); /* white */
	}
	free(x);
	free(out);
}

/* What 24 bits can say comes out as it was said. */
static void test_s32_is_exact(void **state)
{
	static const int32_t steps[] = {0,	  1,	   -1,	    2,	     -2,
					127,	  128,	   -32768,  65535,   1000003,
					-4194304, 8388606, 8388607, -8388607};
	int32_t out;
	float x;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(steps); i++) {
		x = (float)((double)steps[i] / 8388607);
		dsp_to_s32(&x, &out, 1);
		assert_int_equal(out, steps[i] * 256);
	}
}

static void test_conversions_saturate(void **state)
{
	const float x[] = {1, -1, 3, -3, INFINITY, -INFINITY, NAN};
	int16_t s16[7];
	int32_t s32[7];
	uint32_t seed = 7;

	(void)state;
	dsp_to_s16(x, s16, 7, &seed);
	assert_in_range(s16[0], 32766, 32767);
	assert_true(s16[1] <= -32766);
	assert_int_equal(s16[2], 32767);
	assert_int_equal(s16[3], -32768);
	assert_int_equal(s16[4], 32767);
	assert_int_equal(s16[5], -32768);
	assert_int_equal(s16[6], 0);
	dsp_to_s32(x, s32, 7);
	assert_int_equal(s32[0], 0x7fffff00);
	assert_int_equal(s32[1], -0x7fffff00);
	assert_int_equal(s32[2], 0x7fffff00);
	assert_int_equal(s32[3], INT32_MIN);
	assert_int_equal(s32[6], 0);
}

static void test_audible(void **state)
{
	const float x[] = {0.00099f, 0.00101f, -0.5f, 0, 0, -0.00101f};

	(void)state;
	assert_int_equal(dsp_audible(x, 6, 1), 3);
	assert_int_equal(dsp_audible(x, 3, 2), 3); /* one loud channel makes a frame loud */
	assert_int_equal(dsp_audible(x + 3, 1, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_highpass_response),
		cmocka_unit_test(test_highpass_at_every_rate_and_corner),
		cmocka_unit_test(test_highpass_carries_gain_and_channels),
		cmocka_unit_test(test_highpass_survives_what_is_no_number),
		cmocka_unit_test(test_fade),
		cmocka_unit_test(test_fades_have_no_corner),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_s16_dither),
		cmocka_unit_test(test_s16_dither_makes_no_harmonics),
		cmocka_unit_test(test_s16_dither_is_the_same_at_every_level),
		cmocka_unit_test(test_s32_is_exact),
		cmocka_unit_test(test_conversions_saturate),
		cmocka_unit_test(test_audible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
