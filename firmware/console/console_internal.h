/* SPDX-License-Identifier: MIT */
/*
 * console_internal - the console's parts and one visit to it.
 *
 * console.c starts and ends it; console_gate.c decides whether a request may come in;
 * console_routes.c has the table of all there is; console_answer.c has the words of answers; the
 * others are what the routes do: console_station.c hands requests on to the station, console_metrics.c has figures of it,
 * console_login.c and console_people.c are about accounts, console_clip.c about recordings,
 * console_page.c about pages; console_program.c is worked out by the command.
 */
#ifndef CONSOLE_CONSOLE_INTERNAL_H
#define CONSOLE_CONSOLE_INTERNAL_H

#include <jansson.h>
#include <systemd/sd-event.h>

#include "account.h"
#include "backoff.h"
#include "http.h"
#include "limit.h"
#include "link.h"
#include "live.h"
#include "password.h"
#include "program.h"

#define CONSOLE_COOKIE	     "loaphuong"
#define CONSOLE_UPLOADS	     2				  /* recordings that come in at a time */
#define CONSOLE_UPLOAD_BYTES ((uint64_t)LIMIT_CLIP_BYTES) /* one recording */
#define CONSOLE_SPARE_BYTES  (UINT64_C(64) << 20)	  /* of disk that stays free */

/* From the command line; all are there. Borrowed. */
struct console_options {
	const char *config, *state_dir, *runtime_dir, *station_dir, *clock_dir, *listen, *names;
	const char *certificate, *key; /* files; NULL = without TLS */
};

struct console {
	struct console_options options;
	sd_event *event;
	struct http *http;
	struct link *link;
	struct link *clock; /* who may set it: loaphuong-clock.socket */
	struct live *live;
	struct accounts *accounts;
	struct passwords *passwords;
	struct program *program;
	struct backoff by_address, by_name;
	char own_name[256];
	char boot[ACCOUNT_BOOT]; /* which boot of the box this is */
	char *certificate, *key; /* PEM; NULL = without TLS */
	unsigned uploads;
	bool journal;
};

enum console_body { BODY_NONE, BODY_JSON, BODY_RECORDING };

struct visit;

struct route {
	enum http_method method;
	const char *path;
	enum account_role role; /* ROLE_NONE: anybody */
	enum console_body body;
	void (*answer)(struct visit *visit);
	const char *request;	/* of the station, if it is handed on */
	const char *parameters; /* for the list of routes; "" = none */
	const char *does;	/* one line, N_() */
};

/* One request on its way. Lives as long as it. */
struct visit {
	struct console *console;
	struct http_request *request;
	const struct route *route;
	struct account_session who; /* role ROLE_NONE: nobody */
	bool unread;		    /* who it is could not be read */
	const char *language;	    /* "vi" or "en" */
	json_t *body;		    /* an object */
	int fd;			    /* of the recording that comes in, or -1 */
	bool uploading;
	struct link_call *call;
	struct account account;	 /* of who logs in */
	char code[ACCOUNT_CODE]; /* of first use */
	bool machine;		 /* who is known by a token, not by a cookie */
	bool first;		 /* the code is that of console-code */
};

/* One line for the journal. */
__attribute__((format(printf, 2, 3))) void console_say(const struct console *console,
						       const char *format, ...);
int64_t console_now_us(void);  /* UTC */
int64_t console_boot_us(void); /* CLOCK_BOOTTIME */
struct account_now console_now(const struct console *console);

/* The callbacks of http; context is the console. */
void console_asked(void *context, struct http_request *request);
void console_ready(void *context, struct http_request *request);

/* All that can be asked for; ends with a row without a path. */
extern const struct route console_routes[];

/* JSON, given away. */
void visit_answer(struct visit *visit, unsigned status, json_t *reply);
/* {"ok": false, "error": code, "message": in the visitor's language} */
void visit_refuse(struct visit *visit, unsigned status, const char *code, const char *english);
void visit_done(struct visit *visit); /* {"ok": true} */
/* A text of the body; "" if it is not there or no text. */
const char *visit_text(const struct visit *visit, const char *key);

/* Hand a request on to the station, given away; its reply is the answer. */
void visit_ask_station(struct visit *visit, json_t *request, uint64_t timeout_us, bool urgent);

/* The answer for a station that cannot be asked, in a language. */
json_t *console_trouble(void *context, const char *language, int error);

/* What routes do. */
void visit_station(struct visit *visit);
void visit_urgent(struct visit *visit);
void visit_clock_set(struct visit *visit);
void visit_health(struct visit *visit);
void visit_events(struct visit *visit);
void visit_plan(struct visit *visit);
void visit_why(struct visit *visit);
void visit_campaigns(struct visit *visit);
void visit_campaign_history(struct visit *visit);
void visit_campaign_try(struct visit *visit);
void visit_report(struct visit *visit);
void visit_login(struct visit *visit);
void visit_logout(struct visit *visit);
void visit_session(struct visit *visit);
void visit_first_use(struct visit *visit);
void visit_password(struct visit *visit);
void visit_accounts(struct visit *visit);
void visit_invite(struct visit *visit);
void visit_remove_account(struct visit *visit);
void visit_begin_upload(struct visit *visit); /* when its headers are in */
void visit_upload(struct visit *visit);
void visit_audio(struct visit *visit);
void visit_make_token(struct visit *visit);
void visit_metrics(struct visit *visit);
void visit_page(struct visit *visit);
void visit_list_routes(struct visit *visit);

#endif
