/* SPDX-License-Identifier: MIT */
/*
 * control_internal - what the parts of control share.
 *
 * control.c takes requests and routes them; control_requests.c (by hand) and control_queries.c
 * (log, what comes in), control_clips.c (clips), control_campaign.c have what each does; control_status.c says how things stand; control_answer.c
 * sends what took time.
 */
#ifndef EDGE_CONTROL_INTERNAL_H
#define EDGE_CONTROL_INTERNAL_H

#include <jansson.h>

#include "control.h"

#define N_(english) (english) /* marks a text for the catalogue; control->host.word() says it */

#define CONTROL_FAULTS_PAGE 100 /* faults of one reply at most */
#define CONTROL_PAST_FAULTS 20	/* of status */

/* An answer that is still to come. token 0 = a free place. */
struct control_pending {
	uint64_t token, client;
	char language[8];
	size_t limit; /* rows asked for */
};

struct control {
	struct control_host host;
	const char *version;
	control_reply_fn *reply;
	void *reply_context;
	uint64_t next_token;
	struct control_pending pending[LIMIT_CLIENTS];
};

/* One request on its way. */
struct control_call {
	struct control *control;
	const struct control_peer *peer;
	json_t *request; /* an object; borrowed */
	int fd;		 /* -1 when taken */
	bool later;	 /* the answer will come by control_answer_*() */
};

/* What a request does: a reply (new reference), or NULL: later, or out of memory. */
typedef json_t *control_do_fn(struct control_call *call);
control_do_fn *control_find(const char *name);

/* The requests of control_queries.c. */
json_t *control_do_log(struct control_call *call);
json_t *control_do_notes(struct control_call *call);
json_t *control_do_faults(struct control_call *call);
json_t *control_do_log_verify(struct control_call *call);
json_t *control_do_clip_add(struct control_call *call);
json_t *control_do_clip_bring(struct control_call *call);
json_t *control_do_usb(struct control_call *call);

/* The requests of control_clips.c. */
json_t *control_do_clips(struct control_call *call);
json_t *control_do_clip(struct control_call *call);
json_t *control_do_clip_approve(struct control_call *call);
json_t *control_do_clip_remove(struct control_call *call);
json_t *control_do_clips_removed(struct control_call *call);
json_t *control_do_clip_restore(struct control_call *call);

/* The requests of control_campaign.c. */
json_t *control_do_campaign_save(struct control_call *call);
json_t *control_do_campaign_undo(struct control_call *call);

/* Values of a request. False: it is not what it should be. Absent is "" and 0. */
bool control_take_text(const json_t *request, const char *key, char *text, size_t n);
bool control_take_hand(const struct control_call *call, struct control_hand *ret);
bool control_take_instant(const struct control_call *call, const char *key, int64_t *ret_us);
/* A count within a page; absent = the whole page. */
bool control_take_limit(const json_t *request, size_t page, size_t *ret);
json_t *control_bad(struct control_call *call, const char *english); /* "bad-request" */
json_t *control_bad_hand(struct control_call *call);

json_t *control_status_json(struct control *control);
json_t *control_past_fault_json(struct control *control, const struct control_past_fault *fault);
json_t *control_clip_json(struct control *control, const struct control_clip *clip);
json_t *control_warnings_json(const struct control_warning *warnings, size_t n);
json_t *control_clock_json(struct trust_answer clock);

json_t *control_config_faults_json(const struct control_config_fault *faults, size_t n);
json_t *control_hex(const uint8_t *bytes, size_t n);

json_t *control_done(void); /* {"ok": true} */
json_t *control_error(const char *code, const char *message);
json_t *control_verdict_reply(const struct control_verdict *verdict); /* done or error */
/* Adds a new reference to a reply; NULL in, or out of memory: NULL out and all is freed. */
json_t *control_with(json_t *reply, const char *key, json_t *value);

/* A place for an answer to come; 0 if there is none. */
uint64_t control_expect(struct control_call *call, size_t limit);
/* Gives the place back: its token is no longer known. */
void control_expect_no_more(struct control *control, uint64_t token);

/* Takes the place of an answer; false if nobody waits for it any more. */
bool control_take_pending(struct control *control, uint64_t token, struct control_pending *ret);

void control_send(struct control *control, uint64_t client, json_t *reply); /* takes reply */

#endif
