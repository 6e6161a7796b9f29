/* SPDX-License-Identifier: MIT */
#include "mp3.h"

#include "signal.h"
#include "tags.h"

/* Verdict of bytes that lie in a block of just their size; frees nothing. */
static enum mp3_verdict examine(struct signal_file file, struct pcm_format *format, int64_t *frames)
{
	struct signal_file exact = signal_join(file.bytes, file.n, NULL, 0);
	enum mp3_verdict verdict = mp3_examine(exact.bytes, exact.n, format, frames);

	free(exact.bytes);
	return verdict;
}

static const char *verdict_of(struct signal_file file)
{
	struct pcm_format format;
	int64_t frames;

	return mp3_verdict_code(examine(file, &format, &frames));
}

/* As verdict_of(), for bytes made for the occasion. */
static const char *verdict_once(struct signal_file file)
{
	const char *code = verdict_of(file);

	free(file.bytes);
	return code;
}

/* Where the encoder left its delay and padding, the length is that of the original. */
static void test_recordings(void **state)
{
	static const struct {
		int line;
		const char *name, *verdict;
		unsigned rate_hz, channels;
		int64_t frames;
	} rows[] = {
		{ROW, "cbr", "whole", 44100, 1, 44100},
		{ROW, "vbr", "whole", 48000, 2, 48000},
		{ROW, "no-xing", "whole", 48000, 2, 43 * 1152},
		{ROW, "plain", "whole", 44100, 1, 40 * 1152},
		{ROW, "low", "whole", 22050, 1, 41 * 576},
		{ROW, "telephone", "whole", 8000, 1, 16 * 576},
		{ROW, "free", "whole", 44100, 2, 22050},
		{ROW, "bursts", "whole", 44100, 1, 132300},
		{ROW, "framed", "whole", 44100, 1, 77175},
		{ROW, "short", "whole", 44100, 1, 14112},
		{ROW, "silence", "whole", 22050, 1, 41 * 576},
		{ROW, "too-short", "too-short", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = signal_load(rows[i].name);
		struct pcm_format format = {0};
		int64_t frames = 0;

		check_row_str(rows[i].line, mp3_verdict_code(examine(file, &format, &frames)),
			      rows[i].verdict);
		check_row_int(rows[i].line, format.rate_hz, rows[i].rate_hz);
		check_row_int(rows[i].line, format.channels, rows[i].channels);
		check_row_int(rows[i].line, frames, rows[i].frames);
		free(file.bytes);
	}
}

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

/* Tags */

static void assert_as_before(struct signal_file before, struct signal_file after,
			     struct signal_file file)
{
	struct signal_file left = signal_join(before.bytes, before.n, file.bytes, file.n);
	struct signal_file all = signal_join(left.bytes, left.n, after.bytes, after.n);
	struct pcm_format format;
	struct mp3 *mp3;
	int64_t frames = 0;
	float *sound;

	assert_int_equal(mp3_examine(all.bytes, all.n, &format, &frames), MP3_WHOLE);
	assert_int_equal(frames, 44100);
	assert_int_equal(mp3_open(all.bytes, all.n, &mp3), 0);
	assert_int_equal(mp3_scan(mp3), 44100);
	assert_int_equal(read_all(mp3, 1152, &sound), 44100);
	mp3_free(mp3);
	free(sound);
	free(left.bytes);
	free(all.bytes);
}

static void test_tags_do_not_matter(void **state)
{
	struct signal_file file = signal_load("cbr"), nothing = {NULL, 0};
	struct signal_file picture = id3v2(1500000, 0), footer = id3v2(3000, 1),
			   items = ape(100000);
	struct signal_file zeros = {calloc(1, 3000), 3000};
	uint8_t v1[128] = "TAGmuch text";
	struct signal_file last = {v1, 128}, song = lyrics3();
	struct signal_file both = signal_join(items.bytes, items.n, v1, 128);
	struct signal_file twice = signal_join(footer.bytes, footer.n, picture.bytes, picture.n);
	struct signal_file blank = signal_join(footer.bytes, footer.n, zeros.bytes, zeros.n);
	struct signal_file sung = signal_join(song.bytes, song.n, v1, 128);

	(void)state;
	assert_as_before(picture, nothing, file);
	assert_as_before(footer, nothing, file);
	assert_as_before(twice, both, file);
	assert_as_before(zeros, nothing, file);
	assert_as_before(blank, nothing, file);
	assert_as_before(items, nothing, file); /* some writers put it in front */
	assert_as_before(nothing, last, file);
	assert_as_before(nothing, items, file);
	assert_as_before(nothing, song, file);
	assert_as_before(nothing, sung, file);
	free(picture.bytes);
	free(footer.bytes);
	free(items.bytes);
	free(zeros.bytes);
	free(both.bytes);
	free(twice.bytes);
	free(blank.bytes);
	free(sung.bytes);
	free(song.bytes);
	free(file.bytes);
}

/* Damage and lies */

static void test_cuts(void **state)
{
	static const char *const names[] = {"cbr", "vbr", "no-xing", "free", "low"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(names); i++) {
		struct signal_file file = signal_load(names[i]);

		for (size_t lost = 1; lost < 100; lost += 7) { /* inside the last frame */
			struct signal_file cut = {file.bytes, file.n - lost};

			assert_string_equal(verdict_of(cut), "truncated");
		}
		free(file.bytes);
	}
	/* At the very end of a frame: only the header frame knows that there was more. */
	struct signal_file file = signal_load("vbr");

	for (size_t n = file.n / 2; n < file.n; n++) {
		struct signal_file cut = {file.bytes, n};

		assert_string_equal(verdict_of(cut), "truncated");
	}
	free(file.bytes);
}

/* The count in the Info frame of cbr.mp3, mono MPEG 1; and LAME's own part, wiped out or not. */
static void lie(struct signal_file file, uint32_t frames, bool lame)
{
	uint8_t *tag = file.bytes + 4 + 17;

	assert_memory_equal(tag, "Info", 4);
	assert_int_equal(tag[7], 15);
	assert_memory_equal(tag + 120, "LAME", 4);
	for (int i = 0; i < 4; i++)
		tag[8 + i] = (uint8_t)(frames >> (24 - 8 * i));
	if (!lame)
		memset(tag + 120, 0, 36);
}

static void test_lies_about_the_count(void **state)
{
	static const struct {
		int line;
		uint32_t frames;
		bool lame;
		const char *verdict;
	} rows[] = {
		{ROW, 40, true, "whole"}, /* true: 40 frames of sound behind the header frame */
		{ROW, 40, false, "whole"},	  {ROW, 41, false, "lying"},
		{ROW, 41, true, "lying"}, /* its padding would be cut in the wrong place */
		{ROW, 0, false, "whole"}, /* a writer to a pipe does not know */
		{ROW, 39, true, "lying"},	  {ROW, 39, false, "lying"},
		{ROW, 1, true, "lying"},	  {ROW, 42, true, "lying"},
		{ROW, 42, false, "lying"},	  {ROW, 5000, true, "lying"},
		{ROW, 0xffffffff, true, "lying"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct signal_file file = signal_load("cbr");

		lie(file, rows[i].frames, rows[i].lame);
		check_row_str(rows[i].line, verdict_of(file), rows[i].verdict);
		free(file.bytes);
	}
}

static void test_mixtures_and_holes(void **state)
{
	struct signal_file plain = signal_load("plain"), low = signal_load("low");
	struct signal_file stereo = signal_load("no-xing"), cbr = signal_load("cbr");
	uint8_t *zeros = calloc(1, 5000), *junk = malloc(5000);
	uint32_t seed = 5;

	(void)state;
	assert_true(zeros && junk);
	for (int i = 0; i < 5000; i++)
		junk[i] = (uint8_t)(127 + 128 * signal_random(&seed));
	assert_string_equal(verdict_once(signal_join(plain.bytes, plain.n, low.bytes, low.n)),
			    "mixed");
	assert_string_equal(verdict_once(signal_join(low.bytes, low.n, stereo.bytes, stereo.n)),
			    "mixed");
	assert_string_equal(verdict_once(signal_join(cbr.bytes, cbr.n, cbr.bytes, cbr.n)), "lying");
	for (size_t hole = 300; hole <= 5000; hole += 4700) {
		const uint8_t *filled[] = {zeros, junk};

		for (int kind = 0; kind < 2; kind++) {
			struct signal_file half =
				signal_join(plain.bytes, plain.n / 2, filled[kind], hole);

			assert_string_equal(verdict_once(signal_join(half.bytes, half.n,
								     plain.bytes + plain.n / 2,
								     plain.n - plain.n / 2)),
					    "mixed");
			free(half.bytes);
		}
	}
	/* Overwritten, not pushed in */
	memset(plain.bytes + 3000, 0, 1000);
	assert_string_equal(verdict_of(plain), "mixed");
	free(plain.bytes);
	free(low.bytes);
	free(stereo.bytes);
	free(cbr.bytes);
	free(zeros);
	free(junk);
}

static void test_a_little_junk_is_forgiven(void **state)
{
	struct signal_file file = signal_load("cbr");

	(void)state;
	assert_string_equal(verdict_once(signal_join(file.bytes, file.n, "hello\n", 6)), "whole");
	assert_string_equal(verdict_once(signal_join("\r\n", 2, file.bytes, file.n)), "whole");
	free(file.bytes);
}

static struct signal_file load_path(const char *path)
{
	struct signal_file file = {malloc(300000), 0};
	FILE *in = fopen(path, "rb");

	assert_true(file.bytes && in);
	file.n = fread(file.bytes, 1, 300000, in);
	fclose(in);
	return file;
}

static void test_what_is_no_sound(void **state)
{
	struct signal_file file = {calloc(1, 200000), 200000}, tag = id3v2(300, 0);
	uint32_t seed = 1;

	(void)state;
	assert_non_null(file.bytes);
	assert_string_equal(verdict_of((struct signal_file){file.bytes, 0}), "empty");
	assert_string_equal(verdict_of(file), "empty"); /* zeros */
	for (size_t i = 0; i < file.n; i++)
		file.bytes[i] = (uint8_t)(127 + 128 * signal_random(&seed));
	assert_string_equal(verdict_of(file), "not-audio");
	memcpy(file.bytes, "RIFF....WAVEfmt ", 16);
	assert_string_equal(verdict_of(file), "not-audio");
	free(file.bytes);
	assert_string_equal(verdict_once(load_path("/bin/ls")), "not-audio");
	assert_string_equal(verdict_of(tag), "empty");
	memset(tag.bytes + 6, 0x7f, 4); /* it claims 256 MB */
	assert_string_equal(verdict_once(tag), "empty");
}

/* Whatever the bytes are, a file that is called whole plays exactly as long as it was said to. */
static void test_damaged_files_never_lie(void **state)
{
	static const char *const names[] = {"cbr", "vbr", "no-xing", "low", "free", "telephone"};
	uint32_t seed = signal_seed(20240601);
	unsigned whole = 0, refused = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct signal_file file = signal_load(names[round % 6]);
		struct pcm_format format;
		int64_t frames;
		int hits = 1 + (int)(4 * fabs(signal_random(&seed)));

		while (hits-- > 0) {
			size_t at = (size_t)((double)file.n * fabs(signal_random(&seed)));

			file.bytes[at < file.n ? at : 0] =
				(uint8_t)(127 + 128 * signal_random(&seed));
		}
		if (examine(file, &format, &frames) == MP3_WHOLE) {
			struct mp3 *mp3;
			float *sound;

			whole++;
			assert_int_equal(mp3_open(file.bytes, file.n, &mp3), 0);
			assert_int_equal(mp3_format(mp3).rate_hz, format.rate_hz);
			assert_int_equal(read_all(mp3, 1152, &sound), frames);
			mp3_free(mp3);
			free(sound);
		} else {
			refused++;
		}
		free(file.bytes);
	}
	assert_true(whole > 30 && refused > 3); /* the test saw both */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recordings),
		cmocka_unit_test(test_tags_do_not_matter),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_lies_about_the_count),
		cmocka_unit_test(test_mixtures_and_holes),
		cmocka_unit_test(test_a_little_junk_is_forgiven),
		cmocka_unit_test(test_what_is_no_sound),
		cmocka_unit_test(test_damaged_files_never_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
