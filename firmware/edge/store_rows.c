/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RESTORE_BACK_US (INT64_C(48) * 3600 * 1000000)

/* A statement under construction: only the terms that are asked for, so that each finds its index. */
struct query_text {
	char sql[640];
	size_t n;
};

static void add(struct query_text *text, bool wanted, const char *part)
{
	size_t length = strlen(part);

	if (!wanted || text->n + length >= sizeof(text->sql))
		return;
	memcpy(text->sql + text->n, part, length + 1);
	text->n += length;
}

static int bind(sqlite3_stmt *statement, const struct store_query *query)
{
	int campaign = sqlite3_bind_parameter_index(statement, ":campaign");
	int broadcast = sqlite3_bind_parameter_index(statement, ":broadcast");
	int code = store_bind_named(statement, ":from", query->from_us);

	store_bind_named(statement, ":until", query->until_us);
	store_bind_named(statement, ":after", query->after_row);
	store_bind_named(statement, ":mode", query->mode);
	store_bind_named(statement, ":limit",
			 query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
	if (campaign > 0)
		code |= store_bind_text(statement, campaign, query->campaign);
	if (broadcast > 0)
		code |= store_bind_text(statement, broadcast, query->broadcast);
	return code == SQLITE_OK ? 0 : -ENOMEM;
}

static int prepare_query(struct store *store, const struct query_text *text,
			 const struct store_query *query, sqlite3_stmt **ret)
{
	sqlite3_stmt *statement;
	int error;

	if (!store->asrun)
		return -EBADMSG;
	error = store_prepare(store->asrun, text->sql, &statement);
	if (error < 0)
		return error;
	error = bind(statement, query);
	if (error < 0) {
		sqlite3_finalize(statement);
		return error;
	}
	*ret = statement;
	return 0;
}

/* A text that cannot be read is left out here and named by store_verify(). */
static int fold_row(struct store *store, int64_t number, struct asrun_row *row)
{
	sqlite3_stmt *events = store->row_events;
	int code, error = 0;

	sqlite3_bind_int64(events, 1, number);
	while (error == 0 && (code = sqlite3_step(events)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(events, 0);
		struct asrun_event event;

		if (!text)
			error = -ENOMEM;
		else if (asrun_parse(text, &event, store->items, LIMIT_ASRUN_ITEMS) == 0)
			error = asrun_fold(row, &event);
	}
	if (error == 0)
		error = store_error(store->asrun, code);
	sqlite3_reset(events);
	return error;
}

static int give_row(struct store *store, int64_t number, store_row_fn *fn, void *context)
{
	struct asrun_row row = {0};
	int result = fold_row(store, number, &row);

	if (result == 0 && row.seen)
		result = fn(context, &row);
	asrun_row_done(&row);
	return result;
}

int store_rows(struct store *store, const struct store_query *query, store_row_fn *fn,
	       void *context)
{
	struct query_text text = {0};
	sqlite3_stmt *statement;
	int code, result;

	add(&text, true, "SELECT row FROM airing WHERE row > :after");
	add(&text, query->from_us != 0, " AND planned >= :from");
	add(&text, query->until_us != 0, " AND planned < :until");
	add(&text, query->mode >= 0, " AND mode = :mode");
	add(&text, query->campaign[0] != '\0', " AND campaign = :campaign");
	add(&text, query->broadcast[0] != '\0', " AND broadcast = :broadcast");
	add(&text, true, query->newest_first ? " ORDER BY row DESC" : " ORDER BY row");
	add(&text, query->limit > 0, " LIMIT :limit");
	result = prepare_query(store, &text, query, &statement);
	if (result < 0)
		return result;
	while (result == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW)
		result = give_row(store, sqlite3_column_int64(statement, 0), fn, context);
	if (result == 0)
		result = store_error(store->asrun, code);
	sqlite3_finalize(statement);
	return result;
}

/* Gives every event whose text is in the column 'text' of a statement, and finalizes it. */
static int give_events(struct store *store, sqlite3_stmt *statement, store_event_fn *fn,
		       void *context)
{
	int code, result = 0;

	while (result == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		struct asrun_event event;

		if (!text)
			result = -ENOMEM;
		else if (asrun_parse(text, &event, store->items, LIMIT_ASRUN_ITEMS) == 0)
			result = fn(context, &event);
	}
	if (result == 0)
		result = store_error(store->asrun, code);
	sqlite3_finalize(statement);
	return result;
}

/* A part of the notes. Counted here, not by SQL: a text that cannot be read is none of them. */
struct page {
	store_event_fn *fn;
	void *context;
	size_t skip, limit; /* still to be left out; still to come, 0 = no limit */
	bool full;
};

static int give_in_page(void *context, const struct asrun_event *event)
{
	struct page *page = context;
	int result;

	if (page->skip > 0) {
		page->skip--;
		return 0;
	}
	result = page->fn(page->context, event);
	if (result != 0 || page->limit == 0)
		return result;
	page->limit--;
	page->full = page->limit == 0;
	return page->full;
}

int store_notes(struct store *store, const struct store_query *query, store_event_fn *fn,
		void *context)
{
	struct page page = {fn, context, query->skip, query->limit, false};
	struct query_text text = {0};
	sqlite3_stmt *statement;
	int error;

	/* Only notes have a 'what', and its index knows them. */
	add(&text, true, "SELECT text FROM event INDEXED BY event_what WHERE what <> ''");
	add(&text, query->from_us != 0, " AND time >= :from");
	add(&text, query->until_us != 0, " AND time < :until");
	add(&text, query->mode >= 0, " AND mode = :mode");
	add(&text, true, query->newest_first ? " ORDER BY number DESC" : " ORDER BY number");
	error = prepare_query(store, &text, query, &statement);
	if (error < 0)
		return error;
	error = give_events(store, statement, give_in_page, &page);
	return page.full ? 0 : error;
}

/*
 * Nearly every event is real: the newest is found from the end of the table, for which the plus
 * keeps the index out. Of pretended ones there may be none: these are found by the index.
 */
static int newest_accounted(struct store *store, int mode, int64_t *ret)
{
	static const char *const sql[] = {
		[ASRUN_REAL] = "SELECT accounted FROM event WHERE +mode = ? AND accounted <> 0"
			       " ORDER BY number DESC LIMIT 1",
		[ASRUN_PRETENDED] = "SELECT accounted FROM event INDEXED BY event_time"
				    " WHERE mode = ? AND accounted <> 0"
				    " ORDER BY number DESC LIMIT 1",
	};
	sqlite3_stmt *statement;
	int code, error = store_prepare(store->asrun, sql[mode], &statement);

	if (error < 0)
		return error;
	sqlite3_bind_int(statement, 1, mode);
	code = sqlite3_step(statement);
	error = store_error(store->asrun, code);
	if (error == 0)
		*ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return error;
}

int store_restore(struct store *store, enum asrun_clock_mode mode, int64_t now_us,
		  store_event_fn *fn, void *context)
{
	/* CROSS JOIN: SQLite would rather walk all events than the few rows that are open. */
	static const char sql[] =
		"SELECT text FROM event WHERE number IN ("
		" SELECT number FROM event WHERE mode = :mode AND time >= :since"
		" UNION SELECT e.number FROM airing a CROSS JOIN event e ON e.row = a.row AND "
		"e.row > 0"
		"  WHERE a.closed IS NULL AND a.mode = :mode"
		" UNION SELECT e.number FROM airing a CROSS JOIN event e ON e.row = a.row AND "
		"e.row > 0"
		"  WHERE a.planned > :accounted AND a.mode = :mode"
		" UNION SELECT max(number) FROM event INDEXED BY event_what"
		"  WHERE what IN ('pause', 'unpause') AND what <> '' AND mode = :mode)"
		" ORDER BY number";
	int64_t accounted_us = 0;
	sqlite3_stmt *statement;
	int error;

	if (!store->asrun)
		return -EBADMSG;
	error = newest_accounted(store, (int)mode, &accounted_us);
	if (error == 0)
		error = store_prepare(store->asrun, sql, &statement);
	if (error < 0)
		return error;
	store_bind_named(statement, ":mode", (int64_t)mode);
	store_bind_named(statement, ":since", now_us - RESTORE_BACK_US);
	store_bind_named(statement, ":accounted", accounted_us);
	return give_events(store, statement, fn, context);
}

static int first_number(struct store *store, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement;
	int code, error = store_prepare(store->asrun, sql, &statement);

	if (error < 0)
		return error;
	code = sqlite3_step(statement);
	error = store_error(store->asrun, code);
	if (error == 0)
		*ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return error;
}

/* An event made under an unknown clock says nothing of the time: it would hold back a right one. */
int store_newest(struct store *store, struct store_newest *ret)
{
	struct store_newest newest = {.events = store->number, .head_error = store->head.error};
	int error;

	if (!store->asrun)
		return -EBADMSG;
	error = first_number(store, "SELECT max(row) FROM airing", &newest.row);
	if (error == 0)
		error = first_number(store,
				     "SELECT time FROM event WHERE mode = 0 AND clock <> 0"
				     " ORDER BY time DESC LIMIT 1",
				     &newest.real_us);
	if (error < 0)
		return error;
	memcpy(newest.head, store->hash, sizeof(newest.head));
	*ret = newest;
	return 0;
}
