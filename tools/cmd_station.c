/* SPDX-License-Identifier: MIT */
/* What a person does to the running station: play, stop, pause, skip, reload, volume. */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "phrases.h"
#include "scene.h"
#include "when.h"
#include "words.h"

/* "by" is the person, where the command takes one; the station adds who is at the keyboard. */
static json_t *request_of(const struct call *call, const char *what)
{
	json_t *request = ask_request(what);

	ask_put(request, "why", call_value(call, "why"));
	ask_put(request, "who", call_value(call, "by"));
	return request;
}

static int ask_and_say(const struct call *call, json_t *request, const char *done)
{
	json_t *reply;
	int r = ask_station(call, request, &reply);

	if (r != EXIT_DONE)
		return r;
	puts(done);
	json_decref(reply);
	return EXIT_DONE;
}

static bool names_somebody(const char *by)
{
	return by && by[strspn(by, " ")];
}

static void say_played(const json_t *reply)
{
	if (json_is_integer(json_object_get(reply, "row")))
		printf(_("It goes on air now (row %lld of the log)."), ask_number(reply, "row"));
	else
		fputs(_("It waits until what is on air is over."), stdout);
	putchar('\n');
}

int cmd_play(const struct call *call)
{
	bool emergency = call_has(call, "emergency");
	json_t *request, *names, *reply;
	int r;

	if (emergency && !names_somebody(call_value(call, "by"))) {
		complain(_("an emergency names the person who orders it: add --by WHO"));
		return EXIT_WRONG;
	}
	request = request_of(call, "play");
	names = json_array();
	for (size_t i = 0; i < call->n_operands; i++)
		json_array_append_new(names, json_string(call->operands[i]));
	json_object_set_new(request, "names", names);
	if (emergency) {
		json_object_set_new(request, "emergency", json_true());
		ask_put(request, "class", "emergency");
	}
	r = ask_station(call, request, &reply);
	if (r != EXIT_DONE)
		return r;
	say_played(reply);
	json_decref(reply);
	return EXIT_DONE;
}

static const char *what_it_did(const char *did)
{
	static const struct {
		const char *did, *text;
	} words_of[] = {
		{"stopped", N_("The button stopped what was on air.")},
		{"ignored", N_("The button did nothing: its message is on air already.")},
		{"cooldown", N_("The button did nothing: its cooldown is not over.")},
		{"armed", N_("First step done: press it once more, at once, for the second.")},
		{"nothing", N_("That did nothing: there is nothing to stop, or the config gives "
			       "the button nothing to do for it.")},
	};

	for (size_t i = 0; i < sizeof(words_of) / sizeof(words_of[0]); i++)
		if (strcmp(words_of[i].did, did) == 0)
			return _(words_of[i].text);
	return did;
}

int cmd_press(const struct call *call)
{
	json_t *request = request_of(call, "press"), *reply;
	int r;

	ask_put(request, "name", call->operands[0]);
	if (call_has(call, "hold"))
		json_object_set_new(request, "hold", json_true());
	r = ask_station(call, request, &reply);
	if (r != EXIT_DONE)
		return r;
	if (strcmp(ask_text(reply, "did"), "played") == 0)
		say_played(reply);
	else
		puts(what_it_did(ask_text(reply, "did")));
	json_decref(reply);
	return EXIT_DONE;
}

int cmd_stop(const struct call *call)
{
	return ask_and_say(call, request_of(call, "stop"),
			   _("Stopped. Later broadcasts are not affected."));
}

static int read_until(const struct call *call, char *ret, size_t n)
{
	struct scene scene;
	int64_t until_us;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	if (when_time(call_value(call, "until"), &scene.zone, scene.today, &until_us) < 0) {
		complain(_("--until \"%s\" is not a time: write 17:00 or \"2024-06-01 17:00\""),
			 call_value(call, "until"));
		r = EXIT_WRONG;
	} else if (until_us <= scene.now_us) {
		complain(_("--until %s is over already: name a later time, with its date"),
			 call_value(call, "until"));
		r = EXIT_WRONG;
	} else {
		civil_print_instant(ret, n, &scene.zone, until_us, 0);
	}
	scene_close(&scene);
	return r;
}

int cmd_pause(const struct call *call)
{
	json_t *request;
	char until[64], done[256];
	int r;

	if (call_has(call, "until") == call_has(call, "off")) {
		complain(_("say until when: --until TIME, or --off to end a pause"));
		return EXIT_WRONG;
	}
	request = request_of(call, "pause");
	if (call_has(call, "off")) {
		json_object_set_new(request, "until", json_null());
		return ask_and_say(call, request, _("The pause is over: the schedule goes on."));
	}
	r = read_until(call, until, sizeof(until));
	if (r != EXIT_DONE) {
		json_decref(request);
		return r;
	}
	ask_put(request, "until", until);
	snprintf(done, sizeof(done), _("The schedule is paused until %.10s %.5s."), until,
		 until + 11);
	return ask_and_say(call, request, done);
}

int cmd_skip(const struct call *call)
{
	const json_t *skipped;
	json_t *reply;
	int r = ask_station(call, request_of(call, "skip"), &reply);

	if (r != EXIT_DONE)
		return r;
	skipped = json_object_get(reply, "skipped");
	printf(_("Skipped: %s of %.10s %.5s."), ask_text(skipped, "broadcast"),
	       ask_text(skipped, "at"),
	       strlen(ask_text(skipped, "at")) > 11 ? ask_text(skipped, "at") + 11 : "");
	putchar('\n');
	json_decref(reply);
	return EXIT_DONE;
}

static void print_fault_list(FILE *out, const json_t *faults)
{
	const json_t *fault;
	size_t i;

	json_array_foreach(faults, i, fault) fprintf(
		out, "%s:%lld: %s: %s\n", ask_text(fault, "file"), ask_number(fault, "line"),
		ask_text(fault, "level"), ask_text(fault, "text"));
}

static int reload(struct ask *station, json_t *request)
{
	json_t *reply;
	int r = EXIT_DONE;

	if (ask_call(station, request, -1, &reply) < 0)
		return EXIT_SERVICE;
	print_fault_list(stderr, json_object_get(reply, "faults"));
	if (json_is_true(json_object_get(reply, "ok"))) {
		print_fault_list(stdout, json_object_get(reply, "warnings"));
		puts(_("The new config is in force."));
	} else if (strcmp(ask_text(reply, "error"), "config") == 0) {
		complain("%s", ask_text(reply, "message"));
		r = EXIT_NO;
	} else {
		r = ask_refused(reply);
	}
	json_decref(reply);
	return r;
}

int cmd_reload(const struct call *call)
{
	struct ask *station;
	int r = ask_open(call, &station);

	if (r < 0)
		return ask_unreachable(r);
	r = reload(station, request_of(call, "reload"));
	ask_close(station);
	return r;
}

/* strtod knows the process's decimal point, and that is always "." here (config/words.h). */
static bool read_db(const char *text, double *ret)
{
	char *end;
	double db = strtod(text, &end);

	if (end == text || !(db >= -60.0 && db <= 0.0) || (*end && strcmp(end, "dB") != 0))
		return false;
	*ret = db;
	return true;
}

int cmd_volume(const struct call *call)
{
	json_t *request, *reply;
	double db = 0;
	int r;

	if (call->n_operands > 0 && !read_db(call->operands[0], &db)) {
		complain(_("\"%s\" is not a volume: write decibels from -60 to 0, as -6"),
			 call->operands[0]);
		return EXIT_WRONG;
	}
	request = request_of(call, "volume");
	if (call->n_operands > 0)
		json_object_set_new(request, "db", json_real(db));
	r = ask_station(call, request, &reply);
	if (r != EXIT_DONE)
		return r;
	printf("%.1f dB\n", json_number_value(json_object_get(reply, "db")));
	json_decref(reply);
	return EXIT_DONE;
}
