/* SPDX-License-Identifier: MIT */
/* How long somebody who guesses has to wait. */
#include <stdio.h>
#include <stdlib.h>

#include "backoff.h"
#include "check.h"

#define SECOND INT64_C(1000000)

static struct backoff *table(void)
{
	struct backoff *backoff = calloc(1, sizeof(*backoff));

	assert_non_null(backoff);
	backoff->most_us = 300 * SECOND;
	return backoff;
}

static void mistakes_are_free_guesses_are_not(void **state)
{
	struct backoff *backoff = table();
	int64_t now = 1000 * SECOND, waited = 0;

	(void)state;
	for (int i = 0; i < BACKOFF_FREE; i++) {
		assert_int_equal(backoff_wait(backoff, "a", now), 0);
		backoff_failed(backoff, "a", now);
	}
	for (int i = 0; i < 20; i++) {
		int64_t wait = backoff_wait(backoff, "a", now);

		assert_true(wait >= waited && wait > 0 && wait <= 300 * SECOND);
		assert_int_equal(backoff_wait(backoff, "a", now + wait - 1), 1);
		now += wait;
		assert_int_equal(backoff_wait(backoff, "a", now), 0);
		backoff_failed(backoff, "a", now);
		waited = wait;
	}
	assert_int_equal(waited, 300 * SECOND);
	assert_int_equal(backoff_wait(backoff, "b", now), 0);
	backoff_succeeded(backoff, "a");
	assert_int_equal(backoff_wait(backoff, "a", now), 0);
	free(backoff);
}

static void quiet_is_forgotten(void **state)
{
	struct backoff *backoff = table();

	(void)state;
	for (int i = 0; i < 12; i++)
		backoff_failed(backoff, "a", SECOND);
	assert_true(backoff_wait(backoff, "a", SECOND) > 0);
	assert_int_equal(backoff_wait(backoff, "a", SECOND + BACKOFF_FORGET_US), 0);
	backoff_failed(backoff, "a", SECOND + BACKOFF_FORGET_US);
	assert_int_equal(backoff_wait(backoff, "a", SECOND + BACKOFF_FORGET_US), 0);
	free(backoff);
}

/* Many addresses push the oldest out, never the one that guesses now. */
static void a_full_table_keeps_the_newest(void **state)
{
	struct backoff *backoff = table();
	char key[32];

	(void)state;
	for (int i = 0; i < 3 * BACKOFF_KEYS; i++) {
		snprintf(key, sizeof(key), "address %d", i);
		backoff_failed(backoff, key, i * SECOND);
		for (int k = 0; k <= BACKOFF_FREE; k++)
			backoff_failed(backoff, "guesser", i * SECOND);
		assert_true(backoff_wait(backoff, "guesser", i * SECOND) > 0);
	}
	free(backoff);
}

/* A key longer than its place is one key with those that begin alike, not another entry each time. */
static void long_keys(void **state)
{
	struct backoff *backoff = table();
	char key[200];

	(void)state;
	memset(key, 'x', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	for (int i = 0; i <= BACKOFF_FREE; i++) {
		key[150] = (char)('a' + i);
		backoff_failed(backoff, key, SECOND);
	}
	assert_true(backoff_wait(backoff, key, SECOND) > 0);
	free(backoff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_free_guesses_are_not),
		cmocka_unit_test(quiet_is_forgotten),
		cmocka_unit_test(a_full_table_keeps_the_newest),
		cmocka_unit_test(long_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
