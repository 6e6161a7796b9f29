/* SPDX-License-Identifier: MIT */
/*
 * origin - whom a request is addressed to, and which page sent it.
 *
 * Pure. Against DNS rebinding: a page of a stranger whose name is made to point to this box is
 * "same origin" to the browser, but its requests carry the stranger's name as Host. So a Host is
 * an IP address (which nobody can make point elsewhere), localhost, this machine's own name, or a
 * name the technician gave. Against forged requests: a change must come from a page of this very
 * host, by the browser's word (Origin).
 */
#ifndef CONSOLE_ORIGIN_H
#define CONSOLE_ORIGIN_H

#include <stdbool.h>

/* names: more names, separated by commas; "" or NULL = none. own: this machine's name. */
bool origin_host_allowed(const char *host, const char *own, const char *names);
/* Is the page that the Origin header names one of this Host (both as in the headers)? */
bool origin_same(const char *origin, const char *host);

#endif
