/* SPDX-License-Identifier: MIT */
/*
 * plan_print - a rehearsal as a page for people: a heading a day, a line an occurrence.
 */
#ifndef TOOLS_PLAN_PRINT_H
#define TOOLS_PLAN_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "rehearsal.h"
#include "when.h"

void plan_print_page(FILE *out, const struct plan *plan, const struct rehearsal *rehearsal);

/* Nothing was planned in the range: says so and when the campaigns run. */
void plan_print_nothing(FILE *out, const struct plan *plan, const struct when_range *range);

/* "05:45", or "05:45:30" where the seconds count */
void plan_print_time(char *text, size_t n, int32_t second);
/* "nhac-hieu, khau-hieu-01, +3" out of "nhac-hieu khau-hieu-01 ..." */
void plan_print_items(char *text, size_t n, const char *items, size_t shown);
/* "plays", "does not play: outside the permitted hours" */
void plan_print_result(char *text, size_t n, const struct rehearsed *row);

#endif
