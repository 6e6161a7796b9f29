/* SPDX-License-Identifier: MIT */
/*
 * One database file. WAL with synchronous FULL lost no acknowledged row in thousands of simulated
 * power cuts. locking_mode EXCLUSIVE must be set before the first access: then there is no -shm
 * file and no mmap, so a full disk cannot raise SIGBUS, and a second process is kept out.
 */
#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Another process may be reading for a moment: the command line, right before a start. */
#define STORE_BUSY_MS	  1000
/* A file of at most this size is checked whole at opening; of a larger one, its newest part. */
#define STORE_CHECK_BYTES (8 << 20)

/*
 * What the system said. SQLite keeps it for files that cannot be opened; for reads and writes that
 * fail in the middle of a statement it does not, and errno still stands as the call left it.
 */
static int error_of_system(sqlite3 *db)
{
	int error = sqlite3_system_errno(db);

	switch (error ? error : errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return -ENOSPC;
	case EROFS:
		return -EROFS;
	case EACCES:
	case EPERM:
		return -EACCES;
	case ENOENT:
		return error ? -ENOENT : -EIO;
	default:
		return -EIO;
	}
}

/* A byte of the head turned: SQLite calls the file one of a later version, not a damaged one. */
static bool is_strange(sqlite3 *db)
{
	return db && strcmp(sqlite3_errmsg(db), "unsupported file format") == 0;
}

int store_error(sqlite3 *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return error_of_system(db);
	default:
		return is_strange(db) ? -EBADMSG : -EIO;
	}
}

int store_path(const char *dir, const char *name, char **ret)
{
	return asprintf(ret, "%s/%s", dir, name) < 0 ? -ENOMEM : 0;
}

int store_exec(sqlite3 *db, const char *sql)
{
	return store_error(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* No database: one that was damaged is aside, and a new one could not be begun. */
int store_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret)
{
	if (!db)
		return -EBADMSG;
	return store_error(db, sqlite3_prepare_v2(db, sql, -1, ret, NULL));
}

int store_run(sqlite3 *db, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);
	int error = store_error(db, code);

	sqlite3_reset(statement);
	return error;
}

int store_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

int store_bind_named(sqlite3_stmt *statement, const char *name, int64_t value)
{
	int at = sqlite3_bind_parameter_index(statement, name);

	return at > 0 ? sqlite3_bind_int64(statement, at, value) : SQLITE_OK;
}

static int read_number(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement;
	int error = store_prepare(db, sql, &statement);
	int code;

	if (error < 0)
		return error;
	code = sqlite3_step(statement);
	error = store_error(db, code);
	if (error == 0)
		*ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return error;
}

static int set_up(sqlite3 *db)
{
	/* small pages: an event touches a page of every index, and each goes to the card whole */
	static const char pragmas[] = "PRAGMA page_size=512;"
				      "PRAGMA locking_mode=EXCLUSIVE;"
				      "PRAGMA journal_mode=WAL;"
				      "PRAGMA synchronous=FULL;"
				      "PRAGMA journal_size_limit=4194304;"
				      "PRAGMA wal_autocheckpoint=1600;"
				      "PRAGMA cache_size=-256;"
				      "PRAGMA temp_store=MEMORY;"
				      "PRAGMA mmap_size=0;"
				      "PRAGMA trusted_schema=OFF;";

	sqlite3_extended_result_codes(db, 1);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return store_exec(db, pragmas);
}

/* The file's own lock, taken now rather than at the first row. */
static int take(sqlite3 *db)
{
	int error = store_exec(db, "BEGIN IMMEDIATE");

	return error < 0 ? error : store_exec(db, "COMMIT");
}

/* The steps are right: one that does not fit these tables was led there by a damaged number. */
static int change_tables(sqlite3 *db, const char *sql)
{
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return code == SQLITE_ERROR ? -EBADMSG : store_error(db, code);
}

static int make_step(sqlite3 *db, const struct store_file *file, int step)
{
	char done[96];
	int error = store_exec(db, "BEGIN IMMEDIATE");

	if (error < 0)
		return error;
	snprintf(done, sizeof(done), "PRAGMA application_id=%u; PRAGMA user_version=%d; COMMIT",
		 file->application_id, step + 1);
	error = change_tables(db, file->steps[step]);
	if (error == 0)
		error = store_exec(db, done);
	if (error < 0)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

/* A file that is not ours, or not whole, is damage; one from the future is left alone. */
static int bring_up(sqlite3 *db, const struct store_file *file, enum store_open_mode mode)
{
	int64_t version = 0, application = 0, tables = 0;
	int error = read_number(db, "PRAGMA user_version", &version);
	int step;

	if (error == 0)
		error = read_number(db, "PRAGMA application_id", &application);
	if (error == 0)
		error = read_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (error < 0)
		return error;
	if (version < 0 || (tables > 0) != (version > 0) ||
	    (tables > 0 && application != (int64_t)file->application_id))
		return -EBADMSG;
	if (version > file->n_steps)
		return -EPROTO;
	if (version < file->n_steps && mode == STORE_OPEN_AS_IT_IS)
		return -ESTALE;
	for (step = (int)version; step < file->n_steps; step++) {
		error = make_step(db, file, step);
		if (error < 0)
			return error;
	}
	return 0;
}

/* Names of tables, columns and indices: the text of the schema differs with SQLite's version. */
static int read_schema(sqlite3 *db, char **ret)
{
	static const char sql[] =
		"SELECT coalesce(group_concat(name, ' '), '') FROM (SELECT m.name || '.' ||"
		" coalesce(c.name, '') AS name FROM sqlite_schema m"
		" LEFT JOIN pragma_table_info(m.name) c ORDER BY 1)";
	sqlite3_stmt *statement;
	const char *names;
	int code, error = store_prepare(db, sql, &statement);

	if (error < 0)
		return error;
	code = sqlite3_step(statement);
	error = store_error(db, code);
	names = error == 0 ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (error == 0) {
		*ret = names ? strdup(names) : NULL;
		error = *ret ? 0 : -ENOMEM;
	}
	sqlite3_finalize(statement);
	return error;
}

/* A version number alone proves nothing: what is not as our steps make it is damage, too. */
static int compare_schema(sqlite3 *db, const struct store_file *file)
{
	char *found = NULL, *wanted = NULL;
	sqlite3 *fresh = NULL;
	int error = sqlite3_open(":memory:", &fresh) == SQLITE_OK ? 0 : -ENOMEM;

	for (int step = 0; step < file->n_steps && error == 0; step++)
		error = store_exec(fresh, file->steps[step]);
	if (error == 0)
		error = read_schema(fresh, &wanted);
	if (error == 0)
		error = read_schema(db, &found);
	if (error == 0 && strcmp(found, wanted) != 0)
		error = -EBADMSG;
	sqlite3_close_v2(fresh);
	free(found);
	free(wanted);
	return error;
}

static int said_ok(void *context, int n, char **values, char **names)
{
	bool *ok = context;

	(void)names;
	*ok = n == 1 && values[0] && strcmp(values[0], "ok") == 0;
	return 0;
}

/*
 * Bounded by size: checking a log of years would hold up a start for longer than a listener
 * forgives. Damage deeper down shows when it is read, and in store_verify().
 */
static int check(sqlite3 *db)
{
	int64_t pages = 0, page_bytes = 0;
	bool ok = false;
	int error = read_number(db, "PRAGMA page_count", &pages);

	if (error == 0)
		error = read_number(db, "PRAGMA page_size", &page_bytes);
	if (error < 0 || page_bytes == 0 || pages > STORE_CHECK_BYTES / page_bytes)
		return error;
	error = store_error(db, sqlite3_exec(db, "PRAGMA quick_check(1)", said_ok, &ok, NULL));
	if (error == 0 && !ok)
		error = -EBADMSG;
	return error;
}

void store_file_abandon(sqlite3 *db)
{
	if (db)
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close_v2(db);
}

static int open_path(const char *path, const struct store_file *file, enum store_open_mode mode,
		     sqlite3 **ret)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	sqlite3 *db = NULL;
	int error;

	if (mode != STORE_OPEN_AS_IT_IS)
		flags |= SQLITE_OPEN_CREATE;
	error = store_error(db, sqlite3_open_v2(path, &db, flags, NULL));
	if (!db)
		return -ENOMEM;
	if (error < 0)
		error = error_of_system(db);
	sqlite3_busy_timeout(db, mode == STORE_OPEN_MAKE ? STORE_BUSY_MS : 0);
	if (error == 0)
		error = set_up(db);
	if (error == 0)
		error = take(db);
	if (error == 0)
		error = bring_up(db, file, mode);
	if (error == 0)
		error = check(db);
	if (error == 0 && mode != STORE_OPEN_MEMORY)
		error = compare_schema(db, file);
	if (error < 0) {
		store_file_abandon(db);
		return error;
	}
	*ret = db;
	return 0;
}

int store_file_open(const char *dir, const struct store_file *file, enum store_open_mode mode,
		    sqlite3 **ret)
{
	char *path;
	int error;

	if (mode == STORE_OPEN_MEMORY)
		return open_path(":memory:", file, mode, ret);
	error = store_path(dir, file->name, &path);
	if (error < 0)
		return error;
	error = open_path(path, file, mode, ret);
	free(path);
	return error;
}

/*
 * The write-ahead log goes along under the name with which the file could be opened again. So does a
 * rollback journal, which a file of ours never has: left behind, it would be played into the new one.
 */
static int rename_with_rest(int dir, const char *name, const char *to)
{
	static const char *const rests[] = {"-wal", "-journal"};
	char rest[STORE_KEPT_NAME + 16], rest_to[STORE_KEPT_NAME + 16];

	if (renameat2(dir, name, dir, to, RENAME_NOREPLACE) < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		snprintf(rest, sizeof(rest), "%s%s", name, rests[i]);
		snprintf(rest_to, sizeof(rest_to), "%s%s", to, rests[i]);
		if (renameat2(dir, rest, dir, rest_to, RENAME_NOREPLACE) < 0 && errno != ENOENT)
			return -errno;
	}
	return 0;
}

int store_file_aside(const char *dir, const char *name, char *ret_kept)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long long now = (long long)time(NULL);
	char to[STORE_KEPT_NAME];
	int error, tries = 0;

	if (fd < 0)
		return -errno;
	do {
		snprintf(to, sizeof(to), "%s.corrupt-%lld", name, now + tries);
		error = rename_with_rest(fd, name, to);
	} while (error == -EEXIST && ++tries < 100);
	if (error == 0 && fsync(fd) < 0)
		error = -errno;
	close(fd);
	if (error == 0 && ret_kept)
		memcpy(ret_kept, to, sizeof(to));
	return error;
}
