/* SPDX-License-Identifier: MIT */
/* Telephones and hotlines, digit by digit. */
#include <string.h>

#include "spoken_internal.h"

/* One group of a telephone number that is not the beginning of something else. */
static size_t telephone_group(const char *at)
{
	size_t n = spoken_count_digits(at);

	if (n < 2 || n > 4 || spoken_is_letter(at + n) || strchr("/:%", at[n] ? at[n] : ' '))
		return 0;
	return n;
}

/* 0912 345 678, (024) 3733.0167, +84 912 345 678, 1900 1567: the bytes, and how many digits. */
static size_t telephone_length(const char *at, size_t *ret_digits)
{
	size_t at_paren = *at == '(' || *at == '+', n = at_paren;
	size_t first = spoken_count_digits(at + n), digits = first;
	bool service =
		first >= 4 && (strncmp(at + n, "1800", 4) == 0 || strncmp(at + n, "1900", 4) == 0);

	if (first == 0 || !(at[n] == '0' || *at == '+' || service) || first > 12)
		return 0;
	n += first;
	if (*at == '(' && at[n++] != ')')
		return 0;
	for (;;) {
		size_t gap = at[n] == ' ' || at[n] == '.' || at[n] == '-';
		size_t group = gap ? telephone_group(at + n + gap) : 0;

		if (group == 0 || digits + group > 15)
			break;
		n += gap + group;
		digits += group;
	}
	*ret_digits = digits;
	return spoken_number_ends(at + n) ? n : 0;
}

/* Written in one piece it is said in breaths of four and three. */
static void put_group(const char *digits, size_t n, struct spoken_out *out)
{
	while (n > 4) {
		size_t breath = n % 3 == 0 || n == 5 ? 3 : 4;

		spoken_put_digits(out, digits, breath);
		spoken_put(out, ",");
		digits += breath;
		n -= breath;
	}
	spoken_put_digits(out, digits, n);
}

size_t spoken_telephone(const char *at, struct spoken_out *out)
{
	size_t digits = 0, n = telephone_length(at, &digits);
	bool first = true;

	if (n == 0 || digits < 8)
		return 0;
	for (size_t i = 0; i < n;) {
		size_t group = spoken_count_digits(at + i);

		if (group == 0) {
			i++;
			continue;
		}
		if (!first)
			spoken_put(out, ",");
		put_group(at + i, group, out);
		first = false;
		i += group;
	}
	return n;
}

static bool counts_something(const char *at)
{
	static const char *const counted[] = {"triệu",	"nghìn", "ngàn", "tỷ",	 "tỉ",	"đồng",
					      "hộ",	"người", "cháu", "em",	 "trẻ", "suất",
					      "trường", "lượt",	 "%",	 "km",	 "kg",	"ha",
					      "mét",	"ngày",	 "năm",	 "tháng"};

	at += strspn(at, " ");
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		size_t n = strlen(counted[i]);

		if (strncmp(at, counted[i], n) == 0 && !spoken_is_letter(at + n))
			return true;
	}
	return false;
}

/* 111 is the line of this product: digit by digit, and apart, unless it counts something. */
size_t spoken_hotline(const char *at, struct spoken_out *out)
{
	static const char *const callers[] = {"gọi", "số",    "đài",	"nóng",
					      "máy", "thoại", "hotline"};

	if (spoken_count_digits(at) != 3 || at[0] != '1' || at[1] != '1' ||
	    !spoken_number_ends(at + 3) || counts_something(at + 3))
		return 0;
	if (at[2] == '1') {
		spoken_put_word(out, "một, một, một");
		return 3;
	}
	if (at[2] < '2' || at[2] > '6' ||
	    !spoken_ends_any(out, callers, sizeof(callers) / sizeof(callers[0])))
		return 0;
	spoken_put_digits(out, at, 3);
	return 3;
}
