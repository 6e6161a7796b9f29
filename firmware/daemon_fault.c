/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lamp.h"
#include "words.h"

static const struct {
	const char *code, *message, *cure;
	enum lamp_code lamp; /* how often the light blinks */
} kinds[FAULT_N] = {
	[FAULT_CONFIG] = {"config-refused",
			  N_("The config has faults; the last good one is on air."),
			  N_("Correct it (loaphuong check shows all faults), then reload."),
			  LAMP_CONFIG},
	/* daemon_device_words.c has the words, by what the sink found */
	[FAULT_DEVICE] = {NULL, NULL, NULL, LAMP_CARD},
	[FAULT_MIXER] = {NULL, NULL, NULL, LAMP_CARD},
	[FAULT_START] = {NULL, NULL, NULL, LAMP_CARD},
	[FAULT_UNDERRUNS] = {NULL, NULL, NULL, LAMP_CARD},
	[FAULT_LOG] = {"log-not-writable",
		       N_("The as-run log cannot be written; it is kept in memory for now."),
		       N_("Make room on the disk, or exchange the memory card before the box is "
			  "switched off."),
		       LAMP_DISK},
	[FAULT_LOG_REPLACED] = {"log-replaced",
				N_("A database was damaged; it was put aside and a new one begun."),
				N_("Keep the file that was put aside, and look at the memory "
				   "card."),
				LAMP_DISK},
	[FAULT_LOG_END] = {"log-end-unproven",
			   N_("asrun.head was missing or damaged: whether the end of the log is "
			      "complete cannot be proved any more."),
			   N_("Keep a copy of the log; look at the memory card, and at who had "
			      "access to the box."),
			   LAMP_DISK},
	[FAULT_LOG_LOST] = {"log-end-lost",
			    N_("The end of the log is gone: events that had been written and "
			       "confirmed."),
			    N_("Exchange the memory card: it loses what it confirmed. If the card "
			       "is good, ask who had access to the box."),
			    LAMP_DISK},
	[FAULT_LOG_PART] =
		{"log-part-damaged",
		 N_("An older part of the log cannot be read: its rows are missing from "
		    "log and report."),
		 N_("Put the file back from a copy, or keep it for somebody who can read "
		    "it; exchange the memory card."),
		 LAMP_DISK},
	[FAULT_DISK] = {"disk-stalled",
			N_("The disk does not answer; the as-run log is kept in memory for now."),
			N_("Wait a minute. If it lasts or comes again, exchange the memory card."),
			LAMP_DISK},
	[FAULT_CLOCK] =
		{"clock-untrusted",
		 N_("The station does not know what time it is: nothing scheduled sounds."),
		 N_("Give the box a network for its time, or say it by hand: loaphuong clock "
		    "tells how. Plays by hand work."),
		 LAMP_CLOCK},
	[FAULT_NO_RECORDING] = {"no-recording", N_("Clips of the next 24 hours have no recording."),
				N_("Add the recordings with loaphuong clip add or in the "
				   "console."),
				LAMP_RECORDING},
	[FAULT_NOT_APPROVED] =
		{"not-approved",
		 N_("Clips of the next 24 hours wait for approval and will not air."),
		 N_("Listen to them, then: loaphuong clip approve NAME --by WHO."), LAMP_RECORDING},
	[FAULT_RECORDING] = {"recording-damaged", N_("A recording could not be read for the air."),
			     N_("Add the recording again."), LAMP_RECORDING},
	[FAULT_RESTART] = {"restart-needed",
			   N_("The audio settings changed, but this output cannot be exchanged."),
			   N_("Restart the service."), LAMP_CONFIG},
	[FAULT_LINE] = {"line-unusable", N_("A line of the wiring cannot be used."),
			N_("loaphuong status names every line, and what to do. The station tries "
			   "again by itself."),
			LAMP_LINES},
	[FAULT_BUTTON_STUCK] = {"button-stuck",
				N_("A button has been down for more than 30 s; it does nothing "
				   "until it is released."),
				N_("Look at button and wire for a short circuit, and whether "
				   "'active-low' and 'bias' in the config fit the wiring."),
				LAMP_LINES},
	[FAULT_BUTTON_TARGET] = {"button-target",
				 N_("A button names a clip or broadcast that is not there."),
				 N_("Correct 'press' or 'hold' of the button in the config."),
				 LAMP_LINES},
	[FAULT_USB] =
		{"usb-refused", N_("Not everything on the USB stick was taken in."),
		 N_("loaphuong status says what was not, and why. This goes when the stick is "
		    "pulled out."),
		 LAMP_USB},
	[FAULT_RESTARTED] =
		{"restarted", N_("The service ended without order and was started again."),
		 N_("If it happens again, send the log (journalctl -u loaphuongd) to who "
		    "maintains the box."),
		 LAMP_CONFIG},
};

/* These have their words from what the sink said. */
static bool is_of_device(size_t kind)
{
	return !kinds[kind].code;
}

static const char *code_of(const struct daemon *d, size_t kind)
{
	const struct daemon_fault *fault = &d->faults[kind];

	return is_of_device(kind) ? daemon_device_code(&fault->trouble) : kinds[kind].code;
}

static void message_of(const struct daemon *d, size_t kind, char *ret, size_t n)
{
	const struct daemon_fault *fault = &d->faults[kind];

	if (is_of_device(kind))
		daemon_device_message(&fault->trouble, ret, n);
	else
		snprintf(ret, n, "%s%s%s", _(kinds[kind].message), fault->detail[0] ? " " : "",
			 fault->detail);
}

static void cure_of(const struct daemon *d, size_t kind, char *ret, size_t n)
{
	const struct daemon_fault *fault = &d->faults[kind];

	if (is_of_device(kind))
		daemon_device_cure(&fault->trouble, ret, n);
	else
		snprintf(ret, n, "%s", _(kinds[kind].cure));
}

/* A note: who is the code, why what is wrong. Before there is a log it is told later. */
static void tell_log(struct daemon *d, const char *what, const char *code, const char *text)
{
	if (d->station && d->writer)
		daemon_note(d, what, code, text);
	else
		d->n_untold++;
}

static int64_t now_us(const struct daemon *d)
{
	return d->now_us ? d->now_us : daemon_now_or_pretended(d);
}

static void keep(struct daemon *d, enum daemon_fault_kind kind, const char *text)
{
	char why[LIMIT_WHY];

	snprintf(why, sizeof(why), "%s", text);
	if (fault_list_begin(d->fault_list, code_of(d, kind), why, now_us(d)))
		tell_log(d, "fault", code_of(d, kind), why);
}

static void let_go(struct daemon *d, enum daemon_fault_kind kind)
{
	if (d->faults[kind].present && fault_list_end(d->fault_list, code_of(d, kind), now_us(d)))
		tell_log(d, "fault-over", code_of(d, kind), "");
}

void daemon_fault_tell_log(struct daemon *d)
{
	size_t n = fault_list_count(d->fault_list);

	/* They are the oldest: there was nothing in the list before them. */
	for (size_t i = 0; i < d->n_untold && i < n; i++) {
		const struct fault_item *item = fault_list_item(d->fault_list, n - 1 - i);

		tell_log(d, "fault", item->code, item->text);
	}
	d->n_untold = 0;
}

/* Of a sound card the cure depends on what it was; only a present one has it. */
static const char *cure_of_code(const char *code)
{
	for (size_t i = 0; i < FAULT_N; i++)
		if (kinds[i].code && strcmp(kinds[i].code, code) == 0)
			return _(kinds[i].cure);
	return "";
}

bool daemon_fault_past(void *context, size_t index, struct control_past_fault *ret)
{
	const struct daemon *d = context;
	const struct fault_item *item = fault_list_item(d->fault_list, index);

	if (!item)
		return false;
	*ret = (struct control_past_fault){
		.code = item->code,
		.message = item->text,
		.cure = cure_of_code(item->code),
		.first_us = item->first_us,
		.last_us = item->last_us,
		.count = item->count,
		.over = item->over,
	};
	return true;
}

static void count(struct daemon *d, enum daemon_fault_kind kind)
{
	struct daemon_fault *fault = &d->faults[kind];

	if (!fault->present) {
		fault->present = true;
		fault->since_us = now_us(d);
		fault->count = 0;
	}
	fault->last_us = now_us(d);
	fault->count++;
}

static void say(struct daemon *d, enum daemon_fault_kind kind)
{
	char message[sizeof(d->shown_texts[0])];

	message_of(d, kind, message, sizeof(message));
	daemon_say(d, "%s", message);
	keep(d, kind, message);
}

void daemon_fault_set(struct daemon *d, enum daemon_fault_kind kind, const char *format, ...)
{
	va_list arguments;

	count(d, kind);
	va_start(arguments, format);
	vsnprintf(d->faults[kind].detail, sizeof(d->faults[kind].detail), format, arguments);
	va_end(arguments);
	say(d, kind);
}

void daemon_fault_device(struct daemon *d, enum daemon_fault_kind kind,
			 const struct sink_trouble *trouble)
{
	if (d->faults[kind].trouble.cause != trouble->cause)
		let_go(d, kind); /* it has another code now */
	count(d, kind);
	d->faults[kind].trouble = *trouble;
	say(d, kind);
}

void daemon_fault_clear(struct daemon *d, enum daemon_fault_kind kind)
{
	let_go(d, kind);
	memset(&d->faults[kind], 0, sizeof(d->faults[kind]));
}

size_t daemon_fault_show(struct daemon *d)
{
	size_t n = 0;

	for (size_t i = 0; i < FAULT_N; i++) {
		const struct daemon_fault *fault = &d->faults[i];

		if (!fault->present)
			continue;
		message_of(d, i, d->shown_texts[n], sizeof(d->shown_texts[n]));
		cure_of(d, i, d->shown_cures[n], sizeof(d->shown_cures[n]));
		d->shown_faults[n] = (struct control_fault){
			.code = code_of(d, i),
			.message = d->shown_texts[n],
			.cure = d->shown_cures[n],
			.since_us = fault->since_us,
			.last_us = fault->last_us,
			.count = fault->count,
		};
		n++;
	}
	return n;
}

size_t daemon_fault_count(const struct daemon *d)
{
	size_t n = 0;

	for (size_t i = 0; i < FAULT_N; i++)
		n += d->faults[i].present;
	return n;
}

unsigned daemon_fault_codes(const struct daemon *d)
{
	unsigned codes = 0;

	for (size_t i = 0; i < FAULT_N; i++)
		if (d->faults[i].present)
			codes |= 1u << (kinds[i].lamp ? kinds[i].lamp : LAMP_CONFIG);
	return codes;
}
