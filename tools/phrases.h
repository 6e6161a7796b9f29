/* SPDX-License-Identifier: MIT */
/*
 * phrases - the stable English codes of the log, the plan and the station, said in words.
 *
 * All answer in the language in force (config/words.h). A code that is not known here (a newer
 * station answered) is given back as it stands, so nothing is hidden. Results live for ever,
 * except that an unknown code is the caller's own string.
 */
#ifndef TOOLS_PHRASES_H
#define TOOLS_PHRASES_H

#include <stddef.h>
#include <stdint.h>

#include "civil.h"

const char *phrase_outcome(const char *code);  /* what happened: "played" */
const char *phrase_forecast(const char *code); /* what will happen: "plays" */
const char *phrase_reason(const char *code);   /* "outside the permitted hours"; NULL gives "" */
const char *phrase_class(const char *code);
const char *phrase_trigger(const char *code);
const char *phrase_clock(const char *code);	   /* trusted, holdover ... */
const char *phrase_clock_reason(const char *code); /* never-synced ... and what to do */
const char *phrase_clock_cure(const char *code);   /* what to do; "" where nothing is */
const char *phrase_note(const char *code);	   /* what of a note: "the schedule paused" */
const char *phrase_due(const char *code);	   /* schedule_reason_code(), and "paused" ... */

/* "Saturday 2024-06-01", "Thứ Bảy, 01/06/2024" */
void phrase_day(char *text, size_t n, int32_t day);
/* "3 h 12 min", "12 min 5 s", "4 s"; at most two units, never negative. */
void phrase_duration(char *text, size_t n, int64_t us);
/* "1:12" or "1:02:05", rounded up to the second */
void phrase_length(char *text, size_t n, int64_t us);
/* Outcome, then the reason where there is one: "does not play: outside the permitted hours". */
void phrase_result(char *text, size_t n, const char *outcome, const char *reason);

#endif
