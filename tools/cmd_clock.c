/* SPDX-License-Identifier: MIT */
/*
 * The station's clock: whether it may be trusted, and what a person who knows the time does.
 *
 * The station itself may not set a clock (its unit takes that right away from it). So 'set' does it
 * here, as root, and tells the station, which logs who did it and trusts it from then on.
 */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "clock_jump.h"
#include "columns.h"
#include "json_line.h"
#include "phrases.h"
#include "scene.h"
#include "when.h"
#include "words.h"
#include "zoneinfo.h"

#define LABEL_COLUMNS 12

static void label(const char *text)
{
	columns_put(stdout, text, LABEL_COLUMNS);
}

static int64_t instant_of(const json_t *object, const char *key)
{
	int64_t us = 0;

	civil_parse_instant(ask_text(object, key), NULL, &us);
	return us;
}

static void print_time(const char *name, const char *at, const char *zone)
{
	struct civil_date date;
	char text[64], day[16];

	label(name);
	snprintf(day, sizeof(day), "%.10s", at);
	if (civil_parse_date(day, false, &date) == 0) {
		phrase_day(text, sizeof(text), civil_day(date));
		printf("%s ", text);
	}
	printf("%.8s (%s)\n", strlen(at) > 11 ? at + 11 : at, zone);
}

static void print_chip(const json_t *clock)
{
	long long apart_s = ask_number(clock, "rtc_apart_s");
	const char *rtc = ask_text(clock, "rtc");
	char text[64];

	label(_("Clock chip"));
	phrase_duration(text, sizeof(text), llabs(apart_s) * CIVIL_US);
	if (strcmp(rtc, "none") == 0)
		fputs(_("none: after a power cut without network the time is not known"), stdout);
	else if (strcmp(rtc, "agrees") == 0)
		fputs(_("agrees"), stdout);
	else if (apart_s > 0)
		printf(_("shows a time %s later"), text);
	else
		printf(_("shows a time %s earlier"), text);
	putchar('\n');
}

static void print_clock(const json_t *status)
{
	const json_t *clock = json_object_get(status, "clock");
	const char *reason = ask_text(clock, "reason"), *cure = phrase_clock_cure(reason);
	char text[64];

	print_time(_("Now"), ask_text(status, "now"), ask_text(status, "timezone"));
	label(_("Clock"));
	printf("%s (%s)\n", phrase_clock(ask_text(clock, "state")), phrase_clock_reason(reason));
	if (json_is_number(json_object_get(clock, "left_s"))) {
		label(_("Still for"));
		phrase_duration(text, sizeof(text), ask_number(clock, "left_s") * CIVIL_US);
		puts(text);
	}
	label(_("Network"));
	puts(json_is_true(json_object_get(clock, "synchronized")) ? _("the time is kept by it")
								  : _("not synchronised"));
	print_chip(clock);
	if (cure[0]) {
		label(_("What to do"));
		puts(cure);
	}
}

static int print_json(const json_t *status)
{
	json_t *object = json_pack("{s:O, s:O, s:O}", "now", json_object_get(status, "now"),
				   "timezone", json_object_get(status, "timezone"), "clock",
				   json_object_get(status, "clock"));

	if (!object)
		return complain_memory();
	json_line(stdout, object, JSON_INDENT(2));
	json_decref(object);
	return EXIT_DONE;
}

int cmd_clock(const struct call *call)
{
	const json_t *status;
	json_t *reply;
	int r = ask_station(call, ask_request("status"), &reply);

	if (r != EXIT_DONE)
		return r;
	status = json_object_get(reply, "status");
	if (call_has(call, "json"))
		r = print_json(status);
	else
		print_clock(status);
	json_decref(reply);
	return r;
}

/* The person is part of the answer: the log is to say who vouched for the time. */
static json_t *request_of(const struct call *call, const char *what)
{
	const char *by = call_value(call, "by");
	json_t *request;

	if (!by || !by[strspn(by, " ")]) {
		complain(_("say who knows the time: add --by WHO"));
		return NULL;
	}
	request = ask_request(what);
	ask_put(request, "who", by);
	ask_put(request, "why", call_value(call, "why"));
	return request;
}

/* Was it believed? */
static int say_verdict(const json_t *reply)
{
	const json_t *clock = json_object_get(reply, "clock");
	const char *reason = ask_text(clock, "reason");

	if (strcmp(ask_text(clock, "state"), clock_state_name(CLOCK_UNTRUSTED)) == 0) {
		complain(_("the station does not believe it: %s. %s"), phrase_clock_reason(reason),
			 phrase_clock_cure(reason));
		return EXIT_NO;
	}
	printf("%s (%s)\n", phrase_clock(ask_text(clock, "state")), phrase_clock_reason(reason));
	return EXIT_DONE;
}

int cmd_clock_confirm(const struct call *call)
{
	json_t *request = request_of(call, "clock-confirm"), *reply;
	int r;

	if (!request)
		return EXIT_WRONG;
	r = ask_station(call, request, &reply);
	if (r != EXIT_DONE)
		return r;
	r = say_verdict(reply);
	json_decref(reply);
	return r;
}

/* ---- set ---- */

struct setting {
	const struct call *call;
	struct scene scene;
	struct zone zone; /* the running station's, whatever the config says by now */
	json_t *status;
	int64_t now_us, to_us;
};

static const json_t *clock_of(const struct setting *set)
{
	return json_object_get(set->status, "clock");
}

static int ask_status(struct setting *set)
{
	json_t *reply;
	int r = ask_station(set->call, ask_request("status"), &reply);

	if (r != EXIT_DONE)
		return r;
	set->status = json_incref(json_object_get(reply, "status"));
	json_decref(reply);
	set->now_us = instant_of(set->status, "now");
	if (zoneinfo_load(ask_text(set->status, "timezone"), &set->zone) < 0) {
		complain(_("the data of time zone %s cannot be read: sudo apt install tzdata"),
			 ask_text(set->status, "timezone"));
		return EXIT_NO;
	}
	return EXIT_DONE;
}

static bool is_outside(const struct setting *set, int64_t us)
{
	return us < instant_of(clock_of(set), "not_before") ||
	       us > instant_of(clock_of(set), "not_after");
}

static int read_time(struct setting *set)
{
	const char *text = set->call->operands[0];
	int32_t today = zone_to_civil(&set->zone, set->now_us / CIVIL_US).day;
	int error = when_exact(text, &set->zone, today, &set->to_us);

	if (error == 0 && !when_has_day(text) && is_outside(set, set->now_us)) {
		complain(_("the clock shows no day that could be right: write the date too, as "
			   "\"2024-06-01 05:30\""));
		return EXIT_WRONG;
	}
	if (error == -ERANGE)
		complain(_("%s does not exist: clocks jumped over it on that day"), text);
	else if (error == -ENOTUNIQ)
		complain(_("%s was there twice on that day: write which, as "
			   "2024-10-27T02:30:00+02:00"),
			 text);
	else if (error < 0)
		complain(_("\"%s\" is not a time: write 05:30 or \"2024-06-01 05:30\""), text);
	return error < 0 ? EXIT_WRONG : EXIT_DONE;
}

/* What would only make things worse is not begun. */
static int may_be_set(const struct setting *set)
{
	const json_t *clock = clock_of(set);

	if (strcmp(ask_text(clock, "source"), "pretended") == 0) {
		complain(_("the station runs with --pretend-now; its time cannot be set"));
	} else if (json_is_true(json_object_get(clock, "synchronized"))) {
		complain(_("the network keeps this clock and would set it back. If its time is "
			   "wrong: sudo timedatectl set-ntp false, and again"));
	} else if (set->to_us < instant_of(clock, "not_before")) {
		complain(_("the station would not believe that: it was made, or its log was "
			   "written, later (%.16s). Look at the date"),
			 ask_text(clock, "not_before"));
	} else if (is_outside(set, set->to_us)) {
		complain(_("the station would not believe that: it is too far in the future. Look "
			   "at the date"));
	} else {
		return EXIT_DONE;
	}
	return EXIT_NO;
}

static int preview(struct setting *set)
{
	struct clock_jump jump = {
		.now_us = set->now_us,
		.to_us = set->to_us,
		.accounted_us = instant_of(clock_of(set), "accounted"),
		.paused_until_us = set->scene.paused_until_us,
	};
	struct recordings recordings = {0};
	struct offline offline = {0};
	char text[64];
	int r = scene_recordings(&set->scene, &recordings);

	print_time(_("Now"), ask_text(set->status, "now"), set->zone.name);
	civil_print_instant(text, sizeof(text), &set->zone, set->to_us, 0);
	print_time(_("Then"), text, set->zone.name);
	if (r == EXIT_DONE)
		r = offline_need(set->scene.config, set->scene.state, &recordings, set->to_us,
				 &offline);
	jump.plan = offline.plan;
	if (r == EXIT_DONE && clock_jump_print(&jump) < 0)
		r = complain_memory();
	offline_done(&offline);
	recordings_done(&recordings);
	return r;
}

static void say_chip(int rtc)
{
	if (rtc == 0)
		puts(_("The clock chip was set, too."));
	else if (rtc == -EOPNOTSUPP)
		puts(_("The clock chip keeps local time and was left alone: set it with hwclock."));
	else if (rtc != -ENOENT)
		printf(_("The clock chip could not be set: %s\n"), words_error(-rtc));
}

/* The clock of the station: the system's, or the one it is tested with. */
static int set_clock(const struct setting *set)
{
	const char *source = ask_text(clock_of(set), "source");
	struct clock *clock;
	int rtc = -ENOENT;
	int error = strncmp(source, "sim:", 4) == 0 ? clock_new_sim(source + 4, &clock)
						    : clock_new(0, &clock);

	if (error == 0) {
		error = clock_set(clock, set->to_us, &rtc);
		clock_free(clock);
	}
	if (error == -EPERM)
		complain(_("only root may set the clock: put sudo before the command"));
	else if (error < 0)
		complain(_("the clock could not be set: %s"), words_error(-error));
	else
		say_chip(rtc);
	return error < 0 ? EXIT_NO : EXIT_DONE;
}

static int tell_station(const struct setting *set)
{
	json_t *request = request_of(set->call, "clock-set"), *reply;
	char from[64], to[64];
	int r;

	civil_print_instant(from, sizeof(from), &set->zone, set->now_us, 0);
	civil_print_instant(to, sizeof(to), &set->zone, set->to_us, 0);
	ask_put(request, "from", from);
	ask_put(request, "to", to);
	r = ask_station(set->call, request, &reply);
	if (r != EXIT_DONE)
		return r;
	r = say_verdict(reply);
	json_decref(reply);
	return r;
}

static int set_time(struct setting *set)
{
	int r = ask_status(set);

	if (r == EXIT_DONE)
		r = read_time(set);
	if (r == EXIT_DONE)
		r = may_be_set(set);
	if (r == EXIT_DONE)
		r = preview(set);
	if (r != EXIT_DONE)
		return r;
	if (!call_has(set->call, "yes")) {
		complain(_("nothing was changed: add --yes to do it"));
		return EXIT_NO;
	}
	r = set_clock(set);
	return r == EXIT_DONE ? tell_station(set) : r;
}

int cmd_clock_set(const struct call *call)
{
	struct setting set = {.call = call};
	json_t *request = request_of(call, "clock-set");
	int r;

	if (!request)
		return EXIT_WRONG;
	json_decref(request);
	r = scene_open(call, &set.scene);
	if (r != EXIT_DONE)
		return r;
	if (!set.scene.station)
		r = ask_unreachable(set.scene.unreachable ? set.scene.unreachable : -ENOENT);
	else
		r = set_time(&set);
	zone_done(&set.zone);
	json_decref(set.status);
	scene_close(&set.scene);
	return r;
}
