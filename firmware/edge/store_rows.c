/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

	code |= store_bind_named(statement, ":until", query->until_us);
	code |= store_bind_named(statement, ":after", query->after_row);
	code |= store_bind_named(statement, ":mode", query->mode);
	code |= store_bind_named(statement, ":limit",
				 query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
	if (campaign > 0)
		code |= store_bind_text(statement, campaign, query->campaign);
	if (broadcast > 0)
		code |= store_bind_text(statement, broadcast, query->broadcast);
	return code == SQLITE_OK ? 0 : -ENOMEM;
}

static int prepare_query(sqlite3 *db, const struct query_text *text,
			 const struct store_query *query, sqlite3_stmt **ret)
{
	sqlite3_stmt *statement;
	int error = store_prepare(db, text->sql, &statement);

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

/* One file of the log: asrun.db, or an older part that is opened for the query. */
struct reading {
	sqlite3 *db;
	sqlite3_stmt *row_events;
	bool part;
};

static int reading_open(const struct store *store, size_t index, struct reading *ret)
{
	struct reading reading = {.db = store->asrun, .row_events = store->row_events};
	int error;

	if (index == store->n_parts) {
		*ret = reading;
		return store->asrun ? 0 : -EBADMSG;
	}
	reading.part = true;
	error = store_part_open(store, &store->parts[index], &reading.db);
	if (error < 0)
		return error;
	error = store_prepare(reading.db, STORE_ROW_EVENTS, &reading.row_events);
	if (error < 0)
		sqlite3_close_v2(reading.db);
	else
		*ret = reading;
	return error;
}

static void reading_close(struct reading *reading)
{
	if (!reading->part)
		return;
	sqlite3_finalize(reading->row_events);
	sqlite3_close_v2(reading->db);
}

/* A text that cannot be read is left out here and named by store_verify(). */
static int fold_row(struct store *store, const struct reading *reading, int64_t number,
		    struct asrun_row *row)
{
	sqlite3_stmt *events = reading->row_events;
	int code = SQLITE_OK;
	int error = store_error(reading->db, sqlite3_bind_int64(events, 1, number));

	while (error == 0 && (code = sqlite3_step(events)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(events, 0);
		struct asrun_event event;

		if (!text)
			error = -ENOMEM;
		else if (asrun_parse(text, &event, store->items, LIMIT_ASRUN_ITEMS) == 0)
			error = asrun_fold(row, &event);
	}
	if (error == 0)
		error = store_error(reading->db, code);
	sqlite3_reset(events);
	return error;
}

/* Who asked, and how many rows he may still have (0: all there are). */
struct asking {
	store_row_fn *fn;
	void *context;
	size_t left;
	bool done;
};

static int give_row(struct store *store, const struct reading *reading, int64_t number,
		    struct asking *asking)
{
	struct asrun_row row = {0};
	int result = fold_row(store, reading, number, &row);

	if (result == 0 && row.seen)
		result = asking->fn(asking->context, &row);
	asrun_row_done(&row);
	if (asking->left > 0 && --asking->left == 0)
		asking->done = true;
	return result;
}

static int give_rows(struct store *store, const struct reading *reading,
		     const struct store_query *query, struct asking *asking)
{
	struct query_text text = {0};
	sqlite3_stmt *statement;
	int code = SQLITE_DONE, result;

	add(&text, true, "SELECT row FROM airing WHERE row > :after");
	add(&text, query->from_us != 0, " AND planned >= :from");
	add(&text, query->until_us != 0, " AND planned < :until");
	add(&text, query->mode >= 0, " AND mode = :mode");
	add(&text, query->campaign[0] != '\0', " AND campaign = :campaign");
	add(&text, query->broadcast[0] != '\0', " AND broadcast = :broadcast");
	add(&text, true, query->newest_first ? " ORDER BY row DESC" : " ORDER BY row");
	result = prepare_query(reading->db, &text, query, &statement);
	if (result < 0)
		return result;
	while (result == 0 && !asking->done && (code = sqlite3_step(statement)) == SQLITE_ROW)
		result = give_row(store, reading, sqlite3_column_int64(statement, 0), asking);
	if (result == 0 && !asking->done)
		result = store_error(reading->db, code);
	sqlite3_finalize(statement);
	return result;
}

static bool may_have_rows(const struct store *store, size_t index, const struct store_query *query)
{
	const struct store_part *part;

	if (index == store->n_parts)
		return true; /* the file that is written */
	part = &store->parts[index];
	return part->last_row > query->after_row &&
	       (query->from_us == 0 || part->planned_until_us >= query->from_us) &&
	       (query->until_us == 0 || part->planned_from_us < query->until_us);
}

int store_rows(struct store *store, const struct store_query *query, store_row_fn *fn,
	       void *context)
{
	struct asking asking = {fn, context, query->limit, false};
	size_t n = store->n_parts;
	int result = 0;

	for (size_t i = 0; i <= n && result == 0 && !asking.done; i++) {
		size_t index = query->newest_first ? n - i : i;
		struct reading reading;

		if (!may_have_rows(store, index, query))
			continue;
		result = reading_open(store, index, &reading);
		if (result < 0)
			break;
		result = give_rows(store, &reading, query, &asking);
		reading_close(&reading);
	}
	return result;
}

int store_give_events(struct store *store, sqlite3_stmt *statement, store_event_fn *fn,
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
		result = store_error(sqlite3_db_handle(statement), code);
	sqlite3_finalize(statement);
	return result;
}

/* A page of the notes. Counted here, not by SQL: a text that cannot be read is none of them. */
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

static int give_notes(struct store *store, const struct reading *reading,
		      const struct store_query *query, struct page *page)
{
	struct query_text text = {0};
	sqlite3_stmt *statement;
	int error;

	/* Only notes have a 'what', and its index knows them. */
	add(&text, true, "SELECT text FROM event INDEXED BY event_what WHERE what <> ''");
	add(&text, query->from_us != 0, " AND time >= :from");
	add(&text, query->until_us != 0, " AND time < :until");
	add(&text, query->mode >= 0, " AND mode = :mode");
	add(&text, true, query->newest_first ? " ORDER BY number DESC" : " ORDER BY number");
	error = prepare_query(reading->db, &text, query, &statement);
	return error < 0 ? error : store_give_events(store, statement, give_in_page, page);
}

int store_notes(struct store *store, const struct store_query *query, store_event_fn *fn,
		void *context)
{
	struct page page = {fn, context, query->skip, query->limit, false};
	size_t n = store->n_parts;
	int result = 0;

	for (size_t i = 0; i <= n && result == 0; i++) {
		struct reading reading;

		result = reading_open(store, query->newest_first ? n - i : i, &reading);
		if (result < 0)
			break;
		result = give_notes(store, &reading, query, &page);
		reading_close(&reading);
	}
	return page.full ? 0 : result;
}
