/* SPDX-License-Identifier: MIT */
#include "clip_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library.h"

#define ID3_BYTES   128 /* an ID3v1 tag, at the end of the file */
#define ID3_COMMENT 97	/* where its comment begins */
#define FILE_NAME   (LIMIT_NAME + 32)

static int open_folder(const char *state_dir, const char *name, bool make)
{
	char path[LIMIT_PATH];
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", state_dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	if (make && mkdir(path, 0750) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_clip(const char *state_dir, const char *name)
{
	char file[FILE_NAME];
	int fd, dir;

	if (!library_name_ok(name))
		return -ENOENT;
	dir = open_folder(state_dir, "clips", false);
	if (dir < 0)
		return dir;
	snprintf(file, sizeof(file), "%s.mp3", name);
	fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	close(dir);
	return fd;
}

bool clip_file_there(const char *state_dir, const char *name)
{
	int fd = open_clip(state_dir, name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool clip_file_is_draft(const char *state_dir, const char *name)
{
	char tag[ID3_BYTES];
	int fd = open_clip(state_dir, name);
	bool draft = false;
	struct stat st;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > ID3_BYTES &&
	    pread(fd, tag, sizeof(tag), st.st_size - ID3_BYTES) == (ssize_t)sizeof(tag))
		draft = memcmp(tag, "TAG", 3) == 0 &&
			memcmp(tag + ID3_COMMENT, CLIP_FILE_DRAFT, strlen(CLIP_FILE_DRAFT)) == 0;
	close(fd);
	return draft;
}

/* Both folders, the second made if it is missing. */
static int open_both(const char *state_dir, int *ret_clips, int *ret_removed)
{
	int clips = open_folder(state_dir, "clips", false);

	if (clips < 0)
		return clips;
	*ret_removed = open_folder(state_dir, "removed", true);
	if (*ret_removed < 0) {
		close(clips);
		return *ret_removed;
	}
	*ret_clips = clips;
	return 0;
}

/* Never over what is there; durable when it returns 0. */
static int move(int from, const char *name, int to, const char *as)
{
	if (renameat2(from, name, to, as, RENAME_NOREPLACE) < 0)
		return -errno;
	return fsync(to) < 0 || fsync(from) < 0 ? -errno : 0;
}

#define STAMP_TRIES 100 /* removals of one name in one second, or in no known one */

/* Into removed/ as NAME.STAMP.mp3; what is there already moves it a second on, or below 0. */
static int set_aside(int from, const char *file, int to, const char *name, int64_t now_us)
{
	long long stamp = now_us > 0 ? (long long)(now_us / 1000000) : 0;
	char aside[FILE_NAME];
	int error = -EEXIST;

	for (int tries = 0; tries < STAMP_TRIES && error == -EEXIST; tries++) {
		snprintf(aside, sizeof(aside), "%s.%lld.mp3", name, stamp ? stamp + tries : -tries);
		error = move(from, file, to, aside);
	}
	return error;
}

int clip_file_remove(const char *state_dir, const char *name, int64_t now_us)
{
	char file[FILE_NAME];
	int clips, removed, error;

	if (!library_name_ok(name))
		return -ENOENT;
	error = open_both(state_dir, &clips, &removed);
	if (error < 0)
		return error;
	snprintf(file, sizeof(file), "%s.mp3", name);
	error = set_aside(clips, file, removed, name, now_us);
	close(clips);
	close(removed);
	return error;
}

/* NAME.STAMP.mp3; a stamp below 1 is "not known". */
static bool parse(const char *file, char *ret_name, int64_t *ret_stamp)
{
	size_t length = strlen(file);
	const char *dot;
	char *end;
	long long stamp;

	if (length < 7 || length >= FILE_NAME || strcmp(file + length - 4, ".mp3") != 0)
		return false;
	for (dot = file + length - 5; dot > file && *dot != '.'; dot--)
		;
	if (dot == file || (size_t)(dot - file) >= LIMIT_NAME)
		return false;
	errno = 0;
	stamp = strtoll(dot + 1, &end, 10);
	if (errno || end == dot + 1 || end != file + length - 4 || stamp > INT64_MAX / 1000000)
		return false;
	memcpy(ret_name, file, (size_t)(dot - file));
	ret_name[dot - file] = '\0';
	*ret_stamp = stamp;
	return library_name_ok(ret_name);
}

/* A file of removed/. */
struct aside {
	int dir;
	const char *file;
	int64_t stamp;
	struct clip_removed removed;
};

/* Its non-zero ends the walk. */
typedef int file_fn(void *context, const struct aside *aside);

static int look_at(int dir, const char *file, file_fn *fn, void *context)
{
	struct aside aside = {.dir = dir, .file = file};
	struct stat st;

	if (!parse(file, aside.removed.name, &aside.stamp))
		return 0;
	if (fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	aside.removed.removed_us = aside.stamp > 0 ? aside.stamp * 1000000 : 0;
	aside.removed.size = st.st_size;
	return fn(context, &aside);
}

static int walk(const char *state_dir, file_fn *fn, void *context)
{
	int fd = open_folder(state_dir, "removed", false), result = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		result = fd < 0 ? fd : -errno;
		if (fd >= 0)
			close(fd);
		return result == -ENOENT ? 0 : result;
	}
	errno = 0;
	while (result == 0 && (entry = readdir(dir))) {
		result = look_at(fd, entry->d_name, fn, context);
		errno = 0;
	}
	if (result == 0)
		result = -errno; /* the folder could not be read to its end */
	closedir(dir);
	return result;
}

struct newest {
	const char *name;
	char file[FILE_NAME];
	int64_t stamp;
};

/* Those without a time are of the latest start: the first purge that knows the time stamps them. */
static bool is_newer(int64_t stamp, int64_t than)
{
	if ((stamp <= 0) != (than <= 0))
		return stamp <= 0;
	return stamp <= 0 ? stamp < than : stamp > than;
}

static int look_for_newest(void *context, const struct aside *aside)
{
	struct newest *newest = context;

	if (strcmp(aside->removed.name, newest->name) != 0 ||
	    (newest->file[0] && !is_newer(aside->stamp, newest->stamp)))
		return 0;
	snprintf(newest->file, sizeof(newest->file), "%s", aside->file);
	newest->stamp = aside->stamp;
	return 0;
}

int clip_file_restore(const char *state_dir, const char *name, const char *as)
{
	struct newest newest = {.name = name};
	char file[FILE_NAME];
	int clips, removed, error;

	if (!library_name_ok(as))
		return -EINVAL;
	error = walk(state_dir, look_for_newest, &newest);
	if (error == 0 && !newest.file[0])
		error = -ENOENT;
	if (error == 0)
		error = open_both(state_dir, &clips, &removed);
	if (error != 0)
		return error;
	snprintf(file, sizeof(file), "%s.mp3", as);
	error = move(removed, newest.file, clips, file);
	close(clips);
	close(removed);
	return error;
}

struct teller {
	int (*fn)(void *context, const struct clip_removed *removed);
	void *context;
};

static int tell(void *context, const struct aside *aside)
{
	const struct teller *teller = context;

	return teller->fn(teller->context, &aside->removed);
}

int clip_file_removed(const char *state_dir,
		      int (*fn)(void *context, const struct clip_removed *removed), void *context)
{
	struct teller teller = {fn, context};

	return walk(state_dir, tell, &teller);
}

struct purge {
	int64_t now_us;
	int n;
};

/* Without a stamp the thirty days begin now. */
static int purge_one(void *context, const struct aside *aside)
{
	struct purge *purge = context;

	if (aside->stamp <= 0)
		return set_aside(aside->dir, aside->file, aside->dir, aside->removed.name,
				 purge->now_us);
	if (purge->now_us - aside->removed.removed_us < CLIP_FILE_KEEP_US)
		return 0;
	if (unlinkat(aside->dir, aside->file, 0) < 0)
		return -errno;
	purge->n++;
	return 0;
}

int clip_file_purge(const char *state_dir, int64_t now_us)
{
	struct purge purge = {.now_us = now_us};
	int error = walk(state_dir, purge_one, &purge);

	return error < 0 ? error : purge.n;
}
