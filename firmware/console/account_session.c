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
	uint8_t hash[32];
	int error, result = statement ? sqlite3_step(statement) : SQLITE_ERROR;

	digest(code, hash);
	error = result == SQLITE_ROW || result == SQLITE_DONE ? -EACCES : -EIO;
	if (result == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == 32) {
		const void *kept = sqlite3_column_blob(statement, 0);
		int64_t left_us = sqlite3_column_int64(statement, 1) - now_us;

		if (!kept)
			error = -EIO;
		else if (sodium_memcmp(kept, hash, 32) == 0 && left_us > 0 &&
			 left_us <= ACCOUNT_INVITED_US)
			error = 0;
	}
	sqlite3_finalize(statement);
	return error == 0 ? account_find(accounts, name, ret) : error;
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

/* One row, none (-ENOENT), or it could not be read (-EIO). */
static int step_once(sqlite3_stmt *statement)
{
	int result = statement ? sqlite3_step(statement) : SQLITE_ERROR;

	if (result == SQLITE_ROW)
		return 0;
	return result == SQLITE_DONE ? -ENOENT : -EIO;
}

static int find_token(struct accounts *accounts, const uint8_t id[32], struct account_session *ret)
{
	char stored[PASSWORD_STORED];
	sqlite3_stmt *statement;
	int error;

	token_stored(id, stored);
	statement = account_prepare(accounts, "SELECT name, role FROM account WHERE stored = ?",
				    "t", stored);
	error = step_once(statement);
	if (error == 0) {
		memset(ret, 0, sizeof(*ret));
		ret->role = (enum account_role)sqlite3_column_int(statement, 1);
		memcpy(ret->id, id, 32);
		if (!account_text(statement, 0, ret->name, sizeof(ret->name)))
			error = -EIO;
		else if (ret->role <= ROLE_NONE || ret->role >= ROLE_APPROVER)
			error = -ENOENT;
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

/* How long ago it was begun or used, in us; ?1 the boot, ?2 its time, ?3 the clock. */
#define AGE(what)                                                                                  \
	"(CASE WHEN " what "_boot = ?1 THEN ?2 - " what "_boot_us ELSE ?3 - " what "_us END)"

/* Those that are over, and the oldest ones if there are too many. */
static int sweep(struct accounts *accounts, const struct account_now *now)
{
	int error = account_run(accounts,
				account_prepare(accounts,
						"DELETE FROM session WHERE " AGE(
							"used") " >= ?4 OR " AGE("begun") " >= ?5",
						"tiiii", now->boot, now->boot_us, now->utc_us,
						ACCOUNT_IDLE_US, ACCOUNT_SESSION_US));

	if (error < 0)
		return error;
	return account_run(accounts,
			   account_prepare(accounts,
					   "DELETE FROM session WHERE id IN (SELECT id FROM session"
					   " ORDER BY " AGE("used") " LIMIT -1 OFFSET ?4)",
					   "tiii", now->boot, now->boot_us, now->utc_us,
					   (int64_t)ACCOUNT_SESSIONS - 1));
}

int account_login(struct accounts *accounts, const struct account *account,
		  const struct account_now *now, char ret_token[ACCOUNT_TOKEN])
{
	char csrf[ACCOUNT_TOKEN];
	uint8_t id[32];
	int error = sweep(accounts, now);

	if (error < 0)
		return error;
	make_token(ret_token);
	make_token(csrf);
	digest(ret_token, id);
	return account_run(accounts,
			   account_prepare(accounts,
					   "INSERT INTO session (id, name, csrf, begun_us, used_us,"
					   " begun_boot, used_boot, begun_boot_us, used_boot_us)"
					   " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, ?6, ?6)",
					   "bttiti", id, account->name, csrf, now->utc_us,
					   now->boot, now->boot_us));
}

static int find(struct accounts *accounts, const uint8_t id[32], const struct account_now *now,
		struct account_session *ret, int64_t *ret_idle_us)
{
	sqlite3_stmt *statement = account_prepare(
		accounts,
		"SELECT s.name, a.role, s.csrf, " AGE("begun") ", " AGE(
			"used") " FROM session s JOIN account a ON a.name = s.name WHERE s.id = ?4",
		"tiib", now->boot, now->boot_us, now->utc_us, id);
	int error = step_once(statement);

	if (error == 0 && (sqlite3_column_int64(statement, 3) >= ACCOUNT_SESSION_US ||
			   sqlite3_column_int64(statement, 4) >= ACCOUNT_IDLE_US))
		error = -ENOENT;
	if (error == 0) {
		memset(ret, 0, sizeof(*ret));
		ret->role = (enum account_role)sqlite3_column_int(statement, 1);
		memcpy(ret->id, id, 32);
		*ret_idle_us = sqlite3_column_int64(statement, 4);
		if (!account_text(statement, 0, ret->name, sizeof(ret->name)) ||
		    !account_text(statement, 2, ret->csrf, sizeof(ret->csrf)))
			error = -EIO;
		else if (ret->role <= ROLE_NONE || ret->role > ROLE_APPROVER)
			error = -ENOENT;
	}
	sqlite3_finalize(statement);
	return error;
}

int account_session(struct accounts *accounts, const char *token, const struct account_now *now,
		    struct account_session *ret)
{
	int64_t idle_us;
	uint8_t id[32];
	int error;

	digest(token, id);
	error = find(accounts, id, now, ret, &idle_us);
	if (error == 0 && (idle_us > ACCOUNT_TOUCH_US || idle_us < 0))
		account_run(accounts,
			    account_prepare(accounts,
					    "UPDATE session SET used_us = ?, used_boot = ?,"
					    " used_boot_us = ? WHERE id = ?",
					    "itib", now->utc_us, now->boot, now->boot_us, id));
	return error;
}

bool account_session_lasts(struct accounts *accounts, const uint8_t id[32],
			   const struct account_now *now)
{
	struct account_session session;
	int64_t idle_us;

	return find(accounts, id, now, &session, &idle_us) == 0 ||
	       find_token(accounts, id, &session) == 0;
}

int account_logout(struct accounts *accounts, const uint8_t id[32])
{
	return account_run(accounts,
			   account_prepare(accounts, "DELETE FROM session WHERE id = ?", "b", id));
}
