/* SPDX-License-Identifier: MIT */
/*
 * What became of the files about which nobody could be asked (inbox, stick), and what is to be
 * known of those that were taken: kept for status, the last CONTROL_ARRIVALS of them.
 */
#include "daemon_internal.h"

#include <stdio.h>
#include <string.h>

#include "import_words.h"

void daemon_arrival_note(struct daemon *d, bool usb, const char *file, bool known,
			 const struct library_result *result)
{
	struct daemon_arrival *arrival = &d->arrivals[0];
	bool full = d->n_arrivals == CONTROL_ARRIVALS;

	memmove(&d->arrivals[1], &d->arrivals[0], (d->n_arrivals - full) * sizeof(d->arrivals[0]));
	d->n_arrivals += !full;
	*arrival = (struct daemon_arrival){
		.at_us = d->now_us, .usb = usb, .known = known, .result = *result};
	snprintf(arrival->file, sizeof(arrival->file), "%s", file);
}

void daemon_arrival_refuse(struct daemon *d, bool usb, const char *file, const char *code)
{
	struct library_result result = {.verdict = LIBRARY_REFUSED};

	snprintf(result.code, sizeof(result.code), "%s", code);
	daemon_arrival_note(d, usb, file, false, &result);
}

const char *daemon_arrival_code(const struct library_result *result)
{
	return result->verdict == LIBRARY_IO ? "disk" : result->code;
}

static const char *result_of(const struct daemon_arrival *arrival)
{
	if (arrival->known)
		return "known";
	return arrival->result.verdict == LIBRARY_ACCEPTED ? "taken" : "refused";
}

static void show_known(struct daemon_arrival *arrival, struct control_arrival *ret)
{
	const struct import_warning warning = {.code = "same-recording",
					       .same_as = arrival->result.same_as};

	import_warning_text(&warning, arrival->text, sizeof(arrival->text));
	ret->clip = arrival->result.same_as;
	ret->code = warning.code;
	ret->message = arrival->text;
}

static void show_taken(struct daemon_arrival *arrival, struct control_arrival *ret)
{
	ret->clip = arrival->result.clip.name;
	ret->n_warnings = daemon_import_warnings(&arrival->result, arrival->warnings);
	ret->warnings = arrival->warnings;
}

static void show(struct daemon_arrival *arrival, struct control_arrival *ret)
{
	*ret = (struct control_arrival){
		.at_us = arrival->at_us,
		.from = arrival->usb ? "usb" : "inbox",
		.file = arrival->file,
		.result = result_of(arrival),
		.clip = "",
	};
	if (arrival->known) {
		show_known(arrival, ret);
	} else if (arrival->result.verdict == LIBRARY_ACCEPTED) {
		show_taken(arrival, ret);
	} else {
		ret->code = daemon_arrival_code(&arrival->result);
		ret->message = import_refusal(ret->code);
	}
}

size_t daemon_arrivals_show(struct daemon *d, const struct control_arrival **ret)
{
	for (size_t i = 0; i < d->n_arrivals; i++)
		show(&d->arrivals[i], &d->shown_arrivals[i]);
	*ret = d->shown_arrivals;
	return d->n_arrivals;
}
