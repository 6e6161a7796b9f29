/* SPDX-License-Identifier: MIT */
/*
 * The test tone: a clip by hand like any other, so that it takes the same way to the card, leaves
 * the same proof, and gets its permit from the gate. It never disturbs a broadcast: it is refused
 * while something is on air or about to be, and what a person orders meanwhile interrupts it.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>

#include "schedule.h"
#include "words.h"

#define TONE_MARGIN_US (10 * CIVIL_US) /* silence between the tone and the next broadcast */
#define CLICK_US       (1 * CIVIL_US)

static void refuse_busy(const struct daemon *d, int64_t next_at_us, struct control_verdict *ret)
{
	char at[64];

	ret->error = "busy";
	if (next_at_us == 0) {
		snprintf(ret->message, sizeof(ret->message), "%s",
			 _("Something is on air, or waits for it; test when it is over."));
		return;
	}
	civil_print_instant(at, sizeof(at), &d->plan->zone, next_at_us, 0);
	snprintf(ret->message, sizeof(ret->message),
		 _("A broadcast begins at %.8s; test when it is over."), at + 11);
}

/* The station has nothing to do until the tone is over. */
static bool is_free(struct daemon *d, unsigned seconds, struct control_verdict *ret)
{
	int64_t over_us =
		d->now_us + d->settings.relay.lead_us + seconds * CIVIL_US + TONE_MARGIN_US;
	struct station_status now;
	struct occurrence next;

	station_status(d->station, &now);
	if (now.on_air || now.n_waiting > 0 || now.n_suspended > 0)
		refuse_busy(d, 0, ret);
	else if (station_next(d->station, &next) == 0 && next.at_us < over_us)
		refuse_busy(d, next.at_us, ret);
	return !ret->error;
}

/* A clip leaves the chain at the station's loudness; the tone is that much quieter. */
static bool volume_of(const struct daemon *d, double level_db, double *ret,
		      struct control_verdict *ret_verdict)
{
	*ret = level_db - d->settings.loudness_lufs;
	if (*ret <= 0)
		return true;
	ret_verdict->error = "bad-request";
	snprintf(ret_verdict->message, sizeof(ret_verdict->message),
		 _("The tone is never louder than a broadcast: %.1f dB at most on this station."),
		 d->settings.loudness_lufs);
	return false;
}

/* ---- the relay alone ---- */

static int release_relay(sd_event_source *source, uint64_t at_us, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)at_us;
	daemon_tone_forget(d);
	daemon_lines_relay(d, false);
	return 0;
}

void daemon_tone_forget(struct daemon *d)
{
	d->relay_click = sd_event_source_disable_unref(d->relay_click);
}

/* The amplifier's own thump is a sound too: the permitted hours hold for it. */
static bool may_click(const struct daemon *d, const struct control_tone *tone,
		      struct control_verdict *ret)
{
	const struct airtime_use use = station_airtime(d->station, d->now_us);
	int answer = STATION_OK;

	if (!tone->anyway && clock_state_known(d->clock_answer.state) && !use.inside)
		answer = STATION_OUTSIDE_AIRTIME;
	if (answer == STATION_OK && (use.session_left_us <= 0 || use.day_left_us <= 0) &&
	    !tone->anyway)
		answer = STATION_MINUTES_USED;
	daemon_take_answer(answer, ret);
	return answer == STATION_OK;
}

static void click(struct daemon *d, const struct control_tone *tone, struct control_verdict *ret)
{
	uint64_t now_us = 0;

	if (!d->settings.relay.present) {
		ret->error = "no-relay";
		snprintf(ret->message, sizeof(ret->message), "%s",
			 _("The config names no relay; add relay { line = \"GPIO27\" }."));
		return;
	}
	if (!may_click(d, tone, ret))
		return;
	daemon_tone_forget(d);
	sd_event_now(d->event, CLOCK_MONOTONIC, &now_us);
	if (sd_event_add_time(d->event, &d->relay_click, CLOCK_MONOTONIC, now_us + CLICK_US, 0,
			      release_relay, d) < 0) {
		daemon_take_answer(-ENOMEM, ret);
		return;
	}
	daemon_note(d, "relay-test", tone->hand.who, tone->hand.why);
	daemon_lines_relay(d, true);
}

void daemon_tone(void *context, const struct control_tone *tone, int64_t *ret_row,
		 struct control_verdict *ret)
{
	struct daemon *d = context;
	const char *names[CONTROL_TONE_SECONDS_MAX];
	struct station_event event = {.kind = EVENT_PLAY};

	*ret_row = 0;
	if (!volume_of(d, tone->level_db, &event.play.volume_db, ret) ||
	    !is_free(d, tone->seconds, ret))
		return;
	if (tone->relay_only) {
		click(d, tone, ret);
		return;
	}
	for (unsigned i = 0; i < tone->seconds; i++)
		names[i] = ASRUN_TEST_CLIP; /* one second long */
	event.play.names = names;
	event.play.n_names = tone->seconds;
	event.play.trigger = tone->hand.trigger;
	event.play.class = tone->anyway ? CLASS_EMERGENCY : CLASS_NORMAL;
	event.play.class_given = true;
	event.play.who = tone->hand.who;
	event.play.why = tone->hand.why[0] ? tone->hand.why : ASRUN_TEST_CLIP;
	d->opened_row = 0;
	daemon_take_answer(daemon_feed(d, &event), ret);
	*ret_row = d->opened_row;
}
