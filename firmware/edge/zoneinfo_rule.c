/* SPDX-License-Identifier: MIT */
#include "zoneinfo_internal.h"

#include <errno.h>
#include <string.h>

/* Farthest hours of an offset and of a time of change that tzcode accepts (RFC 9636, 3.3.2). */
#define OFFSET_HOURS_MAX 24
#define CHANGE_HOURS_MAX 167

enum day_form { DAY_JULIAN, DAY_COUNTED, DAY_WEEKDAY };

/* When in a year clocks change. */
struct change_rule {
	enum day_form form;
	int day;		  /* JULIAN: 1..365, 29 February not counted; COUNTED: 0..365 */
	int month, week, weekday; /* WEEKDAY: week 5 = the last one; weekday 0 = Sunday */
	int32_t second; /* of local time before the change; may be negative or past a day */
};

struct zone_rule {
	int32_t standard_s, summer_s; /* local minus UTC */
	bool has_summer;
	struct change_rule begin, end; /* of summer time */
};

static bool take_char(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool take_number(const char **text, int max, int *ret)
{
	int value = 0, digits = 0;

	for (; **text >= '0' && **text <= '9' && digits < 4; (*text)++, digits++)
		value = value * 10 + (**text - '0');
	*ret = value;
	return digits > 0 && value <= max;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "CET" or "<+07>"; what it says does not matter here. */
static bool take_name(const char **text)
{
	int n = 0;
	bool quoted = take_char(text, '<');

	for (; is_letter(**text) ||
	       (quoted && ((**text >= '0' && **text <= '9') || **text == '+' || **text == '-'));
	     (*text)++)
		n++;
	return n >= 3 && (!quoted || take_char(text, '>'));
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool take_time(const char **text, int hours_max, int32_t *ret_s)
{
	int sign = take_char(text, '-') ? -1 : 1;
	int hour, minute = 0, second = 0;

	if (sign > 0)
		take_char(text, '+');
	if (!take_number(text, hours_max, &hour))
		return false;
	if (take_char(text, ':') && !take_number(text, 59, &minute))
		return false;
	if (take_char(text, ':') && !take_number(text, 59, &second))
		return false;
	*ret_s = sign * (hour * 3600 + minute * 60 + second);
	return true;
}

/* ",M3.5.0/2", ",J60", ",59/-1": 02:00 if no time is given. */
static bool take_change(const char **text, struct change_rule *ret)
{
	bool good;

	if (!take_char(text, ','))
		return false;
	ret->second = 2 * 3600;
	if (take_char(text, 'M')) {
		ret->form = DAY_WEEKDAY;
		good = take_number(text, 12, &ret->month) && ret->month > 0 &&
		       take_char(text, '.') && take_number(text, 5, &ret->week) && ret->week > 0 &&
		       take_char(text, '.') && take_number(text, 6, &ret->weekday);
	} else if (take_char(text, 'J')) {
		ret->form = DAY_JULIAN;
		good = take_number(text, 365, &ret->day) && ret->day > 0;
	} else {
		ret->form = DAY_COUNTED;
		good = take_number(text, 365, &ret->day);
	}
	return good && (!take_char(text, '/') || take_time(text, CHANGE_HOURS_MAX, &ret->second));
}

/* POSIX counts offsets westwards. */
static bool take_offset(const char **text, int32_t *ret_s)
{
	int32_t west_s;

	if (!take_time(text, OFFSET_HOURS_MAX, &west_s))
		return false;
	*ret_s = -west_s;
	return true;
}

static int parse_rule(const char *text, struct zone_rule *ret)
{
	struct zone_rule rule;

	memset(&rule, 0, sizeof(rule));
	if (!take_name(&text) || !take_offset(&text, &rule.standard_s))
		return -EBADMSG;
	if (*text) {
		rule.has_summer = true;
		rule.summer_s = rule.standard_s + 3600;
		if (!take_name(&text) || (*text != ',' && !take_offset(&text, &rule.summer_s)) ||
		    !take_change(&text, &rule.begin) || !take_change(&text, &rule.end) || *text)
			return -EBADMSG;
	}
	*ret = rule;
	return 0;
}

static int32_t weekday_day(const struct change_rule *rule, int year)
{
	struct civil_date date = {(int16_t)year, (int8_t)rule->month, 1};
	int32_t first = civil_day(date);
	/* Ours begins on Monday, the rule's on Sunday. */
	int32_t day = first + (rule->weekday + 6 - civil_weekday(first)) % 7;

	/* Week 5 is the last such day, whether the month has four of them or five. */
	day += (rule->week - 1) * 7;
	date.day = (int8_t)(day - first + 1);
	return civil_date_exists(date) ? day : day - 7;
}

/* The instant of a change, where offset_s holds before it. */
static int64_t change_instant(const struct change_rule *rule, int year, int32_t offset_s)
{
	struct civil_date new_year = {(int16_t)year, 1, 1}, leap_day = {(int16_t)year, 2, 29};
	int32_t day = civil_day(new_year) + rule->day;

	if (rule->form == DAY_WEEKDAY)
		day = weekday_day(rule, year);
	else if (rule->form == DAY_JULIAN)
		day -= rule->day >= 60 && civil_date_exists(leap_day) ? 0 : 1;
	return (int64_t)day * CIVIL_DAY_S + rule->second - offset_s;
}

static int add_after(struct zoneinfo_list *list, int64_t after_s, int64_t from_s, int32_t offset_s)
{
	return from_s > after_s ? zoneinfo_add(list, from_s, offset_s) : 0;
}

/*
 * Both changes of a year, in order of time. Where one year's end is the next year's begin (summer
 * all year round) the begin comes later and replaces it.
 */
static int add_year(struct zoneinfo_list *list, const struct zone_rule *rule, int year,
		    int64_t after_s)
{
	int64_t begin_s = change_instant(&rule->begin, year, rule->standard_s);
	int64_t end_s = change_instant(&rule->end, year, rule->summer_s);
	int error;

	if (begin_s <= end_s) {
		error = add_after(list, after_s, begin_s, rule->summer_s);
		return error ? error : add_after(list, after_s, end_s, rule->standard_s);
	}
	error = add_after(list, after_s, end_s, rule->standard_s);
	return error ? error : add_after(list, after_s, begin_s, rule->summer_s);
}

int zoneinfo_add_rule(struct zoneinfo_list *list, const char *text, int64_t after_s, int last_year)
{
	struct zone_rule rule;
	int error = parse_rule(text, &rule);
	int year = civil_date_of((int32_t)(after_s / CIVIL_DAY_S)).year;

	if (error)
		return error;
	if (!rule.has_summer)
		return zoneinfo_add(list, after_s, rule.standard_s);
	/* A year before: its last change can lie behind New Year. */
	for (year--; year <= last_year; year++) {
		error = add_year(list, &rule, year, after_s);
		if (error)
			return error;
	}
	return 0;
}
