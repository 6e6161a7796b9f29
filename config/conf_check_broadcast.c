/* SPDX-License-Identifier: MIT */
/* One broadcast: when, what, how. */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "limit.h"
#include "words.h"

#define SECOND_US CIVIL_US
#define DAY_US	  (CIVIL_DAY_S * CIVIL_US)
#define DATES_MAX 400 /* in one list: more than a year of days */

static int compare_times(const void *left, const void *right)
{
	const int32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static void too_long_list(struct check *check, const struct draft_section *section,
			  const struct draft_option *option, int limit)
{
	check_error(check, "too-many", section, option->line,
		    _("the list of '%s' in %s has more than %d entries; shorten it"),
		    option->key->name, check_label(check, section), limit);
}

static void check_at(struct check *check, const struct draft_section *section,
		     struct plan_broadcast *broadcast)
{
	const struct draft_option *option = draft_option(section, "at");
	size_t n = 0, unique = 0;
	int32_t *times;

	if (!option)
		return;
	if (option->n > LIMIT_TIMES) {
		too_long_list(check, section, option, LIMIT_TIMES);
		return;
	}
	times = check_take(check, option->n, sizeof(*times));
	for (const struct draft_value *value = option->first; times && value; value = value->next)
		if (civil_parse_time(value->text, false, &times[n]) == 0)
			n++;
		else
			check_error(check, "bad-time", section, value->line,
				    _("at: '%s' is not a time of day; write HH:MM from 00:00 to "
				      "23:59, for example \"05:45\""),
				    value->text);
	if (n > 1)
		qsort(times, n, sizeof(*times), compare_times);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || times[i] != times[i - 1])
			times[unique++] = times[i];
	broadcast->at_s = times;
	broadcast->n_at = unique;
}

static void missing_half(struct check *check, const struct draft_section *section,
			 const char *there, const char *missing, const char *example)
{
	check_error(check, "missing-option", section, value_line(section, there),
		    _("'%s' needs '%s' beside it; add for example %s = \"%s\""), there, missing,
		    missing, example);
}

static void check_every(struct check *check, const struct draft_section *section,
			struct plan_broadcast *broadcast)
{
	bool every = value_given(section, "every"), between = value_given(section, "between");
	int line = value_line(section, "every");
	int32_t from, until;
	int64_t us;

	if (every && !between && !section->spoiled)
		missing_half(check, section, "every", "between", "11:00-11:30");
	if (between && !every && !section->spoiled)
		missing_half(check, section, "between", "every", "15min");
	if (between && civil_parse_window(value_raw(section, "between"), &from, &until) < 0) {
		check_error(check, "bad-window", section, value_line(section, "between"),
			    _("between: '%s' is not a window of time; write for example "
			      "\"11:00-11:30\""),
			    value_raw(section, "between"));
		return;
	}
	if (!every || !between)
		return;
	us = value_duration(check, section, "every", SECOND_US, DAY_US);
	if (us == 0)
		return;
	if (us % SECOND_US != 0) {
		check_error(check, "bad-duration", section, line,
			    _("every = \"%s\" must be whole seconds"), value_raw(section, "every"));
		return;
	}
	if ((until - from) / (us / SECOND_US) >= LIMIT_TIMES) {
		check_error(check, "too-many", section, line,
			    _("every = \"%s\" gives more than %d starts a day; make it longer"),
			    value_raw(section, "every"), LIMIT_TIMES);
		return;
	}
	broadcast->every_s = (int32_t)(us / SECOND_US);
	broadcast->from_s = from;
	broadcast->until_s = until;
}

static void check_dates(struct check *check, const struct draft_section *section, const char *key,
			struct civil_date **ret, size_t *ret_n)
{
	const struct draft_option *option = draft_option(section, key);
	struct civil_date *dates;
	size_t n = 0;

	if (!option)
		return;
	if (option->n > DATES_MAX) {
		too_long_list(check, section, option, DATES_MAX);
		return;
	}
	if (option->n == 0 && strcmp(key, "dates") == 0)
		check_error(check, "bad-date", section, option->line,
			    _("'%s' is empty; name at least one date, or remove it"), key);
	dates = check_take(check, option->n, sizeof(*dates));
	for (const struct draft_value *value = option->first; dates && value; value = value->next)
		n += check_date(check, section, key, value, true, &dates[n]);
	*ret = dates;
	*ret_n = n;
}

/* Clips of one round of the items, at most. */
static size_t count_clips(const struct plan_campaign *campaign,
			  const struct plan_broadcast *broadcast)
{
	size_t n = 0;

	for (size_t i = 0; i < broadcast->n_items; i++) {
		const struct plan_playlist *playlist =
			broadcast->items[i].playlist
				? &campaign->playlists[broadcast->items[i].index]
				: NULL;

		if (!playlist)
			n++;
		else if (playlist->order == ORDER_ALL || playlist->take > playlist->n_clips)
			n += playlist->n_clips;
		else
			n += playlist->take;
	}
	return n;
}

static void check_play(struct check *check, const struct plan_campaign *campaign,
		       const struct draft_section *section, struct plan_broadcast *broadcast)
{
	const struct draft_option *option = draft_option(section, "play");
	struct check_scope scope = {section, campaign};

	if (!option && section->spoiled)
		return;
	if (!option || option->n == 0) {
		check_error(check, "missing-option", section, value_line(section, "play"),
			    _("broadcast '%s' plays nothing; add play = {\"...\"} with clips or "
			      "playlists"),
			    section->title);
		return;
	}
	broadcast->items = check_take(check, option->n, sizeof(*broadcast->items));
	for (const struct draft_value *value = option->first; value && broadcast->items;
	     value = value->next)
		broadcast->n_items += check_item(check, &scope, "play", value,
						 &broadcast->items[broadcast->n_items]);
	if (count_clips(campaign, broadcast) * broadcast->repeat > LIMIT_ITEMS)
		check_error(
			check, "too-many", section, option->line,
			_("broadcast '%s' would play more than %d clips at a time; take fewer or "
			  "repeat less"),
			section->title, LIMIT_ITEMS);
}

static void check_manner(struct check *check, const struct draft_section *section,
			 struct plan_broadcast *broadcast)
{
	static const char *const classes[] = {"normal", "priority", "emergency", NULL};
	static const char *const interrupts[] = {"never", "after-clip", "now", NULL};
	static const char *const resumes[] = {"clip", "next", "no", NULL};
	static const enum plan_class class[] = {CLASS_NORMAL, CLASS_PRIORITY, CLASS_EMERGENCY};
	static const enum plan_interrupt interrupt[] = {INTERRUPT_NEVER, INTERRUPT_AFTER_CLIP,
							INTERRUPT_NOW};
	static const enum plan_resume resume[] = {RESUME_CLIP, RESUME_NEXT, RESUME_NO};

	broadcast->class = class[value_word(check, section, "class", classes)];
	if (broadcast->class == CLASS_EMERGENCY)
		check_error(
			check, "emergency-scheduled", section, value_line(section, "class"),
			_("broadcast '%s' is an emergency, which is never on the schedule; write "
			  "class = \"priority\", and start emergencies by hand"),
			section->title);
	broadcast->interrupt =
		broadcast->class == CLASS_NORMAL ? INTERRUPT_NEVER : INTERRUPT_AFTER_CLIP;
	if (value_given(section, "interrupt"))
		broadcast->interrupt =
			interrupt[value_word(check, section, "interrupt", interrupts)];
	broadcast->resume = resume[value_word(check, section, "resume", resumes)];
	broadcast->gap_us = value_duration(check, section, "gap", 0, DAY_US);
	broadcast->late_us = value_duration(check, section, "late", 0, DAY_US);
	broadcast->volume_db =
		value_number(check, section, "volume", (struct value_range){-60, 12, .unit = "dB"});
	broadcast->enabled = value_flag(check, section, "enabled");
}

/* Only where everything else was understood: else this would be a second fault of one mistake. */
static void check_airs(struct check *check, const struct plan_campaign *campaign,
		       const struct draft_section *section, const struct plan_broadcast *broadcast)
{
	const char *key = broadcast->n_dates ? "dates" : broadcast->n_except ? "except" : "days";

	if (!broadcast->enabled || section->spoiled || section->parent->spoiled)
		return;
	if (broadcast->n_at == 0 && broadcast->every_s == 0)
		check_error(check, "never-airs", section, value_line(section, "at"),
			    _("broadcast '%s' has no time; add at = {\"05:45\"}, or 'every' with "
			      "'between'"),
			    section->title);
	else if (!conf_can_air(campaign, broadcast))
		check_error(
			check, "never-airs", section, value_line(section, key),
			_("broadcast '%s' can never air: no day of the campaign (%s to %s) fits "
			  "its 'days', 'dates' and 'except'; correct one of them, or write "
			  "enabled = false"),
			section->title, value_raw(section->parent, "from"),
			value_raw(section->parent, "until"));
}

static size_t count_errors(const struct check *check)
{
	return check->faults->n + check->faults->cut;
}

void check_broadcast(struct check *check, size_t campaign, const struct draft_section *section,
		     struct plan_broadcast *ret)
{
	const struct plan_campaign *parent = &check->plan->campaigns[campaign];
	size_t before = count_errors(check);

	ret->name = check_keep(check, section->title);
	ret->title = check_keep(check, value_text(check, section, "title", LIMIT_TEXT));
	check_at(check, section, ret);
	check_every(check, section, ret);
	ret->days = value_days(check, section, "days");
	check_dates(check, section, "dates", &ret->dates, &ret->n_dates);
	check_dates(check, section, "except", &ret->except, &ret->n_except);
	ret->repeat = (unsigned)value_number(
		check, section, "repeat", (struct value_range){1, 100, .whole = true, .unit = ""});
	check_manner(check, section, ret);
	if (count_errors(check) == before)
		check_airs(check, parent, section, ret);
	check_play(check, parent, section, ret);
}
