/* SPDX-License-Identifier: MIT */
/*
 * scene - where a command takes place: the station that runs, if one does, with its config, its
 * clock, its pause and its recordings; else this machine's clock and the files of the state folder.
 */
#ifndef TOOLS_SCENE_H
#define TOOLS_SCENE_H

#include "ask.h"
#include "offline.h"
#include "recordings.h"

struct scene {
	struct ask *station;	 /* NULL: none runs */
	int unreachable;	 /* negative errno: one runs, but we may not talk to it */
	char config[LIMIT_PATH]; /* -c, or the running station's own */
	const char *state;	 /* borrowed from the call */
	struct settings settings;
	struct zone zone;
	int64_t now_us, paused_until_us;
	int32_t today;
	bool pretended; /* a station runs by a pretended clock */
};

/* Returns an exit code; on EXIT_DONE free with scene_close(). */
int scene_open(const struct call *call, struct scene *ret);
void scene_close(struct scene *scene);

/*
 * Appends what the running station has: objects as in control's "clips"; all: also those without a
 * recording. Returns an exit code.
 */
int scene_ask_clips(const struct scene *scene, bool all, json_t *clips);

/* The recordings of the scene. Returns an exit code; recordings_done() in any case. */
int scene_recordings(const struct scene *scene, struct recordings *ret);

#endif
