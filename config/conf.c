/* SPDX-License-Identifier: MIT */
#include "conf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "conf_read.h"
#include "limit.h"
#include "words.h"

/* One text to a draft; *ret is NULL where the text as a whole was refused. */
static int read_text(const struct conf_text *text, struct arena *arena, struct faults *faults,
		     struct draft_section **ret)
{
	const char *body = text->text, *clean;
	struct draft_section *root;
	size_t n = text->n;
	int error;

	*ret = NULL;
	if (!conf_text_sound(text->name, &body, &n, faults))
		return 0;
	error = conf_scan(text->name, body, n, conf_schema(text->campaigns_only), arena, faults,
			  &root, &clean);
	if (!error)
		error = conf_parse(clean, root, arena, faults);
	if (error)
		return error;
	if (!root->first && !faults->errors)
		fault_add(faults, false, "empty-file", text->name, 0,
			  _("nothing is written in this file; if that is not meant, restore it"));
	*ret = root;
	return 0;
}

static int read_texts(const struct conf_text *texts, size_t n_texts, struct check *check)
{
	struct draft_section **roots =
		arena_take(check->arena, (n_texts + 1) * sizeof(struct draft_section *));
	bool parsed = true;

	if (!roots)
		return -ENOMEM;
	for (size_t i = 0; i < n_texts; i++) {
		int error =
			read_text(&texts[i], check->arena, check->faults, &roots[check->n_roots]);

		if (error)
			return error;
		if (roots[check->n_roots])
			check->n_roots++;
	}
	check->roots = roots;
	/* a disagreement with libconfuse leaves values unread: nothing more can be said */
	for (size_t i = 0; i < check->faults->n; i++)
		parsed &= strcmp(check->faults->items[i].code, "parser") != 0;
	return parsed ? 0 : -EINVAL;
}

static int build(const struct conf_text *texts, size_t n_texts, struct check *check)
{
	int error;

	check->plan = calloc(1, sizeof(*check->plan));
	if (!check->plan)
		return -ENOMEM;
	error = read_texts(texts, n_texts, check);
	if (!error)
		error = conf_check(check);
	if (!error && !check->world->errors_only && !faults_any_error(check->faults))
		error = conf_warn(check);
	if (!error && faults_any_error(check->faults))
		error = -EINVAL;
	return error;
}

int conf_load_text(const struct conf_text *texts, size_t n_texts, const struct conf_world *world,
		   struct faults *faults, struct plan **ret_plan, struct settings *ret_settings)
{
	struct arena arena = {0};
	struct check check = {.world = world, .faults = faults, .arena = &arena};
	int error = build(texts, n_texts, &check);

	faults_sort(faults);
	if (!error && ret_settings)
		*ret_settings = check.settings;
	if (!error && ret_plan) {
		*ret_plan = check.plan;
		check.plan = NULL;
	}
	plan_free(check.plan);
	arena_done(&arena);
	return error;
}

static int wanted(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".conf") == 0;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name); /* not alphasort: it asks the locale */
}

struct texts {
	struct conf_text *items;
	size_t n;
};

static void texts_done(struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		free((char *)texts->items[i].name);
		free((char *)texts->items[i].text);
	}
	free(texts->items);
}

/* A file that cannot be read adds its fault and is left out. 0 or -ENOMEM. */
static int add_file(struct texts *texts, const char *path, bool campaigns_only,
		    struct faults *faults)
{
	struct conf_text text = {.campaigns_only = campaigns_only};
	char *body;
	int error = conf_read_entry(path, !campaigns_only, faults, &body, &text.n);

	if (error)
		return error == -ENOMEM ? error : 0;
	text.name = strdup(path);
	text.text = body;
	if (!text.name) {
		free(body);
		return -ENOMEM;
	}
	texts->items[texts->n++] = text;
	return 0;
}

static int add_entries(struct texts *texts, const char *folder, struct dirent **entries, int n,
		       struct faults *faults)
{
	char path[LIMIT_PATH];
	int error = 0;

	for (int i = 0; i < n && !error; i++) {
		int length = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);

		if (length > 0 && (size_t)length < sizeof(path))
			error = add_file(texts, path, true, faults);
		else
			fault_add(faults, true, "unreadable", folder, 0,
				  _("the path of '%s' is too long; shorten it"),
				  entries[i]->d_name);
	}
	return error;
}

static int add_folder(struct texts *texts, const char *folder, struct faults *faults)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, wanted, by_name), error = 0;

	if (n < 0) {
		if (errno == ENOMEM)
			return -ENOMEM;
		if (errno != ENOENT)
			fault_add(faults, true, "unreadable", folder, 0,
				  _("the folder of campaigns cannot be read (%s); check its "
				    "permissions"),
				  words_error(errno));
		return 0;
	}
	if (n > LIMIT_CAMPAIGN_FILES)
		fault_add(faults, true, "too-many", folder, 0,
			  _("more than %d files of campaigns; remove old ones"),
			  LIMIT_CAMPAIGN_FILES);
	else
		error = add_entries(texts, folder, entries, n, faults);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return error;
}

int conf_load(const struct conf_source *source, const struct conf_world *world,
	      struct faults *faults, struct plan **ret_plan, struct settings *ret_settings)
{
	struct texts texts = {calloc(LIMIT_CAMPAIGN_FILES + 1, sizeof(struct conf_text)), 0};
	int error;

	if (!texts.items)
		return -ENOMEM;
	error = add_file(&texts, source->file, false, faults);
	if (!error && source->campaigns_dir)
		error = add_folder(&texts, source->campaigns_dir, faults);
	if (!error)
		error = conf_load_text(texts.items, texts.n, world, faults, ret_plan, ret_settings);
	texts_done(&texts);
	return error;
}
