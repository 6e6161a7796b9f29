/* SPDX-License-Identifier: MIT */
/* Figures of the station for Prometheus, in its text format 0.0.4. */
#include "console_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void put(FILE *out, const char *name, const char *help, double value)
{
	fprintf(out, "# HELP loaphuong_%s %s\n# TYPE loaphuong_%s gauge\nloaphuong_%s %.15g\n",
		name, help, name, name, value);
}

/* An instant of the station's JSON as seconds; 0: there is none. */
static double instant(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	int64_t us = 0;

	if (!text || civil_parse_instant(text, NULL, &us) < 0)
		return 0;
	return (double)us / 1e6;
}

/* Codes are of the station, words with dashes: nothing in them needs an escape. */
static void put_faults(FILE *out, const json_t *status)
{
	const json_t *faults = json_object_get(status, "faults"), *fault;
	size_t i;

	put(out, "faults", "Faults of the box.", (double)json_array_size(faults));
	fputs("# HELP loaphuong_fault A fault that is there.\n# TYPE loaphuong_fault gauge\n", out);
	json_array_foreach(faults, i, fault)
	{
		const char *code = json_string_value(json_object_get(fault, "code"));

		if (code && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(code))
			fprintf(out, "loaphuong_fault{code=\"%s\"} 1\n", code);
	}
}

static void put_status(FILE *out, const json_t *status)
{
	const char *clock =
		json_string_value(json_object_get(json_object_get(status, "clock"), "state"));
	const json_t *airtime = json_object_get(status, "airtime");

	put(out, "on_air", "1 while something is on air.",
	    json_is_object(json_object_get(status, "on_air")));
	put(out, "waiting", "Broadcasts that wait.", number(status, "waiting"));
	put(out, "clock_known", "0 while the box does not know the time and holds the schedule.",
	    clock && strcmp(clock, "untrusted") != 0);
	put(out, "time_seconds", "What the box takes for the time.", instant(status, "now"));
	put(out, "next_broadcast_seconds", "When the next broadcast is due; 0: none.",
	    instant(json_object_get(status, "next"), "at"));
	put(out, "paused_until_seconds", "Until when the schedule is paused; 0: it is not.",
	    instant(status, "paused_until"));
	put(out, "airtime_day_used_seconds", "Airtime of the day that is used.",
	    number(airtime, "day_used_s"));
	put(out, "device_lost", "1 while the sound card is gone.",
	    json_is_true(json_object_get(json_object_get(status, "device"), "lost")));
	put(out, "clips", "Recordings in the library.", number(status, "clips"));
	put(out, "volume_db", "The volume.", number(status, "volume_db"));
	put_faults(out, status);
}

static void answered(void *context, json_t *reply, int error)
{
	struct visit *visit = context;
	const json_t *status = json_object_get(reply, "status");
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)error;
	visit->call = NULL;
	if (out) {
		put(out, "up", "1 while the station answers.", json_is_object(status));
		if (json_is_object(status))
			put_status(out, status);
		fclose(out);
	}
	http_answer(visit->request, out ? 200 : 503, "text/plain; version=0.0.4; charset=utf-8",
		    text, n);
	free(text);
}

void visit_metrics(struct visit *visit)
{
	if (link_ask(visit->console->link, json_pack("{s:s}", "do", "status"), -1, LINK_ANSWER_US,
		     false, answered, visit, &visit->call) < 0)
		answered(visit, NULL, 0);
}
