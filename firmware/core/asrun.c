/* SPDX-License-Identifier: MIT */
#include "asrun.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *asrun_outcome_name(enum asrun_outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_NONE] = "open",       [OUTCOME_PLAYED] = "played",
		[OUTCOME_LATE] = "late",       [OUTCOME_PARTIAL] = "partial",
		[OUTCOME_REFUSED] = "refused", [OUTCOME_MISSED] = "missed",
		[OUTCOME_FAILED] = "failed",
	};

	return (size_t)outcome < COUNT(names) ? names[outcome] : "?";
}

const char *asrun_reason_code(enum asrun_reason reason)
{
	static const char *const codes[] = {
		[REASON_NONE] = NULL,
		[REASON_OUTSIDE_AIRTIME] = "outside-airtime",
		[REASON_ENDS_OUTSIDE] = "ends-outside-airtime",
		[REASON_SESSION_FULL] = "session-minutes-used",
		[REASON_DAY_FULL] = "day-minutes-used",
		[REASON_PAUSED] = "paused",
		[REASON_SKIPPED] = "skipped",
		[REASON_NOT_APPROVED] = "not-approved",
		[REASON_BUSY] = "busy",
		[REASON_OFF] = "off",
		[REASON_DEVICE_LOST] = "device-lost",
		[REASON_CLOCK] = "clock-untrusted",
		[REASON_CLOCK_JUMPED] = "clock-jumped",
		[REASON_NO_RECORDING] = "no-recording",
		[REASON_EXPIRED] = "expired",
		[REASON_STOPPED] = "stopped",
		[REASON_INTERRUPTED] = "interrupted",
		[REASON_RESTARTED] = "restarted",
		[REASON_REMOVED] = "removed",
		[REASON_UNPLAYABLE] = "unplayable",
		[REASON_SILENT] = "silent",
		[REASON_HARD_STOP] = "hard-stop",
	};

	return (size_t)reason < COUNT(codes) ? codes[reason] : "?";
}

const char *asrun_trigger_name(enum asrun_trigger trigger)
{
	static const char *const names[] = {
		[TRIGGER_SCHEDULE] = "schedule", [TRIGGER_BUTTON] = "button",
		[TRIGGER_CONSOLE] = "console",	 [TRIGGER_CLI] = "cli",
		[TRIGGER_FLEET] = "fleet",
	};

	return (size_t)trigger < COUNT(names) ? names[trigger] : "?";
}

/* A copy of 'list' with 'name' behind it; list may be NULL. NULL if there is no memory. */
static char *with_name(const char *list, const char *name)
{
	size_t n = list ? strlen(list) : 0, m = strlen(name);
	char *longer = malloc(n + m + 2);

	if (!longer)
		return NULL;
	if (n > 0) {
		memcpy(longer, list, n);
		longer[n++] = ' ';
	}
	memcpy(longer + n, name, m + 1);
	return longer;
}

/* Who and what the row is: from 'opened', or from a 'closed' that stands alone. */
static int fold_identity(struct asrun_row *row, const struct asrun_event *event)
{
	char *items = NULL;

	if (row->seen)
		return 0;
	if (event->items) {
		items = with_name(NULL, event->items);
		if (!items)
			return -ENOMEM;
	}
	row->seen = true;
	row->opened = *event;
	row->opened.items = row->items = items;
	return 0;
}

static int keep_heard(struct asrun_row *row, const struct asrun_event *event)
{
	struct asrun_heard *heard = realloc(row->heard, (row->n_heard + 1) * sizeof(*row->heard));

	if (!heard)
		return -ENOMEM;
	row->heard = heard;
	heard = &row->heard[row->n_heard];
	memcpy(heard->clip, event->clip, sizeof(heard->clip));
	memcpy(heard->sha256, event->sha256, sizeof(heard->sha256));
	heard->started_us = event->started_us;
	heard->ended_us = event->ended_us;
	heard->frames = event->frames;
	heard->audible = event->audible;
	heard->rate_hz = event->rate_hz;
	heard->xruns = event->xruns;
	heard->rms_cdbfs = event->rms_cdbfs;
	heard->silence_ms = event->silence_ms;
	heard->whole = event->whole;
	heard->start_error_us = event->start_error_us;
	return 0;
}

static int fold_item(struct asrun_row *row, const struct asrun_event *event)
{
	if (keep_heard(row, event) < 0)
		return -ENOMEM;
	if (event->frames > 0) {
		char *aired = with_name(row->aired, event->clip);

		if (!aired)
			return -ENOMEM;
		free(row->aired);
		row->aired = aired;
	}
	row->n_heard++;
	if (row->started_us == 0)
		row->started_us = event->started_us;
	if (event->ended_us > row->ended_us)
		row->ended_us = event->ended_us;
	row->n_items++;
	row->n_whole += event->whole;
	row->frames += event->frames;
	row->audible += event->audible;
	row->xruns += event->xruns;
	return 0;
}

static int fold_closed(struct asrun_row *row, const struct asrun_event *event)
{
	int error = fold_identity(row, event);

	if (error)
		return error;
	row->closed = true;
	row->started_us = event->started_us;
	row->ended_us = event->ended_us;
	row->outcome = event->outcome;
	row->reason = event->reason;
	row->not_durable = event->not_durable;
	return 0;
}

int asrun_fold(struct asrun_row *row, const struct asrun_event *event)
{
	switch (event->kind) {
	case ASRUN_OPENED:
		return fold_identity(row, event);
	case ASRUN_ITEM:
		return fold_item(row, event);
	case ASRUN_CLOSED:
		return fold_closed(row, event);
	case ASRUN_NOTE:
		break;
	}
	return 0;
}

int asrun_row_copy(const struct asrun_row *row, struct asrun_row *ret)
{
	size_t n_bytes = row->n_heard * sizeof(*row->heard);
	struct asrun_row copy = *row;

	copy.items = row->items ? with_name(NULL, row->items) : NULL;
	copy.aired = row->aired ? with_name(NULL, row->aired) : NULL;
	copy.heard = n_bytes ? malloc(n_bytes) : NULL;
	copy.opened.items = copy.items;
	if ((row->items && !copy.items) || (row->aired && !copy.aired) ||
	    (n_bytes && !copy.heard)) {
		asrun_row_done(&copy);
		return -ENOMEM;
	}
	if (n_bytes)
		memcpy(copy.heard, row->heard, n_bytes);
	*ret = copy;
	return 0;
}

bool asrun_row_is_test(const struct asrun_row *row)
{
	const size_t length = strlen(ASRUN_TEST_CLIP);
	const char *at = row->items;

	if (row->opened.campaign[0] || row->opened.broadcast[0] || !at || !*at)
		return false;
	for (; *at; at += at[length] == ' ' ? length + 1 : length)
		if (strncmp(at, ASRUN_TEST_CLIP, length) != 0 ||
		    (at[length] != ' ' && at[length] != '\0'))
			return false;
	return true;
}

void asrun_row_done(struct asrun_row *row)
{
	free(row->items);
	free(row->aired);
	free(row->heard);
	memset(row, 0, sizeof(*row));
}
