/* SPDX-License-Identifier: MIT */
#include "mp3.h"

#include <errno.h>

#include <mpg123.h>

#include "signal.h"

/* Reads all; returns the frames, whose sound is given away. */
static int64_t read_all(struct mp3 *mp3, size_t block, float **ret)
{
	size_t most = 200000;
	float *x = signal_new((most + block) * 2);
	int64_t total = 0, got;

	while ((got = mp3_read(mp3, x + total * mp3_format(mp3).channels, block)) > 0) {
		total += got;
		assert_true(total <= (int64_t)most);
	}
	assert_int_equal(got, 0);
	*ret = x;
	return total;
}

static void test_sound_is_that_of_the_library(void **state)
{
	struct signal_file file = signal_load("vbr");
	mpg123_handle *bare = mpg123_new(NULL, NULL);
	struct mp3 *mp3;
	float *ours, *theirs = signal_new(200000);
	size_t done = 0, bytes = 0;
	char path[512];

	(void)state;
	assert_non_null(bare);
	snprintf(path, sizeof(path), "%s/tests/unit/audio/fixtures/vbr.mp3", LOA_SOURCE_DIR);
	mpg123_param(bare, MPG123_ADD_FLAGS, MPG123_FORCE_FLOAT | MPG123_QUIET, 0);
	assert_int_equal(mpg123_open(bare, path), MPG123_OK);
	while (mpg123_read(bare, (char *)theirs + done, 5000, &bytes) != MPG123_DONE || bytes > 0)
		done += bytes;
	mpg123_delete(bare);
	assert_int_equal(mp3_open(file.bytes, file.n, &mp3), 0);
	assert_int_equal(read_all(mp3, 777, &ours), 48000);
	assert_int_equal(done, 48000 * 2 * sizeof(float));
	assert_memory_equal(ours, theirs, done);
	assert_null(mp3_free(mp3));
	assert_null(mp3_free(NULL));
	free(ours);
	free(theirs);
	free(file.bytes);
}

static void test_scan_and_rewind(void **state)
{
	static const char *const names[] = {"cbr", "no-xing", "free", "low"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(names); i++) {
		struct signal_file file = signal_load(names[i]);
		struct mp3 *mp3;
		float *first, *second, *third, part[1000];
		int64_t n;

		assert_int_equal(mp3_open(file.bytes, file.n, &mp3), 0);
		n = read_all(mp3, 1152, &first);
		assert_int_equal(mp3_rewind(mp3), 0);
		assert_int_equal(read_all(mp3, 100, &second), n);
		assert_int_equal(mp3_rewind(mp3), 0);
		assert_int_equal(mp3_read(mp3, part, 500), 500); /* a scan in the middle */
		assert_int_equal(mp3_scan(mp3), n);
		assert_int_equal(read_all(mp3, 1152, &third), n);
		/* The same sound; the decoder's last bit depends on how far its buffers had turned. */
		for (size_t j = 0; j < (size_t)n * mp3_format(mp3).channels; j++) {
			assert_true(fabsf(first[j] - second[j]) < 1e-6f);
			assert_true(fabsf(first[j] - third[j]) < 1e-6f);
		}
		free(first);
		free(second);
		free(third);
		mp3_free(mp3);
		free(file.bytes);
	}
}

static void test_open_refuses(void **state)
{
	struct signal_file file = signal_load("cbr");
	struct mp3 *mp3 = NULL;

	(void)state;
	assert_int_equal(mp3_open(file.bytes, 0, &mp3), -EBADMSG);
	assert_int_equal(mp3_open(file.bytes, 300, &mp3), -EBADMSG); /* one frame is no stream */
	assert_int_equal(mp3_open("no sound at all, just words", 27, &mp3), -EBADMSG);
	assert_null(mp3);
	free(file.bytes);
}

static void test_format_change_is_an_error(void **state)
{
	struct signal_file low = signal_load("low"), plain = signal_load("plain");
	struct signal_file mix = signal_join(plain.bytes, plain.n, low.bytes, low.n);
	float block[2 * 1152];
	struct mp3 *mp3;
	int64_t got, total = 0;

	(void)state;
	assert_int_equal(mp3_open(mix.bytes, mix.n, &mp3), 0);
	while ((got = mp3_read(mp3, block, 1152)) > 0)
		total += got;
	assert_int_equal(got, -EBADMSG);
	assert_true(total > 30 * 1152 && total <= 40 * 1152);
	mp3_free(mp3);
	free(low.bytes);
	free(plain.bytes);
	free(mix.bytes);
}

/* The decoder adds in another order after a jump: the last bit may differ, 140 dB down. */
static double farthest(const float *a, const float *b, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)a[i] - b[i]));
	return most;
}

static void test_skipping_is_exact(void **state)
{
	static const struct {
		int line;
		const char *name;
		int64_t skip;
	} rows[] = {
		{ROW, "bursts", 0},  {ROW, "bursts", 1},    {ROW, "bursts", 16384},
		{ROW, "vbr", 30001}, {ROW, "cbr", 44099},   {ROW, "bursts", 100003},
		{ROW, "low", 22049}, {ROW, "no-xing", 999},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = signal_load(rows[i].name);
		struct mp3 *mp3;
		float *whole, *rest;
		int64_t n, left;

		assert_int_equal(mp3_open(file.bytes, file.n, &mp3), 0);
		n = read_all(mp3, 1152, &whole);
		mp3_free(mp3);
		assert_int_equal(mp3_open(file.bytes, file.n, &mp3), 0);
		check_row_int(rows[i].line, mp3_skip(mp3, rows[i].skip), 0);
		left = read_all(mp3, 1000, &rest);
		check_row_int(rows[i].line, left, n - rows[i].skip);
		assert_true(farthest(rest, whole + rows[i].skip * mp3_format(mp3).channels,
				     (size_t)left * mp3_format(mp3).channels) < 1e-6);
		check_row_int(rows[i].line, mp3_skip(mp3, n + 1), -EBADMSG);
		mp3_free(mp3);
		free(rest);
		free(whole);
		free(file.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_is_that_of_the_library),
		cmocka_unit_test(test_scan_and_rewind),
		cmocka_unit_test(test_skipping_is_exact),
		cmocka_unit_test(test_open_refuses),
		cmocka_unit_test(test_format_change_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
