/* SPDX-License-Identifier: MIT */
/*
 * sick_disk - for LD_PRELOAD: a disk below the folder LOA_SICK_ROOT that is as ill as the file LOA_SICK
 * says when it is asked: "full" (ENOSPC for what grows), "read-only" (EROFS for every change), "broken"
 * (EIO for every write and sync), "stalled" (writes and syncs do not return while it says so). What is
 * done to the disk is added to the file LOA_SICK_COUNT, a line each: THREAD sync, or THREAD BYTES.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define EXPORT	  __attribute__((visibility("default")))
#define PATH_ROOM 4096

static bool below_root(const char *path)
{
	const char *root = getenv("LOA_SICK_ROOT");

	return root && strncmp(path, root, strlen(root)) == 0;
}

static bool is_ours(int fd)
{
	char link[64], path[PATH_ROOM];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = fd < 0 ? -1 : readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	return below_root(path);
}

static void illness(char *ret, size_t n)
{
	const char *path = getenv("LOA_SICK");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0) : -1;
	ssize_t got = fd < 0 ? 0 : read(fd, ret, n - 1);

	ret[got > 0 ? got : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* 0, or what the disk answers. */
static int refusal(bool grows, bool syncs)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	char ill[32];

	for (illness(ill, sizeof(ill)); strcmp(ill, "stalled") == 0; illness(ill, sizeof(ill)))
		nanosleep(&pause, NULL);
	if (grows && strcmp(ill, "full") == 0)
		return ENOSPC;
	if (strcmp(ill, "read-only") == 0 && !syncs)
		return EROFS;
	return strcmp(ill, "broken") == 0 ? EIO : 0;
}

static void count(const char *what, ssize_t n)
{
	const char *path = getenv("LOA_SICK_COUNT");
	char name[16] = "", line[64];
	int fd, length;

	pthread_getname_np(pthread_self(), name, sizeof(name));
	if (what)
		length = snprintf(line, sizeof(line), "%s %s\n", name, what);
	else
		length = snprintf(line, sizeof(line), "%s %zd\n", name, n);
	fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path,
				 O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
		  : -1;
	if (fd >= 0) {
		syscall(SYS_write, fd, line, (size_t)length);
		close(fd);
	}
}

#define REAL(type, name, ...)                                                                      \
	type (*next)(__VA_ARGS__);                                                                 \
	*(void **)&next = dlsym(RTLD_NEXT, name)

#define REFUSE(ours, grows, syncs)                                                                 \
	do {                                                                                       \
		int error_ = (ours) ? refusal(grows, syncs) : 0;                                   \
		if (error_) {                                                                      \
			errno = error_;                                                            \
			return -1;                                                                 \
		}                                                                                  \
	} while (0)

EXPORT ssize_t write(int fd, const void *bytes, size_t n)
{
	REAL(ssize_t, "write", int, const void *, size_t);
	bool ours = is_ours(fd);

	REFUSE(ours, true, false);
	if (ours)
		count(NULL, (ssize_t)n);
	return next(fd, bytes, n);
}

static ssize_t write_at(const char *name, int fd, const void *bytes, size_t n, off_t at)
{
	REAL(ssize_t, name, int, const void *, size_t, off_t);
	bool ours = is_ours(fd);

	REFUSE(ours, true, false);
	if (ours)
		count(NULL, (ssize_t)n);
	return next(fd, bytes, n, at);
}

EXPORT ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at("pwrite", fd, bytes, n, at);
}

EXPORT ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at("pwrite64", fd, bytes, n, at);
}

static int sync_file(const char *name, int fd)
{
	REAL(int, name, int);
	bool ours = is_ours(fd);

	if (ours)
		count("sync", 0);
	REFUSE(ours, false, true);
	return next(fd);
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
	bool ours = (flags & (O_WRONLY | O_RDWR | O_CREAT)) && path[0] == '/' && below_root(path);

	REFUSE(ours && (flags & O_CREAT) && access(path, F_OK) < 0, true, false);
	return (int)syscall(SYS_openat, dir, path, flags, mode);
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
