/* SPDX-License-Identifier: MIT */
/*
 * The drop folder. What is complete waits in the same line as what clip add brings, one file of it
 * at a time; nobody is asked, so a name that is taken gets a number, and a recording that is there
 * already is done with.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import_words.h"
#include "words.h"

#define WHO "inbox"

static int on_again(sd_event_source *source, uint64_t time_us, void *context);

/* In both languages of the house: who finds the file may not be who asked for it. */
static void explain(const struct daemon *d, const char *file, const char *code, char *ret, size_t n)
{
	size_t at = 0;

	for (int i = 0; i < 2 && at < n; i++) {
		words_use(i == 0 ? "vi" : "en");
		at += (size_t)snprintf(ret + at, n - at, "%s: %s (%s)\n", file,
				       import_refusal(code), code);
	}
	words_use(d->language);
}

static void reject(struct daemon *d, const struct inbox_file *file, const char *code)
{
	char text[2048];
	int error;

	explain(d, file->name, code, text, sizeof(text));
	daemon_say(d, _("The file \"%s\" of the inbox was not taken in (%s)."), file->name, code);
	error = inbox_rejected(d->inbox, file, text);
	if (error < 0)
		daemon_say(d, _("The inbox cannot be written: %s"), words_error(-error));
}

static void answer(struct daemon *d, const struct daemon_import *import,
		   const struct library_result *result, bool known)
{
	int error;

	daemon_arrival_note(d, false, import->file.name, known, result);
	if (result->verdict != LIBRARY_ACCEPTED) {
		reject(d, &import->file, daemon_arrival_code(result));
		return;
	}
	if (known)
		daemon_say(d, _("The clip \"%s\" has the same recording."), result->same_as);
	error = inbox_taken(d->inbox, &import->file);
	if (error < 0)
		daemon_say(d, _("The inbox cannot be written: %s"), words_error(-error));
}

static void queue(struct daemon *d, const struct inbox_file *file)
{
	struct daemon_import *job = NULL;

	if (file->fd >= 0)
		job = daemon_import_file(d, file->name, file->fd, WHO, answer);
	if (job) {
		job->file = *file;
		return;
	}
	daemon_arrival_refuse(d, false, file->name, "no-file");
	reject(d, file, "no-file");
}

static bool one_waits(const struct daemon *d)
{
	for (size_t i = 0; i < d->n_imports; i++)
		if (d->imports[i].done == answer)
			return true;
	return d->n_imports == DAEMON_IMPORTS;
}

static void look_again_at(struct daemon *d, int64_t at_us)
{
	if (at_us == 0)
		return;
	d->inbox_timer = sd_event_source_disable_unref(d->inbox_timer);
	sd_event_add_time(d->event, &d->inbox_timer, CLOCK_MONOTONIC, (uint64_t)at_us, 100000,
			  on_again, d);
}

void daemon_inbox_look(struct daemon *d)
{
	struct inbox_file file;
	int64_t again_us = 0;
	uint64_t now_us = 0;
	int error = -EAGAIN;

	if (!d->inbox || sd_event_now(d->event, CLOCK_MONOTONIC, &now_us) < 0)
		return;
	while (!one_waits(d)) {
		error = inbox_look(d->inbox, (int64_t)now_us, &file, &again_us);
		if (error < 0)
			break;
		queue(d, &file);
	}
	if (error < 0 && error != -EAGAIN)
		daemon_say(d, _("The inbox cannot be read: %s"), words_error(-error));
	look_again_at(d, again_us);
}

static int on_change(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)fd;
	(void)events;
	daemon_begin_turn(d);
	inbox_ack(d->inbox);
	daemon_inbox_look(d);
	daemon_library_go_on(d);
	daemon_end_turn(d);
	return 0;
}

static int on_again(sd_event_source *source, uint64_t time_us, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)time_us;
	daemon_begin_turn(d);
	daemon_inbox_look(d);
	daemon_library_go_on(d);
	daemon_end_turn(d);
	return 0;
}

/* Without a drop folder the station does its work all the same. */
int daemon_inbox_start(struct daemon *d)
{
	int error = inbox_new(d->state_dir, &d->inbox);

	if (error == 0)
		error = daemon_watch(d, inbox_fd(d->inbox), on_change, NULL);
	if (error < 0) {
		daemon_say(d, _("The inbox cannot be read: %s"), words_error(-error));
		return 0;
	}
	daemon_inbox_look(d);
	return 0;
}
