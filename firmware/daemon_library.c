/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "words.h"

static struct library_options options_of(const struct daemon *d)
{
	return (struct library_options){
		.state_dir = d->state_dir,
		.settings = daemon_chain_settings(&d->settings),
		.program = "/proc/self/exe",
		.background = true,
	};
}

static int know(void *context, const struct store_clip *clip)
{
	struct daemon *d = context;

	return library_know(d->library, clip);
}

static void keep_result(void *context, const struct library_result *result)
{
	struct daemon *d = context;
	struct store_clip clip = result->clip;

	if (result->verdict == LIBRARY_ACCEPTED) {
		daemon_clip_complete(d, &clip);
		library_know(d->library, &clip);
		store_put_clip(d->store, &clip);
	} else {
		daemon_say(d, _("The recording \"%s\" cannot be used (%s)."), clip.name,
			   result->code);
	}
}

static void forget_gone(struct daemon *d)
{
	char name[LIMIT_NAME];

	while (library_next_gone(d->library, name)) {
		if (d->store)
			store_remove_clip(d->store, name);
		else
			log_writer_remove_clip(d->writer, name);
	}
}

/* An empty station that has just a few recordings is complete before it says that it is ready. */
int daemon_library_start(struct daemon *d)
{
	const struct library_options options = options_of(d);
	int n, error = library_new(&options, &d->library);

	if (error < 0)
		return error;
	if (d->store)
		error = store_clips(d->store, know, d);
	if (error < 0)
		daemon_say(d, _("The index of recordings could not be read; it is made anew."));
	n = library_scan(d->library);
	if (n < 0)
		return n;
	forget_gone(d);
	if (d->store && n > 0 && n <= DAEMON_SEED_MEASURE && library_count(d->library) == 0)
		library_measure_all(d->library, keep_result, d);
	else
		d->n_to_measure = (size_t)n;
	return 0;
}

int daemon_library_replace(struct daemon *d)
{
	const struct library_options options = options_of(d);
	struct library *fresh;
	const struct store_clip *clip;
	int error = library_new(&options, &fresh);

	if (error < 0)
		return error;
	for (size_t i = 0; (clip = library_clip(d->library, i)); i++)
		library_know(fresh, clip);
	library_free(d->library);
	d->library = fresh;
	daemon_library_scan(d);
	daemon_library_go_on(d);
	return 0;
}

void daemon_library_scan(struct daemon *d)
{
	int n = library_scan(d->library);

	if (n < 0)
		daemon_say(d, _("The folder of recordings cannot be read: %s"), words_error(-n));
	else
		d->n_to_measure = (size_t)n;
	forget_gone(d);
}

void daemon_clip_for_control(const struct store_clip *clip, struct control_clip *ret)
{
	*ret = (struct control_clip){
		.name = clip->name,
		.title = clip->title,
		.added_by = clip->added_by,
		.sha256 = clip->sha256,
		.frames = clip->frames,
		.skip_frames = clip->skip_frames,
		.air_frames = clip->air_frames,
		.added_us = clip->added_us,
		.rate_hz = clip->rate_hz,
		.channels = clip->channels,
		.lufs = clip->lufs,
		.peak_dbtp = clip->peak_dbtp,
		.gain_db = clip->gain_db,
		.out_lufs = clip->out_lufs,
		.draft = clip->draft,
	};
}

static void take_result(struct daemon *d, struct library_result *result)
{
	if (d->importing) {
		daemon_import_finish(d, result);
		return;
	}
	if (d->n_to_measure > 0)
		d->n_to_measure--;
	if (result->verdict == LIBRARY_ACCEPTED) {
		daemon_clip_complete(d, &result->clip);
		library_know(d->library, &result->clip);
		log_writer_put_clip(d->writer, &result->clip);
		d->plan_is_stale = true;
	} else {
		daemon_say(d, _("The recording \"%s\" cannot be used (%s)."), result->clip.name,
			   result->code);
	}
}

static int on_measured(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct daemon *d = context;
	struct library_result result = {0};
	int error;

	(void)source;
	(void)fd;
	(void)events;
	daemon_begin_turn(d);
	d->measure_source = sd_event_source_disable_unref(d->measure_source);
	error = library_measure_done(d->library, &result);
	if (error == -EAGAIN)
		error = daemon_watch(d, library_fd(d->library), on_measured, &d->measure_source);
	if (d->measure_source) {
		daemon_end_turn(d);
		return 0;
	}
	if (error < 0)
		result = (struct library_result){.verdict = LIBRARY_IO, .error = error};
	take_result(d, &result);
	daemon_library_go_on(d);
	daemon_end_turn(d);
	return 0;
}

/* One child at a time: what people bring first, then what the folder has. */
void daemon_library_go_on(struct daemon *d)
{
	int fd = -1, error = -EAGAIN;

	if (d->measure_source)
		return;
	for (daemon_inbox_look(d); d->n_imports > 0 && error < 0; daemon_inbox_look(d))
		error = daemon_import_begin(d, &fd);
	if (error < 0)
		error = library_measure_next(d->library, &fd);
	if (error == 0)
		error = daemon_watch(d, fd, on_measured, &d->measure_source);
	if (error == 0)
		return;
	d->n_to_measure = 0;
	if (d->plan_is_stale)
		daemon_plan_rebuild(d);
}
