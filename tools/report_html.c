/* SPDX-License-Identifier: MIT */
/*
 * The monthly report as one page of A4, in the form of Decree 30/2020/ND-CP: national title,
 * issuing body, number, place and date, subject, body, recipients, signer. No script, nothing from
 * elsewhere; drawings are inline and readable in black and white.
 */
#include "report.h"

#include <string.h>

#include "ask.h"
#include "phrases.h"
#include "words.h"

#define LINES_MOST 30 /* of a table, so that the report stays on a few pages; the CSV has all */
#define DOTS	   "…………………"

static const char style[] =
	"@page{size:A4;margin:20mm 20mm 20mm 30mm}"
	"body{font:14pt/1.35 'Times New Roman',Tinos,'Liberation Serif',serif;color:#000;"
	"max-width:160mm;margin:8mm auto;padding:0 4mm}"
	".head,.foot{display:flex;justify-content:space-between;gap:4mm;text-align:center}"
	".head{font-size:12pt}.head>*{flex:1}.head "
	".state{flex:none;white-space:nowrap}p{margin:1.5mm 0}"
	".as{white-space:pre-wrap}.b{font-weight:bold}.i{font-style:italic}.line{border-bottom:1px "
	"solid #000;width:45%;"
	"margin:1mm auto 0}"
	"h1{font-size:14pt;text-align:center;margin:6mm 0 0}"
	"h2{font-size:14pt;margin:4mm 0 1mm}.subject{text-align:center;font-weight:bold;margin:0 0 "
	"4mm}"
	"table{border-collapse:collapse;width:100%;font-size:12pt;margin:2mm 0}"
	"th,td{border:1px solid #000;padding:.6mm 1.5mm;text-align:left;vertical-align:top}"
	"td.n,th.n{text-align:right;white-space:nowrap}tr{break-inside:avoid}"
	".alarm{border:2px solid #000;padding:2mm;font-weight:bold}"
	"svg{width:100%;height:auto}.foot{margin-top:6mm;break-inside:avoid}"
	".foot .to{text-align:left;font-size:11pt;flex:1}.foot .sign{flex:1.2}.space{height:22mm}"
	".proof{font-size:9pt;margin-top:6mm;border-top:1px solid #000;overflow-wrap:anywhere}"
	"@media screen and (max-width:40em){body{font-size:12pt;margin:2mm "
	"auto}.head,.foot{display:block}"
	".head>*{margin-bottom:3mm}.head .state{white-space:normal}}"
	"@media print{body{margin:0;padding:0;max-width:none}}";

static void put(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

static void put_or_dots(FILE *out, const char *text)
{
	put(out, text[0] ? text : DOTS);
}

static void put_head(FILE *out, const struct report_form *form)
{
	const struct settings_report *about = &form->settings->report;
	const char *authority = about->authority[0] ? about->authority : form->settings->station;

	fputs("<div class=\"head\"><div>", out);
	if (about->parent[0]) {
		fputs("<p>", out);
		put(out, about->parent);
		fputs("</p>", out);
	}
	fputs("<p class=\"b\">", out);
	put_or_dots(out, authority);
	fputs("</p><div class=\"line\"></div><p class=\"as\">Số: ", out);
	put_or_dots(out, about->number);
	/* The state's own words, in its own language. */
	fputs("</p></div><div class=\"state\"><p class=\"b\">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p>"
	      "<p class=\"b\">Độc lập - Tự do - Hạnh phúc</p><div class=\"line\"></div>"
	      "<p class=\"i\">",
	      out);
	put_or_dots(out, about->place);
	fprintf(out, ", ngày %02d tháng %02d năm %d</p></div></div>\n", form->day, form->day_month,
		form->day_year);
}

static void put_subject(FILE *out, const struct report *report, const struct report_form *form)
{
	fprintf(out, "<h1>%s</h1><p class=\"subject\">", _("REPORT"));
	fprintf(out, _("Loudspeaker broadcasts in month %02d/%d"), report->month, report->year);
	fputs("</p>\n", out);
	if (form->until) {
		fputs("<p class=\"i\">", out);
		fprintf(out, _("The month is not over: counted until %s."), form->until);
		fputs("</p>\n", out);
	}
	if (!form->intact)
		fprintf(out, "<p class=\"alarm\">%s</p>\n",
			_("The as-run log that this report is made from was altered or damaged: "
			  "the figures are not proved. See loaphuong log verify."));
}

static void put_sum(FILE *out, const char *what, unsigned n)
{
	fputs("<tr><td>", out);
	put(out, what);
	fprintf(out, "</td><td class=\"n\">%u</td></tr>", n);
}

static void put_sums(FILE *out, const struct report *report)
{
	char text[64];

	fprintf(out, "<h2>1. %s</h2>\n<table>", _("Broadcasts"));
	put_sum(out, _("Due by the schedule"), report->due);
	put_sum(out, _("played whole and on time"), report->played);
	put_sum(out, _("played late"), report->late);
	put_sum(out, _("played in part"), report->partial);
	put_sum(out, _("not played: refused"), report->refused);
	put_sum(out, _("not played: missed"), report->missed);
	put_sum(out, _("not played: failed"), report->failed);
	if (report->open > 0)
		put_sum(out, _("on air, or not closed yet"), report->open);
	put_sum(out, _("Played by hand"), report->by_hand);
	phrase_duration(text, sizeof(text), (int64_t)(report->all_seconds * 1e6));
	fprintf(out, "<tr><td>%s</td><td class=\"n\">", _("Sound in all"));
	put(out, text);
	fputs("</td></tr></table>\n", out);
}

/* A bar a day. */
static void put_days(FILE *out, const struct report *report)
{
	double most = 1;

	for (int i = 0; i < report->n_days; i++)
		most = report->seconds[i] > most ? report->seconds[i] : most;
	fprintf(out, "<p>%s</p>\n<svg viewBox=\"0 0 640 150\" role=\"img\" aria-label=\"%s\">",
		_("Minutes of sound, day by day:"), _("Minutes of sound, day by day:"));
	for (int i = 0; i < report->n_days; i++) {
		double height = report->seconds[i] / most * 105;

		fprintf(out,
			"<rect x=\"%d\" y=\"%.1f\" width=\"15\" height=\"%.1f\" fill=\"#555\"/>"
			"<text x=\"%d\" y=\"146\" font-size=\"11\" "
			"text-anchor=\"middle\">%d</text>",
			6 + i * 20, 132 - height, height, 13 + i * 20, i + 1);
		if (report->seconds[i] > 0)
			fprintf(out,
				"<text x=\"%d\" y=\"%.1f\" font-size=\"10\" "
				"text-anchor=\"middle\">%.1f</text>",
				13 + i * 20, 128 - height, report->seconds[i] / 60);
	}
	fputs("<line x1=\"0\" y1=\"132\" x2=\"640\" y2=\"132\" stroke=\"#000\"/></svg>\n", out);
}

static void put_clips(FILE *out, const struct report *report, const struct report_form *form)
{
	fprintf(out, "<h2>2. %s</h2>\n", _("Messages"));
	if (report->n_clips == 0) {
		fprintf(out, "<p>%s</p>\n", _("Nothing was on air."));
		return;
	}
	fprintf(out, "<table><tr><th>%s</th><th class=\"n\">%s</th><th class=\"n\">%s</th></tr>",
		_("Message"), _("Plays"), _("Minutes"));
	for (size_t i = 0; i < report->n_clips; i++) {
		const struct report_clip *clip = &report->clips[i];

		fputs("<tr><td>", out);
		put(out, report_title(form->plan, clip->name));
		fprintf(out, "</td><td class=\"n\">%u</td><td class=\"n\">%.1f</td></tr>",
			clip->plays, clip->seconds / 60);
	}
	fputs("</table>\n", out);
}

static void put_time(FILE *out, const json_t *row)
{
	const char *at = ask_text(row, "at");

	if (strlen(at) >= 16)
		fprintf(out, "%.2s/%.2s %.5s", at + 8, at + 5, at + 11);
}

static void put_left_out(FILE *out, size_t n)
{
	if (n <= LINES_MOST)
		return;
	fputs("<p>", out);
	fprintf(out, _("And %zu more; the table beside this report (CSV) has all."),
		n - LINES_MOST);
	fputs("</p>\n", out);
}

static void put_lines(FILE *out, const struct report *report, const struct report_form *form)
{
	fprintf(out, "<h2>3. %s</h2>\n", _("What did not air as planned, and why"));
	if (report->n_lines == 0) {
		fprintf(out, "<p>%s</p>\n", _("Everything that was due aired as planned."));
		return;
	}
	fprintf(out, "<table><tr><th>%s</th><th>%s</th><th>%s</th></tr>", _("Time"), _("Broadcast"),
		_("What happened"));
	for (size_t i = 0; i < report->n_lines && i < LINES_MOST; i++) {
		const json_t *row = report->lines[i].row;
		const char *reason = ask_text(row, "reason");

		fputs("<tr><td>", out);
		put_time(out, row);
		fputs("</td><td>", out);
		put(out, report_broadcast(form->plan, row));
		fputs("</td><td>", out);
		put(out, phrase_outcome(ask_text(row, "outcome")));
		if (reason[0]) {
			fputs(": ", out);
			put(out, phrase_reason(reason));
		}
		fputs("</td></tr>", out);
	}
	fputs("</table>\n", out);
	put_left_out(out, report->n_lines);
}

static void put_hands(FILE *out, const struct report *report, const struct report_form *form)
{
	fprintf(out, "<h2>4. %s</h2>\n", _("Played by hand"));
	if (report->n_hands == 0) {
		fprintf(out, "<p>%s</p>\n", _("Nothing was played by hand."));
		return;
	}
	fprintf(out, "<table><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>", _("Time"),
		_("Message"), _("Who"), _("Why"));
	for (size_t i = 0; i < report->n_hands && i < LINES_MOST; i++) {
		const json_t *row = report->hands[i].row;
		const char *who = ask_text(row, "who");

		fputs("<tr><td>", out);
		put_time(out, row);
		fputs("</td><td>", out);
		put(out, report_broadcast(form->plan, row));
		fputs("</td><td>", out);
		put(out, who[0] ? who : phrase_trigger(ask_text(row, "trigger")));
		fputs("</td><td>", out);
		put(out, ask_text(row, "why"));
		fputs("</td></tr>", out);
	}
	fputs("</table>\n", out);
	put_left_out(out, report->n_hands);
}

static void put_foot(FILE *out, const struct report_form *form)
{
	const struct settings_report *about = &form->settings->report;

	fprintf(out, "<div class=\"foot\"><div class=\"to\"><p class=\"b i\">%s</p>",
		_("Recipients:"));
	for (size_t i = 0; i < about->n_recipients; i++) {
		fputs("<p>- ", out);
		put(out, about->recipients[i]);
		fputs("</p>", out);
	}
	if (about->n_recipients == 0)
		fputs("<p>- " DOTS ";</p>", out);
	fprintf(out, "<p>- %s</p></div><div class=\"sign\"><p class=\"b\">", _("Filed."));
	put_or_dots(out, about->signer_title);
	fputs("</p><div class=\"space\"></div><p class=\"b\">", out);
	put_or_dots(out, about->signer);
	fputs("</p></div></div>\n<p class=\"proof\">", out);
	fprintf(out,
		_("Made by loaphuong from the as-run log of the station: %lld events, head %s. To "
		  "check it: loaphuong log verify."),
		form->events, form->head);
	fputs("</p>\n", out);
}

void report_html(FILE *out, const struct report *report, const struct report_form *form)
{
	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<title>%s %02d/%d</title><style>%s</style></head><body>\n",
		words_language(), _("REPORT"), report->month, report->year, style);
	put_head(out, form);
	put_subject(out, report, form);
	put_sums(out, report);
	put_days(out, report);
	put_clips(out, report, form);
	put_lines(out, report, form);
	put_hands(out, report, form);
	put_foot(out, form);
	fputs("</body></html>\n", out);
}
