/* SPDX-License-Identifier: MIT */
/*
 * clip_json - what the config and the log tell of a clip, added to the object that has its
 * measurements; the same in the station's answers and on the command line.
 *
 * Adds: recorded, declared, draft, from, until (dates or null), source, approval
 * ("not-needed", "approved", "waiting"), approved_by, approved_at (null where this very recording
 * is not approved), times_aired, last_aired, and marks, a list of what somebody should look at:
 *   "missing"      declared, but there is no recording
 *   "waiting"      the station wants it approved before it airs
 *   "draft"        spoken by the machine until a person records it
 *   "expired"      its last day is over       "expires"   that is so within a week
 *   "not-yet"      its first day is still to come
 *   "never-aired"  nothing of it was ever heard
 * and, if all is asked for, text and used_by (["campaign/broadcast", ...]). title is the config's
 * where it gives one.
 */
#ifndef EDGE_CLIP_JSON_H
#define EDGE_CLIP_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "clip_file.h"
#include "life.h"
#include "plan.h"

#define CLIP_JSON_SOON_DAYS 7

/* Borrowed for the call. */
struct clip_told {
	const struct plan *plan; /* NULL: none could be read */
	const struct life *life; /* NULL: the log tells nothing */
	bool approval;		 /* the station wants recordings approved */
	enum asrun_clock_mode mode;
	int32_t today;
	const struct zone *zone;
};

/* sha256: of its recording, NULL if there is none. 0 or -ENOMEM. object has a "name". */
int clip_json_tell(json_t *object, const struct clip_told *told, const uint8_t *sha256, bool draft,
		   bool all);

/* {name, removed_at, kept_until (both null where the time is not known), size}; NULL: no memory. */
json_t *clip_json_removed(const struct clip_removed *removed, const struct zone *zone);

#endif
