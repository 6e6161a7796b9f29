/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "asrun_events.h"

static void fold_a_row(void **state)
{
	struct asrun_event opened = opened_event(), first = item_event(0, "nhac-hieu"),
			   second = item_event(1, "khau-hieu-01"), closed = closed_event(), note;
	struct asrun_row row = {0};

	(void)state;
	assert_int_equal(asrun_fold(&row, &opened), 0);
	assert_true(row.seen && !row.closed);
	assert_int_equal(row.outcome, OUTCOME_NONE);
	assert_int_equal(asrun_fold(&row, &first), 0);
	assert_int_equal(row.started_us, JUNE);
	assert_int_equal(row.ended_us, JUNE + 10 * CIVIL_US);
	second.whole = false;
	assert_int_equal(asrun_fold(&row, &second), 0);
	memset(&note, 0, sizeof(note));
	note.kind = ASRUN_NOTE;
	assert_int_equal(asrun_fold(&row, &note), 0);
	assert_int_equal(asrun_fold(&row, &closed), 0);
	assert_true(row.closed);
	assert_string_equal(row.opened.broadcast, "buoi-sang");
	assert_int_equal(row.opened.planned_us, JUNE);
	assert_string_equal(row.items, "nhac-hieu khau-hieu-01");
	assert_ptr_equal(row.opened.items, row.items);
	assert_string_equal(row.aired, "nhac-hieu khau-hieu-01");
	assert_int_equal(row.n_items, 2);
	assert_int_equal(row.n_whole, 1);
	assert_int_equal(row.frames, 960000);
	assert_int_equal(row.audible, 940000);
	assert_int_equal(row.xruns, 1);
	assert_int_equal(row.outcome, OUTCOME_PARTIAL);
	assert_int_equal(row.reason, REASON_NO_RECORDING);
	assert_int_equal(row.started_us, JUNE);
	assert_int_equal(row.ended_us, JUNE + 20 * CIVIL_US);
	asrun_row_done(&row);
	assert_null(row.items);
	asrun_row_done(&row);
}

/* The proof of every clip is kept, and a copy outlives its row. */
static void keep_the_proof(void **state)
{
	struct asrun_event opened = opened_event(), first = item_event(0, "nhac-hieu"),
			   second = item_event(1, "khau-hieu-01");
	struct asrun_row row = {0}, copy;

	(void)state;
	second.sha256[31] = 7;
	second.whole = false;
	second.rms_cdbfs = -1834;
	second.silence_ms = 420;
	first.start_error_us = -137;
	assert_int_equal(asrun_fold(&row, &opened), 0);
	assert_int_equal(asrun_fold(&row, &first), 0);
	assert_int_equal(asrun_fold(&row, &second), 0);
	assert_int_equal(asrun_row_copy(&row, &copy), 0);
	asrun_row_done(&row);
	assert_int_equal(copy.n_heard, 2);
	assert_string_equal(copy.heard[0].clip, "nhac-hieu");
	assert_true(copy.heard[0].whole && !copy.heard[1].whole);
	assert_int_equal(copy.heard[1].frames, second.frames);
	assert_int_equal(copy.heard[1].sha256[31], 7);
	assert_int_equal(copy.heard[1].rms_cdbfs, -1834);
	assert_int_equal(copy.heard[1].silence_ms, 420);
	assert_int_equal(copy.heard[0].start_error_us, -137);
	assert_string_equal(copy.opened.items, "nhac-hieu khau-hieu-01");
	assert_string_equal(copy.aired, "nhac-hieu khau-hieu-01");
	asrun_row_done(&copy);
}

/* Missed: closed alone. A clip of which nothing sounded is not among the aired. */
static void fold_what_did_not_sound(void **state)
{
	struct asrun_event closed = opened_event(), opened = opened_event(),
			   item = item_event(0, "nhac-hieu");
	struct asrun_row row = {0};

	(void)state;
	closed.kind = ASRUN_CLOSED;
	closed.outcome = OUTCOME_MISSED;
	closed.reason = REASON_OFF;
	assert_int_equal(asrun_fold(&row, &closed), 0);
	assert_true(row.seen && row.closed);
	assert_string_equal(row.opened.campaign, "thang-hanh-dong-2024");
	assert_string_equal(row.items, "nhac-hieu khau-hieu-01");
	assert_null(row.aired);
	assert_int_equal(row.started_us, 0);
	assert_int_equal(row.outcome, OUTCOME_MISSED);
	asrun_row_done(&row);

	opened.items = NULL;
	item.frames = 0;
	assert_int_equal(asrun_fold(&row, &opened), 0);
	assert_int_equal(asrun_fold(&row, &item), 0);
	assert_null(row.items);
	assert_null(row.aired);
	assert_int_equal(row.n_items, 1);
	asrun_row_done(&row);
}

static void know_a_test(void **state)
{
	static const struct {
		int line;
		const char *campaign, *items;
		bool test;
	} rows[] = {
		{ROW, "", "test-tone", true},
		{ROW, "", "test-tone test-tone test-tone", true},
		{ROW, "", "test-tone test-tone-2", false},
		{ROW, "", "test-tone goi-111", false},
		{ROW, "", "goi-111", false},
		{ROW, "", "", false},
		{ROW, "thang-6", "test-tone", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char items[64];
		struct asrun_row row = {.items = items};

		snprintf(items, sizeof(items), "%s", rows[i].items);
		snprintf(row.opened.campaign, LIMIT_NAME, "%s", rows[i].campaign);
		check_row_int(rows[i].line, asrun_row_is_test(&row), rows[i].test);
	}
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(asrun_outcome_name(OUTCOME_NONE), "open");
	assert_string_equal(asrun_outcome_name(OUTCOME_REFUSED), "refused");
	assert_null(asrun_reason_code(REASON_NONE));
	assert_string_equal(asrun_reason_code(REASON_OUTSIDE_AIRTIME), "outside-airtime");
	assert_string_equal(asrun_reason_code(REASON_HARD_STOP), "hard-stop");
	assert_string_equal(asrun_trigger_name(TRIGGER_CLI), "cli");
	for (int i = REASON_NONE + 1; i <= REASON_HARD_STOP; i++) {
		assert_string_not_equal(asrun_reason_code((enum asrun_reason)i), "?");
		for (int j = REASON_NONE + 1; j < i; j++)
			assert_string_not_equal(asrun_reason_code((enum asrun_reason)i),
						asrun_reason_code((enum asrun_reason)j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fold_a_row),
		cmocka_unit_test(keep_the_proof),
		cmocka_unit_test(fold_what_did_not_sound),
		cmocka_unit_test(know_a_test),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
