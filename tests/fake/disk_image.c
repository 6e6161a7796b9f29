/* SPDX-License-Identifier: MIT */
#include "disk_internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define PATH_ROOM 4096

/* Sector by sector: each arrived or did not. */
static void tear(struct bytes *file, const struct change *change, unsigned *seed)
{
	size_t begin = (size_t)change->at, end = begin + change->n, at = begin;

	while (at < end) {
		size_t next = (at / DISK_SECTOR + 1) * DISK_SECTOR;

		next = next < end ? next : end;
		if (rand_r(seed) & 1)
			disk_put(file, at, change->bytes + (at - begin), next - at);
		at = next;
	}
}

static void survive(struct bytes *file, const struct change *change, enum disk_luck luck,
		    unsigned *seed)
{
	bool kept = luck == DISK_ALL || (luck != DISK_NONE && (rand_r(seed) & 1));

	if (change->length && kept)
		disk_set_length(file, (size_t)change->at);
	else if (!change->length && luck == DISK_TORN && !kept)
		tear(file, change, seed);
	else if (!change->length && kept)
		disk_put(file, (size_t)change->at, change->bytes, change->n);
}

static bool write_file(const char *path, const struct bytes *file)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good =
		fd >= 0 && (file->n == 0 || write(fd, file->bytes, file->n) == (ssize_t)file->n);

	if (fd >= 0)
		close(fd);
	return good;
}

static bool cut_file(const struct node *node, enum disk_luck luck, unsigned *seed, const char *to)
{
	struct bytes file = {0};
	bool good;

	if (node->n_changes == 0)
		return write_file(to, &node->safe);
	disk_put(&file, 0, node->safe.bytes, node->safe.n);
	for (size_t i = 0; i < node->n_changes; i++)
		survive(&file, &node->changes[i], luck, seed);
	good = write_file(to, &file);
	free(file.bytes);
	return good;
}

static void survivors(const struct node *node, enum disk_luck luck, unsigned *seed,
		      struct listing *ret)
{
	size_t n = node->n_changes;

	if (luck == DISK_NONE)
		n = 0;
	else if (luck != DISK_ALL)
		n = (size_t)rand_r(seed) % (n + 1);
	for (size_t i = 0; i < node->safe_list.n; i++)
		disk_set_entry(ret, &node->safe_list.entries[i]);
	for (size_t i = 0; i < n; i++)
		disk_set_all(ret, &node->changes[i]);
}

static bool cut_folder(const struct node *node, enum disk_luck luck, unsigned *seed, const char *to)
{
	struct listing list = {0};
	bool good = mkdir(to, 0700) == 0;

	survivors(node, luck, seed, &list);
	for (size_t i = 0; i < list.n && good; i++) {
		const struct entry *entry = &list.entries[i];
		char path[PATH_ROOM];

		snprintf(path, sizeof(path), "%s/%s", to, entry->name);
		good = entry->node->folder ? cut_folder(entry->node, luck, seed, path)
					   : cut_file(entry->node, luck, seed, path);
	}
	free(list.entries);
	return good;
}

bool disk_cut(const struct disk *disk, enum disk_luck luck, unsigned *seed, const char *to)
{
	return cut_folder(disk->root, luck, seed, to);
}

static bool take_file(const char *path, size_t n, struct bytes *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good;

	disk_set_length(file, n);
	good = fd >= 0 && (n == 0 || read(fd, file->bytes, n) == (ssize_t)n);
	if (fd >= 0)
		close(fd);
	return good;
}

struct node *disk_take(struct disk *disk, const char *path)
{
	struct dirent *found;
	struct stat st;
	struct node *node;
	DIR *folder;

	if (lstat(path, &st) < 0)
		return NULL;
	node = disk_node(disk, st.st_ino, S_ISDIR(st.st_mode));
	if (!node->folder)
		return take_file(path, (size_t)st.st_size, &node->safe) ? node : NULL;
	folder = opendir(path);
	while (folder && (found = readdir(folder))) {
		char below[PATH_ROOM];

		if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, found->d_name);
		disk_list(node, found->d_name, disk_take(disk, below));
	}
	if (folder)
		closedir(folder);
	disk_sync(node);
	return folder ? node : NULL;
}
