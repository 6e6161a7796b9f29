/* SPDX-License-Identifier: MIT */
#include "cmd_doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "json_line.h"
#include "words.h"

#define NAME_COLUMNS  16
#define LEVEL_COLUMNS 6
#define WATCH_MAX_S   86400

const struct doctor_check doctor_checks[] = {
	{"config", N_("config"), doctor_check_config, false},
	{"service", N_("service"), doctor_check_service, false},
	{"sound", N_("sound"), doctor_check_sound, false},
	{"clock", N_("clock"), doctor_check_clock, false},
	{"zone", N_("time zone"), doctor_check_zone, false},
	{"lines", N_("lines"), doctor_check_lines, true},
	{"folders", N_("folders"), doctor_check_folders, false},
	{"groups", N_("groups"), doctor_check_groups, true},
	{"disk", N_("disk"), doctor_check_disk, false},
	{"log", N_("log"), doctor_check_log, false},
	{"recordings", N_("recordings"), doctor_check_recordings, false},
	{"proof", N_("proof of sound"), doctor_check_proof, false},
	{"watchdog", N_("watchdog"), doctor_check_watchdog, false},
	{"programs", N_("programs"), doctor_check_programs, false},
	{NULL, NULL, NULL, false},
};

__attribute__((format(printf, 4, 0))) static void add(struct doctor_findings *ret,
						      enum doctor_level level, const char *cure,
						      const char *format, va_list arguments)
{
	struct doctor_finding *finding;

	if (ret->n == DOCTOR_FINDINGS)
		return;
	finding = &ret->items[ret->n++];
	finding->check = ret->check;
	finding->level = level;
	vsnprintf(finding->message, sizeof(finding->message), format, arguments);
	snprintf(finding->cure, sizeof(finding->cure), "%s", cure ? cure : "");
}

void doctor_ok(struct doctor_findings *ret, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(ret, DOCTOR_OK, NULL, format, arguments);
	va_end(arguments);
}

void doctor_warn(struct doctor_findings *ret, const char *cure, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(ret, DOCTOR_WARN, cure, format, arguments);
	va_end(arguments);
}

void doctor_fail(struct doctor_findings *ret, const char *cure, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(ret, DOCTOR_FAIL, cure, format, arguments);
	va_end(arguments);
}

static void examine(const struct doctor *doctor, bool wiring, struct doctor_findings *ret)
{
	for (const struct doctor_check *check = doctor_checks; check->name; check++) {
		ret->check = check->name;
		if (!wiring || check->wiring)
			check->fn(doctor, ret);
	}
}

static size_t count(const struct doctor_findings *findings, enum doctor_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n; i++)
		n += findings->items[i].level == level;
	return n;
}

static const char *title_of(const char *name)
{
	for (const struct doctor_check *check = doctor_checks; check->name; check++)
		if (strcmp(check->name, name) == 0)
			return _(check->title);
	return name;
}

/* Not translated: scripts and remote helpers look for these words. */
static const char *level_name(enum doctor_level level)
{
	static const char *const names[] = {"OK", "WARN", "FAIL"};

	return names[level];
}

static void print_text(const struct doctor_findings *findings)
{
	const char *last = "";

	for (size_t i = 0; i < findings->n; i++) {
		const struct doctor_finding *finding = &findings->items[i];
		bool repeated = strcmp(finding->check, last) == 0;

		columns_put(stdout, level_name(finding->level), LEVEL_COLUMNS);
		columns_put(stdout, repeated ? "" : title_of(finding->check), NAME_COLUMNS);
		columns_clean(stdout, finding->message);
		putchar('\n');
		if (finding->cure[0]) {
			columns_put(stdout, "", LEVEL_COLUMNS + NAME_COLUMNS);
			fputs("-> ", stdout);
			columns_clean(stdout, finding->cure);
			putchar('\n');
		}
		last = finding->check;
	}
	printf("%zu OK, %zu WARN, %zu FAIL\n", count(findings, DOCTOR_OK),
	       count(findings, DOCTOR_WARN), count(findings, DOCTOR_FAIL));
}

static int print_json(const struct doctor_findings *findings)
{
	json_t *array = json_array(), *object;

	for (size_t i = 0; array && i < findings->n; i++) {
		const struct doctor_finding *finding = &findings->items[i];

		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s, s:s?}", "check", finding->check, "level",
					 level_name(finding->level), "message", finding->message,
					 "cure", finding->cure[0] ? finding->cure : NULL));
	}
	object = json_pack("{s:o, s:i, s:i, s:i}", "findings", array, "ok",
			   (int)count(findings, DOCTOR_OK), "warn",
			   (int)count(findings, DOCTOR_WARN), "fail",
			   (int)count(findings, DOCTOR_FAIL));
	if (!object)
		return complain_memory();
	json_line(stdout, object, JSON_INDENT(2));
	json_decref(object);
	return EXIT_DONE;
}

static int answer(const struct call *call, const struct doctor *doctor,
		  const struct doctor_findings *findings)
{
	int r = EXIT_DONE;

	if (call_has(call, "json")) {
		r = print_json(findings);
	} else {
		print_text(findings);
		if (call_has(call, "wiring"))
			doctor_print_wiring(doctor);
	}
	return r == EXIT_DONE && count(findings, DOCTOR_FAIL) > 0 ? EXIT_NO : r;
}

static int watch(const struct call *call)
{
	const char *text = call_value(call, "watch");
	char *end;
	long seconds = strtol(text, &end, 10);

	if (end == text || (*end && strcmp(end, "s") != 0) || seconds < 1 ||
	    seconds > WATCH_MAX_S) {
		complain(_("--watch %s: write whole seconds from 1 to %d"), text, WATCH_MAX_S);
		return EXIT_WRONG;
	}
	return doctor_watch(call, seconds);
}

int cmd_doctor(const struct call *call)
{
	struct doctor_findings *findings;
	struct doctor doctor;
	int r;

	if (call_has(call, "watch"))
		return watch(call);
	findings = calloc(1, sizeof(*findings));
	if (!findings)
		return complain_memory();
	doctor_gather(call, &doctor);
	examine(&doctor, call_has(call, "wiring"), findings);
	r = answer(call, &doctor, findings);
	doctor_done(&doctor);
	free(findings);
	return r;
}
