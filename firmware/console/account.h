/* SPDX-License-Identifier: MIT */
/*
 * account - who may use the console: accounts, invitations and sessions, in console.db (SQLite).
 *
 * There is no account and no password when the console is new. The first one is made with a code
 * that loaphuong console-code writes into the console's folder (code.h); others with an invitation,
 * which an approver makes and which holds for one name, one role and one day. Of a session only
 * the SHA-256 of its cookie is kept, so that a copy of the file opens no door.
 *
 * The clock may be wrong and may jump by years, when the network tells a box the time after a start
 * in 1970. How old a session of this boot is, is therefore told by CLOCK_BOOTTIME; one of a boot
 * before, by the clock, where a time in the future counts as now. Invitations go by the clock.
 */
#ifndef CONSOLE_ACCOUNT_H
#define CONSOLE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "password.h"

#define ACCOUNT_NAME	   48 /* bytes, NUL included: with " (console)" it fits into the log */
#define ACCOUNT_MOST	   100
#define ACCOUNT_SESSIONS   200 /* the one not used longest makes room */
#define ACCOUNT_TOKEN	   44  /* 32 random bytes in base64url, NUL included */
#define ACCOUNT_CODE	   10  /* "ABCD-EFGH", NUL included */
#define ACCOUNT_IDLE_US	   (12 * INT64_C(3600000000))
#define ACCOUNT_SESSION_US (7 * INT64_C(86400000000))
#define ACCOUNT_INVITED_US INT64_C(86400000000)
#define ACCOUNT_TOUCH_US   INT64_C(600000000) /* a session's last use is noted this often */

#define ACCOUNT_BOOT 40 /* bytes, NUL included */

struct account_now {
	int64_t utc_us;	  /* CLOCK_REALTIME */
	int64_t boot_us;  /* CLOCK_BOOTTIME */
	const char *boot; /* which boot that is, never "" */
};

/* In order: who may more may all that the ones before it may. */
enum account_role { ROLE_NONE, ROLE_VIEWER, ROLE_OPERATOR, ROLE_APPROVER };

struct accounts;

struct account {
	char name[ACCOUNT_NAME];
	enum account_role role;
	char stored[PASSWORD_STORED]; /* "" = invited, has no password yet */
	bool machine;		      /* has a token instead of a password */
};

struct account_session {
	char name[ACCOUNT_NAME];
	enum account_role role;
	char csrf[ACCOUNT_TOKEN];
	uint8_t id[32];
};

const char *account_role_name(enum account_role role); /* "viewer" */
enum account_role account_role_of(const char *name);   /* ROLE_NONE: no such role */
/* NFC, without what cannot stand in a log line. malloc'ed; NULL: that is no name. */
char *account_clean_name(const char *given);

/* path: console.db, made if it is not there. Negative errno. */
int accounts_open(const char *path, struct accounts **ret);
struct accounts *accounts_close(struct accounts *accounts);

/* 0; -ENOENT; -EIO. */
int account_find(struct accounts *accounts, const char *name, struct account *ret);
/* The index-th in order of name; -ENOENT past the end. */
int account_list(struct accounts *accounts, size_t index, struct account *ret);
/* How many have a password. Negative errno. */
int account_count(struct accounts *accounts);
/* Make it or change it; its sessions end. -ENOSPC: too many. */
int account_set(struct accounts *accounts, const struct account *account);
/* With its sessions. -ENOENT; -EPERM: it is the last approver. */
int account_remove(struct accounts *accounts, const char *name);

/* An invitation: an account without a password, and the code that opens it. -EEXIST. */
int account_invite(struct accounts *accounts, const char *name, enum account_role role,
		   int64_t now_us, char ret_code[ACCOUNT_CODE]);
/* 0 and the account if the code is that of its invitation; -EACCES; -EIO: it could not be read. */
int account_invited(struct accounts *accounts, const char *name, const char *code, int64_t now_us,
		    struct account *ret);

/* An account for a machine: its token is told once, only its SHA-256 is kept. -EEXIST; -ENOSPC. */
int account_make_token(struct accounts *accounts, const char *name, enum account_role role,
		       char ret_token[ACCOUNT_TOKEN]);
/* Whose token is it? -ENOENT: nobody's; -EIO: that could not be read. */
int account_of_token(struct accounts *accounts, const char *token, struct account_session *ret);

int account_login(struct accounts *accounts, const struct account *account,
		  const struct account_now *now, char ret_token[ACCOUNT_TOKEN]);
/* Whose cookie is it? -ENOENT: nobody's any more; -EIO: that could not be read. */
int account_session(struct accounts *accounts, const char *token, const struct account_now *now,
		    struct account_session *ret);
/* Is it still good? (For what has been open for a while.) */
bool account_session_lasts(struct accounts *accounts, const uint8_t id[32],
			   const struct account_now *now);
int account_logout(struct accounts *accounts, const uint8_t id[32]);

/* Are they the same, in a time that tells nothing of where they differ? */
bool account_same(const char *a, const char *b);

#endif
