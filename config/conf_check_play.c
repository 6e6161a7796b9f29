/* SPDX-License-Identifier: MIT */
/* Finding what a list names: a playlist of the campaign, or a clip. */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

static int compare_clip(const void *key, const void *element)
{
	return strcmp(key, ((const struct plan_clip *)element)->name);
}

static bool find_clip(const struct check *check, const char *name, size_t *ret)
{
	const struct plan *plan = check->plan;
	const struct plan_clip *found = plan->n_clips ? bsearch(name, plan->clips, plan->n_clips,
								sizeof(*found), compare_clip)
						      : NULL;

	if (found)
		*ret = (size_t)(found - plan->clips);
	return found != NULL;
}

static bool find_playlist(const struct plan_campaign *campaign, const char *name, size_t *ret)
{
	for (size_t i = 0; campaign && i < campaign->n_playlists; i++)
		if (strcmp(campaign->playlists[i].name, name) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static const char *nearest(struct check *check, const struct check_scope *scope, const char *name)
{
	const struct plan *plan = check->plan;
	size_t n_playlists = scope->campaign ? scope->campaign->n_playlists : 0, n = 0;
	const char **names, *near;

	if (check->faults->cut)
		return NULL; /* nobody will read it */
	names = check_take(check, plan->n_clips + n_playlists + 1, sizeof(*names));
	if (!names)
		return NULL;
	for (size_t i = 0; i < n_playlists; i++)
		names[n++] = scope->campaign->playlists[i].name;
	for (size_t i = 0; i < plan->n_clips; i++)
		names[n++] = plan->clips[i].name;
	near = draft_nearest(name, names);
	free(names);
	return near;
}

static void unknown(struct check *check, const struct check_scope *scope, const char *key,
		    const struct draft_value *value, const char *name)
{
	const char *near = nearest(check, scope, name);
	const char *where = check_label(check, scope->section);

	if (near && scope->campaign)
		check_error(check, "unknown-name", scope->section, value->line,
			    _("%s of %s: unknown clip or playlist '%s'; did you mean '%s'?"), key,
			    where, name, near);
	else if (near)
		check_error(check, "unknown-name", scope->section, value->line,
			    _("%s of %s: unknown clip '%s'; did you mean '%s'?"), key, where, name,
			    near);
	else if (scope->campaign)
		check_error(check, "unknown-name", scope->section, value->line,
			    _("%s of %s: unknown clip or playlist '%s'; declare it with "
			      "clip \"%s\" { } or add its recording"),
			    key, where, name, name);
	else
		check_error(check, "unknown-name", scope->section, value->line,
			    _("%s of %s: unknown clip '%s'; declare it with clip \"%s\" { } or add "
			      "its recording"),
			    key, where, name, name);
}

bool check_item(struct check *check, const struct check_scope *scope, const char *key,
		const struct draft_value *value, struct plan_item *ret)
{
	const char *name = check_composed(check, value->text);
	struct plan_item item = {.playlist = true};

	if (!find_playlist(scope->campaign, name, &item.index)) {
		item.playlist = false;
		if (!find_clip(check, name, &item.index)) {
			unknown(check, scope, key, value, name);
			return false;
		}
	}
	*ret = item;
	return true;
}
