/* SPDX-License-Identifier: MIT */
#include "dsp.h"

#include <ebur128.h>

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

/* Limiter */

/* Signals that break limiters. */
enum hostile { NOISE, SQUARE, STEPS, IMPULSES, LOUD_SINE, QUARTER, BURSTS, SWEEP, JUMPS, HOSTILE };

static double jumps(size_t i, uint32_t *seed)
{
	static const double levels[] = {0.01, 30, 1, 100, 0.3};

	return signal_random(seed) * levels[i / 777 % CHECK_COUNT(levels)];
}

static void make_hostile(enum hostile kind, float *x, size_t n, double rate_hz, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		double t = (double)i / rate_hz, noise = signal_random(&seed);
		double y[HOSTILE] = {
			[NOISE] = 10 * noise,
			/* fs/4 at 45 degrees: 3 dB more between the samples than on them */
			[SQUARE] = sin(M_PI / 2 * (double)i + M_PI / 4) > 0 ? 1.5 : -1.5,
			[STEPS] = fmod(t, 0.2) < 0.1 ? 4 : -3,
			[IMPULSES] = i % 3001 == 5 ? 30 : 0.01 * noise,
			[LOUD_SINE] = 10 * sin(2 * M_PI * 997 * t),
			[QUARTER] = 10 * sin(M_PI / 2 * (double)i + M_PI / 4),
			[BURSTS] = fmod(t, 0.3) < 0.02 ? 3 * noise : 0,
			[SWEEP] = 10 * sin(2 * M_PI * rate_hz * 0.2 * t * (1 + t / 2)),
			[JUMPS] = 0,
		};
		x[i] = (float)(kind == JUMPS ? jumps(i, &seed) : y[kind]);
	}
}

static double true_peak_dbtp(const float *x, size_t n, unsigned rate_hz)
{
	ebur128_state *meter = ebur128_init(1, rate_hz, EBUR128_MODE_TRUE_PEAK);
	double peak;

	assert_non_null(meter);
	assert_int_equal(ebur128_add_frames_float(meter, x, n), EBUR128_SUCCESS);
	assert_int_equal(ebur128_true_peak(meter, 0, &peak), EBUR128_SUCCESS);
	ebur128_destroy(&meter);
	return 20 * log10(peak);
}

static void test_limiter_holds_the_ceiling(void **state)
{
	static const unsigned rates[] = {48000, 44100, 8000, 96000, 192000};
	uint32_t seed = signal_seed(1);

	(void)state;
	for (size_t r = 0; r < CHECK_COUNT(rates); r++)
		for (int kind = 0; kind < HOSTILE; kind++) {
			size_t n = rates[r];
			float *x = signal_new(n);
			struct dsp_limiter *limiter;

			make_hostile((enum hostile)kind, x, n, rates[r], seed);
			assert_int_equal(
				dsp_limiter_new(-1, (struct pcm_format){rates[r], 1}, &limiter), 0);
			dsp_limiter_run(limiter, x, n);
			double over = true_peak_dbtp(x, n, rates[r]) + 1;

			if (over > 0)
				print_error("%u Hz, signal %d: %.4f dB over\n", rates[r], kind,
					    over);
			assert_true(over <= 0);
			assert_true(over > -0.1); /* and does not waste what it may give */
			assert_true(signal_peak(x, n) <= pcm_gain_of_db(-1));
			free(x);
			dsp_limiter_free(limiter);
		}
}

/* Runs n frames through and gives back what came out, the delay taken off. */
static float *limited(const float *x, size_t n, unsigned channels, size_t block)
{
	struct dsp_limiter *limiter;
	struct pcm_format format = {48000, channels};
	float *y;

	assert_int_equal(dsp_limiter_new(-1, format, &limiter), 0);
	size_t delay = dsp_limiter_delay(limiter), total = n + delay;

	assert_true(delay > 0 && delay <= DSP_LOOKAHEAD_MAX);
	y = signal_new(total * channels);
	memcpy(y, x, n * channels * sizeof(*x));
	for (size_t at = 0; at < total; at += block)
		dsp_limiter_run(limiter, y + at * channels,
				total - at < block ? total - at : block);
	memmove(y, y + delay * channels, n * channels * sizeof(*x));
	dsp_limiter_free(limiter);
	return y;
}

static void test_limiter_leaves_alone_what_is_below(void **state)
{
	size_t n = 48000;
	float *x = signal_new(n);

	(void)state;
	/* Its samples are at -4 dBFS, what lies between them at -1.01 dBTP. */
	make_hostile(QUARTER, x, n, 48000, 1);
	dsp_gain(x, n, (float)(0.1 * pcm_gain_of_db(-1.02)));
	dsp_fade(x, 2000, 1, 0, 2000, true); /* a hard edge would be louder */
	dsp_fade(x + n - 2000, 2000, 1, 0, 2000, false);
	float *y = limited(x, n, 1, 1000);

	assert_memory_equal(x, y, n * sizeof(*x));
	free(x);
	free(y);
}

static void test_limiter_does_not_care_about_blocks(void **state)
{
	size_t n = 9000;
	float *x = signal_new(n);

	(void)state;
	make_hostile(JUMPS, x, n, 48000, 3);
	float *whole = limited(x, n, 1, n + 4000), *odd = limited(x, n, 1, 7);

	assert_memory_equal(whole, odd, n * sizeof(*x));
	free(x);
	free(whole);
	free(odd);
}

/*
 * One impulse of +12 dB on a level of 0.1: what became of the level is the gain. The expected
 * curve: down within the look-ahead, held, back with a time constant of 80 ms, no jump in it.
 */
static void test_limiter_moves_gently(void **state)
{
	const size_t n = 96000, hit = 20000, ms = 48;
	float *x = signal_new(n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		x[i] = i == hit ? 4 : 0.1f;
	float *y = limited(x, n, 1, 512);
	double deep = pcm_gain_of_db(-1) / 4, step = 0;

	for (size_t i = 1; i < n; i++)
		if (i != hit && i != hit + 1)
			step = fmax(step, fabs((double)(y[i] - y[i - 1])) / 0.1);
	assert_true(step < 0.01);
	assert_true(y[hit - 7 * ms] == x[0]); /* not a moment too early */
	assert_true(fabs((double)y[hit - 1] / 0.1 - deep) < 0.03);
	/* 63 % of the way back after 80 ms, counted from the end of the hold */
	double back = ((double)y[hit + 83 * ms] / 0.1 - deep) / (1 - deep);

	assert_true(back > 0.55 && back < 0.70);
	assert_true(y[hit + 900 * ms / 2] > 0.0995f);
	assert_true(y[n - 1] == x[0]);
	free(x);
	free(y);
}

static void test_limiter_moves_both_channels_as_one(void **state)
{
	size_t n = 9600;
	float *x = signal_new(2 * n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		x[2 * i] = 0.2f; /* must be pulled down with the right one: the picture stays put */
		x[2 * i + 1] = i > 4000 && i < 5000 ? 2 : 0.4f;
	}
	float *y = limited(x, n, 2, 480);

	for (size_t i = 0; i < n; i++)
		assert_true(fabsf(y[2 * i] / x[2 * i] - y[2 * i + 1] / x[2 * i + 1]) < 1e-6f);
	assert_true(y[2 * 4500] < 0.1f);
	free(x);
	free(y);
}

static void test_limiter_survives_what_is_no_number(void **state)
{
	size_t n = 24000;
	float *x = signal_new(n);

	(void)state;
	signal_sine(x, n, 48000, 1000, 0.25);
	x[5000] = NAN;
	x[6000] = INFINITY;
	x[7000] = -1e30f;
	float *y = limited(x, n, 1, 480);

	for (size_t i = 0; i < n; i++)
		assert_true(fabsf(y[i]) <= 0.8913f);
	assert_true(fabs(signal_level_db(y, 4000) + 12.04) < 0.1);
	free(x);
	free(y);
}

static void test_limiter_reset_forgets(void **state)
{
	size_t n = 4800;
	float *x = signal_new(n), *y = signal_new(n);
	struct dsp_limiter *limiter;

	(void)state;
	assert_int_equal(dsp_limiter_new(-1, mono48, &limiter), 0);
	make_hostile(NOISE, x, n, 48000, 1);
	memcpy(y, x, n * sizeof(*x));
	dsp_limiter_run(limiter, x, n - 5);
	memcpy(x, y, n * sizeof(*x));
	dsp_limiter_reset(limiter);
	dsp_limiter_run(limiter, x, n);
	dsp_limiter_free(limiter);
	assert_int_equal(dsp_limiter_new(-1, mono48, &limiter), 0);
	dsp_limiter_run(limiter, y, n);
	assert_memory_equal(x, y, n * sizeof(*x));
	assert_null(dsp_limiter_free(limiter));
	assert_null(dsp_limiter_free(NULL));
	free(x);
	free(y);
}

/* The rest */

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
		cmocka_unit_test(test_highpass_carries_gain_and_channels),
		cmocka_unit_test(test_highpass_survives_what_is_no_number),
		cmocka_unit_test(test_limiter_holds_the_ceiling),
		cmocka_unit_test(test_limiter_leaves_alone_what_is_below),
		cmocka_unit_test(test_limiter_does_not_care_about_blocks),
		cmocka_unit_test(test_limiter_moves_gently),
		cmocka_unit_test(test_limiter_moves_both_channels_as_one),
		cmocka_unit_test(test_limiter_survives_what_is_no_number),
		cmocka_unit_test(test_limiter_reset_forgets),
		cmocka_unit_test(test_fade),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_s16_dither),
		cmocka_unit_test(test_conversions_saturate),
		cmocka_unit_test(test_audible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
