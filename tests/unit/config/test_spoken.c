/* SPDX-License-Identifier: MIT */
/* Written Vietnamese as a person reads it aloud. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "names.h"
#include "spoken.h"

static const struct {
	int line;
	uint64_t number;
	const char *words;
} numbers[] = {
	{ROW, 0, "không"},
	{ROW, 1, "một"},
	{ROW, 4, "bốn"},
	{ROW, 10, "mười"},
	{ROW, 11, "mười một"},
	{ROW, 14, "mười bốn"},
	{ROW, 15, "mười lăm"},
	{ROW, 20, "hai mươi"},
	{ROW, 21, "hai mươi mốt"},
	{ROW, 24, "hai mươi tư"},
	{ROW, 25, "hai mươi lăm"},
	{ROW, 99, "chín mươi chín"},
	{ROW, 100, "một trăm"},
	{ROW, 101, "một trăm linh một"},
	{ROW, 105, "một trăm linh năm"},
	{ROW, 111, "một trăm mười một"},
	{ROW, 115, "một trăm mười lăm"},
	{ROW, 1000, "một nghìn"},
	{ROW, 1005, "một nghìn không trăm linh năm"},
	{ROW, 1015, "một nghìn không trăm mười lăm"},
	{ROW, 1945, "một nghìn chín trăm bốn mươi lăm"},
	{ROW, 2024, "hai nghìn không trăm hai mươi tư"},
	{ROW, 10000, "mười nghìn"},
	{ROW, 250000, "hai trăm năm mươi nghìn"},
	{ROW, 1000000, "một triệu"},
	{ROW, 1000001, "một triệu không trăm linh một"},
	{ROW, 1500000, "một triệu năm trăm nghìn"},
	{ROW, 2000000000, "hai tỷ"},
	{ROW, 3000000000000, "ba nghìn tỷ"},
	{ROW, 3002000000000, "ba nghìn không trăm linh hai tỷ"},
};

static void numbers_are_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(numbers); i++) {
		char words[SPOKEN_NUMBER];

		spoken_number(numbers[i].number, words, sizeof(words));
		check_row_str(numbers[i].line, words, numbers[i].words);
	}
}

static const struct {
	int line;
	const char *text, *spoken;
} texts[] = {
	/* nothing to do */
	{ROW, "", ""},
	{ROW, "Toàn dân chăm sóc trẻ em.", "Toàn dân chăm sóc trẻ em."},
	{ROW, "Kha\xcc\x82\xcc\x89u hie\xcc\xa3\xcc\x82u", "Khẩu hiệu"},
	{ROW, "  một \n hai\t ba  ", "một hai ba"},
	{ROW, "HÀNH ĐỘNG VÌ TRẺ EM", "HÀNH ĐỘNG VÌ TRẺ EM"},

	/* hotlines and telephones */
	{ROW, "Hãy gọi 111.", "Hãy gọi một, một, một."},
	{ROW, "Tổng đài 111 - tiếp nhận", "Tổng đài một, một, một, tiếp nhận"},
	{ROW, "Gọi một một một miễn phí", "Gọi một, một, một miễn phí"},
	{ROW, "111 trẻ em", "một trăm mười một trẻ em"},
	{ROW, "111.000 đồng", "một trăm mười một nghìn đồng"},
	{ROW, "gọi ngay 114", "gọi ngay một một bốn"},
	{ROW, "số điện thoại: 113", "số điện thoại: một một ba"},
	{ROW, "có 113 hộ", "có một trăm mười ba hộ"},
	{ROW, "0912 345 678", "không chín một hai, ba bốn năm, sáu bảy tám"},
	{ROW, "0912345678", "không chín một hai, ba bốn năm, sáu bảy tám"},
	{ROW, "(024) 3733.0167", "không hai bốn, ba bảy ba ba, không một sáu bảy"},
	{ROW, "1900 1567", "một chín không không, một năm sáu bảy"},
	{ROW, "18001567", "một tám không không, một năm sáu bảy"},
	{ROW, "gọi 0912.345.678 trước 17h",
	 "gọi không chín một hai, ba bốn năm, sáu bảy tám trước "
	 "mười bảy giờ"},

	/* numbers */
	{ROW, "năm 2024", "năm hai nghìn không trăm hai mươi tư"},
	{ROW, "1.000 suất", "một nghìn suất"},
	{ROW, "1.250.000 đồng", "một triệu hai trăm năm mươi nghìn đồng"},
	{ROW, "3,5 tỷ", "ba phẩy năm tỷ"},
	{ROW, "0,05", "không phẩy không năm"},
	{ROW, "Bài 1.2", "Bài một chấm hai"},
	{ROW, "30%", "ba mươi phần trăm"},
	{ROW, "30 % trẻ em", "ba mươi phần trăm trẻ em"},
	{ROW, "10-15 tuổi", "mười đến mười lăm tuổi"},
	{ROW, "từ 10 - 15 người", "từ mười đến mười lăm người"},
	{ROW, "-5 °C", "âm năm độ C"},
	{ROW, "Thứ 4, tháng 4", "Thứ tư, tháng tư"},
	{ROW, "thứ 2", "thứ hai"},
	{ROW, "lần thứ 1", "lần thứ nhất"},
	{ROW, "quý II, thế kỷ XXI", "quý hai, thế kỷ hai mươi mốt"},
	{ROW, "Đại hội lần thứ XIII", "Đại hội lần thứ mười ba"},
	{ROW, "vitamin C, loại I", "vitamin C, loại một"},
	{ROW, "05 em", "năm em"},
	{ROW, "mã 00712", "mã không không bảy một hai"},
	{ROW, "tài khoản 123456789012",
	 "tài khoản một hai ba bốn năm sáu bảy tám chín không một hai"},
	{ROW, "mạng 4G", "mạng bốn G"},
	{ROW, "COVID-19", "COVID- mười chín"},

	/* dates */
	{ROW, "01/6/2024", "mồng một tháng sáu năm hai nghìn không trăm hai mươi tư"},
	{ROW, "ngày 09/4/2024", "ngày mồng chín tháng tư năm hai nghìn không trăm hai mươi tư"},
	{ROW, "01.06.2024", "mồng một tháng sáu năm hai nghìn không trăm hai mươi tư"},
	{ROW, "Quốc tế Thiếu nhi 1/6", "Quốc tế Thiếu nhi mồng một tháng sáu"},
	{ROW, "28/6.", "hai mươi tám tháng sáu."},
	{ROW, "từ 1/6 - 30/6", "từ mồng một tháng sáu đến ba mươi tháng sáu"},
	{ROW, "16-17/6", "mười sáu đến mười bảy tháng sáu"},
	{ROW, "mồng 1/6", "mồng một tháng sáu"},
	{ROW, "ngày 01 tháng 6", "ngày mồng một tháng sáu"},
	{ROW, "tháng 6/2024", "tháng sáu năm hai nghìn không trăm hai mươi tư"},
	{ROW, "6/2024", "tháng sáu năm hai nghìn không trăm hai mươi tư"},
	{ROW, "phục vụ 24/7", "phục vụ hai mươi tư trên bảy"},
	{ROW, "24/24 giờ", "hai mươi tư trên hai mươi tư giờ"},
	{ROW, "ngày 24/7", "ngày hai mươi tư tháng bảy"},
	{ROW, "1/3 số hộ", "một phần ba số hộ"},
	{ROW, "1/4 dân số", "một phần tư dân số"},

	/* hours */
	{ROW, "05h45", "năm giờ bốn mươi lăm phút"},
	{ROW, "17:00", "mười bảy giờ"},
	{ROW, "lúc 17h, sáng 7g30", "lúc mười bảy giờ, sáng bảy giờ ba mươi phút"},
	{ROW, "5h05ph", "năm giờ năm phút"},
	{ROW, "05h45-07h00", "năm giờ bốn mươi lăm phút đến bảy giờ"},
	{ROW, "5 ha", "năm héc ta"},
	{ROW, "25:00", "hai mươi lăm: không"},

	/* documents */
	{ROW, "Nghị định 49/2024/NĐ-CP",
	 "Nghị định bốn mươi chín, năm hai nghìn không trăm hai mươi tư, của Chính phủ"},
	{ROW, "Kế hoạch số 156/KH-UBND", "Kế hoạch số một trăm năm mươi sáu, của Ủy ban nhân dân"},
	{ROW, "theo 156/KH-UBND", "theo kế hoạch số một trăm năm mươi sáu, của Ủy ban nhân dân"},
	{ROW, "Thông tư 39/2020/TT-BTTTT.",
	 "Thông tư ba mươi chín, năm hai nghìn không trăm hai mươi, của Bộ Thông tin và Truyền "
	 "thông."},
	{ROW, "Quyết định 135/QĐ-TTg", "Quyết định một trăm ba mươi lăm, của Thủ tướng Chính phủ"},

	/* units, signs, abbreviations */
	{ROW, "cách 5km", "cách năm ki lô mét"},
	{ROW, "60 km/h", "sáu mươi ki lô mét trên giờ"},
	{ROW, "20 m2 và 3 m", "hai mươi mét vuông và ba mét"},
	{ROW, "100.000đ", "một trăm nghìn đồng"},
	{ROW, "UBND, HĐND phường", "ủy ban nhân dân, hội đồng nhân dân phường"},
	{ROW, "TP. Lạng Sơn", "thành phố Lạng Sơn"},
	{ROW, "TP.HCM", "thành phố Hồ Chí Minh"},
	{ROW, "P.Bến Nghé, P. 5, Q.1", "phường Bến Nghé, phường năm, quận một"},
	{ROW, "TT. Đồng Đăng", "thị trấn Đồng Đăng"},
	{ROW, "BCH Đoàn", "ban chấp hành Đoàn"},
	{ROW, "CA phường", "công an phường"},
	{ROW, "CA DAO VIỆT NAM", "CA DAO VIỆT NAM"},
	{ROW, "THI CA", "THI CA"},
	{ROW, "TTXVN đưa tin", "thông tấn xã Việt Nam đưa tin"},
	{ROW, "theo NĐ-CP", "theo nghị định của Chính phủ"},
	{ROW, "UBNDX", "UBNDX"},
	{ROW, "ông Nguyễn Văn P. đã", "ông Nguyễn Văn P. đã"},
	{ROW, "cha & mẹ", "cha và mẹ"},
	{ROW, "và/hoặc", "và, hoặc"},
	{ROW, "đ/c An", "đồng chí An"},
	{ROW, "vui - khỏe", "vui, khỏe"},
	{ROW, "văn hóa-xã hội", "văn hóa-xã hội"},
};

static void texts_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(texts); i++) {
		char *spoken = NULL;

		check_row_int(texts[i].line, spoken_text(texts[i].text, NULL, &spoken), 0);
		check_row_str(texts[i].line, spoken, texts[i].spoken);
		free(spoken);
	}
}

static void a_station_has_its_own(void **state)
{
	static const char *const entries[] = {"BCH=ban chỉ huy", "NVH = nhà văn hóa", "=x", "Y"};
	const struct spoken_own own = {CHECK_COUNT(entries), entries};
	char *spoken = NULL;

	(void)state;
	assert_int_equal(spoken_text("BCH, NVH và UBND, BCHX", &own, &spoken), 0);
	assert_string_equal(spoken, "ban chỉ huy, nhà văn hóa và ủy ban nhân dân, BCHX");
	free(spoken);
}

static void what_is_not_utf8_is_refused(void **state)
{
	char *spoken = NULL;

	(void)state;
	assert_int_equal(spoken_text("\xff", NULL, &spoken), -EINVAL);
	assert_null(spoken);
}

/* The campaign's own texts, apart from 111, are read as they are written: words alone. */
static void words_stay_words(void **state)
{
	static const char text[] =
		"Thấy trẻ em bị đánh đập, xâm hại, bỏ mặc hay sợ hãi khác thường, "
		"xin đừng im lặng.";
	char *spoken = NULL;

	(void)state;
	assert_int_equal(spoken_text(text, NULL, &spoken), 0);
	assert_string_equal(spoken, text);
	free(spoken);
}

/* Whatever comes: it ends, it is UTF-8, and no digit is left but in the middle of a word. */
static void anything_can_be_read(void **state)
{
	static const char *const pieces[] = {
		"1",  "11",  "0",     "24",	"111",	       "2024",	    "/",
		"-",  " - ", ".",     ",",	":",	       "h",	    "%",
		"km", " ",   "ngày ", "tháng ", "thứ ",	       "quý ",	    "XIV",
		"P.", "TP",  "UBND",  "đ",	"(",	       ")",	    "+84",
		"–",  "&",   "NĐ-CP", "gọi ",	"một một một", "e\xcc\x81", "\n"};
	const char *given = getenv("LOA_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	(void)state;
	print_message("seed: LOA_SEED=%u\n", seed);
	for (unsigned run = 0; run < 20000; run++) {
		char text[512] = "", *spoken = NULL;
		int n = rand_r(&seed) % 20;

		for (int i = 0; i < n; i++)
			strcat(text, pieces[(size_t)rand_r(&seed) % CHECK_COUNT(pieces)]);
		assert_int_equal(spoken_text(text, NULL, &spoken), 0);
		if (!names_utf8_valid(spoken, strlen(spoken), NULL) || strstr(spoken, "  "))
			fail_msg("run %u: \"%s\" gives \"%s\"", run, text, spoken);
		free(spoken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_said),
		cmocka_unit_test(texts_are_read),
		cmocka_unit_test(a_station_has_its_own),
		cmocka_unit_test(what_is_not_utf8_is_refused),
		cmocka_unit_test(words_stay_words),
		cmocka_unit_test(anything_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
