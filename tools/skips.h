/* SPDX-License-Identifier: MIT */
/* skips - occurrences that somebody skipped: today's, and those to come. */
#ifndef TOOLS_SKIPS_H
#define TOOLS_SKIPS_H

#include "log_source.h"
#include "rehearse.h"

/* Start with {0}; free with skips_done(). */
struct skips {
	size_t n, room;
	struct rehearse_skip *items;
};

/* From the log, of the clock that the scene goes by. Returns an exit code. */
int skips_read(const struct scene *scene, struct log_source *log, struct skips *ret);
void skips_done(struct skips *skips);

#endif
