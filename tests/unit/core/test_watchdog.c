/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watchdog.h"

#define SECOND INT64_C(1000000)

/* Looks of one story: the seconds, and of each part what it shows. '.' has nothing to do. */
struct look {
	int line;
	int second;
	const char *audio, *schedule,
		*log; /* NULL: nothing to do; else a text stands for progress */
	enum watchdog_part want;
};

static struct watchdog_sign sign(const char *text)
{
	return (struct watchdog_sign){text != NULL, text ? (uint64_t)text[0] : 7};
}

static void tell(const struct look *looks, size_t n)
{
	struct watchdog watchdog = {0};

	for (size_t i = 0; i < n; i++) {
		const struct watchdog_sign signs[WATCHDOG_PARTS] = {
			[WATCHDOG_AUDIO] = sign(looks[i].audio),
			[WATCHDOG_SCHEDULE] = sign(looks[i].schedule),
			[WATCHDOG_LOG] = sign(looks[i].log),
		};
		int64_t still_us = -1;
		enum watchdog_part got =
			watchdog_look(&watchdog, signs, looks[i].second * SECOND, &still_us);

		check_row_int(looks[i].line, got, looks[i].want);
		check_row(looks[i].line, got == WATCHDOG_PARTS || still_us > 0);
	}
}

#define TELL(looks) tell(looks, CHECK_COUNT(looks))
#define WELL	    WATCHDOG_PARTS

static void what_moves_is_well(void **state)
{
	static const struct look looks[] = {
		{ROW, 0, "a", NULL, NULL, WELL},    {ROW, 40, "b", "a", "a", WELL},
		{ROW, 80, "c", NULL, "b", WELL},    {ROW, 400, "d", "b", "c", WELL},
		{ROW, 4000, "e", NULL, NULL, WELL},
	};

	(void)state;
	TELL(looks);
}

static void audio_that_stops(void **state)
{
	static const struct look looks[] = {
		{ROW, 0, "a", NULL, NULL, WELL},  {ROW, 4, "b", NULL, NULL, WELL},
		{ROW, 8, "b", NULL, NULL, WELL},  {ROW, 12, "b", NULL, NULL, WELL},
		{ROW, 16, "b", NULL, NULL, WELL}, {ROW, 20, "b", NULL, NULL, WATCHDOG_AUDIO},
		{ROW, 24, "c", NULL, NULL, WELL}, /* it went on */
		{ROW, 28, "c", NULL, NULL, WELL},
	};

	(void)state;
	TELL(looks);
}

static void nothing_to_do_is_no_standstill(void **state)
{
	static const struct look looks[] = {
		{ROW, 0, "a", "a", "a", WELL},	     {ROW, 10, NULL, NULL, NULL, WELL},
		{ROW, 1000, "a", "a", "a", WELL},    {ROW, 1010, "a", "a", "a", WELL},
		{ROW, 1011, NULL, NULL, NULL, WELL}, {ROW, 1020, "a", "a", "a", WELL},
	};

	(void)state;
	TELL(looks);
}

/* 30 s are what a memory card may take. */
static void a_card_that_stalls_is_waited_for(void **state)
{
	static const struct look looks[] = {
		{ROW, 0, "a", NULL, "a", WELL},		  {ROW, 40, "b", NULL, "a", WELL},
		{ROW, 80, "c", NULL, "a", WELL},	  {ROW, 120, "d", NULL, "b", WELL},
		{ROW, 160, "e", NULL, "b", WELL},	  {ROW, 410, "f", NULL, "b", WELL},
		{ROW, 440, "g", NULL, "b", WATCHDOG_LOG},
	};

	(void)state;
	TELL(looks);
}

static void the_timer_was_missed(void **state)
{
	static const struct look looks[] = {
		{ROW, 0, "a", NULL, NULL, WELL},
		{ROW, 10, "b", "a", NULL, WELL},
		{ROW, 20, "c", "a", NULL, WELL},
		{ROW, 30, "d", "a", NULL, WATCHDOG_SCHEDULE},
		{ROW, 60, "d", "a", NULL, WATCHDOG_SCHEDULE}, /* worse than the audio */
	};

	(void)state;
	TELL(looks);
}

static void parts_have_names(void **state)
{
	(void)state;
	assert_string_equal(watchdog_part_name(WATCHDOG_AUDIO), "audio");
	assert_string_equal(watchdog_part_name(WATCHDOG_LOG), "log");
	assert_string_equal(watchdog_part_name(WATCHDOG_PARTS), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_moves_is_well),
		cmocka_unit_test(audio_that_stops),
		cmocka_unit_test(nothing_to_do_is_no_standstill),
		cmocka_unit_test(a_card_that_stalls_is_waited_for),
		cmocka_unit_test(the_timer_was_missed),
		cmocka_unit_test(parts_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
