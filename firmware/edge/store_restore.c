/* SPDX-License-Identifier: MIT */
/* What a start wants to know of the log, whichever part it stands in. */
#include "store_internal.h"

#include <errno.h>
#include <string.h>

#define RESTORE_BACK_US (INT64_C(48) * 3600 * 1000000)

/* The one number a statement gives; 0 if it gives none. */
static int first_number(sqlite3 *db, const char *sql, int mode, int64_t *ret)
{
	sqlite3_stmt *statement;
	int code, error = store_prepare(db, sql, &statement);

	if (error < 0)
		return error;
	code = store_bind_named(statement, ":mode", mode);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	error = store_error(db, code);
	if (error == 0)
		*ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return error;
}

/*
 * Nearly every event is real: the newest is found from the end of the table, for which the plus
 * keeps the index out. Of pretended ones there may be none: these are found by the index, for which
 * the other plus keeps the table's order out. The clips of a row say no more than the row itself.
 */
static int accounted_in(sqlite3 *db, int mode, int64_t *ret_us, int64_t *ret_number)
{
	static const char *const sql[] = {
		[ASRUN_REAL] =
			"SELECT accounted, number FROM event WHERE +mode = :mode AND accounted <> 0"
			" ORDER BY number DESC LIMIT 1",
		[ASRUN_PRETENDED] = "SELECT accounted, number FROM event"
				    " WHERE mode = :mode AND kind <> 1 AND accounted <> 0"
				    " ORDER BY +number DESC LIMIT 1",
	};
	sqlite3_stmt *statement;
	int code, error = store_prepare(db, sql[mode], &statement);

	if (error < 0)
		return error;
	code = store_bind_named(statement, ":mode", mode);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	error = store_error(db, code);
	if (error == 0 && code == SQLITE_ROW) {
		*ret_us = sqlite3_column_int64(statement, 0);
		*ret_number = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return error;
}

/* *ret_part: where it stands; n_parts = in the newest. */
static int newest_accounted(struct store *store, int mode, int64_t *ret_us, int64_t *ret_number,
			    size_t *ret_part)
{
	int error = accounted_in(store->asrun, mode, ret_us, ret_number);

	*ret_part = store->n_parts;
	for (size_t i = store->n_parts; i-- > 0 && error == 0 && *ret_us == 0;) {
		sqlite3 *db;

		if (store_part_open(store, &store->parts[i], &db) < 0)
			continue;
		error = accounted_in(db, mode, ret_us, ret_number);
		*ret_part = i;
		sqlite3_close_v2(db);
	}
	return error;
}

struct restoring {
	enum asrun_clock_mode mode;
	int64_t since_us, accounted_us;
	int64_t newest; /* number of the event that says accounted_us: it comes however old it is */
	store_event_fn *fn;
	void *context;
};

static int give_from(struct store *store, sqlite3 *db, const struct restoring *restoring)
{
	/* CROSS JOIN: SQLite would rather walk all events than the few rows that are asked for. */
	static const char sql[] =
		"SELECT text FROM event WHERE number IN ("
		" SELECT number FROM event WHERE mode = :mode AND kind <> 1 AND time >= :since"
		" UNION SELECT e.number FROM airing a CROSS JOIN event e ON " STORE_OF_ROW
		"  WHERE a.mode = :mode AND a.row IN ("
		"   SELECT row FROM event WHERE mode = :mode AND kind <> 1 AND time >= :since"
		"   UNION SELECT row FROM airing WHERE closed IS NULL"
		"   UNION SELECT row FROM airing WHERE planned > :accounted)"
		" UNION SELECT max(number) FROM event INDEXED BY event_what"
		"  WHERE what IN ('pause', 'unpause') AND what <> '' AND mode = :mode"
		" UNION SELECT :newest)"
		" ORDER BY number";
	sqlite3_stmt *statement;
	int code, error = store_prepare(db, sql, &statement);

	if (error < 0)
		return error;
	code = store_bind_named(statement, ":mode", (int64_t)restoring->mode);
	code |= store_bind_named(statement, ":since", restoring->since_us);
	code |= store_bind_named(statement, ":accounted", restoring->accounted_us);
	code |= store_bind_named(statement, ":newest", restoring->newest);
	if (code != SQLITE_OK) {
		sqlite3_finalize(statement);
		return -ENOMEM;
	}
	return store_give_events(store, statement, restoring->fn, restoring->context);
}

/* A part that cannot be read is passed over: the station has to start, and the proof will name it. */
int store_restore(struct store *store, enum asrun_clock_mode mode, int64_t now_us,
		  store_event_fn *fn, void *context)
{
	struct restoring restoring = {mode, now_us - RESTORE_BACK_US, 0, 0, fn, context};
	int64_t newest = 0;
	size_t newest_part;
	int error;

	if (!store->asrun)
		return -EBADMSG;
	error = newest_accounted(store, (int)mode, &restoring.accounted_us, &newest, &newest_part);
	for (size_t i = 0; i < store->n_parts && error == 0; i++) {
		const struct store_part *part = &store->parts[i];
		sqlite3 *db;

		restoring.newest = i == newest_part ? newest : 0;
		if ((part->time_until_us < restoring.since_us && !part->pauses &&
		     part->planned_until_us <= restoring.accounted_us && !restoring.newest) ||
		    store_part_open(store, part, &db) < 0)
			continue;
		error = give_from(store, db, &restoring);
		sqlite3_close_v2(db);
	}
	restoring.newest = newest_part == store->n_parts ? newest : 0;
	return error != 0 ? error : give_from(store, store->asrun, &restoring);
}

/* An event made under an unknown clock says nothing of the time: it would hold back a right one. */
int store_newest(struct store *store, struct store_newest *ret)
{
	struct store_newest newest = {.events = store->number, .head_error = store->head.error};
	int error;

	if (!store->asrun)
		return -EBADMSG;
	error = first_number(store->asrun, "SELECT max(row) FROM airing", 0, &newest.row);
	if (error == 0)
		error = first_number(store->asrun,
				     "SELECT max(coalesce((SELECT time FROM event"
				     "  WHERE mode = 0 AND kind <> 1 AND clock <> 0"
				     "  ORDER BY time DESC LIMIT 1), 0),"
				     " coalesce((SELECT time FROM event"
				     "  WHERE +mode = 0 AND clock <> 0"
				     "  ORDER BY number DESC LIMIT 1), 0))",
				     0, &newest.real_us);
	if (error < 0)
		return error;
	for (size_t i = 0; i < store->n_parts; i++) {
		const struct store_part *part = &store->parts[i];

		newest.row = part->last_row > newest.row ? part->last_row : newest.row;
		newest.real_us = part->real_us > newest.real_us ? part->real_us : newest.real_us;
	}
	memcpy(newest.head, store->hash, sizeof(newest.head));
	*ret = newest;
	return 0;
}
