/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"
#include "setup.h"
#include "words.h"

extern char **environ;

/* ---- a person ---- */

static int ask_all(struct setup *setup)
{
	static int (*const questions[])(struct setup *) = {
		setup_ask_name, setup_ask_zone, setup_ask_lines, setup_ask_sound, setup_ask_airtime,
	};
	int r = 0;

	puts(_("Five questions. Enter takes what stands in brackets; Ctrl-C ends it and changes "
	       "nothing."));
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && r == 0; i++)
		r = questions[i](setup);
	return r;
}

static int converse(const struct call *call, struct setup *setup)
{
	const char *lines = call_value(call, "lines");
	char socket[256];
	int r;

	if (lock_find(setup->state, socket, sizeof(socket)) == 0) {
		complain(_("the station runs and holds sound card and lines: first sudo systemctl "
			   "stop loaphuongd; with --answers it may run"));
		return EXIT_NO;
	}
	setup->findings = calloc(1, sizeof(*setup->findings));
	r = setup->findings ? gpio_new(lines ? lines : "real", &setup->gpio) : -ENOMEM;
	if (r == -EINVAL) {
		complain(_("--lines %s: write real or sim:SOCKET"), lines);
		return EXIT_WRONG;
	}
	if (r == 0)
		r = talk_open(STDIN_FILENO, &setup->talk);
	if (r == 0)
		r = ask_all(setup);
	setup->relay = gpio_line_free(setup->relay);
	if (r == -ENOMEM)
		return complain_memory();
	if (r < 0)
		complain(_("setup was not finished: nothing was changed"));
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

/* ---- what comes after ---- */

/* The commands that people know, with the file just written. */
static int show(const struct call *call, const struct setup *setup)
{
	const char *values[COMMAND_ROWS_MAX];
	struct call shown = *call;
	int r;

	shown.config = setup->config;
	shown.config_given = true;
	shown.values = values;
	for (size_t i = 0; i < call->n_rows; i++)
		values[i] = strcmp(call->rows[i].name, "from") == 0 ||
					    strcmp(call->rows[i].name, "until") == 0
				    ? "tomorrow"
				    : NULL;
	r = cmd_check(&shown);
	putchar('\n');
	if (r == EXIT_DONE)
		return cmd_plan(&shown);
	puts(_("The station is not started before this is corrected: then run setup again, or "
	       "loaphuong check."));
	return r;
}

static bool has_systemd(const struct setup *setup)
{
	return access("/run/systemd/system", F_OK) == 0 &&
	       strcmp(setup->config, COMMAND_CONFIG) == 0;
}

static int enable(void)
{
	char *words_of[] = {
		"systemctl", "enable", "--now", "loaphuongd.service", "loaphuong-console.service",
		NULL};
	int status = -1;
	pid_t child;

	fflush(stdout);
	if (posix_spawnp(&child, words_of[0], NULL, NULL, words_of, environ) == 0 &&
	    waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		puts(_("The station runs, and starts with the box. loaphuong doctor examines it; "
		       "loaphuong console-code gives the code for the first account of the page."));
		return EXIT_DONE;
	}
	complain(_("the station did not start: see systemctl status loaphuongd"));
	return EXIT_SERVICE;
}

static int start(const struct call *call, struct setup *setup)
{
	bool asked = call_value(call, "answers") == NULL, wanted = call_has(call, "start");
	char socket[256];

	putchar('\n');
	if (lock_find(setup->state, socket, sizeof(socket)) == 0 && wanted)
		return cmd_reload(call);
	if (asked && has_systemd(setup) && !wanted)
		wanted = talk_choose(&setup->talk,
				     _("Start the station now, and whenever the box starts?"),
				     false) == TALK_YES;
	talk_close(&setup->talk); /* systemctl is to be stopped by Ctrl-C */
	if (wanted && has_systemd(setup))
		return enable();
	puts(_("To start it: sudo systemctl enable --now loaphuongd loaphuong-console. If it runs: "
	       "loaphuong reload"));
	return EXIT_DONE;
}

static int set_up(const struct call *call, struct setup *setup)
{
	const char *answers = call_value(call, "answers");
	int r = setup_find_place(setup, call->config);

	if (r == EXIT_DONE)
		r = setup_read_base(setup);
	if (r == EXIT_DONE)
		r = answers ? setup_answers_read(answers, &setup->answers) : converse(call, setup);
	if (r == EXIT_DONE)
		r = setup_write(setup);
	if (r == EXIT_DONE)
		r = show(call, setup);
	return r == EXIT_DONE ? start(call, setup) : r;
}

int cmd_setup(const struct call *call)
{
	struct setup *setup = calloc(1, sizeof(*setup));
	int r;

	if (!setup)
		return complain_memory();
	setup->state = call->state;
	setup->talk.signals = -1;
	r = set_up(call, setup);
	talk_close(&setup->talk);
	gpio_free(setup->gpio);
	setup_answers_done(&setup->answers);
	free(setup->findings);
	free(setup->base);
	free(setup);
	return r;
}
