/* SPDX-License-Identifier: MIT */
/* How long a session lasts, whatever is done to the clock. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "account.h"
#include "check.h"

#define MINUTE INT64_C(60000000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define NOW    (INT64_C(1717195500) * 1000000) /* 2024-06-01 */

static char path[] = "/tmp/loaphuong-account-XXXXXX/console.db";

static int make_folder(void **state)
{
	char *slash = strrchr(path, '/');

	(void)state;
	*slash = '\0';
	assert_non_null(mkdtemp(path));
	*slash = '/';
	return 0;
}

static void remove_file(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char name[sizeof(path) + 8];

	for (size_t i = 0; i < CHECK_COUNT(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

static int remove_folder(void **state)
{
	(void)state;
	*strrchr(path, '/') = '\0';
	return rmdir(path);
}

/* Signed in at the first instant, seen at the others. */
struct life {
	int line;
	struct account_now begun, seen[3];
	bool lasts[3];
};

static void check_life(const struct life *life)
{
	struct account account = {.name = "Lan", .role = ROLE_OPERATOR, .stored = "x"};
	struct account_session session;
	struct accounts *accounts = NULL;
	char token[ACCOUNT_TOKEN], again[ACCOUNT_TOKEN];

	assert_int_equal(accounts_open(path, &accounts), 0);
	assert_int_equal(account_set(accounts, &account), 0);
	assert_int_equal(account_login(accounts, &account, &life->begun, token), 0);
	for (size_t i = 0; i < CHECK_COUNT(life->seen) && life->seen[i].boot; i++) {
		bool lasts = account_session(accounts, token, &life->seen[i], &session) == 0;

		check_row_int(life->line, lasts, life->lasts[i]);
		if (lasts) /* somebody else signs in: what is over is swept, this is not */
			check_row_int(life->line,
				      account_login(accounts, &account, &life->seen[i], again), 0);
		check_row_int(life->line,
			      account_session(accounts, token, &life->seen[i], &session) == 0,
			      life->lasts[i]);
		if (lasts)
			check_row(life->line,
				  account_session_lasts(accounts, session.id, &life->seen[i]));
	}
	accounts_close(accounts);
	remove_file();
}

static void lives(void **state)
{
	static const struct life rows[] = {
		/* the clock goes as it should */
		{ROW,
		 {NOW, 0, "a"},
		 {{NOW + 11 * HOUR, 11 * HOUR, "a"}, {NOW + 22 * HOUR, 22 * HOUR, "a"}},
		 {true, true}},
		{ROW, {NOW, 0, "a"}, {{NOW + 12 * HOUR, 12 * HOUR, "a"}}, {false}},
		/* from 1970, and from a saved time: it is the same boot */
		{ROW,
		 {MINUTE, MINUTE, "a"},
		 {{2 * MINUTE, 2 * MINUTE, "a"},
		  {NOW, 3 * MINUTE, "a"},
		  {NOW + 11 * HOUR, 11 * HOUR, "a"}},
		 {true, true, true}},
		{ROW,
		 {NOW - 300 * DAY, MINUTE, "a"},
		 {{NOW, 2 * MINUTE, "a"}, {NOW + 12 * HOUR, 2 * MINUTE + 12 * HOUR, "a"}},
		 {true, false}},
		/* set back, and then not used: no longer than by a clock that is right */
		{ROW, {NOW, 0, "a"}, {{NOW - 300 * DAY, 12 * HOUR, "a"}}, {false}},
		/* over a boot by the clock */
		{ROW, {NOW, 5 * DAY, "a"}, {{NOW + 11 * HOUR, MINUTE, "b"}}, {true}},
		{ROW, {NOW, 5 * DAY, "a"}, {{NOW + 13 * HOUR, 6 * DAY, "b"}}, {false}},
		/* which is behind at first; used in this boot, begun in the one before */
		{ROW,
		 {NOW, 5 * DAY, "a"},
		 {{MINUTE, MINUTE, "b"},
		  {NOW + DAY, 2 * MINUTE, "b"},
		  {NOW + 7 * DAY, 3 * MINUTE, "b"}},
		 {true, true, false}},
		{ROW,
		 {NOW, 5 * DAY, "a"},
		 {{MINUTE, MINUTE, "b"}, {NOW, MINUTE + 12 * HOUR, "b"}},
		 {true, false}},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_life(&rows[i]);
}

static void seven_days(void **state)
{
	struct account account = {.name = "Lan", .role = ROLE_OPERATOR, .stored = "x"};
	struct account_now now = {MINUTE, MINUTE, "a"};
	struct account_session session;
	struct accounts *accounts = NULL;
	char token[ACCOUNT_TOKEN];

	(void)state;
	assert_int_equal(accounts_open(path, &accounts), 0);
	assert_int_equal(account_set(accounts, &account), 0);
	assert_int_equal(account_login(accounts, &account, &now, token), 0);
	for (int hours = 6; hours < 7 * 24; hours += 6) {
		now = (struct account_now){NOW + hours * HOUR, MINUTE + hours * HOUR, "a"};
		assert_int_equal(account_session(accounts, token, &now, &session), 0);
	}
	now.boot_us = MINUTE + 7 * DAY;
	assert_int_equal(account_session(accounts, token, &now, &session), -ENOENT);
	accounts_close(accounts);
	remove_file();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives),
		cmocka_unit_test(seven_days),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
