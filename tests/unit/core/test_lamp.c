/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "check.h"
#include "lamp.h"

#define CODE(code) (1u << (code))

struct lamp_row {
	int line;
	unsigned codes;
	const char *want; /* blinks in each group, two rounds long */
};

static const struct lamp_row rows[] = {
	{ROW, CODE(LAMP_CLOCK), "2 | 2 |"},
	{ROW, CODE(LAMP_CONFIG), "7 | 7 |"},
	{ROW, CODE(LAMP_CARD) | CODE(LAMP_LINES), "3 6 | 3 6 |"},
	{ROW, CODE(LAMP_CLOCK) | CODE(LAMP_CARD) | CODE(LAMP_DISK), "2 3 5 | 2 3 5 |"},
};

/* Counted as somebody would who looks at it: a dark of a second and more ends a number. */
static void count(unsigned codes, char *text, size_t n)
{
	int64_t at_us = 5000000, next_us, since_us = at_us;
	unsigned blinks = 0, rounds = 0;

	while (rounds < 2) {
		bool on = lamp_blink(codes, since_us, at_us, &next_us);
		size_t used = strlen(text);

		assert_true(next_us > at_us);
		if (on) {
			assert_int_equal(next_us - at_us, LAMP_BLINK_US);
			blinks++;
		} else if (next_us - at_us >= LAMP_PAUSE_US) {
			snprintf(text + used, n - used, "%s%u%s", used ? " " : "", blinks,
				 next_us - at_us >= LAMP_ROUND_US ? " |" : "");
			rounds += next_us - at_us >= LAMP_ROUND_US;
			blinks = 0;
		}
		at_us = next_us;
	}
}

static void the_blinks_can_be_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char text[128] = "";

		count(rows[i].codes, text, sizeof(text));
		check_row_str(rows[i].line, text, rows[i].want);
	}
}

/* Looked at in between, the next change is the same instant. */
static void any_instant_knows_the_next_change(void **state)
{
	const unsigned codes = CODE(LAMP_CLOCK) | CODE(LAMP_LINES);
	int64_t next_us, from_here_us;

	(void)state;
	for (int64_t at_us = 0; at_us < 30000000; at_us = next_us) {
		bool on = lamp_blink(codes, 0, at_us, &next_us);

		assert_int_equal(lamp_blink(codes, 0, next_us - 1, &from_here_us), on);
		assert_int_equal(from_here_us, next_us);
	}
}

/* The page for people is the table of lamp.h, word for word. */
static void the_manual_prints_this_table(void **state)
{
	static char manual[65536];
	FILE *file = fopen(LOA_SOURCE_DIR "/tools/man/loaphuongd.8", "re");
	char line[256], want[256];
	unsigned n = 0;

	(void)state;
	assert_non_null(file);
	assert_true(fread(manual, 1, sizeof(manual) - 1, file) < sizeof(manual) - 1);
	fclose(file);
	file = fopen(LOA_SOURCE_DIR "/firmware/core/lamp.h", "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		unsigned code;
		char text[200];

		if (sscanf(line, " *\t%u\t%199[^\n]", &code, text) != 2)
			continue;
		snprintf(want, sizeof(want), "\n.It %u Ta %s\n", code, text);
		assert_non_null(strstr(manual, want));
		n++;
	}
	fclose(file);
	assert_int_equal(n, LAMP_LAST - LAMP_CLOCK + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_blinks_can_be_counted),
		cmocka_unit_test(any_instant_knows_the_next_change),
		cmocka_unit_test(the_manual_prints_this_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
