/* SPDX-License-Identifier: MIT */
/*
 * zoneinfo - read a time zone of the system into a table of offset changes.
 *
 * Reads TZif version 2+ from /usr/share/zoneinfo (or $TZDIR), transitions 1970 to 2100, the POSIX
 * footer expanded. Unknown names, names with "..", absolute names, right/ zones (27 s off) and
 * damaged files are errors; glibc would silently give UTC.
 */
#ifndef EDGE_ZONEINFO_H
#define EDGE_ZONEINFO_H

#include <stddef.h>

#include "civil.h"

/*
 * 0; -ENOENT: no such zone; -EBADMSG: file is damaged; another negative errno: it cannot be read just
 * now. Free with zone_done().
 */
int zoneinfo_load(const char *name, struct zone *ret);
/* The same from bytes of a TZif file (tests, fuzzer). */
int zoneinfo_parse(const char *name, const void *bytes, size_t n, struct zone *ret);

#endif
