/* SPDX-License-Identifier: MIT */
#include "inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define REJECTED    "rejected"
#define FOLDER_MODE 02770
#define WATCHED	    (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ATTRIB)
#define CIFS_MAGIC  0xff534d42u
#define SMB2_MAGIC  0xfe534d42u
#define NFS_MAGIC   0x6969u
#define FUSE_MAGIC  0x65735546u
#define NAMES_TRIED 1000 /* NAME, NAME-2, ... in rejected/ */

struct seen {
	char name[INBOX_FILE_NAME];
	ino_t inode;
	int64_t size, mtime_ns, since_us;
	bool here, in_hand;
};

struct inbox {
	int dir, rejected, inotify;
	bool remote; /* others change the folder and the kernel does not tell */
	size_t n;
	struct seen files[INBOX_FILES];
};

static int open_folder(int at, const char *path)
{
	int fd;

	/* whatever the umask */
	if (mkdirat(at, path, FOLDER_MODE) == 0 && fchmodat(at, path, FOLDER_MODE, 0) < 0)
		return -errno;
	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool is_remote(int dir)
{
	struct statfs fs;

	if (fstatfs(dir, &fs) < 0)
		return false;
	switch ((unsigned)fs.f_type) {
	case CIFS_MAGIC:
	case SMB2_MAGIC:
	case NFS_MAGIC:
	case FUSE_MAGIC:
		return true;
	default:
		return false;
	}
}

static int open_all(struct inbox *inbox, const char *path)
{
	inbox->dir = open_folder(AT_FDCWD, path);
	if (inbox->dir < 0)
		return inbox->dir;
	inbox->rejected = open_folder(inbox->dir, REJECTED);
	if (inbox->rejected < 0)
		return inbox->rejected;
	inbox->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (inbox->inotify < 0 || inotify_add_watch(inbox->inotify, path, WATCHED) < 0)
		return -errno;
	inbox->remote = is_remote(inbox->dir);
	return 0;
}

int inbox_new(const char *state_dir, struct inbox **ret)
{
	struct inbox *inbox = calloc(1, sizeof(*inbox));
	char *path = NULL;
	int error = -ENOMEM;

	if (!inbox)
		return -ENOMEM;
	inbox->dir = inbox->rejected = inbox->inotify = -1;
	if (asprintf(&path, "%s/inbox", state_dir) >= 0) {
		error = open_all(inbox, path);
		free(path);
	}
	if (error < 0) {
		inbox_free(inbox);
		return error;
	}
	*ret = inbox;
	return 0;
}

struct inbox *inbox_free(struct inbox *inbox)
{
	if (!inbox)
		return NULL;
	if (inbox->dir >= 0)
		close(inbox->dir);
	if (inbox->rejected >= 0)
		close(inbox->rejected);
	if (inbox->inotify >= 0)
		close(inbox->inotify);
	free(inbox);
	return NULL;
}

int inbox_fd(const struct inbox *inbox)
{
	return inbox->inotify;
}

void inbox_ack(struct inbox *inbox)
{
	char events[4096];

	/* What changed does not matter: the folder is looked at. */
	while (read(inbox->inotify, events, sizeof(events)) > 0)
		;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcasecmp(name + n - m, end) == 0;
}

/* Names under which programs copy, and what desktops leave lying about. */
static bool is_somebody_elses(const char *name)
{
	static const char *const ends[] = {".part",	".crdownload", ".tmp", ".temp",
					   ".filepart", ".download",   "~",    ".partial"};
	static const char *const whole[] = {"desktop.ini", "thumbs.db"};

	if (name[0] == '.' || strncmp(name, "~$", 2) == 0)
		return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_with(name, ends[i]))
			return true;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (strcasecmp(name, whole[i]) == 0)
			return true;
	return false;
}

static int64_t stamp(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static struct seen *seen_find(struct inbox *inbox, const char *name)
{
	for (size_t i = 0; i < inbox->n; i++)
		if (strcmp(inbox->files[i].name, name) == 0)
			return &inbox->files[i];
	return NULL;
}

static void see(struct inbox *inbox, const char *name, const struct stat *st, int64_t now_us)
{
	int64_t mtime_ns = stamp(st);
	struct seen *seen = seen_find(inbox, name);

	if (!seen) {
		if (inbox->n == INBOX_FILES)
			return;
		seen = &inbox->files[inbox->n++];
		*seen = (struct seen){.size = -1};
		snprintf(seen->name, sizeof(seen->name), "%s", name);
	}
	seen->here = true;
	if (seen->inode == st->st_ino && seen->size == st->st_size && seen->mtime_ns == mtime_ns)
		return;
	seen->inode = st->st_ino;
	seen->size = st->st_size;
	seen->mtime_ns = mtime_ns;
	seen->since_us = now_us;
}

static int list(struct inbox *inbox, int64_t now_us)
{
	int again = openat(inbox->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	if (!dir) {
		int error = -errno;

		if (again >= 0)
			close(again);
		return error;
	}
	for (size_t i = 0; i < inbox->n; i++)
		inbox->files[i].here = false;
	while ((entry = readdir(dir))) {
		struct stat st;

		if (!is_somebody_elses(entry->d_name) &&
		    fstatat(inbox->dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    !S_ISDIR(st.st_mode))
			see(inbox, entry->d_name, &st, now_us);
	}
	closedir(dir);
	for (size_t i = inbox->n; i-- > 0;)
		if (!inbox->files[i].here)
			inbox->files[i] = inbox->files[--inbox->n];
	return 0;
}

/* Never waits, never follows: a pipe or a link that took the file's place is not opened. */
static int open_regular(const struct inbox *inbox, const char *name)
{
	struct stat st;
	int fd = -1;

	if (fstatat(inbox->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
		fd = openat(inbox->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int inbox_look(struct inbox *inbox, int64_t now_us, struct inbox_file *ret, int64_t *ret_again_us)
{
	int64_t again_us = inbox->remote ? now_us + INBOX_SWEEP_US : 0;
	int error = list(inbox, now_us);

	if (error < 0)
		return error;
	for (size_t i = 0; i < inbox->n; i++) {
		struct seen *seen = &inbox->files[i];
		int64_t complete_us = seen->since_us + INBOX_QUIET_US;

		if (seen->in_hand)
			continue;
		if (complete_us > now_us) {
			again_us = again_us && again_us < complete_us ? again_us : complete_us;
			continue;
		}
		seen->in_hand = true;
		memcpy(ret->name, seen->name, sizeof(ret->name));
		ret->inode = seen->inode;
		ret->mtime_ns = seen->mtime_ns;
		ret->fd = open_regular(inbox, seen->name);
		return 0;
	}
	*ret_again_us = again_us;
	return -EAGAIN;
}

static void forget(struct inbox *inbox, const char *name)
{
	struct seen *seen = seen_find(inbox, name);

	if (seen)
		*seen = inbox->files[--inbox->n];
}

static bool is_still(const struct inbox *inbox, const struct inbox_file *file)
{
	struct stat st;

	return fstatat(inbox->dir, file->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_ino == file->inode && stamp(&st) == file->mtime_ns;
}

int inbox_taken(struct inbox *inbox, const struct inbox_file *file)
{
	bool still = is_still(inbox, file);

	if (still && unlinkat(inbox->dir, file->name, 0) < 0)
		return -errno; /* stays in hand, or it would be taken in again and again */
	forget(inbox, file->name);
	return 0;
}

static int write_text(const struct inbox *inbox, const char *name, const char *text)
{
	char path[INBOX_FILE_NAME + 32];
	size_t n = strlen(text);
	int fd, error = 0;

	snprintf(path, sizeof(path), "%s.txt", name);
	fd = openat(inbox->rejected, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd < 0)
		return -errno;
	if (write(fd, text, n) != (ssize_t)n || fsync(fd) < 0)
		error = errno ? -errno : -EIO;
	close(fd);
	return error;
}

int inbox_rejected(struct inbox *inbox, const struct inbox_file *file, const char *text)
{
	char name[INBOX_FILE_NAME + 16];
	int error = -EEXIST;

	if (!is_still(inbox, file)) {
		forget(inbox, file->name);
		return 0;
	}
	for (unsigned i = 1; i <= NAMES_TRIED && error == -EEXIST; i++) {
		if (i == 1)
			snprintf(name, sizeof(name), "%s", file->name);
		else
			snprintf(name, sizeof(name), "%.240s-%u", file->name, i);
		error = renameat2(inbox->dir, file->name, inbox->rejected, name, RENAME_NOREPLACE) <
					0
				? -errno
				: 0;
	}
	if (error < 0)
		return error;
	forget(inbox, file->name);
	return write_text(inbox, name, text);
}
