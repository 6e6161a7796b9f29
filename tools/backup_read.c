/* SPDX-License-Identifier: MIT */
/*
 * tar takes it out into a folder where there is nothing else (it writes through no link and to no place
 * outside); what lies there then is looked at, file by file, before any of it is believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backup.h"
#include "hex.h"
#include "limit.h"
#include "words.h"

static const char *const folders[] = {
	"config",	   "console",	     "state",
	"state/campaigns", "state/clips",    "state/removed",
	"state/history",   "state/accepted", "state/accepted/campaigns",
};
#define N_FOLDERS (sizeof(folders) / sizeof(folders[0]))

static bool is_folder(const char *name, size_t n)
{
	for (size_t i = 0; i < N_FOLDERS; i++)
		if (strlen(folders[i]) == n && strncmp(folders[i], name, n) == 0)
			return true;
	return false;
}

bool backup_name_ok(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (strlen(name) >= BACKUP_NAME || !slash || slash[1] == '.' || !slash[1] ||
	    !is_folder(name, (size_t)(slash - name)))
		return false;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		if (*c < ' ' || *c == 0x7f)
			return false;
	return true;
}

int backup_make_folders(int dir)
{
	for (size_t i = 0; i < N_FOLDERS; i++)
		if (mkdirat(dir, folders[i], 0750) < 0 && errno != EEXIST)
			return -errno;
	return 0;
}

struct taking {
	const char *folder;
	int dir;
	size_t found; /* files */
	json_t *manifest;
	char *why;
	size_t n_why;
};

static int fail(struct taking *taking, int error, const char *text)
{
	snprintf(taking->why, taking->n_why, "%s", text);
	return error;
}

static int no_backup(struct taking *taking)
{
	return fail(taking, -EBADMSG,
		    _("this is no backup of loaphuong, or it is damaged; take another copy of it"));
}

/* What it says it is; an archive that is a bomb says so here. "-rw-r----- 0/0 12562 ..." */
static int sum_sizes(struct taking *taking, const char *path, long long *ret)
{
	const char *const words[] = {"--list", "--verbose", "--numeric-owner", "--gzip", "--file",
				     path,     NULL};
	char line[1024];
	long long size;
	FILE *list = tmpfile();
	int error = list ? backup_tar(words, fileno(list), 0) : -errno;

	if (list)
		rewind(list);
	*ret = 0;
	while (error == 0 && fgets(line, sizeof(line), list))
		if (sscanf(line, "%*s %*s %lld", &size) == 1 && size > 0)
			*ret += size;
	if (list)
		fclose(list);
	return error < 0 ? no_backup(taking) : 0;
}

static int is_room(struct taking *taking, long long bytes)
{
	struct statvfs disk;

	if (fstatvfs(taking->dir, &disk) < 0 ||
	    (long long)disk.f_bavail * (long long)disk.f_frsize > bytes + BACKUP_SPARE_FREE)
		return 0;
	return fail(taking, -ENOSPC,
		    _("there is not enough room on the disk; make some and try again"));
}

static int take_all(struct taking *taking, const char *path)
{
	const char *const words[] = {"--extract",
				     "--gzip",
				     "--file",
				     path,
				     "--directory",
				     taking->folder,
				     "--no-same-owner",
				     "--no-same-permissions",
				     "--keep-old-files",
				     "--no-recursion",
				     NULL};
	long long bytes = 0;
	int error = sum_sizes(taking, path, &bytes);

	if (error == 0)
		error = is_room(taking, bytes);
	if (error == 0 && backup_tar(words, -1, bytes + 1) < 0)
		error = no_backup(taking);
	return error;
}

/* Regular files with one name, in our places, and folders; nothing else may lie there. */
static int look_at(struct taking *taking, const FTSENT *entry)
{
	const char *name = entry->fts_path + strlen(taking->folder);

	name += *name == '/';
	if (entry->fts_info == FTS_DP || !*name)
		return 0;
	if (entry->fts_info == FTS_D)
		return is_folder(name, strlen(name)) ? 0 : no_backup(taking);
	if (entry->fts_info != FTS_F || entry->fts_statp->st_nlink != 1)
		return no_backup(taking);
	if (strcmp(name, "manifest.json") == 0)
		return 0;
	taking->found++;
	return backup_name_ok(name) ? 0 : no_backup(taking);
}

static int look_at_all(struct taking *taking)
{
	char *const roots[] = {(char *)(uintptr_t)taking->folder, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	int error = tree ? 0 : -errno;

	while (tree && error == 0 && (entry = fts_read(tree)))
		error = look_at(taking, entry);
	if (tree)
		fts_close(tree);
	return error;
}

static bool is_as_listed(struct taking *taking, const json_t *file)
{
	const char *name = json_string_value(json_object_get(file, "name"));
	const char *sha256 = json_string_value(json_object_get(file, "sha256"));
	char hex[HEX_TEXT];
	long long size;

	return name && sha256 && backup_name_ok(name) &&
	       backup_digest(taking->dir, name, hex, &size) == 0 && strcmp(hex, sha256) == 0 &&
	       json_integer_value(json_object_get(file, "size")) == size;
}

/* Every file that is listed is there as it was, and no other. */
static int compare(struct taking *taking)
{
	const json_t *files, *file;
	char path[LIMIT_PATH];
	json_int_t format;
	size_t i;

	snprintf(path, sizeof(path), "%.4000s/manifest.json", taking->folder);
	taking->manifest = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	files = json_object_get(taking->manifest, "files");
	format = json_integer_value(json_object_get(taking->manifest, "format"));
	if (format > BACKUP_FORMAT)
		return fail(taking, -ENOTSUP,
			    _("this backup was made by a newer loaphuong; install that first"));
	if (format != BACKUP_FORMAT || json_array_size(files) != taking->found ||
	    faccessat(taking->dir, "config/loaphuong.conf", R_OK, 0) < 0)
		return no_backup(taking);
	json_array_foreach(files, i,
			   file) if (!is_as_listed(taking, file)) return no_backup(taking);
	return 0;
}

int backup_take_out(const char *path, const char *folder, json_t **ret_manifest, char *why,
		    size_t n_why)
{
	struct taking taking = {.folder = folder,
				.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				.why = why,
				.n_why = n_why};
	int error = taking.dir < 0 ? -errno : 0;

	snprintf(why, n_why, "%s", words_error(EIO));
	if (error == 0 && access(path, R_OK) < 0)
		error = fail(&taking, -ENOENT, _("it cannot be opened, or is no backup"));
	if (error == 0)
		error = take_all(&taking, path);
	if (error == 0)
		error = look_at_all(&taking);
	if (error == 0)
		error = compare(&taking);
	if (error == 0)
		error = backup_make_folders(taking.dir); /* also those that were empty */
	if (error == 0)
		*ret_manifest = taking.manifest;
	else
		json_decref(taking.manifest);
	if (taking.dir >= 0)
		close(taking.dir);
	return error;
}
