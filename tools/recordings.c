/* SPDX-License-Identifier: MIT */
#include "recordings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "library.h"

static int know(void *context, const struct store_clip *clip)
{
	return library_know(context, clip);
}

int recordings_library(const char *state, const struct settings *settings, struct store *index,
		       struct library **ret)
{
	struct library_options options = {
		.state_dir = state,
		.settings = {.format = {.rate_hz = settings->rate_hz,
					.channels = settings->channels},
			     .target_lufs = settings->loudness_lufs,
			     .ceiling_dbtp = settings->peak_dbtp,
			     .highpass_hz = settings->highpass_hz},
		.program = "/proc/self/exe",
	};
	struct library *library;
	int r = library_new(&options, &library);

	if (r < 0)
		return r;
	if (index)
		r = store_clips(index, know, library);
	if (r == 0)
		r = library_scan(library);
	if (r < 0) {
		library_free(library);
		return r;
	}
	*ret = library;
	return 0;
}

static void leave_out(void *context, const struct library_result *result)
{
	/* A recording that cannot be measured has no length: the plan shows it as missing. */
	(void)context;
	(void)result;
}

static int put_life(void *context, const struct life *life)
{
	return lives_put(context, life);
}

int recordings_lives(struct store *store, struct lives *lives)
{
	return store_lives(store, put_life, lives);
}

/* The index only saves time: without it, or with it locked, everything is measured again. */
int recordings_measured(const char *state, const struct settings *settings, struct library **ret,
			struct lives *ret_lives)
{
	struct store_options options = {.state_dir = state, .read_only = true};
	struct store_opening opening;
	struct store *index = NULL;
	struct library *library;
	int r;

	if (store_open(&options, &index, &opening, NULL, 0) < 0)
		index = NULL;
	r = recordings_library(state, settings, index, &library);
	if (index)
		recordings_lives(index, ret_lives);
	store_free(index);
	if (r < 0)
		return r;
	r = library_measure_all(library, leave_out, NULL);
	if (r < 0) {
		library_free(library);
		return r;
	}
	*ret = library;
	return 0;
}

int recordings_of_library(const struct library *library, const struct lives *lives,
			  struct recordings *ret)
{
	struct recordings recordings = {.known = true};

	recordings.items = calloc(library_count(library) + 1, sizeof(*recordings.items));
	if (!recordings.items)
		return -ENOMEM;
	for (size_t i = 0; i < library_count(library); i++) {
		const struct store_clip *clip = library_clip(library, i);
		struct recording *item = &recordings.items[recordings.n++];

		memcpy(item->name, clip->name, sizeof(item->name));
		library_recording(clip, &item->recording);
		item->recording.approved =
			life_approves(lives_find(lives, clip->name), clip->sha256);
	}
	*ret = recordings;
	return 0;
}

int recordings_of_state(const char *state, const struct settings *settings, struct recordings *ret)
{
	char folder[LIMIT_PATH];
	struct lives lives = {0};
	struct library *library;
	int r;

	if (snprintf(folder, sizeof(folder), "%s/clips", state) >= (int)sizeof(folder) ||
	    access(folder, R_OK | X_OK) < 0)
		return 0;
	r = recordings_measured(state, settings, &library, &lives);
	if (r == 0) {
		r = recordings_of_library(library, &lives, ret);
		library_free(library);
	}
	lives_done(&lives);
	return r == -ENOMEM ? r : 0;
}

int recordings_of_clips(const json_t *clips, struct recordings *ret)
{
	struct recordings recordings = {.known = true};
	const json_t *clip;
	size_t i;

	recordings.items = calloc(json_array_size(clips) + 1, sizeof(*recordings.items));
	if (!recordings.items)
		return -ENOMEM;
	json_array_foreach(clips, i, clip)
	{
		const char *name = json_string_value(json_object_get(clip, "name"));
		int64_t frames = json_integer_value(json_object_get(clip, "air_frames"));
		int64_t rate_hz = json_integer_value(json_object_get(clip, "rate"));
		struct recording *item = &recordings.items[recordings.n];

		if (!name || strlen(name) >= sizeof(item->name) || frames <= 0 || rate_hz <= 0)
			continue;
		item->recording.present = true;
		item->recording.approved = strcmp(ask_text(clip, "approval"), "approved") == 0;
		item->recording.length_us = frames * CIVIL_US / rate_hz;
		memcpy(item->name, name, strlen(name) + 1);
		recordings.n++;
	}
	*ret = recordings;
	return 0;
}

void recordings_done(struct recordings *recordings)
{
	free(recordings->items);
	*recordings = (struct recordings){0};
}

int recordings_give(void *context, size_t index, const char **ret_name, struct plan_recording *ret)
{
	const struct recordings *recordings = context;

	if (index >= recordings->n)
		return -ENOENT;
	*ret_name = recordings->items[index].name;
	*ret = recordings->items[index].recording;
	return 0;
}
