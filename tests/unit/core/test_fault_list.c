/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "check.h"
#include "fault_list.h"

#define MINUTE (60 * INT64_C(1000000))
#define NOON   INT64_C(1717200000000000)

static int begin(void **state)
{
	return fault_list_new((struct fault_list **)state);
}

static int end(void **state)
{
	fault_list_free(*state);
	return 0;
}

static void a_fault_has_a_first_and_a_last_time(void **state)
{
	struct fault_list *list = *state;
	const struct fault_item *item;

	assert_true(fault_list_begin(list, "device-gone", "no card", NOON));
	assert_false(fault_list_begin(list, "device-gone", "no card at all", NOON + MINUTE));
	assert_true(fault_list_begin(list, "clock-untrusted", "no time", NOON + MINUTE));
	assert_int_equal(fault_list_count(list), 2);
	item = fault_list_item(list, 1);
	assert_string_equal(item->code, "device-gone");
	assert_string_equal(item->text, "no card at all");
	assert_int_equal(item->first_us, NOON);
	assert_int_equal(item->last_us, NOON + MINUTE);
	assert_int_equal(item->count, 2);
	assert_false(item->over);
	assert_true(fault_list_end(list, "clock-untrusted", NOON + 2 * MINUTE));
	assert_false(fault_list_end(list, "clock-untrusted", NOON + 2 * MINUTE));
	assert_false(fault_list_end(list, "never-heard-of", NOON));
	item = fault_list_item(list, 0);
	assert_true(item->over);
	assert_int_equal(item->last_us, NOON + 2 * MINUTE);
	assert_null(fault_list_item(list, 2));
}

/* A plug that is loose for an hour: one line, and the log hears of it every ten minutes at most. */
static void a_loose_plug_is_one_line(void **state)
{
	struct fault_list *list = *state;
	unsigned told = 0;

	for (int i = 0; i < 600; i++) {
		int64_t at_us = NOON + i * MINUTE / 10;

		told += fault_list_begin(list, "device-gone", "", at_us);
		told += fault_list_end(list, "device-gone", at_us + MINUTE / 20);
	}
	assert_int_equal(fault_list_count(list), 1);
	assert_int_equal(fault_list_item(list, 0)->count, 600);
	assert_in_range(told, 2, 8);
	/* An hour later it is another one. */
	assert_true(fault_list_begin(list, "device-gone", "", NOON + 120 * MINUTE));
	assert_int_equal(fault_list_count(list), 2);
	/* The clock was set back in between: not a new line. */
	fault_list_end(list, "device-gone", NOON + 120 * MINUTE);
	assert_false(fault_list_begin(list, "device-gone", "", NOON));
}

static void a_thousand_are_kept(void **state)
{
	struct fault_list *list = *state;
	char code[32];

	fault_list_begin(list, "stands", "", NOON);
	for (int i = 0; i < LIMIT_FAULTS + 50; i++) {
		snprintf(code, sizeof(code), "fault-%d", i);
		assert_true(fault_list_begin(list, code, "", NOON + i));
		assert_true(fault_list_end(list, code, NOON + i));
	}
	assert_int_equal(fault_list_count(list), LIMIT_FAULTS);
	assert_true(LIMIT_FAULTS >= 1000);
	/* One that is still there is not forgotten for one that is over. */
	assert_string_equal(fault_list_item(list, LIMIT_FAULTS - 1)->code, "stands");
	snprintf(code, sizeof(code), "fault-%d", LIMIT_FAULTS + 49);
	assert_string_equal(fault_list_item(list, 0)->code, code);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_fault_has_a_first_and_a_last_time),
		CASE(a_loose_plug_is_one_line),
		CASE(a_thousand_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
