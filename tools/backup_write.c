/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "hex.h"
#include "limit.h"

static int open_stage(const struct backup_stage *stage)
{
	int dir = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : dir;
}

static int copy(int from, int dir, const char *name)
{
	int to = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = to < 0 ? -1 : 1;

	while (n > 0 || (n < 0 && errno == EINTR && to >= 0))
		n = sendfile(to, from, NULL, 1 << 20);
	n = n < 0 ? -errno : 0;
	if (to >= 0)
		close(to);
	return (int)n;
}

/*
 * Files of the station are never changed in their place, but exchanged: a link stays what it was. What
 * people write to with an editor (the config, a campaign) is copied.
 */
static int put(int dir, const char *name, const char *path)
{
	bool by_hand = strstr(name, ".conf") != NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status = {0};
	int error = fd < 0 || fstat(fd, &status) < 0 ? -errno : 0;

	if (error == 0 && !S_ISREG(status.st_mode))
		error = -ENOENT;
	if (error == 0 && (by_hand || linkat(AT_FDCWD, path, dir, name, 0) < 0))
		error = copy(fd, dir, name);
	if (fd >= 0)
		close(fd);
	return error;
}

int backup_list(struct backup_stage *stage, const char *name)
{
	char hex[HEX_TEXT];
	long long size;
	int dir = open_stage(stage), error;

	if (dir < 0)
		return dir;
	error = backup_digest(dir, name, hex, &size);
	close(dir);
	if (error == 0)
		json_array_append_new(stage->files,
				      json_pack("{s:s, s:I, s:s}", "name", name, "size",
						(json_int_t)size, "sha256", hex));
	return error;
}

int backup_add(struct backup_stage *stage, const char *name, const char *path)
{
	int dir, error;

	if (!backup_name_ok(name))
		return 0;
	dir = open_stage(stage);
	if (dir < 0)
		return dir;
	error = put(dir, name, path);
	close(dir);
	if (error == -ENOENT || error == -ELOOP)
		return 0;
	return error == 0 ? backup_list(stage, name) : error;
}

int backup_add_folder(struct backup_stage *stage, const char *name, const char *path)
{
	struct dirent **entries = NULL;
	char file[LIMIT_PATH], inner[BACKUP_NAME];
	int n = scandir(path, &entries, NULL, alphasort), error = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		bool fits = snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name) <
				    (int)sizeof(file) &&
			    snprintf(inner, sizeof(inner), "%s/%s", name, entries[i]->d_name) <
				    (int)sizeof(inner);

		if (error == 0 && fits && entries[i]->d_name[0] != '.')
			error = backup_add(stage, inner, file);
		free(entries[i]);
	}
	free(entries);
	return error;
}

static int put_manifest(struct backup_stage *stage, json_t *manifest)
{
	char path[LIMIT_PATH];
	int error;

	json_object_set(manifest, "files", stage->files);
	snprintf(path, sizeof(path), "%.4000s/manifest.json", stage->folder);
	error = json_dump_file(manifest, path, JSON_INDENT(1)) < 0 ? -EIO : 0;
	json_decref(manifest);
	return error;
}

int backup_pack(struct backup_stage *stage, json_t *manifest, const char *path)
{
	char beside[LIMIT_PATH];
	const char *const words[] = {"--create",
				     "--gzip",
				     "--file=-",
				     "--directory",
				     stage->folder,
				     "--sort=name",
				     "--owner=0",
				     "--group=0",
				     "--numeric-owner",
				     "--mode=u=rwX,g=rX,o=",
				     "manifest.json",
				     "config",
				     "state",
				     "console",
				     NULL};
	int error = put_manifest(stage, manifest), fd;

	if (error < 0)
		return error;
	if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	unlink(beside); /* of a cut */
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	error = backup_tar(words, fd, 0);
	if (error == -EBADMSG)
		error = -ENOSPC; /* all that is left for it to complain of */
	if (error == 0 && fsync(fd) < 0)
		error = -errno;
	if (close(fd) < 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(beside, path) < 0)
		error = -errno;
	if (error < 0)
		unlink(beside);
	return error;
}
