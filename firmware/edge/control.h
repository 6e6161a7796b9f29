/* SPDX-License-Identifier: MIT */
/*
 * control - requests to the running station and their replies, as JSON.
 *
 * Knows no socket and no daemon: a transport (control_unix) hands in one line and gets one line
 * back, now or later; what is to be done is asked of a host, a table of callbacks.
 *
 * The protocol: JSON Lines, one object a line, at most 64 KiB; one reply a request, in order. A
 * client that wants more at a time opens more connections.
 *
 *   request  {"do": NAME, "language"?: "vi"|"en", "who"?: TEXT, "why"?: TEXT, ...}
 *   reply    {"ok": true, ...}
 *         or {"ok": false, "error": CODE, "message": TEXT for people, ...}
 *
 * who is the person behind the request. The socket's peer is always logged beside it, as
 * "name (user uid 1000)", so that nobody can act in the name of another unseen; without it the peer
 * alone stands, "user (uid 1000)". The number gives way where there is no room for it. A request
 * whose peer is the console's user has the trigger "console", others "cli".
 * Unknown keys are ignored, unknown requests refused. Times are RFC 3339 with an offset.
 *
 *   ping                          version
 *   status                        status: {station, version, now,
 *                                 timezone,
 *                                 clock: {state, reason,
 *                                   source: "system"|"pretended"|"sim:SOCKET", synchronized,
 *                                   rtc: "none"|"agrees"|"differs", rtc_apart_s, it is ahead
 *                                   left_s: number|null,     until it ends, unless vouched again
 *                                   not_before, not_after,   a time outside is not believed
 *                                   accounted: TIME|null},   until then all has its outcome
 *                                 on_air: null | {row, campaign, broadcast, class, trigger, clip,
 *                                   position, items, planned, started, clip_position_ms,
 *                                   clip_length_ms, level_dbfs}, position from 0, items = how
 *                                   many, level of the last moment
 *                                 waiting, suspended,     numbers
 *                                 next: null | {at, campaign, broadcast, class, items: [..],
 *                                   verdict: {outcome, reason}},
 *                                 airtime: {inside, window_end, session_used_s, session_left_s,
 *                                   day_used_s, day_left_s},   left is null without a limit;
 *                                   outside, window_end is the start of the next window
 *                                 paused_until, volume_db, device: {name, lost},
 *                                 config: {file, accepted_copy},   file is an absolute path
 *                                 clips, measuring,
 *                                 lines: [{name, role: "button"|"relay"|"led", line,
 *                                   chip: TEXT|null, offset: number|null,
 *                                   state: "ok"|"missing"|"busy"|"denied"|"ambiguous"|"no-edges"|
 *                                     "failed"|"unused",
 *                                   level: bool|null,       of an input as it is, of an output as
 *                                                           it was told; true is active
 *                                   message, cure,          for people; "" where all is well
 *                                   and of a button: presses, gaps, stuck,
 *                                     last: null | {at, what: "press"|"hold", did}}],
 *                                 usb, arrivals: see control_arrivals.h
 *                                 faults: [{code, message, cure, since, last, count}],
 *                                 past_faults: [FAULT],       that are over: the newest 20
 *                                 faults_known: number}       present and past, since the start
 *   faults {skip?, limit?}        faults: [FAULT], more: bool; present and past, newest first.
 *                                 FAULT = {code, message, cure, first, last, count, over}
 *   play {names: [..], class?, emergency?}   row: number | null (it waits)
 *   press {name, hold?}           did: "played"|"stopped"|"ignored"|"cooldown"|"armed"|"nothing",
 *                                 row: number|null. A rehearsal of the wiring: the button's own
 *                                 rules decide, as if it were pressed now, or held and released.
 *   stop                          -
 *   pause {until: TIME | null}    -                       null ends a pause
 *   skip                          skipped: {at, campaign, broadcast}
 *   volume {db?}                  db                      -60..0; kept over a restart
 *   reload                        warnings: [FAULT]; or error "config" with faults: [FAULT]
 *                                 FAULT = {file, line, level: "error"|"warning", code, text}
 *   test-tone {seconds?, level_db?, anyway?, relay_only?}
 *                                 row: number|null      a quiet tone, seconds 1..30 (3), level_db
 *                                 its loudness in LUFS, -60..-16 (-30). anyway: outside airtime
 *                                 too, as an emergency: wants who. relay_only: the amplifier's
 *                                 relay is on for a second, and nothing sounds; a note, no row
 *   clock-confirm                 clock: {state, reason}  a person says the time is right: wants
 *                                 who; what cannot be is not believed, and the reason says so
 *   clock-set {from, to}          clock: {state, reason}  the same of one who has just set the
 *                                 clock; error "bad-time": the station's does not show that
 *   log {from?, until?, campaign?, broadcast?, after_row?, limit?, newest_first?, pretended?}
 *                                 rows: [ROW as in row_json.h], more: bool; in order of row
 *                                 number. pretended absent: rows of both kinds. The next page
 *                                 begins at after_row = the last row (with newest_first: ask a
 *                                 shorter period).
 *   notes {from?, until?, skip?, limit?, newest_first?, pretended?}
 *                                 notes: [{at, what, who, why, until, clock, pretended}],
 *                                 more: bool; in the order in which they were written. What is
 *                                 not a row of the log: start, stop, pause, unpause, skip, reload,
 *                                 reload-refused, volume, clip-add, clip-say, clip-remove,
 *                                 clip-restore, clip-approve, clip-revoke, campaign-save, campaign-undo (why begins with the
 *                                 clip: see core/life.h), relay-test, press (a button names
 *                                 something gone: why is the name),
 *                                 clock (who is the state, why the reason), clock-confirm,
 *                                 clock-set (why: from what to what), fault, fault-over (who is
 *                                 the code, why what it was), watchdog (why: what stood still).
 *                                 The next page begins at skip = notes that came so far.
 *   log-verify                    intact, events, head, first_bad: number|null, problem: null |
 *                                 "altered", "removed", "reordered", "tail-missing",
 *                                 "head-missing"
 *   clips {after?: name, limit?, all?: bool}
 *                                 clips: [{name, title, length_ms, lufs, peak_dbtp, gain_db,
 *                                 out_lufs, sha256, frames, skip_frames, air_frames, rate,
 *                                 channels, added, added_by}],
 *                                 more: bool; in order of name. Each has the keys of clip_json.h
 *                                 besides; with all, clips that are declared and have no
 *                                 recording are there too (recorded is then false)
 *   clip {name}                   clip: {as above, text, used_by}
 *   clip-approve {name, revoke?: bool, sha256?}
 *                                 -                       who is the person who approves; with
 *                                 sha256 only that very recording is approved
 *   clips-removed                 removed: [{name, removed_at, kept_until, size}]
 *   clip-restore {name, as?}      -                       the newest removed one of that name
 *   clip-add {name, title?, replace?: bool} and the open file by SCM_RIGHTS
 *                                 clip: {as above}, warnings: [{code, message}]; when measured.
 *                                 warnings: "same-recording", "quiet", "noisy",
 *                                 "overdriven", "long-silence"
 *   clip-bring, usb               see control_arrivals.h
 *   campaign-save, campaign-undo  see control_campaign.h
 *   clip-remove {name}            -                       kept for 30 days
 *
 * Error codes of every request: "bad-request" (not JSON, or a value that is not what it should
 * be), "unknown-request", "too-large", "busy-station", "unavailable", "out-of-memory". Of play:
 * "no-such", "ambiguous", "busy", "outside-airtime", "minutes-used", "no-recording",
 * "not-approved", "expired", "device-lost". Of press: the same, and "held" (somebody has the
 * button down). Of test-tone: those of play; "no-recording" if the clip "test-tone" is not in the
 * library; relay_only: "no-relay". Of stop and skip: "nothing". Of pause: "bad-time". Of clip-add:
 * the library's code, "bad-name", "exists", "no-file", "disk". Of the others about clips:
 * "no-such", "in-use" (remove), "exists" (restore), "changed" (approve: it is another recording by
 * now), "disk".
 */
#ifndef EDGE_CONTROL_H
#define EDGE_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asrun.h"
#include "control_arrivals.h"
#include "control_campaign.h"
#include "control_faults.h"
#include "clip_file.h"
#include "clip_json.h"
#include "station.h"
#include "trust.h"

#define CONTROL_SOCKET	     "control.sock"	 /* in the runtime folder */
#define CONTROL_CONSOLE_USER "loaphuong-console" /* the console's system user */
#define CONTROL_LOG_PAGE     200		 /* rows of one reply at most */
#define CONTROL_CLIPS_PAGE   500		 /* clips of one reply at most */

#define CONTROL_TONE_SECONDS_MAX  30
#define CONTROL_TONE_LEVEL_MIN_DB (-60.0)
#define CONTROL_TONE_LEVEL_MAX_DB (-16.0) /* no louder than a broadcast */

struct control; /* opaque */

/* Who is at the other end of a connection, by the kernel's word. A value. */
struct control_peer {
	uint64_t client; /* of the connection; never used twice */
	char user[LIMIT_WHO];
	bool has_uid; /* user is a name, not the number */
	unsigned uid;
};

/* Who acts by hand, and why. */
struct control_hand {
	char who[LIMIT_WHO], why[LIMIT_WHY];
	enum asrun_trigger trigger;
};

/* The answer to something a person asked for: done, or a stable code and a line for people. */
struct control_verdict {
	const char *error; /* static; NULL = done */
	char message[512];
};

struct control_play {
	struct control_hand hand;
	const char *const *names;
	size_t n_names;
	enum plan_class class;
	bool class_given;
};

struct control_tone {
	struct control_hand hand;
	unsigned seconds;
	double level_db; /* LUFS */
	bool anyway;	 /* outside airtime too */
	bool relay_only;
};

struct control_skipped {
	int64_t at_us;
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
};

/* A fault of the config, for reload. */
struct control_config_fault {
	const char *file, *code, *text;
	int line;
	bool error;
};

enum control_line_role { LINE_BUTTON, LINE_RELAY, LINE_LED };

/* What is wired to the box. Borrowed until the next callback. */
struct control_line {
	enum control_line_role role;
	const char *name, *line, *chip; /* chip: "" if none is known */
	unsigned offset;
	const char *state; /* a code of the list above */
	bool has_level, level;
	const char *message, *cure;
	/* of a button */
	unsigned presses, gaps;
	bool stuck;
	int64_t last_us; /* 0 = never */
	bool last_hold;
	const char *last_did;
};

struct control_press {
	struct control_hand hand;
	const char *name;
	bool hold;
	bool named; /* the request says who it is from */
};

struct control_pressed {
	const char *did; /* a code of the list above; static */
	int64_t row;	 /* 0 = none */
};

struct control_status {
	const char *station, *version, *device, *config_file;
	const struct zone *zone;
	int64_t now_us;
	struct trust_answer clock;
	struct trust_look clock_look; /* what it was judged by */
	int64_t not_before_us, not_after_us;
	const char *clock_source; /* "system", "pretended" or "sim:SOCKET" */
	struct station_status now;
	int64_t clip_position_us;
	double level_dbfs;
	bool has_next;
	int64_t next_at_us;
	const char *next_campaign, *next_broadcast, *next_items; /* items separated by one space */
	enum plan_class next_class;
	enum asrun_outcome next_outcome;
	enum asrun_reason next_reason;
	struct airtime_use airtime;
	double volume_db;
	bool real_time;	    /* the audio thread has its priority */
	bool memory_locked; /* nothing that is in use is taken out to a disk */
	bool accepted_copy;
	size_t n_clips, n_measuring;
	const struct control_fault *faults;
	size_t n_faults;
	const struct control_line *lines;
	size_t n_lines;
	struct control_stick stick;
	const struct control_arrival *arrivals;
	size_t n_arrivals;
};

struct control_query {
	int64_t from_us, until_us, after_row;
	size_t limit, skip;
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
	bool newest_first;
	int mode; /* -1 = both, else enum asrun_clock_mode */
};

struct control_proof {
	bool intact;
	int64_t events, first_bad;
	uint8_t head[32];
	const char *problem; /* NULL or a code of the list above */
};

/* A recording. Strings are borrowed for the call. */
struct control_clip {
	const char *name, *title, *added_by;
	const uint8_t *sha256;
	int64_t frames, skip_frames, air_frames, added_us;
	unsigned rate_hz, channels;
	double lufs, peak_dbtp, gain_db, out_lufs;
	bool draft; /* spoken by the machine */
	bool known; /* of an answer: nothing was added, this one has the recording */
};

struct control_approval {
	struct control_hand hand;
	const char *name;
	bool revoke;
	bool sha256_given; /* only this very recording is meant */
	uint8_t sha256[32];
};

struct control_import {
	struct control_hand hand;
	const char *name, *title;
	const char *file; /* clip-bring: instead of both; else NULL */
	bool replace;	  /* what has the name, if anything has */
	int fd; /* given away when the verdict is "done", so far: the answer comes later */
};

/*
 * What the station does. All callbacks are there; they run in the thread of control_request().
 * log, notes, verify and import are answered later by control_answer_*() with their token; an
 * error in their verdict is the answer at once.
 */
struct control_host {
	void *context;
	const char *(*word)(void *context, const char *english); /* in the language in force */
	void (*language)(void *context, const char *language);	 /* NULL = the station's */
	const struct zone *(*zone)(void *context);
	int64_t (*now)(void *context);
	void (*status)(void *context, struct control_status *ret);
	void (*play)(void *context, const struct control_play *play, int64_t *ret_row,
		     struct control_verdict *ret);
	bool (*past_fault)(void *context, size_t index, struct control_past_fault *ret);
	void (*press)(void *context, const struct control_press *press,
		      struct control_pressed *ret_pressed, struct control_verdict *ret);
	void (*tone)(void *context, const struct control_tone *tone, int64_t *ret_row,
		     struct control_verdict *ret);
	void (*stop)(void *context, const struct control_hand *hand, struct control_verdict *ret);
	void (*pause)(void *context, const struct control_hand *hand, int64_t until_us,
		      struct control_verdict *ret);
	void (*skip)(void *context, const struct control_hand *hand,
		     struct control_skipped *ret_skipped, struct control_verdict *ret);
	double (*volume)(void *context);
	void (*set_volume)(void *context, const struct control_hand *hand, double db,
			   struct control_verdict *ret);
	/* Faults are borrowed until the next callback; there are some with ret->error NULL too. */
	void (*reload)(void *context, const struct control_hand *hand,
		       const struct control_config_fault **ret_faults, size_t *ret_n,
		       struct control_verdict *ret);
	/* Answered later by control_answer_edit(); faults are borrowed as those of reload. */
	void (*edit)(void *context, const struct control_edit *edit, uint64_t token,
		     struct control_said *ret_said, struct control_verdict *ret);
	void (*confirm_clock)(void *context, const struct control_hand *hand, const int64_t *set_us,
			      struct trust_answer *ret_clock, struct control_verdict *ret);
	void (*log)(void *context, const struct control_query *query, uint64_t token,
		    struct control_verdict *ret);
	void (*notes)(void *context, const struct control_query *query, uint64_t token,
		      struct control_verdict *ret);
	void (*verify)(void *context, uint64_t token, struct control_verdict *ret);
	/* The clip at an index, in order of name; false past the end. */
	bool (*clip)(void *context, size_t index, struct control_clip *ret);
	void (*import)(void *context, const struct control_import *import, uint64_t token,
		       struct control_verdict *ret);
	/* ret_orders is filled for USB_BEGIN. */
	void (*usb)(void *context, const struct control_usb *usb,
		    struct control_usb_orders *ret_orders, struct control_verdict *ret);
	void (*remove)(void *context, const struct control_hand *hand, const char *name,
		       struct control_verdict *ret);
	/* What is told of clips besides their measurements; of this one, or of all (NULL). */
	void (*told)(void *context, const char *name, struct clip_told *ret);
	void (*approve)(void *context, const struct control_approval *approval,
			struct control_verdict *ret);
	void (*restore)(void *context, const struct control_hand *hand, const char *name,
			const char *as, struct control_verdict *ret);
	/* Calls fn for each removed recording; 0 or a negative errno. */
	int (*removed)(void *context,
		       int (*fn)(void *fn_context, const struct clip_removed *removed),
		       void *fn_context);
};

/* One reply, without the line's end; borrowed for the call. */
typedef void control_reply_fn(void *context, uint64_t client, const char *text, size_t n);

/* host is copied. */
int control_new(const struct control_host *host, const char *version, control_reply_fn *reply,
		void *reply_context, struct control **ret);
struct control *control_free(struct control *control);

/*
 * One request. fd is a file that came with it or -1, and is given away. Answered by exactly one
 * reply, unless the client is forgotten first. A client must not ask again before its reply.
 */
void control_request(struct control *control, const struct control_peer *peer, const char *text,
		     size_t n, int fd);
/* The client is gone: an answer still to come is dropped. */
void control_forget(struct control *control, uint64_t client);

/* Answers that took time. Tokens that are not known (any more) are ignored. */
void control_answer_rows(struct control *control, uint64_t token, int error,
			 const struct asrun_row *rows, size_t n);
void control_answer_notes(struct control *control, uint64_t token, int error,
			  const struct asrun_event *notes, size_t n);
void control_answer_proof(struct control *control, uint64_t token, int error,
			  const struct control_proof *proof);
void control_answer_clip(struct control *control, uint64_t token,
			 const struct control_verdict *verdict, const struct control_clip *clip,
			 const struct control_warning *warnings, size_t n_warnings);

/* What the transport says to a client whose line is too long to be a request. */
void control_refuse_large(struct control *control, uint64_t client);

#endif
