/* SPDX-License-Identifier: MIT */
/* A log or an index that is damaged when it is opened: kept aside, told, and begun anew. */
#include <sqlite3.h>
#include <string.h>

#include "check.h"
#include "events.h"
#include "folder.h"
#include "opening.h"
#include "store.h"

static void flip(char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		bytes[i] = (char)~bytes[i];
}

#define PAGE 512 /* of a database of ours */

/* Ways in which a file can be no log any more. Each leaves it for the next opening. */
static void break_header(const struct folder *folder)
{
	size_t n;
	char *bytes = folder_read(folder, "asrun.db", &n);

	flip(bytes, 100);
	folder_write(folder, "asrun.db", bytes, n);
	free(bytes);
}

static void break_pages(const struct folder *folder)
{
	size_t n;
	char *bytes = folder_read(folder, "asrun.db", &n);

	flip(bytes + PAGE, n - PAGE);
	folder_write(folder, "asrun.db", bytes, n);
	free(bytes);
}

static void zero_the_middle(const struct folder *folder)
{
	size_t n;
	char *bytes = folder_read(folder, "asrun.db", &n);

	memset(bytes + n / 3 / PAGE * PAGE, 0, n / 3);
	folder_write(folder, "asrun.db", bytes, n);
	free(bytes);
}

/* A rollback journal of an SQLite that was cut off, as it seems: it would be played back. */
static void put_hot_journal(const struct folder *folder)
{
	static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
	static unsigned char bytes[512 + 4 * (PAGE + 8)];
	size_t n;
	char *log = folder_read(folder, "asrun.db", &n);

	assert_int_equal((unsigned char)log[16] << 8 | (unsigned char)log[17], PAGE);

	memset(bytes, 0x5a, sizeof(bytes));
	memset(bytes, 0, 512);
	memcpy(bytes, magic, sizeof(magic));
	memset(bytes + 8, 0xff, 4);		     /* as many pages as there are */
	bytes[18] = (unsigned char)(n / PAGE / 256); /* of so many before */
	bytes[19] = (unsigned char)(n / PAGE % 256);
	bytes[22] = 2;		/* sectors of 512 bytes */
	bytes[26] = PAGE / 256; /* pages */
	folder_write(folder, "asrun.db-journal", bytes, sizeof(bytes));
	log[18] = log[19] = 1; /* and no write-ahead log */
	flip(log + PAGE, n - PAGE);
	folder_write(folder, "asrun.db", log, n);
	free(log);
}

static void change_file(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void change(const struct folder *folder, const char *sql)
{
	char *path = folder_file(folder, "asrun.db");

	change_file(path, sql);
	free(path);
}

static void take_a_column(const struct folder *folder)
{
	change(folder, "ALTER TABLE event RENAME COLUMN what TO that");
}

static void take_an_index(const struct folder *folder)
{
	change(folder, "DROP INDEX event_what");
}

static void take_a_table(const struct folder *folder)
{
	change(folder, "DROP TABLE airing");
}

static void cut_in_half(const struct folder *folder)
{
	size_t n;
	char *bytes = folder_read(folder, "asrun.db", &n);

	folder_write(folder, "asrun.db", bytes, n / 2);
	free(bytes);
}

static void put_database(const struct folder *folder, const char *sql)
{
	char *path = folder_file(folder, "asrun.db");
	sqlite3 *db;

	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	free(path);
}

static void put_stranger(const struct folder *folder)
{
	put_database(folder, "CREATE TABLE other(a)");
}

static void put_numbered_stranger(const struct folder *folder)
{
	put_database(folder, "CREATE TABLE other(a); PRAGMA user_version=1");
}

/* A turned bit: the step from version 1 finds nothing to do its work on. */
static void lower_the_version(const struct folder *folder)
{
	change(folder, "PRAGMA user_version=1");
}

static const struct {
	int line;
	void (*damage)(const struct folder *folder);
} damages[] = {{ROW, break_header},	     {ROW, break_pages},      {ROW, cut_in_half},
	       {ROW, zero_the_middle},	     {ROW, put_hot_journal},  {ROW, take_a_column},
	       {ROW, take_an_index},	     {ROW, take_a_table},     {ROW, put_stranger},
	       {ROW, put_numbered_stranger}, {ROW, lower_the_version}};

static void remove_matching(const struct folder *folder, int line, const char *part)
{
	char command[256];

	snprintf(command, sizeof(command), "test -n \"$(ls %s | grep '%s')\" && rm %s/*%s*",
		 folder->path, part, folder->path, part);
	check_row_int(line, system(command), 0);
}

static void a_damaged_log_is_kept_aside_and_told(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	size_t i;

	for (i = 0; i < CHECK_COUNT(damages); i++) {
		int line = damages[i].line;
		struct store_opening opening, *found = &opening;
		struct store_verdict verdict;
		struct store *store = events_open(folder->path);

		events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
		store_free(store);
		damages[i].damage(folder);
		check_row_int(line, store_open(&options, &store, &opening, NULL, 0), 0);
		check_row(line, found->asrun_replaced);
		check_row(line, folder_has(folder, found->asrun_kept));
		check_row(line, !folder_has(folder, "asrun.db-journal"));
		check_row(line, !found->library_replaced);
		check_row_int(line, rows_of(store), 0);
		events_append_row(store, 2, EVENTS_BEGIN_US, "sang");
		check_row_int(line, store_verify(store, &verdict), 0);
		check_row(line, verdict.intact);
		store_free(store);
		remove_matching(folder, line, "asrun.db.corrupt-");
		remove_matching(folder, line, "asrun.head.corrupt-");
		remove_matching(folder, line, "asrun.db");
		remove_matching(folder, line, "asrun.head");
	}
}

/* What the head knows of and the log has no more is counted, and so is told at the start. */
static void a_tail_that_is_gone_is_counted(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	struct store_opening opening, *found = &opening;
	struct store *store = events_open(folder->path);

	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	store_free(store);
	change(folder, "DELETE FROM event WHERE number > 1; DELETE FROM airing");
	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_int_equal(found->lost, 3);
	assert_false(found->asrun_replaced);
	store_free(store);
}

/* The newest rows stand in the write-ahead log alone, and that is rubbish. */
static void a_write_ahead_log_of_rubbish_is_counted(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	struct store_opening opening, *found = &opening;
	struct store *store;
	size_t n;
	char *bytes;

	store_free(events_open(folder->path));
	assert_int_equal(in_child(append_and_die, folder), 0);
	bytes = folder_read(folder, "asrun.db-wal", &n);
	flip(bytes, n);
	folder_write(folder, "asrun.db-wal", bytes, n);
	free(bytes);
	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_int_equal(found->lost, 8);
	events_append_row(store, 3, EVENTS_BEGIN_US, "sang");
	assert_int_equal(rows_of(store), 1);
	store_free(store);
}

static void a_damaged_index_is_begun_anew(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	struct store_opening opening, *found = &opening;
	struct store *store = events_open(folder->path);

	events_append_row(store, 1, EVENTS_BEGIN_US, "sang");
	store_free(store);
	folder_write(folder, "library.db", "this is no database, whatever its name", 38);
	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_true(found->library_replaced);
	assert_false(found->asrun_replaced);
	assert_int_equal(rows_of(store), 1);
	store_free(store);
	remove_matching(folder, __LINE__, "library.db.corrupt-");
}

static void an_index_of_a_wrong_version_is_begun_anew(void **state)
{
	struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path};
	struct store_opening opening;
	struct store *store = events_open(folder->path);
	char *path = folder_file(folder, "library.db");

	store_free(store);
	change_file(path, "PRAGMA user_version=1");
	free(path);
	assert_int_equal(store_open(&options, &store, &opening, NULL, 0), 0);
	assert_true(opening.library_replaced);
	assert_false(opening.asrun_replaced);
	store_free(store);
	remove_matching(folder, __LINE__, "library.db.corrupt-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define DAMAGE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		DAMAGE_TEST(a_damaged_log_is_kept_aside_and_told),
		DAMAGE_TEST(a_tail_that_is_gone_is_counted),
		DAMAGE_TEST(a_write_ahead_log_of_rubbish_is_counted),
		DAMAGE_TEST(a_damaged_index_is_begun_anew),
		DAMAGE_TEST(an_index_of_a_wrong_version_is_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
