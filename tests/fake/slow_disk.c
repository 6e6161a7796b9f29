/* SPDX-License-Identifier: MIT */
/*
 * slow_disk - for LD_PRELOAD: fsync() and fdatasync() of the process do not return while the file
 * LOA_SLOW_DISK is younger than LOA_SLOW_DISK_S seconds. So a test lets the disk stall when it
 * pleases, by writing that file.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT int fsync(int fd);
EXPORT int fdatasync(int fd);

static int stalled(void)
{
	const char *path = getenv("LOA_SLOW_DISK"), *seconds = getenv("LOA_SLOW_DISK_S");
	struct timespec now;
	struct stat file;

	if (!path || !seconds || stat(path, &file) < 0)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec - file.st_mtim.tv_sec < atol(seconds);
}

static void wait_for_disk(void)
{
	const struct timespec pause = {.tv_nsec = 100000000};

	while (stalled())
		nanosleep(&pause, NULL);
}

static int call(const char *name, int fd)
{
	int (*real)(int fd);

	*(void **)&real = dlsym(RTLD_NEXT, name);
	wait_for_disk();
	return real(fd);
}

EXPORT int fsync(int fd)
{
	return call("fsync", fd);
}

EXPORT int fdatasync(int fd)
{
	return call("fdatasync", fd);
}
