/* SPDX-License-Identifier: MIT */
/* Names of clips out of the names of files, as people send them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "library.h"
#include "limit.h"
#include "names.h"

static const struct {
	int line;
	const char *file, *name, *title;
} rows[] = {
	{ROW, "Khẩu hiệu 3 (mới).m4a", "khau-hieu-3-moi", "Khẩu hiệu 3 (mới)"},
	{ROW, "/media/usb/Đường dây nóng 111.MP3", "duong-day-nong-111", "Đường dây nóng 111"},
	{ROW, "ĐỒNG ĐĂNG.wav", "dong-dang", "ĐỒNG ĐĂNG"},
	/* an iPhone's, decomposed: the same name, and the title composed */
	{ROW, "Kha\xcc\x82\xcc\x89u hie\xcc\xa3\xcc\x82u 3.m4a", "khau-hieu-3", "Khẩu hiệu 3"},
	{ROW, "voice_20240601-054500.amr", "voice-20240601-054500", "voice_20240601-054500"},
	{ROW, "Bản tin 1.2", "ban-tin-1-2", "Bản tin 1.2"},
	{ROW, "goi-111.final.mp3", "goi-111-final", "goi-111.final"},
	{ROW, "-rf.mp3", "rf", "-rf"},
	{ROW, "..", "ban-ghi-", ".."},
	{ROW, "a/../../etc/passwd", "passwd", "passwd"},
	{ROW, "C:\\Users\\An\\Bài hát.mp3", "bai-hat", "Bài hát"},
	{ROW, "🎵.mp3", "ban-ghi-", "🎵"},
	{ROW, "录音.mp3", "ban-ghi-", "录音"},
	{ROW, "录音 2.mp3", "2", "录音 2"},
	{ROW, "\xff\xfe.mp3", "ban-ghi-", ""},
	{ROW, "", "ban-ghi-", ""},
	{ROW, "a\nb\tc.mp3", "a-b-c", "a b c"},
	{ROW,
	 "Thông báo về việc tổ chức tiêm chủng mở rộng cho trẻ em dưới 5 tuổi trên địa bàn "
	 "phường.mp3",
	 "thong-bao-ve-viec-to-chuc-tiem-chung-mo-rong-cho-tre-",
	 "Thông báo về việc tổ chức tiêm chủng mở rộng cho trẻ em dưới 5 tuổi trên địa bàn "
	 "phường"},
};

/* A name that ends in a number made from the file's is given up to that number. */
static void names_are_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char name[LIMIT_NAME], title[256];
		size_t n = strlen(rows[i].name);

		names_of_file(rows[i].file, name);
		names_title(rows[i].file, title, sizeof(title));
		if (rows[i].name[n - 1] == '-') {
			check_row_int(rows[i].line, strlen(name), n + 8);
			name[n] = '\0';
		}
		check_row_str(rows[i].line, name, rows[i].name);
		check_row_str(rows[i].line, title, rows[i].title);
	}
}

static void names_that_begin_alike_stay_apart(void **state)
{
	char a[LIMIT_NAME], b[LIMIT_NAME], file[200];

	(void)state;
	memset(file, 'a', sizeof(file));
	strcpy(file + 120, "-1.mp3");
	names_of_file(file, a);
	strcpy(file + 120, "-2.mp3");
	names_of_file(file, b);
	assert_string_not_equal(a, b);
	names_of_file("🎵.mp3", a);
	names_of_file("🎺.mp3", b);
	assert_string_not_equal(a, b);
}

static void a_title_is_cut_between_characters(void **state)
{
	char title[8];

	(void)state;
	names_title("Khẩu hiệu.mp3", title, sizeof(title));
	assert_string_equal(title, "Khẩu"); /* 6 bytes; the blank goes */
	names_title("aaaaaẩb.mp3", title, sizeof(title));
	assert_string_equal(title, "aaaaa");
}

/* Pieces of which names are put together: composed and decomposed forms stand side by side. */
static const char *const pieces[][2] = {
	{"a", "a"},
	{"Z", "Z"},
	{"7", "7"},
	{" ", " "},
	{".", "."},
	{"-", "-"},
	{"/", "/"},
	{"\\", "\\"},
	{"ẩ", "a\xcc\x82\xcc\x89"},
	{"Ợ", "O\xcc\x9b\xcc\xa3"},
	{"đ", "đ"},
	{"Đ", "Đ"},
	{"ữ", "u\xcc\x9b\xcc\x83"},
	{"🎵", "🎵"},
	{"录", "录"},
	{"\n", "\n"},
	{"\xe2\x80\xae", "\xe2\x80\xae"},
	{"ﬁ", "ﬁ"},
	{".mp3", ".mp3"},
	{"\x01", "\x01"},
};

static void check_one(unsigned *seed, unsigned run)
{
	char composed[512] = "", decomposed[512] = "";
	char name[LIMIT_NAME], other[LIMIT_NAME], again[LIMIT_NAME];
	int n = rand_r(seed) % 60;

	for (int i = 0; i < n; i++) {
		size_t piece = (size_t)rand_r(seed) % CHECK_COUNT(pieces);

		strcat(composed, pieces[piece][0]);
		strcat(decomposed, pieces[piece][1]);
	}
	names_of_file(composed, name);
	names_of_file(decomposed, other);
	names_of_file(name, again);
	if (!library_name_ok(name) || names_flaw(name, LIMIT_NAME, false) != NAMES_GOOD ||
	    strcmp(name, other) != 0 || strcmp(name, again) != 0)
		fail_msg("run %u: \"%s\" gives %s, decomposed %s, again %s", run, composed, name,
			 other, again);
}

static void any_file_gives_a_good_name(void **state)
{
	const char *given = getenv("LOA_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	(void)state;
	print_message("seed: LOA_SEED=%u\n", seed);
	for (unsigned run = 0; run < 20000; run++)
		check_one(&seed, run);
}

/* Bytes of any kind, valid UTF-8 or not. */
static void any_bytes_give_a_good_name(void **state)
{
	const char *given = getenv("LOA_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL) + 1;

	(void)state;
	print_message("seed: LOA_SEED=%u\n", seed);
	for (unsigned run = 0; run < 20000; run++) {
		char file[256], name[LIMIT_NAME], again[LIMIT_NAME], title[64];
		size_t n = (size_t)rand_r(&seed) % sizeof(file);

		for (size_t i = 0; i < n; i++)
			file[i] = (char)(rand_r(&seed) % 255 + 1);
		file[n ? n - 1 : 0] = '\0';
		names_of_file(file, name);
		names_of_file(name, again);
		names_title(file, title, sizeof(title));
		assert_true(library_name_ok(name));
		assert_string_equal(name, again);
		assert_true(names_utf8_valid(title, strlen(title), NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_made),
		cmocka_unit_test(names_that_begin_alike_stay_apart),
		cmocka_unit_test(a_title_is_cut_between_characters),
		cmocka_unit_test(any_file_gives_a_good_name),
		cmocka_unit_test(any_bytes_give_a_good_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
