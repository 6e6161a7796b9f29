/* SPDX-License-Identifier: MIT */
#include "log_print.h"

#include <string.h>

#include "ask.h"
#include "civil.h"
#include "columns.h"
#include "json_line.h"
#include "phrases.h"
#include "words.h"

#define NAME_COLUMNS 28

static const char *const outcome_codes[] = {"played", "late",	"partial", "refused",
					    "missed", "failed", "open"};
#define N_OUTCOMES (sizeof(outcome_codes) / sizeof(outcome_codes[0]))

/* What was sent: the broadcast, or the clips of a play by hand. */
static void print_name(char *text, size_t n, const json_t *row)
{
	const json_t *item;
	size_t i, used = 0;

	snprintf(text, n, "%s", ask_text(row, "broadcast"));
	if (text[0])
		return;
	json_array_foreach(json_object_get(row, "items"), i, item)
	{
		int length = snprintf(text + used, n - used, "%s%s", i ? ", " : "",
				      json_string_value(item));

		used += length > 0 ? (size_t)length : 0;
		if (used >= n)
			return;
	}
}

/* Of what the card took: between start and end the clock may have been set. */
static void print_length(char *text, size_t n, const json_t *row)
{
	const json_t *heard;
	int64_t us = 0;
	size_t i;

	json_array_foreach(json_object_get(row, "proof"), i, heard)
	{
		int64_t rate = ask_number(heard, "rate");

		us += rate > 0 ? ask_number(heard, "frames") * CIVIL_US / rate : 0;
	}
	if (us > 0)
		phrase_length(text, n, us);
	else
		snprintf(text, n, "-");
}

/* By whom, unless the schedule did it; and what a reader must not overlook. */
static void print_marks(FILE *out, const json_t *row)
{
	const char *trigger = ask_text(row, "trigger"), *who = ask_text(row, "who");
	const char *why = ask_text(row, "why");

	if (trigger[0] && strcmp(trigger, "schedule") != 0) {
		fprintf(out, "  [%s", phrase_trigger(trigger));
		if (who[0]) {
			fputs(": ", out);
			columns_clean(out, who);
		}
		fputc(']', out);
	}
	if (why[0]) {
		fputs("  \"", out);
		columns_clean(out, why);
		fputc('"', out);
	}
	if (strcmp(ask_text(row, "class"), "emergency") == 0)
		fprintf(out, "  [%s]", phrase_class("emergency"));
	if (json_is_true(json_object_get(row, "pretended")))
		fprintf(out, "  [%s]", _("pretended"));
	if (json_is_true(json_object_get(row, "airtime_unknown")))
		fprintf(out, "  [%s]", _("airtime unknown"));
	if (json_is_false(json_object_get(row, "durable")))
		fprintf(out, "  [%s]", _("not confirmed by the disk"));
}

static void print_rest(FILE *out, const json_t *row)
{
	char name[512], length[24], result[512];

	print_name(name, sizeof(name), row);
	print_length(length, sizeof(length), row);
	phrase_result(result, sizeof(result), phrase_outcome(ask_text(row, "outcome")),
		      ask_text(row, "reason"));
	columns_put(out, name, NAME_COLUMNS);
	columns_put_right(out, length, 7);
	fputs("  ", out);
	columns_clean(out, result);
	print_marks(out, row);
	fputc('\n', out);
}

/* "2024-06-01T05:45:00+07:00": the first ten are the day, then the time of day. */
static void split(const char *at, char *day, size_t n_day, char *time, size_t n_time)
{
	snprintf(day, n_day, "%.10s", at);
	snprintf(time, n_time, "%.8s", strlen(at) >= 19 ? at + 11 : "");
}

void log_print_line(FILE *out, const json_t *row)
{
	char day[16], time[16];

	split(ask_text(row, "at"), day, sizeof(day), time, sizeof(time));
	fprintf(out, "  %s %s  ", day, time);
	print_rest(out, row);
}

static void print_heading(FILE *out, const char *day)
{
	struct civil_date date;
	char heading[64];

	if (civil_parse_date(day, false, &date) < 0)
		return;
	phrase_day(heading, sizeof(heading), civil_day(date));
	fprintf(out, "%s\n", heading);
}

/* The heading where a new day begins, and the time of day. */
static void print_at(struct log_page *page, const json_t *row)
{
	char day[16], time[16];

	split(ask_text(row, "at"), day, sizeof(day), time, sizeof(time));
	if (strcmp(day, page->day) != 0) {
		memcpy(page->day, day, sizeof(day));
		print_heading(page->out, day);
	}
	fprintf(page->out, "  %s  ", time);
}

int log_print_row(void *context, const json_t *row)
{
	struct log_page *page = context;

	print_at(page, row);
	print_rest(page->out, row);
	page->n++;
	for (size_t i = 0; i < N_OUTCOMES; i++)
		page->outcomes[i] += strcmp(outcome_codes[i], ask_text(row, "outcome")) == 0;
	return 0;
}

void log_print_sum(const struct log_page *page)
{
	const char *before = ": ";

	if (page->n == 0) {
		fprintf(page->out, "%s\n", _("The log has no rows for this time."));
		return;
	}
	fprintf(page->out, page->n == 1 ? _("1 row") : _("%zu rows"), page->n);
	for (size_t i = 0; i < N_OUTCOMES; i++) {
		if (page->outcomes[i] == 0)
			continue;
		fprintf(page->out, "%s%s %zu", before, phrase_outcome(outcome_codes[i]),
			page->outcomes[i]);
		before = ", ";
	}
	fputc('\n', page->out);
}

/* Of the clock's notes "who" is the state of the clock, and "why" the reason for it. */
static void print_note_clock(FILE *out, const char *state, const char *reason)
{
	fprintf(out, "  %s", phrase_clock(state));
	if (reason[0])
		fprintf(out, " (%s)", phrase_clock_reason(reason));
}

static void print_note_hand(FILE *out, const char *who, const char *why)
{
	if (who[0]) {
		fputs("  [", out);
		columns_clean(out, who);
		fputc(']', out);
	}
	if (why[0]) {
		fputs("  \"", out);
		columns_clean(out, why);
		fputc('"', out);
	}
}

int log_print_note(void *context, const json_t *note)
{
	struct log_page *page = context;
	const char *what = ask_text(note, "what"), *until = ask_text(note, "until");
	char day[16], time[16];

	print_at(page, note);
	columns_put(page->out, phrase_note(what), NAME_COLUMNS);
	if (until[0] && strcmp(what, "pause") == 0) {
		split(until, day, sizeof(day), time, sizeof(time));
		fputs("  ", page->out);
		fprintf(page->out, _("until %s"), day);
		fprintf(page->out, " %.5s", time);
	}
	if (strcmp(what, "clock") == 0)
		print_note_clock(page->out, ask_text(note, "who"), ask_text(note, "why"));
	else
		print_note_hand(page->out, ask_text(note, "who"), ask_text(note, "why"));
	if (json_is_true(json_object_get(note, "pretended")))
		fprintf(page->out, "  [%s]", _("pretended"));
	fputc('\n', page->out);
	page->n++;
	return 0;
}

void log_print_notes_sum(const struct log_page *page)
{
	if (page->n == 0)
		fputs(_("The log has no notes for this time."), page->out);
	else
		fprintf(page->out, page->n == 1 ? _("1 note") : _("%zu notes"), page->n);
	fputc('\n', page->out);
}

int log_print_json(void *out, const json_t *row)
{
	return json_line(out, row, JSON_COMPACT | JSON_REAL_PRECISION(6));
}
