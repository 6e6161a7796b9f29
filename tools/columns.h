/* SPDX-License-Identifier: MIT */
/*
 * columns - text tables on a terminal: padding counted in characters, not in bytes.
 *
 * Names and reasons come from people and through sockets; control characters in them are replaced
 * so that no text can move the cursor or colour the screen.
 */
#ifndef TOOLS_COLUMNS_H
#define TOOLS_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

/* Columns a text takes: characters without combining marks. Every script of ours is narrow. */
size_t columns_width(const char *text);
/* Prints text without control characters, then blanks up to width (none if it is wider). */
void columns_put(FILE *out, const char *text, size_t width);
/* The same, blanks first. */
void columns_put_right(FILE *out, const char *text, size_t width);
/* Prints text alone, cleaned. */
void columns_clean(FILE *out, const char *text);

#endif
