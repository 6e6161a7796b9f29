/* SPDX-License-Identifier: MIT */
/* Clip names and titles out of file names. */
#include "names.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "limit.h"

#define NAMES_SLUG_MAX 1024 /* far more than a file name of 255 bytes can give */
#define NAMES_DIGITS   8    /* of the number that keeps names apart */

static const char *base_name(const char *file)
{
	for (const char *p = file; *p; p++)
		if (*p == '/' || *p == '\\')
			file = p + 1;
	return file;
}

/*
 * Length without an extension. Two to four letters or digits with at least one letter are one
 * ("m4a", "3gp"); so "Bai 1.2" keeps its number.
 */
static size_t stem_length(const char *base)
{
	const char *dot = strrchr(base, '.');
	bool letter = false;
	size_t n;

	if (!dot || dot == base)
		return strlen(base);
	n = strlen(dot + 1);
	for (const char *p = dot + 1; *p; p++) {
		if (!isalnum((unsigned char)*p))
			return strlen(base);
		letter |= isalpha((unsigned char)*p) != 0;
	}
	return n >= 2 && n <= 4 && letter ? (size_t)(dot - base) : strlen(base);
}

/* One decomposed character to what it is in a slug: itself, '-' for a break, 0 for nothing. */
static char slug_char(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_CF)
		return 0;
	if (c == 0x111 || c == 0x110) /* d with stroke has no decomposition */
		return 'd';
	if (c < 0x80 && isalnum((int)c))
		return (char)tolower((int)c);
	return '-';
}

int names_slug(const char *file, char *ret, size_t n)
{
	char slug[NAMES_SLUG_MAX];
	const char *base = base_name(file);
	utf8proc_uint8_t *plain = NULL;
	utf8proc_ssize_t n_plain;
	size_t at = 0, length = 0;
	int error = 0;

	n_plain = utf8proc_map((const utf8proc_uint8_t *)base, (utf8proc_ssize_t)stem_length(base),
			       &plain, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
	if (n_plain < 0)
		return n_plain == UTF8PROC_ERROR_NOMEM ? -ENOMEM : -EINVAL;
	while ((utf8proc_ssize_t)at < n_plain && !error) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used =
			utf8proc_iterate(plain + at, n_plain - (utf8proc_ssize_t)at, &c);
		char out = used > 0 ? slug_char(c) : '-';

		at += used > 0 ? (size_t)used : 1;
		if (!out || (out == '-' && (length == 0 || slug[length - 1] == '-')))
			continue;
		if (length + 1 >= sizeof(slug))
			error = -ENAMETOOLONG;
		else
			slug[length++] = out;
	}
	free(plain);
	while (length > 0 && slug[length - 1] == '-')
		length--;
	if (error)
		return error;
	if (length == 0)
		return -EINVAL;
	if (length >= n)
		return -ENAMETOOLONG;
	memcpy(ret, slug, length);
	ret[length] = '\0';
	return 0;
}

/* FNV-1a of the composed name: the same number for NFC and NFD, on every machine. */
static uint32_t number_of(const char *base)
{
	char *nfc = names_nfc(base);
	uint32_t number = 2166136261u;

	for (const char *p = nfc ? nfc : base; *p; p++)
		number = (number ^ (unsigned char)*p) * 16777619u;
	free(nfc);
	return number;
}

/* Cut at a dash if there is one in the second half, so that no word is left half. */
static void cut_slug(char *slug, size_t n)
{
	char *dash;

	slug[n] = '\0';
	dash = strrchr(slug, '-');
	if (dash && dash > slug + n / 2)
		*dash = '\0';
	for (n = strlen(slug); n > 0 && slug[n - 1] == '-'; n--)
		slug[n - 1] = '\0';
}

int names_of_file(const char *file, char *ret)
{
	const char *base = base_name(file);
	char slug[NAMES_SLUG_MAX] = "";
	int error = names_slug(base, slug, sizeof(slug));

	if (error == -ENOMEM)
		return error;
	if (error == 0 && strlen(slug) < LIMIT_NAME) {
		memcpy(ret, slug, strlen(slug) + 1);
		return 0;
	}
	if (error < 0)
		memcpy(slug, "ban-ghi", sizeof("ban-ghi"));
	else
		cut_slug(slug, LIMIT_NAME - 2 - NAMES_DIGITS);
	snprintf(ret, LIMIT_NAME, "%.*s-%08x", LIMIT_NAME - 2 - NAMES_DIGITS, slug,
		 number_of(base));
	return 0;
}

static void put_character(utf8proc_int32_t c, char *to, size_t room, size_t *length)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_category_t category = utf8proc_category(c);
	size_t n;

	if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
	    category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP)
		c = ' ';
	if (c == ' ' && (*length == 0 || to[*length - 1] == ' '))
		return;
	n = (size_t)utf8proc_encode_char(c, bytes);
	if (n > room - *length)
		return;
	memcpy(to + *length, bytes, n);
	*length += n;
}

void names_title(const char *file, char *ret, size_t n)
{
	const char *base = base_name(file);
	char *nfc = names_nfc(base);
	size_t end = nfc ? stem_length(nfc) : 0, at = 0, length = 0;

	while (at < end && length < n - 1) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)nfc + at,
							 (utf8proc_ssize_t)(end - at), &c);
		size_t before = length;

		if (used <= 0)
			break;
		put_character(c, ret, n - 1, &length);
		if (length == before && c > ' ' && n - 1 - length < 4)
			break; /* full: what follows would stand in another's place */
		at += (size_t)used;
	}
	while (length > 0 && ret[length - 1] == ' ')
		length--;
	ret[length] = '\0';
	free(nfc);
}
