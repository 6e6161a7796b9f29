/* SPDX-License-Identifier: MIT */
/*
 * Reads the canonical text of an event. Only as strict as it must be to read safely; that nothing
 * else is accepted is seen by printing the event again.
 */
#include "asrun_internal.h"

#include <errno.h>
#include <string.h>

/* No enum of the log has more words. */
#define WORDS_MAX 64

struct in {
	const char *text;
	char *items;
	size_t n_items;
};

static bool take(struct in *in, const char *literal)
{
	size_t n = strlen(literal);

	if (strncmp(in->text, literal, n) != 0)
		return false;
	in->text += n;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \" \\ and \u00XX; the backslash is behind us. -1 for anything else. */
static int take_escaped(struct in *in)
{
	int high, low;

	if (*in->text == '"' || *in->text == '\\')
		return (unsigned char)*in->text++;
	if (!take(in, "u00"))
		return -1;
	high = hex_digit(in->text[0]);
	low = high < 0 ? -1 : hex_digit(in->text[1]);
	if (low < 0)
		return -1;
	in->text += 2;
	return high * 16 + low;
}

static bool take_quoted(struct in *in, char *to, size_t n)
{
	size_t used = 0;

	if (!take(in, "\""))
		return false;
	while (*in->text != '"') {
		int c = (unsigned char)*in->text++;

		if (c == '\\')
			c = take_escaped(in);
		if (c <= 0 || used + 1 >= n)
			return false;
		to[used++] = (char)c;
	}
	in->text++;
	to[used] = '\0';
	return true;
}

static bool take_number(struct in *in, int64_t *ret)
{
	bool negative = take(in, "-");
	const char *first = in->text;
	int64_t value = 0;

	/* 18 digits fit; more are no number of ours. */
	for (; *in->text >= '0' && *in->text <= '9' && in->text - first < 19; in->text++) {
		if (value > (INT64_MAX - 9) / 10)
			return false;
		value = value * 10 + (*in->text - '0');
	}
	*ret = negative ? -value : value;
	return in->text > first;
}

static bool take_word(struct in *in, const struct asrun_field *field, int *ret)
{
	char word[LIMIT_NAME];

	if (!take_quoted(in, word, sizeof(word)))
		return false;
	for (int i = 0; i < WORDS_MAX; i++) {
		if (strcmp(field->word(i), word) == 0 && strcmp(word, "?") != 0) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static bool take_hash(struct in *in, uint8_t *hash)
{
	char digits[65];

	if (!take_quoted(in, digits, sizeof(digits)) || strlen(digits) != 64)
		return false;
	for (unsigned i = 0; i < 32; i++) {
		int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		hash[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

static bool take_integer(struct in *in, const struct asrun_field *field, char *at)
{
	int64_t value;
	unsigned count;

	if (!take_number(in, &value))
		return false;
	if (field->shape == SHAPE_COUNT) {
		count = (unsigned)value;
		memcpy(at, &count, sizeof(count));
		return value >= 0 && value <= UINT32_MAX;
	}
	if (field->shape == SHAPE_TIME) {
		if (value > INT64_MAX / 1000 || value < INT64_MIN / 1000)
			return false;
		value *= 1000;
	}
	memcpy(at, &value, sizeof(value));
	return true;
}

static bool take_value(struct in *in, const struct asrun_field *field, char *at)
{
	const char *items = in->items;
	int word;

	switch (field->shape) {
	case SHAPE_WORD:
		if (!take_word(in, field, &word))
			return false;
		memcpy(at, &word, sizeof(word));
		return true;
	case SHAPE_FLAG:
		*(bool *)at = true;
		return take(in, "true");
	case SHAPE_TEXT:
		return take_quoted(in, at, field->size);
	case SHAPE_ITEMS:
		memcpy(at, &items, sizeof(items));
		return take_quoted(in, in->items, in->n_items);
	case SHAPE_HASH:
		return take_hash(in, (uint8_t *)at);
	default:
		return take_integer(in, field, at);
	}
}

/* The key at the text, searched from *next on: keys come in the order of the table. */
static const struct asrun_field *take_key(struct in *in, size_t *next)
{
	for (size_t i = *next; i < asrun_n_fields; i++) {
		size_t n = strlen(asrun_fields[i].key);

		if (strncmp(in->text, asrun_fields[i].key, n) == 0 &&
		    strncmp(in->text + n, "\":", 2) == 0) {
			in->text += n + 2;
			*next = i + 1;
			return &asrun_fields[i];
		}
	}
	return NULL;
}

int asrun_parse(const char *text, struct asrun_event *ret, char *items, size_t n_items)
{
	struct in in = {text, items, n_items};
	struct asrun_event event;
	size_t next = 0;

	memset(&event, 0, sizeof(event));
	while (next == 0 ? take(&in, "{\"") : take(&in, ",\"")) {
		const struct asrun_field *field = take_key(&in, &next);

		if (!field || !take_value(&in, field, (char *)&event + field->offset))
			return -EINVAL;
	}
	if (!take(&in, "}") || *in.text || !asrun_prints_as(&event, text))
		return -EINVAL;
	*ret = event;
	return 0;
}
