/* SPDX-License-Identifier: MIT */
/*
 * The target of a request, read before libmicrohttpd decodes it: "%00" would cut the path short
 * there, and "%2e%2e" comes out as "..". A path is letters, digits and a few marks, and is only
 * ever compared with the table of routes. Values of the query are decoded here, once.
 */
#include "http_internal.h"

#include <ctype.h>
#include <string.h>

#include "names.h"

static bool plain(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-_.", c));
}

static bool read_path(const char *raw, size_t n, struct http_target *ret)
{
	if (n == 0 || n >= sizeof(ret->path) || raw[0] != '/')
		return false;
	for (size_t i = 1; i < n; i++) {
		if (!plain(raw[i]) && raw[i] != '/')
			return false;
		if ((raw[i] == '/' || raw[i] == '.') && (raw[i - 1] == '/' || raw[i - 1] == '.'))
			return false;
	}
	memcpy(ret->path, raw, n);
	ret->path[n] = '\0';
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One key or value, decoded to *out, which moves on. */
static bool decode(const char *raw, size_t n, char **out)
{
	char *begin = *out;

	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)raw[i];

		if (c == '%') {
			if (i + 2 >= n || digit(raw[i + 1]) < 0 || digit(raw[i + 2]) < 0)
				return false;
			c = digit(raw[i + 1]) * 16 + digit(raw[i + 2]);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		*(*out)++ = (char)c;
	}
	*(*out)++ = '\0';
	return names_utf8_valid(begin, strlen(begin), NULL);
}

/* What is decoded is never longer than what it was made of, so it fits. */
static bool read_query(const char *raw, struct http_target *ret)
{
	char *out = ret->text;

	while (*raw) {
		size_t n = strcspn(raw, "&"), n_key = strcspn(raw, "=&");
		const char *key = out;

		if (ret->n_keys == HTTP_QUERY_KEYS || n_key == 0 || n_key == n)
			return false;
		if (!decode(raw, n_key, &out))
			return false;
		for (size_t i = 0; i < ret->n_keys; i++)
			if (strcmp(ret->keys[i], key) == 0)
				return false;
		ret->keys[ret->n_keys] = key;
		ret->values[ret->n_keys++] = out;
		if (!decode(raw + n_key + 1, n - n_key - 1, &out))
			return false;
		raw += n + (raw[n] == '&');
	}
	return true;
}

void http_target_read(const char *raw, struct http_target *ret)
{
	size_t n = strlen(raw), n_path = strcspn(raw, "?");

	memset(ret, 0, sizeof(*ret));
	if (n >= HTTP_QUERY_BYTES || !read_path(raw, n_path, ret))
		return;
	ret->good = raw[n_path] == '\0' || read_query(raw + n_path + 1, ret);
}
