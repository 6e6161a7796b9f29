/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <errno.h>

#include "chain_internal.h"
#include "chained.h"

static struct chain_settings settings_of(unsigned rate_hz, unsigned channels)
{
	return (struct chain_settings){{rate_hz, channels}, -16, -1, 200};
}

static void test_exact_length(void **state)
{
	static const struct {
		int line;
		const char *name;
		int64_t frames_in;
		unsigned rate_hz, channels;
		size_t block;
		int64_t frames;
	} rows[] = {
		{ROW, "cbr", 44100, 44100, 1, 1152, 44100},
		{ROW, "cbr", 44100, 48000, 1, 1152, 48000},
		{ROW, "cbr", 44100, 48000, 2, 7, 48000},
		{ROW, "vbr", 48000, 48000, 2, 5000, 48000},
		{ROW, "vbr", 48000, 44100, 1, 480, 44100},
		{ROW, "low", 23616, 48000, 1, 960, 51409},
		{ROW, "telephone", 9216, 48000, 2, 960, 55296},
		{ROW, "telephone", 9216, 192000, 1, 960, 221184},
		{ROW, "short", 14112, 44100, 1, 1152, 14112},
		{ROW, "short", 14000, 44100, 1, 1152, 14000}, /* what was said is what is given */
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = signal_load(rows[i].name);
		struct chain_settings settings = settings_of(rows[i].rate_hz, rows[i].channels);
		size_t n;

		free(chained(file, rows[i].frames_in, &settings, 0, rows[i].block, &n));
		check_row_int(rows[i].line, n, rows[i].frames);
		free(file.bytes);
	}
}

/* Nothing to do, nothing done: the decoder's samples, not shifted, bit for bit. */
static void test_is_transparent(void **state)
{
	static const char *const names[] = {"bursts", "vbr", "framed"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(names); i++) {
		struct signal_file file = signal_load(names[i]);
		size_t n, n_plain;
		float *plain = decoded(file, &n_plain);
		unsigned channels = i == 1 ? 2 : 1;
		struct chain_settings settings = {{i == 1 ? 48000 : 44100, channels}, -16, 0, 0};
		float *x = chained(file, (int64_t)n_plain, &settings, 0, 1000, &n);

		assert_int_equal(n, n_plain);
		assert_memory_equal(x, plain, n * channels * sizeof(*x));
		free(x);
		free(plain);
		free(file.bytes);
	}
}

/* The way of a 1 kHz tone: as loud as decoded plus the gain, and as clean. */
static void test_tone(void **state)
{
	static const struct {
		int line;
		unsigned rate_hz, channels;
		double gain_db, highpass_hz;
	} rows[] = {
		{ROW, 44100, 1, 0, 0}, {ROW, 48000, 1, 0, 0},	  {ROW, 48000, 1, 0, 200},
		{ROW, 48000, 2, 0, 0}, {ROW, 48000, 1, -10, 200}, {ROW, 44100, 1, 3, 0},
	};
	struct signal_file file = signal_load("cbr");
	size_t n_plain, n;
	float *plain = decoded(file, &n_plain);
	struct signal_tone before = signal_fit(plain + 4410, n_plain - 8820, 44100, 1000);

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct chain_settings settings = {
			{rows[i].rate_hz, rows[i].channels}, -16, -1, rows[i].highpass_hz};
		float *x = chained(file, 44100, &settings, rows[i].gain_db, 1152, &n);

		for (size_t j = 0; j < n; j++) /* the last channel */
			x[j] = x[j * rows[i].channels + rows[i].channels - 1];
		size_t cut = rows[i].rate_hz / 10;
		struct signal_tone after = signal_fit(x + cut, n - 2 * cut, rows[i].rate_hz, 1000);
		double gain_db = 20 * log10(after.amplitude / before.amplitude);

		check_row(rows[i].line, fabs(gain_db - rows[i].gain_db) < 0.05);
		check_row(rows[i].line, after.sinad_db > before.sinad_db - 1);
		if (rows[i].highpass_hz == 0) /* not shifted */
			check_row(rows[i].line, fabs(after.phase - before.phase) < 0.001);
		free(x);
	}
	free(plain);
	free(file.bytes);
}

/* Each pitch comes out as loud as the bare decoder makes it, resampled or not. */
static void test_tones_of_all_pitches(void **state)
{
	static const double pitches[] = {300, 1000, 3000, 6000, 10000, 15000};
	static const unsigned rates[] = {44100, 48000, 96000, 88200};
	struct signal_file file = signal_load("tones");
	size_t n_plain, n;
	float *plain = decoded(file, &n_plain);

	(void)state;
	for (size_t r = 0; r < CHECK_COUNT(rates); r++) {
		struct chain_settings settings = {{rates[r], 1}, -16, -1, 0};
		float *x = chained(file, (int64_t)n_plain, &settings, 0, 1152, &n);

		for (size_t i = 0; i < CHECK_COUNT(pitches); i++) {
			double begin = 0.333 * (double)i + 0.06, rate = rates[r];
			struct signal_tone before = signal_fit(plain + (size_t)(begin * 44100),
							       8820, 44100, pitches[i]);
			struct signal_tone after = signal_fit(x + (size_t)(begin * rate),
							      (size_t)(rate / 5), rate, pitches[i]);

			assert_true(fabs(20 * log10(before.amplitude) + 12) < 0.5);
			if (fabs(20 * log10(after.amplitude / before.amplitude)) > 0.05)
				fail_msg("%g Hz at %g Hz: %+.2f dB", pitches[i], rate,
					 20 * log10(after.amplitude / before.amplitude));
		}
		free(x);
	}
	free(plain);
	free(file.bytes);
}

static void test_resamples_only_where_rates_differ(void **state)
{
	struct signal_file file = signal_load("cbr"); /* 44100 Hz */
	struct chain_settings settings = settings_of(44100, 1);
	struct chain *chain;

	(void)state;
	assert_int_equal(chain_new(file.bytes, file.n, 44100, &settings, 0, &chain), 0);
	assert_null(chain->resample);
	chain_free(chain);
	settings.format.rate_hz = 48000;
	assert_int_equal(chain_new(file.bytes, file.n, 44100, &settings, 0, &chain), 0);
	assert_non_null(chain->resample);
	chain_free(chain);
	free(file.bytes);
}

static void test_breaks_off(void **state)
{
	struct signal_file file = signal_load("plain");
	struct chain_settings settings = settings_of(48000, 1);
	struct chain *chain = NULL;
	float block[1152];
	int64_t got;

	(void)state;
	/* Half of the file is gone since it was measured. */
	assert_int_equal(chain_new(file.bytes, file.n / 2, 46080, &settings, 0, &chain), 0);
	assert_int_equal(chain_frames(chain), 50155);
	while ((got = chain_read(chain, block, 1152)) > 0)
		;
	assert_int_equal(got, -EBADMSG);
	assert_int_equal(chain_read(chain, block, 1152), -EBADMSG);
	chain = chain_free(chain);
	assert_int_equal(chain_new("no sound", 8, 46080, &settings, 0, &chain), -EBADMSG);
	assert_null(chain);
	assert_null(chain_free(NULL));
	free(file.bytes);
}

/* What is measured is what leaves, and that is the target, with the limiter at work and without. */
static void test_gain_meets_the_target(void **state)
{
	static const struct {
		int line;
		const char *name;
		unsigned rate_hz, channels;
		double target_lufs, highpass_hz;
	} rows[] = {
		{ROW, "cbr", 44100, 1, -16, 200},    {ROW, "cbr", 48000, 2, -30, 0},
		{ROW, "bursts", 48000, 1, -16, 200}, {ROW, "bursts", 48000, 1, -13, 200},
		{ROW, "bursts", 44100, 2, -11.5, 0}, {ROW, "vbr", 48000, 2, -16, 200},
		{ROW, "vbr", 48000, 1, -10, 200},    {ROW, "low", 48000, 1, -16, 200},
		{ROW, "framed", 48000, 1, -16, 200}, {ROW, "telephone", 48000, 1, -16, 200},
	};
	unsigned limited = 0;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = signal_load(rows[i].name);
		struct chain_settings settings = settings_of(rows[i].rate_hz, rows[i].channels);
		struct chain_measure measure;
		double lufs, peak_dbtp;
		size_t n;

		settings.target_lufs = rows[i].target_lufs;
		settings.highpass_hz = rows[i].highpass_hz;
		assert_int_equal(chain_measure(file.bytes, file.n, &settings, &measure), 0);
		float *x = chained(file, measure.frames, &settings, measure.gain_db, 960, &n);

		gauge(x, n, settings.format, &lufs, &peak_dbtp);
		check_row(rows[i].line, fabs(lufs - rows[i].target_lufs) <= 0.1);
		check_row(rows[i].line, peak_dbtp <= -1);
		check_row(rows[i].line, fabs(measure.out_lufs - lufs) < 0.01);
		check_row(rows[i].line, fabs(measure.out_peak_dbtp - peak_dbtp) < 0.05);
		limited += peak_dbtp > -1.2;
		free(x);
		free(file.bytes);
	}
	assert_true(limited >= 2);
}

static void test_measure_tells_of_the_recording(void **state)
{
	struct signal_file file = signal_load("framed");
	struct chain_settings settings = settings_of(48000, 2);
	struct chain_measure measure;
	double lufs, peak_dbtp;
	size_t n;
	float *plain = decoded(file, &n);

	(void)state;
	assert_int_equal(chain_measure(file.bytes, file.n, &settings, &measure), 0);
	gauge(plain, n, (struct pcm_format){44100, 1}, &lufs, &peak_dbtp);
	assert_int_equal(measure.format.rate_hz, 44100);
	assert_int_equal(measure.format.channels, 1);
	assert_int_equal(measure.frames, 77175);
	assert_true(fabs(measure.lufs - lufs) < 0.01);
	assert_true(fabs(measure.peak_dbtp - peak_dbtp) < 0.01);
	/* Half a second before the tone, a quarter behind it; the codec smears a little. */
	assert_true(llabs(measure.head_silence - 22050) < 200);
	assert_true(llabs(measure.tail_silence - 11025) < 200);
	free(plain);
	free(file.bytes);
}

/* Louder than this ceiling allows: as loud as it gets, and no gain beyond what that takes. */
static void test_unreachable_target(void **state)
{
	struct signal_file file = signal_load("bursts");
	struct chain_settings settings = settings_of(48000, 1);
	struct chain_measure measure, near;

	(void)state;
	settings.target_lufs = -12.6;
	assert_int_equal(chain_measure(file.bytes, file.n, &settings, &near), 0);
	settings.target_lufs = -9;
	assert_int_equal(chain_measure(file.bytes, file.n, &settings, &measure), 0);
	assert_true(measure.out_lufs > near.out_lufs && measure.out_lufs < -12);
	assert_true(measure.gain_db < near.gain_db + 4);
	assert_true(measure.out_peak_dbtp <= -1);
	free(file.bytes);
}

static void test_quiet_and_silent(void **state)
{
	struct chain_settings settings = settings_of(48000, 1);
	struct signal_file quiet = signal_load("quiet"), silence = signal_load("silence");
	struct chain_measure measure;

	(void)state;
	assert_int_equal(chain_measure(quiet.bytes, quiet.n, &settings, &measure), 0);
	assert_true(measure.gain_db == CHAIN_BOOST_MAX_DB); /* no further: it is mostly noise */
	assert_true(measure.out_lufs < -20);
	assert_int_equal(chain_measure(silence.bytes, silence.n, &settings, &measure), 0);
	assert_true(isinf(measure.lufs) && isinf(measure.out_lufs) && measure.gain_db == 0);
	assert_int_equal(measure.head_silence, measure.frames);
	assert_int_equal(measure.tail_silence, 0);
	assert_int_equal(chain_measure("no sound", 8, &settings, &measure), -EBADMSG);
	free(quiet.bytes);
	free(silence.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_length),
		cmocka_unit_test(test_is_transparent),
		cmocka_unit_test(test_tone),
		cmocka_unit_test(test_tones_of_all_pitches),
		cmocka_unit_test(test_resamples_only_where_rates_differ),
		cmocka_unit_test(test_breaks_off),
		cmocka_unit_test(test_gain_meets_the_target),
		cmocka_unit_test(test_measure_tells_of_the_recording),
		cmocka_unit_test(test_unreachable_target),
		cmocka_unit_test(test_quiet_and_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
