/* SPDX-License-Identifier: MIT */
/*
 * clip_print - clips of the library, as JSON and as words.
 */
#ifndef TOOLS_CLIP_PRINT_H
#define TOOLS_CLIP_PRINT_H

#include <stdio.h>

#include <jansson.h>

#include "civil.h"

struct store_clip;

/* The same object as control's "clips"; NULL if out of memory. */
json_t *clip_json(const struct store_clip *clip, const struct zone *zone);

void clip_print_added(FILE *out, const json_t *clip);
void clip_print_table(FILE *out, const json_t *clips);
void clip_print_removed(FILE *out, const json_t *removed);
void clip_print_whole(FILE *out, const json_t *clip); /* all that is known of it */
void clip_print_json(FILE *out, const json_t *clips); /* JSON Lines */

#endif
