/* SPDX-License-Identifier: MIT */
/*
 * ask - find the running station and put a question to it.
 *
 * With --state the station that holds that folder's lock, and no other; with --runtime alone the
 * one that listens there; with neither the installed one.
 */
#ifndef TOOLS_ASK_H
#define TOOLS_ASK_H

#include <jansson.h>

#include "command.h"

struct ask; /* a connection */

/* 0; -ENOENT: no station runs there; another negative errno: one runs but cannot be reached. */
int ask_open(const struct call *call, struct ask **ret);
struct ask *ask_close(struct ask *ask);
/* Says on stderr what ask_open() answered and what to do; returns EXIT_SERVICE. */
int ask_unreachable(int error);

/*
 * One request, given away; fd is sent along unless -1. Any answer of the station, refusals
 * included, goes to *ret_reply (json_decref it) and 0 is returned. A broken connection is said on
 * stderr and returned as a negative errno.
 */
int ask_call(struct ask *ask, json_t *request, int fd, json_t **ret_reply);

/* {"do": what, "language": ...}, or NULL when out of memory. */
json_t *ask_request(const char *what);
/* Adds a string unless it is NULL. */
void ask_put(json_t *request, const char *key, const char *value);

/* Was it refused? Then its message goes to stderr and EXIT_SERVICE is returned. */
int ask_refused(const json_t *reply);

/*
 * All in one, for commands that only make sense with a service: EXIT_DONE and the reply, or what
 * to exit with, said on stderr. request is given away.
 */
int ask_station(const struct call *call, json_t *request, json_t **ret_reply);

/* Members of an answer that may be missing: "" and 0 then. */
const char *ask_text(const json_t *object, const char *key);
long long ask_number(const json_t *object, const char *key);

#endif
