/* SPDX-License-Identifier: MIT */
/*
 * What the log tells of clips. The fold itself is core/life; here it is kept in library.db, with
 * the number and the hash of the event up to which it goes. The two files are not written in one
 * transaction: library.db may be behind the log, never ahead of it.
 */
#include "store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What the lives are known from: events up to 'number', which has 'hash'. */
struct until {
	int64_t number;
	uint8_t hash[STORE_HASH];
};

/* -EINVAL: it is none of ours; -ENOMEM. */
static int read_life(sqlite3_stmt *at, struct life *ret)
{
	struct life life = {0};
	int error = store_column_text(at, 0, life.name, sizeof(life.name));

	if (error == 0)
		error = store_column_text(at, 6, life.approved_by, sizeof(life.approved_by));
	if (error == 0)
		error = store_column_text(at, 9, life.added_by, sizeof(life.added_by));
	if (error == 0)
		error = store_column_text(at, 10, life.title, sizeof(life.title));
	if (error == 0)
		error = store_column_hash(at, 7, life.approved_sha256);
	if (error < 0)
		return error;
	life.aired[ASRUN_REAL].times = sqlite3_column_int64(at, 1);
	life.aired[ASRUN_REAL].last_us = sqlite3_column_int64(at, 2);
	life.aired[ASRUN_PRETENDED].times = sqlite3_column_int64(at, 3);
	life.aired[ASRUN_PRETENDED].last_us = sqlite3_column_int64(at, 4);
	life.approved_us = sqlite3_column_int64(at, 5);
	life.added_us = sqlite3_column_int64(at, 8);
	life.draft = sqlite3_column_int(at, 11) != 0;
	*ret = life;
	return 0;
}

static int load_lives(struct store *store, struct lives *lives)
{
	sqlite3_stmt *all;
	int code, error = store_prepare(store->library, "SELECT * FROM life ORDER BY name", &all);

	if (error < 0)
		return error;
	while (error == 0 && (code = sqlite3_step(all)) == SQLITE_ROW) {
		struct life life;
		int read = read_life(all, &life);

		if (read == 0)
			error = lives_put(lives, &life);
		else if (read == -ENOMEM)
			error = read;
	}
	if (error == 0)
		error = store_error(store->library, code);
	sqlite3_finalize(all);
	return error;
}

static int load_until(struct store *store, struct until *ret)
{
	sqlite3_stmt *until;
	int code, error = store_prepare(store->library, "SELECT number, hash FROM life_until",
					&until);

	if (error < 0)
		return error;
	code = sqlite3_step(until);
	error = store_error(store->library, code);
	/* Without its hash it is another log's: all is counted anew. */
	if (code == SQLITE_ROW && store_column_hash(until, 1, ret->hash) == 0)
		ret->number = sqlite3_column_int64(until, 0);
	sqlite3_finalize(until);
	return error;
}

/* Does the log have that very event? */
static int knows(struct store *store, const struct until *until, bool *ret)
{
	const struct store_part *part = store_part_of(store, until->number);
	sqlite3 *db = store->asrun;
	uint8_t hash[STORE_HASH];
	sqlite3_stmt *event;
	int code, error = part ? store_part_open(store, part, &db) : 0;

	if (error < 0)
		return error;
	error = store_prepare(db, "SELECT hash FROM event WHERE number = ?", &event);
	if (error == 0) {
		code = sqlite3_bind_int64(event, 1, until->number);
		if (code == SQLITE_OK)
			code = sqlite3_step(event);
		error = store_error(db, code);
		*ret = until->number == 0 ||
		       (code == SQLITE_ROW && store_column_hash(event, 0, hash) == 0 &&
			memcmp(hash, until->hash, STORE_HASH) == 0);
		sqlite3_finalize(event);
	}
	if (part)
		sqlite3_close_v2(db);
	return error;
}

/* Another log: it is counted from its beginning, and what people said stays. */
static void count_anew(struct lives *lives, struct until *until)
{
	for (size_t i = 0; i < lives->n; i++) {
		memset(lives->items[i].aired, 0, sizeof(lives->items[i].aired));
		lives->items[i].changed = true;
	}
	memset(until, 0, sizeof(*until));
}

static int fold_event(struct store *store, sqlite3_stmt *at, struct lives *lives)
{
	const char *text = (const char *)sqlite3_column_text(at, 2);
	struct asrun_event event;

	if (!text)
		return -ENOMEM;
	if (asrun_parse(text, &event, store->items, LIMIT_ASRUN_ITEMS) < 0)
		return 0; /* store_verify() names it */
	return lives_fold(lives, &event);
}

/* Every event is walked over for its number; only those that may tell of a clip are read. */
static int fold_from(struct store *store, sqlite3 *db, struct lives *lives, struct until *until)
{
	static const char sql[] = "SELECT number, hash, text, kind = :item OR what LIKE 'clip-%'"
				  " FROM event WHERE number > :after ORDER BY number";
	sqlite3_stmt *rest;
	int code, error = store_prepare(db, sql, &rest);

	if (error < 0)
		return error;
	store_bind_named(rest, ":item", ASRUN_ITEM);
	store_bind_named(rest, ":after", until->number);
	while (error == 0 && (code = sqlite3_step(rest)) == SQLITE_ROW) {
		if (sqlite3_column_int(rest, 3))
			error = fold_event(store, rest, lives);
		until->number = sqlite3_column_int64(rest, 0);
		if (error == 0 && store_column_hash(rest, 1, until->hash) == -ENOMEM)
			error = -ENOMEM;
	}
	if (error == 0)
		error = store_error(db, code);
	sqlite3_finalize(rest);
	return error;
}

/* Through the older parts of the log, too. One that cannot be read is passed over. */
static int fold_rest(struct store *store, struct lives *lives, struct until *until)
{
	const struct store_part *part;
	int error = 0;

	while (error == 0 && (part = store_part_of(store, until->number + 1))) {
		sqlite3 *db;

		if (store_part_open(store, part, &db) == 0) {
			error = fold_from(store, db, lives, until);
			sqlite3_close_v2(db);
		}
		until->number = part->last;
		memcpy(until->hash, part->hash, sizeof(until->hash));
	}
	return error < 0 ? error : fold_from(store, store->asrun, lives, until);
}

/* *ret_kept: all of it is kept already. */
static int load(struct store *store, struct lives *lives, struct until *until, bool *ret_kept)
{
	struct until kept = {0};
	bool known = false;
	int error = load_lives(store, lives);

	if (error == 0)
		error = load_until(store, &kept);
	*until = kept;
	if (error == 0)
		error = knows(store, until, &known);
	if (error == 0 && !known)
		count_anew(lives, until);
	if (error == 0)
		error = fold_rest(store, lives, until);
	*ret_kept = known && until->number == kept.number;
	return error;
}

static int save_life(struct store *store, sqlite3_stmt *put, const struct life *life)
{
	int code = store_bind_text(put, 1, life->name);

	code |= sqlite3_bind_int64(put, 2, life->aired[ASRUN_REAL].times);
	code |= sqlite3_bind_int64(put, 3, life->aired[ASRUN_REAL].last_us);
	code |= sqlite3_bind_int64(put, 4, life->aired[ASRUN_PRETENDED].times);
	code |= sqlite3_bind_int64(put, 5, life->aired[ASRUN_PRETENDED].last_us);
	code |= sqlite3_bind_int64(put, 6, life->approved_us);
	code |= store_bind_text(put, 7, life->approved_by);
	code |= sqlite3_bind_blob(put, 8, life->approved_sha256, sizeof(life->approved_sha256),
				  SQLITE_STATIC);
	code |= sqlite3_bind_int64(put, 9, life->added_us);
	code |= store_bind_text(put, 10, life->added_by);
	code |= store_bind_text(put, 11, life->title);
	code |= sqlite3_bind_int(put, 12, life->draft);
	return code == SQLITE_OK ? store_run(store->library, put) : -ENOMEM;
}

static int save_lives(struct store *store, const struct lives *lives)
{
	sqlite3_stmt *put;
	int error =
		store_prepare(store->library,
			      "INSERT OR REPLACE INTO life VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", &put);

	if (error < 0)
		return error;
	for (size_t i = 0; i < lives->n && error == 0; i++)
		if (lives->items[i].changed)
			error = save_life(store, put, &lives->items[i]);
	sqlite3_finalize(put);
	return error;
}

static int save_until(struct store *store, const struct until *until)
{
	sqlite3_stmt *put;
	int code, error = store_prepare(store->library,
					"INSERT OR REPLACE INTO life_until VALUES(1,?,?)", &put);

	if (error < 0)
		return error;
	code = sqlite3_bind_int64(put, 1, until->number);
	code |= sqlite3_bind_blob(put, 2, until->hash, STORE_HASH, SQLITE_STATIC);
	error = code == SQLITE_OK ? store_run(store->library, put) : -ENOMEM;
	sqlite3_finalize(put);
	return error;
}

static int save(struct store *store, const struct lives *lives, const struct until *until)
{
	int error;

	errno = 0; /* so that a failure below is not taken for one of long ago */
	error = store_exec(store->library, "BEGIN IMMEDIATE");
	if (error == 0)
		error = save_lives(store, lives);
	if (error == 0)
		error = save_until(store, until);
	if (error == 0)
		error = store_exec(store->library, "COMMIT");
	if (error < 0 && !sqlite3_get_autocommit(store->library))
		store_exec(store->library, "ROLLBACK");
	return error;
}

int store_life_catch_up(struct store *store)
{
	struct lives lives = {0};
	struct until until = {0};
	bool kept = false;
	int error = store->asrun ? load(store, &lives, &until, &kept) : -EBADMSG;

	if (error == 0 && !kept)
		error = save(store, &lives, &until);
	/* also after a failure: not with every event again */
	store->lived = store->number;
	lives_done(&lives);
	return error;
}

int store_lives(struct store *store, int (*fn)(void *context, const struct life *life),
		void *context)
{
	struct lives lives = {0};
	struct until until = {0};
	bool kept;
	int result = store->asrun ? load(store, &lives, &until, &kept) : -EBADMSG;

	for (size_t i = 0; i < lives.n && result == 0; i++)
		result = fn(context, &lives.items[i]);
	lives_done(&lives);
	return result;
}

void store_clip_recall(struct store_clip *clip, const struct life *life)
{
	if (!life || life->added_us == 0 || clip->added_by[0] || clip->title[0])
		return;
	snprintf(clip->title, sizeof(clip->title), "%s", life->title);
	snprintf(clip->added_by, sizeof(clip->added_by), "%s", life->added_by);
	clip->added_us = life->added_us;
}
