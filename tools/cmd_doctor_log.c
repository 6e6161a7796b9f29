/* SPDX-License-Identifier: MIT */
/* Checks of what was played, and of the recordings for what will be. */
#include "cmd_doctor.h"

#include <errno.h>
#include <string.h>

#include "phrases.h"
#include "rehearsal.h"
#include "words.h"

#define DAY_US	     (86400 * CIVIL_US)
#define PROOF_OLD_US (8 * DAY_US)

void doctor_check_log(const struct doctor *d, struct doctor_findings *ret)
{
	const json_t *fault = doctor_fault(d, "log-not-writable");

	if (fault)
		doctor_fail(ret, ask_text(fault, "cure"), "%s", ask_text(fault, "message"));
	if (!d->proof && d->log_error == -ENOENT)
		doctor_ok(ret, _("There is no log yet; it begins with the first start."));
	else if (!d->proof && (d->log_error == -EACCES || d->log_error == -EPERM))
		doctor_warn(ret, _("Use sudo."), _("You may not read the log in %s."),
			    d->scene.state);
	else if (!d->proof)
		doctor_fail(ret, _("Keep the folder as it is, and look at the memory card."),
			    _("The log in %s cannot be read (%s)."), d->scene.state,
			    words_error(-d->log_error));
	else if (json_is_true(json_object_get(d->proof, "intact")))
		doctor_ok(ret, _("The chain of %lld events is intact."),
			  ask_number(d->proof, "events"));
	else
		doctor_fail(ret, _("Keep a copy of the folder; loaphuong log verify says where."),
			    _("The chain of the log is broken (%s)."),
			    ask_text(d->proof, "problem"));
}

/* The first item of a rehearsed occurrence for which nobody has recorded anything. */
static bool lacks_recording(const struct plan *plan, const struct rehearsed *row, char *ret,
			    size_t n)
{
	for (const char *at = row->items; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		const struct plan_clip *clip;

		if (length >= n)
			return false;
		memcpy(ret, at, length);
		ret[length] = '\0';
		clip = plan_find_clip(plan, ret);
		if (clip && !clip->recording.present)
			return true;
		at += length;
	}
	return false;
}

static void check_missing(const struct doctor *d, const struct rehearsal *rehearsal,
			  struct doctor_findings *ret)
{
	char name[LIMIT_NAME], first[LIMIT_NAME] = "";
	size_t n_missing = 0, n_air = 0;

	for (size_t i = 0; i < rehearsal->n; i++) {
		const struct rehearsed *row = &rehearsal->items[i];

		n_air += row->started_us != 0;
		if (!lacks_recording(d->offline.plan, row, name, sizeof(name)))
			continue;
		if (n_missing++ == 0)
			memcpy(first, name, sizeof(first));
	}
	if (n_missing > 0)
		doctor_fail(ret, _("loaphuong clip add FILE --name NAME"),
			    _("Broadcasts within 24 hours that lack a recording: %zu of %zu, for "
			      "one %s."),
			    n_missing, rehearsal->n, first);
	else if (rehearsal->n == 0)
		doctor_ok(ret, _("Nothing is planned within 24 hours."));
	else if (n_air < rehearsal->n)
		doctor_warn(ret, _("loaphuong plan says for each why it does not play."),
			    _("Of %zu broadcasts within 24 hours, %zu will not sound."),
			    rehearsal->n, rehearsal->n - n_air);
	else
		doctor_ok(ret, _("Broadcasts within 24 hours: %zu, all with recordings."),
			  rehearsal->n);
}

void doctor_check_recordings(const struct doctor *d, struct doctor_findings *ret)
{
	struct rehearsal rehearsal = {0};

	if (!d->offline.plan) {
		doctor_warn(ret, _("Correct the config first."),
			    _("The config has errors: what will be played is not known."));
		return;
	}
	if (!d->recordings.known) {
		doctor_warn(ret, _("Use sudo, or name the folder with --state."),
			    _("The recordings in %s cannot be seen."), d->scene.state);
		return;
	}
	if (rehearsal_run(d->offline.plan, d->scene.now_us, d->scene.now_us + DAY_US,
			  d->scene.paused_until_us, &rehearsal) == 0)
		check_missing(d, &rehearsal, ret);
	rehearsal_done(&rehearsal);
}

/* The newest row that a broadcast or a play was to leave; refusals say nothing of the sound. */
static const json_t *newest_that_counts(const struct doctor *d)
{
	const json_t *row;
	size_t i;

	json_array_foreach(d->rows, i, row)
	{
		const char *outcome = ask_text(row, "outcome");

		if (strcmp(outcome, "open") != 0 && strcmp(outcome, "refused") != 0)
			return row;
	}
	return NULL;
}

void doctor_check_proof(const struct doctor *d, struct doctor_findings *ret)
{
	const json_t *row = newest_that_counts(d);
	char age[64], result[512];
	int64_t ended_us = 0;

	if (!d->rows)
		return; /* the check of the log has said why */
	if (!row) {
		doctor_warn(ret, _("loaphuong test-tone sends a quiet one."),
			    _("The log knows of no sound yet."));
		return;
	}
	phrase_result(result, sizeof(result), phrase_outcome(ask_text(row, "outcome")),
		      json_string_value(json_object_get(row, "reason")));
	if (ask_number(row, "audible") == 0) {
		doctor_fail(ret, _("loaphuong why TIME tells more; then try loaphuong test-tone."),
			    _("The last one, %.16s, was not heard: %s"), ask_text(row, "at"),
			    result);
		return;
	}
	civil_parse_instant(ask_text(row, "end"), NULL, &ended_us);
	phrase_duration(age, sizeof(age), d->scene.now_us - ended_us);
	if (d->scene.now_us - ended_us > PROOF_OLD_US)
		doctor_warn(ret, _("loaphuong test-tone sends a quiet one."),
			    _("The last sound is %s old (%.16s)."), age, ask_text(row, "at"));
	else
		doctor_ok(ret, _("The card took sound %s ago (%.16s, %s)."), age,
			  ask_text(row, "at"), result);
}
