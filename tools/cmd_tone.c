/* SPDX-License-Identifier: MIT */
/*
 * test-tone: a quiet tone through relay and sound card, and the card's word on it. The tone is a
 * clip of the library; where it is not there yet, the one that came with the program is added.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "asrun.h"
#include "control.h"
#include "phrases.h"
#include "words.h"

#ifndef LOA_TONE_INSTALLED
#define LOA_TONE_INSTALLED "/usr/share/loaphuong/test-tone.mp3"
#endif
#ifndef LOA_TONE_SOURCE
#define LOA_TONE_SOURCE ""
#endif

#define TONE_LOOK_MS	  200	/* between two looks at the log */
#define TONE_OVER_MS	  60000 /* the relay's lead, a slow disk, a card that comes late */
#define TONE_AUDIBLE_PART 0.3	/* of what was sent; the pulses fill more than half of it */

static bool read_number(const char *text, double least, double most, double *ret)
{
	char *end;
	double number;

	if (!text)
		return true;
	number = strtod(text, &end);
	if (end == text || !(number >= least && number <= most) ||
	    (*end && strcmp(end, "dB") != 0 && strcmp(end, "s") != 0))
		return false;
	*ret = number;
	return true;
}

static int request_of(const struct call *call, json_t **ret)
{
	const char *by = call_value(call, "by");
	double seconds = 3, level = -30;

	if (!read_number(call_value(call, "seconds"), 1, CONTROL_TONE_SECONDS_MAX, &seconds) ||
	    seconds != floor(seconds)) {
		complain(_("--seconds %s: write whole seconds from 1 to %d"),
			 call_value(call, "seconds"), CONTROL_TONE_SECONDS_MAX);
		return EXIT_WRONG;
	}
	if (!read_number(call_value(call, "level"), CONTROL_TONE_LEVEL_MIN_DB,
			 CONTROL_TONE_LEVEL_MAX_DB, &level)) {
		complain(_("--level %s: write decibels from -60 to -16, as -30"),
			 call_value(call, "level"));
		return EXIT_WRONG;
	}
	if (call_has(call, "anyway") && (!by || !by[strspn(by, " ")])) {
		complain(_("outside the permitted hours the log names the person who orders it: "
			   "add --by WHO"));
		return EXIT_WRONG;
	}
	*ret = ask_request("test-tone");
	json_object_set_new(*ret, "seconds", json_integer((json_int_t)seconds));
	json_object_set_new(*ret, "level_db", json_real(level));
	if (call_has(call, "anyway"))
		json_object_set_new(*ret, "anyway", json_true());
	if (call_has(call, "relay-only"))
		json_object_set_new(*ret, "relay_only", json_true());
	ask_put(*ret, "who", by);
	ask_put(*ret, "why", call_value(call, "why"));
	return *ret ? EXIT_DONE : complain_memory();
}

static int add_tone(struct ask *station)
{
	json_t *request = ask_request("clip-add"), *reply;
	int fd = open(LOA_TONE_INSTALLED, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		fd = open(LOA_TONE_SOURCE, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain(_("%s cannot be opened (%s): install loaphuong again, or add a recording "
			   "of one second with \"loaphuong clip add FILE --name %s\""),
			 LOA_TONE_INSTALLED, words_error(errno), ASRUN_TEST_CLIP);
		json_decref(request);
		return EXIT_NO;
	}
	ask_put(request, "name", ASRUN_TEST_CLIP);
	ask_put(request, "title", _("Test tone"));
	r = ask_call(station, request, fd, &reply);
	close(fd);
	if (r < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	json_decref(reply);
	return r;
}

static bool lacks_the_tone(const json_t *reply)
{
	const char *error = ask_text(reply, "error");

	return strcmp(error, "no-such") == 0 || strcmp(error, "no-recording") == 0;
}

/* Borrows the request. */
static int begin(struct ask *station, json_t *request, long long *ret_row)
{
	json_t *reply;
	int r = EXIT_DONE;

	if (ask_call(station, json_incref(request), -1, &reply) < 0)
		return EXIT_SERVICE;
	if (lacks_the_tone(reply)) {
		json_decref(reply);
		r = add_tone(station);
		if (r != EXIT_DONE)
			return r;
		if (ask_call(station, json_incref(request), -1, &reply) < 0)
			return EXIT_SERVICE;
	}
	r = ask_refused(reply);
	*ret_row = ask_number(reply, "row");
	json_decref(reply);
	return r;
}

/* The row once it is closed; NULL if it still is not after all this time, or the station went. */
static json_t *wait_for_row(struct ask *station, long long number, int patience_ms)
{
	for (int waited_ms = 0; waited_ms < patience_ms; waited_ms += TONE_LOOK_MS) {
		json_t *request = ask_request("log"), *reply;
		json_t *row;

		poll(NULL, 0, TONE_LOOK_MS);
		json_object_set_new(request, "after_row", json_integer(number - 1));
		json_object_set_new(request, "limit", json_integer(1));
		if (ask_call(station, request, -1, &reply) < 0)
			return NULL;
		row = json_incref(json_array_get(json_object_get(reply, "rows"), 0));
		json_decref(reply);
		if (row && ask_number(row, "row") == number &&
		    strcmp(ask_text(row, "outcome"), asrun_outcome_name(OUTCOME_NONE)) != 0)
			return row;
		json_decref(row);
	}
	complain(_("the tone is still not over: see \"loaphuong status\""));
	return NULL;
}

static double seconds_of(const json_t *row, const char *frames)
{
	double rate_hz = json_number_value(
		json_object_get(json_array_get(json_object_get(row, "proof"), 0), "rate"));

	return rate_hz > 0 ? (double)ask_number(row, frames) / rate_hz : 0;
}

/* What the card took is proof that sound left the box, not that anybody heard it. */
static int say_proof(const json_t *row)
{
	double sent_s = seconds_of(row, "frames"), audible_s = seconds_of(row, "audible");
	char result[512];

	if (strcmp(ask_text(row, "outcome"), asrun_outcome_name(OUTCOME_PLAYED)) != 0) {
		phrase_result(result, sizeof(result), phrase_outcome(ask_text(row, "outcome")),
			      json_string_value(json_object_get(row, "reason")));
		complain(_("the tone did not sound as it should: %s; see \"loaphuong doctor\""),
			 result);
		return EXIT_NO;
	}
	printf(_("The sound card took %.1f s of it, %.1f s audible."), sent_s, audible_s);
	putchar('\n');
	if (audible_s < TONE_AUDIBLE_PART * sent_s)
		puts(_("Its level is below what counts as audible in the log; try --level -24."));
	else
		puts(_("If nothing was heard, look behind the card: cable, amplifier input and "
		       "volume, relay."));
	return EXIT_DONE;
}

static int click(struct ask *station, json_t *request)
{
	json_t *reply;
	int r;

	if (ask_call(station, json_incref(request), -1, &reply) < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	json_decref(reply);
	if (r == EXIT_DONE)
		puts(_("The relay is on for one second: listen for two clicks."));
	return r;
}

static int sound(struct ask *station, json_t *request)
{
	long long number = 0;
	json_t *row;
	int patience_ms = (int)ask_number(request, "seconds") * 1000 + TONE_OVER_MS;
	int r = begin(station, request, &number);

	if (r != EXIT_DONE)
		return r;
	printf(_("The tone goes on air: %lld s, row %lld of the log."),
	       ask_number(request, "seconds"), number);
	putchar('\n');
	fflush(stdout);
	row = wait_for_row(station, number, patience_ms);
	r = row ? say_proof(row) : EXIT_SERVICE;
	json_decref(row);
	return r;
}

int cmd_test_tone(const struct call *call)
{
	json_t *request = NULL;
	struct ask *station;
	int r = request_of(call, &request);

	if (r == EXIT_DONE) {
		r = ask_open(call, &station);
		if (r < 0) {
			r = ask_unreachable(r);
		} else {
			r = call_has(call, "relay-only") ? click(station, request)
							 : sound(station, request);
			ask_close(station);
		}
	}
	json_decref(request);
	return r;
}
