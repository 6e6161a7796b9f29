/* SPDX-License-Identifier: MIT */
#include "log_print.h"

#include <string.h>

#include "limit.h"

static const char *const keys[] = {
	"row",	 "at",	      "campaign", "broadcast", "class",	  "trigger", "who",
	"why",	 "items",     "start",	  "end",       "outcome", "reason",  "aired",
	"clock", "pretended", "frames",	  "audible",   "xruns",	  "durable",
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static void print_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
}

static void print_text(FILE *out, const char *text)
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
	print_text(out, text);
}

static void print_cell(FILE *out, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		print_text(out, json_string_value(value));
		break;
	case JSON_INTEGER:
		fprintf(out, "%lld", (long long)json_integer_value(value));
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

void log_print_csv_header(FILE *out)
{
	for (size_t i = 0; i < N_KEYS; i++)
		fprintf(out, "%s%s", i ? "," : "", keys[i]);
	fputs("\r\n", out);
}

int log_print_csv(void *context, const json_t *row)
{
	FILE *out = context;

	for (size_t i = 0; i < N_KEYS; i++) {
		const json_t *value = json_object_get(row, keys[i]);

		if (i > 0)
			fputc(',', out);
		if (value)
			print_cell(out, value);
	}
	fputs("\r\n", out);
	return 0;
}
