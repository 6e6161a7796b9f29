/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "schedule.h"
#include "words.h"

#define CLOCK_SET_NEAR_US (120 * CIVIL_US) /* between setting the clock and telling the station */

void daemon_refuse(struct control_verdict *ret, const char *code, const char *message)
{
	ret->error = code;
	snprintf(ret->message, sizeof(ret->message), "%s", message);
}

static const char *word(void *context, const char *english)
{
	(void)context;
	return words(english);
}

static void use_language(void *context, const char *language)
{
	const struct daemon *d = context;

	words_use(language ? language : d->language);
}

static const struct zone *zone(void *context)
{
	const struct daemon *d = context;

	return &d->plan->zone;
}

static int64_t now(void *context)
{
	const struct daemon *d = context;

	return d->now_us;
}

static void play(void *context, const struct control_play *play, int64_t *ret_row,
		 struct control_verdict *ret)
{
	struct daemon *d = context;
	struct station_event event = {.kind = EVENT_PLAY};

	event.play.names = play->names;
	event.play.n_names = play->n_names;
	event.play.trigger = play->hand.trigger;
	event.play.class = play->class;
	event.play.class_given = play->class_given;
	event.play.who = play->hand.who;
	event.play.why = play->hand.why;
	d->opened_row = 0;
	daemon_take_answer(daemon_feed(d, &event), ret);
	*ret_row = d->opened_row;
}

static void act(struct daemon *d, enum station_event_kind kind, const struct control_hand *hand,
		int64_t until_us, struct control_verdict *ret)
{
	struct station_event event = {.kind = kind};

	event.hand.who = hand->who;
	event.hand.why = hand->why;
	event.hand.until_us = until_us;
	daemon_take_answer(daemon_feed(d, &event), ret);
}

static void stop(void *context, const struct control_hand *hand, struct control_verdict *ret)
{
	struct station_event event = {.kind = EVENT_STOP};
	struct daemon *d = context;

	event.hand.who = hand->who;
	event.hand.why = hand->why;
	daemon_take_answer(daemon_stop(d, &event), ret);
}

static void pause_schedule(void *context, const struct control_hand *hand, int64_t until_us,
			   struct control_verdict *ret)
{
	struct daemon *d = context;

	if (until_us != 0 && until_us <= d->now_us)
		daemon_refuse(ret, "bad-time", _("That time is over; give one that is to come."));
	else
		act(d, EVENT_PAUSE, hand, until_us, ret);
}

static void skip(void *context, const struct control_hand *hand,
		 struct control_skipped *ret_skipped, struct control_verdict *ret)
{
	struct daemon *d = context;
	struct occurrence next;

	if (station_next(d->station, &next) == 0) {
		const struct plan_campaign *campaign = &d->plan->campaigns[next.campaign];

		ret_skipped->at_us = next.at_us;
		snprintf(ret_skipped->campaign, sizeof(ret_skipped->campaign), "%s",
			 campaign->name);
		snprintf(ret_skipped->broadcast, sizeof(ret_skipped->broadcast), "%s",
			 campaign->broadcasts[next.broadcast].name);
	}
	act(d, EVENT_SKIP, hand, 0, ret);
}

static double volume(void *context)
{
	const struct daemon *d = context;

	return d->volume_db;
}

static void set_volume(void *context, const struct control_hand *hand, double db,
		       struct control_verdict *ret)
{
	struct daemon *d = context;
	char text[LIMIT_WHY + 32];
	int error;

	d->volume_db = db;
	player_set_volume(d->player, db);
	snprintf(text, sizeof(text), "%.1f dB%s%s", db, hand->why[0] ? ": " : "", hand->why);
	daemon_note(d, "volume", hand->who, text);
	error = daemon_volume_save(d);
	if (error < 0) {
		ret->error = "disk";
		snprintf(ret->message, sizeof(ret->message),
			 _("The volume is set, but could not be kept for the next start: %s"),
			 words_error(-error));
	}
}

static void reload(void *context, const struct control_hand *hand,
		   const struct control_config_fault **ret_faults, size_t *ret_n,
		   struct control_verdict *ret)
{
	struct daemon *d = context;
	struct control_said said;
	int error;

	faults_done(&d->reload_faults);
	memset(&d->reload_faults, 0, sizeof(d->reload_faults));
	error = daemon_plan_reload(d, hand, &d->reload_faults);
	daemon_config_said(d, &said);
	*ret_faults = said.faults;
	*ret_n = said.n;
	if (error == -ENOMEM)
		daemon_take_answer(error, ret);
	else if (error < 0)
		daemon_refuse(ret, "config",
			      _("The config has errors; what was on air stays on air."));
}

/* "from -> to", and the reason; false if the station's clock does not show what was set. */
static bool note_set(struct daemon *d, const struct control_hand *hand, const int64_t *set_us)
{
	char from[40], to[40], why[LIMIT_WHY];
	int64_t apart_us = d->now_us - set_us[1];

	if (apart_us > CLOCK_SET_NEAR_US || apart_us < -CLOCK_SET_NEAR_US)
		return false;
	civil_print_instant(from, sizeof(from), &d->plan->zone, set_us[0], 0);
	civil_print_instant(to, sizeof(to), &d->plan->zone, set_us[1], 0);
	snprintf(why, sizeof(why), "%s -> %s%s%.*s", from, to, hand->why[0] ? ": " : "",
		 (int)(sizeof(why) - sizeof(from) - sizeof(to) - 8), hand->why);
	daemon_note(d, "clock-set", hand->who, why);
	return true;
}

static void confirm_clock(void *context, const struct control_hand *hand, const int64_t *set_us,
			  struct trust_answer *ret_clock, struct control_verdict *ret)
{
	struct daemon *d = context;

	if (!set_us) {
		daemon_note(d, "clock-confirm", hand->who, hand->why);
	} else if (!note_set(d, hand, set_us)) {
		daemon_refuse(
			ret, "bad-time",
			_("The station's clock does not show the time that was set; set it on the "
			  "box itself."));
		return;
	}
	trust_confirm(&d->trust, d->now_us, clock_boot_us());
	daemon_look_at_clock(d);
	daemon_trust_keep(d);
	*ret_clock = d->clock_answer;
}

static struct store_query query_of(const struct control_query *asked)
{
	struct store_query query = {
		.from_us = asked->from_us,
		.until_us = asked->until_us,
		.after_row = asked->after_row,
		.limit = asked->limit,
		.skip = asked->skip,
		.newest_first = asked->newest_first,
		.mode = asked->mode,
	};

	memcpy(query.campaign, asked->campaign, sizeof(query.campaign));
	memcpy(query.broadcast, asked->broadcast, sizeof(query.broadcast));
	return query;
}

static void ask_log(void *context, const struct control_query *asked, uint64_t token,
		    struct control_verdict *ret)
{
	struct daemon *d = context;
	const struct store_query query = query_of(asked);

	if (log_writer_query(d->writer, &query, token) < 0)
		daemon_take_answer(-ENOMEM, ret);
}

static void ask_notes(void *context, const struct control_query *asked, uint64_t token,
		      struct control_verdict *ret)
{
	struct daemon *d = context;
	const struct store_query query = query_of(asked);

	if (log_writer_notes(d->writer, &query, token) < 0)
		daemon_take_answer(-ENOMEM, ret);
}

static void verify(void *context, uint64_t token, struct control_verdict *ret)
{
	struct daemon *d = context;

	if (log_writer_verify(d->writer, token) < 0)
		daemon_take_answer(-ENOMEM, ret);
}

static bool clip(void *context, size_t index, struct control_clip *ret)
{
	const struct daemon *d = context;
	const struct store_clip *known = library_clip(d->library, index);

	if (known)
		daemon_clip_for_control(known, ret);
	return known != NULL;
}

static void import(void *context, const struct control_import *import, uint64_t token,
		   struct control_verdict *ret)
{
	struct daemon *d = context;
	struct stat status;
	int error;

	if (fstat(import->fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		daemon_refuse(ret, "no-file", _("The recording is not a file."));
		return;
	}
	error = import->file ? daemon_usb_file(d, import, token)
			     : daemon_import_request(d, import, token);
	if (error == -EBUSY)
		daemon_refuse(ret, "busy-station",
			      _("Other recordings are being added; try again."));
	else if (error < 0)
		daemon_refuse(ret, "bad-name",
			      _("That cannot be a clip's name; use letters, digits and dashes."));
	else
		daemon_library_go_on(d);
}

static void answer_proof(struct daemon *d, const struct writer_answer *answer)
{
	static const char *const problems[] = {
		[VERIFY_OK] = NULL,
		[VERIFY_ALTERED] = "altered",
		[VERIFY_REMOVED] = "removed",
		[VERIFY_REORDERED] = "reordered",
		[VERIFY_TAIL_MISSING] = "tail-missing",
		[VERIFY_HEAD_MISSING] = "head-missing",
	};
	struct control_proof proof = {
		.intact = answer->verdict.intact,
		.events = answer->verdict.events,
		.first_bad = answer->verdict.first_bad,
		.problem = problems[answer->verdict.problem],
	};

	memcpy(proof.head, answer->verdict.head, sizeof(proof.head));
	control_answer_proof(d->control, answer->token, answer->error, &proof);
}

void daemon_control_answer(struct daemon *d, struct writer_answer *answer)
{
	if (answer->kind == WRITER_VERDICT)
		answer_proof(d, answer);
	else if (answer->kind == WRITER_ROWS)
		control_answer_rows(d->control, answer->token, answer->error, answer->rows,
				    answer->n_rows);
	else if (answer->kind == WRITER_NOTES)
		control_answer_notes(d->control, answer->token, answer->error, answer->notes,
				     answer->n_notes);
}

static int on_control(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)fd;
	(void)events;
	daemon_begin_turn(d);
	control_unix_step(d->transport);
	daemon_end_turn(d);
	return 0;
}

int daemon_control_start(struct daemon *d)
{
	const struct control_host host = {
		.context = d,
		.word = word,
		.language = use_language,
		.zone = zone,
		.now = now,
		.status = daemon_status,
		.play = play,
		.past_fault = daemon_fault_past,
		.press = daemon_press,
		.tone = daemon_tone,
		.stop = stop,
		.pause = pause_schedule,
		.skip = skip,
		.volume = volume,
		.set_volume = set_volume,
		.reload = reload,
		.edit = daemon_edit,
		.confirm_clock = confirm_clock,
		.log = ask_log,
		.notes = ask_notes,
		.verify = verify,
		.clip = clip,
		.import = import,
		.usb = daemon_usb,
		.remove = daemon_clip_remove,
		.told = daemon_clip_told,
		.approve = daemon_clip_approve,
		.restore = daemon_clip_restore,
		.removed = daemon_clip_removed,
	};
	int error = control_new(&host, d->options.version, control_unix_reply, d->transport,
				&d->control);

	if (error < 0)
		return error;
	control_unix_attach(d->transport, d->control);
	return daemon_watch(d, control_unix_fd(d->transport), on_control, NULL);
}
