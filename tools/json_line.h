/* SPDX-License-Identifier: MIT */
/*
 * json_line - an answer of --json: one value of JSON, and a line break.
 */
#ifndef TOOLS_JSON_LINE_H
#define TOOLS_JSON_LINE_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

/*
 * Prints json with jansson's flags. 0, or -ENOMEM if it could not be made into text: then nothing
 * is printed. What could not be written is for who ends the program to find (ferror()).
 */
int json_line(FILE *out, const json_t *json, size_t flags);

#endif
