/* SPDX-License-Identifier: MIT */
/*
 * recordings - which clips have a recording and how long it is, without a config: the table a
 * plan is rehearsed with. From the running station, or from the state folder where none runs.
 */
#ifndef TOOLS_RECORDINGS_H
#define TOOLS_RECORDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "plan.h"
#include "settings.h"

struct library;
struct lives;
struct store;

struct recording {
	char name[LIMIT_NAME];
	struct plan_recording recording;
};

/* Start with {0}; free with recordings_done(). known is false where no library was found. */
struct recordings {
	bool known;
	size_t n;
	struct recording *items;
};

/*
 * Open the library of a state folder: what is in clips/ and what the index (NULL = it cannot be
 * had) knows of it. What is new there is not measured yet. 0 or a negative errno.
 */
int recordings_library(const char *state, const struct settings *settings, struct store *index,
		       struct library **ret);

/* The same to read alone, with everything measured, and what the log tells of clips (add to {0}). */
int recordings_measured(const char *state, const struct settings *settings, struct library **ret,
			struct lives *ret_lives);
/* What the log tells, of an open store; 0 or a negative errno. */
int recordings_lives(struct store *store, struct lives *lives);

/* 0 or -ENOMEM */
int recordings_of_library(const struct library *library, const struct lives *lives,
			  struct recordings *ret);
/* 0 (also where there is no folder of clips: known is then false) or -ENOMEM. */
int recordings_of_state(const char *state, const struct settings *settings, struct recordings *ret);
/* Out of the clips of the station's answer. 0 or -ENOMEM. */
int recordings_of_clips(const json_t *clips, struct recordings *ret);
void recordings_done(struct recordings *recordings);

/* conf_world's recording(); context is a struct recordings. */
int recordings_give(void *context, size_t index, const char **ret_name, struct plan_recording *ret);

#endif
