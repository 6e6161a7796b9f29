/* SPDX-License-Identifier: MIT */
/*
 * Every kind of MP3 (make_kinds.sh), through examination and chain: as long, as loud, and with its first
 * and last frames in their places.
 */
#include "chained.h"
#include "tags.h"

#define MARK 10 /* frames from either end to its click */

static struct signal_file load_kind(const char *kind)
{
	char name[64];

	snprintf(name, sizeof(name), "kind-%s", kind);
	return signal_load(name);
}

static int64_t examined(struct signal_file file, struct pcm_format *ret)
{
	int64_t frames = 0;

	assert_int_equal(mp3_examine(file.bytes, file.n, ret, &frames), MP3_WHOLE);
	return frames;
}

/* Where it is loudest; that is where the click is. */
static int64_t loudest(const float *x, int64_t from, int64_t to)
{
	int64_t at = from;

	for (int64_t i = from; i < to; i++)
		if (fabsf(x[i]) > fabsf(x[at]))
			at = i;
	return at;
}

static double tone_db(const float *x, unsigned rate_hz, int64_t from)
{
	return 20 * log10(signal_fit(x + from, rate_hz / 5, rate_hz, 440).amplitude);
}

/* The same place in what the bare decoder gives. Encoders may scale; this is what is in the file. */
static double bare_tone_db(struct signal_file file, struct pcm_format format, int64_t from)
{
	size_t n;
	float *x = decoded(file, &n);
	double db;

	for (size_t i = 0; i < n; i++)
		x[i] = x[i * format.channels];
	db = tone_db(x, format.rate_hz, from);
	free(x);
	return db;
}

/* By its header the encoder's delay and padding are gone: the recording is what was encoded. */
static void test_kinds_with_a_header(void **state)
{
	static const struct {
		int line;
		const char *kind;
		unsigned rate_hz, channels;
	} rows[] = {
		{ROW, "8000-mono", 8000, 1},   {ROW, "11025-stereo", 11025, 2},
		{ROW, "12000-mono", 12000, 1}, {ROW, "16000-stereo", 16000, 2},
		{ROW, "22050-mono", 22050, 1}, {ROW, "24000-stereo", 24000, 2},
		{ROW, "32000-mono", 32000, 1}, {ROW, "44100-stereo", 44100, 2},
		{ROW, "48000-mono", 48000, 1}, {ROW, "cbr-320", 48000, 2},
		{ROW, "vbr", 44100, 2},	       {ROW, "abr", 44100, 1},
		{ROW, "free", 44100, 1},
	};
	struct chain_settings settings = {{48000, 1}, -16, 0, 0};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = load_kind(rows[i].kind);
		unsigned rate = rows[i].rate_hz;
		struct pcm_format format;
		int64_t frames = examined(file, &format), head, tail, step = 48000 / rate + 1;
		size_t n;

		check_row_int(rows[i].line, format.rate_hz, rate);
		check_row_int(rows[i].line, format.channels, rows[i].channels);
		check_row_int(rows[i].line, frames, rate + 123);
		float *x = chained(file, frames, &settings, 0, 960, &n);

		check_row_int(rows[i].line, n, (frames * 48000 + rate / 2) / rate);
		head = loudest(x, 0, 4800);
		tail = loudest(x, (int64_t)n - 4800, (int64_t)n);
		check_row(rows[i].line, llabs(head - MARK * 48000 / rate) <= step);
		check_row(rows[i].line,
			  llabs(tail - (int64_t)(frames - MARK - 1) * 48000 / rate) <= step);
		check_row(rows[i].line, fabs(tone_db(x, 48000, 19200) -
					     bare_tone_db(file, format, rate * 2 / 5)) < 0.02);
		free(x);
		free(file.bytes);
	}
}

/*
 * Without a header nothing is known, and nothing is made up: all frames are played, and what the
 * encoder put in front stays. LAME puts 576 frames, every decoder 529.
 */
static void test_kinds_without_a_header(void **state)
{
	static const struct {
		int line;
		const char *kind;
		unsigned rate_hz, frame;
	} rows[] = {
		{ROW, "bare-44100", 44100, 1152},
		{ROW, "bare-24000", 24000, 576},
		{ROW, "bare-vbr", 48000, 1152},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = load_kind(rows[i].kind);
		struct pcm_format format;
		int64_t frames = examined(file, &format), head, tail;
		struct chain_settings settings = {{rows[i].rate_hz, 1}, -16, 0, 0};
		size_t n;
		float *x = chained(file, frames, &settings, 0, 960, &n);

		check_row_int(rows[i].line, frames % rows[i].frame, 0);
		check_row(rows[i].line, frames >= rows[i].rate_hz + 123 + 576 + 529 &&
						frames < rows[i].rate_hz + 4 * rows[i].frame);
		check_row_int(rows[i].line, n, frames);
		head = loudest(x, 0, 4000);
		tail = loudest(x, frames - 4000, frames);
		check_row(rows[i].line, llabs(head - (MARK + 576 + 529)) <= 1);
		check_row_int(rows[i].line, tail - head, rows[i].rate_hz + 123 - 1 - 2 * MARK);
		free(x);
		free(file.bytes);
	}
}

/* All that programs write around a recording: the sound is the same, bit for bit. */
static void test_kinds_in_tags(void **state)
{
	static const char *const kinds[] = {"44100-stereo", "vbr", "free", "8000-mono",
					    "bare-24000"};
	struct signal_file picture = id3v2(5000000, 0), items = ape(100000), song = lyrics3();
	struct signal_file back = signal_join(items.bytes, items.n, song.bytes, song.n);
	struct signal_file end = signal_join(back.bytes, back.n, "TAG", 3);
	struct chain_settings settings = {{48000, 2}, -16, -1, 200};

	(void)state;
	end.bytes = realloc(end.bytes, back.n + 128);
	assert_non_null(end.bytes);
	memset(end.bytes + back.n + 3, ' ', 125);
	end.n = back.n + 128;
	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		struct signal_file file = load_kind(kinds[i]);
		struct signal_file front =
			signal_join(picture.bytes, picture.n, file.bytes, file.n);
		struct signal_file all = signal_join(front.bytes, front.n, end.bytes, end.n);
		struct pcm_format format, same;
		int64_t frames = examined(file, &format);
		size_t n, n_all;

		assert_int_equal(examined(all, &same), frames);
		assert_int_equal(same.rate_hz, format.rate_hz);
		float *x = chained(file, frames, &settings, 3, 960, &n);
		float *y = chained(all, frames, &settings, 3, 960, &n_all);

		assert_int_equal(n_all, n);
		assert_memory_equal(x, y, n * 2 * sizeof(*x));
		free(x);
		free(y);
		free(all.bytes);
		free(front.bytes);
		free(file.bytes);
	}
	free(end.bytes);
	free(back.bytes);
	free(song.bytes);
	free(items.bytes);
	free(picture.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_with_a_header),
		cmocka_unit_test(test_kinds_without_a_header),
		cmocka_unit_test(test_kinds_in_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
