/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "whole.h"
#include "words.h"

/*
 * The accepted copy is a folder that is always whole: it is written beside its place, made
 * durable, and exchanged with the old one in one step. Where a file system cannot exchange, the
 * old one is moved to accepted.old first, and that is what a start finds after a cut in between.
 */
#define ACCEPTED	"accepted"
#define ACCEPTED_NEW	"accepted.new"
#define ACCEPTED_OLD	"accepted.old"
#define ACCEPTED_CONFIG "loaphuong.conf"

void daemon_texts_done(struct daemon_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		free((void *)(uintptr_t)texts->texts[i].name);
		free((void *)(uintptr_t)texts->texts[i].text);
	}
	free(texts->texts);
	memset(texts, 0, sizeof(*texts));
}

static int is_campaign(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".conf") == 0;
}

/* By bytes: the order is the same whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_one(const char *path, struct faults *faults, struct daemon_texts *texts)
{
	struct conf_text *more = realloc(texts->texts, (texts->n + 1) * sizeof(*texts->texts));
	char *name, *text = NULL;
	size_t n = 0;
	int error;

	if (!more)
		return -ENOMEM;
	texts->texts = more;
	error = conf_read_file(path, faults, &text, &n);
	if (error < 0)
		return error;
	name = strdup(path);
	if (!name) {
		free(text);
		return -ENOMEM;
	}
	texts->texts[texts->n] = (struct conf_text){
		.name = name, .text = text, .n = n, .campaigns_only = texts->n > 0};
	texts->n++;
	return 0;
}

static int read_campaigns(const char *folder, struct faults *faults, struct daemon_texts *texts)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_campaign, by_name), error = 0;

	if (n > LIMIT_CAMPAIGN_FILES) {
		fault_add(faults, true, "too-many-files", folder, 0,
			  _("more than %d campaign files; join some or move old ones away"),
			  LIMIT_CAMPAIGN_FILES);
		error = -EINVAL;
	}
	for (int i = 0; i < n; i++) {
		char path[LIMIT_PATH];
		int one = daemon_path(path, sizeof(path), folder, entries[i]->d_name);

		if (one == 0 && i < LIMIT_CAMPAIGN_FILES)
			one = read_one(path, faults, texts);
		if (one < 0 && error != -ENOMEM)
			error = one;
		free(entries[i]);
	}
	free(entries);
	return error;
}

int daemon_texts_read(const char *config, const char *campaigns_dir, struct faults *faults,
		      struct daemon_texts *ret)
{
	struct daemon_texts texts = {0};
	int error = read_one(config, faults, &texts);
	int more = 0;

	if (error == 0)
		more = read_campaigns(campaigns_dir, faults, &texts);
	if (error == 0)
		error = more;
	if (error < 0) {
		daemon_texts_done(&texts);
		return error;
	}
	*ret = texts;
	return 0;
}

static int read_copy(const struct daemon *d, const char *copy, struct faults *faults,
		     struct daemon_texts *ret)
{
	char folder[LIMIT_PATH], config[LIMIT_PATH], campaigns[LIMIT_PATH];

	if (daemon_path(folder, sizeof(folder), d->state_dir, copy) < 0 ||
	    daemon_path(config, sizeof(config), folder, ACCEPTED_CONFIG) < 0 ||
	    daemon_path(campaigns, sizeof(campaigns), folder, "campaigns") < 0)
		return -ENAMETOOLONG;
	if (access(config, F_OK) < 0)
		return -ENOENT;
	return daemon_texts_read(config, campaigns, faults, ret);
}

int daemon_texts_read_accepted(const struct daemon *d, struct faults *faults,
			       struct daemon_texts *ret)
{
	int error = read_copy(d, ACCEPTED, faults, ret);

	return error == -ENOENT ? read_copy(d, ACCEPTED_OLD, faults, ret) : error;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool same(const struct daemon_texts *a, const struct daemon_texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct conf_text *x = &a->texts[i], *y = &b->texts[i];

		if (x->n != y->n || memcmp(x->text, y->text, x->n) != 0 ||
		    (i > 0 && strcmp(base_name(x->name), base_name(y->name)) != 0))
			return false;
	}
	return true;
}

static int write_file(const char *folder, const char *name, const char *text, size_t n)
{
	char path[LIMIT_PATH];
	int error = daemon_path(path, sizeof(path), folder, name);
	int fd = error < 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (fd < 0)
		return error < 0 ? error : -errno;
	error = whole_write(fd, text, n);
	if (error == 0 && fsync(fd) < 0)
		error = -errno;
	close(fd);
	return error;
}

static void remove_files(const char *folder)
{
	DIR *open_folder = opendir(folder);
	struct dirent *entry;
	char path[LIMIT_PATH];

	while (open_folder && (entry = readdir(open_folder)))
		if (daemon_path(path, sizeof(path), folder, entry->d_name) == 0)
			unlink(path); /* refuses the folders themselves */
	if (open_folder)
		closedir(open_folder);
	rmdir(folder);
}

static void remove_folder(const char *path)
{
	char campaigns[LIMIT_PATH];

	if (daemon_path(campaigns, sizeof(campaigns), path, "campaigns") == 0)
		remove_files(campaigns);
	remove_files(path);
}

static int write_copy(const char *folder, const struct daemon_texts *texts)
{
	char campaigns[LIMIT_PATH];
	int error = daemon_path(campaigns, sizeof(campaigns), folder, "campaigns");

	if (error < 0)
		return error;
	remove_folder(folder);
	if (mkdir(folder, 0750) < 0 || mkdir(campaigns, 0750) < 0)
		return -errno;
	error = write_file(folder, ACCEPTED_CONFIG, texts->texts[0].text, texts->texts[0].n);
	for (size_t i = 1; i < texts->n && error == 0; i++)
		error = write_file(campaigns, base_name(texts->texts[i].name), texts->texts[i].text,
				   texts->texts[i].n);
	if (error == 0)
		error = whole_sync_folder(campaigns);
	return error < 0 ? error : whole_sync_folder(folder);
}

/*
 * What is taken away may not be gone from the disk before what takes its place is there: each step is
 * made durable before the next.
 */
static int exchange(const char *state_dir, const char *fresh, const char *place, const char *old)
{
	int error = renameat2(AT_FDCWD, fresh, AT_FDCWD, place, RENAME_EXCHANGE) < 0 ? -errno : 0;

	if (error == 0) {
		error = whole_sync_folder(state_dir);
		if (error == 0)
			remove_folder(fresh);
		return error;
	}
	remove_folder(old);
	if (error != -ENOENT && rename(place, old) < 0 && errno != ENOENT)
		return -errno;
	if (rename(fresh, place) < 0)
		return -errno;
	error = whole_sync_folder(state_dir);
	if (error == 0)
		remove_folder(old);
	return error;
}

static int write_accepted(const char *state_dir, const struct daemon_texts *texts)
{
	char fresh[LIMIT_PATH], place[LIMIT_PATH], old[LIMIT_PATH];
	int error;

	if (daemon_path(fresh, sizeof(fresh), state_dir, ACCEPTED_NEW) < 0 ||
	    daemon_path(place, sizeof(place), state_dir, ACCEPTED) < 0 ||
	    daemon_path(old, sizeof(old), state_dir, ACCEPTED_OLD) < 0)
		return -ENAMETOOLONG;
	error = write_copy(fresh, texts);
	return error < 0 ? error : exchange(state_dir, fresh, place, old);
}

/* What the writer's thread needs to do it: copies. */
struct keeping {
	char state_dir[LIMIT_PATH];
	struct daemon_texts texts;
};

static int keep(void *context, bool go)
{
	struct keeping *keeping = context;
	int error = go ? write_accepted(keeping->state_dir, &keeping->texts) : 0;

	daemon_texts_done(&keeping->texts);
	free(keeping);
	return error;
}

static int copy_texts(const struct daemon_texts *texts, struct daemon_texts *ret)
{
	ret->texts = calloc(texts->n, sizeof(*ret->texts));
	if (!ret->texts)
		return -ENOMEM;
	for (; ret->n < texts->n; ret->n++) {
		const struct conf_text *from = &texts->texts[ret->n];
		struct conf_text *to = &ret->texts[ret->n];
		char *text = malloc(from->n + 1);

		*to = *from;
		to->name = strdup(from->name);
		to->text = text;
		if (!to->name || !text) {
			ret->n++; /* what there is of it is freed with the others */
			return -ENOMEM;
		}
		memcpy(text, from->text, from->n);
		text[from->n] = '\0';
	}
	return 0;
}

/* The disk may take its time: the writer's thread waits for it, and the loop hears of it later. */
static int keep_later(const struct daemon *d, const struct daemon_texts *texts)
{
	struct keeping *keeping = calloc(1, sizeof(*keeping));

	if (!keeping)
		return -ENOMEM;
	memcpy(keeping->state_dir, d->state_dir, sizeof(keeping->state_dir));
	if (copy_texts(texts, &keeping->texts) < 0) {
		keep(keeping, false);
		return -ENOMEM;
	}
	return log_writer_do(d->writer, keep, keeping, DAEMON_WORK_CONFIG);
}

int daemon_texts_accept(const struct daemon *d, const struct daemon_texts *texts)
{
	struct daemon_texts kept = {0};
	struct faults faults = {0};
	bool known;

	if (d->writer)
		return keep_later(d, texts);
	known = daemon_texts_read_accepted(d, &faults, &kept) == 0 && same(&kept, texts);
	faults_done(&faults);
	daemon_texts_done(&kept);
	return known ? 0 : write_accepted(d->state_dir, texts);
}
