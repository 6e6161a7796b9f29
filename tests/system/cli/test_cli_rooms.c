/* SPDX-License-Identifier: MIT */
/* The rooms of the command line that need no process: what people type, and what they read. */
#include "check.h"

#include <jansson.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "columns.h"
#include "phrases.h"
#include "plan_diff.h"
#include "plan_print.h"
#include "schedule.h"
#include "trust.h"
#include "when.h"
#include "words.h"

#define HANOI_S	    (7 * 3600)
#define MIDNIGHT_US (INT64_C(1717520400) * CIVIL_US) /* 2024-06-05 00:00 in Hanoi */
#define HOUR_US	    (3600 * CIVIL_US)

static void when_reads_what_people_type(void **state)
{
	static const struct {
		int line;
		const char *text;
		int64_t want_us; /* after midnight; -1 = refused */
	} rows[] = {
		{ROW, "00:00", 0},
		{ROW, "03:15", 195 * 60 * CIVIL_US},
		{ROW, "03:15:20", (195 * 60 + 20) * CIVIL_US},
		{ROW, "2024-06-05 17:00", 17 * HOUR_US},
		{ROW, "2024-06-05T17:00:30", 17 * HOUR_US + 30 * CIVIL_US},
		{ROW, "today 17:00", 17 * HOUR_US},
		{ROW, "tomorrow 01:00", 25 * HOUR_US},
		{ROW, "2024-06-05T10:00:00Z", 17 * HOUR_US},
		{ROW, "2024-06-05T10:00:00+07:00", 10 * HOUR_US},
		{ROW, "24:00", -1},
		{ROW, "3:15", -1},
		{ROW, "2024-06-05", -1},
		{ROW, "2024-06-31 17:00", -1},
		{ROW, "2024-06-05  17:00", -1},
		{ROW, "someday 17:00", -1},
		{ROW, "", -1},
	};
	struct zone zone;

	(void)state;
	assert_int_equal(zone_fixed("Hanoi", HANOI_S, &zone), 0);
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		int32_t today = civil_day((struct civil_date){2024, 6, 5});
		int64_t at_us = 0;
		int r = when_time(rows[i].text, &zone, today, &at_us);

		check_row_int(rows[i].line, r == 0, rows[i].want_us >= 0);
		if (r == 0)
			check_row_int(rows[i].line, at_us - MIDNIGHT_US, rows[i].want_us);
	}
	zone_done(&zone);
}

/* For setting a clock a time is to be exactly one. */
static void a_time_that_clocks_skip_or_repeat(void **state)
{
	/* Berlin in 2024: 02:00 to 03:00 is skipped on 31 March, repeated on 27 October. */
	static struct zone_change changes[] = {{0, 3600}, {1711846800, 7200}, {1729990800, 3600}};
	const struct zone zone = {.n_changes = 3, .changes = changes};
	static const struct {
		int line;
		const char *text;
		int error;
		int64_t want_s;
	} rows[] = {
		{ROW, "2024-03-31 02:30", -ERANGE, 0},
		{ROW, "2024-10-27 02:30", -ENOTUNIQ, 0},
		{ROW, "2024-10-27T02:30:00+02:00", 0, 1729989000},
		{ROW, "2024-10-27T02:30:00+01:00", 0, 1729992600},
		{ROW, "2024-03-31 03:00", 0, 1711846800},
		{ROW, "soon", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		int64_t at_us = 0;

		check_row_int(rows[i].line, when_exact(rows[i].text, &zone, 0, &at_us),
			      rows[i].error);
		check_row_int(rows[i].line, at_us, rows[i].want_s * CIVIL_US);
	}
	assert_true(when_has_day("2024-03-31 02:30"));
	assert_false(when_has_day("02:30"));
}

struct plain_row {
	int hour, minute;
	const char *broadcast, *items;
	enum asrun_outcome outcome;
};

static struct rehearsal rehearsal_of(const struct plain_row *rows, size_t n)
{
	struct rehearsal rehearsal = {.n = n, .items = calloc(n + 1, sizeof(*rehearsal.items))};

	assert_non_null(rehearsal.items);
	for (size_t i = 0; i < n; i++) {
		struct rehearsed *row = &rehearsal.items[i];

		row->at_us = MIDNIGHT_US + rows[i].hour * HOUR_US + rows[i].minute * 60 * CIVIL_US;
		snprintf(row->campaign, sizeof(row->campaign), "c");
		snprintf(row->broadcast, sizeof(row->broadcast), "%s", rows[i].broadcast);
		row->items = strdup(rows[i].items);
		row->outcome = rows[i].outcome;
		assert_non_null(row->items);
	}
	return rehearsal;
}

static void diff_tells_moved_changed_added_removed(void **state)
{
	static const struct plain_row before[] = {
		{5, 45, "a", "x", OUTCOME_PLAYED}, /* stays */
		{6, 0, "b", "x", OUTCOME_PLAYED},  /* moves to 06:10 */
		{6, 30, "a", "y", OUTCOME_PLAYED}, /* other items */
		{7, 0, "b", "y", OUTCOME_PLAYED},  /* is refused now */
		{8, 0, "c", "x", OUTCOME_PLAYED},  /* is gone */
		{32, 0, "d", "x", OUTCOME_PLAYED}, /* a day later is no move */
	};
	static const struct plain_row after[] = {
		{5, 45, "a", "x", OUTCOME_PLAYED}, {6, 10, "b", "x", OUTCOME_PLAYED},
		{6, 30, "a", "z", OUTCOME_PLAYED}, {7, 0, "b", "y", OUTCOME_REFUSED},
		{8, 0, "d", "x", OUTCOME_PLAYED},
	};
	static const enum plan_diff_kind want[] = {DIFF_MOVED,	 DIFF_CHANGED, DIFF_CHANGED,
						   DIFF_REMOVED, DIFF_ADDED,   DIFF_REMOVED};
	struct rehearsal old_rows = rehearsal_of(before, CHECK_COUNT(before));
	struct rehearsal new_rows = rehearsal_of(after, CHECK_COUNT(after));
	struct plan_diff diff;

	(void)state;
	assert_int_equal(plan_diff_make(&old_rows, &new_rows, &diff), 0);
	assert_int_equal(diff.n, CHECK_COUNT(want));
	assert_int_equal(diff.counts[DIFF_MOVED], 1);
	assert_int_equal(diff.counts[DIFF_CHANGED], 2);
	assert_int_equal(diff.counts[DIFF_ADDED], 1);
	assert_int_equal(diff.counts[DIFF_REMOVED], 2);
	assert_int_equal(diff.items[0].kind, DIFF_MOVED);
	assert_int_equal(diff.items[0].after->at_us - MIDNIGHT_US, 6 * HOUR_US + 600 * CIVIL_US);
	assert_int_equal(diff.items[CHECK_COUNT(want) - 1].kind, DIFF_REMOVED);
	for (size_t i = 1; i < diff.n; i++)
		assert_true(plan_diff_time(&diff.items[i - 1]) <= plan_diff_time(&diff.items[i]));
	plan_diff_done(&diff);
	rehearsal_done(&old_rows);
	rehearsal_done(&new_rows);
}

static void columns_count_characters(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	assert_int_equal(columns_width("Buổi sáng"), 9);
	assert_int_equal(columns_width("Buo\xcc\x82\xcc\x89i"), 4); /* decomposed */
	columns_put(out, "Buổi", 6);
	columns_clean(out, "\x1b[31mred\x7f\xc2\x9b"
			   "31m\n");
	fclose(out);
	assert_string_equal(text, "Buổi  ?[31mred??31m?");
	free(text);
}

static void phrases_are_short(void **state)
{
	static const struct {
		int line;
		int64_t us;
		const char *duration, *length;
	} rows[] = {
		{ROW, 0, "0 s", "0:00"},
		{ROW, -5, "0 s", "0:00"},
		{ROW, 59 * CIVIL_US + 1, "59 s", "1:00"},
		{ROW, 61 * CIVIL_US, "1 min 1 s", "1:01"},
		{ROW, 3 * HOUR_US + 720 * CIVIL_US, "3 h 12 min", "3:12:00"},
		{ROW, 49 * HOUR_US, "2 d 1 h", "49:00:00"},
		{ROW, 300 * CIVIL_US, "5 min", "5:00"},
		{ROW, 2 * HOUR_US, "2 h", "2:00:00"},
		{ROW, 48 * HOUR_US + 5, "2 d", "48:00:01"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		phrase_duration(text, sizeof(text), rows[i].us);
		check_row_str(rows[i].line, text, rows[i].duration);
		phrase_length(text, sizeof(text), rows[i].us);
		check_row_str(rows[i].line, text, rows[i].length);
	}
	plan_print_items(text, sizeof(text), "a b c d", 2);
	assert_string_equal(text, "a, b, +2");
	plan_print_items(text, sizeof(text), "", 2);
	assert_string_equal(text, "");
	assert_string_equal(phrase_reason("a-new-code"), "a-new-code");
}

/* A code without words would be shown to people as it is: every code of the core has some. */
static void every_code_has_words(void **state)
{
	(void)state;
	for (int reason = REASON_OUTSIDE_AIRTIME; reason <= REASON_HARD_STOP; reason++) {
		const char *code = asrun_reason_code((enum asrun_reason)reason);

		assert_string_not_equal(phrase_reason(code), code);
	}
	for (int reason = TRUST_SYNCED; reason <= TRUST_JUMPED; reason++) {
		const char *code = trust_reason_code((enum trust_reason)reason);

		assert_string_not_equal(phrase_clock_reason(code), code);
	}
	for (int reason = SCHEDULE_DUE; reason <= SCHEDULE_OTHER_TIME; reason++) {
		const char *code = schedule_reason_code((enum schedule_reason)reason);

		assert_string_not_equal(phrase_due(code), code);
	}
	for (int clock = CLOCK_UNTRUSTED; clock <= CLOCK_PRETENDED; clock++) {
		const char *code = clock_state_name((enum clock_state)clock);

		if (clock != CLOCK_TRUSTED)
			assert_string_not_equal(phrase_clock(code), code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_that_clocks_skip_or_repeat),
		cmocka_unit_test(when_reads_what_people_type),
		cmocka_unit_test(diff_tells_moved_changed_added_removed),
		cmocka_unit_test(columns_count_characters),
		cmocka_unit_test(phrases_are_short),
		cmocka_unit_test(every_code_has_words),
	};

	setenv("LANGUAGE", "en", 1);
	words_init(LOA_CATALOGUES, "en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
