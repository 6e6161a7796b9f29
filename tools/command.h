/* SPDX-License-Identifier: MIT */
/*
 * command - what every sub-command of loaphuong is given, and how it answers.
 *
 * A command prints its answer on stdout and complains in one line on stderr. It returns an exit
 * code, never calls exit().
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

enum command_exit {
	EXIT_DONE = 0,
	EXIT_NO = 1,	  /* the answer is no: faults found, chain broken, clip refused */
	EXIT_WRONG = 2,	  /* the command line is wrong */
	EXIT_SERVICE = 3, /* the service is not running, or refused */
};

#define COMMAND_CONFIG	"/etc/loaphuong/loaphuong.conf"
#define COMMAND_STATE	"/var/lib/loaphuong"
#define COMMAND_RUNTIME "/run/loaphuong"

struct command;

/* One call of a command. Everything is borrowed from main. */
struct call {
	const struct command *command;
	const char *config, *state, *runtime; /* in force */
	bool config_given, state_given, runtime_given;
	const struct option_row *rows;
	const char *const *values; /* beside rows; NULL = not given */
	size_t n_rows;
	size_t n_operands;
	const char *const *operands;
};

struct command {
	const char *name;     /* "plan", or two words: "log verify" */
	const char *operands; /* "NAME...", "" if it takes none */
	size_t least, most;   /* operands */
	const char *purpose;  /* one line, N_() */
	const char *example;  /* command lines, each indented and ended by a line break */
	uint64_t bit;	      /* marks its rows in the table of options */
	int (*run)(const struct call *call);
};

/* commands.c; the options of all commands, each with the bits of those that it belongs to. */
#define COMMAND_ROWS_MAX 96
extern const struct option_row command_rows[];
extern const size_t n_command_rows;
extern const struct command commands[];
extern const size_t n_commands;

/* The value of --name; "" for an option without argument that was given; NULL if not given. */
const char *call_value(const struct call *call, const char *name);
bool call_has(const struct call *call, const char *name);

/* "loaphuong: ..." on stderr, one line. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
/* For -ENOMEM; returns EXIT_NO. */
int complain_memory(void);

int cmd_setup(const struct call *call);
int cmd_check(const struct call *call);
int cmd_plan(const struct call *call);
int cmd_why(const struct call *call);
int cmd_status(const struct call *call);
int cmd_play(const struct call *call);
int cmd_press(const struct call *call);
int cmd_stop(const struct call *call);
int cmd_pause(const struct call *call);
int cmd_skip(const struct call *call);
int cmd_reload(const struct call *call);
int cmd_volume(const struct call *call);
int cmd_clock(const struct call *call);
int cmd_clock_confirm(const struct call *call);
int cmd_clock_answer(const struct call *call);
int cmd_clock_set(const struct call *call);
int cmd_doctor(const struct call *call);
int cmd_test_tone(const struct call *call);
int cmd_log(const struct call *call);
int cmd_log_verify(const struct call *call);
int cmd_report(const struct call *call);
int cmd_clip_add(const struct call *call);
int cmd_clip_list(const struct call *call);
int cmd_backup(const struct call *call);
int cmd_restore(const struct call *call);
int cmd_console_code(const struct call *call);
int cmd_clip_show(const struct call *call);
int cmd_clip_approve(const struct call *call);
int cmd_clip_remove(const struct call *call);
int cmd_clip_restore(const struct call *call);
int cmd_clip_say(const struct call *call);
int cmd_campaign_show(const struct call *call);
int cmd_campaign_try(const struct call *call);
int cmd_campaign_save(const struct call *call);
int cmd_campaign_history(const struct call *call);
int cmd_campaign_undo(const struct call *call);
int cmd_usb_import(const struct call *call);
int cmd_usb_out(const struct call *call);

#endif
