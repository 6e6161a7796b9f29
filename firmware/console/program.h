/* SPDX-License-Identifier: MIT */
/*
 * program - what is worked out by the command loaphuong in a process of its own: the programme of a
 * few days, what a change to it would do, the report of a month.
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
#define PROGRAM_WORDS	8  /* of a command line, at most */
#define PROGRAM_WORD	24 /* bytes of one, NUL included */

struct program;

struct program_options {
	const char *command; /* of loaphuong; borrowed */
	const char *config, *state_dir, *runtime_dir;
};

/* Copied. Words behind loaphuong and the options of the station; the last is NULL. */
struct program_question {
	const char *words[PROGRAM_WORDS + 1];
	const char *input; /* on its standard input; NULL = none */
	const char *language;
};

/* What it printed, borrowed, and its exit code; text NULL: it did not come to an end. */
struct program_answer {
	const char *text;
	size_t n;
	int code;
};
typedef void program_fn(void *context, const struct program_answer *answer);

/* loaphuong: beside the program that runs, or else /usr/bin/loaphuong. n: LIMIT_PATH. */
void program_find(char *path, size_t n);

/* options are copied. */
int program_new(sd_event *event, const struct program_options *options, struct program **ret);
struct program *program_free(struct program *program);
/* fn is called once, later. -EBUSY: too many wait; -E2BIG: a word is too long. */
int program_ask(struct program *program, const struct program_question *question, program_fn *fn,
		void *context);
void program_forget(struct program *program, const void *context);

/* One JSON object a line, as an array (new reference); NULL: it is not that. */
json_t *program_lines(const struct program_answer *answer);

#endif
