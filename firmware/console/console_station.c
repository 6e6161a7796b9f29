/* SPDX-License-Identifier: MIT */
/* Requests that are handed on to the station, in the visitor's name. */
#include "console_internal.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "words.h"

/* Why the station could not be asked, for people: cause and cure. */
static const char *trouble_text(int error)
{
	switch (error) {
	case -ENOENT:
	case -ECONNREFUSED:
		return N_(
			"The station is not running. Switch the box off and on again; if that does "
			"not help, call the technician.");
	case -EACCES:
		return N_("The console may not talk to the station. The technician puts its user "
			  "into "
			  "the group loaphuong.");
	case -EBUSY:
		return N_("Too much is being asked at a time. Wait a moment and try again.");
	default:
		return N_(
			"The station does not answer. Wait a moment and try again; if it stays so, "
			"switch the box off and on again.");
	}
}

json_t *console_trouble(void *context, const char *language, int error)
{
	json_t *reply;

	(void)context;
	words_use(language);
	reply = json_pack("{s:b, s:s, s:s}", "ok", 0, "error",
			  error == -EBUSY ? "busy-station" : "no-station", "message",
			  _(trouble_text(error)));
	words_use(NULL);
	return reply;
}

static unsigned status_of(const json_t *reply)
{
	static const struct {
		const char *code;
		unsigned status;
	} known[] = {
		{"bad-request", 400},	{"unknown-request", 501}, {"no-such", 404},
		{"unavailable", 503},	{"busy-station", 503},	  {"too-large", 413},
		{"out-of-memory", 503},
	};
	const char *code = json_string_value(json_object_get(reply, "error"));

	if (json_is_true(json_object_get(reply, "ok")))
		return 200;
	for (size_t i = 0; code && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].code, code) == 0)
			return known[i].status;
	return 409;
}

static void answered(void *context, json_t *reply, int error)
{
	struct visit *visit = context;

	visit->call = NULL;
	if (!reply) {
		visit_answer(visit, 503, console_trouble(NULL, visit->language, error));
		return;
	}
	if (visit->route->method != HTTP_GET)
		live_poke(visit->console->live);
	visit_answer(visit, status_of(reply), json_incref(reply));
}

void visit_ask_station(struct visit *visit, json_t *request, uint64_t timeout_us, bool urgent)
{
	int error;

	if (request && visit->who.role > ROLE_NONE)
		json_object_set_new(request, "who", json_string(visit->who.name));
	if (request)
		json_object_set_new(request, "language", json_string(visit->language));
	error = link_ask(visit->console->link, request, visit->fd, timeout_us, urgent, answered,
			 visit, &visit->call);
	if (error < 0)
		visit_answer(visit, 503, console_trouble(NULL, visit->language, error));
}

/* A value of a query, as the station's JSON has it. */
static json_t *value_of(const char *key, const char *text)
{
	static const char *const numbers[] = {"after_row", "limit", "skip"};
	bool number = *text && strlen(text) <= 15;

	for (const char *c = text; *c; c++)
		number &= isdigit((unsigned char)*c) != 0;
	for (size_t i = 0; number && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(key, numbers[i]) == 0)
			return json_integer(strtoll(text, NULL, 10));
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_boolean(*text == 't');
	return json_string(text);
}

/* The keys of the query that the route names. */
static json_t *from_query(const struct visit *visit)
{
	const char *names = visit->route->parameters;
	json_t *request = json_object();

	while (*names) {
		size_t n = strcspn(names, ", ");
		const char *value;
		char key[32];

		if (n < sizeof(key)) {
			memcpy(key, names, n);
			key[n] = '\0';
			value = http_query(visit->request, key);
			if (value)
				json_object_set_new(request, key, value_of(key, value));
		}
		names += n;
		names += strspn(names, ", ");
	}
	return request;
}

static void hand_on(struct visit *visit, bool urgent)
{
	json_t *request = visit->body ? json_deep_copy(visit->body) : from_query(visit);

	if (request) {
		json_object_del(request, "who");
		json_object_set_new(request, "do", json_string(visit->route->request));
	}
	visit_ask_station(visit, request, LINK_ANSWER_US, urgent);
}

void visit_station(struct visit *visit)
{
	hand_on(visit, false);
}

void visit_urgent(struct visit *visit)
{
	hand_on(visit, true);
}

/* For machines: no account, and no more than whether both processes live. */
static void health(void *context, json_t *reply, int error)
{
	struct visit *visit = context;
	bool well = reply && json_is_true(json_object_get(reply, "ok"));

	(void)error;
	visit->call = NULL;
	visit_answer(visit, well ? 200 : 503, json_pack("{s:b, s:b}", "ok", well, "station", well));
}

void visit_health(struct visit *visit)
{
	if (link_ask(visit->console->link, json_pack("{s:s}", "do", "ping"), -1, LINK_ANSWER_US,
		     false, health, visit, &visit->call) < 0)
		health(visit, NULL, 0);
}

void visit_events(struct visit *visit)
{
	if (live_add(visit->console->live, visit->request, visit->language, visit->who.id) < 0)
		visit_refuse(visit, 503, "too-many",
			     N_("Too many pages are open at a time. Close some of them."));
}

static void clock_answered(void *context, json_t *reply, int error)
{
	struct visit *visit = context;
	bool well = json_is_true(json_object_get(reply, "ok"));

	(void)error;
	visit->call = NULL;
	live_poke(visit->console->live);
	if (reply)
		visit_answer(visit, well ? 200 : 409, json_incref(reply));
	else
		visit_refuse(visit, 503, "no-clock",
			     N_("This box does not let the page set its clock. The technician does "
				"it with loaphuong clock set."));
}

/* Neither this process nor the station may set a clock: loaphuong clock answer. */
void visit_clock_set(struct visit *visit)
{
	json_t *request = json_pack("{s:s, s:s, s:s}", "to", visit_text(visit, "to"), "who",
				    visit->who.name, "language", visit->language);

	if (link_ask(visit->console->clock, request, -1, 3 * LINK_ANSWER_US, false, clock_answered,
		     visit, &visit->call) < 0)
		clock_answered(visit, NULL, 0);
}
