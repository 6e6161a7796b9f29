/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

void daemon_append(struct daemon *d, const struct asrun_event *event)
{
	int error = log_writer_append(d->writer, event);

	daemon_clip_hear(d, event);
	if (error < 0)
		daemon_fault_set(d, FAULT_LOG, "(%s)", words_error(-error));
	daemon_disk_expect(d);
	if (event->mode == ASRUN_REAL && clock_state_known(event->clock) &&
	    event->time_us > d->newest_row_us)
		d->newest_row_us = event->time_us;
}

/*
 * While the service ends, what was on air is logged as far as it sounded, but its row stays open:
 * the next start resumes it, or closes it with the reason.
 */
static bool is_kept_open(const struct daemon *d, const struct asrun_event *event)
{
	return d->stopping && event->kind == ASRUN_CLOSED && event->row == d->stopping_row;
}

static void carry_out(struct daemon *d, const struct station_action *action)
{
	switch (action->kind) {
	case ACTION_PLAY:
		if (!d->stopping)
			daemon_audio_play(d, action);
		break;
	case ACTION_CANCEL:
		player_cancel(d->player, action->token);
		break;
	case ACTION_STOP:
		player_stop(d->player, action->fade_us);
		break;
	case ACTION_LOG:
		if (action->log->kind == ASRUN_OPENED)
			d->opened_row = action->log->row;
		if (!is_kept_open(d, action->log))
			daemon_append(d, action->log);
		break;
	case ACTION_RELAY:
		daemon_tone_forget(d);
		daemon_lines_relay(d, action->on);
		break;
	}
}

int daemon_feed(struct daemon *d, struct station_event *event)
{
	const struct station_action *actions = NULL;
	size_t n = 0;
	int answer;

	event->now_us = d->now_us;
	answer = station_step(d->station, event, &actions, &n);
	if (answer < 0)
		daemon_say(d, _("Out of memory; the station goes on with what it has."));
	/* What was decided before the memory ran out counts: rows are not decided twice. */
	for (size_t i = 0; i < n; i++)
		carry_out(d, &actions[i]);
	return answer;
}

void daemon_feed_deferred(struct daemon *d)
{
	while (d->n_deferred > 0) {
		struct station_event event = {.kind = EVENT_FINISHED};

		event.finished.token = d->deferred[0].token;
		event.finished.end = d->deferred[0].end;
		d->n_deferred--;
		memmove(&d->deferred[0], &d->deferred[1], d->n_deferred * sizeof(d->deferred[0]));
		daemon_feed(d, &event);
	}
}

void daemon_note(struct daemon *d, const char *what, const char *who, const char *why)
{
	struct asrun_event note = {.kind = ASRUN_NOTE};
	struct station_status status;

	station_status(d->station, &status);
	note.mode = d->options.pretend ? ASRUN_PRETENDED : ASRUN_REAL;
	note.time_us = d->now_us;
	note.accounted_us = status.accounted_us;
	note.clock = d->clock_answer.state;
	snprintf(note.what, sizeof(note.what), "%s", what);
	snprintf(note.who, sizeof(note.who), "%s", who);
	snprintf(note.why, sizeof(note.why), "%s", why);
	daemon_append(d, &note);
}

static void hear_durable(struct daemon *d, int64_t row)
{
	struct station_event event = {.kind = EVENT_LOGGED};

	event.row = row;
	daemon_feed(d, &event);
}

/* But for a change to the programme: what was to be kept for the next start; nothing depends on it. */
static void hear_worked(struct daemon *d, enum daemon_work work, int error)
{
	if (work == DAEMON_WORK_CAMPAIGN)
		daemon_edit_saved(d, error);
	else if (error < 0 && work == DAEMON_WORK_CONFIG)
		daemon_say(d, _("The accepted config could not be kept: %s"), words_error(-error));
	else if (error < 0 && work == DAEMON_WORK_VOLUME)
		daemon_say(d, _("The volume is set, but could not be kept for the next start: %s"),
			   words_error(-error));
}

static void note_replaced(struct daemon *d, const char *kept)
{
	bool index = strncmp(kept, "library", strlen("library")) == 0;

	daemon_note(d, index ? "library-replaced" : "log-replaced", "loaphuongd", kept);
}

void daemon_note_opening(struct daemon *d)
{
	const struct store_opening *opening = &d->opening;
	char lost[32];

	if (opening->asrun_replaced)
		note_replaced(d, opening->asrun_kept);
	if (opening->library_replaced)
		note_replaced(d, opening->library_kept);
	snprintf(lost, sizeof(lost), "%lld", (long long)opening->lost);
	if (opening->lost > 0)
		daemon_note(d, "log-end-lost", "loaphuongd", lost);
}

static void hear_replaced(struct daemon *d, const char *kept)
{
	daemon_fault_set(d, FAULT_LOG_REPLACED, "(%s)", kept);
	note_replaced(d, kept);
}

/* What the disk did not take in time is gone for good, and the log is to say so. */
static void hear_well(struct daemon *d, size_t dropped)
{
	char lost[32];

	daemon_fault_clear(d, FAULT_LOG);
	if (dropped == 0)
		return;
	snprintf(lost, sizeof(lost), "%zu", dropped);
	daemon_note(d, "log-events-lost", "loaphuongd", lost);
}

void daemon_log_answers(struct daemon *d)
{
	struct writer_answer answer;

	while (log_writer_next(d->writer, &answer)) {
		switch (answer.kind) {
		case WRITER_DURABLE:
			hear_durable(d, answer.row);
			break;
		case WRITER_FAULT:
			daemon_fault_set(d, FAULT_LOG, "(%s)", words_error(-answer.error));
			break;
		case WRITER_WORKED:
			hear_worked(d, (enum daemon_work)answer.token, answer.error);
			break;
		case WRITER_WELL:
			hear_well(d, answer.dropped);
			break;
		case WRITER_REPLACED:
			hear_replaced(d, answer.kept);
			break;
		default:
			daemon_control_answer(d, &answer);
			break;
		}
		writer_answer_done(&answer);
	}
}
