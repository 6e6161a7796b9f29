/* SPDX-License-Identifier: MIT */
/* loaphuong - the command line: find the command, read its options, run it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "library.h"
#include "limit.h"
#include "offline.h"
#include "options.h"
#include "words.h"

#define NO_COMMAND (UINT64_C(1) << 63)

static void print_overview(FILE *out)
{
	fputs(_("Usage: loaphuong COMMAND [OPTION]...\n\n"), out);
	for (size_t i = 0; i < n_commands; i++)
		fprintf(out, "  %-16s %s\n", commands[i].name, _(commands[i].purpose));
	fputs(_("\nOptions of every command:\n"), out);
	options_print(out, command_rows, n_command_rows, NO_COMMAND);
	fputs(_("\nloaphuong COMMAND --help tells more. See also loaphuong(1).\n"), out);
}

static void print_help(const struct command *command)
{
	printf(_("Usage: loaphuong %s%s%s [OPTION]..."), command->name,
	       command->operands[0] ? " " : "", command->operands);
	printf("\n\n%s\n\n", _(command->purpose));
	fputs(_("Options:\n"), stdout);
	options_print(stdout, command_rows, n_command_rows, command->bit);
	printf("\n%s\n%s", _("Example:"), command->example);
}

/* How many operands name the command: 1 or 2; 0 if they do not. */
static size_t names_command(const struct command *command, const char *const *operands, size_t n)
{
	const char *second = strchr(command->name, ' ');
	size_t length = second ? (size_t)(second - command->name) : strlen(command->name);

	if (n < 1 || strlen(operands[0]) != length ||
	    memcmp(operands[0], command->name, length) != 0)
		return 0;
	if (!second)
		return 1;
	return n >= 2 && strcmp(operands[1], second + 1) == 0 ? 2 : 0;
}

static const struct command *find_command(const char *const *operands, size_t n, size_t *ret_words)
{
	for (size_t i = 0; i < n_commands; i++) {
		*ret_words = names_command(&commands[i], operands, n);
		if (*ret_words > 0)
			return &commands[i];
	}
	return NULL;
}

/* May the option be given with this command? Rows of one name stand for
 * different commands. */
static bool belongs(const char *name, uint64_t bit)
{
	for (size_t i = 0; i < n_command_rows; i++) {
		if (strcmp(command_rows[i].name, name) == 0 &&
		    (!command_rows[i].commands || command_rows[i].commands & bit))
			return true;
	}
	return false;
}

static int check_usage(const struct command *command, const char *const *values, size_t n_operands)
{
	for (size_t i = 0; i < n_command_rows; i++) {
		if (values[i] && !belongs(command_rows[i].name, command->bit)) {
			complain(_("%s has no option --%s: see loaphuong %s --help"), command->name,
				 command_rows[i].name, command->name);
			return EXIT_WRONG;
		}
	}
	if (n_operands < command->least)
		complain(_("%s wants %s: see loaphuong %s --help"), command->name,
			 command->operands, command->name);
	else if (n_operands > command->most)
		complain(_("too many words after %s: see loaphuong %s --help"), command->name,
			 command->name);
	else
		return EXIT_DONE;
	return EXIT_WRONG;
}

static const char *value_of(const char *const *values, const char *name)
{
	for (size_t i = 0; i < n_command_rows; i++) {
		if (strcmp(command_rows[i].name, name) == 0)
			return values[i];
	}
	return NULL;
}

static const char *either(const char *given, const char *standard)
{
	return given ? given : standard;
}

static int unknown(const char *const *operands, size_t n)
{
	if (n == 0)
		print_overview(stderr);
	else if (strcmp(operands[0], "clip") == 0)
		complain(_("clip wants one word more: add, list, show, say, approve, remove or "
			   "restore"));
	else if (strcmp(operands[0], "campaign") == 0)
		complain(_("campaign wants one word more: show, try, save, history or undo"));
	else if (strcmp(operands[0], "usb") == 0)
		complain(_("usb wants one word more: usb import or usb out"));
	else
		complain(_("there is no command \"%s\": see loaphuong --help"), operands[0]);
	return EXIT_WRONG;
}

static int run(const char *const *values, const char *const *operands, size_t n)
{
	size_t n_words = 0;
	const struct command *command = find_command(operands, n, &n_words);
	const struct call call = {
		.command = command,
		.config = either(value_of(values, "config"), COMMAND_CONFIG),
		.state = either(value_of(values, "state"), COMMAND_STATE),
		.runtime = either(value_of(values, "runtime"), COMMAND_RUNTIME),
		.config_given = value_of(values, "config") != NULL,
		.state_given = value_of(values, "state") != NULL,
		.runtime_given = value_of(values, "runtime") != NULL,
		.rows = command_rows,
		.values = values,
		.n_rows = n_command_rows,
		.operands = operands + n_words,
		.n_operands = n - n_words,
	};
	int r;

	offline_speak(call.config);
	if (value_of(values, "help") && (command || n == 0)) {
		command ? print_help(command) : print_overview(stdout);
		return EXIT_DONE;
	}
	if (!command)
		return unknown(operands, n);
	r = check_usage(command, values, call.n_operands);
	return r == EXIT_DONE ? command->run(&call) : r;
}

/*
 * Of JSON: an answer with something left out for want of memory would be a wrong one, so there is none. Here it
 * may end the program: nothing is at stake but the answer, what is changed is exchanged as a whole.
 */
static void *memory_of_json(size_t n)
{
	void *memory = malloc(n);

	if (!memory)
		exit(complain_memory());
	return memory;
}

/* What could not be written (a full disk) is no success. */
static int finish(int result)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return result;
	complain(_("the answer could not be written: check that the disk is not full"));
	return result == EXIT_DONE ? EXIT_NO : result;
}

int main(int argc, char **argv)
{
	const char *values[COMMAND_ROWS_MAX], **operands;
	char why[512];
	size_t n;
	int r;

	if (argc == 2 && strcmp(argv[1], LIBRARY_CHILD) == 0)
		return library_child_main();
	words_init(NULL, "vi");
	json_set_alloc_funcs(memory_of_json, free);
	operands = calloc((size_t)argc + 1, sizeof(*operands));
	if (!operands)
		return complain_memory();
	if (options_parse(command_rows, n_command_rows, argc, argv, values, operands, &n, why,
			  sizeof(why)) < 0) {
		complain("%s", why);
		r = EXIT_WRONG;
	} else if (value_of(values, "version")) {
		printf("loaphuong %s\n", LOA_VERSION);
		r = EXIT_DONE;
	} else {
		r = run(values, operands, n);
	}
	free(operands);
	return finish(r);
}
