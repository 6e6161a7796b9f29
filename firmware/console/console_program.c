/* SPDX-License-Identifier: MIT */
/*
 * What the command loaphuong works out: the programme, the campaigns as they are written and what a
 * change would do, the report.
 */
#include "console_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

/* Of the report alone: it has its style in it, and stands in a frame of the page. No script at all. */
#define REPORT_POLICY                                                                              \
	"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; " \
	"form-action 'none'"

static void refuse(struct visit *visit)
{
	visit_refuse(visit, 503, "no-plan",
		     N_("The programme cannot be worked out just now. If it stays so, the config "
			"has a fault: call the technician."));
}

static void ask(struct visit *visit, const struct program_question *question, program_fn *fn)
{
	int error = program_ask(visit->console->program, question, fn, visit);

	if (error == -E2BIG)
		visit_refuse(visit, 400, "bad-request", N_("A value of the request is too long."));
	else if (error < 0)
		visit_answer(visit, 503, console_trouble(NULL, visit->language, -EBUSY));
}

/* Lines under a name. */
static void answer_lines(struct visit *visit, const struct program_answer *answer, const char *name)
{
	json_t *lines = answer->text && answer->code == 0 ? program_lines(answer) : NULL;

	if (lines)
		visit_answer(visit, 200, json_pack("{s:b, s:o}", "ok", 1, name, lines));
	else
		refuse(visit);
}

static void planned(void *context, const struct program_answer *answer)
{
	answer_lines(context, answer, "plan");
}

/* "2024-06-01", "today": nothing that could be taken for an option. */
static bool is_date(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n <= 10 && isalnum((unsigned char)text[0]) &&
	       strspn(text, "0123456789-abcdefghijklmnopqrstuvwxyz") == n;
}

static void permitted(void *context, const struct program_answer *answer)
{
	answer_lines(context, answer, "windows");
}

void visit_plan(struct visit *visit)
{
	bool hours = strcmp(visit->route->path, "/api/v1/airtime") == 0;
	const char *from = http_query(visit->request, "from");
	const char *until = http_query(visit->request, "until");
	struct program_question question = {.language = visit->language};

	from = from ? from : "today";
	until = until ? until : from;
	if (!is_date(from) || !is_date(until)) {
		visit_refuse(visit, 400, "bad-request",
			     N_("\"from\" and \"until\" are dates like 2024-06-01."));
		return;
	}
	question = (struct program_question){
		.words = {"plan", hours ? "--airtime" : "--json", "--from", from, "--until", until},
		.language = visit->language,
	};
	ask(visit, &question, hours ? permitted : planned);
}

/* For people, a line each, behind the first, which is for programs. */
static void explained(void *context, const struct program_answer *answer)
{
	struct visit *visit = context;
	const char *line = answer->text ? strchr(answer->text, '\n') : NULL;
	json_t *lines = json_array();

	if (answer->code != 0 || !line) {
		json_decref(lines);
		refuse(visit);
		return;
	}
	for (line++; *line; line += strcspn(line, "\n"), line += *line == '\n')
		json_array_append_new(lines, json_stringn(line, strcspn(line, "\n")));
	visit_answer(visit, 200, json_pack("{s:b, s:o}", "ok", 1, "lines", lines));
}

/* "2024-06-05 17:00" */
static bool is_minute(const char *text)
{
	static const char pattern[] = "0000-00-00 00:00";

	if (!text || strlen(text) != strlen(pattern))
		return false;
	for (size_t i = 0; pattern[i]; i++)
		if (pattern[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != pattern[i])
			return false;
	return true;
}

void visit_why(struct visit *visit)
{
	const char *at = http_query(visit->request, "at");
	const struct program_question question = {
		.words = {"why", at},
		.language = visit->language,
	};

	if (is_minute(at))
		ask(visit, &question, explained);
	else
		visit_refuse(visit, 400, "bad-request",
			     N_("\"at\" is to be a time like 2024-06-01 17:00."));
}

static void shown(void *context, const struct program_answer *answer)
{
	struct visit *visit = context;
	json_t *files = NULL;

	if (answer->text && answer->code == 0)
		files = json_loadb(answer->text, answer->n, 0, NULL);
	if (json_is_array(files))
		visit_answer(visit, 200, json_pack("{s:b, s:O}", "ok", 1, "files", files));
	else
		refuse(visit);
	json_decref(files);
}

void visit_campaigns(struct visit *visit)
{
	const struct program_question question = {
		.words = {"campaign", "show", "--json"},
		.language = visit->language,
	};

	ask(visit, &question, shown);
}

static void remembered(void *context, const struct program_answer *answer)
{
	answer_lines(context, answer, "history");
}

void visit_campaign_history(struct visit *visit)
{
	const struct program_question question = {
		.words = {"campaign", "history", "--json"},
		.language = visit->language,
	};

	ask(visit, &question, remembered);
}

static void tried(void *context, const struct program_answer *answer)
{
	struct visit *visit = context;
	json_t *trial = NULL;

	if (answer->text && answer->code == 0)
		trial = json_loadb(answer->text, answer->n, 0, NULL);
	if (json_is_object(trial))
		visit_answer(visit, json_is_true(json_object_get(trial, "ok")) ? 200 : 409, trial);
	else
		visit_refuse(
			visit, 400, "bad-request",
			N_("\"file\", \"base\" and \"changes\" are not what they should be; load "
			   "the page again."));
}

void visit_campaign_try(struct visit *visit)
{
	char *text = json_dumps(visit->body, JSON_COMPACT);
	const struct program_question question = {
		.words = {"campaign", "try", "--json", "-"},
		.input = text,
		.language = visit->language,
	};

	if (text)
		ask(visit, &question, tried);
	else
		refuse(visit);
	free(text);
}

/* ---- the report ------------------------------------------------------------------------------ */

static bool is_month(const char *text)
{
	return text && strlen(text) == 7 && text[4] == '-' && strspn(text, "0123456789-") == 7;
}

/* Exit code 1: it is all there, and says itself that the log was altered. */
static bool is_report(const struct program_answer *answer)
{
	return answer->text && answer->code <= 1 && answer->n > 0;
}

/* Exit code 2: that is no month, or one to come. All else is not the month's fault. */
static void refuse_report(struct visit *visit, const struct program_answer *answer)
{
	if (answer->text && answer->code == 2)
		visit_refuse(visit, 404, "no-report",
			     N_("There is no report of that month. Choose a month that has "
				"begun."));
	else
		visit_refuse(visit, 503, "report-fails",
			     N_("The report cannot be made just now. Try again in a minute; if it "
				"stays so, call the technician."));
}

static void reported(void *context, const struct program_answer *answer)
{
	struct visit *visit = context;

	if (!is_report(answer)) {
		refuse_report(visit, answer);
		return;
	}
	http_extra(visit->request, "Content-Security-Policy", REPORT_POLICY);
	http_extra(visit->request, "X-Frame-Options", "SAMEORIGIN");
	http_answer(visit->request, 200, "text/html; charset=utf-8", answer->text, answer->n);
}

static void tabulated(void *context, const struct program_answer *answer)
{
	struct visit *visit = context;
	const char *month = http_query(visit->request, "month");
	char name[64];

	if (!is_report(answer)) {
		refuse_report(visit, answer);
		return;
	}
	snprintf(name, sizeof(name), "attachment; filename=\"loaphuong-%s.csv\"", month);
	http_extra(visit->request, "Content-Disposition", name);
	http_answer(visit->request, 200, "text/csv; charset=utf-8", answer->text, answer->n);
}

void visit_report(struct visit *visit)
{
	bool table = strcmp(visit->route->path, "/api/v1/report.csv") == 0;
	const char *month = http_query(visit->request, "month");
	const struct program_question question = {
		.words = {"report", "--month", month, "-o", "-", table ? "--csv" : NULL},
		.language = visit->language,
	};

	if (is_month(month))
		ask(visit, &question, table ? tabulated : reported);
	else
		visit_refuse(visit, 400, "bad-request",
			     N_("\"month\" is to be a month like 2024-06."));
}
