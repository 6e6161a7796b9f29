/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "words.h"

#define OPTION_COLUMN 26 /* where the help begins */

struct reading {
	const struct option_row *rows;
	size_t n_rows;
	const char **values;
	char *why;
	size_t n_why;
};

__attribute__((format(printf, 2, 3))) static int complain(const struct reading *reading,
							  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (reading->n_why > 0)
		vsnprintf(reading->why, reading->n_why, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* Takes the value of a row; next is the following word or NULL. Returns words taken, or -EINVAL. */
static int take(const struct reading *reading, size_t row, const char *word, const char *attached,
		const char *next)
{
	if (!reading->rows[row].argument) {
		if (attached)
			return complain(reading, _("%s takes no value; leave the value out"), word);
		reading->values[row] = "";
		return 1;
	}
	if (attached) {
		reading->values[row] = attached;
		return 1;
	}
	if (!next)
		return complain(reading, _("%s wants a value after it"), word);
	reading->values[row] = next;
	return 2;
}

static int take_long(const struct reading *reading, const char *word, const char *next)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");

	for (size_t i = 0; i < reading->n_rows; i++) {
		const char *known = reading->rows[i].name;

		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return take(reading, i, word, name[length] ? name + length + 1 : NULL,
				    next);
	}
	return complain(reading, _("there is no option %s; see --help"), word);
}

static int take_short(const struct reading *reading, const char *word, const char *next)
{
	for (size_t i = 0; i < reading->n_rows; i++)
		if (reading->rows[i].letter && reading->rows[i].letter == word[1])
			return take(reading, i, word, word[2] ? word + 2 : NULL, next);
	return complain(reading, _("there is no option %s; see --help"), word);
}

static bool is_operand(const char *word)
{
	return word[0] != '-' || word[1] == '\0' || strchr("0123456789", word[1]) != NULL;
}

int options_parse(const struct option_row *rows, size_t n_rows, int argc, char **argv,
		  const char **ret_values, const char **ret_operands, size_t *ret_n_operands,
		  char *why, size_t n_why)
{
	const struct reading reading = {rows, n_rows, ret_values, why, n_why};
	size_t n = 0;
	int i = 1;

	for (size_t row = 0; row < n_rows; row++)
		ret_values[row] = NULL;
	while (i < argc && strcmp(argv[i], "--") != 0) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		int taken = 1;

		if (is_operand(argv[i]))
			ret_operands[n++] = argv[i];
		else if (argv[i][1] == '-')
			taken = take_long(&reading, argv[i], next);
		else
			taken = take_short(&reading, argv[i], next);
		if (taken < 0)
			return taken;
		i += taken;
	}
	for (i++; i < argc; i++)
		ret_operands[n++] = argv[i];
	*ret_n_operands = n;
	return 0;
}

void options_print(FILE *out, const struct option_row *rows, size_t n_rows, uint64_t commands)
{
	for (size_t i = 0; i < n_rows; i++) {
		const struct option_row *row = &rows[i];
		int column;

		if (commands && row->commands && !(row->commands & commands))
			continue;
		if (row->letter)
			column = fprintf(out, "  -%c, --%s", row->letter, row->name);
		else
			column = fprintf(out, "      --%s", row->name);
		if (row->argument)
			column += fprintf(out, " %s", row->argument);
		fprintf(out, "%*s%s\n", column < OPTION_COLUMN ? OPTION_COLUMN - column : 1, "",
			_(row->help));
	}
}
