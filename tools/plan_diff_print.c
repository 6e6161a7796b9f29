/* SPDX-License-Identifier: MIT */
#include "plan_diff.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "columns.h"
#include "json_line.h"
#include "phrases.h"
#include "plan_print.h"
#include "row_json.h"
#include "words.h"

#define ITEMS_SHOWN 4

static const char *const kind_codes[] = {"added", "removed", "moved", "changed"};

static void print_moment(char *text, size_t n, const struct zone *zone, int64_t us)
{
	struct civil at = zone_to_civil(zone, us / CIVIL_US);
	struct civil_date date = civil_date_of(at.day);
	char time[16];

	plan_print_time(time, sizeof(time), at.second);
	if (strcmp(words_language(), "vi") == 0)
		snprintf(text, n, "%02d/%02d %s", date.day, date.month, time);
	else
		snprintf(text, n, "%04d-%02d-%02d %s", date.year, date.month, date.day, time);
}

static const struct rehearsed *row_of(const struct plan_difference *difference)
{
	return difference->before ? difference->before : difference->after;
}

/* What became of a change: "nhac-hieu, ... plays" on either side of the arrow. */
static void print_change(FILE *out, const struct rehearsed *before, const struct rehearsed *after)
{
	char left[512], right[512];

	if (strcmp(before->items, after->items) != 0) {
		plan_print_items(left, sizeof(left), before->items, ITEMS_SHOWN);
		plan_print_items(right, sizeof(right), after->items, ITEMS_SHOWN);
	} else {
		plan_print_result(left, sizeof(left), before);
		plan_print_result(right, sizeof(right), after);
	}
	columns_clean(out, left);
	fputs(" -> ", out);
	columns_clean(out, right);
}

static void print_difference(FILE *out, const struct plan_difference *difference,
			     const struct plan *before, const struct plan *after)
{
	static const char *const kinds[] = {N_("added"), N_("removed"), N_("moved"), N_("changed")};
	const struct plan *plan = difference->before ? before : after;
	const struct rehearsed *row = row_of(difference);
	char moment[64], to[64], items[512];

	print_moment(moment, sizeof(moment), &plan->zone, row->at_us);
	fputs("  ", out);
	columns_put(out, words(kinds[difference->kind]), 10);
	columns_put(out, moment, 18);
	columns_put(out, rehearsed_title(plan, row), 0);
	fputs(": ", out);
	if (difference->kind == DIFF_MOVED) {
		print_moment(to, sizeof(to), &after->zone, difference->after->at_us);
		fprintf(out, _("now %s"), to);
	} else if (difference->kind == DIFF_CHANGED) {
		print_change(out, difference->before, difference->after);
	} else {
		plan_print_items(items, sizeof(items), row->items, ITEMS_SHOWN);
		columns_clean(out, items);
	}
	fputc('\n', out);
}

void plan_diff_print(FILE *out, const struct plan_diff *diff, const struct plan *before,
		     const struct plan *after)
{
	char moment[64];
	const struct plan_difference *first = diff->items;

	if (diff->n == 0) {
		fprintf(out, "%s\n", _("This change makes no difference to what is played."));
		return;
	}
	print_moment(moment, sizeof(moment), first->before ? &before->zone : &after->zone,
		     plan_diff_time(first));
	fprintf(out,
		_("This change adds %zu, removes %zu, moves %zu, changes %zu; "
		  "first difference %s"),
		diff->counts[DIFF_ADDED], diff->counts[DIFF_REMOVED], diff->counts[DIFF_MOVED],
		diff->counts[DIFF_CHANGED], moment);
	fputc('\n', out);
	for (size_t i = 0; i < diff->n; i++)
		print_difference(out, &diff->items[i], before, after);
}

static json_t *side_json(const struct rehearsed *row, const struct zone *zone)
{
	if (!row)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:s, s:s?}", "at", row_json_instant(zone, row->at_us, 0),
			 "start", row_json_instant(zone, row->started_us, 3), "items",
			 row_json_names(row->items), "outcome", asrun_outcome_name(row->outcome),
			 "reason", asrun_reason_code(row->reason));
}

json_t *plan_difference_json(const struct plan_difference *difference, const struct zone *zone)
{
	const struct rehearsed *row = row_of(difference);

	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "change", kind_codes[difference->kind],
			 "campaign", row->campaign, "broadcast", row->broadcast, "before",
			 side_json(difference->before, zone), "after",
			 side_json(difference->after, zone));
}

int plan_diff_print_json(FILE *out, const struct plan_diff *diff, const struct zone *zone)
{
	for (size_t i = 0; i < diff->n; i++) {
		json_t *line = plan_difference_json(&diff->items[i], zone);
		int r = line ? json_line(out, line, JSON_COMPACT) : -ENOMEM;

		json_decref(line);
		if (r < 0)
			return r;
	}
	return 0;
}
