/* SPDX-License-Identifier: MIT */
/*
 * program - the programme of a few days, worked out by loaphuong plan in a process of its own.
 *
 * The station's loop has better things to do than to rehearse a month for every page; the command
 * works it out with the same engine. One at a time, with an end to its time and its output; a few
 * may wait.
 */
#ifndef CONSOLE_PROGRAM_H
#define CONSOLE_PROGRAM_H

#include <jansson.h>
#include <systemd/sd-event.h>

#define PROGRAM_BYTES	(4 << 20)
#define PROGRAM_US	20000000
#define PROGRAM_WAITING 8
#define PROGRAM_DATE	16 /* "2024-06-01", "tomorrow", NUL included */

struct program;

struct program_options {
	const char *command; /* of loaphuong; borrowed */
	const char *config, *state_dir, *runtime_dir;
};

/* plan: an array of what loaphuong plan --json prints, borrowed; NULL: it could not be worked out. */
typedef void program_fn(void *context, json_t *plan);

/* options are copied. */
int program_new(sd_event *event, const struct program_options *options, struct program **ret);
struct program *program_free(struct program *program);
/* Dates as of the command line. fn is called once, later. -EBUSY: too many wait. */
int program_ask(struct program *program, const char *from, const char *until, const char *language,
		program_fn *fn, void *context);
void program_forget(struct program *program, const void *context);

#endif
