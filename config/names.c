/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <string.h>

#include <utf8proc.h>

#define NAMES_DISTANCE_MAX 128 /* characters; longer texts are never "meant" */

bool names_utf8_valid(const char *text, size_t n, size_t *ret_offset)
{
	size_t at = 0;

	while (at < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
							 (utf8proc_ssize_t)(n - at), &c);
		if (used <= 0 || c == 0) {
			if (ret_offset)
				*ret_offset = at;
			return false;
		}
		at += (size_t)used;
	}
	return true;
}

char *names_nfc(const char *text)
{
	return (char *)utf8proc_NFC((const utf8proc_uint8_t *)text);
}

/* Code points of a text, folded to small letters; more than fit give NAMES_DISTANCE_MAX + 1. */
static size_t code_points(const char *text, utf8proc_int32_t *ret)
{
	size_t n = strlen(text), at = 0, count = 0;

	while (at < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
							 (utf8proc_ssize_t)(n - at), &c);
		if (used <= 0 || count == NAMES_DISTANCE_MAX)
			return NAMES_DISTANCE_MAX + 1;
		ret[count++] = utf8proc_tolower(c);
		at += (size_t)used;
	}
	return count;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: two neighbours exchanged ("lsat") are one slip of the finger. */
size_t names_distance(const char *a, const char *b, size_t limit)
{
	utf8proc_int32_t from[NAMES_DISTANCE_MAX], to[NAMES_DISTANCE_MAX];
	size_t rows[3][NAMES_DISTANCE_MAX + 1];
	size_t n = code_points(a, from), m = code_points(b, to);
	size_t result;

	if (n > NAMES_DISTANCE_MAX || m > NAMES_DISTANCE_MAX)
		return limit + 1;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		const size_t *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
		size_t *row = rows[i % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t change = above[j - 1] + (from[i - 1] != to[j - 1]);

			row[j] = least(change, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	result = rows[n % 3][m];
	return result > limit ? limit + 1 : result;
}

enum names_flaw names_flaw(const char *name, size_t n_max, bool spaces)
{
	size_t n = strlen(name), at = 0;

	if (n == 0)
		return NAMES_EMPTY;
	if (n >= n_max)
		return NAMES_LONG;
	if (name[0] == '.' || name[0] == '-')
		return NAMES_LEADING;
	if (name[0] == ' ' || name[n - 1] == ' ')
		return NAMES_SPACE;
	while (at < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)name + at,
							 (utf8proc_ssize_t)(n - at), &c);
		utf8proc_category_t category;

		if (used <= 0)
			return NAMES_CONTROL;
		category = utf8proc_category(c);
		if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
		    category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP)
			return NAMES_CONTROL;
		if (c == '/' || c == '\\')
			return NAMES_SLASH;
		if (category == UTF8PROC_CATEGORY_ZS && (c != ' ' || !spaces))
			return NAMES_SPACE;
		at += (size_t)used;
	}
	return NAMES_GOOD;
}
