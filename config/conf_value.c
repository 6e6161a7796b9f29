/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "names.h"
#include "words.h"

void check_error(struct check *check, const char *code, const struct draft_section *section,
		 int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fault_add_list(check->faults, true, code, section->file, line, format, arguments);
	va_end(arguments);
}

void check_warning(struct check *check, const char *code, const struct draft_section *section,
		   int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fault_add_list(check->faults, false, code, section->file, line, format, arguments);
	va_end(arguments);
}

const char *check_label(struct check *check, const struct draft_section *section)
{
	const char *text = section->title ? arena_print(check->arena, "%s '%s'", section->key->name,
							section->title)
					  : arena_print(check->arena, "'%s'", section->key->name);

	return text ? text : section->key->name;
}

void *check_take(struct check *check, size_t n, size_t size)
{
	void *taken = calloc(n ? n : 1, size);

	if (!taken)
		check->no_memory = true;
	return taken;
}

char *check_keep(struct check *check, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		check->no_memory = true;
	return copy;
}

bool value_given(const struct draft_section *section, const char *key)
{
	return draft_option(section, key) != NULL;
}

int value_line(const struct draft_section *section, const char *key)
{
	const struct draft_option *option = draft_option(section, key);

	return option ? option->line : section->line;
}

static const char *standard(const struct draft_section *section, const char *key)
{
	const struct conf_key *found = conf_key_find(section->keys, key);

	return found && found->standard ? found->standard : "";
}

const char *value_raw(const struct draft_section *section, const char *key)
{
	const struct draft_option *option = draft_option(section, key);

	return option && option->first ? option->first->text : standard(section, key);
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') || *text == 0x7f)
			return true;
	return false;
}

const char *value_text(struct check *check, const struct draft_section *section, const char *key,
		       size_t n)
{
	const char *text = value_raw(section, key);

	if (strlen(text) >= n) {
		check_error(check, "too-long", section, value_line(section, key),
			    _("'%s' is longer than %zu bytes; shorten it"), key, n - 1);
		return standard(section, key);
	}
	if (has_control(text)) {
		check_error(check, "bad-character", section, value_line(section, key),
			    _("there is an invisible control character in '%s'; remove it"), key);
		return standard(section, key);
	}
	return text;
}

/* Index of the word, or -1. */
static int find_word(const char *text, const char *const *choices)
{
	for (int i = 0; choices[i]; i++)
		if (strcmp(choices[i], text) == 0)
			return i;
	return -1;
}

static const char *join(struct check *check, const char *const *choices)
{
	const char *all = choices[0];

	for (size_t i = 1; choices[i] && all; i++)
		all = arena_print(check->arena, "%s, %s", all, choices[i]);
	return all ? all : choices[0];
}

int value_word(struct check *check, const struct draft_section *section, const char *key,
	       const char *const *choices)
{
	const char *text = value_raw(section, key), *near;
	int found = find_word(text, choices);

	if (found >= 0)
		return found;
	near = draft_nearest(text, choices);
	if (near)
		check_error(check, "bad-word", section, value_line(section, key),
			    _("%s = \"%s\" is unknown; did you mean \"%s\"? Possible: %s"), key,
			    text, near, join(check, choices));
	else
		check_error(check, "bad-word", section, value_line(section, key),
			    _("%s = \"%s\" is unknown; possible: %s"), key, text,
			    join(check, choices));
	found = find_word(standard(section, key), choices);
	return found < 0 ? 0 : found;
}

bool value_flag(struct check *check, const struct draft_section *section, const char *key)
{
	static const char *const choices[] = {"true", "false", "yes", "no", "on", "off", NULL};

	return value_word(check, section, key, choices) % 2 == 0;
}

/* Decimal digits, one point, a sign; at most nine digits. Not strtod: it knows locales and nan. */
static bool parse_number(const char *text, double *ret)
{
	bool negative = *text == '-', point = false;
	double value = 0, scale = 1;
	int digits = 0;

	if (*text == '-' || *text == '+')
		text++;
	for (; *text; text++) {
		if (*text == '.' && !point && digits > 0 && text[1]) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > 9)
			return false;
		value = value * 10 + (*text - '0');
		if (point)
			scale *= 10;
	}
	if (digits == 0)
		return false;
	*ret = (negative ? -value : value) / scale;
	return true;
}

static bool in_range(double value, struct value_range range)
{
	if (range.zero && value >= 0 && value <= 0)
		return true;
	if (range.whole && value != (double)(long)value)
		return false;
	return value >= range.min && value <= range.max;
}

double value_number(struct check *check, const struct draft_section *section, const char *key,
		    struct value_range range)
{
	const char *text = value_raw(section, key);
	double value = 0;

	if (parse_number(text, &value) && in_range(value, range))
		return value;
	check_error(check, "bad-number", section, value_line(section, key),
		    range.whole
			    ? _("%s = \"%s\" is not possible; write a whole number from %g to "
				"%g%s%s%s")
			    : _("%s = \"%s\" is not possible; write a number from %g to %g%s%s%s"),
		    key, text, range.min, range.max, *range.unit ? " " : "", range.unit,
		    range.zero ? _(", or 0 for off") : "");
	parse_number(standard(section, key), &value);
	return value;
}

int64_t value_duration(struct check *check, const struct draft_section *section, const char *key,
		       int64_t min_us, int64_t max_us)
{
	const char *text = value_raw(section, key);
	char from[32], until[32];
	int64_t us = 0;

	if (civil_parse_duration(text, &us) < 0) {
		check_error(check, "bad-duration", section, value_line(section, key),
			    _("%s = \"%s\" is not a duration; write for example 90s, 10min, "
			      "1h30min or 7d"),
			    key, text);
	} else if (us < min_us || us > max_us) {
		civil_print_duration(from, sizeof(from), min_us);
		civil_print_duration(until, sizeof(until), max_us);
		check_error(check, "bad-duration", section, value_line(section, key),
			    _("%s = \"%s\" is not possible; it must be from %s to %s"), key, text,
			    from, until);
	} else {
		return us;
	}
	us = 0;
	civil_parse_duration(standard(section, key), &us);
	return us;
}
