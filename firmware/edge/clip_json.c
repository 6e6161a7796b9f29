/* SPDX-License-Identifier: MIT */
#include "clip_json.h"

#include <errno.h>

#include "row_json.h"

static json_t *date(int32_t day)
{
	char text[16];

	if (day == CIVIL_DAY_MIN || day == CIVIL_DAY_MAX)
		return json_null();
	civil_print_date(text, sizeof(text), day);
	return json_string(text);
}

static const char *approval_of(const struct clip_told *told, const uint8_t *sha256)
{
	if (sha256 && life_approves(told->life, sha256))
		return "approved";
	return told->approval ? "waiting" : "not-needed";
}

static json_t *marks_of(const struct clip_told *told, const struct plan_clip *clip,
			const uint8_t *sha256, bool draft)
{
	const bool aired = told->life && told->life->aired[told->mode].times > 0;
	const bool waiting = sha256 && told->approval && !life_approves(told->life, sha256);
	const bool expired = clip && told->today > clip->valid_until;
	const bool expires = clip && !expired && clip->valid_until != CIVIL_DAY_MAX &&
			     told->today + CLIP_JSON_SOON_DAYS >= clip->valid_until;
	const struct {
		bool set;
		const char *mark;
	} marks[] = {
		{!sha256, "missing"},
		{waiting, "waiting"},
		{draft, "draft"},
		{expired, "expired"},
		{expires, "expires"},
		{clip && told->today < clip->valid_from, "not-yet"},
		{sha256 && !aired, "never-aired"},
	};
	json_t *array = json_array();

	for (size_t i = 0; array && i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i].set)
			json_array_append_new(array, json_string(marks[i].mark));
	return array;
}

static json_t *uses_of(const struct clip_told *told, const struct plan_clip *clip)
{
	json_t *array = json_array();
	char use[PLAN_USE];
	size_t at = 0;

	while (array && clip &&
	       plan_next_use(told->plan, (size_t)(clip - told->plan->clips), told->today, &at, use))
		json_array_append_new(array, row_json_text(use));
	return array;
}

static int put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

static int tell_config(json_t *object, const struct plan_clip *clip, bool declared)
{
	int bad = put(object, "declared", json_boolean(declared));

	bad |= put(object, "from", date(clip ? clip->valid_from : CIVIL_DAY_MIN));
	bad |= put(object, "until", date(clip ? clip->valid_until : CIVIL_DAY_MAX));
	bad |= put(object, "source", row_json_text(clip ? clip->source : ""));
	if (clip && clip->title[0])
		bad |= put(object, "title", row_json_text(clip->title));
	return bad;
}

static int tell_life(json_t *object, const struct clip_told *told, const uint8_t *sha256)
{
	const struct life *life = told->life;
	const bool approved = life && sha256 && life_approves(life, sha256);
	const struct life_aired aired = life ? life->aired[told->mode] : (struct life_aired){0};
	int bad = put(object, "approval", json_string(approval_of(told, sha256)));

	bad |= put(object, "approved_by", row_json_text(approved ? life->approved_by : NULL));
	bad |= put(object, "approved_at",
		   row_json_instant(told->zone, approved ? life->approved_us : 0, 0));
	bad |= put(object, "times_aired", json_integer(aired.times));
	bad |= put(object, "last_aired", row_json_instant(told->zone, aired.last_us, 0));
	return bad;
}

int clip_json_tell(json_t *object, const struct clip_told *told, const uint8_t *sha256, bool draft,
		   bool all)
{
	const char *name = json_string_value(json_object_get(object, "name"));
	const struct plan_clip *clip = told->plan && name ? plan_find_clip(told->plan, name) : NULL;
	int bad = put(object, "recorded", json_boolean(sha256 != NULL));

	bad |= put(object, "draft", json_boolean(draft));
	bad |= tell_config(object, clip, clip && clip->declared);
	bad |= tell_life(object, told, sha256);
	bad |= put(object, "marks", marks_of(told, clip, sha256, draft));
	if (all) {
		bad |= put(object, "text", row_json_text(clip ? clip->text : ""));
		bad |= put(object, "used_by", uses_of(told, clip));
	}
	return bad ? -ENOMEM : 0;
}

json_t *clip_json_removed(const struct clip_removed *removed, const struct zone *zone)
{
	int64_t until_us = removed->removed_us ? removed->removed_us + CLIP_FILE_KEEP_US : 0;

	return json_pack("{s:o, s:o, s:o, s:I}", "name", row_json_text(removed->name), "removed_at",
			 row_json_instant(zone, removed->removed_us, 0), "kept_until",
			 row_json_instant(zone, until_us, 0), "size", (json_int_t)removed->size);
}
