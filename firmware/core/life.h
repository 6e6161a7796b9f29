/* SPDX-License-Identifier: MIT */
/*
 * life - what the as-run log tells of a clip: who added it, who approved it, when it aired.
 *
 * Pure. A fold of the log's events, one after the other, so that it can be made again from the log
 * whenever what was kept of it is lost.
 *
 * Approval is of one recording, named by its SHA-256: a replaced recording needs it anew. The notes
 * that count, by what stands in 'why':
 *   clip-add, clip-say   NAME, or "NAME: TITLE"; clip-say adds a spoken draft
 *   clip-approve         "NAME SHA256", more may follow
 *   clip-revoke          NAME, more may follow
 * They count whatever the clock: a person's word on what is said does not depend on the hour.
 */
#ifndef CORE_LIFE_H
#define CORE_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asrun.h"
#include "limit.h"

struct life_aired {
	int64_t times, last_us; /* plays of which something was audible; UTC, 0 = never */
};

/* A value. */
struct life {
	char name[LIMIT_NAME];
	struct life_aired aired[2]; /* by enum asrun_clock_mode */
	int64_t approved_us;	    /* 0: not approved, or revoked */
	char approved_by[LIMIT_WHO];
	uint8_t approved_sha256[32];
	int64_t added_us; /* 0: the log does not tell */
	char added_by[LIMIT_WHO], title[LIMIT_WHY];
	bool draft;
	bool changed; /* since whoever keeps it last said it was not */
};

/* All clips the log tells of, by name. Start with {0}. */
struct lives {
	size_t n, room;
	struct life *items;
};

/* 0 or -ENOMEM (nothing is changed then). Most events tell of no clip. */
int lives_fold(struct lives *lives, const struct asrun_event *event);
/* Takes over what was kept, over what is there. 0 or -ENOMEM. */
int lives_put(struct lives *lives, const struct life *life);
/* Borrowed until the next change; NULL: the log tells nothing of it. */
const struct life *lives_find(const struct lives *lives, const char *name);
void lives_done(struct lives *lives);

/* Has somebody approved this very recording? life may be NULL. */
bool life_approves(const struct life *life, const uint8_t *sha256);

/* The 'why' of a note. Longer texts are cut between characters. n is LIMIT_WHY. */
void life_print_added(char *ret, size_t n, const char *name, const char *title);
void life_print_approved(char *ret, size_t n, const char *name, const uint8_t *sha256,
			 const char *why);
void life_print_revoked(char *ret, size_t n, const char *name, const char *why);

#endif
