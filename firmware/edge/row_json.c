/* SPDX-License-Identifier: MIT */
#include "row_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

json_t *row_json_instant(const struct zone *zone, int64_t us, int digits)
{
	char text[64];

	if (us == 0)
		return json_null();
	civil_print_instant(text, sizeof(text), zone, us, digits);
	return json_string(text);
}

json_t *row_json_text(const char *text)
{
	json_t *json = text ? json_string(text) : NULL;

	return json ? json : json_null();
}

/* JSON has no room for what is no UTF-8, as in a log that was altered: the row is shown all the same. */
static json_t *name_json(const char *name, size_t n)
{
	json_t *json = json_stringn(name, n);

	return json ? json : json_string("?");
}

json_t *row_json_names(const char *names)
{
	json_t *array = json_array();

	while (array && names && *names) {
		size_t n = strcspn(names, " ");

		if (n > 0 && json_array_append_new(array, name_json(names, n)) < 0) {
			json_decref(array);
			return NULL;
		}
		names += n + (names[n] == ' ');
	}
	return array;
}

/* A new object is spoilt by the first pair that could not be set. */
static json_t *row_json_check(json_t *object, int failed)
{
	if (!object || !failed)
		return object;
	json_decref(object);
	return NULL;
}

json_t *row_json_plan(const struct asrun_row *row, const struct zone *zone)
{
	const struct asrun_event *opened = &row->opened;
	bool sounded = row->started_us != 0;
	json_t *object = json_object();
	int failed = 0;

	failed |= json_object_set_new(
		object, "at",
		row_json_instant(zone, opened->planned_us, opened->planned_us % CIVIL_US ? 3 : 0));
	failed |= json_object_set_new(object, "campaign", row_json_text(opened->campaign));
	failed |= json_object_set_new(object, "broadcast", row_json_text(opened->broadcast));
	failed |= json_object_set_new(object, "class", json_string(plan_class_name(opened->class)));
	failed |= json_object_set_new(object, "items", row_json_names(row->items));
	failed |= json_object_set_new(object, "start",
				      sounded ? row_json_instant(zone, row->started_us, 3)
					      : json_null());
	failed |= json_object_set_new(
		object, "end", sounded ? row_json_instant(zone, row->ended_us, 3) : json_null());
	failed |= json_object_set_new(object, "outcome",
				      json_string(asrun_outcome_name(row->outcome)));
	failed |= json_object_set_new(object, "reason",
				      row_json_text(asrun_reason_code(row->reason)));
	return row_json_check(object, failed);
}

/* null where it was not measured; two digits behind the point. */
static json_t *level_json(int64_t cdbfs)
{
	return cdbfs == 0 ? json_null() : json_real((double)cdbfs / 100.0);
}

/* What the card consumed of one clip, and of which bytes. */
static json_t *heard_json(const struct asrun_heard *heard, const struct zone *zone)
{
	char sha256[2 * sizeof(heard->sha256) + 1];
	json_t *object = json_object();
	int failed = 0;

	for (size_t i = 0; i < sizeof(heard->sha256); i++)
		snprintf(sha256 + 2 * i, 3, "%02x", heard->sha256[i]);
	failed |= json_object_set_new(object, "clip", row_json_text(heard->clip));
	failed |= json_object_set_new(object, "sha256", json_string(sha256));
	failed |=
		json_object_set_new(object, "start", row_json_instant(zone, heard->started_us, 3));
	failed |= json_object_set_new(object, "end", row_json_instant(zone, heard->ended_us, 3));
	failed |= json_object_set_new(object, "whole", json_boolean(heard->whole));
	failed |= json_object_set_new(object, "frames", json_integer(heard->frames));
	failed |= json_object_set_new(object, "audible", json_integer(heard->audible));
	failed |= json_object_set_new(object, "rate", json_integer(heard->rate_hz));
	failed |= json_object_set_new(object, "xruns", json_integer(heard->xruns));
	failed |= json_object_set_new(object, "rms_dbfs", level_json(heard->rms_cdbfs));
	failed |= json_object_set_new(object, "silence_ms", json_integer(heard->silence_ms));
	return row_json_check(object, failed);
}

/* The level of all clips together: their power, weighed by their length. */
static int64_t row_cdbfs(const struct asrun_row *row)
{
	double power = 0, seconds = 0;

	for (size_t i = 0; i < row->n_heard; i++) {
		const struct asrun_heard *heard = &row->heard[i];

		if (heard->rms_cdbfs == 0 || heard->rate_hz == 0)
			continue;
		seconds += (double)heard->frames / heard->rate_hz;
		power += (double)heard->frames / heard->rate_hz *
			 pow(10.0, (double)heard->rms_cdbfs / 1000.0);
	}
	return power > 0 ? llround(1000.0 * log10(power / seconds)) : 0;
}

static int64_t row_silence_ms(const struct asrun_row *row)
{
	int64_t longest = 0;

	for (size_t i = 0; i < row->n_heard; i++)
		if (row->heard[i].silence_ms > longest)
			longest = row->heard[i].silence_ms;
	return longest;
}

/*
 * Of the first clip, where it was started for an instant. Zero is not written into the log, so
 * there it means "to the microsecond" only if the clip did begin in the planned millisecond.
 */
static json_t *start_error_json(const struct asrun_row *row)
{
	const struct asrun_heard *first = row->heard;

	if (row->n_heard == 0 || (first->start_error_us == 0 &&
				  first->started_us / 1000 != row->opened.planned_us / 1000))
		return json_null();
	return json_integer(first->start_error_us);
}

static json_t *proof_json(const struct asrun_row *row, const struct zone *zone)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < row->n_heard; i++) {
		if (json_array_append_new(array, heard_json(&row->heard[i], zone)) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *row_json(const struct asrun_row *row, const struct zone *zone)
{
	const struct asrun_event *opened = &row->opened;
	json_t *object = row_json_plan(row, zone);
	int failed = 0;

	failed |= json_object_set_new(object, "row", json_integer(opened->row));
	failed |= json_object_set_new(object, "trigger",
				      json_string(asrun_trigger_name(opened->trigger)));
	failed |= json_object_set_new(object, "who", row_json_text(opened->who));
	failed |= json_object_set_new(object, "why", row_json_text(opened->why));
	failed |= json_object_set_new(object, "aired", row_json_names(row->aired));
	failed |=
		json_object_set_new(object, "clock", json_string(clock_state_name(opened->clock)));
	failed |= json_object_set_new(object, "pretended",
				      json_boolean(opened->mode == ASRUN_PRETENDED));
	failed |= json_object_set_new(object, "frames", json_integer(row->frames));
	failed |= json_object_set_new(object, "audible", json_integer(row->audible));
	failed |= json_object_set_new(object, "xruns", json_integer(row->xruns));
	failed |= json_object_set_new(object, "durable", json_boolean(!row->not_durable));
	failed |= json_object_set_new(object, "start_error_us", start_error_json(row));
	failed |= json_object_set_new(object, "rms_dbfs", level_json(row_cdbfs(row)));
	failed |= json_object_set_new(object, "silence_ms", json_integer(row_silence_ms(row)));
	failed |= json_object_set_new(object, "proof", proof_json(row, zone));
	if (opened->airtime_unknown)
		failed |= json_object_set_new(object, "airtime_unknown", json_true());
	return row_json_check(object, failed);
}

json_t *row_json_note(const struct asrun_event *note, const struct zone *zone)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:b}", "at",
			 row_json_instant(zone, note->time_us, 3), "what",
			 row_json_text(note->what), "who", row_json_text(note->who), "why",
			 row_json_text(note->why), "until",
			 row_json_instant(zone, note->until_us, 0), "clock",
			 clock_state_name(note->clock), "pretended", note->mode == ASRUN_PRETENDED);
}
