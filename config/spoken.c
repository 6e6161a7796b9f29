/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "spoken_internal.h"

void spoken_put_n(struct spoken_out *out, const char *text, size_t n)
{
	if (out->n + n + 1 > out->room) {
		size_t room = 2 * (out->n + n + 1);
		char *more = realloc(out->text, room);

		if (!more) {
			out->no_memory = true;
			return;
		}
		out->text = more;
		out->room = room;
	}
	if (n > 0)
		memcpy(out->text + out->n, text, n);
	out->n += n;
	out->text[out->n] = '\0';
}

void spoken_put(struct spoken_out *out, const char *text)
{
	spoken_put_n(out, text, strlen(text));
}

void spoken_put_word(struct spoken_out *out, const char *word)
{
	char last = out->n ? out->text[out->n - 1] : ' ';

	if (!strchr(" (\"", last))
		spoken_put(out, " ");
	spoken_put(out, word);
}

static void put_blank(struct spoken_out *out)
{
	if (out->n > 0 && out->text[out->n - 1] != ' ')
		spoken_put(out, " ");
}

/* Capital or small; the words asked for differ from their capitals in ASCII letters or not at all. */
static bool same_word(const char *text, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (c != word[i])
			return false;
	}
	return true;
}

static bool ends_at(const struct spoken_out *out, size_t end, const char *word)
{
	size_t n = strlen(word);

	return end >= n && same_word(out->text + end - n, word, n) &&
	       (end == n || strchr(" (\"", out->text[end - n - 1]));
}

static size_t end_of(const struct spoken_out *out)
{
	size_t end = out->n;

	while (end > 0 && strchr(" :", out->text[end - 1]))
		end--;
	return end;
}

bool spoken_ends(const struct spoken_out *out, const char *word)
{
	return ends_at(out, end_of(out), word);
}

/* Within the last three words of the same sentence. */
bool spoken_ends_any(const struct spoken_out *out, const char *const *words, size_t n)
{
	size_t end = end_of(out);

	for (int back = 0; back < 3 && end > 0 && !strchr(".!?", out->text[end - 1]); back++) {
		for (size_t i = 0; i < n; i++)
			if (ends_at(out, end, words[i]))
				return true;
		while (end > 0 && out->text[end - 1] != ' ')
			end--;
		while (end > 0 && out->text[end - 1] == ' ')
			end--;
	}
	return false;
}

static bool in_word(const char *text, const char *at)
{
	unsigned char before = at > text ? (unsigned char)at[-1] : ' ';

	before |= before >= 'A' && before <= 'Z' ? 0x20 : 0;
	return (before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') ||
	       before >= 0x80;
}

/* Written digit by digit already, but run together: "một một một" is three breaths. */
static size_t three_ones(const char *at, struct spoken_out *out)
{
	static const char ones[] = "một một một";
	size_t n = sizeof(ones) - 1;

	if (strncmp(at, ones, n) != 0 || spoken_is_letter(at + n))
		return 0;
	spoken_put_word(out, "một, một, một");
	return n;
}

static size_t take_form(const char *text, const char *at, const struct spoken_own *own,
			struct spoken_out *out, bool *ret_number)
{
	static spoken_form *const numbers[] = {spoken_document,	 spoken_date,	 spoken_hour,
					       spoken_telephone, spoken_hotline, spoken_plain};
	size_t n = 0;

	*ret_number = false;
	if (in_word(text, at))
		return 0;
	for (size_t i = 0; n == 0 && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		n = numbers[i](at, out);
		*ret_number = n > 0 && i != 3 && i != 4;
	}
	if (n == 0)
		n = three_ones(at, out);
	if (n == 0)
		n = spoken_roman(at, out);
	return n ? n : spoken_abbreviation(text, at, own, out);
}

/* Bytes of blanks and one dash, hyphen or en dash; 0 if there is none. between: also without blanks. */
static size_t dash_length(const char *at, bool between)
{
	size_t before = strspn(at, " \t\n\r"), n = before;

	if (at[n] == '-')
		n++;
	else if (strncmp(at + n, "–", 3) == 0 || strncmp(at + n, "—", 3) == 0)
		n += 3;
	else
		return 0;
	before += strspn(at + n, " \t\n\r");
	if (before == 0 && !between)
		return 0;
	return n + strspn(at + n, " \t\n\r");
}

/* What stands between two numbers, or sets one thought off from the next. */
static size_t take_dash(const char *at, bool after_number, struct spoken_out *out)
{
	size_t n = dash_length(at, after_number);

	if (n == 0)
		return 0;
	if (after_number && spoken_count_digits(at + n) > 0)
		spoken_put_word(out, "đến");
	else if (strspn(at, " \t\n\r") == 0)
		return 0; /* "số 5-": nothing that anybody would say */
	else if (out->n > 0 && !strchr(" ,", out->text[out->n - 1]))
		spoken_put(out, ",");
	put_blank(out);
	return n;
}

static size_t take_sign(const char *text, const char *at, struct spoken_out *out)
{
	size_t blanks = strspn(at, " \t\n\r");

	if (blanks > 0) {
		if (out->n > 0)
			put_blank(out);
		return blanks;
	}
	if (*at == '&') {
		spoken_put_word(out, "và");
		return 1;
	}
	if (*at == '/' && at > text && spoken_is_letter(at + 1) && in_word(text, at)) {
		spoken_put(out, ",");
		put_blank(out);
		return 1;
	}
	if (*at == '-' && spoken_count_digits(at + 1) > 0 && !in_word(text, at)) {
		spoken_put_word(out, "âm");
		return 1;
	}
	return 0;
}

static size_t one_character(const char *at)
{
	size_t n = 1;

	while ((at[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static void walk(const char *text, const struct spoken_own *own, struct spoken_out *out)
{
	bool after_number = false;

	for (const char *at = text; *at;) {
		bool number = false;
		size_t n = take_dash(at, after_number, out);

		if (n == 0) {
			n = take_form(text, at, own, out, &number);
			if (n > 0 && spoken_is_letter(at + n))
				put_blank(out); /* "4G", "P.Bến Nghé" */
		}
		if (n == 0)
			n = take_sign(text, at, out);
		if (n == 0) {
			n = one_character(at);
			spoken_put_n(out, at, n);
		}
		after_number = number;
		at += n;
	}
}

int spoken_text(const char *text, const struct spoken_own *own, char **ret)
{
	struct spoken_out out = {0};
	char *nfc;

	if (!names_utf8_valid(text, strlen(text), NULL))
		return -EINVAL;
	nfc = names_nfc(text);
	if (!nfc)
		return -ENOMEM;
	spoken_put(&out, "");
	walk(nfc, own, &out);
	free(nfc);
	if (out.no_memory) {
		free(out.text);
		return -ENOMEM;
	}
	while (out.n > 0 && out.text[out.n - 1] == ' ')
		out.text[--out.n] = '\0';
	*ret = out.text;
	return 0;
}
