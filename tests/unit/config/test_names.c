/* SPDX-License-Identifier: MIT */
/* Names as people and their devices write them. */
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "names.h"

static const struct {
	int line;
	const char *file;
	int want;
	const char *slug;
} slugs[] = {
	{ROW, "Khẩu hiệu 3 (mới).m4a", 0, "khau-hieu-3-moi"},
	{ROW, "/tmp/Đường dây nóng 111.MP3", 0, "duong-day-nong-111"},
	{ROW, "C:\\Nhạc\\nhac_hieu.wav", 0, "nhac-hieu"},
	{ROW, "Bài 1.2", 0, "bai-1-2"},
	{ROW, "Ghi âm.3gp", 0, "ghi-am"},
	{ROW, "a.b.mp3", 0, "a-b"},
	{ROW, "--x--.mp3", 0, "x"},
	{ROW, ".mp3", 0, "mp3"},
	{ROW, "Kh\xc3\xa1.mp3", 0, "kha"},
	{ROW, "Kha\xcc\x81.mp3", 0, "kha"},		/* decomposed, from a Mac */
	{ROW, "\xef\xbc\xa1\xef\xbc\xa2.mp3", 0, "ab"}, /* full width */
	{ROW, "🎵.mp3", -EINVAL, ""},
	{ROW, "", -EINVAL, ""},
	{ROW, "\xff.mp3", -EINVAL, ""},
	{ROW, "0123456789012345678901234567890123456789012345678901234567890123456789.mp3",
	 -ENAMETOOLONG, ""},
};

static void slugs_are_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(slugs); i++) {
		char slug[64] = "";

		check_row_int(slugs[i].line, names_slug(slugs[i].file, slug, sizeof(slug)),
			      slugs[i].want);
		check_row_str(slugs[i].line, slug, slugs[i].slug);
	}
}

/* The slug of a slug is itself, and always a name that is allowed. */
static void slugs_are_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(slugs); i++) {
		char again[64];

		if (slugs[i].want)
			continue;
		check_row_int(slugs[i].line, names_slug(slugs[i].slug, again, sizeof(again)), 0);
		check_row_str(slugs[i].line, again, slugs[i].slug);
		check_row_int(slugs[i].line, names_flaw(slugs[i].slug, 64, false), NAMES_GOOD);
	}
}

static const struct {
	int line;
	const char *a, *b;
	size_t limit, want;
} distances[] = {
	{ROW, "at", "at", 3, 0},	  {ROW, "at", "AT", 3, 0},
	{ROW, "lsat", "last", 3, 1},	  {ROW, "colour", "color", 3, 1},
	{ROW, "kitten", "sitting", 9, 3}, {ROW, "kitten", "sitting", 2, 3},
	{ROW, "", "abc", 9, 3},		  {ROW, "đèn", "den", 9, 2},
	{ROW, "abc", "", 1, 2},
};

static void distance_counts_characters(void **state)
{
	char a[400], b[400];

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(distances); i++)
		check_row_int(distances[i].line,
			      names_distance(distances[i].a, distances[i].b, distances[i].limit),
			      distances[i].want);
	memset(a, 'a', sizeof(a) - 1);
	a[sizeof(a) - 1] = '\0';
	memcpy(b, a, sizeof(b));
	b[0] = 'b';
	assert_int_equal(names_distance(a, b, 3), 4); /* too long to be meant */
}

static const struct {
	int line;
	const char *name;
	bool spaces;
	enum names_flaw want;
} flaws[] = {
	{ROW, "a", false, NAMES_GOOD},
	{ROW, "", true, NAMES_EMPTY},
	{ROW, "a b", false, NAMES_SPACE},
	{ROW, "a b", true, NAMES_GOOD},
	{ROW, " a", true, NAMES_SPACE},
	{ROW, "a ", true, NAMES_SPACE},
	{ROW,
	 "a\xc2\xa0"
	 "b",
	 true, NAMES_SPACE},
	{ROW, "a/b", true, NAMES_SLASH},
	{ROW, "a\\b", true, NAMES_SLASH},
	{ROW, "..", true, NAMES_LEADING},
	{ROW, "-a", true, NAMES_LEADING},
	{ROW, "a\nb", true, NAMES_CONTROL},
	{ROW, "a\xe2\x80\xae", true, NAMES_CONTROL},
	{ROW, "a\xff", true, NAMES_CONTROL},
	{ROW, "khẩu-hiệu.2", false, NAMES_GOOD},
	{ROW, "12345678", true, NAMES_LONG},
};

static void flaws_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(flaws); i++)
		check_row_int(flaws[i].line,
			      names_flaw(flaws[i].name, flaws[i].want == NAMES_LONG ? 8 : 64,
					 flaws[i].spaces),
			      flaws[i].want);
}

static void composing_makes_equal(void **state)
{
	char *composed = names_nfc("kha\xcc\x81");

	(void)state;
	assert_string_equal(composed, "kh\xc3\xa1");
	free(composed);
	assert_null(names_nfc("\xff"));
}

static void utf8_is_checked(void **state)
{
	size_t offset = 99;

	(void)state;
	assert_true(names_utf8_valid("", 0, &offset));
	assert_true(names_utf8_valid("Đồng", strlen("Đồng"), NULL));
	assert_int_equal(offset, 99);
	assert_false(names_utf8_valid("ab\xff", 3, &offset));
	assert_int_equal(offset, 2);
	assert_false(names_utf8_valid("a\0b", 3, &offset));
	assert_int_equal(offset, 1);
	assert_false(names_utf8_valid("\xc3", 1, NULL));	     /* cut off */
	assert_false(names_utf8_valid("\xc0\xaf", 2, NULL));	     /* overlong */
	assert_false(names_utf8_valid("\xf4\x90\x80\x80", 4, NULL)); /* past the last */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slugs_are_made),
		cmocka_unit_test(slugs_are_names),
		cmocka_unit_test(distance_counts_characters),
		cmocka_unit_test(flaws_are_found),
		cmocka_unit_test(composing_makes_equal),
		cmocka_unit_test(utf8_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
