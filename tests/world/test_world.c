/* SPDX-License-Identifier: MIT */
/*
 * The world keeps its word: time leaps to a timer, and past none. The test starts itself anew as the program whose time
 * leaps, which ends with 0 if all was so.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#define SECOND	 INT64_C(1000000)
#define HOUR	 (3600 * SECOND)
#define LAG_US	 50000
#define HANGS_US (30 * SECOND) /* by the machine's clock */

/* How long it took, by the service's clock, until a timer set to so much from now was heard. */
static int64_t heard_after_us(struct world *page, clockid_t id, int64_t us)
{
	int fd = timerfd_create(id, TFD_CLOEXEC);
	int64_t begin_us = world_mono_us();
	struct itimerspec at = {0};
	uint64_t n;

	clock_gettime(id, &at.it_value);
	us += (int64_t)at.it_value.tv_sec * SECOND + at.it_value.tv_nsec / 1000;
	at.it_value = (struct timespec){(time_t)(us / SECOND), (long)(us % SECOND) * 1000};
	atomic_store(&page->limit_us, begin_us + HOUR);
	if (fd < 0 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, NULL) < 0 ||
	    read(fd, &n, sizeof(n)) != sizeof(n))
		return INT64_MAX;
	close(fd);
	return world_mono_us() - begin_us;
}

static bool is_near(const char *what, int64_t us, int64_t wanted_us)
{
	bool near = us >= wanted_us && us < wanted_us + SECOND;

	if (!near)
		printf("%s: heard after %lld ms, want %lld\n", what, (long long)us / 1000,
		       (long long)wanted_us / 1000);
	return near;
}

static int program(struct world *page)
{
	static const clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME};
	bool well = true;

	alarm(HANGS_US / SECOND);
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		atomic_store(&page->lag_us, 0);
		well &= is_near("in ten minutes", heard_after_us(page, clocks[i], 600 * SECOND),
				600 * SECOND);
		well &= is_near("at once", heard_after_us(page, clocks[i], 0), 0);
		atomic_store(&page->lag_us, LAG_US);
		well &= is_near("at once, on a busy machine", heard_after_us(page, clocks[i], 0),
				0);
	}
	return well ? 0 : 1;
}

int main(int argc, char **argv)
{
	char path[] = "/tmp/loa-world-XXXXXX";
	int fd, status = 1;
	pid_t pid;

	if (argc > 1)
		return program(world_page());
	fd = mkstemp(path);
	if (fd < 0 || ftruncate(fd, sizeof(struct world)) < 0)
		return 1;
	setenv("LOA_WORLD", path, 1);
	pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", argv[0], "program", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	unlink(path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
