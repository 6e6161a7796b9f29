/* SPDX-License-Identifier: MIT */
/* backup: all of the station in one file, while it runs. */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "backup_place.h"
#include "row_json.h"
#include "scene.h"
#include "words.h"

#ifndef LOA_VERSION
#define LOA_VERSION "0"
#endif

#define LOG_FILES 16
#define LOG_TRIES 5

/* The log's files; the older parts are written no more, but one more may come. */
struct log_names {
	size_t n;
	char names[LOG_FILES][64];
	const char *list[LOG_FILES];
};

static void add_name(struct log_names *log, const char *name)
{
	if (log->n == LOG_FILES || strlen(name) >= sizeof(log->names[0]))
		return;
	snprintf(log->names[log->n], sizeof(log->names[0]), "%s", name);
	log->list[log->n] = log->names[log->n];
	log->n++;
}

static void find_log(const char *state, struct log_names *ret)
{
	DIR *dir = opendir(state);
	struct dirent *entry;

	ret->n = 0;
	add_name(ret, "asrun.db");
	add_name(ret, "asrun.db-wal");
	add_name(ret, "asrun.head");
	while (dir && (entry = readdir(dir)))
		if (strncmp(entry->d_name, "asrun-", strlen("asrun-")) == 0)
			add_name(ret, entry->d_name);
	if (dir)
		closedir(dir);
}

/* A copy of the log that proves itself; one that was cut through by a new part is made again. */
static int copy_log(const char *state, const char *to, struct backup_log *ret)
{
	int error = 0;

	for (int i = 0; i < LOG_TRIES; i++) {
		struct log_names before, after;

		find_log(state, &before);
		error = backup_steady(state, before.list, before.n, to);
		find_log(state, &after);
		if (error == 0 && before.n != after.n)
			continue;
		if (error == 0)
			error = backup_prove(to, ret);
		if (error < 0 || ret->intact)
			break;
	}
	return error;
}

static int add_state(struct backup_stage *stage, const char *state)
{
	static const char *const folders[] = {"campaigns", "clips",    "removed",
					      "history",   "accepted", "accepted/campaigns"};
	char path[LIMIT_PATH], name[64];
	int error;

	snprintf(path, sizeof(path), "%.4000s/volume", state);
	error = backup_add(stage, "state/volume", path);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && error == 0; i++) {
		snprintf(path, sizeof(path), "%.4000s/%s", state, folders[i]);
		snprintf(name, sizeof(name), "state/%s", folders[i]);
		error = backup_add_folder(stage, name, path);
	}
	return error;
}

/* What a person says of it is not in the file's name. */
static json_t *manifest_of(const struct scene *scene, const struct backup_log *log)
{
	return json_pack("{s:i, s:s, s:o, s:o, s:b, s:I}", "format", BACKUP_FORMAT, "loaphuong",
			 LOA_VERSION, "station", row_json_text(scene->settings.station), "made",
			 row_json_instant(&scene->zone, scene->now_us, 0), "intact", log->intact,
			 "events", (json_int_t)log->events);
}

/* The databases lie in their places already. */
static int list_databases(struct backup_stage *stage)
{
	static const char *const accounts[] = {"console/console.db", "console/console.db-wal"};
	char path[LIMIT_PATH], name[BACKUP_NAME];
	struct log_names log;
	int error = 0;

	snprintf(path, sizeof(path), "%.4000s/state", stage->folder);
	find_log(path, &log);
	for (size_t i = 0; i < log.n && error == 0; i++) {
		snprintf(name, sizeof(name), "state/%s", log.list[i]);
		error = backup_list(stage, name);
		error = error == -ENOENT ? 0 : error;
	}
	for (size_t i = 0; i < 2 && error == 0; i++) {
		error = backup_list(stage, accounts[i]);
		error = error == -ENOENT ? 0 : error;
	}
	return error;
}

static int gather(const struct scene *scene, const char *console, struct backup_stage *stage,
		  struct backup_log *log)
{
	static const char *const accounts[] = {"console.db", "console.db-wal"};
	char to[LIMIT_PATH];
	int dir = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = dir < 0 ? -errno : backup_make_folders(dir);

	if (dir >= 0)
		close(dir);
	snprintf(to, sizeof(to), "%.4000s/state", stage->folder);
	if (error == 0)
		error = copy_log(scene->state, to, log);
	snprintf(to, sizeof(to), "%.4000s/console", stage->folder);
	if (error == 0 && access(console, F_OK) == 0)
		error = backup_steady(console, accounts, 2, to);
	if (error == 0)
		error = list_databases(stage);
	if (error == 0)
		error = backup_add(stage, "config/loaphuong.conf", scene->config);
	return error == 0 ? add_state(stage, scene->state) : error;
}

static int complain_of(const char *path, int error)
{
	if (error == -EAGAIN)
		complain(_("the log or the accounts are being written without a pause; try again "
			   "in a moment"));
	else if (error == -EACCES || error == -EPERM)
		complain(_("not all of the station may be read; put sudo before the command"));
	else
		complain(_("%s could not be written: %s"), path, words_error(-error));
	return EXIT_NO;
}

static int back_up(const char *path, const char *console, const struct scene *scene)
{
	char folder[] = "/var/tmp/loaphuong-backup-XXXXXX";
	struct backup_stage stage = {folder, json_array()};
	struct backup_log log = {.intact = true};
	struct stat made = {0};
	int error = stage.files ? 0 : -ENOMEM;

	if (!mkdtemp(folder)) {
		json_decref(stage.files);
		return complain_of("/var/tmp", -errno);
	}
	if (error == 0)
		error = gather(scene, console, &stage, &log);
	if (error == 0)
		error = backup_pack(&stage, manifest_of(scene, &log), path);
	backup_remove(folder);
	json_decref(stage.files);
	if (error < 0)
		return complain_of(path, error);
	stat(path, &made);
	printf(_("%s: %.1f MiB, the log with %lld events"), path, (double)made.st_size / (1 << 20),
	       (long long)log.events);
	putchar('\n');
	if (!log.intact)
		puts(_("The log was altered or damaged before: loaphuong log verify"));
	return EXIT_DONE;
}

int cmd_backup(const struct call *call)
{
	const char *path = call->operands[0], *console = call_value(call, "console");
	struct scene scene;
	int r;

	if (!call_has(call, "force") && access(path, F_OK) == 0) {
		complain(_("%s is there already: name another file, or add --force"), path);
		return EXIT_NO;
	}
	r = scene_open(call, &scene);
	if (r != EXIT_DONE)
		return r;
	r = back_up(path, console ? console : BACKUP_CONSOLE, &scene);
	scene_close(&scene);
	return r;
}
