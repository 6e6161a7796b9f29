/* SPDX-License-Identifier: MIT */
#include "control_campaign.h"

#include <errno.h>

#include "control_internal.h"

static json_t *busy(struct control_call *call)
{
	struct control_host *host = &call->control->host;

	return control_error(
		"busy-station",
		host->word(host->context, N_("Too much is being asked at a time. Wait a moment and "
					     "try again.")));
}

static json_t *reply_of(const struct control_verdict *verdict, const struct control_said *said)
{
	return control_with(control_verdict_reply(verdict), verdict->error ? "faults" : "warnings",
			    control_config_faults_json(said->faults, said->n));
}

/* Answered later, if the station takes it on. */
static json_t *edit(struct control_call *call, const struct control_edit *edit)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	struct control_said said = {0};
	uint64_t token = control_expect(call, 0);

	if (!token)
		return busy(call);
	host->edit(host->context, edit, token, &said, &verdict);
	if (!verdict.error)
		return NULL;
	call->later = false;
	control_expect_no_more(call->control, token);
	return reply_of(&verdict, &said);
}

json_t *control_do_campaign_save(struct control_call *call)
{
	struct control_hand hand;
	struct changes changes = {0};
	struct control_edit asked = {.hand = &hand, .changes = &changes};
	json_t *reply = NULL;
	int error;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	error = change_json_take(call->request, &changes);
	if (error == 0)
		reply = edit(call, &asked);
	else if (error == -EINVAL)
		reply = control_bad(call, N_("\"file\", \"base\" and \"changes\" are not what they "
					     "should be; load the page again."));
	change_json_done(&changes);
	return reply;
}

json_t *control_do_campaign_undo(struct control_call *call)
{
	const json_t *number = json_object_get(call->request, "number");
	struct control_hand hand;
	struct control_edit asked = {.hand = &hand};

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	if (number && !json_is_null(number) &&
	    (!json_is_integer(number) || json_integer_value(number) <= 0))
		return control_bad(call, N_("\"number\" is to be the number of a save."));
	asked.number = json_integer_value(number);
	asked.anyway = json_is_true(json_object_get(call->request, "anyway"));
	return edit(call, &asked);
}

void control_answer_edit(struct control *control, uint64_t token,
			 const struct control_verdict *verdict, const struct control_said *said,
			 const uint8_t *sha256)
{
	struct control_pending pending;
	json_t *reply;

	if (!control_take_pending(control, token, &pending))
		return;
	reply = reply_of(verdict, said);
	if (!verdict->error)
		reply = control_with(reply, "sha256",
				     sha256 ? control_hex(sha256, 32) : json_null());
	control_send(control, pending.client, reply);
}
