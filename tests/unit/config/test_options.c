/* SPDX-License-Identifier: MIT */
/* Options before and after the command word, and what is refused. */
#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "options.h"
#include "words.h"

static const struct option_row rows[] = {
	{"config", 'c', "FILE", N_("the station's config"), 0},
	{"state", 0, "DIR", N_("the station's folder"), 0},
	{"json", 0, NULL, N_("print JSON"), 2},
};

struct reading_row {
	int line;
	const char *words[8];
	int want;
	const char *config, *state, *json, *operands;
};

static const struct reading_row readings[] = {
	{ROW, {"x", "-c", "a", "plan"}, 0, "a", NULL, NULL, "plan "},
	{ROW, {"x", "plan", "--config", "a", "--json"}, 0, "a", NULL, "", "plan "},
	{ROW, {"x", "--config=a=b", "-cz", "--state="}, 0, "z", "", NULL, ""},
	{ROW, {"x", "volume", "-6"}, 0, NULL, NULL, NULL, "volume -6 "},
	{ROW, {"x", "-", "--", "--json"}, 0, NULL, NULL, NULL, "- --json "},
	{ROW, {"x", "--conf", "a"}, -EINVAL, NULL, NULL, NULL, ""},
	{ROW, {"x", "--state"}, -EINVAL, NULL, NULL, NULL, ""},
	{ROW, {"x", "--json=1"}, -EINVAL, NULL, NULL, NULL, ""},
	{ROW, {"x", "-q"}, -EINVAL, NULL, NULL, NULL, ""},
};

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void reads_options_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(readings); i++) {
		const struct reading_row *row = &readings[i];
		const char *values[3], *operands[8];
		char *words_given[8], joined[128] = "", why[128] = "";
		size_t n = 0;
		int argc = 0;

		while (argc < 8 && row->words[argc]) {
			words_given[argc] = (char *)(uintptr_t)row->words[argc];
			argc++;
		}
		check_row_int(row->line,
			      options_parse(rows, 3, argc, words_given, values, operands, &n, why,
					    sizeof(why)),
			      row->want);
		check_row(row->line, (row->want == 0) == (why[0] == '\0'));
		if (row->want < 0)
			continue;
		for (size_t k = 0; k < n; k++) {
			size_t used = strlen(joined);

			snprintf(joined + used, sizeof(joined) - used, "%s ", operands[k]);
		}
		check_row_str(row->line, joined, row->operands);
		check_row(row->line, same(values[0], row->config));
		check_row(row->line, same(values[1], row->state));
		check_row(row->line, same(values[2], row->json));
	}
}

static void usage_lists_what_a_command_takes(void **state)
{
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	options_print(out, rows, 3, 1);
	fclose(out);
	assert_non_null(strstr(text, "-c, --config FILE"));
	assert_non_null(strstr(text, "--state DIR"));
	assert_null(strstr(text, "--json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_options_anywhere),
		cmocka_unit_test(usage_lists_what_a_command_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
