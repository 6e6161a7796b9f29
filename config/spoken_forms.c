/* SPDX-License-Identifier: MIT */
/* Written forms of numbers: each looks at one place of the text and says it, or lets it be. */
#include <string.h>

#include "spoken_internal.h"

size_t spoken_count_digits(const char *at)
{
	return strspn(at, "0123456789");
}

uint64_t spoken_value(const char *digits, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n && i < 15; i++)
		value = value * 10 + (uint64_t)(digits[i] - '0');
	return value;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool spoken_number_ends(const char *at)
{
	if (spoken_is_letter(at) || is_digit(*at))
		return false;
	return !((*at == '.' || *at == ',' || *at == ':' || *at == '/') && is_digit(at[1]));
}

/* Letters, Đ and hyphens of "KH-UBND"; small ones may follow ("TTg"). */
static size_t code_length(const char *at)
{
	size_t n = 0;

	for (;;) {
		if ((at[n] >= 'A' && at[n] <= 'Z') || (n > 0 && at[n] >= 'a' && at[n] <= 'z') ||
		    (n > 0 && at[n] == '-'))
			n++;
		else if (strncmp(at + n, "Đ", 2) == 0)
			n += 2;
		else
			return n;
	}
}

static void put_document(const char *number, size_t n_number, const char *year, const char *code,
			 size_t n_code, struct spoken_out *out)
{
	const char *hyphen = memchr(code, '-', n_code);
	size_t n_kind = hyphen ? (size_t)(hyphen - code) : n_code;
	const char *kind = spoken_kind(code, n_kind);
	const char *issuer = hyphen ? spoken_issuer(hyphen + 1, n_code - n_kind - 1)
				    : spoken_issuer(code, n_code);

	if (kind && !spoken_ends(out, kind) && !spoken_ends(out, "số")) {
		spoken_put_word(out, kind);
		spoken_put_word(out, "số");
	}
	spoken_put_number(out, spoken_value(number, n_number));
	if (year) {
		spoken_put(out, ", năm");
		spoken_put_number(out, spoken_value(year, 4));
	}
	if (issuer) {
		spoken_put(out, ", của");
		spoken_put_word(out, issuer);
	} else if (!kind) {
		spoken_put_word(out, "");
		spoken_put_n(out, code, n_code);
	}
}

size_t spoken_document(const char *at, struct spoken_out *out)
{
	size_t n_number = spoken_count_digits(at), n = n_number, n_code;
	const char *year = NULL;

	if (n == 0 || n > 6 || at[n] != '/')
		return 0;
	n++;
	if (spoken_count_digits(at + n) == 4 && at[n + 4] == '/') {
		year = at + n;
		n += 5;
	}
	n_code = code_length(at + n);
	if (n_code < 2 || spoken_is_letter(at + n + n_code) || is_digit(at[n + n_code]))
		return 0;
	put_document(at, n_number, year, at + n, n_code, out);
	return n + n_code;
}

static void put_day(uint64_t day, struct spoken_out *out)
{
	if (day <= 10 && !spoken_ends(out, "mồng") && !spoken_ends(out, "mùng"))
		spoken_put_word(out, "mồng");
	spoken_put_number(out, day);
}

static void put_month(uint64_t month, struct spoken_out *out)
{
	if (!spoken_ends(out, "tháng"))
		spoken_put_word(out, "tháng");
	spoken_put_ordinal(out, month);
}

static void put_year(const char *year, struct spoken_out *out)
{
	spoken_put_word(out, "năm");
	spoken_put_number(out, spoken_value(year, 4));
}

/* "1/3 số hộ" is a third, "1/3" a day. */
static size_t fraction(const char *at, uint64_t above, uint64_t below, size_t n,
		       struct spoken_out *out)
{
	static const char *const wholes[] = {" số ", " dân ", " diện tích", " tổng ", " quãng "};

	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++) {
		if (strncmp(at + n, wholes[i], strlen(wholes[i])) != 0)
			continue;
		spoken_put_number(out, above);
		spoken_put_word(out, "phần");
		spoken_put_ordinal(out, below);
		return n;
	}
	return 0;
}

/* "24/7" and "24/24" are said of services that never close. */
static size_t always(const char *at, uint64_t above, uint64_t below, size_t n,
		     struct spoken_out *out)
{
	(void)at;
	if (above != 24 || (below != 7 && below != 24) || spoken_ends(out, "ngày"))
		return 0;
	spoken_put_number(out, above);
	spoken_put_word(out, "trên");
	spoken_put_number(out, below);
	return n;
}

static size_t month_of_year(const char *at, size_t n, struct spoken_out *out)
{
	uint64_t month = spoken_value(at, n);

	if (at[n] != '/' || spoken_count_digits(at + n + 1) != 4 || month < 1 || month > 12 ||
	    !spoken_number_ends(at + n + 5))
		return 0;
	put_month(month, out);
	put_year(at + n + 1, out);
	return n + 5;
}

size_t spoken_date(const char *at, struct spoken_out *out)
{
	size_t n_day = spoken_count_digits(at), n_month, n, special;
	uint64_t day = spoken_value(at, n_day), month;
	char between = at[n_day];

	if (n_day < 1 || n_day > 2 || !between || !strchr("/.-", between))
		return 0;
	n_month = spoken_count_digits(at + n_day + 1);
	if (n_month == 4)
		return month_of_year(at, n_day, out);
	month = spoken_value(at + n_day + 1, n_month);
	n = n_day + 1 + n_month;
	if (n_month < 1 || n_month > 2)
		return 0;
	if (at[n] == between && spoken_count_digits(at + n + 1) == 4 &&
	    spoken_number_ends(at + n + 5)) {
		if (day < 1 || day > 31 || month < 1 || month > 12)
			return 0;
		put_day(day, out);
		put_month(month, out);
		put_year(at + n + 1, out);
		return n + 5;
	}
	if (between != '/' || !spoken_number_ends(at + n))
		return 0;
	special = always(at, day, month, n, out);
	if (!special)
		special = fraction(at, day, month, n, out);
	if (special || day < 1 || day > 31 || month < 1 || month > 12)
		return special;
	put_day(day, out);
	put_month(month, out);
	return n;
}

/* What comes between hour and minutes: "h", "H", ":", or "g" where minutes follow. */
static size_t hour_mark(const char *at, size_t n_minutes)
{
	if (*at == ':')
		return n_minutes == 2;
	if (*at == 'h' || *at == 'H')
		return 1;
	return *at == 'g' && n_minutes == 2;
}

size_t spoken_hour(const char *at, struct spoken_out *out)
{
	size_t n = spoken_count_digits(at), n_minutes;
	uint64_t hour = spoken_value(at, n), minutes;

	if (n < 1 || n > 2 || hour > 24)
		return 0;
	n_minutes = at[n] ? spoken_count_digits(at + n + 1) : 0;
	if (!hour_mark(at + n, n_minutes) || (n_minutes != 0 && n_minutes != 2))
		return 0;
	minutes = spoken_value(at + n + 1, n_minutes);
	n += 1 + n_minutes;
	if (minutes > 59)
		return 0;
	if (n_minutes == 2 && strncmp(at + n, "ph", 2) == 0)
		n += 2;
	else if (n_minutes == 2 && at[n] == '\'')
		n++;
	if (!spoken_number_ends(at + n))
		return 0;
	spoken_put_number(out, hour);
	spoken_put_word(out, "giờ");
	if (minutes > 0) {
		spoken_put_number(out, minutes);
		spoken_put_word(out, "phút");
	}
	return n;
}

/* Groups of three after points: "1.000.000". */
static size_t grouped_length(const char *at, size_t n)
{
	if (n > 3)
		return n;
	while (at[n] == '.' && spoken_count_digits(at + n + 1) == 3)
		n += 4;
	return n;
}

static uint64_t grouped_value(const char *at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		if (at[i] != '.')
			value = value * 10 + (uint64_t)(at[i] - '0');
	return value;
}

/* ",5" and ".2": the decimals, short ones as a number. */
static size_t decimals(const char *at, struct spoken_out *out)
{
	size_t n = *at == ',' || *at == '.' ? spoken_count_digits(at + 1) : 0;

	if (n == 0)
		return 0;
	spoken_put_word(out, *at == ',' ? "phẩy" : "chấm");
	if (n <= 2 && at[1] != '0')
		spoken_put_number(out, spoken_value(at + 1, n));
	else
		spoken_put_digits(out, at + 1, n);
	return n + 1;
}

static void put_plain(const char *at, size_t n, struct spoken_out *out)
{
	uint64_t value = grouped_value(at, n);

	if (spoken_ends(out, "ngày") && value >= 1 && value <= 10 &&
	    strncmp(at + n, " tháng", 6) == 0)
		put_day(value, out);
	else if (spoken_ends(out, "thứ") && value == 1)
		spoken_put_word(out, "nhất");
	else if (spoken_ends(out, "thứ") || spoken_ends(out, "tháng"))
		spoken_put_ordinal(out, value);
	else
		spoken_put_number(out, value);
}

size_t spoken_plain(const char *at, struct spoken_out *out)
{
	size_t digits = spoken_count_digits(at), n = grouped_length(at, digits);

	if (digits == 0)
		return 0;
	/* an account, a code: not a number that anybody would say */
	if (digits >= 9 || n > 19 || (digits > 2 && at[0] == '0')) {
		spoken_put_digits(out, at, digits);
		return digits;
	}
	put_plain(at, n, out);
	n += decimals(at + n, out);
	return n + spoken_unit(at + n, out);
}

static uint64_t roman_value(const char *at, size_t n)
{
	static const char letters[] = "IVXLC";
	static const uint64_t values[] = {1, 5, 10, 50, 100};
	uint64_t sum = 0, highest = 0;

	for (size_t i = n; i-- > 0;) {
		uint64_t value = values[strchr(letters, at[i]) - letters];

		sum = value < highest ? sum - value : sum + value;
		highest = value > highest ? value : highest;
	}
	return sum;
}

/* Only behind words that number things: "quý II", "thế kỷ XXI". */
size_t spoken_roman(const char *at, struct spoken_out *out)
{
	static const char *const numbering[] = {"quý", "kỷ",   "khóa", "khoá", "thứ",  "chương",
						"mục", "phần", "cấp",  "hạng", "loại", "tập"};
	size_t n = strspn(at, "IVXLC");
	bool numbers = false;

	for (size_t i = 0; i < sizeof(numbering) / sizeof(numbering[0]); i++)
		numbers |= spoken_ends(out, numbering[i]);
	if (n == 0 || n > 7 || !numbers || spoken_is_letter(at + n) || is_digit(at[n]))
		return 0;
	if (spoken_ends(out, "thứ") && n == 1 && *at == 'I')
		spoken_put_word(out, "nhất");
	else
		spoken_put_number(out, roman_value(at, n));
	return n;
}
