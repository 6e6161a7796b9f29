/* SPDX-License-Identifier: MIT */
/* clip list and clip show: what there is, what is missing, and all that is known of one. */
#include "command.h"

#include "clip_print.h"
#include "json_line.h"
#include "library.h"
#include "shelf.h"
#include "words.h"

static int list_here(const struct scene *scene, json_t *clips)
{
	struct shelf shelf;
	int r = shelf_open(scene, false, &shelf);

	if (r != EXIT_DONE)
		return r;
	r = shelf_list(&shelf, clips);
	shelf_close(&shelf);
	return r;
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

static int removed_here(const struct scene *scene, json_t *removed)
{
	struct removed_list list = {removed, &scene->zone};
	int r = clip_file_removed(scene->state, add_removed, &list);

	if (r == 0)
		return EXIT_DONE;
	complain(_("the removed recordings in %s cannot be read (%s): check that you may read the "
		   "folder"),
		 scene->state, words_error(-r));
	return EXIT_NO;
}

static int removed_of_station(const struct scene *scene, json_t *removed)
{
	json_t *reply;
	int r;

	if (ask_call(scene->station, ask_request("clips-removed"), -1, &reply) < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	json_array_extend(removed, json_object_get(reply, "removed"));
	json_decref(reply);
	return r;
}

static int fill(const struct call *call, const struct scene *scene, json_t *list)
{
	if (scene->unreachable)
		return ask_unreachable(scene->unreachable);
	if (call_has(call, "removed"))
		return scene->station ? removed_of_station(scene, list) : removed_here(scene, list);
	return scene->station ? scene_ask_clips(scene, true, list) : list_here(scene, list);
}

int cmd_clip_list(const struct call *call)
{
	struct scene scene;
	json_t *list;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	list = json_array();
	r = list ? fill(call, &scene, list) : complain_memory();
	if (r == EXIT_DONE && call_has(call, "json"))
		clip_print_json(stdout, list);
	else if (r == EXIT_DONE && call_has(call, "removed"))
		clip_print_removed(stdout, list);
	else if (r == EXIT_DONE)
		clip_print_table(stdout, list);
	json_decref(list);
	scene_close(&scene);
	return r;
}

int cmd_clip_show(const struct call *call)
{
	struct scene scene;
	json_t *clip = NULL;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	r = scene.unreachable ? ask_unreachable(scene.unreachable)
			      : shelf_look(&scene, call->operands[0], &clip);
	if (r == EXIT_DONE && call_has(call, "json")) {
		json_line(stdout, clip, JSON_COMPACT);
	} else if (r == EXIT_DONE) {
		clip_print_whole(stdout, clip);
	}
	json_decref(clip);
	scene_close(&scene);
	return r;
}
