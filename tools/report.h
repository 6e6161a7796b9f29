/* SPDX-License-Identifier: MIT */
/*
 * report - the figures of a month for the level above: what was due, what was heard, how often each
 * message, what did not air and why, what was played by hand. Rows come as the JSON of the log.
 */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "limit.h"
#include "plan.h"
#include "settings.h"

#define REPORT_DAYS 31

/* One message, by its clip's name. */
struct report_clip {
	char name[LIMIT_NAME];
	unsigned plays;	 /* whole */
	unsigned partly; /* begun, and not played to its end */
	double seconds;	 /* of sound that the card took */
};

/* A line of what did not air as planned, or of what was played by hand. */
struct report_line {
	json_t *row; /* owned */
};

struct report {
	int year, month, n_days;	/* of the month */
	unsigned sessions[REPORT_DAYS]; /* in which something was heard */
	double seconds[REPORT_DAYS];
	/* Scheduled, by outcome; what is still open counts as due alone. */
	unsigned due, played, late, partial, refused, missed, failed, open;
	unsigned by_hand;
	double all_seconds;
	size_t n_clips, n_lines, n_hands;
	struct report_clip *clips; /* owned; most plays first after report_sort() */
	struct report_line *lines, *hands;
};

/* For log_rows(): a report as the context. Pretended rows and test tones are left out. 0 or EXIT_NO. */
int report_take(void *report, const json_t *row);
void report_sort(struct report *report);
void report_done(struct report *report);

/* What stands around the figures. All borrowed. */
struct report_form {
	const struct settings *settings;
	const struct plan *plan;      /* for the titles; may be NULL */
	int day, day_month, day_year; /* of the making */
	const char *until;	      /* the month is not over: counted until then; or NULL */
	bool intact;
	const char *head;
	long long events;
};
/* The page, in the language in force. */
void report_html(FILE *out, const struct report *report, const struct report_form *form);
/* The same figures as a table: kind, what, day, number, minutes, reason. */
void report_csv(FILE *out, const struct report *report, const struct report_form *form);
/* A clip's title, else its name. The broadcast's the same. */
const char *report_title(const struct plan *plan, const char *clip);
const char *report_broadcast(const struct plan *plan, const json_t *row);

#endif
