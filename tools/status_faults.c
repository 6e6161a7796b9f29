/* SPDX-License-Identifier: MIT */
#include "status_faults.h"

#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "words.h"

#define PAST_FAULTS 5 /* of the page; --faults lists all */

/* "message (code, 3 times, 2024-06-01 05:45 to 06:10)" */
static void print_past_fault(const json_t *fault)
{
	const char *first = ask_text(fault, "first"), *last = ask_text(fault, "last");

	columns_clean(stdout, ask_text(fault, "message"));
	printf(" (%s, ", ask_text(fault, "code"));
	printf(_("%lld times, "), ask_number(fault, "count"));
	printf("%.10s %.5s", first, strlen(first) > 11 ? first + 11 : "");
	if (strcmp(first, last) != 0)
		printf(" - %.10s %.5s", last, strlen(last) > 11 ? last + 11 : "");
	fputs(")\n", stdout);
}

void status_past_faults(const json_t *status, int columns)
{
	const json_t *faults = json_object_get(status, "past_faults");
	size_t n = json_array_size(faults);

	for (size_t i = 0; i < n && i < PAST_FAULTS; i++) {
		columns_put(stdout, i == 0 ? _("Past faults") : "", (size_t)columns);
		print_past_fault(json_array_get(faults, i));
	}
	if (n > PAST_FAULTS)
		printf("%*s%s\n", columns, "", _("and more: loaphuong status --faults"));
}

/* All that is known since the start, page by page. */
static int list_faults(struct ask *station)
{
	json_int_t skip = 0;
	bool more = true;
	int r = EXIT_DONE;

	while (more && r == EXIT_DONE) {
		json_t *request = ask_request("faults"), *reply, *fault;
		size_t i;

		json_object_set_new(request, "skip", json_integer(skip));
		if (ask_call(station, request, -1, &reply) < 0)
			return EXIT_SERVICE;
		r = ask_refused(reply);
		json_array_foreach(json_object_get(reply, "faults"), i, fault)
		{
			print_past_fault(fault);
			skip++;
		}
		more = json_is_true(json_object_get(reply, "more")) && i > 0;
		json_decref(reply);
	}
	if (r == EXIT_DONE && skip == 0)
		puts(_("No fault since the service was started; loaphuong log --notes has older "
		       "ones."));
	return r;
}

int status_all_faults(const struct call *call)
{
	struct ask *station;
	int r = ask_open(call, &station);

	if (r < 0)
		return ask_unreachable(r);
	r = list_faults(station);
	ask_close(station);
	return r;
}
