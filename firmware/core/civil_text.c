/* SPDX-License-Identifier: MIT */
#include "civil.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MINUTE_US	(60 * CIVIL_US)
#define HOUR_US		(3600 * CIVIL_US)
#define DAY_US		(CIVIL_DAY_S * CIVIL_US)
#define DURATION_MAX_US (366 * DAY_US)
#define DATE_BYTES	24 /* of a date of any year, and a NUL */

/* Largest first: the order in which they must stand. */
static const struct unit {
	const char *name;
	int64_t us;
} units[] = {{"d", DAY_US}, {"h", HOUR_US}, {"min", MINUTE_US}, {"s", CIVIL_US}, {"ms", 1000}};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits; moves *text behind them. */
static bool take_digits(const char **text, int n, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!is_digit((*text)[i]))
			return false;
		value = value * 10 + ((*text)[i] - '0');
	}
	*text += n;
	*ret = value;
	return true;
}

static bool take_char(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool take_date(const char **text, bool with_year, struct civil_date *ret)
{
	int year = 0, month, day;

	if (with_year && (!take_digits(text, 4, &year) || year == 0 || !take_char(text, '-')))
		return false;
	if (!take_digits(text, 2, &month) || !take_char(text, '-') || !take_digits(text, 2, &day))
		return false;
	*ret = (struct civil_date){(int16_t)year, (int8_t)month, (int8_t)day};
	return civil_date_exists(*ret);
}

/* HH:MM or HH:MM:SS up to 24:00:00, as seconds. */
static bool take_time(const char **text, int32_t *ret_s)
{
	int hour, minute, second = 0;

	if (!take_digits(text, 2, &hour) || !take_char(text, ':') || !take_digits(text, 2, &minute))
		return false;
	if (take_char(text, ':') && !take_digits(text, 2, &second))
		return false;
	*ret_s = hour * 3600 + minute * 60 + second;
	return minute < 60 && second < 60 && *ret_s <= CIVIL_DAY_S;
}

int civil_parse_date(const char *text, bool yearly, struct civil_date *ret)
{
	bool with_year = !yearly || strlen(text) != strlen("06-01");
	struct civil_date date;

	if (!take_date(&text, with_year, &date) || *text)
		return -EINVAL;
	*ret = date;
	return 0;
}

int civil_parse_time(const char *text, bool midnight_ok, int32_t *ret_s)
{
	int32_t second;

	if (!take_time(&text, &second) || *text || (second == CIVIL_DAY_S && !midnight_ok))
		return -EINVAL;
	*ret_s = second;
	return 0;
}

/* A number that cannot be a duration of ours stays a number too large for one. */
static bool take_number(const char **text, int64_t *ret)
{
	int64_t value = 0;

	if (!is_digit(**text))
		return false;
	for (; is_digit(**text); (*text)++) {
		if (value <= DURATION_MAX_US)
			value = value * 10 + (**text - '0');
	}
	*ret = value;
	return true;
}

/* The index of the unit at *text, not before 'from'; N_UNITS if there is none. */
static size_t take_unit(const char **text, size_t from)
{
	size_t n = 0;

	while ((*text)[n] >= 'a' && (*text)[n] <= 'z')
		n++;
	for (size_t i = from; i < N_UNITS; i++) {
		if (n > 0 && strlen(units[i].name) == n && memcmp(*text, units[i].name, n) == 0) {
			*text += n;
			return i;
		}
	}
	return N_UNITS;
}

int civil_parse_duration(const char *text, int64_t *ret_us)
{
	int64_t total_us = 0, value;
	size_t next = 0;

	do {
		size_t unit;

		if (!take_number(&text, &value))
			return -EINVAL;
		unit = take_unit(&text, next);
		if (unit == N_UNITS || value > (DURATION_MAX_US - total_us) / units[unit].us)
			return -EINVAL;
		total_us += value * units[unit].us;
		next = unit + 1;
	} while (*text);
	*ret_us = total_us;
	return 0;
}

int civil_parse_window(const char *text, int32_t *ret_from_s, int32_t *ret_until_s)
{
	int32_t from_s, until_s;

	if (!take_time(&text, &from_s) || from_s == CIVIL_DAY_S || !take_char(&text, '-') ||
	    !take_time(&text, &until_s) || *text || from_s == until_s)
		return -EINVAL;
	*ret_from_s = from_s;
	*ret_until_s = until_s < from_s ? until_s + CIVIL_DAY_S : until_s;
	return 0;
}

/* Up to six digits after a point, as microseconds: of the second, so there has to be one. */
static bool take_fraction(const char **text, const char *time, int64_t *ret_us)
{
	bool has_second = (size_t)(*text - time) == strlen("05:45:30");
	int64_t us = 0, scale = 100000;

	if (take_char(text, '.')) {
		if (!has_second || !is_digit(**text))
			return false;
		for (; is_digit(**text) && scale > 0; (*text)++, scale /= 10)
			us += (**text - '0') * scale;
	}
	*ret_us = us;
	return true;
}

/* "Z" or "+07:00" to the end of the text. */
static bool take_offset(const char **text, int32_t *ret_s)
{
	int sign = **text == '-' ? -1 : 1, hour = 0, minute = 0;

	if (!take_char(text, 'Z')) {
		if (!take_char(text, '+') && !take_char(text, '-'))
			return false;
		if (!take_digits(text, 2, &hour) || !take_char(text, ':') ||
		    !take_digits(text, 2, &minute) || hour > 23 || minute > 59)
			return false;
	}
	*ret_s = sign * (hour * 3600 + minute * 60);
	return **text == '\0';
}

int civil_parse_instant(const char *text, const struct zone *zone, int64_t *ret_us)
{
	struct civil_date date;
	struct civil at;
	int64_t fraction_us, utc_s;
	const char *time, *offset;
	int32_t offset_s;

	if (!take_date(&text, true, &date) || (!take_char(&text, 'T') && !take_char(&text, ' ')))
		return -EINVAL;
	time = text;
	if (!take_time(&text, &at.second) || at.second == CIVIL_DAY_S ||
	    !take_fraction(&text, time, &fraction_us))
		return -EINVAL;
	at.day = civil_day(date);
	offset = text; /* a bad one is an error, not a time of the zone */
	if (take_offset(&text, &offset_s))
		utc_s = (int64_t)at.day * CIVIL_DAY_S + at.second - offset_s;
	else if (*offset == '\0' && zone)
		zone_to_utc(zone, at, &utc_s);
	else
		return -EINVAL;
	*ret_us = utc_s * CIVIL_US + fraction_us;
	return 0;
}

/*
 * The last n digits of value; returns their end. The plan of a busy year has 110,000 instants, and
 * snprintf took a tenth of its time.
 */
static char *put_digits(char *to, int value, size_t n)
{
	for (size_t i = n; i > 0; i--, value /= 10)
		to[i - 1] = (char)('0' + value % 10);
	return to + n;
}

static char *put_pair(char *to, int value, char after)
{
	to = put_digits(to, value, 2);
	*to = after;
	return to + 1;
}

/* Returns the end, without a NUL. n is enough for any year. */
static char *put_date(char *to, size_t n, int32_t day)
{
	struct civil_date date = civil_date_of(day);

	if (date.year < 0 || date.year > 9999)
		return to + snprintf(to, n, "%04d-%02d-%02d", date.year, date.month, date.day);
	to = put_digits(to, date.year, 4);
	*to++ = '-';
	to = put_pair(to, date.month, '-');
	return put_digits(to, date.day, 2);
}

void civil_print_date(char *text, size_t n, int32_t day)
{
	char line[DATE_BYTES];

	*put_date(line, sizeof(line), day) = '\0';
	snprintf(text, n, "%s", line);
}

void civil_print_time(char *text, size_t n, int32_t second)
{
	snprintf(text, n, "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
}

void civil_print_duration(char *text, size_t n, int64_t us)
{
	char line[64] = "0s";
	size_t used = 0;

	if (us <= -1000)
		line[used++] = '-';
	us = us < 0 ? -(us / 1000 * 1000) : us;
	for (size_t i = 0; i < N_UNITS; i++) {
		int64_t count = us / units[i].us;

		us %= units[i].us;
		if (count > 0)
			used += (size_t)snprintf(line + used, sizeof(line) - used, "%lld%s",
						 (long long)count, units[i].name);
	}
	snprintf(text, n, "%s", line);
}

void civil_print_instant(char *text, size_t n, const struct zone *zone, int64_t us, int digits)
{
	int64_t utc_s = us / CIVIL_US - (us % CIVIL_US < 0);
	int ms = (int)((us - utc_s * CIVIL_US) / 1000);
	int32_t offset_s = zone ? zone_offset(zone, utc_s) : 0;
	/* The format has no seconds of offset (Monrovia had some until 1972): leave them off both
	 * sides, and the text still names the exact instant. */
	int32_t minutes = offset_s / 60;
	int64_t local_s = utc_s + (int64_t)minutes * 60;
	int64_t second = (local_s % CIVIL_DAY_S + CIVIL_DAY_S) % CIVIL_DAY_S;
	char line[DATE_BYTES + sizeof("T05:45:00.000+07:00")], *to = line;

	to = put_date(to, DATE_BYTES, (int32_t)((local_s - second) / CIVIL_DAY_S));
	*to++ = 'T';
	to = put_pair(to, (int)(second / 3600), ':');
	to = put_pair(to, (int)(second / 60 % 60), ':');
	to = put_digits(to, (int)(second % 60), 2);
	if (digits == 3) {
		*to++ = '.';
		to = put_digits(to, ms, 3);
	}
	*to++ = minutes < 0 ? '-' : '+';
	to = put_pair(to, (minutes < 0 ? -minutes : minutes) / 60, ':');
	put_pair(to, (minutes < 0 ? -minutes : minutes) % 60, '\0');
	snprintf(text, n, "%s", line);
}
