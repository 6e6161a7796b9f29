/* SPDX-License-Identifier: MIT */
/*
 * clip_add - a recording that goes into the library: asked of the station, or done in its files
 * where none runs. What comes of it is printed.
 */
#ifndef TOOLS_CLIP_ADD_H
#define TOOLS_CLIP_ADD_H

#include "scene.h"

struct incoming {
	const char *file; /* what complaints call it */
	char name[LIMIT_NAME], title[LIMIT_WHY];
	int fd;
};

/* Takes a name that was given, or says why no clip can have it. Returns an exit code. */
int clip_name(const char *given, struct incoming *incoming);
/* replace: what has the name, if anything has. Returns an exit code; fd stays the caller's. */
int clip_add(const struct scene *scene, const struct incoming *incoming, bool replace);

#endif
