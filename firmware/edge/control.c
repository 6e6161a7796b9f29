/* SPDX-License-Identifier: MIT */
#include "control_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int control_new(const struct control_host *host, const char *version, control_reply_fn *reply,
		void *reply_context, struct control **ret)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return -ENOMEM;
	control->host = *host;
	control->version = version;
	control->reply = reply;
	control->reply_context = reply_context;
	*ret = control;
	return 0;
}

struct control *control_free(struct control *control)
{
	free(control);
	return NULL;
}

json_t *control_done(void)
{
	return json_pack("{s:b}", "ok", 1);
}

json_t *control_error(const char *code, const char *message)
{
	return json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code, "message", message);
}

json_t *control_verdict_reply(const struct control_verdict *verdict)
{
	if (!verdict->error)
		return control_done();
	return control_error(verdict->error, verdict->message);
}

json_t *control_with(json_t *reply, const char *key, json_t *value)
{
	if (reply && json_object_set_new(reply, key, value) == 0)
		return reply;
	if (!reply)
		json_decref(value);
	json_decref(reply);
	return NULL;
}

void control_send(struct control *control, uint64_t client, json_t *reply)
{
	static const char lost[] = "{\"ok\":false,\"error\":\"out-of-memory\",\"message\":\"\"}";
	char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;

	json_decref(reply);
	if (text)
		control->reply(control->reply_context, client, text, strlen(text));
	else
		control->reply(control->reply_context, client, lost, sizeof(lost) - 1);
	free(text);
}

uint64_t control_expect(struct control_call *call, size_t limit)
{
	struct control *control = call->control;

	for (size_t i = 0; i < LIMIT_CLIENTS; i++) {
		struct control_pending *pending = &control->pending[i];
		const char *language;

		if (pending->token)
			continue;
		language = json_string_value(json_object_get(call->request, "language"));
		pending->token = ++control->next_token;
		pending->client = call->peer->client;
		pending->limit = limit;
		snprintf(pending->language, sizeof(pending->language), "%s",
			 language ? language : "");
		call->later = true;
		return pending->token;
	}
	return 0;
}

void control_expect_no_more(struct control *control, uint64_t token)
{
	for (size_t i = 0; token && i < LIMIT_CLIENTS; i++)
		if (control->pending[i].token == token)
			memset(&control->pending[i], 0, sizeof(control->pending[i]));
}

void control_forget(struct control *control, uint64_t client)
{
	for (size_t i = 0; i < LIMIT_CLIENTS; i++)
		if (control->pending[i].token && control->pending[i].client == client)
			memset(&control->pending[i], 0, sizeof(control->pending[i]));
}

static json_t *carry_out(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	const char *name = json_string_value(json_object_get(call->request, "do"));
	control_do_fn *action;

	if (!name)
		return control_error(
			"bad-request",
			host->word(host->context, N_("The request does not say what to do.")));
	action = control_find(name);
	if (!action)
		return control_error(
			"unknown-request",
			host->word(host->context,
				   N_("This station does not know that request; program and "
				      "station may be of different versions.")));
	return action(call);
}

void control_request(struct control *control, const struct control_peer *peer, const char *text,
		     size_t n, int fd)
{
	struct control_host *host = &control->host;
	struct control_call call = {
		.control = control,
		.peer = peer,
		.request = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL),
		.fd = fd,
	};
	uint64_t client = peer->client;
	json_t *reply;

	if (json_is_object(call.request)) {
		host->language(host->context,
			       json_string_value(json_object_get(call.request, "language")));
		reply = carry_out(&call);
	} else {
		reply = control_error(
			"bad-request",
			host->word(host->context, N_("The request is not a JSON object on one "
						     "line.")));
	}
	host->language(host->context, NULL);
	json_decref(call.request);
	if (call.fd >= 0)
		close(call.fd);
	if (!call.later)
		control_send(control, client, reply);
}

void control_refuse_large(struct control *control, uint64_t client)
{
	struct control_host *host = &control->host;

	control_send(
		control, client,
		control_error("too-large",
			      host->word(host->context, N_("The request is longer than 64 KiB."))));
}
