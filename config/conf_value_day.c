/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

#define YEAR_MIN 2000
#define YEAR_MAX 2099

/* "2024-02-30" looks like a date, "30/2" does not: the first does not exist, the second is no date. */
static bool looks_like_date(const char *text)
{
	const char *pattern = strlen(text) > 5 ? "0000-00-00" : "00-00";

	if (strlen(text) != strlen(pattern))
		return false;
	for (; *text; text++, pattern++)
		if (*pattern == '0' ? *text < '0' || *text > '9' : *text != *pattern)
			return false;
	return true;
}

bool check_date(struct check *check, const struct draft_section *section, const char *key,
		const struct draft_value *value, bool yearly, struct civil_date *ret)
{
	struct civil_date date;

	if (civil_parse_date(value->text, yearly, &date) == 0) {
		if (date.year == 0 || (date.year >= YEAR_MIN && date.year <= YEAR_MAX)) {
			*ret = date;
			return true;
		}
		check_error(check, "bad-date", section, value->line,
			    _("%s: the year of '%s' is not possible; it must be from %d to %d"),
			    key, value->text, YEAR_MIN, YEAR_MAX);
		return false;
	}
	if (looks_like_date(value->text) && (yearly || strlen(value->text) > 5))
		check_error(check, "no-such-date", section, value->line,
			    _("%s: there is no date '%s' in the calendar; correct it"), key,
			    value->text);
	else if (yearly)
		check_error(check, "bad-date", section, value->line,
			    _("%s: '%s' is not a date; write for example 2024-06-01, or 06-01 for "
			      "every year"),
			    key, value->text);
	else
		check_error(check, "bad-date", section, value->line,
			    _("%s: '%s' is not a date; write for example 2024-06-01"), key,
			    value->text);
	return false;
}

bool value_date(struct check *check, const struct draft_section *section, const char *key,
		bool yearly, struct civil_date *ret)
{
	const struct draft_option *option = draft_option(section, key);

	return option && option->first &&
	       check_date(check, section, key, option->first, yearly, ret);
}

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static int find_day(const char *text, size_t n)
{
	for (int i = 0; day_names[i]; i++)
		if (n == 3 && strncmp(day_names[i], text, 3) == 0)
			return i;
	return -1;
}

/* "mon", "mon-fri", "fri-mon" over the week's end. 0: not understood. */
static uint8_t parse_days(const char *text)
{
	const char *dash = strchr(text, '-');
	size_t n = dash ? (size_t)(dash - text) : strlen(text);
	int first = find_day(text, n), last = dash ? find_day(dash + 1, strlen(dash + 1)) : first;
	unsigned days = 0;

	if (first < 0 || last < 0)
		return 0;
	for (int day = first;; day = (day + 1) % 7) {
		days |= 1U << day;
		if (day == last)
			return (uint8_t)days;
	}
}

uint8_t value_days(struct check *check, const struct draft_section *section, const char *key)
{
	const struct draft_option *option = draft_option(section, key);
	const struct draft_value *value;
	unsigned days = 0;

	if (!option)
		return 0x7f;
	for (value = option->first; value; value = value->next) {
		uint8_t some = parse_days(value->text);
		const char *near = some ? NULL : draft_nearest(value->text, day_names);

		days |= some;
		if (!some && near)
			check_error(
				check, "bad-days", section, value->line,
				_("%s: '%s' is not a weekday; did you mean '%s'? Write mon, tue, "
				  "wed, thu, fri, sat, sun, or a range as mon-fri"),
				key, value->text, near);
		else if (!some)
			check_error(
				check, "bad-days", section, value->line,
				_("%s: '%s' is not a weekday; write mon, tue, wed, thu, fri, sat, "
				  "sun, or a range as mon-fri"),
				key, value->text);
	}
	if (option->n == 0)
		check_error(check, "bad-days", section, option->line,
			    _("'%s' is empty; name at least one day, or remove it for every day"),
			    key);
	return (uint8_t)days;
}
