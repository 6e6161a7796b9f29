/* SPDX-License-Identifier: MIT */
/* Numbers in Vietnamese words. */
#include <stdio.h>
#include <string.h>

#include "spoken_internal.h"

static const char *const digits_read[] = {"không", "một", "hai", "ba",	"bốn",
					  "năm",   "sáu", "bảy", "tám", "chín"};

static void add(char *ret, size_t n, const char *word)
{
	size_t used = strlen(ret);

	snprintf(ret + used, n - used, "%s%s", used ? " " : "", word);
}

/* After mươi: 1 mốt, 4 tư, 5 lăm; after mười: 5 lăm. */
static const char *unit_after_tens(unsigned tens, unsigned unit)
{
	if (unit == 5 && tens >= 1)
		return "lăm";
	if (unit == 1 && tens > 1)
		return "mốt";
	if (unit == 4 && tens > 1)
		return "tư";
	return digits_read[unit];
}

/* 0 to 999; whole: the hundreds are said even where they are none ("không trăm linh năm"). */
static void add_group(char *ret, size_t n, unsigned group, bool whole)
{
	unsigned hundreds = group / 100, tens = group / 10 % 10, unit = group % 10;

	if (hundreds || whole) {
		add(ret, n, digits_read[hundreds]);
		add(ret, n, "trăm");
	}
	if (tens == 0 && unit == 0)
		return;
	if (tens == 0 && (hundreds || whole))
		add(ret, n, "linh");
	if (tens == 1)
		add(ret, n, "mười");
	if (tens > 1) {
		add(ret, n, digits_read[tens]);
		add(ret, n, "mươi");
	}
	if (unit)
		add(ret, n, unit_after_tens(tens, unit));
}

void spoken_number(uint64_t number, char *ret, size_t n)
{
	static const char *const names[] = {"", "nghìn", "triệu", "tỷ", "nghìn tỷ"};
	unsigned groups[5];

	ret[0] = '\0';
	if (number == 0)
		add(ret, n, digits_read[0]);
	for (size_t i = 0; i < 5; i++) {
		groups[i] = (unsigned)(number % 1000);
		number /= 1000;
	}
	for (size_t i = 5; i-- > 0;) {
		if (groups[i] == 0)
			continue;
		add_group(ret, n, groups[i], ret[0] != '\0');
		if (i > 0)
			add(ret, n, i == 4 && groups[3] ? "nghìn" : names[i]);
	}
}

void spoken_put_number(struct spoken_out *out, uint64_t number)
{
	char words[SPOKEN_NUMBER];

	spoken_number(number, words, sizeof(words));
	spoken_put_word(out, words);
}

void spoken_put_digits(struct spoken_out *out, const char *digits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		spoken_put_word(out, digits_read[digits[i] - '0']);
}

void spoken_put_ordinal(struct spoken_out *out, uint64_t number)
{
	if (number == 4)
		spoken_put_word(out, "tư");
	else
		spoken_put_number(out, number);
}
