/* SPDX-License-Identifier: MIT */
/* The report's figures for a spreadsheet: one table, the first column says of what a line is. */
#include "report.h"

#include "ask.h"
#include "log_print.h"

static void put_day(FILE *out, const struct report *report, int day)
{
	fprintf(out, "day,%04d-%02d-%02d,,%u,%.2f,\r\n", report->year, report->month, day + 1,
		report->sessions[day], report->seconds[day] / 60);
}

static void put_sum(FILE *out, const char *what, unsigned n)
{
	fprintf(out, "sum,%s,,%u,,\r\n", what, n);
}

static void put_row(FILE *out, const char *kind, const json_t *row, const struct plan *plan)
{
	const char *who = ask_text(row, "who");

	fprintf(out, "%s,%.16s,", kind, ask_text(row, "at"));
	log_print_csv_text(out, report_broadcast(plan, row));
	fprintf(out, ",,,");
	log_print_csv_text(out, who[0] ? who : ask_text(row, "outcome"));
	fputc(' ', out);
	fputs(ask_text(row, "reason"), out);
	fputs("\r\n", out);
}

void report_csv(FILE *out, const struct report *report, const struct report_form *form)
{
	fputs("kind,what,title,number,minutes,reason\r\n", out);
	put_sum(out, "due", report->due);
	put_sum(out, "played", report->played);
	put_sum(out, "late", report->late);
	put_sum(out, "partial", report->partial);
	put_sum(out, "refused", report->refused);
	put_sum(out, "missed", report->missed);
	put_sum(out, "failed", report->failed);
	put_sum(out, "open", report->open);
	put_sum(out, "by-hand", report->by_hand);
	for (int day = 0; day < report->n_days; day++)
		put_day(out, report, day);
	for (size_t i = 0; i < report->n_clips; i++) {
		const struct report_clip *clip = &report->clips[i];

		fprintf(out, "message,%s,", clip->name);
		log_print_csv_text(out, report_title(form->plan, clip->name));
		fprintf(out, ",%u,%.2f,\r\n", clip->plays, clip->seconds / 60);
	}
	for (size_t i = 0; i < report->n_lines; i++)
		put_row(out, "not-as-planned", report->lines[i].row, form->plan);
	for (size_t i = 0; i < report->n_hands; i++)
		put_row(out, "by-hand", report->hands[i].row, form->plan);
	fprintf(out, "proof,%s,,%lld,,%s\r\n", form->head, form->events,
		form->intact ? "intact" : "broken");
}
