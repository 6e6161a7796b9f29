/* SPDX-License-Identifier: MIT */
#include "campaign_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change_json.h"
#include "words.h"

void campaign_files_done(struct campaign_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free((void *)(uintptr_t)files->texts[i].name);
		free((void *)(uintptr_t)files->texts[i].text);
	}
	free(files->texts);
	faults_done(&files->faults);
	*files = (struct campaign_files){0};
}

/* name is copied, text given away. */
static int add(struct campaign_files *files, const char *name, char *text, size_t n, bool campaign)
{
	struct conf_text *more = realloc(files->texts, (files->n + 1) * sizeof(*files->texts));
	char *copy = strdup(name);

	if (more)
		files->texts = more;
	if (!more || !copy) {
		free(copy);
		free(text);
		return -ENOMEM;
	}
	more[files->n++] =
		(struct conf_text){.name = copy, .text = text, .n = n, .campaigns_only = campaign};
	return 0;
}

static int add_file(struct campaign_files *files, const char *path, bool campaign)
{
	char *text;
	size_t n;
	int error = conf_read_file(path, &files->faults, &text, &n);

	if (error == 0)
		error = add(files, path, text, n, campaign);
	return error == -ENOMEM ? error : 0;
}

static int is_campaign(const struct dirent *entry)
{
	return change_file_ok(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int campaign_files_read(const char *config, const char *state, struct campaign_files *ret)
{
	char folder[LIMIT_PATH], path[LIMIT_PATH + 256];
	struct dirent **entries = NULL;
	int n, error;

	*ret = (struct campaign_files){0};
	error = add_file(ret, config, false);
	if (snprintf(folder, sizeof(folder), "%s/campaigns", state) >= (int)sizeof(folder))
		return -ENOMEM;
	n = scandir(folder, &entries, is_campaign, by_name);
	if (n < 0 && errno == ENOMEM && error == 0)
		error = -ENOMEM;
	else if (n < 0 && errno != ENOENT)
		fault_add(&ret->faults, true, "unreadable", folder, 0,
			  _("the folder of campaigns cannot be read (%s); check its permissions"),
			  words_error(errno));
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (error == 0 && i < LIMIT_CAMPAIGN_FILES)
			error = add_file(ret, path, true);
		free(entries[i]);
	}
	free(entries);
	return error;
}

const char *campaign_files_name(const struct conf_text *text)
{
	const char *slash = strrchr(text->name, '/');

	return slash ? slash + 1 : text->name;
}

struct conf_text *campaign_files_find(const struct campaign_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->texts[i].campaigns_only &&
		    strcmp(campaign_files_name(&files->texts[i]), name) == 0)
			return &files->texts[i];
	return NULL;
}

int campaign_files_put(struct campaign_files *files, const char *state, const char *name,
		       char *text, size_t n)
{
	struct conf_text *there = campaign_files_find(files, name);
	char path[LIMIT_PATH + 256];

	if (!there) {
		snprintf(path, sizeof(path), "%.4000s/campaigns/%s", state, name);
		return add(files, path, text, n, true);
	}
	free((void *)(uintptr_t)there->text);
	there->text = text;
	there->n = n;
	return 0;
}

int campaign_files_plan(const struct campaign_files *files, struct recordings *recordings,
			int64_t now_us, struct faults *faults, struct plan **ret)
{
	const struct conf_world world = {
		.context = recordings,
		.zone = offline_give_zone,
		.recording = recordings->known ? recordings_give : NULL,
		.now_us = now_us,
	};
	struct settings settings;

	return conf_load_text(files->texts, files->n, &world, faults, ret, &settings);
}
