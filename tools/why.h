/* SPDX-License-Identifier: MIT */
/*
 * why - what plays at a time, or why it does not: the past from the log, the future from the
 * rehearsal, and always what the permitted hours say.
 */
#ifndef TOOLS_WHY_H
#define TOOLS_WHY_H

#include "log_source.h"
#include "rehearsal.h"
#include "skips.h"

struct airtime;

/* What both questions need. log is NULL where there is none to be had. */
struct why {
	const struct scene *scene;
	const struct plan *plan;
	struct airtime *airtime; /* nothing used yet: the standing rule alone */
	struct log_source *log;
	struct skips skips;
};

/* Each returns an exit code. */
int why_time(const struct why *why, int64_t at_us);
int why_broadcast(const struct why *why, size_t campaign, size_t broadcast);

/* "inside-airtime" or "outside-airtime": what the rule says of an instant. */
const char *why_airtime_code(const struct why *why, int64_t at_us);
/* The first line: "03:15 outside-airtime". */
void why_print_verdict(const struct why *why, int64_t at_us, const char *code);
/* "  2024-06-01 05:45  Title: plays", with its reason code where there is one. */
void why_print_row(const struct why *why, const struct rehearsed *row);

#endif
