/* SPDX-License-Identifier: MIT */
/*
 * The folder against the table. The folder is listed first, sorted, and then compared: one stat a
 * file, so a thousand recordings do not hold up a start.
 */
#include "library_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct entry {
	char name[LIMIT_NAME];
	int64_t size, mtime_ns;
};

struct listing {
	struct entry *entries;
	size_t n, room;
};

/* NAME.mp3 to NAME; false for anything that is no clip's file. */
static bool clip_name(const char *file, char *ret)
{
	size_t length = strlen(file);

	if (length < 5 || length - 4 >= LIMIT_NAME || strcmp(file + length - 4, ".mp3") != 0)
		return false;
	memcpy(ret, file, length - 4);
	ret[length - 4] = '\0';
	return library_name_ok(ret);
}

/* False: there is no recording. One that cannot be looked at just now is not gone, but as it was. */
static bool look_at(const struct library *library, const char *file, struct entry *entry)
{
	const struct store_clip *known;
	struct file_stamp stamp;
	struct stat st;

	if (fstatat(library->dir, file, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		stamp = file_stamp(&st);
		entry->size = stamp.size;
		entry->mtime_ns = stamp.mtime_ns;
		return S_ISREG(st.st_mode);
	}
	known = errno == ENOENT ? NULL : library_find(library, entry->name);
	if (!known)
		return false;
	entry->size = known->size;
	entry->mtime_ns = known->mtime_ns;
	return true;
}

static int list_one(struct library *library, const char *file, struct listing *listing)
{
	struct entry entry = {0}, *entries;

	if (!clip_name(file, entry.name) || !look_at(library, file, &entry))
		return 0;
	entries = library_room(listing->entries, sizeof(entry), listing->n, &listing->room);
	if (!entries)
		return -ENOMEM;
	listing->entries = entries;
	listing->entries[listing->n++] = entry;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static const struct entry *listed(const struct listing *listing, const char *name)
{
	size_t low = 0, high = listing->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(listing->entries[middle].name, name);

		if (order == 0)
			return &listing->entries[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int list_folder(struct library *library, struct listing *listing)
{
	int again = openat(library->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *file;
	int error = 0;

	if (!dir) {
		error = -errno;
		if (again >= 0)
			close(again);
		return error;
	}
	errno = 0;
	while (error == 0 && (file = readdir(dir))) {
		error = list_one(library, file->d_name, listing);
		errno = 0;
	}
	if (error == 0)
		error = -errno; /* the folder could not be read to its end */
	closedir(dir);
	if (listing->n > 0)
		qsort(listing->entries, listing->n, sizeof(*listing->entries), by_name);
	return error;
}

static bool same_file(const struct store_clip *clip, const struct entry *entry)
{
	return clip->size == entry->size && clip->mtime_ns == entry->mtime_ns;
}

/* Puts a file on the list of what is to be measured, unless this very file is on it. */
static int want(struct library *library, const struct store_clip *clip, const struct entry *entry)
{
	const struct todo *todo = todo_find(library, entry->name);
	struct store_clip wanted = todo ? todo->clip : *clip;

	if (todo && same_file(&todo->clip, entry))
		return 0;
	wanted.size = entry->size;
	wanted.mtime_ns = entry->mtime_ns;
	return todo_put(library, &wanted, false);
}

static int note_gone(struct library *library, const char *name)
{
	char(*gone)[LIMIT_NAME] =
		library_room(library->gone, LIMIT_NAME, library->n_gone, &library->room_gone);

	if (!gone)
		return -ENOMEM;
	library->gone = gone;
	memcpy(library->gone[library->n_gone++], name, LIMIT_NAME);
	return 0;
}

static int compare_clip(struct library *library, size_t at, const struct listing *listing)
{
	const struct store_clip clip = library->clips[at];
	const struct entry *entry = listed(listing, clip.name);
	int error = 0;

	if (entry && same_file(&clip, entry)) {
		if (strcmp(clip.settings, library->settings_text) != 0)
			error = want(library, &clip, entry);
		return error;
	}
	error = entry ? want(library, &clip, entry) : note_gone(library, clip.name);
	if (error == 0)
		library_forget(library, at);
	return error;
}

static int compare(struct library *library, const struct listing *listing)
{
	size_t i;
	int error = 0;

	for (i = library->n_clips; i-- > 0 && error == 0;)
		error = compare_clip(library, i, listing);
	for (i = library->n_todos; i-- > 0;)
		if (!listed(listing, library->todos[i].clip.name))
			todo_remove(library, library->todos[i].clip.name);
	for (i = 0; i < listing->n && error == 0; i++) {
		const struct entry *entry = &listing->entries[i];
		struct store_clip clip = {0};
		bool there;

		library_place(library, entry->name, &there);
		if (there)
			continue;
		memcpy(clip.name, entry->name, sizeof(clip.name));
		clip.added_us = entry->mtime_ns / 1000;
		error = want(library, &clip, entry);
	}
	return error;
}

int library_scan(struct library *library)
{
	struct listing listing = {0};
	int error = list_folder(library, &listing);
	size_t i;
	int n = 0;

	if (error == 0)
		error = compare(library, &listing);
	free(listing.entries);
	for (i = 0; i < library->n_todos; i++)
		n += !library->todos[i].refused;
	return error < 0 ? error : n;
}

bool library_next_gone(struct library *library, char *ret)
{
	if (library->n_gone == 0)
		return false;
	memcpy(ret, library->gone[--library->n_gone], LIMIT_NAME);
	return true;
}

int library_remove(struct library *library, const char *name)
{
	char file[LIBRARY_FILE_NAME];
	bool there;
	size_t at;

	if (!library_name_ok(name))
		return -ENOENT;
	library_file_name(name, file);
	if (unlinkat(library->dir, file, 0) < 0)
		return -errno;
	at = library_place(library, name, &there);
	if (there)
		library_forget(library, at);
	todo_remove(library, name);
	return fsync(library->dir) < 0 ? -errno : 0;
}

static int read_all(int fd, void *bytes, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = read(fd, (char *)bytes + done, n - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return -EBADMSG; /* shorter than it was a moment ago */
		done += (size_t)got;
	}
	return 0;
}

static int load(int fd, const struct store_clip *clip, void **ret_bytes, size_t *ret_n)
{
	uint8_t sha256[sizeof(clip->sha256)];
	size_t n = (size_t)clip->size;
	struct stat st;
	void *bytes;
	int error;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size != clip->size || clip->size <= 0 ||
	    clip->size > LIMIT_CLIP_BYTES)
		return -EBADMSG;
	bytes = malloc(n);
	if (!bytes)
		return -ENOMEM;
	error = read_all(fd, bytes, n);
	if (error == 0) {
		crypto_hash_sha256(sha256, bytes, n);
		if (memcmp(sha256, clip->sha256, sizeof(sha256)) != 0)
			error = -EBADMSG;
	}
	if (error < 0) {
		free(bytes);
		return error;
	}
	*ret_bytes = bytes;
	*ret_n = n;
	return 0;
}

int library_load(const struct library *library, const char *name, void **ret_bytes, size_t *ret_n)
{
	const struct store_clip *clip = library_find(library, name);
	char file[LIBRARY_FILE_NAME];
	int fd, error;

	if (!clip)
		return -ENOENT;
	library_file_name(name, file);
	fd = openat(library->dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ELOOP ? -ENOENT : -EIO;
	error = load(fd, clip, ret_bytes, ret_n);
	close(fd);
	return error == 0 || error == -EBADMSG || error == -ENOMEM ? error : -EIO;
}
