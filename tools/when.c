/* SPDX-License-Identifier: MIT */
#include "when.h"

#include <errno.h>
#include <string.h>

#include "command.h"
#include "words.h"

int when_day(const char *text, int32_t today, int32_t *ret)
{
	static const struct {
		const char *word;
		int32_t days;
	} words_of_day[] = {{"today", 0}, {"tomorrow", 1}, {"yesterday", -1}};
	struct civil_date date;

	for (size_t i = 0; i < sizeof(words_of_day) / sizeof(words_of_day[0]); i++) {
		if (strcmp(text, words_of_day[i].word) == 0) {
			*ret = today + words_of_day[i].days;
			return 0;
		}
	}
	if (civil_parse_date(text, false, &date) < 0)
		return -EINVAL;
	*ret = civil_day(date);
	return 0;
}

/* "2024-06-01 05:45", "today 05:45:30", "2024-06-01T05:45" */
static int day_and_time(const char *text, int32_t today, struct civil *ret)
{
	char day[16];
	size_t n = strcspn(text, " T");

	if (text[n] == '\0' || n >= sizeof(day))
		return -EINVAL;
	memcpy(day, text, n);
	day[n] = '\0';
	if (when_day(day, today, &ret->day) < 0)
		return -EINVAL;
	return civil_parse_time(text + n + 1, false, &ret->second);
}

static int read_time(const char *text, const struct zone *zone, int32_t today, int64_t *ret_us,
		     enum civil_fit *ret_fit)
{
	struct civil at = {.day = today};
	int64_t utc_s;

	*ret_fit = CIVIL_PLAIN;
	if (civil_parse_time(text, false, &at.second) < 0 && day_and_time(text, today, &at) < 0)
		return civil_parse_instant(text, NULL, ret_us);
	*ret_fit = zone_to_utc(zone, at, &utc_s);
	*ret_us = utc_s * CIVIL_US;
	return 0;
}

int when_time(const char *text, const struct zone *zone, int32_t today, int64_t *ret_us)
{
	enum civil_fit fit;

	return read_time(text, zone, today, ret_us, &fit);
}

int when_exact(const char *text, const struct zone *zone, int32_t today, int64_t *ret_us)
{
	enum civil_fit fit;
	int64_t us;
	int error = read_time(text, zone, today, &us, &fit);

	if (error == 0 && fit == CIVIL_GAP)
		error = -ERANGE;
	else if (error == 0 && fit == CIVIL_FOLD)
		error = -ENOTUNIQ;
	else if (error == 0)
		*ret_us = us;
	return error;
}

bool when_has_day(const char *text)
{
	int32_t second;

	return civil_parse_time(text, false, &second) < 0;
}

void when_complain(const char *option, const char *text)
{
	complain(_("%s \"%s\" is not a date: write 2024-06-01, today or tomorrow"), option, text);
}

static int read_day(const char *option, const char *text, int32_t today, int32_t *day)
{
	if (!text || when_day(text, today, day) == 0)
		return 0;
	when_complain(option, text);
	return -EINVAL;
}

int when_range(const char *from, const char *until, int32_t today, int32_t n_days,
	       struct when_range *ret)
{
	struct when_range range = {.from = today};

	if (read_day("--from", from, today, &range.from) < 0)
		return -EINVAL;
	range.until = range.from + n_days - 1;
	if (read_day("--until", until, today, &range.until) < 0)
		return -EINVAL;
	if (range.until < range.from) {
		complain(_("--until is before --from: exchange them"));
		return -EINVAL;
	}
	if (range.until - range.from >= WHEN_DAYS_MAX) {
		complain(_("more than %d days are asked for: choose a shorter range"),
			 WHEN_DAYS_MAX);
		return -EINVAL;
	}
	*ret = range;
	return 0;
}

void when_range_us(const struct when_range *range, const struct zone *zone, int64_t *ret_from_us,
		   int64_t *ret_until_us)
{
	*ret_from_us = zone_day_start(zone, range->from) * CIVIL_US;
	*ret_until_us = zone_day_start(zone, range->until + 1) * CIVIL_US;
}
