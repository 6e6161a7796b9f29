/* SPDX-License-Identifier: MIT */
/*
 * The canonical text of events. One table says what an event is made of, in the order of the text;
 * printing and parsing walk the same table. A text is accepted only if printing what was read gives
 * the same bytes again, so there is exactly one text for an event.
 */
#include "asrun_internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KINDS(kind)  (1u << (kind))
#define ROW_KINDS    (KINDS(ASRUN_OPENED) | KINDS(ASRUN_CLOSED))
#define EVERY_KIND   (ROW_KINDS | KINDS(ASRUN_ITEM) | KINDS(ASRUN_NOTE))

static const char *kind_word(int value)
{
	static const char *const names[] = {"opened", "item", "closed", "note"};

	return value >= 0 && (size_t)value < COUNT(names) ? names[value] : "?";
}

static const char *mode_word(int value)
{
	static const char *const names[] = {"real", "pretended"};

	return value >= 0 && (size_t)value < COUNT(names) ? names[value] : "?";
}

static const char *clock_word(int value)
{
	return clock_state_name((enum clock_state)value);
}

static const char *trigger_word(int value)
{
	return asrun_trigger_name((enum asrun_trigger)value);
}

static const char *class_word(int value)
{
	return plan_class_name((enum plan_class)value);
}

static const char *outcome_word(int value)
{
	return asrun_outcome_name((enum asrun_outcome)value);
}

/* A code never has an empty text, so NONE (which is left out) may have one. */
static const char *reason_word(int value)
{
	const char *code = asrun_reason_code((enum asrun_reason)value);

	return code ? code : "";
}

/* offsetof() and sizeof() keep the table right when the event changes. */
#define FIELD(key, shape, member, word, always)                                                    \
	{                                                                                          \
		key, shape, offsetof(struct asrun_event, member),                                  \
			sizeof(((struct asrun_event *)0)->member), word, always                    \
	}

const struct asrun_field asrun_fields[] = {
	FIELD("kind", SHAPE_WORD, kind, kind_word, EVERY_KIND),
	FIELD("mode", SHAPE_WORD, mode, mode_word, EVERY_KIND),
	FIELD("row", SHAPE_NUMBER, row, NULL, 0),
	FIELD("time", SHAPE_TIME, time_us, NULL, 0),
	FIELD("accounted", SHAPE_TIME, accounted_us, NULL, 0),
	FIELD("clock", SHAPE_WORD, clock, clock_word, EVERY_KIND),
	FIELD("planned", SHAPE_TIME, planned_us, NULL, 0),
	FIELD("campaign", SHAPE_TEXT, campaign, NULL, 0),
	FIELD("broadcast", SHAPE_TEXT, broadcast, NULL, 0),
	FIELD("trigger", SHAPE_WORD, trigger, trigger_word, ROW_KINDS),
	FIELD("class", SHAPE_WORD, class, class_word, ROW_KINDS),
	FIELD("who", SHAPE_TEXT, who, NULL, 0),
	FIELD("why", SHAPE_TEXT, why, NULL, 0),
	FIELD("airtime_unknown", SHAPE_FLAG, airtime_unknown, NULL, 0),
	FIELD("items", SHAPE_ITEMS, items, NULL, 0),
	FIELD("position", SHAPE_COUNT, position, NULL, KINDS(ASRUN_ITEM)),
	FIELD("clip", SHAPE_TEXT, clip, NULL, 0),
	FIELD("sha256", SHAPE_HASH, sha256, NULL, 0),
	FIELD("started", SHAPE_TIME, started_us, NULL, 0),
	FIELD("ended", SHAPE_TIME, ended_us, NULL, 0),
	FIELD("frames", SHAPE_NUMBER, frames, NULL, KINDS(ASRUN_ITEM)),
	FIELD("audible", SHAPE_NUMBER, audible, NULL, KINDS(ASRUN_ITEM)),
	FIELD("rate", SHAPE_COUNT, rate_hz, NULL, 0),
	FIELD("xruns", SHAPE_COUNT, xruns, NULL, 0),
	FIELD("rms_cdbfs", SHAPE_NUMBER, rms_cdbfs, NULL, 0),
	FIELD("silence_ms", SHAPE_NUMBER, silence_ms, NULL, 0),
	FIELD("whole", SHAPE_FLAG, whole, NULL, 0),
	FIELD("start_error_us", SHAPE_NUMBER, start_error_us, NULL, 0),
	FIELD("outcome", SHAPE_WORD, outcome, outcome_word, KINDS(ASRUN_CLOSED)),
	FIELD("reason", SHAPE_WORD, reason, reason_word, 0),
	FIELD("not_durable", SHAPE_FLAG, not_durable, NULL, 0),
	FIELD("what", SHAPE_TEXT, what, NULL, 0),
	FIELD("until", SHAPE_TIME, until_us, NULL, 0),
};

const size_t asrun_n_fields = COUNT(asrun_fields);

/* The words are read and written through int. */
_Static_assert(sizeof(enum asrun_kind) == sizeof(int), "an enum is an int");

/* Where text goes: into a buffer, or against a text that must be the same. */
struct out {
	char *text;
	const char *same_as;
	size_t n, used;
	bool failed;
};

static void put_char(struct out *out, char c)
{
	if (out->failed)
		return;
	if (out->same_as) {
		/* A shorter text ends in NUL, which is never put. */
		out->failed = out->same_as[out->used] != c;
	} else if (out->used + 1 >= out->n) {
		out->failed = true;
	} else {
		out->text[out->used] = c;
	}
	out->used++;
}

static void put(struct out *out, const char *text)
{
	for (; *text; text++)
		put_char(out, *text);
}

static void put_number(struct out *out, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	put(out, digits);
}

static void put_quoted(struct out *out, const char *text)
{
	put_char(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		char escaped[8];

		if (c == '"' || c == '\\') {
			put_char(out, '\\');
			put_char(out, *text);
		} else if (c < 0x20) {
			snprintf(escaped, sizeof(escaped), "\\u%04x", c);
			put(out, escaped);
		} else {
			put_char(out, *text);
		}
	}
	put_char(out, '"');
}

static void put_hash(struct out *out, const uint8_t *hash)
{
	static const char digits[] = "0123456789abcdef";

	put_char(out, '"');
	for (unsigned i = 0; i < 32; i++) {
		put_char(out, digits[hash[i] >> 4]);
		put_char(out, digits[hash[i] & 15]);
	}
	put_char(out, '"');
}

static int64_t whole_ms(int64_t us)
{
	return us / 1000 - (us % 1000 < 0);
}

static int64_t number_of(const struct asrun_field *field, const char *at)
{
	int64_t wide;
	unsigned count;

	if (field->shape == SHAPE_COUNT) {
		memcpy(&count, at, sizeof(count));
		return count;
	}
	memcpy(&wide, at, sizeof(wide));
	return field->shape == SHAPE_TIME ? whole_ms(wide) : wide;
}

static bool is_absent(const struct asrun_field *field, const char *at)
{
	static const char zeros[32];
	const char *items;

	switch (field->shape) {
	case SHAPE_TEXT:
		return *at == '\0';
	case SHAPE_ITEMS:
		memcpy(&items, at, sizeof(items));
		return !items;
	case SHAPE_TIME:
		return number_of(field, at) == 0;
	default:
		return memcmp(at, zeros, field->size) == 0;
	}
}

static void put_value(struct out *out, const struct asrun_field *field, const char *at)
{
	const char *items;
	int word;

	switch (field->shape) {
	case SHAPE_WORD:
		memcpy(&word, at, sizeof(word));
		put_quoted(out, field->word(word));
		break;
	case SHAPE_FLAG:
		put(out, "true");
		break;
	case SHAPE_TEXT:
		put_quoted(out, at);
		break;
	case SHAPE_ITEMS:
		memcpy(&items, at, sizeof(items));
		put_quoted(out, items);
		break;
	case SHAPE_HASH:
		put_hash(out, (const uint8_t *)at);
		break;
	default:
		put_number(out, number_of(field, at));
	}
}

static void put_event(struct out *out, const struct asrun_event *event)
{
	for (size_t i = 0; i < COUNT(asrun_fields); i++) {
		const struct asrun_field *field = &asrun_fields[i];
		const char *at = (const char *)event + field->offset;

		if (!(field->always & KINDS(event->kind)) && is_absent(field, at))
			continue;
		put(out, i == 0 ? "{\"" : ",\"");
		put(out, field->key);
		put(out, "\":");
		put_value(out, field, at);
	}
	put_char(out, '}');
}

int asrun_print(const struct asrun_event *event, char *text, size_t n)
{
	struct out out = {.text = text, .n = n};

	put_event(&out, event);
	if (out.failed || out.used > INT_MAX)
		return -ENOSPC;
	text[out.used] = '\0';
	return (int)out.used;
}

bool asrun_prints_as(const struct asrun_event *event, const char *text)
{
	struct out out = {.same_as = text};

	put_event(&out, event);
	return !out.failed && text[out.used] == '\0';
}
