/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log_source.h"
#include "phrases.h"
#include "report.h"
#include "words.h"

#define CSV_END ".csv"

/* 2024-06 */
static int read_month(const char *text, struct report *ret)
{
	char rest;

	if (!text || strlen(text) != 7 ||
	    sscanf(text, "%4d-%2d%c", &ret->year, &ret->month, &rest) != 2 || ret->year < 1970 ||
	    ret->year > 2100 || ret->month < 1 || ret->month > 12)
		return -EINVAL;
	return 0;
}

static int32_t first_day(int year, int month)
{
	const struct civil_date date = {.year = (int16_t)(year + (month > 12)),
					.month = (int8_t)(month > 12 ? 1 : month),
					.day = 1};

	return civil_day(date);
}

/* The report's own file, and the table beside it: bao-cao.html and bao-cao.csv. */
static int csv_path(const char *path, char ret[LIMIT_PATH])
{
	size_t n = strlen(path);
	const char *dot = strrchr(path, '.');

	if (dot && strcmp(dot, ".html") == 0)
		n = (size_t)(dot - path);
	if (n + sizeof(CSV_END) > LIMIT_PATH)
		return -ENAMETOOLONG;
	memcpy(ret, path, n);
	memcpy(ret + n, CSV_END, sizeof(CSV_END));
	return 0;
}

typedef void write_fn(FILE *out, const struct report *report, const struct report_form *form);

/* Whole or not at all: what was there stays until the new one is written. */
static int write_file(const char *path, write_fn *write, const struct report *report,
		      const struct report_form *form)
{
	char fresh[LIMIT_PATH];
	FILE *out;
	int error = 0;

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", path) >= sizeof(fresh))
		error = ENAMETOOLONG;
	out = error ? NULL : fopen(fresh, "we");
	if (!error && !out)
		error = errno;
	if (out) {
		write(out, report, form);
		error = ferror(out) ? EIO : 0;
		if (fclose(out) != 0 && !error)
			error = errno;
		if (!error && rename(fresh, path) < 0)
			error = errno;
		if (error)
			unlink(fresh);
	}
	if (!error)
		return EXIT_DONE;
	complain(_("%s cannot be written: %s. Name another place with -o."), path,
		 words_error(error));
	return EXIT_NO;
}

static int write_both(const char *path, const struct report *report, const struct report_form *form)
{
	char table[LIMIT_PATH], length[64];
	int r;

	if (csv_path(path, table) < 0) {
		complain(_("%s cannot be written: %s. Name another place with -o."), path,
			 words_error(ENAMETOOLONG));
		return EXIT_NO;
	}
	r = write_file(path, report_html, report, form);
	if (r == EXIT_DONE)
		r = write_file(table, report_csv, report, form);
	if (r != EXIT_DONE)
		return r;
	phrase_duration(length, sizeof(length), (int64_t)(report->all_seconds * 1e6));
	printf(_("%s, %s: %u due, %u by hand, %s of sound"), path, table, report->due,
	       report->by_hand, length);
	putchar('\n');
	if (form->intact)
		return EXIT_DONE;
	puts(_("The log was altered or damaged, and the report says so: loaphuong log verify"));
	return EXIT_NO;
}

static int gather(struct log_source *source, const struct scene *scene, struct report *report)
{
	int32_t first = first_day(report->year, report->month);
	int32_t next = first_day(report->year, report->month + 1);
	struct store_query query = {
		.mode = ASRUN_REAL,
		.from_us = zone_day_start(&scene->zone, first) * CIVIL_US,
		.until_us = zone_day_start(&scene->zone, next) * CIVIL_US,
	};
	int r;

	report->n_days = next - first;
	r = log_rows(source, &query, report_take, report);
	report_sort(report);
	return r;
}

/* By the station's own clock. */
static void fill_form(const struct scene *scene, const struct report *report, char *until, size_t n,
		      struct report_form *form)
{
	struct civil_date today = civil_date_of(scene->today);
	char now[64];

	form->settings = &scene->settings;
	form->day = today.day;
	form->day_month = today.month;
	form->day_year = today.year;
	if (scene->today >= first_day(report->year, report->month + 1))
		return;
	civil_print_instant(now, sizeof(now), &scene->zone, scene->now_us, 0);
	snprintf(until, n, "%.5s, %02d/%02d/%d", now + 11, today.day, today.month, today.year);
	form->until = until;
}

/* For another program: one of both, and nothing else. */
static int write_out(bool table, const struct report *report, const struct report_form *form)
{
	(table ? report_csv : report_html)(stdout, report, form);
	return form->intact ? EXIT_DONE : EXIT_NO;
}

static int make(const struct call *call, struct scene *scene, struct log_source *source,
		struct report *report)
{
	const char *path = call_value(call, "output");
	struct offline offline = {0};
	struct report_form form = {0};
	char until[64];
	json_t *verdict = NULL;
	int r = gather(source, scene, report);

	if (r == EXIT_DONE)
		r = log_verify(source, &verdict);
	if (r != EXIT_DONE)
		return r;
	/* The titles are the config's of today; without it, names stand there. */
	offline_load(scene->config, scene->state, NULL, scene->now_us, &offline);
	fill_form(scene, report, until, sizeof(until), &form);
	form.plan = offline.plan;
	form.intact = json_is_true(json_object_get(verdict, "intact"));
	form.head = ask_text(verdict, "head");
	form.events = ask_number(verdict, "events");
	r = strcmp(path, "-") == 0 ? write_out(call_has(call, "csv"), report, &form)
				   : write_both(path, report, &form);
	offline_done(&offline);
	json_decref(verdict);
	return r;
}

int cmd_report(const struct call *call)
{
	const char *path = call_value(call, "output");
	struct report report = {0};
	struct log_source *source;
	struct scene scene;
	int r;

	if (read_month(call_value(call, "month"), &report) < 0) {
		complain(_("which month? Write for example --month 2024-06"));
		return EXIT_WRONG;
	}
	if (!path || !path[0]) {
		complain(_("where to? Write for example -o bao-cao.html"));
		return EXIT_WRONG;
	}
	r = scene_open(call, &scene);
	if (r != EXIT_DONE)
		return r;
	if (first_day(report.year, report.month) > scene.today) {
		complain(_("that month has not begun; name an earlier one"));
		r = EXIT_WRONG;
	}
	if (r == EXIT_DONE && (r = log_open(&scene, &source)) == EXIT_DONE) {
		r = make(call, &scene, source, &report);
		log_close(source);
	}
	report_done(&report);
	scene_close(&scene);
	return r;
}
