/* SPDX-License-Identifier: MIT */
#include "account_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "names.h"

/* One step a version of the file; what is there is never changed. */
static const char *const steps[] = {
	"CREATE TABLE account (name TEXT PRIMARY KEY, role INTEGER NOT NULL, stored TEXT NOT NULL,"
	" code BLOB, code_until_us INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
	"CREATE TABLE session (id BLOB PRIMARY KEY, name TEXT NOT NULL REFERENCES account"
	" ON DELETE CASCADE, csrf TEXT NOT NULL, begun_us INTEGER NOT NULL,"
	" used_us INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX session_of ON session (name);",
	"ALTER TABLE session ADD COLUMN begun_boot TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE session ADD COLUMN begun_boot_us INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE session ADD COLUMN used_boot TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE session ADD COLUMN used_boot_us INTEGER NOT NULL DEFAULT 0;",
};
#define N_STEPS (sizeof(steps) / sizeof(steps[0]))

static const char *const roles[] = {
	[ROLE_NONE] = "none",
	[ROLE_VIEWER] = "viewer",
	[ROLE_OPERATOR] = "operator",
	[ROLE_APPROVER] = "approver",
};

const char *account_role_name(enum account_role role)
{
	return roles[role];
}

enum account_role account_role_of(const char *name)
{
	for (enum account_role role = ROLE_VIEWER; name && role <= ROLE_APPROVER; role++)
		if (strcmp(roles[role], name) == 0)
			return role;
	return ROLE_NONE;
}

char *account_clean_name(const char *given)
{
	char *name = given && strlen(given) < 4 * ACCOUNT_NAME ? names_nfc(given) : NULL;

	if (!name || names_flaw(name, ACCOUNT_NAME, true) == NAMES_GOOD)
		return name;
	free(name);
	return NULL;
}

bool account_same(const char *a, const char *b)
{
	size_t n = strlen(a);

	return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

static int bind(sqlite3_stmt *statement, const char *kinds, va_list values)
{
	int result = SQLITE_OK;

	for (int index = 1; *kinds && result == SQLITE_OK; kinds++, index++) {
		if (*kinds == 't')
			result = sqlite3_bind_text(statement, index, va_arg(values, const char *),
						   -1, SQLITE_TRANSIENT);
		else if (*kinds == 'i')
			result = sqlite3_bind_int64(statement, index, va_arg(values, int64_t));
		else
			result = sqlite3_bind_blob(statement, index, va_arg(values, const void *),
						   32, SQLITE_TRANSIENT);
	}
	return result;
}

sqlite3_stmt *account_prepare(struct accounts *accounts, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list values;
	int result;

	if (sqlite3_prepare_v2(accounts->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return NULL;
	va_start(values, kinds);
	result = bind(statement, kinds, values);
	va_end(values);
	if (result == SQLITE_OK)
		return statement;
	sqlite3_finalize(statement);
	return NULL;
}

int account_run(struct accounts *accounts, sqlite3_stmt *statement)
{
	int result = SQLITE_ERROR;

	(void)accounts;
	while (statement && (result = sqlite3_step(statement)) == SQLITE_ROW)
		;
	sqlite3_finalize(statement);
	return result == SQLITE_DONE ? 0 : -EIO;
}

int account_do(struct accounts *accounts, const char *sql)
{
	return sqlite3_exec(accounts->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
}

/* The one number a statement answers; -EIO. */
static int number(struct accounts *accounts, sqlite3_stmt *statement)
{
	int n = -EIO;

	(void)accounts;
	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		n = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

static int upgrade(struct accounts *accounts)
{
	int version = number(accounts, account_prepare(accounts, "PRAGMA user_version", ""));
	char sql[64];
	int error = version < 0 ? version : 0;

	for (; error == 0 && (size_t)version < N_STEPS; version++) {
		error = account_do(accounts, "BEGIN IMMEDIATE");
		if (error == 0)
			error = account_do(accounts, steps[version]);
		snprintf(sql, sizeof(sql), "PRAGMA user_version = %d; COMMIT", version + 1);
		if (error == 0)
			error = account_do(accounts, sql);
	}
	return error;
}

int accounts_open(const char *path, struct accounts **ret)
{
	struct accounts *accounts = calloc(1, sizeof(*accounts));
	mode_t before = umask(077);
	int error = accounts ? 0 : -ENOMEM;

	if (accounts &&
	    (sqlite3_open_v2(path, &accounts->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			     NULL) != SQLITE_OK))
		error = -EIO;
	if (error == 0)
		error = account_do(accounts,
				   "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
				   "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL");
	if (error == 0)
		error = upgrade(accounts);
	umask(before);
	if (error < 0) {
		accounts_close(accounts);
		return error;
	}
	*ret = accounts;
	return 0;
}

struct accounts *accounts_close(struct accounts *accounts)
{
	if (accounts)
		sqlite3_close(accounts->db);
	free(accounts);
	return NULL;
}

bool account_text(sqlite3_stmt *statement, int at, char *ret, size_t n)
{
	const unsigned char *text = sqlite3_column_text(statement, at);

	snprintf(ret, n, "%s", text ? (const char *)text : "");
	return text != NULL;
}

/* The one account a statement answers. */
static int read_account(sqlite3_stmt *statement, struct account *ret)
{
	int result = statement ? sqlite3_step(statement) : SQLITE_ERROR;
	bool whole = true;

	if (result == SQLITE_ROW) {
		memset(ret, 0, sizeof(*ret));
		whole = account_text(statement, 0, ret->name, sizeof(ret->name));
		ret->role = (enum account_role)sqlite3_column_int(statement, 1);
		whole &= account_text(statement, 2, ret->stored, sizeof(ret->stored));
		ret->machine = strncmp(ret->stored, ACCOUNT_MACHINE, strlen(ACCOUNT_MACHINE)) == 0;
	}
	sqlite3_finalize(statement);
	if (result == SQLITE_ROW)
		return whole && ret->role > ROLE_NONE && ret->role <= ROLE_APPROVER ? 0 : -EIO;
	return result == SQLITE_DONE ? -ENOENT : -EIO;
}

int account_find(struct accounts *accounts, const char *name, struct account *ret)
{
	return read_account(account_prepare(accounts,
					    "SELECT name, role, stored FROM account WHERE name = ?",
					    "t", name),
			    ret);
}

int account_list(struct accounts *accounts, size_t index, struct account *ret)
{
	return read_account(account_prepare(accounts,
					    "SELECT name, role, stored FROM account"
					    " ORDER BY name LIMIT 1 OFFSET ?",
					    "i", (int64_t)index),
			    ret);
}

int account_count(struct accounts *accounts)
{
	return number(
		accounts,
		account_prepare(accounts, "SELECT count(*) FROM account WHERE stored <> ''", ""));
}

/* Passwords are not lost by a power cut a moment later; sessions may be. */
static int durably(struct accounts *accounts, sqlite3_stmt *statement)
{
	int error;

	account_do(accounts, "PRAGMA synchronous = FULL");
	error = account_run(accounts, statement);
	account_do(accounts, "PRAGMA synchronous = NORMAL");
	return error;
}

int account_set(struct accounts *accounts, const struct account *account)
{
	int n = number(accounts, account_prepare(accounts,
						 "SELECT count(*) FROM account"
						 " WHERE name <> ?",
						 "t", account->name));
	int error = n < 0 ? n : 0;

	if (n >= ACCOUNT_MOST)
		return -ENOSPC;
	if (error == 0)
		error = durably(accounts,
				account_prepare(accounts,
						"INSERT INTO account (name, role, stored)"
						" VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
						" role = excluded.role, stored = excluded.stored,"
						" code = NULL, code_until_us = 0",
						"tit", account->name, (int64_t)account->role,
						account->stored));
	if (error == 0)
		error = account_run(accounts,
				    account_prepare(accounts, "DELETE FROM session WHERE name = ?",
						    "t", account->name));
	return error;
}

int account_remove(struct accounts *accounts, const char *name)
{
	struct account account;
	int error = account_find(accounts, name, &account), others;

	if (error < 0)
		return error;
	others = number(accounts,
			account_prepare(accounts,
					"SELECT count(*) FROM account WHERE name <> ? AND role = ?"
					" AND stored <> ''",
					"ti", name, (int64_t)ROLE_APPROVER));
	if (others < 0)
		return others;
	if (others == 0 && account.role == ROLE_APPROVER)
		return -EPERM;
	return durably(accounts,
		       account_prepare(accounts, "DELETE FROM account WHERE name = ?", "t", name));
}
