/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schedule.h"
#include "words.h"
#include "zoneinfo.h"

#define RECORDINGS_AHEAD_US (86400 * CIVIL_US)
#define RECORDINGS_NAMED    5 /* clips without a recording that the fault names */

/* The recordings there are, known to the library or still to be measured. */
struct world {
	const struct library *library;
	const struct lives *lives;
	struct dirent **entries;
	int n;
};

static int is_recording(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && n - 4 < LIMIT_NAME && strcmp(entry->d_name + n - 4, ".mp3") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* -errno: the recordings cannot be seen just now; a config that plays them would be refused for it. */
static int world_open(const struct daemon *d, struct faults *faults, struct world *ret)
{
	char folder[LIMIT_PATH];
	int n = 0, error;

	*ret = (struct world){.lives = &d->lives};
	ret->library = d->library;
	if (daemon_path(folder, sizeof(folder), d->state_dir, "clips") == 0)
		n = scandir(folder, &ret->entries, is_recording, by_name);
	error = n < 0 && errno != ENOENT ? -errno : 0;
	if (error < 0)
		fault_add(faults, true, "unreadable", folder, 0,
			  _("the folder of recordings cannot be read (%s); check the memory card"),
			  words_error(-error));
	for (int i = 0; i < n; i++) {
		struct dirent *entry = ret->entries[i];

		entry->d_name[strlen(entry->d_name) - 4] = '\0';
		if (library_name_ok(entry->d_name))
			ret->entries[ret->n++] = entry;
		else
			free(entry);
	}
	return error;
}

static void world_close(struct world *world)
{
	for (int i = 0; i < world->n; i++)
		free(world->entries[i]);
	free(world->entries);
}

static int world_zone(void *context, const char *name, struct zone *ret)
{
	(void)context;
	return zoneinfo_load(name, ret);
}

/* A recording that is not measured yet is named, so that a config that plays it is not refused. */
static int world_recording(void *context, size_t index, const char **ret_name,
			   struct plan_recording *ret)
{
	const struct world *world = context;
	const struct store_clip *clip = NULL;

	if (index >= (size_t)world->n)
		return -ENOENT;
	*ret_name = world->entries[index]->d_name;
	memset(ret, 0, sizeof(*ret));
	if (world->library)
		clip = library_find(world->library, *ret_name);
	if (clip) {
		library_recording(clip, ret);
		ret->draft = clip->draft;
		ret->approved = life_approves(lives_find(world->lives, clip->name), clip->sha256);
	}
	return 0;
}

int daemon_plan_load(struct daemon *d, const struct daemon_texts *texts, int64_t now_us,
		     struct faults *faults, struct plan **ret_plan, struct settings *ret_settings)
{
	struct world world;
	struct conf_world asked = {
		.context = &world,
		.zone = world_zone,
		.recording = world_recording,
		.now_us = now_us,
		.errors_only = now_us == 0,
	};
	int error = world_open(d, faults, &world);

	if (error == 0)
		error = conf_load_text(texts->texts, texts->n, &asked, faults, ret_plan,
				       ret_settings);
	world_close(&world);
	return error;
}

void daemon_plan_show_faults(const struct daemon *d, const struct faults *faults)
{
	(void)d;
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *fault = &faults->items[i];

		if (fault->line > 0)
			fprintf(stderr, "%s:%d: ", fault->file, fault->line);
		else
			fprintf(stderr, "%s: ", fault->file);
		fprintf(stderr, "%s: %s\n", fault->error ? _("error") : _("warning"), fault->text);
	}
}

/* The first error is the detail; the operator sees all with check. */
void daemon_plan_set_fault(struct daemon *d, const struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++) {
		const struct fault *fault = &faults->items[i];

		if (!fault->error)
			continue;
		daemon_fault_set(d, FAULT_CONFIG, "%s:%d: %s", fault->file, fault->line,
				 fault->text);
		return;
	}
	daemon_fault_set(d, FAULT_CONFIG, "%s", "");
}

/* What the settings rule besides the plan. */
void daemon_plan_take(struct daemon *d, const struct settings *settings)
{
	d->settings = *settings;
	d->trust_rules.policy = settings->trust;
	d->trust_rules.holdover_us = settings->holdover_us;
	d->language = words_chosen() ? NULL : d->settings.language;
	words_use(d->language);
}

/* What the station does not hold on to goes. Without memory that is the new one: tried again. */
static void put_on_air(struct daemon *d, struct plan *plan)
{
	struct station_event event = {.kind = EVENT_PLAN, .plan = plan};
	struct plan *old = d->plan;

	d->plan = plan;
	daemon_feed(d, &event);
	if (station_plan(d->station) != plan) {
		d->plan = old;
		old = plan;
		d->plan_is_stale = true;
	}
	plan_free(old);
	daemon_lines_look_at_plan(d);
	daemon_check_recordings(d);
}

static bool audio_differs(const struct settings *a, const struct settings *b)
{
	const struct chain_settings x = daemon_chain_settings(a), y = daemon_chain_settings(b);

	return strcmp(a->device, b->device) != 0 || a->preroll_us != b->preroll_us ||
	       strcmp(a->mixer, b->mixer) != 0 || a->mixer_db < b->mixer_db ||
	       a->mixer_db > b->mixer_db || x.format.rate_hz != y.format.rate_hz ||
	       x.format.channels != y.format.channels || x.target_lufs < y.target_lufs ||
	       x.target_lufs > y.target_lufs || x.ceiling_dbtp < y.ceiling_dbtp ||
	       x.ceiling_dbtp > y.ceiling_dbtp || x.highpass_hz < y.highpass_hz ||
	       x.highpass_hz > y.highpass_hz;
}

static void accept_reload(struct daemon *d, struct daemon_texts *texts, struct plan *plan,
			  const struct settings *settings)
{
	int error = daemon_texts_accept(d, texts);

	if (audio_differs(&d->settings, settings))
		d->audio_is_stale = true;
	daemon_plan_take(d, settings);
	daemon_texts_done(&d->texts);
	d->texts = *texts;
	d->accepted_copy = false;
	d->plan_is_stale = false;
	daemon_fault_clear(d, FAULT_CONFIG);
	if (error < 0)
		daemon_say(d, _("The accepted config could not be kept: %s"), words_error(-error));
	daemon_lines_reload(d);
	put_on_air(d, plan);
	daemon_look_at_clock(d);
}

int daemon_plan_reload(struct daemon *d, const struct control_hand *hand, struct faults *faults)
{
	char campaigns[LIMIT_PATH];
	struct daemon_texts texts = {0};
	struct settings settings;
	struct plan *plan = NULL;
	int error = daemon_path(campaigns, sizeof(campaigns), d->state_dir, "campaigns");

	daemon_library_scan(d);
	if (error == 0)
		error = daemon_texts_read(d->options.config, campaigns, faults, &texts);
	if (error == 0)
		error = daemon_plan_load(d, &texts, d->now_us, faults, &plan, &settings);
	faults_sort(faults);
	if (error != 0) {
		daemon_texts_done(&texts);
		daemon_plan_set_fault(d, faults);
		daemon_note(d, "reload-refused", hand->who, hand->why);
	} else {
		accept_reload(d, &texts, plan, &settings);
		daemon_note(d, "reload", hand->who, hand->why);
	}
	daemon_library_go_on(d);
	return error;
}

void daemon_plan_rebuild(struct daemon *d)
{
	struct faults faults = {0};
	struct settings settings;
	struct plan *plan = NULL;
	int error;

	d->plan_is_stale = false;
	error = daemon_plan_load(d, &d->texts, 0, &faults, &plan, &settings);
	if (error == 0)
		put_on_air(d, plan);
	else if (error == -ENOMEM)
		d->plan_is_stale = true;
	else
		daemon_plan_set_fault(d, &faults);
	faults_done(&faults);
}

/* Adds a clip's name to the list unless it is there; returns whether it was added. */
static bool name_clip(char *list, size_t n, const char *name)
{
	size_t used = strlen(list), length = strlen(name);
	const char *found = strstr(list, name);

	while (found && found[length] != ' ' && found[length] != '\0')
		found = strstr(found + 1, name);
	if (found)
		return false;
	snprintf(list + used, n - used, "%s%s", used ? " " : "", name);
	return true;
}

static bool is_missing(const struct plan_clip *clip)
{
	return !clip->recording.present;
}

static bool waits(const struct plan_clip *clip)
{
	return clip->refused;
}

/* Names those of the clips due soon that have a flaw; the first few, each once. */
static void name_flawed(const struct daemon *d, bool (*flawed)(const struct plan_clip *clip),
			char *list, size_t n)
{
	struct schedule *schedule = NULL;
	struct occurrence next;
	unsigned named = 0;

	list[0] = '\0';
	if (schedule_new(d->plan, d->now_us, &schedule) < 0)
		return;
	while (named < RECORDINGS_NAMED && schedule_next(schedule, &next) == 0 &&
	       next.at_us < d->now_us + RECORDINGS_AHEAD_US) {
		for (size_t i = 0; i < next.n_clips && named < RECORDINGS_NAMED; i++) {
			const struct plan_clip *clip = &d->plan->clips[next.clips[i]];

			if (flawed(clip) && name_clip(list, n, clip->name))
				named++;
		}
	}
	schedule_free(schedule);
}

static void tell_flawed(struct daemon *d, enum daemon_fault_kind kind,
			bool (*flawed)(const struct plan_clip *clip))
{
	char list[LIMIT_NAME * (RECORDINGS_NAMED + 1)];

	name_flawed(d, flawed, list, sizeof(list));
	if (!list[0])
		daemon_fault_clear(d, kind);
	else if (!d->faults[kind].present)
		daemon_fault_set(d, kind, "%s", list);
	else
		snprintf(d->faults[kind].detail, sizeof(d->faults[kind].detail), "%s", list);
}

void daemon_check_recordings(struct daemon *d)
{
	d->recordings_checked_us = d->now_us;
	tell_flawed(d, FAULT_NO_RECORDING, is_missing);
	tell_flawed(d, FAULT_NOT_APPROVED, waits);
}
