/* SPDX-License-Identifier: MIT */
#include "backup_place.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"
#include "store.h"

/* Where SQLite locks: https://www.sqlite.org/fileformat.html#the_lock_byte_page */
#define LOCK_FIRST 0x40000000
#define LOCK_BYTES 512

int backup_prove(const char *folder, struct backup_log *ret)
{
	const struct store_options options = {.state_dir = folder, .read_only = true};
	struct store_opening opening = {0};
	struct store_verdict verdict = {0};
	struct store *store = NULL;
	char path[LIMIT_PATH], why[256];
	int error;

	*ret = (struct backup_log){.intact = true};
	snprintf(path, sizeof(path), "%.4000s/asrun.db", folder);
	if (access(path, F_OK) < 0)
		return 0;
	error = store_open(&options, &store, &opening, why, sizeof(why));
	if (error == 0)
		error = store_verify(store, &verdict);
	store_free(store);
	ret->intact = error == 0 && verdict.intact;
	ret->events = verdict.events;
	return error == -EBADMSG ? 0 : error;
}

bool backup_is_held(const char *database)
{
	struct flock ask = {.l_type = F_WRLCK,
			    .l_whence = SEEK_SET,
			    .l_start = LOCK_FIRST,
			    .l_len = LOCK_BYTES};
	int fd = open(database, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool held = fd >= 0 && fcntl(fd, F_GETLK, &ask) == 0 && ask.l_type != F_UNLCK;

	if (fd >= 0)
		close(fd);
	return held;
}

static FTS *walk(const char *folder)
{
	char *const roots[] = {(char *)(uintptr_t)folder, NULL};

	return fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
}

/* What lies so deep in it, or deeper. 0, or the first -errno; what can be removed is. */
static int remove_from(const char *folder, int depth)
{
	FTS *tree = walk(folder);
	FTSENT *entry;
	int error = tree ? 0 : -errno;

	while (tree && (entry = fts_read(tree)))
		if (entry->fts_info != FTS_D && entry->fts_level >= depth &&
		    remove(entry->fts_accpath) < 0 && error == 0)
			error = -errno;
	if (tree)
		fts_close(tree);
	return error;
}

void backup_remove(const char *folder)
{
	remove_from(folder, FTS_ROOTLEVEL);
}

/* Whoever held it before may just have removed it: then what is held has no name any more. */
static int is_ours(int fd, const char *folder)
{
	struct stat held, named;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (fstat(fd, &held) < 0)
		return -errno;
	if (lstat(folder, &named) < 0)
		return errno == ENOENT ? -EBUSY : -errno;
	if (held.st_dev != named.st_dev || held.st_ino != named.st_ino)
		return -EBUSY;
	return held.st_uid == geteuid() ? 0 : -EPERM;
}

/* Not closed on exec: the tar of one that died may write there still. */
int backup_hold(const char *folder)
{
	int fd, error;

	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	error = is_ours(fd, folder);
	if (error == 0)
		error = remove_from(folder, FTS_ROOTLEVEL + 1);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

int backup_give(const char *folder, uid_t uid, gid_t gid, mode_t mode)
{
	FTS *tree = walk(folder);
	FTSENT *entry;
	int error = tree ? 0 : -errno;

	while (tree && error == 0 && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DP)
			continue;
		if ((lchown(entry->fts_accpath, uid, gid) < 0 &&
		     (errno != EPERM || geteuid() == 0)) ||
		    (entry->fts_info == FTS_D && chmod(entry->fts_accpath, mode) < 0))
			error = -errno;
	}
	if (tree)
		fts_close(tree);
	return error;
}
