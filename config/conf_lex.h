/* SPDX-License-Identifier: MIT */
/*
 * conf_lex - the words and signs of a config, each with its line.
 *
 * Stricter than libconfuse's own scanner wherever that would hide a mistake: it drops characters
 * that it does not know, lets a string run over lines (a forgotten quote is then reported far
 * below), expands ${...}, and takes the end of the file for the end of a comment.
 */
#ifndef CONFIG_CONF_LEX_H
#define CONFIG_CONF_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* letters, digits and _.:- without quotes */
	TOKEN_STRING, /* with its quotes */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_EQUALS,
	TOKEN_COMMA,
	TOKEN_BAD, /* a fault was added */
};

struct token {
	enum token_kind kind;
	const char *text; /* borrowed from the config's text */
	size_t n;
	int line, column; /* both from 1 */
	bool fresh;	  /* the first on its line */
};

struct lexer {
	const char *name, *text;
	size_t n, at, line_start;
	int line;
	int bad_line; /* of the last fault that the lexer added */
	bool fresh;
	bool cut; /* ended inside a comment */
	struct faults *faults;
};

struct token lexer_next(struct lexer *lexer);

#endif
