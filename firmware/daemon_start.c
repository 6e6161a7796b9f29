/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "words.h"

/*
 * The start, in an order that matters: nothing is touched before the lock is held; the settings
 * rule how recordings are measured, and the recordings are part of the plan, so the config is read
 * for its settings first and for its plan later; the clock, the station and the output begin
 * together, last of all, so that with a pretended time the place in a WAV file is that time.
 */

/* UTC second of the build: no clock that is right shows less. */
#ifndef LOA_BUILD_S
#define LOA_BUILD_S 1767225600 /* 2026-01-01 */
#endif

int daemon_path(char *path, size_t n, const char *folder, const char *name)
{
	int length = snprintf(path, n, "%s/%s", folder, name);

	return length < 0 || (size_t)length >= n ? -ENAMETOOLONG : 0;
}

static int make_folder(const struct daemon *d, const char *path)
{
	int error;

	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return 0;
	error = errno;
	daemon_say(d, _("The folder %s cannot be made: %s"), path, words_error(error));
	return -error;
}

static int make_folder_in_state(const struct daemon *d, const char *name)
{
	char path[LIMIT_PATH];
	int error = daemon_path(path, sizeof(path), d->state_dir, name);

	return error < 0 ? error : make_folder(d, path);
}

/* Other programs find the station by these paths, from wherever they stand. */
static int absolute(const struct daemon *d, const char *path, char ret[LIMIT_PATH])
{
	int error = make_folder(d, path);

	if (error < 0 || realpath(path, ret))
		return error;
	error = errno;
	daemon_say(d, _("The folder %s cannot be used: %s"), path, words_error(error));
	return -error;
}

/* A config that is not there now may come back, so that is no failure. */
static void find_config(struct daemon *d)
{
	const char *config = d->options.config;
	char folder[LIMIT_PATH];

	if (realpath(config, d->config_path))
		return;
	if (config[0] == '/' || !getcwd(folder, sizeof(folder)) ||
	    daemon_path(d->config_path, sizeof(d->config_path), folder, config) < 0)
		snprintf(d->config_path, sizeof(d->config_path), "%s", config);
}

static int make_folders(struct daemon *d)
{
	int error;

	umask(027);
	find_config(d);
	error = absolute(d, d->options.state_dir, d->state_dir);
	if (error == 0)
		error = absolute(d, d->options.runtime_dir, d->runtime_dir);
	if (error == 0)
		error = daemon_path(d->socket_path, sizeof(d->socket_path), d->runtime_dir,
				    CONTROL_SOCKET);
	return error;
}

static int take_lock(struct daemon *d)
{
	int error = lock_take(d->state_dir, d->socket_path, &d->lock);

	if (error == -EBUSY)
		daemon_say(d, _("Another station runs in %s; stop it first."), d->state_dir);
	else if (error == -EINVAL)
		daemon_say(d, _("The path %s is too long for a socket; use a shorter --runtime."),
			   d->socket_path);
	else if (error < 0)
		daemon_say(d, _("The folder %s cannot be used: %s"), d->state_dir,
			   words_error(-error));
	if (error == 0)
		error = make_folder_in_state(d, "clips");
	return error < 0 ? error : make_folder_in_state(d, "campaigns");
}

static int open_socket(struct daemon *d)
{
	int error = control_unix_new(d->socket_path, &d->transport);

	if (error == -EADDRINUSE)
		daemon_say(d, _("Another station uses %s; give this one a --runtime of its own."),
			   d->runtime_dir);
	else if (error < 0)
		daemon_say(d, _("The control socket %s cannot be made: %s"), d->socket_path,
			   words_error(-error));
	return error;
}

/* Reads texts that have no error, into d->texts, and what they set. */
static int try_texts(struct daemon *d, struct daemon_texts *texts, struct faults *faults)
{
	struct settings settings;
	struct plan *plan = NULL;
	int error = daemon_plan_load(d, texts, 0, faults, &plan, &settings);

	if (error < 0) {
		daemon_texts_done(texts);
		return error;
	}
	daemon_texts_done(&d->texts);
	d->texts = *texts;
	plan_free(d->plan);
	d->plan = plan;
	daemon_plan_take(d, &settings);
	return 0;
}

static int read_config(struct daemon *d, struct faults *faults)
{
	char campaigns[LIMIT_PATH];
	struct daemon_texts texts = {0};
	int error = daemon_path(campaigns, sizeof(campaigns), d->state_dir, "campaigns");

	if (error == 0)
		error = daemon_texts_read(d->options.config, campaigns, faults, &texts);
	return error < 0 ? error : try_texts(d, &texts, faults);
}

/* The last config that was good; the fault says why the present one is not. */
static int fall_back(struct daemon *d, struct faults *faults)
{
	struct daemon_texts texts = {0};
	struct faults of_copy = {0};
	int error = daemon_texts_read_accepted(d, &of_copy, &texts);

	if (error == 0)
		error = try_texts(d, &texts, &of_copy);
	faults_sort(faults);
	daemon_plan_show_faults(d, faults);
	if (error == 0) {
		daemon_plan_set_fault(d, faults);
		d->accepted_copy = true;
	} else {
		daemon_say(d, _("The config has errors, and there is none that was good before. "
				"Correct it and start again."));
	}
	faults_done(&of_copy);
	return error;
}

static bool was_here_before(const struct daemon *d)
{
	struct daemon_texts texts = {0};
	struct faults faults = {0};
	int error = daemon_texts_read_accepted(d, &faults, &texts);

	faults_done(&faults);
	daemon_texts_done(&texts);
	return error != -ENOENT;
}

static int read_settings(struct daemon *d)
{
	struct faults faults = {0};
	int error = read_config(d, &faults);

	if (error == 0 && d->plan->n_campaigns == 0 && d->texts.n == 1 && !was_here_before(d)) {
		int seeded = daemon_seed(d);

		if (seeded == 0)
			error = read_config(d, &faults);
		else if (seeded != -ENOENT)
			daemon_say(d, _("The shipped campaign could not be copied: %s"),
				   words_error(-seeded));
	}
	if (error < 0)
		error = fall_back(d, &faults);
	faults_done(&faults);
	return error;
}

/* Other sizes are for tests, which cannot wait for half a year of log. */
static int64_t part_bytes(void)
{
	const char *told = getenv("LOAPHUONG_LOG_PART");

	return told ? strtoll(told, NULL, 10) : 0;
}

static int open_store(struct daemon *d)
{
	const struct store_options options = {.state_dir = d->state_dir,
					      .part_bytes = part_bytes()};
	struct store_opening *opening = &d->opening;
	char why[256] = "";
	int error = store_open(&options, &d->store, opening, why, sizeof(why));

	if (error == -EBUSY || error == -EPROTO) {
		daemon_say(d, "%s", why[0] ? _(why) : words_error(-error));
		return error;
	}
	if (error < 0) {
		daemon_fault_set(d, FAULT_LOG, "(%s)", why[0] ? _(why) : words_error(-error));
		return log_writer_new_later(&options, error, &d->writer);
	}
	if (opening->asrun_replaced || opening->library_replaced)
		daemon_fault_set(d, FAULT_LOG_REPLACED, "(%s%s%s)", opening->asrun_kept,
				 opening->asrun_replaced && opening->library_replaced ? ", " : "",
				 opening->library_kept);
	if (opening->head_missing)
		daemon_fault_set(d, FAULT_LOG_END, "%s", "");
	if (opening->bad_part[0])
		daemon_fault_set(d, FAULT_LOG_PART, "(%s)", opening->bad_part);
	if (opening->lost > 0)
		daemon_fault_set(d, FAULT_LOG_LOST, "(%lld)", (long long)opening->lost);
	return 0;
}

/* Without an offset the pretended instant is the station's wall clock. */
static int read_pretended(struct daemon *d)
{
	int error = 0;

	if (d->options.pretend)
		error = civil_parse_instant(d->options.pretend, &d->plan->zone, &d->pretend_us);
	if (error < 0)
		daemon_say(d, _("\"%s\" is not a time; write 2024-06-01T05:44:50+07:00."),
			   d->options.pretend);
	return error;
}

/* The output is made at once after the clock: the beginning of a WAV file is the clock's. */
static int start_clock(struct daemon *d)
{
	bool simulated = strncmp(d->options.clock, "sim:", 4) == 0;
	int error = simulated ? clock_new_sim(d->options.clock + 4, &d->clock)
			      : clock_new(d->pretend_us, &d->clock);

	daemon_volume_load(d);
	d->memory_locked = strcmp(d->options.sink, "alsa") == 0 && daemon_lock_memory();
	d->trust_rules.pretended = d->options.pretend != NULL;
	d->trust_rules.build_us = LOA_BUILD_S * CIVIL_US;
	if (error < 0)
		daemon_say(d, _("The clock cannot be read: %s"), words_error(-error));
	return error < 0 ? error : daemon_audio_start(d);
}

static void keep_accepted(struct daemon *d)
{
	int error = d->accepted_copy ? 0 : daemon_texts_accept(d, &d->texts);

	if (error < 0)
		daemon_say(d, _("The accepted config could not be kept: %s"), words_error(-error));
}

/* The same texts once more, with what the library has and what time it is. */
static int load_plan(struct daemon *d)
{
	struct faults faults = {0};
	struct settings settings;
	struct plan *plan = NULL;
	int error = daemon_plan_load(d, &d->texts, daemon_now_or_pretended(d), &faults, &plan,
				     &settings);

	faults_sort(&faults);
	daemon_plan_show_faults(d, &faults);
	faults_done(&faults);
	if (error < 0 && error != -ENOMEM) /* it was good a moment ago: what failed stands above */
		daemon_say(d, _("The config cannot be taken over just now. Start again."));
	if (error < 0)
		return error;
	plan_free(d->plan);
	d->plan = plan;
	keep_accepted(d);
	return 0;
}

static int restore(void *context, const struct asrun_event *event)
{
	struct daemon *d = context;

	return station_restore(d->station, event);
}

static int start_station(struct daemon *d)
{
	enum asrun_clock_mode mode = d->options.pretend ? ASRUN_PRETENDED : ASRUN_REAL;
	struct store_newest newest = {0};
	struct station_options options = {.plan = d->plan, .pretended = mode == ASRUN_PRETENDED};
	int error = d->store ? store_newest(d->store, &newest) : 0;

	if (error < 0)
		return error;
	d->newest_row_us = newest.real_us;
	options.clock = daemon_first_look(d).state;
	options.now_us = d->now_us;
	options.first_row = newest.row + 1;
	error = station_new(&options, &d->station);
	if (error < 0 || !d->store)
		return error;
	error = store_restore(d->store, mode, d->now_us, restore, d);
	if (error < 0)
		return error;
	error = log_writer_new(d->store, &d->writer);
	d->store = NULL;
	return error;
}

static int go_on_air(struct daemon *d)
{
	struct station_event tick = {.kind = EVENT_TICK};
	char why[LIMIT_WHY];

	/* The fault goes with the next start, when there is a head again; the log keeps it. */
	snprintf(why, sizeof(why), "%s%s%s", d->options.version,
		 d->faults[FAULT_LOG_END].present ? ", without asrun.head" : "",
		 strcmp(d->options.clock, "system") == 0 ? "" : ", simulated clock");
	daemon_begin_turn(d);
	daemon_feed(d, &tick);
	daemon_ending_tell(d);
	/* after the first step: the note then says up to where occurrences are accounted for */
	daemon_note(d, "start", "loaphuongd", why);
	daemon_note_opening(d);
	daemon_fault_tell_log(d);
	daemon_check_recordings(d);
	daemon_library_go_on(d);
	daemon_end_turn(d);
	return 0;
}

int daemon_start(struct daemon *d)
{
	/* Steps without a text say themselves what is wrong. */
	static const struct {
		int (*step)(struct daemon *);
		const char *failed;
	} steps[] = {
		{make_folders, NULL},
		{take_lock, NULL},
		{open_socket, NULL},
		{read_settings, NULL},
		{open_store, NULL},
		{read_pretended, NULL},
		{daemon_clip_start, N_("The as-run log cannot be read")},
		{daemon_library_start, N_("The folder of recordings cannot be used")},
		{load_plan, NULL},
		{start_clock, NULL},
		{start_station, N_("The as-run log cannot be read")},
		{daemon_lines_start, N_("Buttons, relay and lights cannot be served")},
		{daemon_control_start, N_("The control socket cannot be served")},
		{daemon_add_sources, N_("The event loop cannot be made")},
		{daemon_inbox_start, NULL},
		{go_on_air, NULL},
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int error = steps[i].step(d);

		if (error < 0 && steps[i].failed)
			daemon_say(d, "%s: %s", _(steps[i].failed), words_error(-error));
		else if (error == -ENOMEM) /* wherever that was: no step can tell better */
			daemon_say(d, _("The station cannot start: %s"), words_error(-error));
		if (error < 0)
			return error;
	}
	return 0;
}
