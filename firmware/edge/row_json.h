/* SPDX-License-Identifier: MIT */
/*
 * row_json - a row of the as-run log as JSON, the same for log, plan, why and the control socket.
 *
 * Keys in this order: at, campaign, broadcast, class, items, start, end, outcome, reason; then,
 * for a row of the log, row, trigger, who, why, aired, clock, pretended, frames, audible, xruns,
 * durable, start_error_us (null if the start was not for an instant), rms_dbfs (null if it was not
 * measured), silence_ms (the longest in any clip), proof (of each clip that was on air: clip,
 * sha256, start, end, whole, frames, audible, rate, xruns, rms_dbfs, silence_ms), and
 * airtime_unknown where it is so. at has whole seconds unless
 * the instant has not (a play by hand); start and end have milliseconds and are null if nothing
 * sounded; reason is null or a stable English code. Times are RFC 3339 in the zone given.
 */
#ifndef EDGE_ROW_JSON_H
#define EDGE_ROW_JSON_H

#include <jansson.h>

#include "asrun.h"
#include "civil.h"

/* All return a new reference, or NULL if out of memory. */
json_t *row_json(const struct asrun_row *row, const struct zone *zone);	     /* every key */
json_t *row_json_plan(const struct asrun_row *row, const struct zone *zone); /* the first nine */
/* A note: at, what, who, why, until, clock, pretended. */
json_t *row_json_note(const struct asrun_event *note, const struct zone *zone);

/* The parts, for other replies. */
json_t *row_json_instant(const struct zone *zone, int64_t us, int digits); /* null for 0 */
json_t *row_json_names(const char *names); /* "a b" -> ["a","b"]; NULL -> [] */
json_t *row_json_text(const char *text);   /* null for NULL and for what is not UTF-8 */

#endif
