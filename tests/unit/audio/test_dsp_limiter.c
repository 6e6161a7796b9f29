/* SPDX-License-Identifier: MIT */
#include "dsp.h"

#include <ebur128.h>

#include "signal.h"

static const struct pcm_format mono48 = {48000, 1};

/* Signals that break limiters. */
enum hostile {
	NOISE,
	SQUARE,
	STEPS,
	IMPULSES,
	LOUD_SINE,
	QUARTER,
	BURSTS,
	SWEEP,
	HIDDEN,
	JUMPS,
	CLIPPED,
	NYQUIST,
	NO_NUMBERS,
	HOSTILE
};

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
			[HIDDEN] = 1.2 * sin(M_PI / 2 * (double)i + M_PI / 4), /* samples are low */
			[CLIPPED] = fmax(-1.3, fmin(1.3, 3 * sin(2 * M_PI * 3217 * t))),
			[NYQUIST] = i % 2 ? 2 : -2,
			[NO_NUMBERS] = i % 501 == 7	? NAN
				       : i % 701 == 9	? INFINITY
				       : i % 1103 == 11 ? -1e30
							: 2 * noise,
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

/* Much of it lies close to half the rate. */
static bool is_wide(int kind)
{
	return kind == NOISE || kind == STEPS || kind == IMPULSES || kind == BURSTS ||
	       kind == SWEEP || kind == JUMPS || kind == CLIPPED || kind == NYQUIST ||
	       kind == NO_NUMBERS;
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

			/*
			 * It does not waste what it may give, but where converters differ; a
			 * meter that does not interpolate (192 kHz) cannot tell.
			 */
			double least = rates[r] > 96000 || is_wide(kind) ? -6 : -0.5;

			if (over > 0 || over <= least)
				print_error("%u Hz, signal %d: %.4f dB over\n", rates[r], kind,
					    over);
			assert_true(over <= 0 && over > least);
			assert_true(signal_peak(x, n) <= pcm_gain_of_db(-1));
			free(x);
			dsp_limiter_free(limiter);
		}
}

/*
 * Whatever comes, at whatever level, and when it ends: behind a converter it stays below. The meter
 * is not the limiter's: 16 x, and a filter four times as long.
 */
static void test_no_converter_comes_above(void **state)
{
	static const unsigned rates[] = {48000, 44100, 8000, 96000};
	uint32_t seed = signal_seed(111);
	double worst = -99;

	(void)state;
	for (int round = 0; round < 4 * HOSTILE; round++) {
		const size_t n = 5000, tail = 1500;
		unsigned rate = rates[round % 4];
		double ceiling = -0.5 - 3 * fabs(signal_random(&seed)), over;
		double level = pow(10, signal_random(&seed));
		float *x = signal_new(n + tail);
		struct dsp_limiter *limiter;

		make_hostile((enum hostile)(round % HOSTILE), x, n, rate, seed++);
		dsp_gain(x, n, (float)level);
		assert_int_equal(dsp_limiter_new(ceiling, (struct pcm_format){rate, 1}, &limiter),
				 0);
		dsp_limiter_run(limiter, x, n + tail);
		over = 20 * log10(signal_true_peak(x, n + tail)) - ceiling;
		if (over > 0)
			print_error("signal %d x %.3f at %u Hz: %.3f dB above %.3f\n",
				    round % HOSTILE, level, rate, over, ceiling);
		assert_true(over <= 0);
		worst = fmax(worst, over);
		free(x);
		dsp_limiter_free(limiter);
	}
	assert_true(worst > -0.2); /* the limiter was at work */
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

/* The same for chords of every pitch that is heard, a twentieth of a dB below the ceiling. */
static void test_limiter_leaves_alone_every_pitch(void **state)
{
	uint32_t seed = signal_seed(7);
	const size_t n = 4800;

	(void)state;
	for (int round = 0; round < 30; round++) {
		float *x = signal_new(n), *y;

		for (int tone = 0; tone < 1 + round % 3; tone++)
			signal_sine(x, n, 48000, 50 + 16000 * fabs(signal_random(&seed)), 0.3);
		dsp_fade(x, 500, 1, 0, 500, true);
		dsp_fade(x + n - 500, 500, 1, 0, 500, false);
		dsp_gain(x, n, (float)(pcm_gain_of_db(-1.05) / signal_true_peak(x, n)));
		y = limited(x, n, 1, 960);
		assert_memory_equal(x, y, n * sizeof(*x));
		free(x);
		free(y);
	}
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

/*
 * A loud burst on a soft tone: how loud the tone is in each 10 ms tells the gain. It must not be
 * pressed down before the look-ahead, nor for longer than hold and release say.
 */
static void test_a_burst_does_not_pump(void **state)
{
	const size_t n = 72000, hit = 24000, length = 2400, window = 480;
	float *x = signal_new(n), *y;

	(void)state;
	signal_sine(x + hit, length, 48000, 5000, 1.6);
	signal_sine(x, n, 48000, 1000, 0.1);
	y = limited(x, n, 1, 512);
	for (size_t at = 0; at + window <= n; at += window) {
		double gain = signal_fit(y + at, window, 48000, 1000).amplitude / 0.1, least;
		double after_s = ((double)at - (double)(hit + length)) / 48000;

		if (at + window + 300 < hit)
			least = 1 - 1e-6;
		else if (after_s < 0)
			least = 0.45;
		else
			least = 1 - 0.55 * exp(-(after_s - 0.005) / 0.08);
		if (gain < least)
			print_error("%.3f s after the burst: %.3f, not %.3f\n", after_s, gain,
				    least);
		assert_true(gain >= least && gain <= 1 + 1e-6);
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limiter_holds_the_ceiling),
		cmocka_unit_test(test_no_converter_comes_above),
		cmocka_unit_test(test_limiter_leaves_alone_what_is_below),
		cmocka_unit_test(test_limiter_leaves_alone_every_pitch),
		cmocka_unit_test(test_limiter_does_not_care_about_blocks),
		cmocka_unit_test(test_limiter_moves_gently),
		cmocka_unit_test(test_a_burst_does_not_pump),
		cmocka_unit_test(test_limiter_moves_both_channels_as_one),
		cmocka_unit_test(test_limiter_survives_what_is_no_number),
		cmocka_unit_test(test_limiter_reset_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
