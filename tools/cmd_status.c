/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "civil.h"
#include "columns.h"
#include "json_line.h"
#include "phrases.h"
#include "status_faults.h"
#include "words.h"

#define LABEL_COLUMNS 12

static void label(const char *text)
{
	columns_put(stdout, text, LABEL_COLUMNS);
}

/* "2024-06-01T05:45:12+07:00" as "Saturday 2024-06-01 05:45:12", or the time alone;
 * no seconds where they are 00. */
static void print_instant(const char *at, bool with_day)
{
	struct civil_date date;
	char text[64], day[16];

	snprintf(day, sizeof(day), "%.10s", at);
	if (with_day && civil_parse_date(day, false, &date) == 0) {
		phrase_day(text, sizeof(text), civil_day(date));
		printf("%s ", text);
	}
	if (strlen(at) < 19)
		fputs(at, stdout);
	else
		printf("%.*s", strncmp(at + 16, ":00", 3) == 0 ? 5 : 8, at + 11);
}

static int64_t instant_of(const json_t *object, const char *key)
{
	int64_t us = 0;

	civil_parse_instant(ask_text(object, key), NULL, &us);
	return us;
}

static bool same_day(const char *a, const char *b)
{
	return strncmp(a, b, 10) == 0;
}

static void print_clock(const json_t *status)
{
	const json_t *clock = json_object_get(status, "clock");

	label(_("Now"));
	print_instant(ask_text(status, "now"), true);
	putchar('\n');
	label(_("Clock"));
	printf("%s (%s)\n", phrase_clock(ask_text(clock, "state")),
	       phrase_clock_reason(ask_text(clock, "reason")));
}

static void print_on_air(const json_t *status)
{
	const json_t *on_air = json_object_get(status, "on_air");
	char at[24], length[24];

	label(_("On air"));
	if (!json_is_object(on_air)) {
		puts(_("nothing"));
		return;
	}
	phrase_length(at, sizeof(at), ask_number(on_air, "clip_position_ms") * 1000);
	phrase_length(length, sizeof(length), ask_number(on_air, "clip_length_ms") * 1000);
	if (ask_text(on_air, "broadcast")[0]) {
		columns_clean(stdout, ask_text(on_air, "broadcast"));
		fputs(": ", stdout);
	}
	columns_clean(stdout, ask_text(on_air, "clip"));
	printf(_(", item %lld of %lld, at %s of %s (%s, %s)"), ask_number(on_air, "position") + 1,
	       ask_number(on_air, "items"), at, length, phrase_class(ask_text(on_air, "class")),
	       phrase_trigger(ask_text(on_air, "trigger")));
	putchar('\n');
}

static void print_waiting(const json_t *status)
{
	long long waiting = ask_number(status, "waiting");
	long long suspended = ask_number(status, "suspended");

	if (waiting == 0 && suspended == 0)
		return;
	label(_("Waiting"));
	printf(_("%lld wait, %lld interrupted"), waiting, suspended);
	putchar('\n');
}

static void print_next(const json_t *status)
{
	const json_t *next = json_object_get(status, "next");
	const json_t *verdict = json_object_get(next, "verdict");
	const char *now = ask_text(status, "now"), *at = ask_text(next, "at");
	char wait[64], result[512];

	label(_("Next"));
	if (!json_is_object(next)) {
		puts(_("nothing is planned any more"));
		return;
	}
	phrase_duration(wait, sizeof(wait), instant_of(next, "at") - instant_of(status, "now"));
	if (json_is_true(json_object_get(next, "held")))
		snprintf(result, sizeof(result), "%s", _("held until the station knows the time"));
	else
		phrase_result(result, sizeof(result), phrase_forecast(ask_text(verdict, "outcome")),
			      json_string_value(json_object_get(verdict, "reason")));
	print_instant(at, !same_day(now, at));
	fputc(' ', stdout);
	columns_clean(stdout, ask_text(next, "broadcast"));
	printf(_(", in %s: %s"), wait, result);
	putchar('\n');
}

static void print_minutes(const char *what, const json_t *airtime, const char *used,
			  const char *left)
{
	long long used_s = ask_number(airtime, used), left_s = ask_number(airtime, left);

	if (json_is_number(json_object_get(airtime, left)))
		printf(_("; %s %lld of %lld min used"), what, used_s / 60,
		       (used_s + left_s + 30) / 60); /* both are cut to whole seconds */
}

static void print_airtime(const json_t *status)
{
	const json_t *airtime = json_object_get(status, "airtime");
	const char *end = ask_text(airtime, "window_end"), *now = ask_text(status, "now");

	label(_("Airtime"));
	if (json_is_true(json_object_get(airtime, "inside")))
		fputs(_("inside the permitted hours, until "), stdout);
	else
		fputs(_("outside the permitted hours, until "), stdout);
	if (end[0])
		print_instant(end, !same_day(now, end));
	else
		fputs(_("further notice"), stdout);
	print_minutes(_("session"), airtime, "session_used_s", "session_left_s");
	print_minutes(_("day"), airtime, "day_used_s", "day_left_s");
	putchar('\n');
}

static void print_box(const json_t *status)
{
	const json_t *device = json_object_get(status, "device");
	const json_t *config = json_object_get(status, "config");
	const char *paused = ask_text(status, "paused_until");

	if (paused[0]) {
		label(_("PAUSED"));
		fputs(_("until "), stdout);
		print_instant(paused, true);
		puts(_("; loaphuong pause --off ends it"));
	}
	label(_("Sound"));
	columns_clean(stdout, ask_text(device, "name"));
	printf(", %.1f dB%s\n", json_number_value(json_object_get(status, "volume_db")),
	       json_is_true(json_object_get(device, "lost")) ? _(", NOT USABLE") : "");
	label(_("Config"));
	columns_clean(stdout, ask_text(config, "file"));
	puts(json_is_true(json_object_get(config, "accepted_copy"))
		     ? _(" has errors; the last good copy runs. See loaphuong check")
		     : "");
	label(_("Clips"));
	printf(_("%lld, %lld being measured"), ask_number(status, "clips"),
	       ask_number(status, "measuring"));
	putchar('\n');
}

static const char *role_of(const json_t *line)
{
	const char *role = ask_text(line, "role");

	return strcmp(role, "button") == 0 ? _("button") : strcmp(role, "led") == 0 ? _("led") : "";
}

static const char *level_of(const json_t *line)
{
	bool on = json_is_true(json_object_get(line, "level"));

	if (strcmp(ask_text(line, "role"), "button") == 0)
		return on ? _("down") : _("up");
	return on ? _("on") : _("off");
}

static const char *deed(const char *did)
{
	static const struct {
		const char *did, *text;
	} deeds[] = {
		{"played", N_("played")},
		{"stopped", N_("stopped")},
		{"nothing", N_("there was nothing to stop")},
		{"ignored", N_("ignored: its message was on air")},
		{"cooldown", N_("ignored: the cooldown was not over")},
	};

	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].did, did) == 0)
			return _(deeds[i].text);
	return phrase_reason(did);
}

static void print_presses(const json_t *status, const json_t *line)
{
	const json_t *last = json_object_get(line, "last");

	printf(_(", pressed %lld times"), ask_number(line, "presses"));
	if (json_is_object(last)) {
		fputs(_(", last "), stdout);
		print_instant(ask_text(last, "at"),
			      !same_day(ask_text(status, "now"), ask_text(last, "at")));
		printf(": %s", deed(ask_text(last, "did")));
	}
	if (ask_number(line, "gaps") > 0)
		printf(_(", %lld edges lost"), ask_number(line, "gaps"));
}

static void print_line(const json_t *status, const json_t *line)
{
	const char *role = role_of(line);

	printf("%s%s", role, role[0] ? " " : "");
	columns_clean(stdout, ask_text(line, "name"));
	fputs(", ", stdout);
	columns_clean(stdout, ask_text(line, "line"));
	if (ask_text(line, "chip")[0])
		printf(" (%s:%lld)", ask_text(line, "chip"), ask_number(line, "offset"));
	if (strcmp(ask_text(line, "state"), "ok") == 0) {
		printf(": %s", level_of(line));
		if (strcmp(ask_text(line, "role"), "button") == 0)
			print_presses(status, line);
	}
	if (ask_text(line, "message")[0]) {
		fputs(": ", stdout);
		columns_clean(stdout, ask_text(line, "message"));
	}
	putchar('\n');
	if (ask_text(line, "cure")[0]) {
		label("");
		fputs("  ", stdout);
		columns_clean(stdout, ask_text(line, "cure"));
		putchar('\n');
	}
}

static void print_lines(const json_t *status)
{
	const json_t *lines = json_object_get(status, "lines"), *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		label(i == 0 ? _("Lines") : "");
		print_line(status, line);
	}
}

static void print_stick(const json_t *status)
{
	const json_t *stick = json_object_get(status, "usb");
	const char *now = ask_text(status, "now"), *began = ask_text(stick, "began");

	if (!json_is_object(stick))
		return;
	label(_("USB stick"));
	if (strcmp(ask_text(stick, "state"), "reading") == 0)
		fputs(_("is being read, do not pull it out: "), stdout);
	else
		print_instant(began, !same_day(now, began));
	printf(_(" %lld taken, %lld known already, %lld refused, %lld left out"),
	       ask_number(stick, "taken"), ask_number(stick, "known"), ask_number(stick, "refused"),
	       ask_number(stick, "left_out"));
	putchar('\n');
	if (ask_text(stick, "problem")[0]) {
		label("");
		printf("  %s\n", ask_text(stick, "message"));
	}
}

/* Of one file that came of which something is to be said. */
static void print_arrival(const json_t *status, const json_t *arrival, bool first)
{
	const json_t *warning;
	size_t i;

	label(first ? _("Arrived") : "");
	print_instant(ask_text(arrival, "at"),
		      !same_day(ask_text(status, "now"), ask_text(arrival, "at")));
	fputc(' ', stdout);
	columns_clean(stdout, ask_text(arrival, "file"));
	if (ask_text(arrival, "clip")[0]) {
		fputs(" -> ", stdout);
		columns_clean(stdout, ask_text(arrival, "clip"));
	}
	putchar('\n');
	if (ask_text(arrival, "message")[0]) {
		label("");
		printf("  %s\n", ask_text(arrival, "message"));
	}
	json_array_foreach(json_object_get(arrival, "warnings"), i, warning)
	{
		label("");
		printf("  %s\n", ask_text(warning, "message"));
	}
}

/* Files of the inbox and of sticks that were refused, or taken with a warning. */
static void print_arrivals(const json_t *status)
{
	const json_t *arrivals = json_object_get(status, "arrivals"), *arrival;
	bool first = true;
	size_t i;

	json_array_foreach(arrivals, i, arrival)
	{
		if (!ask_text(arrival, "message")[0] &&
		    json_array_size(json_object_get(arrival, "warnings")) == 0)
			continue;
		print_arrival(status, arrival, first);
		first = false;
	}
}

static void print_faults(const json_t *status)
{
	const json_t *faults = json_object_get(status, "faults"), *fault;
	size_t i;

	label(_("Faults"));
	if (json_array_size(faults) == 0)
		puts(_("none"));
	json_array_foreach(faults, i, fault)
	{
		if (i > 0)
			label("");
		columns_clean(stdout, ask_text(fault, "message"));
		printf(" (%s, ", ask_text(fault, "code"));
		fputs(_("since "), stdout);
		print_instant(ask_text(fault, "since"),
			      !same_day(ask_text(status, "now"), ask_text(fault, "since")));
		fputs(")\n", stdout);
		label("");
		fputs("  ", stdout);
		columns_clean(stdout, ask_text(fault, "cure"));
		putchar('\n');
	}
}

static void print_page(const json_t *status)
{
	label(_("Station"));
	columns_clean(stdout, ask_text(status, "station"));
	putchar('\n');
	print_clock(status);
	print_on_air(status);
	print_waiting(status);
	print_next(status);
	print_airtime(status);
	print_box(status);
	print_lines(status);
	print_stick(status);
	print_arrivals(status);
	print_faults(status);
	status_past_faults(status, LABEL_COLUMNS);
}

int cmd_status(const struct call *call)
{
	const json_t *status;
	json_t *reply;
	int r;

	if (call_has(call, "faults"))
		return status_all_faults(call);
	r = ask_station(call, ask_request("status"), &reply);
	if (r != EXIT_DONE)
		return r;
	status = json_object_get(reply, "status");
	if (call_has(call, "json")) {
		json_line(stdout, status, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	} else {
		print_page(status);
	}
	json_decref(reply);
	return EXIT_DONE;
}
