/* SPDX-License-Identifier: MIT */
/* The lives of clips are read from the log, kept, and made again where they are lost. */
#include "events.h"
#include "folder.h"

#include <sqlite3.h>

static void append(struct store *store, const struct asrun_event *event)
{
	assert_int_equal(store_append(store, &event, 1), 0);
}

static void say(struct store *store, const char *what, const char *who, const char *why)
{
	struct asrun_event event = {.kind = ASRUN_NOTE, .time_us = EVENTS_BEGIN_US};

	snprintf(event.what, sizeof(event.what), "%s", what);
	snprintf(event.who, sizeof(event.who), "%s", who);
	snprintf(event.why, sizeof(event.why), "%s", why);
	append(store, &event);
}

static void approve(struct store *store, const char *name, const char *who)
{
	char why[LIMIT_WHY];
	uint8_t sha256[32];

	memset(sha256, 7, sizeof(sha256));
	life_print_approved(why, sizeof(why), name, sha256, "");
	say(store, "clip-approve", who, why);
}

static void play(struct store *store, int64_t row, const char *clip)
{
	struct asrun_event opened = event_opened(row, EVENTS_BEGIN_US + row, "sang");
	struct asrun_event item = event_item(row, EVENTS_BEGIN_US + row * 60000000, 0, clip);
	struct asrun_event closed =
		event_closed(row, EVENTS_BEGIN_US + row * 60000000, OUTCOME_PLAYED);

	append(store, &opened);
	append(store, &item);
	append(store, &closed);
}

static int put(void *context, const struct life *life)
{
	return lives_put(context, life);
}

static struct lives read_all(struct store *store)
{
	struct lives lives = {0};

	assert_int_equal(store_lives(store, put, &lives), 0);
	return lives;
}

/* What is told after two plays of a, an approval of a and a draft b. */
static void check_told(struct store *store, int64_t times)
{
	struct lives lives = read_all(store);
	const struct life *a = lives_find(&lives, "a"), *b = lives_find(&lives, "b");
	uint8_t sha256[32];

	memset(sha256, 7, sizeof(sha256));
	assert_non_null(a);
	assert_int_equal(a->aired[ASRUN_REAL].times, times);
	assert_true(life_approves(a, sha256));
	assert_string_equal(a->approved_by, "Chủ tịch");
	assert_non_null(b);
	assert_true(b->draft);
	assert_string_equal(b->title, "Bản nháp");
	lives_done(&lives);
}

static void tell(struct store *store)
{
	play(store, 1, "a");
	approve(store, "a", "Chủ tịch");
	say(store, "clip-say", "An", "b: Bản nháp");
	play(store, 2, "a");
}

static void the_log_tells_of_clips(void **state)
{
	const struct folder *folder = *state;
	struct store *store = events_open(folder->path);

	tell(store);
	check_told(store, 2);
	check_told(store, 2); /* reading counts nothing twice */
	store_free(store);
	store = events_open(folder->path);
	check_told(store, 2);
	/* past what is left to be read at one time */
	for (int64_t row = 3; row < 60; row++)
		play(store, row, "a");
	check_told(store, 59);
	store_free(store);
	store = events_open(folder->path);
	check_told(store, 59);
	store_free(store);
}

static void a_lost_index_is_filled_again(void **state)
{
	const struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	char *file = folder_file(folder, "library.db");

	tell(store);
	store_free(store);
	assert_int_equal(unlink(file), 0);
	store = events_open(folder->path);
	check_told(store, 2);
	store_free(store);
	free(file);
}

/* What people said stays; what was played is what the log tells, and no more. */
static void a_lost_log_loses_no_approval(void **state)
{
	const struct folder *folder = *state;
	struct store *store = events_open(folder->path);
	char *file = folder_file(folder, "asrun.db"), *head = folder_file(folder, "asrun.head");

	tell(store);
	store_free(store);
	store = events_open(folder->path);
	check_told(store, 2);
	store_free(store);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(unlink(head), 0);
	store = events_open(folder->path);
	check_told(store, 0);
	play(store, 1, "a");
	check_told(store, 1);
	store_free(store);
	/* a log that has grown past the lost one is not taken for it */
	store = events_open(folder->path);
	for (int64_t row = 2; row < 9; row++)
		play(store, row, "a");
	store_free(store);
	store = events_open(folder->path);
	check_told(store, 8);
	store_free(store);
	free(file);
	free(head);
}

static void reading_alone_tells_the_same(void **state)
{
	const struct folder *folder = *state;
	struct store_options options = {.state_dir = folder->path, .read_only = true};
	struct store *store = events_open(folder->path);

	tell(store);
	store_free(store);
	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	check_told(store, 2);
	store_free(store);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static int take_clip(void *context, const struct store_clip *clip)
{
	*(struct store_clip *)context = *clip;
	return 0;
}

/* A library.db of the first version, with a clip in it. */
static void an_old_index_is_brought_up(void **state)
{
	const struct folder *folder = *state;
	char *file = folder_file(folder, "library.db");
	struct store_clip clip = {0};
	struct store *store;

	run_sql(file, "CREATE TABLE clip("
		      " name TEXT PRIMARY KEY, title TEXT NOT NULL, sha256 BLOB NOT NULL,"
		      " size INTEGER NOT NULL, mtime INTEGER NOT NULL, frames INTEGER NOT NULL,"
		      " rate INTEGER NOT NULL, channels INTEGER NOT NULL,"
		      " lufs REAL NOT NULL, peak REAL NOT NULL,"
		      " gain REAL NOT NULL, out_lufs REAL NOT NULL, out_peak REAL NOT NULL,"
		      " settings TEXT NOT NULL, added INTEGER NOT NULL, added_by TEXT NOT NULL"
		      ") STRICT, WITHOUT ROWID;"
		      "INSERT INTO clip VALUES('a', 'A', zeroblob(32), 1, 2, 3, 44100, 1,"
		      " -20.0, -3.0, 4.0, -16.0, -1.0, 's', 5, 'An');"
		      "PRAGMA application_id=0x4c6f614c; PRAGMA user_version=1;");
	store = events_open(folder->path);
	tell(store);
	check_told(store, 2);
	assert_int_equal(store_clips(store, take_clip, &clip), 0);
	assert_string_equal(clip.title, "A");
	assert_int_equal(clip.rate_hz, 44100);
	assert_string_equal(clip.added_by, "An");
	assert_false(clip.draft);
	store_free(store);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define LIFE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		LIFE_TEST(the_log_tells_of_clips),	 LIFE_TEST(a_lost_index_is_filled_again),
		LIFE_TEST(a_lost_log_loses_no_approval), LIFE_TEST(reading_alone_tells_the_same),
		LIFE_TEST(an_old_index_is_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
