/* SPDX-License-Identifier: MIT */
/*
 * rotation - which clips a playlist gives to its k-th turn.
 *
 * Pure. Turn k of ORDER_ROTATE takes min(take, n) clips from position k*take modulo n, where n
 * counts the clips valid that day in config order. ORDER_SHUFFLE walks an endless row of seeded
 * permutations, one a cycle of n: each clip once a cycle, never the same clip twice in a row
 * (for n > 1), the same for the same seed on every machine (own generator, no rand()).
 * ORDER_ALL gives all valid clips in order at every turn.
 */
#ifndef CORE_ROTATION_H
#define CORE_ROTATION_H

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/*
 * Writes at most n_out clip indexes (into plan->clips) to out and returns how many; 0 if no clip
 * is valid that day. seed must depend on campaign, playlist and edition, not on the run.
 */
size_t rotation_turn(const struct plan *plan, const struct plan_playlist *playlist, uint64_t turn,
		     int32_t day, uint64_t seed, size_t *out, size_t n_out);

/* A stable seed out of names and the edition's first day (FNV-1a). */
uint64_t rotation_seed(const char *campaign, const char *playlist, int32_t edition);

#endif
