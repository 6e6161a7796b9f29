/* SPDX-License-Identifier: MIT */
/* Requests about clips, but for bringing one in. */
#include "control_internal.h"

#include <string.h>

#include "row_json.h"

/* The library and the plan side by side, both in order of name. */
struct shelf {
	struct control *control;
	struct clip_told told; /* of none in particular */
	size_t in_library, in_plan;
	bool all; /* also what has no recording */
};

static struct shelf shelf_of(struct control *control, bool all)
{
	struct shelf shelf = {.control = control, .all = all};

	control->host.told(control->host.context, NULL, &shelf.told);
	return shelf;
}

/* The next clip that the plan has and the library has not, before 'until' (NULL: any). */
static const struct plan_clip *next_missing(struct shelf *shelf, const char *until)
{
	const struct plan *plan = shelf->told.plan;

	while (shelf->all && plan && shelf->in_plan < plan->n_clips) {
		const struct plan_clip *clip = &plan->clips[shelf->in_plan];
		int order = until ? strcmp(clip->name, until) : -1;

		if (order > 0)
			return NULL;
		shelf->in_plan++;
		if (order < 0 && clip->declared)
			return clip;
	}
	return NULL;
}

static json_t *told(struct control *control, json_t *clip, const char *name,
		    const struct control_clip *recording, bool all)
{
	struct clip_told about = {0};

	control->host.told(control->host.context, name, &about);
	if (clip && clip_json_tell(clip, &about, recording ? recording->sha256 : NULL,
				   recording && recording->draft, all) < 0) {
		json_decref(clip);
		return NULL;
	}
	return clip;
}

static json_t *missing_json(struct control *control, const char *name, bool all)
{
	return told(control, json_pack("{s:o, s:s}", "name", row_json_text(name), "title", ""),
		    name, NULL, all);
}

/* The next clip in order of name; NULL: that was the last. */
static json_t *next_clip(struct shelf *shelf, const char *after)
{
	struct control_host *host = &shelf->control->host;
	struct control_clip clip;

	for (;;) {
		bool there = host->clip(host->context, shelf->in_library, &clip);
		const struct plan_clip *missing = next_missing(shelf, there ? clip.name : NULL);

		if (missing) {
			if (!after || strcmp(missing->name, after) > 0)
				return missing_json(shelf->control, missing->name, false);
			continue;
		}
		if (!there)
			return NULL;
		shelf->in_library++;
		if (!after || strcmp(clip.name, after) > 0)
			return told(shelf->control, control_clip_json(shelf->control, &clip),
				    clip.name, &clip, false);
	}
}

json_t *control_do_clips(struct control_call *call)
{
	const char *after = json_string_value(json_object_get(call->request, "after"));
	struct shelf shelf =
		shelf_of(call->control, json_is_true(json_object_get(call->request, "all")));
	json_t *array = json_array(), *clip;
	size_t limit;

	if (!array || !control_take_limit(call->request, CONTROL_CLIPS_PAGE, &limit)) {
		json_decref(array);
		return control_bad(call, N_("A value of the request is not what it should be."));
	}
	while ((clip = next_clip(&shelf, after)) && json_array_size(array) < limit)
		json_array_append_new(array, clip);
	json_decref(clip);
	return control_with(control_with(control_done(), "clips", array), "more",
			    json_boolean(clip != NULL));
}

static bool take_name(const struct control_call *call, const char *key, char *ret)
{
	return control_take_text(call->request, key, ret, LIMIT_NAME);
}

static json_t *bad_name(struct control_call *call)
{
	return control_bad(call, N_("\"name\" is to be the name of a clip."));
}

json_t *control_do_clip(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct clip_told about = {0};
	const struct plan_clip *declared;
	struct control_clip clip;
	char name[LIMIT_NAME];

	if (!take_name(call, "name", name) || !name[0])
		return bad_name(call);
	for (size_t i = 0; host->clip(host->context, i, &clip); i++)
		if (strcmp(clip.name, name) == 0)
			return control_with(control_done(), "clip",
					    told(call->control,
						 control_clip_json(call->control, &clip), name,
						 &clip, true));
	host->told(host->context, name, &about);
	declared = about.plan ? plan_find_clip(about.plan, name) : NULL;
	if (declared && declared->declared)
		return control_with(control_done(), "clip",
				    missing_json(call->control, name, true));
	return control_error(
		"no-such", host->word(host->context, N_("There is no clip of that name; loaphuong "
							"clip list shows the names.")));
}

static bool take_sha256(const struct control_call *call, struct control_approval *ret)
{
	static const char digits[] = "0123456789abcdef";
	char text[65];

	if (!control_take_text(call->request, "sha256", text, sizeof(text)))
		return false;
	ret->sha256_given = text[0] != '\0';
	if (!ret->sha256_given)
		return true;
	if (strspn(text, digits) != 64)
		return false;
	for (size_t i = 0; i < 32; i++)
		ret->sha256[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) * 16 +
					   (strchr(digits, text[2 * i + 1]) - digits));
	return true;
}

json_t *control_do_clip_approve(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	char name[LIMIT_NAME];
	struct control_approval approval = {.name = name};
	const char *who = json_string_value(json_object_get(call->request, "who"));

	if (!control_take_hand(call, &approval.hand))
		return control_bad_hand(call);
	if (!take_name(call, "name", name) || !name[0])
		return bad_name(call);
	if (!who || !who[strspn(who, " ")])
		return control_bad(call,
				   N_("An approval wants the name of the person who approves."));
	if (!take_sha256(call, &approval))
		return control_bad(call, N_("A value of the request is not what it should be."));
	approval.revoke = json_is_true(json_object_get(call->request, "revoke"));
	host->approve(host->context, &approval, &verdict);
	return control_verdict_reply(&verdict);
}

json_t *control_do_clip_remove(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	struct control_hand hand;
	char name[LIMIT_NAME];

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	if (!take_name(call, "name", name) || !name[0])
		return bad_name(call);
	host->remove(host->context, &hand, name, &verdict);
	return control_verdict_reply(&verdict);
}

json_t *control_do_clip_restore(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct control_verdict verdict = {0};
	char name[LIMIT_NAME], as[LIMIT_NAME];
	struct control_hand hand;

	if (!control_take_hand(call, &hand))
		return control_bad_hand(call);
	if (!take_name(call, "name", name) || !name[0] || !take_name(call, "as", as))
		return bad_name(call);
	host->restore(host->context, &hand, name, as[0] ? as : name, &verdict);
	return control_verdict_reply(&verdict);
}

struct removed_list {
	json_t *array;
	const struct zone *zone;
};

static int add_removed(void *context, const struct clip_removed *removed)
{
	struct removed_list *list = context;

	json_array_append_new(list->array, clip_json_removed(removed, list->zone));
	return 0;
}

json_t *control_do_clips_removed(struct control_call *call)
{
	struct control_host *host = &call->control->host;
	struct removed_list list = {json_array(), host->zone(host->context)};

	if (!list.array || host->removed(host->context, add_removed, &list) < 0) {
		json_decref(list.array);
		return control_error(
			"disk", host->word(host->context, N_("The folder of removed recordings "
							     "cannot be read.")));
	}
	return control_with(control_done(), "removed", list.array);
}
