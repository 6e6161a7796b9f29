/* SPDX-License-Identifier: MIT */
/*
 * write_tape - for LD_PRELOAD: what the process changes below the folder LOA_TAPE_ROOT is recorded on
 * the file LOA_TAPE (see tape.h), SQLite's writes included. A mark "asrun N" is set when the commit
 * came back with which N became the newest event of the log.
 *
 * Not seen: writes through a mapping, by stdio, and those of children with an environment of their
 * own. Who plays the tape compares what comes out with the folder, and so would notice.
 */
#include "tape.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define EXPORT	  __attribute__((visibility("default")))
#define PATH_ROOM 4096

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int tape(void)
{
	static int fd = -1;
	const char *path = getenv("LOA_TAPE");

	if (fd < 0 && path)
		fd = (int)syscall(SYS_openat, AT_FDCWD, path,
				  O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	return fd;
}

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

#define REAL(type, name, ...)                                                                      \
	type (*next)(__VA_ARGS__);                                                                 \
	*(void **)&next = real(name)

/* The inode of an open file below the root; 0: it is not there. */
static uint64_t inode(int fd)
{
	const char *root = getenv("LOA_TAPE_ROOT");
	char link[64], path[PATH_ROOM];
	struct stat st;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = root && fd >= 0 ? readlink(link, path, sizeof(path) - 1) : -1;
	if (n <= 0)
		return 0;
	path[n] = '\0';
	if (strncmp(path, root, strlen(root)) != 0 ||
	    (path[strlen(root)] != '\0' && path[strlen(root)] != '/') || fstat(fd, &st) < 0 ||
	    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0;
	return st.st_ino;
}

/* The folder that holds the path; *ret_name is the last part of it. */
static uint64_t parent(int dir, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_ROOM] = ".";
	uint64_t ino;
	int fd;

	*ret_name = slash ? slash + 1 : path;
	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + 1, path);
	fd = (int)syscall(SYS_openat, dir, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ino = inode(fd);
	if (fd >= 0)
		close(fd);
	return ino;
}

static void put(enum tape_kind kind, uint64_t ino, uint64_t dir, const char *name, int64_t at,
		const void *bytes, size_t n)
{
	struct tape_record record = {.kind = kind, .ino = ino, .dir = dir, .at = at};

	tape_put(tape(), &record, name, NULL, bytes, n);
}

static ssize_t note_write(int fd, const void *bytes, ssize_t n, int64_t at)
{
	uint64_t ino = n > 0 ? inode(fd) : 0;

	if (ino)
		put(TAPE_WRITE, ino, 0, NULL, at, bytes, (size_t)n);
	return n;
}

EXPORT ssize_t write(int fd, const void *bytes, size_t n)
{
	REAL(ssize_t, "write", int, const void *, size_t);
	ssize_t done;

	if (!inode(fd))
		return next(fd, bytes, n);
	pthread_mutex_lock(&one_at_a_time);
	done = next(fd, bytes, n);
	note_write(fd, bytes, done, (int64_t)lseek(fd, 0, SEEK_CUR) - done);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

static ssize_t write_at(const char *name, int fd, const void *bytes, size_t n, off_t at)
{
	REAL(ssize_t, name, int, const void *, size_t, off_t);
	ssize_t done;

	pthread_mutex_lock(&one_at_a_time);
	done = note_write(fd, bytes, next(fd, bytes, n, at), at);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

EXPORT ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at("pwrite", fd, bytes, n, at);
}

EXPORT ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at("pwrite64", fd, bytes, n, at);
}

static int set_length(const char *name, int fd, off_t length)
{
	REAL(int, name, int, off_t);
	uint64_t ino = inode(fd);
	int done;

	pthread_mutex_lock(&one_at_a_time);
	done = next(fd, length);
	if (done == 0 && ino)
		put(TAPE_LENGTH, ino, 0, NULL, length, NULL, 0);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

EXPORT int ftruncate(int fd, off_t length)
{
	return set_length("ftruncate", fd, length);
}

EXPORT int ftruncate64(int fd, off_t length)
{
	return set_length("ftruncate64", fd, length);
}

static int sync_file(const char *name, int fd)
{
	REAL(int, name, int);
	uint64_t ino = inode(fd);
	int done;

	pthread_mutex_lock(&one_at_a_time);
	done = next(fd);
	if (done == 0 && ino)
		put(TAPE_SYNC, ino, 0, NULL, 0, NULL, 0);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

EXPORT int fsync(int fd)
{
	return sync_file("fsync", fd);
}

EXPORT int fdatasync(int fd)
{
	return sync_file("fdatasync", fd);
}

static int open_file(int dir, const char *path, int flags, mode_t mode)
{
	const char *name;
	bool changes = flags & (O_CREAT | O_TRUNC);
	uint64_t folder = changes ? parent(dir, path, &name) : 0;
	struct stat before;
	bool there;
	int fd;

	if (!folder)
		return (int)syscall(SYS_openat, dir, path, flags, mode);
	pthread_mutex_lock(&one_at_a_time);
	there = fstatat(dir, path, &before, AT_SYMLINK_NOFOLLOW) == 0;
	fd = (int)syscall(SYS_openat, dir, path, flags, mode);
	if (fd >= 0 && !there)
		put(TAPE_CREATE, inode(fd), folder, name, 0, NULL, 0);
	else if (fd >= 0 && (flags & O_TRUNC))
		put(TAPE_LENGTH, inode(fd), 0, NULL, 0, NULL, 0);
	pthread_mutex_unlock(&one_at_a_time);
	return fd;
}

#define MODE(flags)                                                                                \
	mode_t mode = 0;                                                                           \
	va_list rest;                                                                              \
	va_start(rest, flags);                                                                     \
	if (flags & (O_CREAT | O_TMPFILE))                                                         \
		mode = va_arg(rest, mode_t);                                                       \
	va_end(rest)

EXPORT int open(const char *path, int flags, ...)
{
	MODE(flags);
	return open_file(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
	MODE(flags);
	return open_file(AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int dir, const char *path, int flags, ...)
{
	MODE(flags);
	return open_file(dir, path, flags, mode);
}

EXPORT int openat64(int dir, const char *path, int flags, ...)
{
	MODE(flags);
	return open_file(dir, path, flags, mode);
}

EXPORT int renameat2(int dir, const char *path, int dir2, const char *path2, unsigned flags)
{
	const char *name, *other;
	struct tape_record record = {.kind = flags & RENAME_EXCHANGE ? TAPE_EXCHANGE : TAPE_RENAME,
				     .dir = parent(dir, path, &name),
				     .dir2 = parent(dir2, path2, &other)};
	int done;

	pthread_mutex_lock(&one_at_a_time);
	done = (int)syscall(SYS_renameat2, dir, path, dir2, path2, flags);
	if (done == 0 && record.dir && record.dir2)
		tape_put(tape(), &record, name, other, NULL, 0);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

EXPORT int renameat(int dir, const char *path, int dir2, const char *path2)
{
	return renameat2(dir, path, dir2, path2, 0);
}

EXPORT int rename(const char *path, const char *path2)
{
	return renameat2(AT_FDCWD, path, AT_FDCWD, path2, 0);
}

EXPORT int unlinkat(int dir, const char *path, int flags)
{
	const char *name;
	uint64_t folder = parent(dir, path, &name);
	int done;

	pthread_mutex_lock(&one_at_a_time);
	done = (int)syscall(SYS_unlinkat, dir, path, flags);
	if (done == 0 && folder)
		put(TAPE_UNLINK, 0, folder, name, 0, NULL, 0);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

EXPORT int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

EXPORT int rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

EXPORT int mkdirat(int dir, const char *path, mode_t mode)
{
	const char *name;
	uint64_t folder = parent(dir, path, &name);
	struct stat st;
	int done;

	pthread_mutex_lock(&one_at_a_time);
	done = (int)syscall(SYS_mkdirat, dir, path, mode);
	if (done == 0 && folder && fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
		put(TAPE_FOLDER, st.st_ino, folder, name, 0, NULL, 0);
	pthread_mutex_unlock(&one_at_a_time);
	return done;
}

EXPORT int mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

/* What SQLite gives; its header is not needed for that. */
struct sqlite3;
struct sqlite3_stmt;
typedef int each_fn(void *, int, char **, char **);

static int take_number(void *context, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	if (values[0])
		snprintf(context, 64, "asrun %s", values[0]);
	return 0;
}

EXPORT int sqlite3_exec(struct sqlite3 *db, const char *sql, each_fn *each, void *context,
			char **error)
{
	REAL(int, "sqlite3_exec", struct sqlite3 *, const char *, each_fn *, void *, char **);
	int code = next(db, sql, each, context, error);
	char mark[64] = "";

	/* library.db has no such table */
	if (code == 0 && strcmp(sql, "COMMIT") == 0 &&
	    next(db, "SELECT max(number) FROM event", take_number, mark, NULL) == 0 && mark[0])
		put(TAPE_MARK, 0, 0, mark, 0, NULL, 0);
	return code;
}
