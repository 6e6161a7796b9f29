/* SPDX-License-Identifier: MIT */
/* Who comes in: log in, first use, a new password, log out. */
#include "console_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "code.h"
#include "names.h"
#include "words.h"

/* Has whoever guesses to wait? Then that is the answer. */
static bool must_wait(struct visit *visit, const char *name)
{
	struct console *console = visit->console;
	int64_t now_us = console_boot_us();
	int64_t wait_us = backoff_wait(&console->by_address, http_address(visit->request), now_us);
	int64_t of_name_us = backoff_wait(&console->by_name, name, now_us);
	char seconds[16];

	if (of_name_us > wait_us)
		wait_us = of_name_us;
	if (wait_us == 0)
		return false;
	snprintf(seconds, sizeof(seconds), "%d", (int)((wait_us + 999999) / 1000000));
	http_extra(visit->request, "Retry-After", seconds);
	visit_refuse(visit, 429, "wait",
		     N_("Too many wrong attempts. Wait a little, then try again."));
	return true;
}

static void note_failure(struct visit *visit, const char *name)
{
	struct console *console = visit->console;

	backoff_failed(&console->by_address, http_address(visit->request), console_boot_us());
	backoff_failed(&console->by_name, name, console_boot_us());
	console_say(console, _("log-in refused from %s"), http_address(visit->request));
}

static void note_success(struct visit *visit, const char *name)
{
	struct console *console = visit->console;

	backoff_succeeded(&console->by_address, http_address(visit->request));
	backoff_succeeded(&console->by_name, name);
	console_say(console, _("%s logged in from %s"), name, http_address(visit->request));
}

static void too_busy(struct visit *visit)
{
	http_extra(visit->request, "Retry-After", "2");
	visit_refuse(visit, 429, "wait",
		     N_("Others are logging in just now. Wait a moment, then try again."));
}

static void disk_trouble(struct visit *visit)
{
	visit_refuse(visit, 507, "disk",
		     N_("The box cannot write to its disk. It may be full or worn out: call the "
			"technician."));
}

static json_t *session_json(const struct account_session *who)
{
	return json_pack("{s:b, s:s, s:s, s:s}", "ok", 1, "name", who->name, "role",
			 account_role_name(who->role), "csrf", who->csrf);
}

/* The account is right: a session, its cookie, and what the page needs to know. */
static void let_in(struct visit *visit, const struct account *account)
{
	struct accounts *accounts = visit->console->accounts;
	const char *secure = visit->console->options.certificate ? "; Secure" : "";
	struct account_now now = console_now(visit->console);
	char token[ACCOUNT_TOKEN], cookie[160];

	if (account_login(accounts, account, &now, token) < 0 ||
	    account_session(accounts, token, &now, &visit->who) < 0) {
		disk_trouble(visit);
		return;
	}
	note_success(visit, account->name);
	snprintf(cookie, sizeof(cookie),
		 CONSOLE_COOKIE "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s", token,
		 (int)(ACCOUNT_SESSION_US / 1000000), secure);
	http_extra(visit->request, "Set-Cookie", cookie);
	visit_answer(visit, 200, session_json(&visit->who));
}

static void compared(void *context, int result, const char *stored)
{
	struct visit *visit = context;

	(void)stored;
	if (result == 0) {
		let_in(visit, &visit->account);
		return;
	}
	if (result != -EACCES) {
		too_busy(visit);
		return;
	}
	note_failure(visit, visit->account.name);
	visit_refuse(
		visit, 401, "wrong",
		N_("Name or password is wrong. Whoever forgot the password asks an approver for "
		   "a new invitation."));
}

void visit_login(struct visit *visit)
{
	char *name = account_clean_name(visit_text(visit, "name"));
	struct account account = {0};
	int found;

	snprintf(visit->account.name, sizeof(visit->account.name), "%s", name ? name : "?");
	free(name);
	if (must_wait(visit, visit->account.name))
		return;
	/* Whether there is such an account shows neither in the answer nor in its time. */
	found = account_find(visit->console->accounts, visit->account.name, &account);
	if (found == 0)
		visit->account = account;
	if (found < 0 && found != -ENOENT)
		disk_trouble(visit);
	else if (strlen(visit_text(visit, "password")) >= PASSWORD_BYTES)
		compared(visit, -EACCES, "");
	else if (password_check(visit->console->passwords, visit->account.stored,
				visit_text(visit, "password"), compared, visit) < 0)
		too_busy(visit);
}

void visit_logout(struct visit *visit)
{
	account_logout(visit->console->accounts, visit->who.id);
	live_poke(visit->console->live);
	http_extra(visit->request, "Set-Cookie",
		   CONSOLE_COOKIE "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
	visit_done(visit);
}

/* Who is it? Nobody is an answer, too; and whether anybody has an account at all. */
void visit_session(struct visit *visit)
{
	int n = account_count(visit->console->accounts);

	if (visit->who.role > ROLE_NONE)
		visit_answer(visit, 200, session_json(&visit->who));
	else
		visit_answer(visit, 200,
			     json_pack("{s:b, s:n, s:b}", "ok", 1, "name", "first_use", n == 0));
}

/* False: it is refused. */
static bool good_password(struct visit *visit, const char *password)
{
	size_t n = strlen(password), letters = 0;

	for (size_t i = 0; i < n; i++)
		letters += ((unsigned char)password[i] & 0xc0) != 0x80;
	if (letters >= PASSWORD_LEAST && n < PASSWORD_BYTES)
		return true;
	visit_refuse(visit, 400, "weak-password",
		     N_("A password has at least 10 characters; a short sentence is easy to "
			"remember."));
	return false;
}

/* "abcd efgh" -> "ABCD-EFGH": as people type it. */
static void tidy_code(const char *text, char ret[ACCOUNT_CODE])
{
	size_t n = 0;

	for (; *text && n < ACCOUNT_CODE - 1; text++) {
		if (n == 4)
			ret[n++] = '-';
		if (*text >= 'a' && *text <= 'z')
			ret[n++] = (char)(*text - 'a' + 'A');
		else if (*text != ' ' && *text != '-' && (unsigned char)*text < 0x80)
			ret[n++] = *text;
	}
	ret[n] = '\0';
}

/*
 * The code of console-code makes or renews an approver; an invitation holds for its name. 0; -EACCES:
 * it is none; -EIO: the accounts cannot be read.
 */
static int code_opens(struct visit *visit, struct account *account)
{
	visit->first = code_is(visit->console->options.state_dir, visit->code);
	if (visit->first) {
		account->role = ROLE_APPROVER;
		return 0;
	}
	return account_invited(visit->console->accounts, account->name, visit->code,
			       console_now_us(), account);
}

static void first_hashed(void *context, int result, const char *stored)
{
	struct visit *visit = context;
	struct account account = visit->account;
	int error;

	/* Two may have come with the same code: it opens once. */
	if (result < 0 || code_opens(visit, &account) < 0) {
		too_busy(visit);
		return;
	}
	snprintf(account.stored, sizeof(account.stored), "%s", stored);
	error = account_set(visit->console->accounts, &account);
	if (error < 0) {
		disk_trouble(visit);
		return;
	}
	if (visit->first)
		code_used(visit->console->options.state_dir);
	let_in(visit, &account);
}

void visit_first_use(struct visit *visit)
{
	char *name = account_clean_name(visit_text(visit, "name"));
	struct account account = {0};
	int opens;

	if (!name) {
		visit_refuse(visit, 400, "bad-name",
			     N_("Give your name as it should stand in the log: at most 47 bytes, "
				"such as "
				"\"Nguyễn Thị Lan\"."));
		return;
	}
	snprintf(visit->account.name, sizeof(visit->account.name), "%s", name);
	free(name);
	if (must_wait(visit, "") || !good_password(visit, visit_text(visit, "password")))
		return;
	tidy_code(visit_text(visit, "code"), visit->code);
	account = visit->account;
	opens = code_opens(visit, &account);
	if (opens < 0 && opens != -EACCES) {
		disk_trouble(visit);
		return;
	}
	if (opens < 0) {
		note_failure(visit, "");
		visit_refuse(visit, 403, "wrong-code",
			     N_("That code is not valid, or no longer. The technician gets a new "
				"one with "
				"loaphuong console-code; an approver can invite you anew."));
		return;
	}
	if (password_check(visit->console->passwords, NULL, visit_text(visit, "password"),
			   first_hashed, visit) < 0)
		too_busy(visit);
}

static void renewed(void *context, int result, const char *stored)
{
	struct visit *visit = context;

	if (result < 0) {
		too_busy(visit);
		return;
	}
	snprintf(visit->account.stored, sizeof(visit->account.stored), "%s", stored);
	if (account_set(visit->console->accounts, &visit->account) < 0)
		disk_trouble(visit);
	else
		let_in(visit, &visit->account);
}

static void old_compared(void *context, int result, const char *stored)
{
	struct visit *visit = context;

	(void)stored;
	if (result == -EACCES) {
		note_failure(visit, visit->who.name);
		visit_refuse(visit, 403, "wrong", N_("The old password is wrong."));
		return;
	}
	if (result < 0 || password_check(visit->console->passwords, NULL, visit_text(visit, "new"),
					 renewed, visit) < 0)
		too_busy(visit);
}

void visit_password(struct visit *visit)
{
	const char *old = visit_text(visit, "old");

	if (must_wait(visit, visit->who.name) || !good_password(visit, visit_text(visit, "new")))
		return;
	if (account_find(visit->console->accounts, visit->who.name, &visit->account) < 0)
		disk_trouble(visit);
	else if (strlen(old) >= PASSWORD_BYTES)
		old_compared(visit, -EACCES, "");
	else if (password_check(visit->console->passwords, visit->account.stored, old, old_compared,
				visit) < 0)
		too_busy(visit);
}
