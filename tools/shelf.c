/* SPDX-License-Identifier: MIT */
#include "shelf.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clip_print.h"
#include "library.h"
#include "words.h"

static int open_to_write(struct shelf *shelf, char *why, size_t n)
{
	const struct scene *scene = shelf->scene;
	struct store_options options = {.state_dir = scene->state};
	struct store_opening opening;
	int r = store_open(&options, &shelf->store, &opening, why, n);

	if (r == 0)
		r = recordings_library(scene->state, &scene->settings, shelf->store,
				       &shelf->library);
	if (r == 0)
		recordings_lives(shelf->store, &shelf->lives);
	return r;
}

/* The plan, for what is declared and who uses it; without one the clips are listed all the same. */
static int read_config(struct shelf *shelf)
{
	const struct scene *scene = shelf->scene;
	struct recordings recordings = {0};
	int error = recordings_of_library(shelf->library, &shelf->lives, &recordings);

	if (error == 0)
		error = offline_load(scene->config, scene->state, &recordings, scene->now_us,
				     &shelf->config);
	recordings_done(&recordings);
	if (error == -EINVAL && access(scene->config, F_OK) == 0)
		complain(_("%s has errors, so what it says of the clips is left out: see loaphuong "
			   "check"),
			 scene->config);
	return error == -ENOMEM ? error : 0;
}

int shelf_open(const struct scene *scene, bool write, struct shelf *ret)
{
	char why[512] = "";
	int r;

	*ret = (struct shelf){.scene = scene};
	if (write)
		r = open_to_write(ret, why, sizeof(why));
	else
		r = recordings_measured(scene->state, &scene->settings, &ret->library, &ret->lives);
	if (r == 0)
		r = read_config(ret);
	if (r == 0)
		return EXIT_DONE;
	shelf_close(ret);
	if (why[0] && r != -ENOENT)
		complain("%s", why);
	else
		complain(_("the library in %s cannot be opened (%s): check that the folder is "
			   "there and that you may write to it, or name it with --state"),
			 scene->state, words_error(-r));
	return EXIT_NO;
}

void shelf_close(struct shelf *shelf)
{
	shelf->library = library_free(shelf->library);
	shelf->store = store_free(shelf->store);
	lives_done(&shelf->lives);
	offline_done(&shelf->config);
	shelf->config = (struct offline){0};
}

static void keep(void *context, const struct library_result *result)
{
	struct shelf *shelf = context;
	struct store_clip clip = result->clip;

	if (result->verdict != LIBRARY_ACCEPTED)
		return;
	clip.draft = clip_file_is_draft(shelf->scene->state, clip.name);
	store_clip_recall(&clip, lives_find(&shelf->lives, clip.name));
	library_know(shelf->library, &clip);
	store_put_clip(shelf->store, &clip);
}

void shelf_measure(struct shelf *shelf)
{
	library_measure_all(shelf->library, keep, shelf);
}

static json_t *tell(const struct shelf *shelf, json_t *clip, const struct store_clip *recording,
		    bool all)
{
	const struct scene *scene = shelf->scene;
	struct clip_told told = {
		.plan = shelf->config.plan,
		.approval = shelf->config.plan ? shelf->config.settings.approval
					       : scene->settings.approval,
		.mode = ASRUN_REAL,
		.today = scene->today,
		.zone = &scene->zone,
	};
	bool draft = recording && clip_file_is_draft(scene->state, recording->name);

	if (clip)
		told.life = lives_find(&shelf->lives, ask_text(clip, "name"));
	if (clip &&
	    clip_json_tell(clip, &told, recording ? recording->sha256 : NULL, draft, all) < 0) {
		json_decref(clip);
		return NULL;
	}
	return clip;
}

json_t *shelf_recording(const struct shelf *shelf, const struct store_clip *recording)
{
	return tell(shelf, clip_json(recording, &shelf->scene->zone), recording, false);
}

static json_t *missing(const struct shelf *shelf, const char *name, bool all)
{
	return tell(shelf, json_pack("{s:s, s:s}", "name", name, "title", ""), NULL, all);
}

/* The library and the plan side by side, both in order of name. */
int shelf_list(const struct shelf *shelf, json_t *clips)
{
	const struct plan *plan = shelf->config.plan;
	size_t n_plan = plan ? plan->n_clips : 0, n = library_count(shelf->library);

	for (size_t i = 0, j = 0; i < n || j < n_plan;) {
		const struct store_clip *recording = library_clip(shelf->library, i);
		const struct plan_clip *clip = j < n_plan ? &plan->clips[j] : NULL;
		int order = !clip ? -1 : !recording ? 1 : strcmp(recording->name, clip->name);

		if (order > 0 && clip->declared)
			json_array_append_new(clips, missing(shelf, clip->name, false));
		if (order <= 0)
			json_array_append_new(clips, shelf_recording(shelf, recording));
		i += order <= 0;
		j += order >= 0;
	}
	return EXIT_DONE;
}

json_t *shelf_clip(const struct shelf *shelf, const char *name)
{
	const struct store_clip *recording = library_find(shelf->library, name);
	const struct plan_clip *clip =
		shelf->config.plan ? plan_find_clip(shelf->config.plan, name) : NULL;

	if (recording)
		return tell(shelf, clip_json(recording, &shelf->scene->zone), recording, true);
	return clip && clip->declared ? missing(shelf, name, true) : NULL;
}

static int look_here(const struct scene *scene, const char *name, json_t **ret)
{
	struct shelf shelf;
	int r = shelf_open(scene, false, &shelf);

	if (r != EXIT_DONE)
		return r;
	*ret = shelf_clip(&shelf, name);
	shelf_close(&shelf);
	if (*ret)
		return EXIT_DONE;
	complain(_("there is no clip \"%s\": loaphuong clip list shows the names"), name);
	return EXIT_NO;
}

static int look_at_station(const struct scene *scene, const char *name, json_t **ret)
{
	json_t *request = ask_request("clip"), *reply;

	ask_put(request, "name", name);
	if (ask_call(scene->station, request, -1, &reply) < 0)
		return EXIT_SERVICE;
	if (json_is_true(json_object_get(reply, "ok")))
		*ret = json_incref(json_object_get(reply, "clip"));
	else
		complain("%s", ask_text(reply, "message"));
	json_decref(reply);
	return *ret ? EXIT_DONE : EXIT_NO;
}

int shelf_look(const struct scene *scene, const char *name, json_t **ret)
{
	return scene->station ? look_at_station(scene, name, ret) : look_here(scene, name, ret);
}

void shelf_who(const char *by, char ret[LIMIT_WHO])
{
	const struct passwd *user = getpwuid(getuid());
	const char *name = user ? user->pw_name : "?";

	if (by && by[0] && strcmp(by, name) != 0)
		snprintf(ret, LIMIT_WHO, "%s (%s)", by, name);
	else
		snprintf(ret, LIMIT_WHO, "%s", name);
}

/* Nobody here knows whether the clock is right; the note says so. */
int shelf_note(struct shelf *shelf, const char *what, const char *who, const char *why)
{
	struct asrun_event note = {
		.kind = ASRUN_NOTE,
		.mode = ASRUN_REAL,
		.time_us = shelf->scene->now_us,
		.clock = CLOCK_UNTRUSTED,
	};
	const struct asrun_event *notes[] = {&note};

	snprintf(note.what, sizeof(note.what), "%s", what);
	snprintf(note.who, sizeof(note.who), "%s", who);
	snprintf(note.why, sizeof(note.why), "%s", why);
	return store_append(shelf->store, notes, 1);
}
