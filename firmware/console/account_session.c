/* SPDX-License-Identifier: MIT */
#include "account_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

/* Without what is read for something else: no 0 and O, 1, I and L, U and V. */
static const char letters[] = "23456789ABCDEFGHJKMNPQRSTWXYZ";

static void make_token(char ret[ACCOUNT_TOKEN])
{
	uint8_t bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(ret, ACCOUNT_TOKEN, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void digest(const char *text, uint8_t ret[32])
{
	crypto_hash_sha256(ret, (const uint8_t *)text, strlen(text));
}

static void make_code(char ret[ACCOUNT_CODE])
{
	for (size_t i = 0; i < ACCOUNT_CODE - 1; i++)
		ret[i] = i == 4 ? '-' : letters[randombytes_uniform(sizeof(letters) - 1)];
	ret[ACCOUNT_CODE - 1] = '\0';
}

int account_invite(struct accounts *accounts, const char *name, enum account_role role,
		   int64_t now_us, char ret_code[ACCOUNT_CODE])
{
	struct account account;
	uint8_t hash[32];
	int error = account_find(accounts, name, &account);

	if (error == 0 && account.stored[0])
		return -EEXIST;
	if (error < 0 && error != -ENOENT)
		return error;
	memset(&account, 0, sizeof(account));
	snprintf(account.name, sizeof(account.name), "%s", name);
	account.role = role;
	error = account_set(accounts, &account);
	make_code(ret_code);
	digest(ret_code, hash);
	if (error == 0)
		error = account_run(accounts, account_prepare(accounts,
							      "UPDATE account SET code = ?,"
							      " code_until_us = ? WHERE name = ?",
							      "bit", hash,
							      now_us + ACCOUNT_INVITED_US, name));
	return error;
}

int account_invited(struct accounts *accounts, const char *name, const char *code, int64_t now_us,
		    struct account *ret)
{
	sqlite3_stmt *statement = account_prepare(
		accounts, "SELECT code, code_until_us FROM account WHERE name = ? AND stored = ''",
		"t", name);
	bool good = false;
	uint8_t hash[32];

	digest(code, hash);
	if (statement && sqlite3_step(statement) == SQLITE_ROW &&
	    sqlite3_column_bytes(statement, 0) == 32) {
		int64_t left_us = sqlite3_column_int64(statement, 1) - now_us;

		good = sodium_memcmp(sqlite3_column_blob(statement, 0), hash, 32) == 0 &&
		       left_us > 0 && left_us <= ACCOUNT_INVITED_US;
	}
	sqlite3_finalize(statement);
	return good ? account_find(accounts, name, ret) : -EACCES;
}

static void token_stored(const uint8_t id[32], char ret[PASSWORD_STORED])
{
	char hex[65];

	sodium_bin2hex(hex, sizeof(hex), id, 32);
	snprintf(ret, PASSWORD_STORED, ACCOUNT_MACHINE "%s", hex);
}

int account_make_token(struct accounts *accounts, const char *name, enum account_role role,
		       char ret_token[ACCOUNT_TOKEN])
{
	struct account account;
	uint8_t id[32];
	int error = account_find(accounts, name, &account);

	if (error != -ENOENT)
		return error == 0 ? -EEXIST : error;
	memset(&account, 0, sizeof(account));
	snprintf(account.name, sizeof(account.name), "%s", name);
	account.role = role;
	make_token(ret_token);
	digest(ret_token, id);
	token_stored(id, account.stored);
	return account_set(accounts, &account);
}

static int find_token(struct accounts *accounts, const uint8_t id[32], struct account_session *ret)
{
	char stored[PASSWORD_STORED];
	sqlite3_stmt *statement;
	int error = -ENOENT;

	token_stored(id, stored);
	statement = account_prepare(accounts, "SELECT name, role FROM account WHERE stored = ?",
				    "t", stored);
	if (statement && sqlite3_step(statement) == SQLITE_ROW) {
		memset(ret, 0, sizeof(*ret));
		snprintf(ret->name, sizeof(ret->name), "%s", sqlite3_column_text(statement, 0));
		ret->role = (enum account_role)sqlite3_column_int(statement, 1);
		memcpy(ret->id, id, 32);
		error = ret->role > ROLE_NONE && ret->role < ROLE_APPROVER ? 0 : -ENOENT;
	}
	sqlite3_finalize(statement);
	return error;
}

int account_of_token(struct accounts *accounts, const char *token, struct account_session *ret)
{
	uint8_t id[32];

	digest(token, id);
	return find_token(accounts, id, ret);
}

/* Those that are over, and the oldest ones if there are too many. */
static int sweep(struct accounts *accounts, int64_t now_us)
{
	int error = account_run(
		accounts,
		account_prepare(accounts, "DELETE FROM session WHERE used_us < ? OR begun_us < ?",
				"ii", now_us - ACCOUNT_IDLE_US, now_us - ACCOUNT_SESSION_US));

	if (error < 0)
		return error;
	return account_run(accounts,
			   account_prepare(accounts,
					   "DELETE FROM session WHERE id IN (SELECT id FROM session"
					   " ORDER BY used_us DESC LIMIT -1 OFFSET ?)",
					   "i", (int64_t)ACCOUNT_SESSIONS - 1));
}

int account_login(struct accounts *accounts, const struct account *account, int64_t now_us,
		  char ret_token[ACCOUNT_TOKEN])
{
	char csrf[ACCOUNT_TOKEN];
	uint8_t id[32];
	int error = sweep(accounts, now_us);

	if (error < 0)
		return error;
	make_token(ret_token);
	make_token(csrf);
	digest(ret_token, id);
	return account_run(accounts,
			   account_prepare(accounts,
					   "INSERT INTO session (id, name, csrf, begun_us, used_us)"
					   " VALUES (?, ?, ?, ?, ?)",
					   "bttii", id, account->name, csrf, now_us, now_us));
}

static int find(struct accounts *accounts, const uint8_t id[32], int64_t now_us,
		struct account_session *ret, int64_t *ret_used_us)
{
	sqlite3_stmt *statement = account_prepare(
		accounts,
		"SELECT s.name, a.role, s.csrf, s.begun_us, s.used_us FROM session s"
		" JOIN account a ON a.name = s.name WHERE s.id = ?",
		"b", id);
	int error = -ENOENT;

	if (statement && sqlite3_step(statement) == SQLITE_ROW &&
	    now_us - sqlite3_column_int64(statement, 3) < ACCOUNT_SESSION_US &&
	    now_us - sqlite3_column_int64(statement, 4) < ACCOUNT_IDLE_US) {
		memset(ret, 0, sizeof(*ret));
		snprintf(ret->name, sizeof(ret->name), "%s", sqlite3_column_text(statement, 0));
		ret->role = (enum account_role)sqlite3_column_int(statement, 1);
		snprintf(ret->csrf, sizeof(ret->csrf), "%s", sqlite3_column_text(statement, 2));
		memcpy(ret->id, id, 32);
		*ret_used_us = sqlite3_column_int64(statement, 4);
		error = ret->role > ROLE_NONE && ret->role <= ROLE_APPROVER ? 0 : -ENOENT;
	}
	sqlite3_finalize(statement);
	return error;
}

int account_session(struct accounts *accounts, const char *token, int64_t now_us,
		    struct account_session *ret)
{
	int64_t used_us;
	uint8_t id[32];
	int error;

	digest(token, id);
	error = find(accounts, id, now_us, ret, &used_us);
	if (error == 0 && (now_us - used_us > ACCOUNT_TOUCH_US || now_us < used_us))
		account_run(accounts,
			    account_prepare(accounts, "UPDATE session SET used_us = ? WHERE id = ?",
					    "ib", now_us, id));
	return error;
}

bool account_session_lasts(struct accounts *accounts, const uint8_t id[32], int64_t now_us)
{
	struct account_session session;
	int64_t used_us;

	return find(accounts, id, now_us, &session, &used_us) == 0 ||
	       find_token(accounts, id, &session) == 0;
}

int account_logout(struct accounts *accounts, const uint8_t id[32])
{
	return account_run(accounts,
			   account_prepare(accounts, "DELETE FROM session WHERE id = ?", "b", id));
}
