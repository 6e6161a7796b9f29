/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "check.h"
#include "civil.h"
#include "trust.h"

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)
#define BUILD  INT64_C(1717200000000000) /* 2024-06-01 */
#define NOW    (BUILD + 30 * DAY)
#define BOOT   (100 * SECOND)

static const struct trust_rules usual = {
	.policy = TRUST_SYNCHRONIZED, .holdover_us = 7 * DAY, .build_us = BUILD};
static const struct trust_rules with_rtc = {
	.policy = TRUST_RTC, .holdover_us = 7 * DAY, .build_us = BUILD};
static const struct trust_rules always = {
	.policy = TRUST_ALWAYS, .holdover_us = 7 * DAY, .build_us = BUILD};

/* What each first look of a boot says. */
static void first_look(void **state)
{
	static const struct {
		int line;
		const struct trust_rules *rules;
		int64_t now_us;
		bool synced, rtc;
		int64_t newest_row_us;
		enum clock_state want;
		enum trust_reason reason;
	} rows[] = {
		{ROW, &usual, NOW, true, false, 0, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, &usual, NOW, false, false, 0, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, &usual, NOW, false, true, 0, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, &with_rtc, NOW, false, true, 0, CLOCK_TRUSTED, TRUST_RTC_AGREES},
		{ROW, &with_rtc, NOW, false, false, 0, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, &always, NOW, false, false, 0, CLOCK_TRUSTED, TRUST_BY_POLICY},
		/* A board without a battery boots in 1970, whatever the policy. */
		{ROW, &usual, 5 * SECOND, false, false, 0, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, &always, 5 * SECOND, false, false, 0, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, &with_rtc, 5 * SECOND, false, true, 0, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, &usual, 5 * SECOND, true, false, 0, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, &usual, BUILD - 1, true, false, 0, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, &usual, BUILD, true, false, 0, CLOCK_TRUSTED, TRUST_SYNCED},
		/* 2099, and just on this side of 15 years. */
		{ROW, &usual, INT64_C(4070908800) * SECOND, true, true, 0, CLOCK_UNTRUSTED,
		 TRUST_FAR_FUTURE},
		{ROW, &always, INT64_C(4070908800) * SECOND, false, false, 0, CLOCK_UNTRUSTED,
		 TRUST_FAR_FUTURE},
		{ROW, &usual, BUILD + 15 * 365 * DAY, true, false, 0, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, &usual, BUILD + 15 * 366 * DAY, true, false, 0, CLOCK_UNTRUSTED,
		 TRUST_FAR_FUTURE},
		/* Before the newest row: the kernel's word outweighs it, nobody else's does. */
		{ROW, &usual, NOW, true, false, NOW + HOUR, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, &usual, NOW, false, false, NOW + HOUR, CLOCK_UNTRUSTED, TRUST_BEFORE_LOG},
		{ROW, &with_rtc, NOW, false, true, NOW + HOUR, CLOCK_UNTRUSTED, TRUST_BEFORE_LOG},
		{ROW, &always, NOW, false, false, NOW + 1, CLOCK_UNTRUSTED, TRUST_BEFORE_LOG},
		{ROW, &always, NOW, false, false, NOW, CLOCK_TRUSTED, TRUST_BY_POLICY},
		/* Over a reboot: held only if an RTC agrees, and not for ever. */
		{ROW, &usual, NOW, false, true, NOW - HOUR, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, &usual, NOW, false, true, NOW - 7 * DAY, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, &usual, NOW, false, true, NOW - 8 * DAY, CLOCK_UNTRUSTED,
		 TRUST_HOLDOVER_OVER},
		{ROW, &usual, NOW, false, false, NOW - HOUR, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct trust trust = {0};
		struct trust_look look = {.now_us = rows[i].now_us,
					  .mono_us = BOOT,
					  .kernel_synced = rows[i].synced,
					  .rtc_agrees = rows[i].rtc,
					  .newest_row_us = rows[i].newest_row_us};
		struct trust_answer got = trust_look(&trust, rows[i].rules, &look);

		check_row_int(rows[i].line, got.state, rows[i].want);
		check_row_int(rows[i].line, got.reason, rows[i].reason);
	}
}

/* One look in a story: since boot, and how far the clock was stepped by then. */
struct step {
	int line;
	int64_t after_us, stepped_us;
	bool synced, rtc, confirm;
	enum clock_state want;
	enum trust_reason reason;
};

static void tell(const struct trust_rules *rules, int64_t row_us, const struct step *steps,
		 size_t n)
{
	struct trust trust = {0};

	for (size_t i = 0; i < n; i++) {
		struct trust_look look = {.now_us = NOW + steps[i].after_us + steps[i].stepped_us,
					  .mono_us = BOOT + steps[i].after_us,
					  .kernel_synced = steps[i].synced,
					  .rtc_agrees = steps[i].rtc,
					  .newest_row_us = row_us};
		struct trust_answer got;

		if (steps[i].confirm)
			trust_confirm(&trust, look.now_us, look.mono_us);
		got = trust_look(&trust, rules, &look);
		check_row_int(steps[i].line, got.state, steps[i].want);
		check_row_int(steps[i].line, got.reason, steps[i].reason);
	}
}

#define TELL(rules, row_us, steps) tell(rules, row_us, steps, CHECK_COUNT(steps))

static void holdover_ends(void **state)
{
	static const struct step steps[] = {
		{ROW, 0, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, HOUR, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, 7 * DAY, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, 7 * DAY + 1, 0, false, false, false, CLOCK_UNTRUSTED, TRUST_HOLDOVER_OVER},
		{ROW, 8 * DAY, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, 14 * DAY, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
	};

	(void)state;
	TELL(&usual, 0, steps);
}

/* Rows that are written while the clock is held must not hold it longer. */
static void own_rows_do_not_prolong_holdover(void **state)
{
	struct trust trust = {0};
	struct trust_answer got = {.state = CLOCK_UNTRUSTED};

	(void)state;
	for (int day = 0; day <= 8; day++) {
		struct trust_look look = {.now_us = NOW + day * DAY,
					  .mono_us = BOOT + day * DAY,
					  .rtc_agrees = true,
					  .newest_row_us = NOW + day * DAY - HOUR};

		got = trust_look(&trust, &usual, &look);
		assert_int_equal(got.state, day < 7 ? CLOCK_HOLDOVER : CLOCK_UNTRUSTED);
	}
	assert_int_equal(got.reason, TRUST_HOLDOVER_OVER);
}

static void rtc_stops_agreeing(void **state)
{
	static const struct step over_reboot[] = {
		{ROW, 0, 0, false, true, false, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, HOUR, 3 * HOUR, false, false, false, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
	};
	static const struct step trusted[] = {
		{ROW, 0, 0, false, true, false, CLOCK_TRUSTED, TRUST_RTC_AGREES},
		{ROW, HOUR, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
	};

	(void)state;
	TELL(&usual, NOW - HOUR, over_reboot);
	TELL(&with_rtc, 0, trusted);
}

static void jump_forward_waits_for_a_person(void **state)
{
	static const struct step steps[] = {
		{ROW, 0, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, HOUR, 24 * HOUR, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, 2 * HOUR, 49 * HOUR, true, false, false, CLOCK_UNTRUSTED, TRUST_JUMPED},
		{ROW, 3 * HOUR, 49 * HOUR, true, true, false, CLOCK_UNTRUSTED, TRUST_JUMPED},
		{ROW, 4 * HOUR, 49 * HOUR, false, false, true, CLOCK_TRUSTED, TRUST_CONFIRMED},
		{ROW, 5 * HOUR, 49 * HOUR, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, 6 * HOUR, 49 * HOUR, false, false, false, CLOCK_TRUSTED, TRUST_CONFIRMED},
		/* The confirmation stands until a jump. */
		{ROW, 7 * HOUR, 400 * DAY, false, false, false, CLOCK_UNTRUSTED, TRUST_JUMPED},
		{ROW, 8 * HOUR, 400 * DAY, false, false, false, CLOCK_UNTRUSTED, TRUST_JUMPED},
	};
	static const struct step taken_back[] = {
		{ROW, 0, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, HOUR, 30 * DAY, false, false, false, CLOCK_UNTRUSTED, TRUST_JUMPED},
		{ROW, 2 * HOUR, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, 3 * HOUR, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
	};
	static const struct step never_trusted[] = {
		{ROW, 0, 0, false, false, false, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, HOUR, 30 * DAY, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
	};

	(void)state;
	TELL(&usual, 0, steps);
	TELL(&usual, 0, taken_back);
	TELL(&usual, 0, never_trusted);
}

static void person_confirms(void **state)
{
	static const struct step steps[] = {
		{ROW, 0, 0, false, false, false, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, HOUR, 0, false, false, true, CLOCK_TRUSTED, TRUST_CONFIRMED},
		{ROW, HOUR + 7 * DAY, 0, false, false, false, CLOCK_TRUSTED, TRUST_CONFIRMED},
		/* No second holdover on top of it. */
		{ROW, HOUR + 7 * DAY + 1, 0, false, false, false, CLOCK_UNTRUSTED,
		 TRUST_HOLDOVER_OVER},
		{ROW, 9 * DAY, 0, false, false, true, CLOCK_TRUSTED, TRUST_CONFIRMED},
		/* The network came, and went: held from then on. */
		{ROW, 15 * DAY, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, 20 * DAY, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
		{ROW, 23 * DAY, 0, false, false, false, CLOCK_UNTRUSTED, TRUST_HOLDOVER_OVER},
	};
	/* Somebody confirms 1970; the network then sets the clock. Nothing was jumped over. */
	static const struct step nonsense[] = {
		{ROW, 0, -NOW, false, false, false, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, HOUR, -NOW, false, false, true, CLOCK_UNTRUSTED, TRUST_BEFORE_BUILD},
		{ROW, 2 * HOUR, 0, false, false, false, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, 3 * HOUR, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
	};
	static const struct step before_rows[] = {
		{ROW, 0, 0, false, false, true, CLOCK_UNTRUSTED, TRUST_BEFORE_LOG},
	};

	(void)state;
	TELL(&usual, 0, steps);
	TELL(&usual, 0, nonsense);
	TELL(&usual, NOW + DAY, before_rows);
}

/* Rows of a wrong future: the kernel outweighs them, also when its network goes again. */
static void rows_of_a_wrong_future(void **state)
{
	static const struct step steps[] = {
		{ROW, 0, 0, false, false, false, CLOCK_UNTRUSTED, TRUST_BEFORE_LOG},
		{ROW, HOUR, 0, true, false, false, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, 2 * HOUR, 0, false, false, false, CLOCK_HOLDOVER, TRUST_HELD},
	};

	(void)state;
	TELL(&usual, NOW + 300 * DAY, steps);
}

static void pretended_knows_no_rule(void **state)
{
	struct trust_rules rules = usual;
	struct trust trust = {0};
	struct trust_look look = {.now_us = 0, .mono_us = BOOT, .newest_row_us = NOW};

	(void)state;
	rules.pretended = true;
	assert_int_equal(trust_look(&trust, &rules, &look).state, CLOCK_PRETENDED);
	look.now_us = NOW + 9000 * DAY;
	assert_int_equal(trust_look(&trust, &rules, &look).state, CLOCK_PRETENDED);
	assert_true(clock_state_known(CLOCK_PRETENDED));
	assert_true(clock_state_known(CLOCK_HOLDOVER));
	assert_false(clock_state_known(CLOCK_UNTRUSTED));
}

static void an_rtc_that_disagrees_is_said(void **state)
{
	static const struct {
		int line;
		const struct trust_rules *rules;
		bool there, agrees, synced;
		int64_t row_us;
		enum clock_state want;
		enum trust_reason reason;
	} rows[] = {
		{ROW, &with_rtc, true, false, false, 0, CLOCK_UNTRUSTED, TRUST_RTC_DIFFERS},
		{ROW, &with_rtc, false, false, false, 0, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		/* Over a reboot it would have counted, too. */
		{ROW, &usual, true, false, false, NOW - HOUR, CLOCK_UNTRUSTED, TRUST_RTC_DIFFERS},
		{ROW, &usual, true, false, false, 0, CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED},
		{ROW, &with_rtc, true, false, true, 0, CLOCK_TRUSTED, TRUST_SYNCED},
		{ROW, &with_rtc, true, true, false, 0, CLOCK_TRUSTED, TRUST_RTC_AGREES},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct trust trust = {0};
		struct trust_look look = {.now_us = NOW,
					  .mono_us = BOOT,
					  .rtc_there = rows[i].there,
					  .rtc_agrees = rows[i].agrees,
					  .kernel_synced = rows[i].synced,
					  .newest_row_us = rows[i].row_us};
		struct trust_answer got = trust_look(&trust, rows[i].rules, &look);

		check_row_int(rows[i].line, got.state, rows[i].want);
		check_row_int(rows[i].line, got.reason, rows[i].reason);
	}
}

/* How long it still holds, for people. */
static void what_is_left_is_said(void **state)
{
	struct trust_look look = {.now_us = NOW, .mono_us = BOOT, .kernel_synced = true};
	struct trust trust = {0};

	(void)state;
	assert_int_equal(trust_look(&trust, &usual, &look).left_us, CIVIL_NEVER);
	look.kernel_synced = false;
	look.now_us += DAY;
	look.mono_us += DAY;
	assert_int_equal(trust_look(&trust, &usual, &look).left_us, 6 * DAY);
	trust_confirm(&trust, look.now_us, look.mono_us);
	look.now_us += HOUR;
	look.mono_us += HOUR;
	assert_int_equal(trust_look(&trust, &usual, &look).left_us, 7 * DAY - HOUR);
}

/* A service that is started again knows what the one before it knew, in the same boot alone. */
static void another_service_remembers(void **state)
{
	struct trust trust = {0}, again = {0};
	struct trust_look look = {.now_us = NOW, .mono_us = BOOT, .newest_row_us = NOW + HOUR};
	char text[TRUST_TEXT];

	(void)state;
	look.kernel_synced = true;
	assert_int_equal(trust_look(&trust, &usual, &look).state, CLOCK_TRUSTED);
	trust_print(&trust, "boot-1", text);
	assert_int_equal(trust_parse(text, "boot-2", &again), -ESTALE);
	assert_int_equal(trust_parse(text, "boot-1", &again), 0);
	look.kernel_synced = false;
	look.mono_us += DAY;
	look.now_us += DAY;
	assert_int_equal(trust_look(&again, &usual, &look).state, CLOCK_HOLDOVER);
	look.now_us += 2 * DAY; /* stepped while there was no service */
	assert_int_equal(trust_look(&again, &usual, &look).reason, TRUST_JUMPED);

	trust_confirm(&trust, NOW, BOOT);
	trust_print(&trust, "boot-1", text);
	assert_int_equal(trust_parse(text, "boot-1", &again), 0);
	look.now_us = NOW + HOUR;
	look.mono_us = BOOT + HOUR;
	assert_int_equal(trust_look(&again, &usual, &look).reason, TRUST_CONFIRMED);
}

static void nonsense_is_not_remembered(void **state)
{
	static const char *const texts[] = {
		"",
		"1",
		"2 b 1 1 1 0 0 0",
		"1 b 1 1 1 0 0",
		"1 b 1 1 1 0 0 0 ",
		"1 b 1 1 1 0 0 0 0",
		"1 b 2 1 1 0 0 0",
		"1 b 1 -1 1 0 0 0",
		"1 b 1 1 99999999999999999999 0 0 0",
		"1 b 1 1 9223372036854775807 0 0 0",
		"1 b 1  1 1 0 0 0",
		"1 b 1 x 1 0 0 0",
	};
	struct trust trust = {.confirmed_mono_us = 7};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(texts); i++)
		assert_int_equal(trust_parse(texts[i], "b", &trust), -EINVAL);
	assert_int_equal(trust_parse("1 b 1 1 1 0 0 0", "", &trust), -ESTALE);
	assert_int_equal(trust.confirmed_mono_us, 7);
	assert_int_equal(trust_parse("1 b 1 1 1 0 0 0", "b", &trust), 0);
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(clock_state_name(CLOCK_TRUSTED), "trusted");
	assert_string_equal(clock_state_name(CLOCK_HOLDOVER), "holdover");
	assert_string_equal(clock_state_name(CLOCK_UNTRUSTED), "untrusted");
	assert_string_equal(clock_state_name(CLOCK_PRETENDED), "pretended");
	assert_string_equal(trust_reason_code(TRUST_NEVER_SYNCED), "never-synced");
	for (int i = TRUST_SYNCED; i <= TRUST_JUMPED; i++)
		assert_string_not_equal(trust_reason_code((enum trust_reason)i), "?");
	assert_string_equal(trust_reason_code((enum trust_reason)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_look),
		cmocka_unit_test(holdover_ends),
		cmocka_unit_test(own_rows_do_not_prolong_holdover),
		cmocka_unit_test(rtc_stops_agreeing),
		cmocka_unit_test(jump_forward_waits_for_a_person),
		cmocka_unit_test(person_confirms),
		cmocka_unit_test(rows_of_a_wrong_future),
		cmocka_unit_test(pretended_knows_no_rule),
		cmocka_unit_test(an_rtc_that_disagrees_is_said),
		cmocka_unit_test(what_is_left_is_said),
		cmocka_unit_test(another_service_remembers),
		cmocka_unit_test(nonsense_is_not_remembered),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
