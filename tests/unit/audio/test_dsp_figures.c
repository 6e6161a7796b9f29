/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "dsp_figures.h"

struct row {
	int line;
	const char *sound; /* a frame a letter: '.' silent, 'x' audible */
	int64_t audible, head, tail, longest;
};

static size_t sound_of(const char *letters, float *ret)
{
	size_t n = 0;

	for (; letters[n]; n++)
		ret[n] = letters[n] == 'x' ? -0.5f : 0.0009f; /* -61 dBFS */
	return n;
}

static void test_rows(void **state)
{
	static const struct row rows[] = {
		{ROW, "", 0, 0, 0, 0},	       {ROW, "x", 1, 0, 0, 0},
		{ROW, ".", 0, 1, 1, 1},	       {ROW, "....", 0, 4, 4, 4},
		{ROW, "..x", 1, 2, 0, 2},      {ROW, "x...", 1, 0, 3, 3},
		{ROW, ".x...x..", 2, 1, 2, 3}, {ROW, "xx.x....x", 4, 0, 0, 4},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		float sound[16];
		size_t n = sound_of(rows[i].sound, sound);
		struct dsp_figures figures = dsp_figures_of(sound, n, 1);

		check_row_int(rows[i].line, figures.frames, (int64_t)n);
		check_row_int(rows[i].line, figures.audible, rows[i].audible);
		check_row_int(rows[i].line, figures.head, rows[i].head);
		check_row_int(rows[i].line, figures.tail, rows[i].tail);
		check_row_int(rows[i].line, figures.longest, rows[i].longest);
	}
}

static int64_t between(unsigned *seed, int64_t low, int64_t high)
{
	return low + rand_r(seed) % (high - low + 1);
}

/* However a sound is cut into parts, their figures add up to the same. */
static void test_parts_add_up(void **state)
{
	unsigned random = (unsigned)time(NULL);

	(void)state;
	print_message("seed %u\n", random);
	for (int k = 0; k < 2000; k++) {
		float sound[2 * 64];
		size_t n = (size_t)between(&random, 0, 64), at = 0;
		unsigned channels = (unsigned)between(&random, 1, 2);
		int64_t sparse = between(&random, 1, 12);
		struct dsp_figures whole, sum = {0};

		for (size_t i = 0; i < n * channels; i++)
			sound[i] = between(&random, 0, sparse) == 0 ? 0.25f : 0.0005f;
		whole = dsp_figures_of(sound, n, channels);
		while (at < n) {
			size_t part = (size_t)between(&random, 1, (int64_t)(n - at));
			struct dsp_figures figures =
				dsp_figures_of(sound + at * channels, part, channels);

			dsp_figures_add(&sum, &figures);
			at += part;
		}
		assert_int_equal(sum.frames, whole.frames);
		assert_int_equal(sum.audible, whole.audible);
		assert_int_equal(sum.head, whole.head);
		assert_int_equal(sum.tail, whole.tail);
		assert_int_equal(sum.longest, whole.longest);
		assert_true(fabs(sum.squares - whole.squares) < 1e-9);
	}
}

static void test_levels(void **state)
{
	float sound[4800] = {0};
	struct dsp_figures figures = dsp_figures_of(sound, 4800, 1), half;

	(void)state;
	assert_true(dsp_figures_rms_db(&figures, 1) == DSP_RMS_FLOOR_DB);
	for (size_t i = 0; i < 4800; i++)
		sound[i] = sinf((float)(2 * M_PI * (double)i / 48.0));
	figures = dsp_figures_of(sound, 4800, 1);
	assert_true(fabs(dsp_figures_rms_db(&figures, 1) + 3.01) < 0.01);
	figures = dsp_figures_of(sound, 2400, 2); /* both channels count */
	assert_true(fabs(dsp_figures_rms_db(&figures, 2) + 3.01) < 0.01);
	half = dsp_figures_share(&figures, 1200);
	assert_int_equal(half.frames, 1200);
	assert_in_range(half.audible, 1150, 1200);
	assert_true(fabs(dsp_figures_rms_db(&half, 2) + 3.01) < 0.01);
	half = dsp_figures_share(&figures, 9999);
	assert_int_equal(half.frames, 2400);
}

/* One loud channel is enough to be heard. */
static void test_either_channel(void **state)
{
	const float right[] = {0, 0.5f, 0, 0.5f}, left[] = {0.5f, 0, 0, 0};

	(void)state;
	assert_int_equal(dsp_figures_of(right, 2, 2).audible, 2);
	assert_int_equal(dsp_figures_of(left, 2, 2).audible, 1);
	assert_int_equal(dsp_figures_of(left, 2, 2).tail, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_parts_add_up),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_either_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
