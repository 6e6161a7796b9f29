/* SPDX-License-Identifier: MIT */
/* What the rehearsal shows: sound outside airtime, too many minutes, broadcasts that collide. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asrun.h"
#include "conf_check.h"
#include "rehearse.h"
#include "words.h"

#define ROWS_MAX     50000 /* rehearsed at most: a check must answer while somebody waits */
#define SOUNDING_MAX 64	   /* rows that are looked back at */
#define PAIRS_MAX    128

struct heard {
	size_t campaign, broadcast;
	int64_t planned_us, started_us, ended_us;
	bool refused; /* by the gate: it never wanted the loudspeaker */
};

struct rehearsal {
	struct check *check;
	size_t rows;
	size_t n_sounding;
	struct heard sounding[SOUNDING_MAX];
	size_t n_pairs;
	struct {
		const struct draft_section *a, *b;
	} pairs[PAIRS_MAX];
	const struct draft_section **outside, **minutes; /* told already */
	size_t n_outside, n_minutes;
};

static const struct draft_section *section_of(const struct check *check, const struct heard *heard)
{
	return check->broadcasts[heard->campaign][heard->broadcast];
}

/* The line of the value that gave this start: of 'at', or 'every'. */
static int time_line(const struct draft_section *section, int32_t second)
{
	const struct draft_option *option = draft_option(section, "at");
	const struct draft_value *value = option ? option->first : NULL;

	for (; value; value = value->next) {
		int32_t at;

		if (civil_parse_time(value->text, false, &at) == 0 && at == second)
			return value->line;
	}
	return value_line(section, value_given(section, "every") ? "every" : "at");
}

static int32_t local_second(const struct check *check, int64_t us)
{
	return zone_to_civil(&check->plan->zone, us / CIVIL_US).second;
}

struct when {
	char day[16], time[16];
};

static struct when when_of(const struct check *check, int64_t us)
{
	struct civil civil = zone_to_civil(&check->plan->zone, us / CIVIL_US);
	struct when when;

	civil_print_date(when.day, sizeof(when.day), civil.day);
	civil_print_time(when.time, sizeof(when.time), civil.second);
	return when;
}

static bool told(const struct draft_section **list, size_t *n, const struct draft_section *section)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i] == section)
			return true;
	list[(*n)++] = section;
	return false;
}

static void tell_outside(struct rehearsal *rehearsal, const struct heard *heard, bool ends)
{
	struct check *check = rehearsal->check;
	const struct draft_section *section = section_of(check, heard);
	struct when when = when_of(check, heard->planned_us);
	int line = time_line(section, local_second(check, heard->planned_us));

	if (told(rehearsal->outside, &rehearsal->n_outside, section))
		return;
	if (ends)
		check_warning(check, "outside-airtime", section, line,
			      _("broadcast '%s' at %s (%s) would not end within airtime and is cut "
				"short or not played; start it earlier, or change 'airtime'"),
			      section->title, when.time, when.day);
	else
		check_warning(
			check, "outside-airtime", section, line,
			_("broadcast '%s' at %s (%s) is outside airtime and will not be played; "
			  "move it, or change 'airtime'"),
			section->title, when.time, when.day);
}

static void tell_minutes(struct rehearsal *rehearsal, const struct heard *heard, bool day)
{
	struct check *check = rehearsal->check;
	const struct draft_section *section = section_of(check, heard);
	struct when when = when_of(check, heard->planned_us);

	if (told(rehearsal->minutes, &rehearsal->n_minutes, section))
		return;
	check_warning(
		check, "minutes", section,
		time_line(section, local_second(check, heard->planned_us)),
		_("broadcast '%s' at %s (%s) would exceed '%s' of airtime and is cut short or "
		  "not played; play less, or change '%s'"),
		section->title, when.time, when.day, day ? "day-max" : "session-max",
		day ? "day-max" : "session-max");
}

static bool new_pair(struct rehearsal *rehearsal, const struct draft_section *a,
		     const struct draft_section *b)
{
	for (size_t i = 0; i < rehearsal->n_pairs; i++)
		if ((rehearsal->pairs[i].a == a && rehearsal->pairs[i].b == b) ||
		    (rehearsal->pairs[i].a == b && rehearsal->pairs[i].b == a))
			return false;
	if (rehearsal->n_pairs == PAIRS_MAX)
		return false;
	rehearsal->pairs[rehearsal->n_pairs].a = a;
	rehearsal->pairs[rehearsal->n_pairs++].b = b;
	return true;
}

static void tell_overlap(struct rehearsal *rehearsal, const struct heard *first,
			 const struct heard *second)
{
	struct check *check = rehearsal->check;
	const struct draft_section *a = section_of(check, first), *b = section_of(check, second);
	struct when at = when_of(check, first->planned_us);
	struct when then = when_of(check, second->planned_us);
	int line = time_line(b, local_second(check, second->planned_us));

	if (!new_pair(rehearsal, a, b))
		return;
	if (a == b)
		check_warning(check, "overlap", b, line,
			      _("broadcast '%s' of %s is not over when its next start comes at %s "
				"(%s); space the starts further apart, or play less"),
			      b->title, at.time, then.time, then.day);
	else
		check_warning(
			check, "overlap", b, line,
			_("broadcasts '%s' at %s and '%s' at %s overlap (%s): one must wait for "
			  "the other; move one of them"),
			a->title, at.time, b->title, then.time, then.day);
}

/* At the start that was planned for one, the other is on air. */
static bool collide(const struct heard *first, const struct heard *second)
{
	if (first->refused || second->refused)
		return false;
	if (first->planned_us == second->planned_us)
		return true;
	return first->started_us && first->started_us <= second->planned_us &&
	       second->planned_us < first->ended_us;
}

static void look_back(struct rehearsal *rehearsal, const struct heard *heard)
{
	size_t kept = 0;

	for (size_t i = 0; i < rehearsal->n_sounding; i++) {
		const struct heard *other = &rehearsal->sounding[i];

		if (collide(other, heard))
			tell_overlap(rehearsal, other, heard);
		if (other->ended_us > heard->planned_us || other->planned_us == heard->planned_us)
			rehearsal->sounding[kept++] = *other;
	}
	if (kept == SOUNDING_MAX)
		memmove(rehearsal->sounding, rehearsal->sounding + 1,
			--kept * sizeof(rehearsal->sounding[0]));
	rehearsal->sounding[kept++] = *heard;
	rehearsal->n_sounding = kept;
}

static bool find_broadcast(const struct plan *plan, const struct asrun_row *row,
			   struct heard *heard)
{
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		const struct plan_campaign *campaign = &plan->campaigns[i];

		if (strcmp(campaign->name, row->opened.campaign) != 0)
			continue;
		for (size_t j = 0; j < campaign->n_broadcasts; j++)
			if (strcmp(campaign->broadcasts[j].name, row->opened.broadcast) == 0) {
				heard->campaign = i;
				heard->broadcast = j;
				return true;
			}
	}
	return false;
}

static int hear(void *context, const struct asrun_row *row)
{
	struct rehearsal *rehearsal = context;
	struct heard heard = {
		.planned_us = row->opened.planned_us,
		.started_us = row->started_us,
		.ended_us = row->ended_us,
	};

	if (!find_broadcast(rehearsal->check->plan, row, &heard))
		return 0;
	switch (row->reason) {
	case REASON_OUTSIDE_AIRTIME:
	case REASON_ENDS_OUTSIDE:
	case REASON_HARD_STOP:
		tell_outside(rehearsal, &heard, row->reason != REASON_OUTSIDE_AIRTIME);
		heard.refused = row->outcome == OUTCOME_REFUSED;
		break;
	case REASON_SESSION_FULL:
	case REASON_DAY_FULL:
		tell_minutes(rehearsal, &heard, row->reason == REASON_DAY_FULL);
		heard.refused = row->outcome == OUTCOME_REFUSED;
		break;
	default:
		break;
	}
	look_back(rehearsal, &heard);
	return ++rehearsal->rows >= ROWS_MAX || rehearsal->check->faults->cut;
}

int warn_rehearsed(struct check *check, int64_t from_us, int64_t until_us)
{
	struct rehearse_options options = {
		.plan = check->plan, .from_us = from_us, .until_us = until_us};
	struct rehearsal *rehearsal = calloc(1, sizeof(*rehearsal));
	size_t n = 0;
	int error;

	for (size_t i = 0; i < check->plan->n_campaigns; i++)
		n += check->plan->campaigns[i].n_broadcasts;
	if (!rehearsal)
		return -ENOMEM;
	rehearsal->check = check;
	rehearsal->outside = arena_take(check->arena, (n + 1) * sizeof(*rehearsal->outside));
	rehearsal->minutes = arena_take(check->arena, (n + 1) * sizeof(*rehearsal->minutes));
	error = rehearsal->outside && rehearsal->minutes ? rehearse_run(&options, hear, rehearsal)
							 : -ENOMEM;
	free(rehearsal);
	return error < 0 ? error : 0;
}
