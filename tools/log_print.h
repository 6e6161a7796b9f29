/* SPDX-License-Identifier: MIT */
/*
 * log_print - rows of the as-run log for people, for spreadsheets and for programs.
 */
#ifndef TOOLS_LOG_PRINT_H
#define TOOLS_LOG_PRINT_H

#include <stdio.h>

#include <jansson.h>

/* A table under a heading a day, and a sum at the end. Start with {.out = file}. */
struct log_page {
	FILE *out;
	char day[16]; /* of the heading in force */
	size_t n, outcomes[8];
};

int log_print_row(void *page, const json_t *row);   /* a log_row_fn */
int log_print_proof(void *page, const json_t *row); /* the same, and what is known of each clip */
void log_print_sum(const struct log_page *page);

/* One line without heading, day first: for why. */
void log_print_line(FILE *out, const json_t *row);

/* Notes, under the same headings; log_print_note is a log_row_fn. */
int log_print_note(void *page, const json_t *note);
void log_print_notes_sum(const struct log_page *page);

/* JSON Lines; context is a FILE. */
int log_print_json(void *out, const json_t *row);

/*
 * RFC 4180: a header, CRLF, quotes where needed. A cell that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab or a line break) gets an apostrophe in front.
 */
/* One cell: quoted where it must be, and no formula for a spreadsheet. */
void log_print_csv_text(FILE *out, const char *text);
void log_print_csv_header(FILE *out);
int log_print_csv(void *out, const json_t *row);
/* A line for each clip that was on air, with what is known of it. */
void log_print_csv_proof_header(FILE *out);
int log_print_csv_proof(void *out, const json_t *row);

#endif
