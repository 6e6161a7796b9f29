/* SPDX-License-Identifier: MIT */
/* The words of answers. */
#include "console_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

void visit_answer(struct visit *visit, unsigned status, json_t *reply)
{
	static const char lost[] = "{\"ok\":false,\"error\":\"out-of-memory\",\"message\":\"\"}";
	char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;

	json_decref(reply);
	if (text)
		http_answer(visit->request, status, "application/json", text, strlen(text));
	else
		http_answer(visit->request, 500, "application/json", lost, sizeof(lost) - 1);
	free(text);
}

void visit_refuse(struct visit *visit, unsigned status, const char *code, const char *english)
{
	words_use(visit->language);
	visit_answer(visit, status,
		     json_pack("{s:b, s:s, s:s}", "ok", 0, "error", code, "message", _(english)));
	words_use(NULL);
}

void visit_done(struct visit *visit)
{
	visit_answer(visit, 200, json_pack("{s:b}", "ok", 1));
}

const char *visit_text(const struct visit *visit, const char *key)
{
	const char *text = json_string_value(json_object_get(visit->body, key));

	return text ? text : "";
}
