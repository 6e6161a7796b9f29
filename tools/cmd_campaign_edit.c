/* SPDX-License-Identifier: MIT */
/* campaign save and campaign undo: the station does it, and says what came of it. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "campaign_changes.h"
#include "columns.h"
#include "words.h"

static void print_faults(const json_t *faults)
{
	const json_t *fault;
	size_t i;

	json_array_foreach(faults, i, fault)
	{
		printf("%s:%lld: %s: ", ask_text(fault, "file"), ask_number(fault, "line"),
		       ask_text(fault, "level"));
		columns_clean(stdout, ask_text(fault, "text"));
		putchar('\n');
	}
}

static int ask_and_say(const struct call *call, json_t *request, const char *done)
{
	struct ask *station;
	json_t *reply = NULL;
	int r;

	ask_put(request, "why", call_value(call, "why"));
	ask_put(request, "who", call_value(call, "by"));
	r = ask_open(call, &station);
	if (r < 0) {
		json_decref(request);
		return ask_unreachable(r);
	}
	r = ask_call(station, request, -1, &reply) < 0 ? EXIT_SERVICE : EXIT_DONE;
	if (r == EXIT_DONE) {
		print_faults(json_object_get(reply, "faults"));
		print_faults(json_object_get(reply, "warnings"));
		if (json_is_true(json_object_get(reply, "ok")))
			puts(done);
		else
			r = ask_refused(reply) == EXIT_DONE ? EXIT_DONE : EXIT_NO;
	}
	json_decref(reply);
	ask_close(station);
	return r;
}

int cmd_campaign_save(const struct call *call)
{
	json_t *changes = campaign_changes_read(call->operands[0]), *request;

	if (!changes)
		return EXIT_NO;
	request = ask_request("campaign-save");
	if (!request || json_object_update_missing(request, changes) < 0) {
		json_decref(changes);
		json_decref(request);
		return complain_memory();
	}
	json_decref(changes);
	return ask_and_say(call, request, _("Saved, and in force."));
}

int cmd_campaign_undo(const struct call *call)
{
	json_t *request = ask_request("campaign-undo");

	if (call->n_operands > 0) {
		char *end;
		long long number = strtoll(call->operands[0], &end, 10);

		if (*end || number <= 0) {
			complain(_("%s is not the number of a change: see loaphuong campaign "
				   "history"),
				 call->operands[0]);
			json_decref(request);
			return EXIT_WRONG;
		}
		json_object_set_new(request, "number", json_integer(number));
	}
	if (call_has(call, "anyway"))
		json_object_set_new(request, "anyway", json_true());
	return ask_and_say(call, request, _("Undone, and in force. An undo can be undone, too."));
}
