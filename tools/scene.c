/* SPDX-License-Identifier: MIT */
#include "scene.h"

#include <errno.h>
#include <string.h>

static int ask_status(const struct call *call, struct scene *scene)
{
	json_t *reply;
	const json_t *status;
	const char *config;
	int r = ask_call(scene->station, ask_request("status"), -1, &reply);

	if (r < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	status = json_object_get(reply, "status");
	civil_parse_instant(ask_text(status, "now"), NULL, &scene->now_us);
	civil_parse_instant(ask_text(status, "paused_until"), NULL, &scene->paused_until_us);
	scene->pretended =
		strcmp(ask_text(json_object_get(status, "clock"), "state"), "pretended") == 0;
	config = ask_text(json_object_get(status, "config"), "file");
	if (!call->config_given && config[0] && strlen(config) < sizeof(scene->config))
		memcpy(scene->config, config, strlen(config) + 1);
	json_decref(reply);
	return r;
}

static int fill(const struct call *call, struct scene *scene)
{
	int r = ask_open(call, &scene->station);

	scene->now_us = offline_now_us();
	scene->state = call->state;
	if (strlen(call->config) < sizeof(scene->config))
		memcpy(scene->config, call->config, strlen(call->config) + 1);
	if (r == -ENOMEM)
		return complain_memory();
	if (r < 0 && r != -ENOENT)
		scene->unreachable = r;
	if (r == 0 && (r = ask_status(call, scene)) != EXIT_DONE)
		return r;
	scene->settings = offline_settings(scene->config, scene->state);
	if (offline_zone(&scene->settings, &scene->zone) < 0)
		return EXIT_NO;
	scene->today = offline_day(&scene->zone, scene->now_us);
	return EXIT_DONE;
}

int scene_open(const struct call *call, struct scene *ret)
{
	struct scene scene = {0};
	int r = fill(call, &scene);

	if (r != EXIT_DONE) {
		scene_close(&scene);
		return r;
	}
	*ret = scene;
	return EXIT_DONE;
}

void scene_close(struct scene *scene)
{
	scene->station = ask_close(scene->station);
	zone_done(&scene->zone);
}

/* Page by page: a station answers with a bounded number of clips. */
int scene_ask_clips(const struct scene *scene, bool all, json_t *clips)
{
	char after[LIMIT_NAME] = "";
	bool more = true;
	int r = EXIT_DONE;

	while (more && r == EXIT_DONE) {
		json_t *request = ask_request("clips"), *reply, *page;
		size_t n;

		ask_put(request, "after", after[0] ? after : NULL);
		if (request && all)
			json_object_set_new(request, "all", json_true());
		if (ask_call(scene->station, request, -1, &reply) < 0)
			return EXIT_SERVICE;
		r = ask_refused(reply);
		page = json_object_get(reply, "clips");
		n = json_array_size(page);
		json_array_extend(clips, page);
		more = json_is_true(json_object_get(reply, "more")) && n > 0;
		if (more)
			snprintf(after, sizeof(after), "%s",
				 ask_text(json_array_get(page, n - 1), "name"));
		json_decref(reply);
	}
	return r;
}

static int recordings_of_station(const struct scene *scene, struct recordings *ret)
{
	json_t *clips = json_array();
	int r = clips ? scene_ask_clips(scene, false, clips) : complain_memory();

	if (r == EXIT_DONE && recordings_of_clips(clips, ret) < 0)
		r = complain_memory();
	json_decref(clips);
	return r;
}

int scene_recordings(const struct scene *scene, struct recordings *ret)
{
	if (scene->station)
		return recordings_of_station(scene, ret);
	if (scene->unreachable)
		return EXIT_DONE;
	if (recordings_of_state(scene->state, &scene->settings, ret) < 0)
		return complain_memory();
	return EXIT_DONE;
}
