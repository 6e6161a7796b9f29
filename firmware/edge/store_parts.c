/* SPDX-License-Identifier: MIT */
/*
 * The log's older parts. When asrun.db has grown to a size it becomes asrun-NNNN-DATE.db, written no
 * more, and a new asrun.db goes on with the next number, on the hash of the last event: the chain
 * runs through all of them, and every part can be checked whole when it is opened.
 *
 * The change-over: the write-ahead log is played into the file and given up, so that the part is one
 * file that a reader can open in a folder which it may not write; then the file is renamed, and the
 * folder made durable; then the new one is made. A cut after any of these leaves a log that opens: an
 * asrun.db that is missing or empty goes on where the newest part ends.
 *
 * It waits for a moment in which no row is open, so that the events of a row stand in one file.
 */
#include "store_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "civil.h"

#define DAY_US (INT64_C(86400) * CIVIL_US)

/* asrun-NNNN-YYYY-MM-DD.db; 0: it is none. */
static long sequence(const char *name)
{
	unsigned number, year, month, day;
	int end = 0;

	if (sscanf(name, "asrun-%6u-%4u-%2u-%2u.db%n", &number, &year, &month, &day, &end) != 4 ||
	    end == 0 || name[end] != '\0' || strlen(name) >= STORE_PART_NAME)
		return 0;
	return (long)number;
}

static int is_part(const struct dirent *entry)
{
	return sequence(entry->d_name) > 0;
}

static int by_sequence(const struct dirent **a, const struct dirent **b)
{
	long left = sequence((*a)->d_name), right = sequence((*b)->d_name);

	return (left > right) - (left < right);
}

const struct store_part *store_part_of(const struct store *store, int64_t number)
{
	for (size_t i = 0; i < store->n_parts; i++)
		if (store->parts[i].last >= number)
			return &store->parts[i];
	return NULL;
}

int store_part_open(const struct store *store, const struct store_part *part, sqlite3 **ret)
{
	sqlite3 *db = NULL;
	char *path;
	int error = store_path(store->dir, part->name, &path);

	if (error < 0)
		return error;
	error = store_error(db, sqlite3_open_v2(path, &db,
						SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
							SQLITE_OPEN_NOFOLLOW,
						NULL));
	free(path);
	if (error == 0)
		error = store_exec(db, "PRAGMA cache_size=-256; PRAGMA temp_store=MEMORY;"
				       "PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF");
	if (error < 0) {
		sqlite3_close_v2(db);
		return error;
	}
	*ret = db;
	return 0;
}

static int take_summary(sqlite3_stmt *summary, struct store_part *part)
{
	part->last = sqlite3_column_int64(summary, 0);
	part->last_row = sqlite3_column_int64(summary, 2);
	part->planned_from_us = sqlite3_column_int64(summary, 3);
	part->planned_until_us = sqlite3_column_int64(summary, 4);
	part->real_us = sqlite3_column_int64(summary, 5);
	part->time_until_us = sqlite3_column_int64(summary, 6);
	part->pauses = sqlite3_column_int(summary, 7);
	/* One of another length: the proof will name it. */
	return store_column_hash(summary, 1, part->hash) == -ENOMEM ? -ENOMEM : 0;
}

/* What a query needs to know before it opens the file. */
static int summarise(sqlite3 *db, struct store_part *part)
{
	static const char sql[] =
		"SELECT number, hash, (SELECT max(row) FROM airing),"
		" (SELECT min(planned) FROM airing), (SELECT max(planned) FROM airing),"
		" (SELECT time FROM event WHERE mode = 0 AND kind <> 1 AND clock <> 0"
		"  ORDER BY time DESC LIMIT 1),"
		" max(coalesce((SELECT time FROM event WHERE mode = 0 AND kind <> 1"
		"  ORDER BY time DESC LIMIT 1), 0),"
		"  coalesce((SELECT time FROM event WHERE mode = 1 AND kind <> 1"
		"  ORDER BY time DESC LIMIT 1), 0)),"
		" EXISTS (SELECT 1 FROM event WHERE what IN ('pause', 'unpause') AND what <> '')"
		" FROM event ORDER BY number DESC LIMIT 1";
	sqlite3_stmt *summary;
	int code, error = store_prepare(db, sql, &summary);

	if (error < 0)
		return error;
	code = sqlite3_step(summary);
	error = code == SQLITE_DONE ? -EBADMSG : store_error(db, code);
	if (code == SQLITE_ROW)
		error = take_summary(summary, part);
	sqlite3_finalize(summary);
	return error;
}

static int add_part(struct store *store, const char *name)
{
	struct store_part part = {.sequence = sequence(name)};
	struct store_part *parts =
		reallocarray(store->parts, store->n_parts + 1, sizeof(*store->parts));
	sqlite3 *db;
	int error;

	if (!parts)
		return -ENOMEM;
	store->parts = parts;
	snprintf(part.name, sizeof(part.name), "%s", name);
	error = store_part_open(store, &part, &db);
	if (error < 0)
		return error;
	error = summarise(db, &part);
	sqlite3_close_v2(db);
	if (error == 0)
		store->parts[store->n_parts++] = part;
	return error;
}

/* One that cannot be read is left where it is; the proof then shows that its events are missing. */
int store_parts_find(struct store *store, char *ret_bad)
{
	struct dirent **entries = NULL;
	int n = scandir(store->dir, &entries, is_part, by_sequence), error = 0;

	for (int i = 0; i < n; i++) {
		int one = error == 0 ? add_part(store, entries[i]->d_name) : 0;

		if (one == -ENOMEM)
			error = one;
		else if (one < 0 && ret_bad)
			snprintf(ret_bad, STORE_KEPT_NAME, "%.63s", entries[i]->d_name);
		if (sequence(entries[i]->d_name) > store->sequence)
			store->sequence = sequence(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return n < 0 && errno == ENOMEM ? -ENOMEM : error;
}

/* An asrun.db without events goes on where the newest part ends. */
void store_parts_go_on(struct store *store)
{
	const struct store_part *newest;

	if (store->number > 0 || store->n_parts == 0)
		return;
	newest = &store->parts[store->n_parts - 1];
	store->number = newest->last;
	memcpy(store->hash, newest->hash, sizeof(store->hash));
}

/* The columns of a statement that gives one row of numbers. */
static int read_two(sqlite3 *db, const char *sql, int64_t *ret_a, int64_t *ret_b)
{
	sqlite3_stmt *statement;
	int code, error = store_prepare(db, sql, &statement);

	if (error < 0)
		return error;
	code = sqlite3_step(statement);
	error = store_error(db, code);
	if (error == 0) {
		*ret_a = sqlite3_column_int64(statement, 0);
		*ret_b = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return error;
}

bool store_part_is_due(struct store *store)
{
	int64_t pages = 0, page_bytes = 0, open = 1, none;

	if (read_two(store->asrun,
		     "SELECT c.page_count, s.page_size"
		     " FROM pragma_page_count c, pragma_page_size s",
		     &pages, &page_bytes) < 0 ||
	    pages * page_bytes < store->part_bytes)
		return false;
	return read_two(store->asrun,
			"SELECT EXISTS (SELECT 1 FROM airing WHERE closed IS NULL), 0", &open,
			&none) == 0 &&
	       !open;
}

/* All of it in the one file, and that durable. */
static int close_part(struct store *store)
{
	int error;

	store_asrun_end(store);
	error = store_exec(store->asrun, "PRAGMA wal_checkpoint(TRUNCATE);"
					 "PRAGMA journal_mode=DELETE");
	if (error == 0) {
		sqlite3_close_v2(store->asrun);
		store->asrun = NULL;
	}
	return error;
}

static int give_name(struct store *store, const char *name)
{
	int dir = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (dir < 0)
		return -errno;
	if (renameat2(dir, store_asrun_file.name, dir, name, RENAME_NOREPLACE) < 0 ||
	    fchmodat(dir, name, 0440, 0) < 0 || fsync(dir) < 0)
		error = -errno;
	close(dir);
	return error;
}

/*
 * If it fails halfway there is no asrun.db any more, or one that is not open: the next append opens
 * it, as a start would.
 */
int store_part_begin(struct store *store, int64_t now_us)
{
	char date[16], name[STORE_PART_NAME];
	int error;

	civil_print_date(date, sizeof(date), (int32_t)(now_us > 0 ? now_us / DAY_US : 0));
	snprintf(name, sizeof(name), "asrun-%04ld-%.10s.db", store->sequence + 1, date);
	error = close_part(store);
	if (error == 0)
		error = give_name(store, name);
	store_file_abandon(store->asrun);
	store->asrun = NULL;
	if (error < 0)
		return error;
	store->sequence++;
	return add_part(store, name);
}
