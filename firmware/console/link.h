/* SPDX-License-Identifier: MIT */
/*
 * link - requests to the station over its control socket, without ever waiting for it.
 *
 * Each request has a connection of its own, so a slow one (measuring a recording) holds up no
 * other. LINK_CALLS are under way at most; LINK_URGENT of them are kept free for what cannot wait:
 * stop must go through however busy the page is.
 */
#ifndef CONSOLE_LINK_H
#define CONSOLE_LINK_H

#include <stdbool.h>

#include <jansson.h>
#include <systemd/sd-event.h>

#define LINK_CALLS     16
#define LINK_URGENT    4
#define LINK_ANSWER_US 10000000
#define LINK_IMPORT_US 300000000 /* measuring a long recording on a small board */

struct link;
struct link_call;

/*
 * reply is borrowed; NULL with error: -ENOENT, -ECONNREFUSED: no station is there; -EACCES: the
 * console may not talk to it; -EBUSY: too many requests at a time; -ETIMEDOUT, -EPIPE, ...
 */
typedef void link_reply_fn(void *context, json_t *reply, int error);

/* where: the station's runtime folder; borrowed. */
int link_new(sd_event *event, const char *where, struct link **ret);
/* Requests under way are dropped without a word. */
struct link *link_free(struct link *link);

/*
 * One request, given away; fd goes along unless -1, and is borrowed until fn is called. fn is
 * called once, never from inside this function, unless link_forget() comes first.
 */
int link_ask(struct link *link, json_t *request, int fd, uint64_t timeout_us, bool urgent,
	     link_reply_fn *fn, void *context, struct link_call **ret);
/* Nobody waits for the answer any more; the station may still carry it out. */
void link_forget(struct link_call *call);

#endif
