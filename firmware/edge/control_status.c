/* SPDX-License-Identifier: MIT */
#include "control_internal.h"

#include "row_json.h"

json_t *control_clock_json(struct trust_answer clock)
{
	return json_pack("{s:s, s:s}", "state", clock_state_name(clock.state), "reason",
			 trust_reason_code(clock.reason));
}

static json_t *clock_of(const struct control_status *status)
{
	const struct trust_look *look = &status->clock_look;
	int64_t left_us = status->clock.left_us, accounted_us = status->now.accounted_us;
	json_t *clock = control_clock_json(status->clock);

	clock = control_with(clock, "source", json_string(status->clock_source));
	clock = control_with(clock, "synchronized", json_boolean(look->kernel_synced));
	clock = control_with(clock, "rtc",
			     json_string(!look->rtc_there   ? "none"
					 : look->rtc_agrees ? "agrees"
							    : "differs"));
	clock = control_with(clock, "rtc_apart_s", json_integer(look->rtc_apart_us / CIVIL_US));
	clock = control_with(clock, "left_s",
			     left_us == CIVIL_NEVER ? json_null()
						    : json_integer(left_us / CIVIL_US));
	clock = control_with(clock, "not_before",
			     row_json_instant(status->zone, status->not_before_us, 0));
	clock = control_with(clock, "not_after",
			     row_json_instant(status->zone, status->not_after_us, 0));
	return control_with(clock, "accounted", row_json_instant(status->zone, accounted_us, 3));
}

static json_t *on_air(const struct control_status *status)
{
	const struct station_status *now = &status->now;

	if (!now->on_air)
		return json_null();
	return json_pack(
		"{s:I, s:o, s:o, s:s, s:s, s:o, s:i, s:i, s:o, s:o, s:I, s:I, s:f}", "row",
		(json_int_t)now->row, "campaign", row_json_text(now->campaign), "broadcast",
		row_json_text(now->broadcast), "class", plan_class_name(now->class), "trigger",
		asrun_trigger_name(now->trigger), "clip", row_json_text(now->clip), "position",
		(int)now->position, "items", (int)now->n_items, "planned",
		row_json_instant(status->zone, now->planned_us, 3), "started",
		row_json_instant(status->zone, now->started_us, 3), "clip_position_ms",
		(json_int_t)(status->clip_position_us / 1000), "clip_length_ms",
		(json_int_t)(now->clip_length_us / 1000), "level_dbfs", status->level_dbfs);
}

static json_t *next(const struct control_status *status)
{
	if (!status->has_next)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:{s:s, s:o}, s:b}", "at",
			 row_json_instant(status->zone, status->next_at_us, 0), "campaign",
			 row_json_text(status->next_campaign), "broadcast",
			 row_json_text(status->next_broadcast), "class",
			 plan_class_name(status->next_class), "items",
			 row_json_names(status->next_items), "verdict", "outcome",
			 asrun_outcome_name(status->next_outcome), "reason",
			 row_json_text(asrun_reason_code(status->next_reason)), "held",
			 !clock_state_known(status->clock.state));
}

static json_t *seconds_left(int64_t left_us)
{
	return left_us == INT64_MAX ? json_null() : json_integer(left_us / CIVIL_US);
}

static json_t *airtime(const struct control_status *status)
{
	const struct airtime_use *use = &status->airtime;
	int64_t end_us = use->window_end_us == CIVIL_NEVER ? 0 : use->window_end_us;

	return json_pack("{s:b, s:o, s:I, s:o, s:I, s:o}", "inside", use->inside, "window_end",
			 row_json_instant(status->zone, end_us, 0), "session_used_s",
			 (json_int_t)(use->session_used_us / CIVIL_US), "session_left_s",
			 seconds_left(use->session_left_us), "day_used_s",
			 (json_int_t)(use->day_used_us / CIVIL_US), "day_left_s",
			 seconds_left(use->day_left_us));
}

static json_t *faults(const struct control_status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < status->n_faults; i++) {
		const struct control_fault *fault = &status->faults[i];

		json_array_append_new(
			array,
			json_pack("{s:s, s:o, s:o, s:o, s:o, s:i}", "code", fault->code, "message",
				  row_json_text(fault->message), "cure", row_json_text(fault->cure),
				  "since", row_json_instant(status->zone, fault->since_us, 0),
				  "last", row_json_instant(status->zone, fault->last_us, 0),
				  "count", (int)fault->count));
	}
	return array;
}

json_t *control_past_fault_json(struct control *control, const struct control_past_fault *fault)
{
	const struct zone *zone = control->host.zone(control->host.context);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:b}", "code", row_json_text(fault->code),
			 "message", row_json_text(fault->message), "cure",
			 row_json_text(fault->cure), "first",
			 row_json_instant(zone, fault->first_us, 0), "last",
			 row_json_instant(zone, fault->last_us, 0), "count", (int)fault->count,
			 "over", (int)fault->over);
}

static json_t *past_faults(struct control *control, size_t *ret_known)
{
	struct control_past_fault fault = {0};
	json_t *array = json_array();
	size_t i = 0;

	while (control->host.past_fault(control->host.context, i, &fault)) {
		i++;
		if (fault.over && json_array_size(array) < CONTROL_PAST_FAULTS)
			json_array_append_new(array, control_past_fault_json(control, &fault));
	}
	*ret_known = i;
	return array;
}

static json_t *last_press(const struct control_status *status, const struct control_line *line)
{
	if (!line->last_us)
		return json_null();
	return json_pack("{s:o, s:s, s:s}", "at", row_json_instant(status->zone, line->last_us, 3),
			 "what", line->last_hold ? "hold" : "press", "did", line->last_did);
}

static json_t *line_json(const struct control_status *status, const struct control_line *line)
{
	static const char *const roles[] = {
		[LINE_BUTTON] = "button", [LINE_RELAY] = "relay", [LINE_LED] = "led"};
	bool found = line->chip[0];
	json_t *object = json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o}", "name", row_json_text(line->name),
		"role", roles[line->role], "line", row_json_text(line->line), "chip",
		found ? row_json_text(line->chip) : json_null(), "offset",
		found ? json_integer(line->offset) : json_null(), "state", line->state, "level",
		line->has_level ? json_boolean(line->level) : json_null(), "message",
		row_json_text(line->message), "cure", row_json_text(line->cure));

	if (line->role != LINE_BUTTON)
		return object;
	object = control_with(object, "presses", json_integer(line->presses));
	object = control_with(object, "gaps", json_integer(line->gaps));
	object = control_with(object, "stuck", json_boolean(line->stuck));
	return control_with(object, "last", last_press(status, line));
}

static json_t *lines(const struct control_status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < status->n_lines; i++)
		json_array_append_new(array, line_json(status, &status->lines[i]));
	return array;
}

static json_t *stick(const struct control_status *status)
{
	const struct control_stick *stick = &status->stick;

	if (!stick->known)
		return json_null();
	return json_pack("{s:b, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:i, s:o, s:o}", "present",
			 stick->present, "state", stick->reading ? "reading" : "done", "device",
			 row_json_text(stick->device), "began",
			 row_json_instant(status->zone, stick->began_us, 0), "ended",
			 row_json_instant(status->zone, stick->ended_us, 0), "taken",
			 (int)stick->taken, "known", (int)stick->there, "refused",
			 (int)stick->refused, "left_out", (int)stick->left_out, "problem",
			 row_json_text(stick->problem), "message", row_json_text(stick->message));
}

static json_t *arrival_json(const struct control_status *status,
			    const struct control_arrival *arrival)
{
	return json_pack("{s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o}", "at",
			 row_json_instant(status->zone, arrival->at_us, 0), "from", arrival->from,
			 "file", row_json_text(arrival->file), "result", arrival->result, "clip",
			 row_json_text(arrival->clip[0] ? arrival->clip : NULL), "code",
			 row_json_text(arrival->code), "message", row_json_text(arrival->message),
			 "warnings", control_warnings_json(arrival->warnings, arrival->n_warnings));
}

static json_t *arrivals(const struct control_status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < status->n_arrivals; i++)
		json_array_append_new(array, arrival_json(status, &status->arrivals[i]));
	return array;
}

json_t *control_status_json(struct control *control)
{
	struct control_status status = {0};
	size_t n_known = 0;
	json_t *past = past_faults(control, &n_known), *reply;

	control->host.status(control->host.context, &status);
	reply = json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:f, "
		"s:{s:o, s:b, s:b, s:b}, s:{s:o, s:b}, s:I, s:I, s:o, s:o, s:o, s:o}",
		"station", row_json_text(status.station), "version", control->version, "now",
		row_json_instant(status.zone, status.now_us, 0), "clock", clock_of(&status),
		"timezone", row_json_text(status.zone->name), "on_air", on_air(&status), "waiting",
		(int)status.now.n_waiting, "suspended", (int)status.now.n_suspended, "next",
		next(&status), "airtime", airtime(&status), "paused_until",
		row_json_instant(status.zone, status.now.paused_until_us, 0), "volume_db",
		status.volume_db, "device", "name", row_json_text(status.device), "lost",
		status.now.device_lost, "realtime", status.real_time, "memory_locked",
		status.memory_locked, "config", "file", row_json_text(status.config_file),
		"accepted_copy", status.accepted_copy, "clips", (json_int_t)status.n_clips,
		"measuring", (json_int_t)status.n_measuring, "lines", lines(&status), "usb",
		stick(&status), "arrivals", arrivals(&status), "faults", faults(&status));
	reply = control_with(reply, "past_faults", past);
	return control_with(reply, "faults_known", json_integer((json_int_t)n_known));
}
