/* SPDX-License-Identifier: MIT */
/*
 * account_internal - what the parts of account share: account.c has the file and the accounts,
 * account_session.c sessions and invitations.
 */
#ifndef CONSOLE_ACCOUNT_INTERNAL_H
#define CONSOLE_ACCOUNT_INTERNAL_H

#include <sqlite3.h>

#include "account.h"

/* What is kept of a token: this, and the SHA-256 in hexadecimal. No password has such a hash. */
#define ACCOUNT_MACHINE "token:"

struct accounts {
	sqlite3 *db;
};

/* A statement with its text and integer values bound ("tib": text, int64, 32 bytes); NULL: failed. */
sqlite3_stmt *account_prepare(struct accounts *accounts, const char *sql, const char *kinds, ...);
/* Run it to its end and free it. 0 or -EIO. */
int account_run(struct accounts *accounts, sqlite3_stmt *statement);
int account_do(struct accounts *accounts, const char *sql);
/* A column of text, cut to n bytes. False: there was no memory for it, and *ret is "". */
bool account_text(sqlite3_stmt *statement, int at, char *ret, size_t n);

#endif
