/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <string.h>

#include "log_print.h"
#include "log_source.h"
#include "when.h"
#include "words.h"

/* Days, both inclusive; what is not given has no limit. */
static int read_range(const struct call *call, const struct scene *scene, struct store_query *query)
{
	const char *from = call_value(call, "from"), *until = call_value(call, "until");
	int32_t first, last;

	if (from && when_day(from, scene->today, &first) < 0) {
		when_complain("--from", from);
		return EXIT_WRONG;
	}
	if (until && when_day(until, scene->today, &last) < 0) {
		when_complain("--until", until);
		return EXIT_WRONG;
	}
	if (from && until && last < first) {
		complain(_("--until is before --from: exchange them"));
		return EXIT_WRONG;
	}
	if (from)
		query->from_us = zone_day_start(&scene->zone, first) * CIVIL_US;
	if (until)
		query->until_us = zone_day_start(&scene->zone, last + 1) * CIVIL_US;
	return EXIT_DONE;
}

static int print(const struct call *call, struct log_source *source,
		 const struct store_query *query)
{
	struct log_page page = {.out = stdout};
	int r;

	if (call_has(call, "json"))
		return log_rows(source, query, log_print_json, stdout);
	if (call_has(call, "csv") && call_has(call, "proof")) {
		log_print_csv_proof_header(stdout);
		return log_rows(source, query, log_print_csv_proof, stdout);
	}
	if (call_has(call, "csv")) {
		log_print_csv_header(stdout);
		return log_rows(source, query, log_print_csv, stdout);
	}
	r = log_rows(source, query, call_has(call, "proof") ? log_print_proof : log_print_row,
		     &page);
	if (r == EXIT_DONE)
		log_print_sum(&page);
	return r;
}

static int print_notes(const struct call *call, struct log_source *source,
		       const struct store_query *query)
{
	struct log_page page = {.out = stdout};
	int r;

	if (call_has(call, "json"))
		return log_notes(source, query, log_print_json, stdout);
	r = log_notes(source, query, log_print_note, &page);
	if (r == EXIT_DONE)
		log_print_notes_sum(&page);
	return r;
}

int cmd_log(const struct call *call)
{
	struct store_query query = {.mode = -1};
	struct log_source *source;
	struct scene scene;
	int r;

	if (call_has(call, "json") && call_has(call, "csv")) {
		complain(_("--json and --csv exclude each other: choose one"));
		return EXIT_WRONG;
	}
	if (call_has(call, "notes") && call_has(call, "csv")) {
		complain(_("--notes and --csv exclude each other: choose --json for programs"));
		return EXIT_WRONG;
	}
	r = scene_open(call, &scene);
	if (r != EXIT_DONE)
		return r;
	r = read_range(call, &scene, &query);
	if (r == EXIT_DONE && (r = log_open(&scene, &source)) == EXIT_DONE) {
		r = call_has(call, "notes") ? print_notes(call, source, &query)
					    : print(call, source, &query);
		log_close(source);
	}
	scene_close(&scene);
	return r;
}

static const char *problem_words(const char *code)
{
	static const struct {
		const char *code, *english;
	} problems[] = {
		{"altered", N_("an event was changed after it was written")},
		{"removed", N_("events were taken out of the middle")},
		{"reordered", N_("events stand in another order than they were written")},
		{"tail-missing", N_("the newest events were cut off")},
		{"head-missing",
		 N_("the file asrun.head, which proves the end, is missing or damaged")},
	};

	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (strcmp(problems[i].code, code) == 0)
			return words(problems[i].english);
	}
	return code;
}

static int print_verdict(const json_t *verdict)
{
	bool intact = json_is_true(json_object_get(verdict, "intact"));
	const char *problem = ask_text(verdict, "problem");

	printf(_("events: %lld"), ask_number(verdict, "events"));
	printf("\n%s: %s\n", _("head"), ask_text(verdict, "head"));
	if (intact) {
		puts(_("the chain is intact"));
		return EXIT_DONE;
	}
	printf(_("the chain is BROKEN: %s (%s)"), problem_words(problem), problem);
	putchar('\n');
	if (ask_number(verdict, "first_bad") > 0) {
		printf(_("first bad event: %lld"), ask_number(verdict, "first_bad"));
		putchar('\n');
	}
	return EXIT_NO;
}

int cmd_log_verify(const struct call *call)
{
	struct log_source *source;
	struct scene scene;
	json_t *verdict;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	r = log_open(&scene, &source);
	if (r == EXIT_DONE) {
		r = log_verify(source, &verdict);
		log_close(source);
	}
	if (r == EXIT_DONE) {
		r = print_verdict(verdict);
		json_decref(verdict);
	}
	scene_close(&scene);
	return r;
}
