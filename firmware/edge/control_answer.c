/* SPDX-License-Identifier: MIT */
#include "control_internal.h"

#include <string.h>

#include "row_json.h"

#define ANSWER_BYTES (512 << 10) /* of rows; well below what a transport lets stand unread */

bool control_take_pending(struct control *control, uint64_t token, struct control_pending *ret)
{
	for (size_t i = 0; token && i < LIMIT_CLIENTS; i++) {
		if (control->pending[i].token != token)
			continue;
		*ret = control->pending[i];
		memset(&control->pending[i], 0, sizeof(control->pending[i]));
		return true;
	}
	return false;
}

static json_t *disk_error(struct control *control, const struct control_pending *pending)
{
	struct control_host *host = &control->host;
	json_t *reply;

	host->language(host->context, pending->language[0] ? pending->language : NULL);
	reply = control_error(
		"unavailable",
		host->word(host->context, N_("The log cannot be read now; loaphuong status "
					     "says what is wrong.")));
	host->language(host->context, NULL);
	return reply;
}

/* About what a row takes as JSON; names dominate. */
static size_t row_bytes(const struct asrun_row *row)
{
	size_t n = 1024 + 400 * row->n_heard;

	n += row->items ? 2 * strlen(row->items) : 0;
	n += row->aired ? 2 * strlen(row->aired) : 0;
	return n;
}

void control_answer_rows(struct control *control, uint64_t token, int error,
			 const struct asrun_row *rows, size_t n)
{
	const struct zone *zone = control->host.zone(control->host.context);
	struct control_pending pending;
	json_t *array, *reply;
	size_t bytes = 0, i;

	if (!control_take_pending(control, token, &pending))
		return;
	if (error < 0) {
		control_send(control, pending.client, disk_error(control, &pending));
		return;
	}
	array = json_array();
	for (i = 0; array && i < n && i < pending.limit && bytes < ANSWER_BYTES; i++) {
		bytes += row_bytes(&rows[i]);
		json_array_append_new(array, row_json(&rows[i], zone));
	}
	reply = control_with(control_done(), "rows", array);
	control_send(control, pending.client, control_with(reply, "more", json_boolean(i < n)));
}

void control_answer_notes(struct control *control, uint64_t token, int error,
			  const struct asrun_event *notes, size_t n)
{
	const struct zone *zone = control->host.zone(control->host.context);
	struct control_pending pending;
	json_t *array, *reply;

	if (!control_take_pending(control, token, &pending))
		return;
	if (error < 0) {
		control_send(control, pending.client, disk_error(control, &pending));
		return;
	}
	array = json_array();
	for (size_t i = 0; array && i < n && i < pending.limit; i++)
		json_array_append_new(array, row_json_note(&notes[i], zone));
	reply = control_with(control_done(), "notes", array);
	control_send(control, pending.client,
		     control_with(reply, "more", json_boolean(n > pending.limit)));
}

json_t *control_hex(const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char text[65];

	for (size_t i = 0; i < n && i < 32; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return json_stringn(text, 2 * (n < 32 ? n : 32));
}

void control_answer_proof(struct control *control, uint64_t token, int error,
			  const struct control_proof *proof)
{
	struct control_pending pending;
	json_t *reply;

	if (!control_take_pending(control, token, &pending))
		return;
	if (error < 0)
		reply = disk_error(control, &pending);
	else
		reply = json_pack("{s:b, s:b, s:I, s:o, s:o, s:o}", "ok", 1, "intact",
				  proof->intact, "events", (json_int_t)proof->events, "head",
				  control_hex(proof->head, sizeof(proof->head)), "first_bad",
				  proof->first_bad ? json_integer(proof->first_bad) : json_null(),
				  "problem", row_json_text(proof->problem));
	control_send(control, pending.client, reply);
}

/* JSON has no infinity: a level that was not measured is null. */
static json_t *level(double db)
{
	json_t *value = json_real(db);

	return value ? value : json_null();
}

json_t *control_clip_json(struct control *control, const struct control_clip *clip)
{
	const struct zone *zone = control->host.zone(control->host.context);
	json_int_t length_ms = clip->rate_hz ? clip->air_frames * 1000 / clip->rate_hz : 0;

	return json_pack(
		"{s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:i, s:i, s:o, s:o}",
		"name", row_json_text(clip->name), "title", row_json_text(clip->title), "length_ms",
		length_ms, "lufs", level(clip->lufs), "peak_dbtp", level(clip->peak_dbtp),
		"gain_db", level(clip->gain_db), "out_lufs", level(clip->out_lufs), "sha256",
		control_hex(clip->sha256, 32), "frames", (json_int_t)clip->frames, "skip_frames",
		(json_int_t)clip->skip_frames, "air_frames", (json_int_t)clip->air_frames, "rate",
		(int)clip->rate_hz, "channels", (int)clip->channels, "added",
		row_json_instant(zone, clip->added_us, 0), "added_by",
		row_json_text(clip->added_by));
}

json_t *control_warnings_json(const struct control_warning *warnings, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < n; i++)
		json_array_append_new(array, json_pack("{s:s, s:o}", "code", warnings[i].code,
						       "message", row_json_text(warnings[i].text)));
	return array;
}

void control_answer_clip(struct control *control, uint64_t token,
			 const struct control_verdict *verdict, const struct control_clip *clip,
			 const struct control_warning *warnings, size_t n_warnings)
{
	struct control_pending pending;
	json_t *reply;

	if (!control_take_pending(control, token, &pending))
		return;
	if (verdict->error) {
		control_send(control, pending.client, control_verdict_reply(verdict));
		return;
	}
	reply = control_with(control_done(), "clip", control_clip_json(control, clip));
	if (clip->known)
		reply = control_with(reply, "known", json_true());
	control_send(control, pending.client,
		     control_with(reply, "warnings", control_warnings_json(warnings, n_warnings)));
}
