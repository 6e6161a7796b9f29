/* SPDX-License-Identifier: MIT */
#include "control_internal.h"

#include "row_json.h"

#include <string.h>

static json_t *unavailable(struct control_call *call)
{
	struct control_host *host = &call->control->host;

	return control_error("busy-station",
			     host->word(host->context,
					N_("The station has too much to do just now; try again.")));
}

bool control_take_limit(const json_t *request, size_t page, size_t *ret)
{
	const json_t *limit = json_object_get(request, "limit");

	*ret = page;
	if (!limit)
		return true;
	if (!json_is_integer(limit) || json_integer_value(limit) < 1)
		return false;
	if ((json_int_t)page > json_integer_value(limit))
		*ret = (size_t)json_integer_value(limit);
	return true;
}

/* "campaign/broadcast" or one of them under its own key. */
static bool take_broadcast(const json_t *request, struct control_query *query)
{
	char name[2 * LIMIT_NAME];
	char *slash;

	if (!control_take_text(request, "campaign", query->campaign, sizeof(query->campaign)) ||
	    !control_take_text(request, "broadcast", name, sizeof(name)))
		return false;
	slash = strchr(name, '/');
	if (slash) {
		*slash = '\0';
		if (strlen(name) >= sizeof(query->campaign))
			return false;
		memcpy(query->campaign, name, strlen(name) + 1);
	}
	if (strlen(slash ? slash + 1 : name) >= sizeof(query->broadcast))
		return false;
	memcpy(query->broadcast, slash ? slash + 1 : name, strlen(slash ? slash + 1 : name) + 1);
	return true;
}

static bool take_query(const struct control_call *call, struct control_query *ret)
{
	const json_t *pretended = json_object_get(call->request, "pretended");
	const json_t *after = json_object_get(call->request, "after_row");
	const json_t *skip = json_object_get(call->request, "skip");

	memset(ret, 0, sizeof(*ret));
	ret->mode = -1;
	if (json_is_boolean(pretended))
		ret->mode = json_is_true(pretended) ? ASRUN_PRETENDED : ASRUN_REAL;
	else if (pretended)
		return false;
	if ((after && !json_is_integer(after)) || (skip && !json_is_integer(skip)) ||
	    json_integer_value(skip) < 0)
		return false;
	ret->skip = (size_t)json_integer_value(skip);
	ret->after_row = json_integer_value(after);
	ret->newest_first = json_is_true(json_object_get(call->request, "newest_first"));
	return control_take_instant(call, "from", &ret->from_us) &&
	       control_take_instant(call, "until", &ret->until_us) &&
	       take_broadcast(call->request, ret) &&
	       control_take_limit(call->request, CONTROL_LOG_PAGE, &ret->limit);
}

json_t *control_do_faults(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	const json_t *skip = json_object_get(call->request, "skip");
	struct control_past_fault fault = {0};
	json_t *array;
	size_t at, limit;

	if (!control_take_limit(call->request, CONTROL_FAULTS_PAGE, &limit) ||
	    (skip && (!json_is_integer(skip) || json_integer_value(skip) < 0)))
		return control_bad(call, N_("\"skip\" and \"limit\" are to be numbers."));
	at = (size_t)json_integer_value(skip);
	array = json_array();
	for (; limit > 0 && host->past_fault(host->context, at, &fault); at++, limit--)
		json_array_append_new(array, control_past_fault_json(call->control, &fault));
	return control_with(control_with(control_done(), "faults", array), "more",
			    json_boolean(host->past_fault(host->context, at, &fault)));
}

typedef void ask_fn(void *context, const struct control_query *query, uint64_t token,
		    struct control_verdict *ret);

static json_t *ask(struct control_call *call, ask_fn *fn)
{
	struct control_verdict verdict = {0};
	struct control_query query;
	uint64_t token;

	if (!take_query(call, &query))
		return control_bad(call, N_("A value of the request is not what it should be."));
	token = control_expect(call, query.limit);
	if (!token)
		return unavailable(call);
	query.limit++; /* one more than wanted tells whether there is more */
	fn(call->control->host.context, &query, token, &verdict);
	if (!verdict.error)
		return NULL;
	control_expect_no_more(call->control, token);
	call->later = false;
	return control_verdict_reply(&verdict);
}

json_t *control_do_log(struct control_call *call)
{
	return ask(call, call->control->host.log);
}

json_t *control_do_notes(struct control_call *call)
{
	return ask(call, call->control->host.notes);
}

json_t *control_do_log_verify(struct control_call *call)
{
	struct control_verdict verdict = {0};
	uint64_t token = control_expect(call, 0);

	if (!token)
		return unavailable(call);
	call->control->host.verify(call->control->host.context, token, &verdict);
	if (!verdict.error)
		return NULL;
	control_expect_no_more(call->control, token);
	call->later = false;
	return control_verdict_reply(&verdict);
}

/* With the open file of the request; the answer comes when it is measured. */
static json_t *begin_import(struct control_call *call, struct control_import *import)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	uint64_t token;

	if (call->fd < 0)
		return control_error("no-file", host->word(host->context,
							   N_("The recording did not come with the "
							      "request.")));
	token = control_expect(call, 0);
	if (!token)
		return unavailable(call);
	import->fd = call->fd;
	host->import(host->context, import, token, &verdict);
	if (!verdict.error) {
		call->fd = -1;
		return NULL;
	}
	control_expect_no_more(call->control, token);
	call->later = false;
	return control_verdict_reply(&verdict);
}

json_t *control_do_clip_add(struct control_call *call)
{
	char name[LIMIT_NAME], title[LIMIT_WHY];
	struct control_import import = {.name = name, .title = title};

	if (!control_take_hand(call, &import.hand))
		return control_bad_hand(call);
	if (!control_take_text(call->request, "name", name, sizeof(name)) || !name[0] ||
	    !control_take_text(call->request, "title", title, sizeof(title)))
		return control_bad(
			call, N_("A clip wants a name of at most 63 bytes and a title of at most "
				 "255 bytes, without control characters."));
	import.replace = json_is_true(json_object_get(call->request, "replace"));
	return begin_import(call, &import);
}

json_t *control_do_clip_bring(struct control_call *call)
{
	char file[CONTROL_FILE_NAME];
	struct control_import import = {.name = "", .title = "", .file = file};

	if (!control_take_hand(call, &import.hand))
		return control_bad_hand(call);
	if (!control_take_text(call->request, "file", file, sizeof(file)) || !file[0])
		return control_bad(call, N_("\"file\" is to be the name of the file."));
	return begin_import(call, &import);
}

static bool take_step(const json_t *request, enum control_usb_step *ret)
{
	static const char *const steps[] = {
		[USB_BEGIN] = "begin", [USB_FILE] = "file", [USB_END] = "end", [USB_OUT] = "out"};
	const char *step = json_string_value(json_object_get(request, "step"));

	for (size_t i = 0; step && i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(steps[i], step) == 0) {
			*ret = (enum control_usb_step)i;
			return true;
		}
	return false;
}

static json_t *orders_json(const struct control_usb_orders *orders)
{
	return json_pack("{s:o, s:i, s:i, s:b, s:o, s:o, s:i}", "folder",
			 row_json_text(orders->folder), "files_max", (int)orders->files_max,
			 "depth_max", (int)orders->depth_max, "result_file", orders->result_file,
			 "monitor", row_json_text(orders->monitor), "device",
			 row_json_text(orders->device), "rate", (int)orders->rate_hz);
}

json_t *control_do_usb(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	json_int_t left_out = json_integer_value(json_object_get(call->request, "left_out"));
	char device[LIMIT_NAME], file[CONTROL_FILE_NAME], code[32];
	struct control_usb usb = {.device = device, .file = file, .code = code};
	struct control_usb_orders orders = {0};
	struct control_verdict verdict = {0};

	if (!take_step(call->request, &usb.step) ||
	    !control_take_text(call->request, "device", device, sizeof(device)) ||
	    !control_take_text(call->request, "file", file, sizeof(file)) ||
	    !control_take_text(call->request, "code", code, sizeof(code)) || left_out < 0 ||
	    left_out > INT32_MAX)
		return control_bad(call, N_("A value of the request is not what it should be."));
	usb.left_out = (unsigned)left_out;
	host->usb(host->context, &usb, &orders, &verdict);
	if (verdict.error || usb.step != USB_BEGIN)
		return control_verdict_reply(&verdict);
	return control_with(control_done(), "orders", orders_json(&orders));
}
