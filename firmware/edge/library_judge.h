/* SPDX-License-Identifier: MIT */
/*
 * library_judge - is it fit for the air? What the child does with the bytes of a recording.
 */
#ifndef EDGE_LIBRARY_JUDGE_H
#define EDGE_LIBRARY_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "library_internal.h"

/*
 * Decodes wholly, twice, measures, decides: GOOD with all figures, or REFUSED with the code.
 * 0; -ENOMEM; -EBADMSG: it came apart after it was found whole.
 */
int library_judge(const uint8_t *bytes, size_t n, const struct chain_settings *settings,
		  struct finding *finding);

#endif
