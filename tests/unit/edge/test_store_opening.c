/* SPDX-License-Identifier: MIT */
/* What happens when a store is opened: other processes, damage, newer versions, faulty disks. */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "opening.h"
#include "store.h"

static int open_is_busy(const struct folder *folder)
{
	struct store_options options = {.state_dir = folder->path};
	struct store *store;
	char why[256] = "";

	if (store_open(&options, &store, NULL, why, sizeof(why)) != -EBUSY || !*why)
		return 1;
	options.read_only = true;
	return store_open(&options, &store, NULL, NULL, 0) == -EBUSY ? 0 : 2;
}

static void only_one_process_may_have_it(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);

	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	assert_int_equal(in_child(open_is_busy, folder), 0);
	events_append_row(store, 2, EVENTS_BEGIN_US, "sang");
	store_free(store);
	store = events_open(folder->path);
	assert_int_equal(rows_of(store), 2);
	store_free(store);
}

static void reading_makes_nothing(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path, .read_only = true};
	struct store *store;
	struct asrun_event event = event_note(EVENTS_BEGIN_US, "start");
	const struct asrun_event *one = &event;

	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), -ENOENT);
	assert_false(folder_has(folder, "asrun.db"));
	assert_false(folder_has(folder, "asrun.head"));
	store_free(events_open(folder->path));
	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	assert_int_equal(store_append(store, &one, 1), -EROFS);
	store_free(store);
}

/* As nobody, in a folder in which nobody may write. */
static int read_as_nobody(const struct folder *folder)
{
	struct store_options options = {.state_dir = folder->path, .read_only = true};
	struct store_verdict verdict;
	struct store *store;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 1;
	if (store_open(&options, &store, NULL, NULL, 0) < 0)
		return 2;
	if (store_verify(store, &verdict) < 0 || !verdict.intact || verdict.events != 8)
		return 3;
	store_free(store);
	return 0;
}

static void a_folder_that_cannot_be_written_is_read_whole(void **state)
{
	struct folder *folder = *state;

	assert_int_equal(in_child(append_and_die, folder), 0);
	assert_true(folder_has(folder, "asrun.db-wal"));
	assert_int_equal(chmod(folder->path, 0555), 0);
	assert_int_equal(in_child(read_as_nobody, folder), 0);
	assert_int_equal(chmod(folder->path, 0755), 0);
}

static void a_newer_version_is_left_alone(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	char *path = folder_file(folder, "asrun.db"), *before, *after;
	struct store *store;
	char why[256] = "";
	size_t n_before, n_after;
	sqlite3 *db;

	store_free(events_open(folder->path));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=1000", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	before = folder_read(folder, "asrun.db", &n_before);
	assert_int_equal(store_open(&options, &store, NULL, why, sizeof(why)), -EPROTO);
	assert_non_null(strstr(why, "newer"));
	after = folder_read(folder, "asrun.db", &n_after);
	assert_int_equal(n_before, n_after);
	assert_memory_equal(before, after, n_before);
	free(before);
	free(after);
	free(path);
}

/* The log as version 1 of its tables had it, in pages of another size. */
static void make_older(const struct folder *folder)
{
	static const char sql[] = "PRAGMA journal_mode=DELETE; PRAGMA page_size=1024; VACUUM;"
				  "DROP INDEX event_time;"
				  "CREATE INDEX event_row ON event(row) WHERE row > 0;"
				  "CREATE INDEX event_time ON event(mode, time);"
				  "CREATE INDEX airing_broadcast ON airing(broadcast, row);"
				  "PRAGMA user_version=1";
	char *path = folder_file(folder, "asrun.db");
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	free(path);
}

static void an_older_log_goes_on(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	struct store_opening opening;
	struct store *store = events_open(folder->path);
	struct store_verdict verdict;

	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	events_append_row(store, 2, EVENTS_BEGIN_US, "chieu");
	store_free(store);
	make_older(folder);
	options.read_only = true;
	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	assert_int_equal(rows_of(store), 2);
	store_free(store);
	options.read_only = false;
	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_false(opening.asrun_replaced);
	events_append_row(store, 3, EVENTS_BEGIN_US, "sang");
	assert_int_equal(rows_of(store), 3);
	assert_int_equal(store_verify(store, &verdict), 0);
	assert_true(verdict.intact);
	assert_int_equal(verdict.events, 12);
	store_free(store);
}

static int append_one(struct store *store, int64_t row)
{
	struct asrun_event event = event_missed(row, EVENTS_BEGIN_US, "sang");
	const struct asrun_event *one = &event;

	return store_append(store, &one, 1);
}

/* No file may grow, as on a full disk; then there is room again. */
static int fill_up(const struct folder *folder)
{
	struct store *store = events_open(folder->path);
	struct rlimit before, full;
	struct store_verdict verdict;
	int64_t row = 1, kept;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	full = before;
	full.rlim_cur = 200000;
	setrlimit(RLIMIT_FSIZE, &full);
	while (append_one(store, row) == 0)
		if (++row > 5000)
			return 1;
	kept = row - 1;
	if (append_one(store, row) != -ENOSPC || rows_of(store) != kept)
		return 2;
	setrlimit(RLIMIT_FSIZE, &before);
	if (append_one(store, row) != 0 || rows_of(store) != kept + 1)
		return 3;
	if (store_verify(store, &verdict) < 0 || !verdict.intact || verdict.events != row)
		return 4;
	store_free(store);
	return 0;
}

static void a_full_disk_loses_nothing_that_was_written(void **state)
{
	struct folder *folder = *state;

	assert_int_equal(in_child(fill_up, folder), 0);
}

/* Stands before the C library's, also for SQLite: a disk that refuses to make anything durable. */
static bool sync_fails;

__attribute__((visibility("default"))) int fdatasync(int fd)
{
	if (!sync_fails)
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}

static void a_sync_that_fails_is_told_and_passes(void **state)
{
	struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	struct store_verdict verdict;

	assert_int_equal(append_one(store, 1), 0);
	sync_fails = true;
	assert_int_equal(append_one(store, 2), -EIO);
	sync_fails = false;
	assert_int_equal(append_one(store, 2), 0);
	assert_int_equal(store_verify(store, &verdict), 0);
	assert_true(verdict.intact);
	assert_int_equal(verdict.events, 2);
	assert_int_equal(rows_of(store), 2);
	store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OPENING_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		OPENING_TEST(only_one_process_may_have_it),
		OPENING_TEST(reading_makes_nothing),
		OPENING_TEST(a_folder_that_cannot_be_written_is_read_whole),
		OPENING_TEST(a_newer_version_is_left_alone),
		OPENING_TEST(an_older_log_goes_on),
		OPENING_TEST(a_full_disk_loses_nothing_that_was_written),
		OPENING_TEST(a_sync_that_fails_is_told_and_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
