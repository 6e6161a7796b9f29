/* SPDX-License-Identifier: MIT */
/* The chain: what was done to a log behind the station's back shows, and a crash loses nothing. */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "store.h"

/* Five rows of four events: numbers 1 to 20. */
static void write_twenty(const struct folder *folder)
{
	struct store *store = events_open(folder->path);
	int64_t row;

	for (row = 1; row <= 5; row++)
		events_append_row(store, row, EVENTS_BEGIN_US + row * 1000000, "sang");
	store_free(store);
}

static void change(const struct folder *folder, const char *sql)
{
	char *path = folder_file(folder, "asrun.db");
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	free(path);
}

static struct store_verdict verdict_of(const struct folder *folder)
{
	struct store_options options = {.state_dir = folder->path, .read_only = true};
	struct store_verdict verdict = {0};
	struct store *store;

	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	assert_int_equal(store_verify(store, &verdict), 0);
	store_free(store);
	return verdict;
}

static void clear(const struct folder *folder)
{
	static const char *const names[] = {"asrun.db", "asrun.db-wal", "asrun.head", "library.db"};
	size_t i;

	for (i = 0; i < CHECK_COUNT(names); i++) {
		char *path = folder_file(folder, names[i]);

		unlink(path);
		free(path);
	}
}

static const struct {
	int line;
	const char *sql;
	enum store_problem problem;
	int64_t first_bad;
} changes[] = {
	{ROW, "SELECT 1", VERIFY_OK, 0},
	{ROW, "UPDATE event SET text = replace(text, 'played', 'failed') WHERE number = 8",
	 VERIFY_ALTERED, 8},
	{ROW, "UPDATE event SET text = replace(text, 'goi-111', 'goi-112') WHERE number = 1",
	 VERIFY_ALTERED, 1},
	{ROW, "UPDATE event SET hash = zeroblob(32) WHERE number = 11", VERIFY_ALTERED, 11},
	{ROW, "UPDATE event SET hash = x'00' WHERE number = 11", VERIFY_ALTERED, 11},
	{ROW, "DELETE FROM event WHERE number = 7", VERIFY_REMOVED, 7},
	{ROW, "DELETE FROM event WHERE number = 1", VERIFY_REMOVED, 1},
	{ROW, "DELETE FROM event WHERE number BETWEEN 5 AND 8", VERIFY_REMOVED, 5},
	{ROW, "DELETE FROM event WHERE number > 17", VERIFY_TAIL_MISSING, 18},
	{ROW, "DELETE FROM event", VERIFY_TAIL_MISSING, 1},
	{ROW,
	 "UPDATE event SET number = -1 WHERE number = 6;"
	 "UPDATE event SET number = 6 WHERE number = 7;"
	 "UPDATE event SET number = 7 WHERE number = -1",
	 VERIFY_REORDERED, 6},
	{ROW,
	 "CREATE TEMP TABLE t AS SELECT text FROM event WHERE number = 9;"
	 "UPDATE event SET text = (SELECT text FROM event WHERE number = 13) WHERE number = 9;"
	 "UPDATE event SET text = (SELECT text FROM t) WHERE number = 13",
	 VERIFY_REORDERED, 9},
	/* The tables by which people find a row must not hide it or move it. */
	{ROW, "UPDATE event SET row = 2 WHERE number = 16", VERIFY_ALTERED, 16},
	{ROW, "UPDATE event SET mode = 1 WHERE number = 4", VERIFY_ALTERED, 4},
	{ROW, "UPDATE event SET time = 1 WHERE number = 20", VERIFY_ALTERED, 20},
	{ROW, "UPDATE airing SET planned = 1 WHERE row = 3", VERIFY_ALTERED, 9},
	{ROW, "UPDATE airing SET broadcast = 'x' WHERE row = 3", VERIFY_ALTERED, 9},
	{ROW, "UPDATE airing SET closed = NULL WHERE row = 3", VERIFY_ALTERED, 12},
	{ROW, "DELETE FROM airing WHERE row = 3", VERIFY_ALTERED, 9},
	{ROW, "UPDATE airing SET closed = 3 WHERE row = 1", VERIFY_ALTERED, 1},
	{ROW, "INSERT INTO airing VALUES(9, 0, 0, '', '', 15, NULL)", VERIFY_ALTERED, 15},
};

static void every_manipulation_shows(void **state)
{
	struct folder *folder = *state;
	size_t i;

	for (i = 0; i < CHECK_COUNT(changes); i++) {
		struct store_verdict verdict;

		write_twenty(folder);
		change(folder, changes[i].sql);
		verdict = verdict_of(folder);
		check_row_int(changes[i].line, verdict.problem, changes[i].problem);
		check_row_int(changes[i].line, verdict.first_bad, changes[i].first_bad);
		check_row_int(changes[i].line, verdict.intact, changes[i].problem == VERIFY_OK);
		clear(folder);
	}
}

static void a_proof_counts_what_it_proved(void **state)
{
	struct folder *folder = *state;
	struct store_verdict verdict;
	struct store_newest newest;
	struct store *store;

	write_twenty(folder);
	verdict = verdict_of(folder);
	store = events_open(folder->path);
	assert_int_equal(store_newest(store, &newest), 0);
	assert_int_equal(verdict.events, 20);
	assert_memory_equal(verdict.head, newest.head, sizeof(newest.head));
	store_free(store);
}

/* An altered log with all its hashes made anew is a chain of its own; the head knows better. */
static void a_chain_that_was_made_anew_shows(void **state)
{
	struct folder *folder = *state;
	struct store_verdict verdict;
	struct store *store;
	size_t n;
	char *head;
	int64_t row;

	write_twenty(folder);
	head = folder_read(folder, "asrun.head", &n);
	clear(folder);
	store = events_open(folder->path);
	for (row = 1; row <= 5; row++)
		events_append_row(store, row, EVENTS_BEGIN_US + row * 2000000, "sang");
	store_free(store);
	folder_write(folder, "asrun.head", head, n);
	free(head);
	verdict = verdict_of(folder);
	assert_int_equal(verdict.problem, VERIFY_ALTERED);
	assert_int_equal(verdict.first_bad, 20);
}

/* A cut between the commit and the head: the head is older, and on the chain. */
static void a_head_that_lags_behind_is_no_fault(void **state)
{
	struct folder *folder = *state;
	struct store_verdict verdict;
	struct store *store;
	size_t n;
	char *head;

	write_twenty(folder);
	head = folder_read(folder, "asrun.head", &n);
	store = events_open(folder->path);
	events_append_row(store, 6, EVENTS_BEGIN_US, "sang");
	store_free(store);
	folder_write(folder, "asrun.head", head, n);
	free(head);
	verdict = verdict_of(folder);
	assert_int_equal(verdict.problem, VERIFY_OK);
	assert_int_equal(verdict.events, 24);
}

/* Either half of the head may be torn by a cut; the other one still stands for all but the last. */
static void a_torn_head_is_half_a_head(void **state)
{
	struct folder *folder = *state;
	size_t n, half;
	char *head;

	write_twenty(folder);
	head = folder_read(folder, "asrun.head", &n);
	for (half = 0; half < 2; half++) {
		head[half * 4096 + 20] ^= 1;
		folder_write(folder, "asrun.head", head, n);
		assert_int_equal(verdict_of(folder).problem, VERIFY_OK);
		head[half * 4096 + 20] ^= 1;
	}
	head[20] ^= 1;
	head[4096 + 20] ^= 1;
	folder_write(folder, "asrun.head", head, n);
	assert_int_equal(verdict_of(folder).problem, VERIFY_HEAD_MISSING);
	free(head);
}

static void a_missing_head_is_told_at_opening(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	char *path = folder_file(folder, "asrun.head");
	struct store_opening opening;
	struct store *store;

	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_false(opening.head_missing);
	store_free(store);
	write_twenty(folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(verdict_of(folder).problem, VERIFY_HEAD_MISSING);
	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_true(opening.head_missing);
	store_free(store);
	assert_int_equal(verdict_of(folder).problem, VERIFY_OK);
	free(path);
}

/* What is written after a tail was lost must not cover up the loss. */
static void a_lost_tail_shows_for_ever(void **state)
{
	struct folder *folder = *state;
	struct store_verdict verdict;
	struct store *store;

	write_twenty(folder);
	change(folder, "DELETE FROM event WHERE number > 16; DELETE FROM airing WHERE row = 5");
	assert_int_equal(verdict_of(folder).problem, VERIFY_TAIL_MISSING);
	store = events_open(folder->path);
	events_append_row(store, 6, EVENTS_BEGIN_US, "sang");
	store_free(store);
	verdict = verdict_of(folder);
	assert_int_equal(verdict.problem, VERIFY_REMOVED);
	assert_int_equal(verdict.first_bad, 17);
	assert_int_equal(verdict.events, 16);
}

/* An empty file is an empty log to SQLite; the head knows that there was one. */
static void an_emptied_file_shows_for_ever(void **state)
{
	struct folder *folder = *state;
	struct store_verdict verdict;
	struct store *store;

	write_twenty(folder);
	folder_write(folder, "asrun.db", "", 0);
	store = events_open(folder->path);
	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	store_free(store);
	verdict = verdict_of(folder);
	assert_int_equal(verdict.problem, VERIFY_REMOVED);
	assert_int_equal(verdict.first_bad, 1);
}

/* Appends for ever, and says on the pipe how many rows were acknowledged. */
static void append_until_killed(const struct folder *folder, int pipe)
{
	struct store *store = events_open(folder->path);
	struct store_newest newest;
	int64_t row;

	if (store_newest(store, &newest) < 0)
		_exit(1);
	for (row = newest.row + 1;; row++) {
		events_append_row(store, row, EVENTS_BEGIN_US + row, "sang");
		if (write(pipe, &row, sizeof(row)) != sizeof(row))
			_exit(1);
	}
}

static int64_t kill_at_random(const struct folder *folder, unsigned *seed)
{
	int ends[2], status;
	int64_t row, acknowledged = 0;
	int left = rand_r(seed) % 12;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		append_until_killed(folder, ends[1]);
	}
	close(ends[1]);
	while (left-- > 0 && read(ends[0], &row, sizeof(row)) == sizeof(row))
		acknowledged = row;
	nanosleep(&(struct timespec){.tv_nsec = rand_r(seed) % 3000000}, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	while (read(ends[0], &row, sizeof(row)) == sizeof(row))
		acknowledged = row;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	return acknowledged;
}

static void a_killed_writer_loses_nothing_it_acknowledged(void **state)
{
	struct folder *folder = *state;
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	int64_t acknowledged = 0;
	int round;

	print_message("SEED=%u\n", seed);
	for (round = 0; round < 12; round++) {
		int64_t more = kill_at_random(folder, &seed);
		struct store *store = events_open(folder->path);
		struct store_verdict verdict;
		struct store_newest newest;

		if (more > acknowledged)
			acknowledged = more;
		assert_int_equal(store_verify(store, &verdict), 0);
		assert_int_equal(store_newest(store, &newest), 0);
		assert_true(verdict.intact);
		assert_true(verdict.events >= 4 * acknowledged);
		assert_int_equal(verdict.events, 4 * newest.row);
		store_free(store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PROOF_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		PROOF_TEST(every_manipulation_shows),
		PROOF_TEST(a_proof_counts_what_it_proved),
		PROOF_TEST(a_chain_that_was_made_anew_shows),
		PROOF_TEST(a_head_that_lags_behind_is_no_fault),
		PROOF_TEST(a_torn_head_is_half_a_head),
		PROOF_TEST(a_missing_head_is_told_at_opening),
		PROOF_TEST(a_lost_tail_shows_for_ever),
		PROOF_TEST(an_emptied_file_shows_for_ever),
		PROOF_TEST(a_killed_writer_loses_nothing_it_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
