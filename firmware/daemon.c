/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "words.h"

#define TIMESYNC_FOLDER	 "/run/systemd/timesync" /* timesyncd marks here that it has the time */
#define REPLAN_US	 INT64_C(1000000)	 /* between two attempts to take a plan over */
#define TIMER_MINIMUM_US 1000 /* a deadline that stays in the past may not spin the loop */
#define CLOCK_FIRST	 (SD_EVENT_PRIORITY_IMPORTANT) /* a step is heard before what it voids */

void daemon_say(const struct daemon *d, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "%s%s\n", d->journal ? SD_WARNING : "loaphuongd: ", text);
}

int daemon_watch(struct daemon *d, int fd, sd_event_io_handler_t handler, sd_event_source **ret)
{
	return sd_event_add_io(d->event, ret, fd, EPOLLIN, handler, d);
}

void daemon_begin_turn(struct daemon *d)
{
	daemon_read_time(d, false);
}

/* A plan that found no memory to be taken over is built again, a little later. */
static bool wants_plan(const struct daemon *d)
{
	return d->plan_is_stale && !d->measure_source;
}

static void take_plan_over(struct daemon *d)
{
	if (!wants_plan(d) || d->now_us < d->replan_us)
		return;
	d->replan_us = d->now_us + REPLAN_US;
	daemon_library_go_on(d);
}

void daemon_end_turn(struct daemon *d)
{
	int64_t deadline_us;

	take_plan_over(d);
	daemon_device_turn(d);
	daemon_feed_deferred(d);
	if (d->clips_are_stale) {
		d->clips_are_stale = false;
		daemon_library_scan(d);
		daemon_library_go_on(d);
	}
	daemon_audio_replace(d);
	daemon_clip_purge(d);
	daemon_watchdog_turn(d);
	daemon_lines_turn(d);
	deadline_us = station_deadline(d->station);
	if (daemon_device_deadline(d) < deadline_us)
		deadline_us = daemon_device_deadline(d);
	if (!clock_state_known(d->clock_answer.state) && d->relook_us < deadline_us)
		deadline_us = d->relook_us;
	if (wants_plan(d) && d->replan_us < deadline_us)
		deadline_us = d->replan_us;
	if (deadline_us < d->now_us + TIMER_MINIMUM_US)
		deadline_us = d->now_us + TIMER_MINIMUM_US;
	d->armed_us = deadline_us;
	clock_arm(d->clock, deadline_us); /* fails: the watchdog sees that nobody looks */
}

static int on_clock(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct daemon *d = context;
	struct station_event tick = {.kind = EVENT_TICK};

	(void)source;
	(void)fd;
	(void)events;
	d->ticks++;
	daemon_read_time(d, clock_ack(d->clock));
	daemon_look_at_clock(d);
	daemon_feed(d, &tick);
	daemon_end_turn(d);
	return 0;
}

static int on_writer(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)fd;
	(void)events;
	daemon_begin_turn(d);
	daemon_log_answers(d);
	daemon_end_turn(d);
	return 0;
}

static int on_timesync(sd_event_source *source, const struct inotify_event *event, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)event;
	daemon_begin_turn(d);
	daemon_look_at_clock(d);
	daemon_end_turn(d);
	return 0;
}

static int on_end(sd_event_source *source, const struct signalfd_siginfo *signal, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)signal;
	daemon_tell_systemd("STOPPING=1");
	return sd_event_exit(d->event, 0);
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *signal, void *context)
{
	struct control_hand hand = {.who = "SIGHUP"};
	struct faults faults = {0};
	struct daemon *d = context;

	(void)source;
	(void)signal;
	daemon_begin_turn(d);
	daemon_plan_reload(d, &hand, &faults);
	daemon_plan_show_faults(d, &faults);
	faults_done(&faults);
	daemon_end_turn(d);
	return 0;
}

int daemon_add_sources(struct daemon *d)
{
	sd_event_source *clock = NULL;
	int error = sd_event_add_signal(d->event, NULL, SIGTERM, on_end, d);

	if (error >= 0)
		error = sd_event_add_signal(d->event, NULL, SIGINT, on_end, d);
	if (error >= 0)
		error = sd_event_add_signal(d->event, NULL, SIGHUP, on_reload, d);
	if (error >= 0)
		error = daemon_watch(d, clock_fd(d->clock), on_clock, &clock);
	if (error >= 0) {
		sd_event_source_set_priority(clock, CLOCK_FIRST);
		sd_event_source_set_floating(clock, true);
		sd_event_source_unref(clock);
		error = daemon_watch(d, log_writer_fd(d->writer), on_writer, NULL);
	}
	if (error >= 0 && access(TIMESYNC_FOLDER, F_OK) == 0) /* without it there is the timer */
		sd_event_add_inotify(d->event, NULL, TIMESYNC_FOLDER, IN_CREATE | IN_ATTRIB,
				     on_timesync, d);
	return error < 0 ? error : daemon_watchdog_start(d);
}

static void block_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

int daemon_new(const struct daemon_options *options, struct daemon **ret)
{
	struct daemon *d = calloc(1, sizeof(*d));
	int error;

	if (!d) {
		fprintf(stderr, "loaphuongd: %s\n", words_error(ENOMEM));
		return -ENOMEM;
	}
	d->options = *options;
	d->journal = getenv("JOURNAL_STREAM") != NULL;
	block_signals();
	error = sd_event_new(&d->event);
	if (error >= 0)
		error = fault_list_new(&d->fault_list);
	if (error < 0)
		daemon_say(d, "%s: %s", _("The event loop cannot be made"), words_error(-error));
	else
		error = daemon_start(d);
	if (error < 0) {
		daemon_free(d);
		return error;
	}
	*ret = d;
	return 0;
}

int daemon_run(struct daemon *d)
{
	int code;

	sd_notify(0, "READY=1");
	code = sd_event_loop(d->event);
	daemon_audio_silence(d);
	daemon_tone_forget(d);
	daemon_lines_free(d);
	return code == 0 ? 0 : 1;
}

struct daemon *daemon_free(struct daemon *d)
{
	if (!d)
		return NULL;
	daemon_tone_forget(d);
	daemon_lines_free(d);
	sd_event_source_disable_unref(d->player_source);
	sd_event_source_disable_unref(d->measure_source);
	sd_event_source_disable_unref(d->watchdog_source);
	sd_event_source_disable_unref(d->disk_timer);
	sd_event_unref(d->event);
	player_free(d->player);
	control_unix_free(d->transport);
	control_free(d->control);
	for (size_t i = 0; i < d->n_imports; i++)
		close(d->imports[i].fd);
	log_writer_free(d->writer);
	store_free(d->store);
	station_free(d->station);
	plan_free(d->plan);
	daemon_texts_done(&d->texts);
	faults_done(&d->reload_faults);
	free(d->next_items);
	sd_event_source_disable_unref(d->inbox_timer);
	inbox_free(d->inbox);
	library_free(d->library);
	lives_done(&d->lives);
	clock_free(d->clock);
	lock_free(d->lock);
	fault_list_free(d->fault_list);
	free(d);
	return NULL;
}
