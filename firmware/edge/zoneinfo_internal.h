/* SPDX-License-Identifier: MIT */
/*
 * zoneinfo_internal - the list of changes while it grows, and the rule in a file's footer.
 *
 * Private to zoneinfo.c (files) and zoneinfo_rule.c (the POSIX rule).
 */
#ifndef EDGE_ZONEINFO_INTERNAL_H
#define EDGE_ZONEINFO_INTERNAL_H

#include "civil.h"

/* Changes in order of time; equal offsets in a row are one. */
struct zoneinfo_list {
	size_t n, space;
	struct zone_change *changes;
};

/*
 * A change at the time of the last one replaces it; one before 1970 is one at its first instant.
 * Returns 0, -EBADMSG if it is earlier than the last one or there are too many, -ENOMEM.
 */
int zoneinfo_add(struct zoneinfo_list *list, int64_t from_s, int32_t offset_s);

/*
 * Add what a POSIX TZ text ("CET-1CEST,M3.5.0,M10.5.0/3") says of the time after after_s, up to
 * and including last_year. Returns 0, -EBADMSG for a text that is no rule, -ENOMEM.
 */
int zoneinfo_add_rule(struct zoneinfo_list *list, const char *text, int64_t after_s, int last_year);

#endif
