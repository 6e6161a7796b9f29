/* SPDX-License-Identifier: MIT */
/* What the station answers on its control socket. */
#include "rig.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client.h"

static json_t *ask(struct rig *rig, const char *text)
{
	struct client *client = NULL;
	json_t *request = json_loads(text, 0, NULL), *reply = NULL;
	int error = client_open(rig->runtime, &client);

	assert_non_null(request);
	if (error == 0)
		error = client_call(client, request, -1, 60000, &reply);
	client_free(client);
	json_decref(request);
	if (error < 0) {
		rig_show_said(rig);
		fail_msg("%s: %s", text, strerror(-error));
	}
	return reply;
}

json_t *rig_ask(struct rig *rig, const char *format, ...)
{
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return ask(rig, text);
}

void rig_do(struct rig *rig, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	json_t *reply;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	reply = ask(rig, text);
	if (!json_is_true(json_object_get(reply, "ok")))
		fail_msg("%s: refused: %s", text, rig_text(reply, "message"));
	json_decref(reply);
}

json_t *rig_at(json_t *object, const char *path)
{
	char key[64];

	while (object && *path) {
		size_t n = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		object = json_object_get(object, key);
		path += n + (path[n] == '.');
	}
	return object;
}

const char *rig_text(json_t *object, const char *path)
{
	const char *text = json_string_value(rig_at(object, path));

	return text ? text : "";
}

json_t *rig_until(struct rig *rig, const char *path, bool there)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	for (;;) {
		json_t *reply = rig_ask(rig, "{\"do\":\"status\"}");
		json_t *status = json_incref(json_object_get(reply, "status"));
		json_t *value = rig_at(status, path);

		json_decref(reply);
		if ((value && !json_is_null(value)) == there)
			return status;
		json_decref(status);
		if (rig_mono_us() > deadline_us)
			fail_msg("waited in vain for %s", path);
		rig_breathe();
	}
}

json_t *rig_rows(struct rig *rig)
{
	json_t *rows = json_array();
	long long after = 0;
	bool more = true;

	while (more) {
		json_t *reply = rig_ask(rig, "{\"do\":\"log\",\"after_row\":%lld}", after);
		json_t *page = json_object_get(reply, "rows");

		assert_true(json_is_array(page));
		json_array_extend(rows, page);
		more = json_is_true(json_object_get(reply, "more"));
		if (json_array_size(rows) > 0)
			after = json_integer_value(
				rig_at(json_array_get(rows, json_array_size(rows) - 1), "row"));
		json_decref(reply);
	}
	return rows;
}

json_t *rig_until_closed(struct rig *rig, size_t n)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	for (;;) {
		json_t *rows = rig_rows(rig), *row;
		size_t i, closed = 0;

		json_array_foreach(rows, i, row) closed +=
			strcmp(rig_text(row, "outcome"), "open") != 0;
		if (closed >= n)
			return rows;
		json_decref(rows);
		if (rig_mono_us() > deadline_us)
			fail_msg("waited in vain for %zu closed rows", n);
		rig_breathe();
	}
}

json_t *rig_clip(json_t *clips, const char *name)
{
	json_t *clip;
	size_t i;

	json_array_foreach(clips, i, clip)
	{
		if (strcmp(rig_text(clip, "name"), name) == 0)
			return clip;
	}
	fail_msg("no clip %s", name);
	return NULL;
}
