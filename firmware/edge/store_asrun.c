/* SPDX-License-Identifier: MIT */
/*
 * The as-run log: appending to the chain, and the tables beside it by which a text is found again.
 * 'event' holds the chain; its other columns and all of 'airing' (one line a row) are read from the
 * texts and could be made anew from them. store_verify() holds them against the texts.
 */
#include "store_internal.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* How many of the newest events are looked at when opening. */
#define ASRUN_SKIM 200

static const char *const steps[] = {
	"CREATE TABLE event("
	" number INTEGER PRIMARY KEY, text TEXT NOT NULL, hash BLOB NOT NULL,"
	" kind INTEGER NOT NULL, mode INTEGER NOT NULL, clock INTEGER NOT NULL,"
	" row INTEGER NOT NULL, time INTEGER NOT NULL, accounted INTEGER NOT NULL,"
	" what TEXT NOT NULL) STRICT;"
	"CREATE INDEX event_row ON event(row) WHERE row > 0;"
	"CREATE INDEX event_time ON event(mode, time);"
	"CREATE INDEX event_what ON event(what) WHERE what <> '';"
	"CREATE TABLE airing("
	" row INTEGER PRIMARY KEY, mode INTEGER NOT NULL, planned INTEGER NOT NULL,"
	" campaign TEXT NOT NULL, broadcast TEXT NOT NULL,"
	" first INTEGER NOT NULL, closed INTEGER) STRICT;"
	"CREATE INDEX airing_planned ON airing(planned);"
	"CREATE INDEX airing_broadcast ON airing(broadcast, row);"
	"CREATE INDEX airing_open ON airing(row) WHERE closed IS NULL;",
	/*
	 * Every index that an event touches goes to the card as a page more. The events of a row are
	 * found from 'airing', and a clip that was played by the row it stands in.
	 */
	"DROP INDEX event_row;"
	"DROP INDEX event_time;"
	"CREATE INDEX event_time ON event(mode, time) WHERE kind <> 1;"
	"DROP INDEX airing_broadcast;",
};

const struct store_file store_asrun_file = {"asrun.db", 0x4c6f6152, steps,
					    sizeof(steps) / sizeof(steps[0])};

void store_hash(const uint8_t *previous, const void *text, size_t n, uint8_t *ret)
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, previous, STORE_HASH);
	crypto_hash_sha256_update(&state, text, n);
	crypto_hash_sha256_final(&state, ret);
}

/* A manual play that was not planned is found by the time at which it was asked for. */
int store_event_key(struct store *store, const char *text, struct store_event_key *ret)
{
	struct asrun_event event;
	int error = asrun_parse(text, &event, store->items, LIMIT_ASRUN_ITEMS);

	if (error < 0)
		return error;
	*ret = (struct store_event_key){
		.kind = (int)event.kind,
		.mode = (int)event.mode,
		.clock = (int)event.clock,
		.row = event.row,
		.time_us = event.time_us,
		.accounted_us = event.accounted_us,
		.planned_us = event.planned_us != 0 ? event.planned_us : event.time_us,
	};
	if (event.kind == ASRUN_NOTE)
		memcpy(ret->what, event.what, sizeof(ret->what));
	memcpy(ret->campaign, event.campaign, sizeof(ret->campaign));
	memcpy(ret->broadcast, event.broadcast, sizeof(ret->broadcast));
	return 0;
}

static int prepare(struct store *store)
{
	static const char add_event[] = "INSERT INTO event VALUES(?,?,?,?,?,?,?,?,?,?)";
	static const char add_airing[] = "INSERT OR IGNORE INTO airing VALUES(?,?,?,?,?,?,NULL)";
	static const char close_airing[] =
		"UPDATE airing SET closed = ?2 WHERE row = ?1 AND closed IS NULL";
	int error = store_prepare(store->asrun, add_event, &store->add_event);

	if (error == 0)
		error = store_prepare(store->asrun, add_airing, &store->add_airing);
	if (error == 0)
		error = store_prepare(store->asrun, close_airing, &store->close_airing);
	if (error == 0)
		error = store_prepare(store->asrun, STORE_ROW_EVENTS, &store->row_events);
	return error;
}

/* A hash of another length is no damage of the file but of the chain: the proof will name it. */
static int take_newest(struct store *store, sqlite3_stmt *newest)
{
	int error = store_column_hash(newest, 1, store->hash);

	store->number = sqlite3_column_int64(newest, 0);
	return error == -ENOMEM ? error : 0;
}

/* Reads the newest events, so that damage there is noticed while it can still be put aside. */
static int skim(struct store *store)
{
	sqlite3_stmt *newest;
	bool first = true;
	int code = SQLITE_OK, error = store_prepare(store->asrun,
						    "SELECT number, hash, text FROM event"
						    " ORDER BY number DESC LIMIT ?",
						    &newest);

	if (error < 0)
		return error;
	error = store_error(store->asrun, sqlite3_bind_int(newest, 1, ASRUN_SKIM));
	while (error == 0 && (code = sqlite3_step(newest)) == SQLITE_ROW) {
		if (first)
			error = take_newest(store, newest);
		first = false;
		sqlite3_column_text(newest, 2);
	}
	if (error == 0)
		error = store_error(store->asrun, code);
	sqlite3_finalize(newest);
	return error;
}

int store_asrun_begin(struct store *store)
{
	int error = prepare(store);

	store->number = 0;
	memset(store->hash, 0, sizeof(store->hash));
	if (error == 0)
		error = skim(store);
	if (error == 0)
		store_parts_go_on(store);
	return error;
}

void store_asrun_end(struct store *store)
{
	sqlite3_finalize(store->add_event);
	sqlite3_finalize(store->add_airing);
	sqlite3_finalize(store->close_airing);
	sqlite3_finalize(store->row_events);
	store->add_event = NULL;
	store->add_airing = NULL;
	store->close_airing = NULL;
	store->row_events = NULL;
}

static int close_airing(struct store *store, int64_t number, int64_t row)
{
	sqlite3_stmt *close = store->close_airing;
	int code = sqlite3_bind_int64(close, 1, row);

	code |= sqlite3_bind_int64(close, 2, number);
	return code == SQLITE_OK ? store_run(store->asrun, close) : -ENOMEM;
}

static int add_airing(struct store *store, int64_t number, const struct store_event_key *key)
{
	sqlite3_stmt *add = store->add_airing;
	int error, code = sqlite3_bind_int64(add, 1, key->row);

	code |= sqlite3_bind_int(add, 2, key->mode);
	code |= sqlite3_bind_int64(add, 3, key->planned_us);
	code |= store_bind_text(add, 4, key->campaign);
	code |= store_bind_text(add, 5, key->broadcast);
	code |= sqlite3_bind_int64(add, 6, number);
	if (code != SQLITE_OK)
		return -ENOMEM;
	error = store_run(store->asrun, add);
	if (error < 0 || key->kind != ASRUN_CLOSED)
		return error;
	return close_airing(store, number, key->row);
}

static int add_event(struct store *store, int64_t number, const char *text, size_t length,
		     const uint8_t *hash, const struct store_event_key *key)
{
	sqlite3_stmt *add = store->add_event;
	int error, code = sqlite3_bind_int64(add, 1, number);

	code |= sqlite3_bind_text(add, 2, text, (int)length, SQLITE_STATIC);
	code |= sqlite3_bind_blob(add, 3, hash, STORE_HASH, SQLITE_STATIC);
	code |= sqlite3_bind_int(add, 4, key->kind);
	code |= sqlite3_bind_int(add, 5, key->mode);
	code |= sqlite3_bind_int(add, 6, key->clock);
	code |= sqlite3_bind_int64(add, 7, key->row);
	code |= sqlite3_bind_int64(add, 8, key->time_us);
	code |= sqlite3_bind_int64(add, 9, key->accounted_us);
	code |= sqlite3_bind_text(add, 10, key->what, -1, SQLITE_STATIC);
	error = code == SQLITE_OK ? store_run(store->asrun, add) : -ENOMEM;
	sqlite3_clear_bindings(add);
	if (error < 0 || key->row == 0)
		return error;
	return add_airing(store, number, key);
}

static int append_one(struct store *store, const struct asrun_event *event, int64_t number,
		      uint8_t *hash)
{
	struct store_event_key key;
	uint8_t next[STORE_HASH];
	int length = asrun_print(event, store->text, LIMIT_ASRUN_TEXT);
	int error;

	if (length < 0 || store_event_key(store, store->text, &key) < 0)
		return -EINVAL;
	store_hash(hash, store->text, (size_t)length, next);
	error = add_event(store, number, store->text, (size_t)length, next, &key);
	if (error == 0)
		memcpy(hash, next, sizeof(next));
	return error;
}

static int append_all(struct store *store, const struct asrun_event *const *events, size_t n,
		      uint8_t *hash)
{
	size_t i;
	int error;

	errno = 0; /* so that a failure below is not taken for one of long ago */
	error = store_exec(store->asrun, "BEGIN IMMEDIATE");
	for (i = 0; i < n && error == 0; i++)
		error = append_one(store, events[i], store->number + (int64_t)i + 1, hash);
	if (error == 0)
		error = store_exec(store->asrun, "COMMIT");
	if (error < 0 && !sqlite3_get_autocommit(store->asrun))
		store_exec(store->asrun, "ROLLBACK");
	return error;
}

int store_append(struct store *store, const struct asrun_event *const *events, size_t n)
{
	uint8_t hash[STORE_HASH];
	int error = 0;

	if (store->read_only)
		return -EROFS;
	if (!store->asrun)
		error = store_asrun_reopen(store);
	if (error < 0)
		return error;
	memcpy(hash, store->hash, sizeof(hash));
	error = append_all(store, events, n, hash);
	if (error < 0)
		return error;
	store->number += (int64_t)n;
	memcpy(store->hash, hash, sizeof(hash));
	store_head_write(&store->head, store->number, store->hash);
	if (store->number - store->lived >= STORE_LIFE_BEHIND)
		store_life_catch_up(
			store); /* if it fails, the next reading finds what is missing */
	/* what comes of it concerns the next append alone */
	if (n > 0 && store_part_is_due(store) &&
	    store_part_begin(store, events[n - 1]->time_us) == 0)
		store_asrun_reopen(store);
	return 0;
}
