/* SPDX-License-Identifier: MIT */
#include "log_print.h"

#include <string.h>

#include "limit.h"

static const char *const keys[] = {
	"row",	  "at",	     "campaign",       "broadcast", "class",	  "trigger",
	"who",	  "why",     "items",	       "start",	    "end",	  "outcome",
	"reason", "aired",   "clock",	       "pretended", "frames",	  "audible",
	"xruns",  "durable", "start_error_us", "rms_dbfs",  "silence_ms",
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/* Of the row, and then of one clip of it. */
static const char *const proof_row_keys[] = {"row", "at", "campaign", "broadcast"};
#define N_PROOF_ROW_KEYS (sizeof(proof_row_keys) / sizeof(proof_row_keys[0]))
static const char *const proof_keys[] = {
	"clip",	   "sha256", "start", "end",	  "whole",	"frames",
	"audible", "rate",   "xruns", "rms_dbfs", "silence_ms",
};
#define N_PROOF_KEYS (sizeof(proof_keys) / sizeof(proof_keys[0]))

static void print_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
}

void log_print_csv_text(FILE *out, const char *text)
{
	const char *guard = text[0] && strchr("=+-@\t\r\n", text[0]) ? "'" : "";

	if (!strpbrk(text, ",\"\r\n")) {
		fprintf(out, "%s%s", guard, text);
		return;
	}
	fprintf(out, "\"%s", guard);
	print_quoted(out, text);
	fputc('"', out);
}

/* Names, a blank between. LIMIT_ASRUN_ITEMS holds the longest list there is. */
static void print_names(FILE *out, const json_t *names)
{
	char text[LIMIT_ASRUN_ITEMS];
	const json_t *name;
	size_t i, used = 0;

	text[0] = '\0';
	json_array_foreach(names, i, name)
	{
		int length = snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
				      json_string_value(name));

		used += length > 0 ? (size_t)length : 0;
		if (used >= sizeof(text))
			break;
	}
	log_print_csv_text(out, text);
}

static void print_cell(FILE *out, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		log_print_csv_text(out, json_string_value(value));
		break;
	case JSON_INTEGER:
		fprintf(out, "%lld", (long long)json_integer_value(value));
		break;
	case JSON_REAL:
		fprintf(out, "%.2f", json_real_value(value));
		break;
	case JSON_TRUE:
		fputs("true", out);
		break;
	case JSON_FALSE:
		fputs("false", out);
		break;
	case JSON_ARRAY:
		print_names(out, value);
		break;
	default:
		break;
	}
}

static void print_keys(FILE *out, const char *const *names, size_t n, const char *before)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? "," : before, names[i]);
}

static void print_cells(FILE *out, const json_t *object, const char *const *names, size_t n,
			const char *before)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_object_get(object, names[i]);

		fputs(i ? "," : before, out);
		if (value)
			print_cell(out, value);
	}
}

void log_print_csv_header(FILE *out)
{
	print_keys(out, keys, N_KEYS, "");
	fputs("\r\n", out);
}

int log_print_csv(void *context, const json_t *row)
{
	print_cells(context, row, keys, N_KEYS, "");
	fputs("\r\n", context);
	return 0;
}

void log_print_csv_proof_header(FILE *out)
{
	print_keys(out, proof_row_keys, N_PROOF_ROW_KEYS, "");
	print_keys(out, proof_keys, N_PROOF_KEYS, ",");
	fputs("\r\n", out);
}

int log_print_csv_proof(void *context, const json_t *row)
{
	const json_t *heard;
	size_t i;

	json_array_foreach(json_object_get(row, "proof"), i, heard)
	{
		print_cells(context, row, proof_row_keys, N_PROOF_ROW_KEYS, "");
		print_cells(context, heard, proof_keys, N_PROOF_KEYS, ",");
		fputs("\r\n", context);
	}
	return 0;
}
