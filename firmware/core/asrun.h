/* SPDX-License-Identifier: MIT */
/*
 * asrun - the events of the as-run log, as values and as canonical text.
 *
 * Pure. The log is append-only and chained; a row that people see (one per occurrence or manual
 * play) is a view of its events: 'opened' before the first sample, 'item' for every clip that was
 * on air, 'closed' with the outcome. 'note' records what people and the box did besides: pause,
 * skip, stop, reload, start, clock. edge/store hashes and keeps the text; nothing is ever changed.
 *
 * The canonical text is one line of JSON, keys in fixed order, absent values left out, strings
 * escaped minimally, instants as integers of milliseconds UTC (start_error_us excepted). Parsing
 * what was printed gives the same event.
 */
#ifndef CORE_ASRUN_H
#define CORE_ASRUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "plan.h"
#include "trust.h"

enum asrun_kind { ASRUN_OPENED, ASRUN_ITEM, ASRUN_CLOSED, ASRUN_NOTE };

enum asrun_trigger {
	TRIGGER_SCHEDULE,
	TRIGGER_BUTTON,
	TRIGGER_CONSOLE,
	TRIGGER_CLI,
	TRIGGER_FLEET
};

enum asrun_outcome {
	OUTCOME_NONE, /* not closed yet */
	OUTCOME_PLAYED,
	OUTCOME_LATE,
	OUTCOME_PARTIAL,
	OUTCOME_REFUSED,
	OUTCOME_MISSED,
	OUTCOME_FAILED,
};

/* Why it did not air whole and on time. Stable codes, see asrun_reason_code(). */
enum asrun_reason {
	REASON_NONE,
	REASON_OUTSIDE_AIRTIME, /* "outside-airtime" */
	REASON_ENDS_OUTSIDE,	/* "ends-outside-airtime" */
	REASON_SESSION_FULL,	/* "session-minutes-used" */
	REASON_DAY_FULL,	/* "day-minutes-used" */
	REASON_PAUSED,		/* "paused" */
	REASON_SKIPPED,		/* "skipped" */
	REASON_NOT_APPROVED,	/* "not-approved" */
	REASON_BUSY,		/* "busy" */
	REASON_OFF,		/* "off": the station was not running */
	REASON_DEVICE_LOST,	/* "device-lost" */
	REASON_CLOCK,		/* "clock-untrusted" */
	REASON_CLOCK_JUMPED,	/* "clock-jumped": the clock went over it */
	REASON_NO_RECORDING,	/* "no-recording" */
	REASON_EXPIRED,		/* "expired": no clip of it is valid any more */
	REASON_STOPPED,		/* "stopped" by hand */
	REASON_INTERRUPTED,	/* "interrupted" by something higher, not resumed in time */
	REASON_RESTARTED,	/* "restarted": power or service was gone */
	REASON_REMOVED,		/* "removed": a reload took it out of the plan */
	REASON_UNPLAYABLE,	/* "unplayable": the recording could not be decoded */
	REASON_SILENT,		/* "silent": nothing audible came out */
	REASON_HARD_STOP,	/* "hard-stop": the permit's end came first */
};

enum asrun_clock_mode { ASRUN_REAL, ASRUN_PRETENDED };

/*
 * One event. Which fields count depends on kind; unused ones are zero. Instants are microseconds
 * UTC here and are kept to the millisecond in the text. A value (about 1 KiB).
 */
struct asrun_event {
	enum asrun_kind kind;
	enum asrun_clock_mode mode;
	int64_t row;	      /* number of the row, from 1; 0 for notes */
	int64_t time_us;      /* when the event was made */
	int64_t accounted_us; /* every occurrence up to here has its row (station's cursor) */
	enum clock_state clock;

	/* opened, and repeated in a closed that stands alone */
	int64_t planned_us;
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME]; /* "" for a manual clip */
	enum asrun_trigger trigger;
	enum plan_class class;
	char who[LIMIT_WHO];
	char why[LIMIT_WHY];
	bool airtime_unknown;
	const char *
		items; /* planned clip names in air order, separated by one space; borrowed, may be NULL */

	/* item: one per clip that was on air */
	unsigned position; /* index in the row's items */
	char clip[LIMIT_NAME];
	uint8_t sha256[32];
	int64_t started_us, ended_us; /* item: of the clip; closed: of the row; 0 = never */
	int64_t frames;		      /* consumed by the card */
	int64_t audible;	      /* of these above -60 dBFS */
	unsigned rate_hz;
	unsigned xruns;
	int64_t rms_cdbfs;	/* of all its frames, hundredths of dBFS; 0 = not measured */
	int64_t silence_ms;	/* longest time in it without an audible frame */
	bool whole;		/* played to its end */
	int64_t start_error_us; /* first item: the card's trigger stamp minus planned start */

	/* closed */
	enum asrun_outcome outcome;
	enum asrun_reason reason;
	bool not_durable; /* the disk had not confirmed 'opened' when the sound began */

	/* note */
	char what
		[LIMIT_NAME]; /* "pause", "unpause", "skip", "stop", "reload", "start", "clock", ... */
	int64_t until_us;     /* pause */
};

/* Writes the canonical text; returns its length, or -ENOSPC. */
int asrun_print(const struct asrun_event *event, char *text, size_t n);
/*
 * Reads it back. -EINVAL for anything asrun_print would not have written. ret->items points into
 * the caller's items buffer (LIMIT_ASRUN_ITEMS bytes are always enough).
 */
int asrun_parse(const char *text, struct asrun_event *ret, char *items, size_t n_items);

const char *asrun_outcome_name(enum asrun_outcome outcome); /* "played" ...; NONE is "open" */
const char *asrun_reason_code(enum asrun_reason reason);    /* NULL for REASON_NONE */
const char *asrun_trigger_name(enum asrun_trigger trigger);

/* One clip that was on air, as the row keeps it. A value. */
struct asrun_heard {
	char clip[LIMIT_NAME];
	uint8_t sha256[32];
	int64_t started_us, ended_us;
	int64_t frames, audible; /* consumed by the card; of these above -60 dBFS */
	unsigned rate_hz, xruns;
	int64_t rms_cdbfs, silence_ms;
	bool whole;
	int64_t start_error_us;
};

/*
 * The clip of the test tone. A row of nothing else, by hand, is a test of the installation: it is
 * in the log and is charged like any sound, and no report counts it as a broadcast.
 */
#define ASRUN_TEST_CLIP "test-tone"

/*
 * A row as people see it: the fold of its events in order. Start with {0}. aired collects the
 * names of clips that sounded, separated by one space. ended/started as in 'closed', or so far.
 */
struct asrun_row {
	struct asrun_event opened; /* identity: planned, campaign, ... (from opened or closed) */
	bool seen, closed;
	int64_t started_us, ended_us;
	enum asrun_outcome outcome;
	enum asrun_reason reason;
	bool not_durable;
	unsigned n_items, n_whole;
	int64_t frames, audible;
	unsigned xruns;
	char *items, *aired; /* owned; NULL if none */
	size_t n_heard;
	struct asrun_heard *heard; /* owned: the proof, one per 'item' in order */
};
/* Returns 0 or -ENOMEM (the row is then as before). Notes are ignored. */
int asrun_fold(struct asrun_row *row, const struct asrun_event *event);
/* Nothing but the test tone, see ASRUN_TEST_CLIP. */
bool asrun_row_is_test(const struct asrun_row *row);
/* A copy that owns all of its own. 0 or -ENOMEM. */
int asrun_row_copy(const struct asrun_row *row, struct asrun_row *ret);
void asrun_row_done(struct asrun_row *row); /* frees what the row owns and zeroes it */

#endif
