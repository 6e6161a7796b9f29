/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "command.h"

#define TEST_CLIP "test-tone"

static struct report_clip *clip_of(struct report *report, const char *name)
{
	struct report_clip *clips;

	for (size_t i = 0; i < report->n_clips; i++)
		if (strcmp(report->clips[i].name, name) == 0)
			return &report->clips[i];
	clips = reallocarray(report->clips, report->n_clips + 1, sizeof(*clips));
	if (!clips)
		return NULL;
	report->clips = clips;
	memset(&clips[report->n_clips], 0, sizeof(*clips));
	snprintf(clips[report->n_clips].name, LIMIT_NAME, "%s", name);
	return &clips[report->n_clips++];
}

static int keep(struct report_line **lines, size_t *n, const json_t *row)
{
	struct report_line *more = reallocarray(*lines, *n + 1, sizeof(**lines));

	if (!more)
		return complain_memory();
	*lines = more;
	more[(*n)++].row = json_incref((json_t *)row);
	return EXIT_DONE;
}

/* The day of the month by the station's own clock: the row's local time begins with its date. */
static int day_of(const struct report *report, const json_t *row)
{
	const char *at = ask_text(row, "at");
	int year, month, day;

	if (sscanf(at, "%d-%d-%d", &year, &month, &day) != 3 || year != report->year ||
	    month != report->month || day < 1 || day > report->n_days)
		return -1;
	return day - 1;
}

static bool is_test(const json_t *row)
{
	const json_t *items = json_object_get(row, "items");
	const char *only = json_string_value(json_array_get(items, 0));

	return json_array_size(items) == 1 && only && strcmp(only, TEST_CLIP) == 0 &&
	       ask_text(row, "broadcast")[0] == '\0';
}

static int count_sound(struct report *report, const json_t *row, double *ret_seconds)
{
	const json_t *heard;
	size_t i;

	json_array_foreach(json_object_get(row, "proof"), i, heard)
	{
		struct report_clip *clip = clip_of(report, ask_text(heard, "clip"));
		double rate = (double)ask_number(heard, "rate"), seconds;

		if (!clip)
			return complain_memory();
		seconds = rate > 0 ? (double)ask_number(heard, "frames") / rate : 0;
		clip->seconds += seconds;
		*ret_seconds += seconds;
		if (json_is_true(json_object_get(heard, "whole")))
			clip->plays++;
		else
			clip->partly++;
	}
	return EXIT_DONE;
}

static void count_outcome(struct report *report, const char *outcome)
{
	const struct {
		const char *name;
		unsigned *counter;
	} counters[] = {
		{"played", &report->played},   {"late", &report->late},
		{"partial", &report->partial}, {"refused", &report->refused},
		{"missed", &report->missed},   {"failed", &report->failed},
		{"open", &report->open},
	};

	report->due++;
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (strcmp(counters[i].name, outcome) == 0)
			++*counters[i].counter;
}

int report_take(void *context, const json_t *row)
{
	struct report *report = context;
	const char *outcome = ask_text(row, "outcome");
	bool by_hand = strcmp(ask_text(row, "trigger"), "schedule") != 0;
	double seconds = 0;
	int day = day_of(report, row), r;

	if (day < 0 || json_is_true(json_object_get(row, "pretended")) || is_test(row))
		return EXIT_DONE;
	r = count_sound(report, row, &seconds);
	if (r != EXIT_DONE)
		return r;
	if (seconds > 0)
		report->sessions[day]++;
	report->seconds[day] += seconds;
	report->all_seconds += seconds;
	if (by_hand) {
		report->by_hand++;
		return keep(&report->hands, &report->n_hands, row);
	}
	count_outcome(report, outcome);
	if (strcmp(outcome, "played") == 0 || strcmp(outcome, "open") == 0)
		return EXIT_DONE;
	return keep(&report->lines, &report->n_lines, row);
}

static int by_plays(const void *a, const void *b)
{
	const struct report_clip *x = a, *y = b;

	if (x->plays != y->plays)
		return x->plays < y->plays ? 1 : -1;
	return strcmp(x->name, y->name);
}

void report_sort(struct report *report)
{
	if (report->n_clips > 1)
		qsort(report->clips, report->n_clips, sizeof(*report->clips), by_plays);
}

void report_done(struct report *report)
{
	for (size_t i = 0; i < report->n_lines; i++)
		json_decref(report->lines[i].row);
	for (size_t i = 0; i < report->n_hands; i++)
		json_decref(report->hands[i].row);
	free(report->lines);
	free(report->hands);
	free(report->clips);
	memset(report, 0, sizeof(*report));
}

const char *report_title(const struct plan *plan, const char *name)
{
	const struct plan_clip *clip = plan ? plan_find_clip(plan, name) : NULL;

	return clip && clip->title[0] ? clip->title : name;
}

const char *report_broadcast(const struct plan *plan, const json_t *row)
{
	const char *name = ask_text(row, "broadcast");
	const char *first = json_string_value(json_array_get(json_object_get(row, "items"), 0));
	char whole[2 * LIMIT_NAME];
	size_t campaign, broadcast;

	if (!name[0]) /* clips by hand */
		return report_title(plan, first ? first : "");
	snprintf(whole, sizeof(whole), "%s/%s", ask_text(row, "campaign"), name);
	if (plan && plan_find_broadcast(plan, whole, &campaign, &broadcast) >= 0 &&
	    plan->campaigns[campaign].broadcasts[broadcast].title[0])
		return plan->campaigns[campaign].broadcasts[broadcast].title;
	return name;
}
