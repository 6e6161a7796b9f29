/* SPDX-License-Identifier: MIT */
/*
 * options - the command line's options out of one table, so that usage and parsing cannot differ.
 *
 * Options may stand anywhere, before or after the command word; "--" ends them. Written as
 * --name VALUE, --name=VALUE, -n VALUE or -nVALUE; a name is never shortened. A word that begins
 * with a minus and a digit is no option ("volume -6"). Of an option given twice the last counts.
 */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct option_row {
	const char *name;     /* "state" for --state */
	char letter;	      /* 'c' for -c; 0 = none */
	const char *argument; /* "DIR", for usage; NULL = a switch */
	const char *help;     /* English msgid, one line */
	uint64_t commands;    /* the caller's own bit mask, for options_print(); 0 = for all */
};

/*
 * ret_values has room for n_rows: NULL = not given, "" = a switch that was given. ret_operands has
 * room for argc; argv[0] is left out. All are borrowed from argv. Returns 0, or -EINVAL with a
 * line for people in why (then the outputs are undefined).
 */
int options_parse(const struct option_row *rows, size_t n_rows, int argc, char **argv,
		  const char **ret_values, const char **ret_operands, size_t *ret_n_operands,
		  char *why, size_t n_why);

/* One line an option; only rows for all and rows that share a bit with commands (0 = every row). */
void options_print(FILE *out, const struct option_row *rows, size_t n_rows, uint64_t commands);

#endif
