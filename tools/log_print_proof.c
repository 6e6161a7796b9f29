/* SPDX-License-Identifier: MIT */
/* The proof below a row: a line for each clip that was on air. */
#include "log_print.h"

#include <math.h>
#include <string.h>

#include "ask.h"
#include "columns.h"
#include "phrases.h"
#include "words.h"

#define NAME_COLUMNS 24
#define HASH_DIGITS  12 /* enough to tell two recordings apart; --json has all of them */

static double seconds(const json_t *heard, const char *key)
{
	long long rate_hz = ask_number(heard, "rate");

	return rate_hz > 0 ? (double)ask_number(heard, key) / (double)rate_hz : 0;
}

/* Frames that the card took, those that were audible, how loud, and what was wrong with them. */
static void print_sound(FILE *out, const json_t *heard)
{
	const json_t *level = json_object_get(heard, "rms_dbfs");

	fprintf(out, _("%.1f s, audible %.1f s"), seconds(heard, "frames"),
		seconds(heard, "audible"));
	if (json_is_number(level))
		fprintf(out, _(", level %.1f dBFS, longest silence %.1f s"),
			json_number_value(level), (double)ask_number(heard, "silence_ms") / 1000.0);
	if (ask_number(heard, "xruns") > 0)
		fprintf(out, _(", underruns %lld"), ask_number(heard, "xruns"));
}

static void print_clip(FILE *out, const json_t *heard, const json_t *start_error)
{
	const char *start = ask_text(heard, "start");

	fprintf(out, "    %.12s  ", strlen(start) >= 23 ? start + 11 : "");
	columns_put(out, ask_text(heard, "clip"), NAME_COLUMNS);
	fputs("  ", out);
	print_sound(out, heard);
	if (json_is_integer(start_error))
		fprintf(out, _(", start %+.3f ms"),
			(double)json_integer_value(start_error) / 1000.0);
	fprintf(out, "  %.*s", HASH_DIGITS, ask_text(heard, "sha256"));
	if (!json_is_true(json_object_get(heard, "whole")))
		fprintf(out, "  [%s]", _("cut off"));
	else if (ask_number(heard, "audible") == 0)
		fprintf(out, "  [%s]", phrase_reason("silent"));
	fputc('\n', out);
}

int log_print_proof(void *context, const json_t *row)
{
	struct log_page *page = context;
	const json_t *heard;
	size_t i;
	int r = log_print_row(page, row);

	json_array_foreach(json_object_get(row, "proof"), i, heard)
	{
		print_clip(page->out, heard,
			   i == 0 ? json_object_get(row, "start_error_us") : NULL);
	}
	return r;
}
