/* SPDX-License-Identifier: MIT */
/* rig_world - a station on the card of the tests, in the world of world.h: time leaps, calls fail. */
#ifndef TESTS_RIG_WORLD_H
#define TESTS_RIG_WORLD_H

#include "rig_card.h"
#include "rig_lines.h"
#include "world.h"

struct rig_world {
	struct card *card;
	struct rig *rig; /* of the card */
	struct rig_lines *lines;
	struct world *page;
	int64_t shifted_us; /* of the leaps, what rig->begin_us knows of */
};

/* Folders, card, board and page; nothing runs yet, and no time leaps. */
struct rig_world *rig_world_new(const char *config_text);
struct rig_world *rig_world_free(struct rig_world *world);

/* The service's CLOCK_MONOTONIC. */
int64_t rig_world_mono_us(const struct rig_world *world);
/* So much time goes by, most of it in leaps. False: not within the rig's patience, or the service ended. */
bool rig_world_go_on(struct rig_world *world, int64_t us);
/* Before the next start: what it pretends is later by all leaps. */
void rig_world_shift(struct rig_world *world);
/* CLOCK_REALTIME is set on by so much (or back), and the service may know it. */
void rig_world_step(struct rig_world *world, int64_t us);

/* One request, a file along unless fd is -1. NULL: no reply could be had. */
json_t *rig_world_ask(struct rig_world *world, int fd, const char *text);
bool rig_world_runs(struct rig_world *world); /* it has not ended by itself; else rig->pid is 0 */
extern int rig_world_status;		      /* of the one that ended: exit code or -signal */

#endif
