/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <stdbool.h>

static bool begins_character(unsigned char byte)
{
	return (byte & 0xc0) != 0x80;
}

/* U+0300..U+036F, the marks of a decomposed (NFD) Vietnamese name: cc 80 .. cd af. */
static bool is_combining(const unsigned char *at)
{
	return at[0] == 0xcc || (at[0] == 0xcd && at[1] < 0xb0);
}

size_t columns_width(const char *text)
{
	size_t width = 0;

	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		width += begins_character(*at) && !is_combining(at);
	return width;
}

/* C0, DEL, and C1 in UTF-8 (c2 80 .. c2 9f), which some terminals obey too. */
void columns_clean(FILE *out, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0) {
			fputc('?', out);
			at++;
		} else {
			fputc(*at < 0x20 || *at == 0x7f ? '?' : *at, out);
		}
	}
}

static void blanks(FILE *out, size_t used, size_t width)
{
	for (; used < width; used++)
		fputc(' ', out);
}

void columns_put(FILE *out, const char *text, size_t width)
{
	columns_clean(out, text);
	blanks(out, columns_width(text), width);
}

void columns_put_right(FILE *out, const char *text, size_t width)
{
	blanks(out, columns_width(text), width);
	columns_clean(out, text);
}
