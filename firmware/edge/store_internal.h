/* SPDX-License-Identifier: MIT */
/*
 * store_internal - what the parts of the store share.
 *
 * store.c opens and closes, store_file.c knows one database file, store_head.c asrun.head,
 * store_copy.c reads what cannot be written, store_asrun.c appends, store_parts.c keeps the older
 * parts, store_rows.c and store_restore.c find, store_verify.c proves, store_clips.c keeps the
 * library's index, store_life.c what the log tells of clips.
 */
#ifndef EDGE_STORE_INTERNAL_H
#define EDGE_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store.h"

#define STORE_HASH	32
#define STORE_PART_NAME 48

/* Messages are translated by whoever shows them. */
#define N_(english) (english)

/* One kind of database file: its name, and the steps that make its schema. */
struct store_file {
	const char *name;
	unsigned application_id; /* so that a stranger's file is not taken for ours */
	const char *const *steps;
	int n_steps;
};

extern const struct store_file store_asrun_file, store_library_file;

/* The newest number and hash, kept outside the database. */
struct store_head {
	int fd;	       /* -1: not open */
	bool found;    /* at least one slot was whole */
	unsigned next; /* slot to write next, 0 or 1 */
	int error;     /* of the last write, 0 or a negative errno */
	int64_t count;
	uint8_t hash[STORE_HASH];
};

/* An older part of the log, see store_parts.c: what a query has to know before it opens it. */
struct store_part {
	char name[STORE_PART_NAME];
	long sequence;
	int64_t last; /* number of its last event, and its hash */
	uint8_t hash[STORE_HASH];
	int64_t last_row, planned_from_us, planned_until_us; /* of its rows */
	int64_t real_us, time_until_us; /* newest time of a real event; of any */
	bool pauses;			/* it has a pause, or the end of one */
};

struct store {
	char *dir;
	bool read_only;
	char *copy; /* temporary folder with copies, or NULL */
	sqlite3 *asrun, *library;
	sqlite3_stmt *add_event, *add_airing, *close_airing, *row_events;
	struct store_part *parts; /* oldest first */
	size_t n_parts;
	long sequence; /* of the newest part there is, readable or not */
	int64_t part_bytes;
	struct store_head head;
	int64_t number; /* of the newest event */
	int64_t lived;	/* number of the newest event that library.db's lives know */
	uint8_t hash[STORE_HASH];
	char *text;  /* LIMIT_ASRUN_TEXT */
	char *items; /* LIMIT_ASRUN_ITEMS */
};

/* What the tables keep beside a text to find it again; all of it is read from the text. */
struct store_event_key {
	int kind, mode, clock;
	int64_t row, time_us, accounted_us, planned_us;
	char what[LIMIT_NAME];
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
};

/* store_file.c */
enum store_open_mode { STORE_OPEN_MAKE, STORE_OPEN_AS_IT_IS, STORE_OPEN_MEMORY };
int store_error(sqlite3 *db, int code);
int store_path(const char *dir, const char *name, char **ret);
/* -EBADMSG: damaged or not ours; -ESTALE (AS_IT_IS): an older schema, or none yet. */
int store_file_open(const char *dir, const struct store_file *file, enum store_open_mode mode,
		    sqlite3 **ret);
/* Closes without touching the file any more. Accepts NULL. */
void store_file_abandon(sqlite3 *db);
/* Renames NAME and NAME-wal to NAME.corrupt-TIME and NAME.corrupt-TIME-wal; ret_kept may be NULL. */
int store_file_aside(const char *dir, const char *name, char *ret_kept);
int store_exec(sqlite3 *db, const char *sql);
int store_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret);
/* Runs a statement that gives no rows, and resets it. */
int store_run(sqlite3 *db, sqlite3_stmt *statement);
int store_bind_text(sqlite3_stmt *statement, int at, const char *text);
/* Binds a named value where the statement has that name. */
int store_bind_named(sqlite3_stmt *statement, const char *name, int64_t value);
/* Copies a text column; NULL is "". -EINVAL: it does not fit; -ENOMEM: it cannot be read now. */
int store_column_text(sqlite3_stmt *statement, int at, char *ret, size_t n);
/* Copies a column of STORE_HASH bytes. -EINVAL: it has another length; -ENOMEM: it cannot be read now. */
int store_column_hash(sqlite3_stmt *statement, int at, uint8_t ret[STORE_HASH]);

/* Finds the events of a row, in the log's file or in a part. */
#define STORE_ROW_EVENTS                                                                           \
	"SELECT e.text FROM airing a CROSS JOIN event e ON " STORE_OF_ROW                          \
	" WHERE a.row = ? ORDER BY e.number"
/* Of a line 'a' of airing, its events 'e': no other place has any. */
#define STORE_OF_ROW                                                                               \
	"e.number BETWEEN a.first AND coalesce(a.closed, 9223372036854775807) AND e.row = a.row"

/* store_rows.c: every event whose text is in the column 'text'; finalizes the statement. */
int store_give_events(struct store *store, sqlite3_stmt *statement, store_event_fn *fn,
		      void *context);

/* store.c: opens asrun.db again after it was closed in the middle of service. */
int store_asrun_reopen(struct store *store);

/* store_parts.c */
int store_parts_find(struct store *store, char *ret_bad);
void store_parts_go_on(struct store *store);
/* The part in which that event stands; NULL: asrun.db. */
const struct store_part *store_part_of(const struct store *store, int64_t number);
int store_part_open(const struct store *store, const struct store_part *part, sqlite3 **ret);
bool store_part_is_due(struct store *store);
int store_part_begin(struct store *store,
		     int64_t now_us); /* asrun.db becomes a part; none is open */

/* store_head.c */
int store_head_open(const char *dir, bool read_only, struct store_head *ret);
int store_head_create(const char *dir, struct store_head *head);
int store_head_write(struct store_head *head, int64_t count, const uint8_t *hash);
void store_head_close(struct store_head *head);

/* store_life.c: brings library.db's lives up to the log. 0 or a negative errno. */
#define STORE_LIFE_BEHIND 512 /* events that may come before they are brought up */
int store_life_catch_up(struct store *store);

/* store_copy.c */
int store_copy_new(const char *dir, char **ret);
char *store_copy_free(char *copy);

/* store_asrun.c */
int store_asrun_begin(struct store *store); /* prepares, reads the newest event */
void store_asrun_end(struct store *store);
void store_hash(const uint8_t *previous, const void *text, size_t n, uint8_t *ret);
int store_event_key(struct store *store, const char *text, struct store_event_key *ret);

#endif
