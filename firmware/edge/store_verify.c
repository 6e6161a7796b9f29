/* SPDX-License-Identifier: MIT */
/*
 * The proof: every number is there, every hash follows from the one before and the text, the tables
 * by which texts are found say what the texts say, and the head outside the database is on the
 * chain. The walk stops at the first event that is wrong.
 */
#include "store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One event as it stands in the file. */
struct link {
	int64_t number;
	const char *text;
	size_t length;
	const uint8_t *hash; /* STORE_HASH bytes, or NULL */
	sqlite3_stmt *at;
};

/* -ENOMEM: it cannot be read now, and nothing is known of it. */
static int link_read(sqlite3_stmt *statement, struct link *ret)
{
	ret->at = statement;
	ret->number = sqlite3_column_int64(statement, 0);
	ret->text = (const char *)sqlite3_column_text(statement, 1);
	ret->length = (size_t)sqlite3_column_bytes(statement, 1);
	ret->hash = sqlite3_column_blob(statement, 2);
	if (sqlite3_column_bytes(statement, 2) != STORE_HASH)
		ret->hash = NULL;
	if (!ret->text && sqlite3_column_type(statement, 1) != SQLITE_NULL)
		return -ENOMEM;
	if (!ret->text)
		ret->text = "";
	return 0;
}

/*
 * Does a later event belong here? Then the events were moved, not altered. Costs a walk to the end,
 * once.
 */
static int is_moved(const struct store_walk *walk, const struct link *link, bool *ret)
{
	sqlite3 *db = sqlite3_db_handle(link->at);
	sqlite3_stmt *later;
	bool moved = false;
	int code = SQLITE_OK,
	    error = store_prepare(db,
				  "SELECT number, text, hash FROM event WHERE number > ?"
				  " ORDER BY number",
				  &later);

	if (error < 0)
		return error;
	error = store_error(db, sqlite3_bind_int64(later, 1, link->number));
	while (error == 0 && !moved && (code = sqlite3_step(later)) == SQLITE_ROW) {
		uint8_t hash[STORE_HASH];
		struct link other;

		error = link_read(later, &other);
		if (error < 0)
			break;
		store_hash(walk->hash, other.text, other.length, hash);
		moved = (other.hash && memcmp(hash, other.hash, sizeof(hash)) == 0) ||
			(link->hash && memcmp(hash, link->hash, sizeof(hash)) == 0);
	}
	if (error == 0 && !moved)
		error = store_error(db, code);
	sqlite3_finalize(later);
	if (error == 0)
		*ret = moved;
	return error;
}

/* Is this text in that column? 1, 0, or an error: it cannot be read now. */
static int text_is(sqlite3_stmt *at, int column, const char *want)
{
	char text[LIMIT_NAME];
	int error = store_column_text(at, column, text, sizeof(text));

	if (error == -EINVAL)
		return 0;
	return error < 0 ? error : strcmp(text, want) == 0;
}

/* These, too: 1, 0, or an error. */
static int event_columns_agree(sqlite3_stmt *at, const struct store_event_key *key)
{
	if (sqlite3_column_int64(at, 3) != key->kind || sqlite3_column_int64(at, 4) != key->mode ||
	    sqlite3_column_int64(at, 5) != key->clock || sqlite3_column_int64(at, 6) != key->row ||
	    sqlite3_column_int64(at, 7) != key->time_us ||
	    sqlite3_column_int64(at, 8) != key->accounted_us)
		return 0;
	return text_is(at, 9, key->what);
}

/* The row's line: made by its first event, closed by its first 'closed'. */
static int airing_agrees(sqlite3_stmt *airing, int64_t number, const struct store_event_key *key)
{
	int64_t first = sqlite3_column_int64(airing, 4);
	int64_t closed = sqlite3_column_int64(airing, 5);
	int agree;

	if (first > number || sqlite3_column_int64(airing, 0) != key->mode)
		return 0;
	if (key->kind == ASRUN_CLOSED && (closed == 0 || closed > number))
		return 0;
	if (first < number)
		return 1;
	if (sqlite3_column_int64(airing, 1) != key->planned_us)
		return 0;
	agree = text_is(airing, 2, key->campaign);
	return agree > 0 ? text_is(airing, 3, key->broadcast) : agree;
}

static int keys_agree(struct store *store, const struct link *link, sqlite3_stmt *airing)
{
	struct store_event_key key;
	int agree, code;

	if (strlen(link->text) != link->length || store_event_key(store, link->text, &key) < 0)
		return 0;
	agree = event_columns_agree(link->at, &key);
	if (agree <= 0 || key.row == 0)
		return agree;
	code = sqlite3_bind_int64(airing, 1, key.row);
	if (code == SQLITE_OK)
		code = sqlite3_step(airing);
	agree = code == SQLITE_ROW ? airing_agrees(airing, link->number, &key)
				   : store_error(store->asrun, code);
	sqlite3_reset(airing);
	return agree;
}

static void found(struct store_verdict *verdict, enum store_problem problem, int64_t number)
{
	verdict->intact = false;
	verdict->problem = problem;
	verdict->first_bad = number;
}

/* 0: this event is right and the walk is past it; 1: the verdict is filled. */
static int check_link(struct store *store, struct store_walk *walk, const struct link *link,
		      sqlite3_stmt *airing, struct store_verdict *verdict)
{
	uint8_t hash[STORE_HASH];
	bool moved = false;
	int error, agree;

	if (link->number != walk->number + 1) {
		found(verdict, VERIFY_REMOVED, walk->number + 1);
		return 1;
	}
	store_hash(walk->hash, link->text, link->length, hash);
	if (!link->hash || memcmp(hash, link->hash, sizeof(hash)) != 0) {
		error = is_moved(walk, link, &moved);
		found(verdict, moved ? VERIFY_REORDERED : VERIFY_ALTERED, link->number);
		return error < 0 ? error : 1;
	}
	agree = keys_agree(store, link, airing);
	if (agree < 0)
		return agree;
	if (!agree || (store->head.found && link->number == store->head.count &&
		       memcmp(hash, store->head.hash, sizeof(hash)) != 0)) {
		found(verdict, VERIFY_ALTERED, link->number);
		return 1;
	}
	walk->number = link->number;
	memcpy(walk->hash, hash, sizeof(hash));
	return 0;
}

/* A line of the table of rows that no event bears out: made up, or closed by nothing. */
static int find_stray_airing(sqlite3 *db, int64_t *ret)
{
	static const char sql[] =
		"SELECT first FROM airing a WHERE"
		" NOT EXISTS (SELECT 1 FROM event e WHERE e.number = a.first AND e.row = a.row)"
		" OR (closed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event e"
		"  WHERE e.number = a.closed AND e.row = a.row AND e.kind = 2))"
		" ORDER BY first LIMIT 1";
	sqlite3_stmt *stray;
	int code, error = store_prepare(db, sql, &stray);

	if (error < 0)
		return error;
	code = sqlite3_step(stray);
	error = store_error(db, code);
	if (error == 0)
		*ret = code == SQLITE_ROW ? sqlite3_column_int64(stray, 0) : 0;
	sqlite3_finalize(stray);
	return error;
}

/* Every event was right: is it all of them? */
static void check_end(const struct store *store, const struct store_walk *walk,
		      struct store_verdict *verdict)
{
	verdict->intact = true;
	if (store->head.count > walk->number)
		found(verdict, VERIFY_TAIL_MISSING, walk->number + 1);
	else if (!store->head.found && walk->number > 0)
		found(verdict, VERIFY_HEAD_MISSING, 0);
}

static int prepare(sqlite3 *db, sqlite3_stmt **ret_events, sqlite3_stmt **ret_airing)
{
	int error = store_prepare(
		db, "SELECT * FROM event WHERE number > ? ORDER BY number LIMIT ?", ret_events);

	if (error < 0)
		return error;
	error = store_prepare(db,
			      "SELECT mode, planned, campaign, broadcast, first, closed"
			      " FROM airing WHERE row = ?",
			      ret_airing);
	if (error < 0)
		sqlite3_finalize(*ret_events);
	return error;
}

/* At most n events of one file. 0: all are right; 1: the verdict is filled. */
static int walk_file(struct store *store, sqlite3 *db, struct store_walk *walk, size_t n,
		     size_t *ret_seen, struct store_verdict *verdict)
{
	sqlite3_stmt *events, *airing;
	int code = SQLITE_DONE, result = prepare(db, &events, &airing);

	if (result < 0)
		return result;
	result = store_error(db, sqlite3_bind_int64(events, 1, walk->number) |
					 sqlite3_bind_int64(events, 2, (int64_t)n));
	while (result == 0 && (code = sqlite3_step(events)) == SQLITE_ROW) {
		struct link link;

		result = link_read(events, &link);
		if (result == 0)
			result = check_link(store, walk, &link, airing, verdict);
		++*ret_seen;
	}
	if (result == 0)
		result = store_error(db, code);
	sqlite3_finalize(events);
	sqlite3_finalize(airing);
	return result;
}

/* The file is walked to its end: does its table of rows say no more than its events? */
static int check_file_end(sqlite3 *db, struct store_verdict *verdict)
{
	int64_t stray = 0;
	int error = find_stray_airing(db, &stray);

	if (error < 0 || stray == 0)
		return error;
	found(verdict, VERIFY_ALTERED, stray);
	return 1;
}

/* As walk_file(), of an older part; one that is damaged or says less than it did was altered or cut. */
static int walk_part(struct store *store, const struct store_part *part, struct store_walk *walk,
		     size_t n, struct store_verdict *verdict)
{
	sqlite3 *db;
	size_t seen = 0;
	int result = store_part_open(store, part, &db);

	if (result < 0)
		return result;
	result = walk_file(store, db, walk, n, &seen, verdict);
	if (result == 0 && (seen < n || walk->number >= part->last))
		result = check_file_end(db, verdict);
	sqlite3_close_v2(db);
	if (result == -EBADMSG || (result == 0 && seen < n && walk->number < part->last)) {
		found(verdict, result < 0 ? VERIFY_ALTERED : VERIFY_REMOVED, walk->number + 1);
		result = 1;
	}
	return result;
}

/* As walk_file(), of asrun.db. *ret_end: it is walked to its end. */
static int walk_newest(struct store *store, struct store_walk *walk, size_t n,
		       struct store_verdict *verdict, bool *ret_end)
{
	size_t seen = 0;
	int result = walk_file(store, store->asrun, walk, n, &seen, verdict);

	*ret_end = result == 0 && seen < n;
	/* where the tail is gone, rows without events are no news */
	if (*ret_end && store->head.count <= walk->number)
		result = check_file_end(store->asrun, verdict);
	return result;
}

int store_verify_some(struct store *store, struct store_walk *walk, size_t n,
		      struct store_verdict *ret)
{
	const struct store_part *part = store_part_of(store, walk->number + 1);
	struct store_verdict verdict = {0};
	bool end = false;
	int result;

	if (!store->asrun)
		return -EBADMSG;
	if (part)
		result = walk_part(store, part, walk, n, &verdict);
	else
		result = walk_newest(store, walk, n, &verdict, &end);
	if (result < 0)
		return result;
	if (result == 0 && !end)
		return 1;
	if (result == 0)
		check_end(store, walk, &verdict);
	verdict.events = walk->number;
	memcpy(verdict.head, walk->hash, sizeof(verdict.head));
	*ret = verdict;
	return 0;
}

int store_verify(struct store *store, struct store_verdict *ret)
{
	struct store_walk walk = {0};
	int more;

	do {
		more = store_verify_some(store, &walk, 1000, ret);
	} while (more > 0);
	return more;
}
