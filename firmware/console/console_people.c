/* SPDX-License-Identifier: MIT */
/* Accounts, for approvers: who there is, invite, remove. */
#include "console_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "words.h"

void visit_accounts(struct visit *visit)
{
	json_t *list = json_array();
	struct account account;

	for (size_t i = 0; account_list(visit->console->accounts, i, &account) == 0; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}", "name", account.name,
						      "role", account_role_name(account.role),
						      "invited", account.stored[0] == '\0',
						      "machine", account.machine));
	visit_answer(visit, 200, json_pack("{s:b, s:o}", "ok", 1, "accounts", list));
}

/* Why an account could not be made; wanted: what a request for one wants. */
static void refuse_account(struct visit *visit, int error, const char *wanted)
{
	if (error == -EINVAL)
		visit_refuse(visit, 400, "bad-request", wanted);
	else if (error == -EEXIST)
		visit_refuse(
			visit, 409, "exists",
			N_("There is an account of that name. To give it a new password, remove it "
			   "and invite the person anew."));
	else if (error == -ENOSPC)
		visit_refuse(visit, 409, "too-many",
			     N_("There are 100 accounts; remove one first."));
	else
		visit_refuse(
			visit, 507, "disk",
			N_("The box cannot write to its disk. It may be full or worn out: call the "
			   "technician."));
}

void visit_invite(struct visit *visit)
{
	enum account_role role = account_role_of(visit_text(visit, "role"));
	char *name = account_clean_name(visit_text(visit, "name"));
	char code[ACCOUNT_CODE];
	int error = -EINVAL;

	if (name && role != ROLE_NONE)
		error = account_invite(visit->console->accounts, name, role, console_now_us(),
				       code);
	if (error == 0) {
		console_say(visit->console, _("%s invited %s as %s"), visit->who.name, name,
			    account_role_name(role));
		visit_answer(visit, 200,
			     json_pack("{s:b, s:s, s:s}", "ok", 1, "name", name, "code", code));
	} else {
		refuse_account(
			visit, error,
			N_("An invitation wants a name of at most 47 bytes, and a role: viewer, "
			   "operator or approver."));
	}
	free(name);
}

void visit_make_token(struct visit *visit)
{
	enum account_role role = account_role_of(visit_text(visit, "role"));
	char *name = account_clean_name(visit_text(visit, "name"));
	char token[ACCOUNT_TOKEN];
	int error = -EINVAL;

	if (name && (role == ROLE_VIEWER || role == ROLE_OPERATOR))
		error = account_make_token(visit->console->accounts, name, role, token);
	if (error == 0) {
		console_say(visit->console, _("%s made a token for %s as %s"), visit->who.name,
			    name, account_role_name(role));
		visit_answer(visit, 200,
			     json_pack("{s:b, s:s, s:s}", "ok", 1, "name", name, "token", token));
	} else {
		refuse_account(visit, error,
			       N_("A token wants a name of at most 47 bytes, and a role: viewer or "
				  "operator."));
	}
	free(name);
}

void visit_remove_account(struct visit *visit)
{
	const char *name = http_query(visit->request, "name");
	int error = name ? account_remove(visit->console->accounts, name) : -ENOENT;

	live_poke(visit->console->live); /* the streams of that person end */
	if (error == 0) {
		console_say(visit->console, _("%s removed the account of %s"), visit->who.name,
			    name);
		visit_done(visit);
	} else if (error == -ENOENT) {
		visit_refuse(visit, 404, "no-such", N_("There is no account of that name."));
	} else if (error == -EPERM) {
		visit_refuse(
			visit, 409, "last",
			N_("That is the last account that may approve. Invite another approver "
			   "first."));
	} else {
		visit_refuse(
			visit, 507, "disk",
			N_("The box cannot write to its disk. It may be full or worn out: call the "
			   "technician."));
	}
}
