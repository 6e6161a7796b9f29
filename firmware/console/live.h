/* SPDX-License-Identifier: MIT */
/*
 * live - the station's status to every open page, as server-sent events.
 *
 * While somebody looks, the station is asked once a second, once for all of them; while nobody
 * does, never. An event is what GET /api/v1/status answers at that moment. A page that does not
 * read misses events, it does not queue them. Where the session behind a page is over, its stream
 * ends.
 */
#ifndef CONSOLE_LIVE_H
#define CONSOLE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <systemd/sd-event.h>

#include "link.h"

#define LIVE_LISTENERS 64
#define LIVE_PERIOD_US 1000000

struct http_request;
struct live;

struct live_host {
	void *context;
	bool (*lasts)(void *context, const uint8_t session[32]);
	/* The answer for a station that cannot be asked; the caller's. */
	json_t *(*trouble)(void *context, const char *language, int error);
};

/* host is copied. */
int live_new(sd_event *event, struct link *link, const struct live_host *host, struct live **ret);
struct live *live_free(struct live *live);

/* A request that is answered by a stream. -EBUSY: there are too many. */
int live_add(struct live *live, struct http_request *request, const char *language,
	     const uint8_t session[32]);
void live_remove(struct live *live, const struct http_request *request);
/* Something was just done: look now. */
void live_poke(struct live *live);

#endif
