/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

#define AUDIO_PRIORITY	    40	    /* SCHED_FIFO, below the kernel's own interrupt threads */
#define SILENCE_DEADLINE_US 1000000 /* the fade and what the card still holds */
#define VOLUME_FILE	    "volume"

struct chain_settings daemon_chain_settings(const struct settings *settings)
{
	return (struct chain_settings){
		.format = {.rate_hz = settings->rate_hz, .channels = settings->channels},
		.target_lufs = settings->loudness_lufs,
		.ceiling_dbtp = settings->peak_dbtp,
		.highpass_hz = settings->highpass_hz,
	};
}

static int make_alsa(const struct daemon *d, struct sink **ret)
{
	struct sink *sink = NULL;
	int error = sink_alsa_new(d->settings.device, &sink);

	if (error == 0)
		error = sink_alsa_set_mixer(sink, d->settings.mixer, d->settings.mixer_db);
	if (error < 0)
		sink_free(sink);
	else
		*ret = sink;
	return error;
}

static int make_sink(const struct daemon *d, struct sink **ret)
{
	const struct chain_settings settings = daemon_chain_settings(&d->settings);

	if (strncmp(d->options.sink, "wav:", 4) == 0)
		return sink_wav_new(d->options.sink + 4, &settings.format, ret);
	if (strcmp(d->options.sink, "null") == 0)
		return sink_null_new(ret);
	return make_alsa(d, ret);
}

static int on_player(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)fd;
	(void)events;
	daemon_begin_turn(d);
	daemon_audio_events(d);
	daemon_end_turn(d);
	return 0;
}

int daemon_audio_start(struct daemon *d)
{
	struct player_options options = {.settings = daemon_chain_settings(&d->settings),
					 .preroll_us = d->settings.preroll_us};
	int error = make_sink(d, &options.sink);

	if (error < 0) {
		daemon_say(d, _("The sound output \"%s\" cannot be made: %s"), d->options.sink,
			   words_error(-error));
		return error;
	}
	options.check = strcmp(d->options.sink, "alsa") == 0;
	options.priority = options.check ? AUDIO_PRIORITY : 0;
	error = player_new(&options, &d->player);
	if (error < 0) {
		sink_free(options.sink);
		daemon_say(d, _("The audio thread cannot be started: %s"), words_error(-error));
		return error;
	}
	player_set_volume(d->player, d->volume_db);
	error = daemon_watch(d, player_fd(d->player), on_player, &d->player_source);
	/* Before any client: the next clip is ordered when this one has begun. */
	if (error >= 0)
		error = sd_event_source_set_priority(d->player_source, SD_EVENT_PRIORITY_IMPORTANT);
	if (error < 0)
		daemon_say(d, _("The audio thread cannot be heard: %s"), words_error(-error));
	return error;
}

/* A step may not happen inside another: what failed at once is told after this one. */
static void tell_later(struct daemon *d, uint64_t token, enum station_end end)
{
	if (d->n_deferred == DAEMON_DEFERRED)
		return; /* the station has at most eight clips out */
	d->deferred[d->n_deferred++] = (struct daemon_ending){.token = token, .end = end};
}

static int load_clip(struct daemon *d, const struct station_action *action,
		     struct player_clip *clip)
{
	const struct store_clip *known = library_find(d->library, action->play.clip);
	int64_t begin_us = action->play.start_us;

	if (!known)
		return -ENOENT;
	if (begin_us == 0)
		begin_us = d->now_us > action->play.permit.start_us ? d->now_us
								    : action->play.permit.start_us;
	clip->token = action->play.token;
	clip->skip_in = known->skip_frames;
	clip->frames_in = known->air_frames;
	clip->gain_db = known->gain_db + action->play.volume_db;
	clip->gap_us = action->play.gap_us;
	clip->limit_us = action->play.permit.end_us - begin_us;
	if (action->play.start_us)
		clip->start_us = clock_to_mono_us(d->clock, action->play.start_us);
	if (clip->limit_us <= 0)
		return -ETIME;
	return library_load(d->library, action->play.clip, &clip->bytes, &clip->n_bytes);
}

static enum station_end end_of(int error)
{
	switch (error) {
	case -ETIME:
		return END_HARD_STOP;
	case -ENODEV:
	case -ENOBUFS:
	case -ENOMEM:
		return END_DEVICE_LOST;
	default:
		return END_UNPLAYABLE;
	}
}

void daemon_audio_play(struct daemon *d, const struct station_action *action)
{
	struct player_clip clip = {0};
	int error;

	if (!permit_valid(&action->play.permit)) {
		daemon_say(d, _("A clip was ordered without a permit and is not played."));
		tell_later(d, action->play.token, END_UNPLAYABLE);
		return;
	}
	error = load_clip(d, action, &clip);
	if (error == -EBADMSG || error == -ENOENT)
		d->clips_are_stale = true;
	if (error < 0 && end_of(error) == END_UNPLAYABLE)
		daemon_fault_set(d, FAULT_RECORDING, "%s (%s)", action->play.clip,
				 words_error(-error));
	if (error == 0)
		error = player_play(d->player, &clip);
	if (error == -ENOMEM || error == -ENOBUFS)
		daemon_device_try_again(d, error);
	if (error < 0)
		tell_later(d, action->play.token, end_of(error));
	else
		d->n_playing++;
}

static void hear_started(struct daemon *d, const struct player_event *heard)
{
	struct station_event event = {.kind = EVENT_STARTED};

	event.started.token = heard->token;
	event.started.at_us = clock_from_mono_us(d->clock, heard->at_us);
	event.started.error_us = heard->error_us;
	daemon_feed(d, &event);
}

static void hear_finished(struct daemon *d, const struct player_event *heard)
{
	static const enum station_end ends[] = {
		[PLAYER_WHOLE] = END_WHOLE,	      [PLAYER_CUT] = END_CUT,
		[PLAYER_HARD_STOP] = END_HARD_STOP,   [PLAYER_DEVICE_LOST] = END_DEVICE_LOST,
		[PLAYER_UNPLAYABLE] = END_UNPLAYABLE,
	};
	struct station_event event = {.kind = EVENT_FINISHED};

	if (d->n_playing > 0)
		d->n_playing--;
	event.finished.token = heard->token;
	event.finished.end = ends[heard->end];
	event.finished.frames = heard->frames;
	event.finished.audible = heard->audible;
	event.finished.rate_hz = heard->rate_hz;
	event.finished.xruns = heard->xruns;
	event.finished.rms_cdbfs = heard->frames ? llround(heard->rms_dbfs * 100.0) : 0;
	event.finished.silence_ms = heard->silence * 1000 / (int64_t)heard->rate_hz;
	event.finished.ended_us = heard->at_us ? clock_from_mono_us(d->clock, heard->at_us) : 0;
	daemon_device_played(d, heard);
	daemon_feed(d, &event);
}

void daemon_audio_events(struct daemon *d)
{
	struct player_event heard;

	while (player_next_event(d->player, &heard)) {
		if (heard.kind == PLAYER_STARTED)
			hear_started(d, &heard);
		else if (heard.kind == PLAYER_FINISHED)
			hear_finished(d, &heard);
		else
			daemon_device_hear(d, &heard);
	}
}

void daemon_audio_replace(struct daemon *d)
{
	struct station_status status;
	struct station_event event = {.kind = EVENT_DEVICE_BACK};
	bool was_lost;

	station_status(d->station, &status);
	was_lost = status.device_lost;
	if (!d->audio_is_stale || d->n_playing > 0 || d->n_deferred > 0 || status.on_air ||
	    d->measure_source)
		return;
	d->audio_is_stale = false;
	if (strncmp(d->options.sink, "wav:", 4) == 0) { /* a place in the file is a time */
		daemon_fault_set(d, FAULT_RESTART, "%s", "");
		return;
	}
	d->player_source = sd_event_source_disable_unref(d->player_source);
	d->player = player_free(d->player);
	if (daemon_audio_start(d) < 0 || daemon_library_replace(d) < 0) {
		sd_event_exit(d->event, 1); /* start anew: there is no station without a player */
		return;
	}
	daemon_device_forget(d);
	if (was_lost)
		daemon_feed(d, &event);
}

void daemon_audio_silence(struct daemon *d)
{
	int64_t deadline_us = clock_mono_us() + SILENCE_DEADLINE_US;
	struct station_status status;

	station_status(d->station, &status);
	d->stopping = true;
	d->stopping_row = status.on_air && status.row != d->stopped_row ? status.row : 0;
	player_stop(d->player, STATION_FADE_US);
	while (d->n_playing > 0) {
		struct pollfd heard = {.fd = player_fd(d->player), .events = POLLIN};
		int64_t left_us = deadline_us - clock_mono_us();

		if (left_us <= 0 ||
		    (poll(&heard, 1, (int)(left_us / 1000) + 1) < 0 && errno != EINTR))
			break;
		d->now_us = clock_now_us(d->clock);
		daemon_audio_events(d);
	}
}

void daemon_volume_load(struct daemon *d)
{
	char path[LIMIT_PATH], text[32] = "", *end;
	FILE *file;
	double db;

	if (daemon_path(path, sizeof(path), d->state_dir, VOLUME_FILE) < 0)
		return;
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(text, sizeof(text), file)) {
		db = strtod(text, &end);
		if (end != text && (*end == '\n' || *end == '\0') && db >= -60.0 && db <= 0.0)
			d->volume_db = db;
	}
	fclose(file);
}

static int write_volume(const char *state_dir, double db)
{
	char path[LIMIT_PATH], fresh[LIMIT_PATH], text[32];
	int n = snprintf(text, sizeof(text), "%.2f\n", db);
	int fd, error = 0;

	if (daemon_path(path, sizeof(path), state_dir, VOLUME_FILE) < 0 ||
	    daemon_path(fresh, sizeof(fresh), state_dir, VOLUME_FILE ".new") < 0)
		return -ENAMETOOLONG;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	if (write(fd, text, (size_t)n) != n || fsync(fd) < 0)
		error = errno ? -errno : -EIO;
	close(fd);
	if (error == 0 && rename(fresh, path) < 0)
		error = -errno;
	return error;
}

/* What the writer's thread needs to do it: copies. */
struct volume_to_keep {
	char state_dir[LIMIT_PATH];
	double db;
};

static int keep_volume(void *context, bool go)
{
	struct volume_to_keep *keeping = context;
	int error = go ? write_volume(keeping->state_dir, keeping->db) : 0;

	free(keeping);
	return error;
}

int daemon_volume_save(const struct daemon *d)
{
	struct volume_to_keep *keeping = calloc(1, sizeof(*keeping));

	if (!keeping)
		return -ENOMEM;
	memcpy(keeping->state_dir, d->state_dir, sizeof(keeping->state_dir));
	keeping->db = d->volume_db;
	return log_writer_do(d->writer, keep_volume, keeping, DAEMON_WORK_VOLUME);
}
