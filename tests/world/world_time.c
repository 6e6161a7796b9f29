/* SPDX-License-Identifier: MIT */
/* The clocks as the service sees them, and the thread that lets them leap. */
#include "world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define EXPORT	__attribute__((visibility("default")))
#define LOOK_NS 150000	/* between two looks at whether everybody sleeps */
#define REST_NS 2000000 /* between two looks at whether the test lets time leap */
#define THREADS 32

/* The watcher's own calls are none of the service's. */
DIR *__real_opendir(const char *path);
struct dirent64 *__real_readdir64(DIR *dir);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
			  void *context);

static struct world *page;
static pid_t watcher;
static bool fd_was_there[WORLD_FDS];

struct world *world_page(void)
{
	return page;
}

static int64_t us_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000 + time->tv_nsec / 1000;
}

int64_t world_real_us(void)
{
	struct timespec now;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return us_of(&now);
}

int64_t world_mono_us(void)
{
	return world_real_us() + (page ? atomic_load(&page->offset_us) : 0);
}

EXPORT int clock_gettime(clockid_t id, struct timespec *ret)
{
	bool real = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
	int error = (int)syscall(SYS_clock_gettime, real && page ? CLOCK_MONOTONIC : id, ret);
	int64_t ns, shift_us;

	if (error < 0 || !page ||
	    (!real && id != CLOCK_MONOTONIC && id != CLOCK_BOOTTIME &&
	     id != CLOCK_MONOTONIC_COARSE))
		return error;
	shift_us = atomic_load(&page->offset_us) + (real ? atomic_load(&page->realtime_us) : 0);
	ns = (int64_t)ret->tv_sec * 1000000000 + ret->tv_nsec + shift_us * 1000;
	ret->tv_sec = (time_t)(ns / 1000000000);
	ret->tv_nsec = (long)(ns % 1000000000);
	return 0;
}

EXPORT time_t time(time_t *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

EXPORT int adjtimex(struct timex *ask)
{
	if (!page)
		return (int)syscall(SYS_adjtimex, ask);
	memset(ask, 0, sizeof(*ask));
	ask->status = atomic_load(&page->synced) ? 0 : STA_UNSYNC;
	return atomic_load(&page->synced) ? TIME_OK : TIME_ERROR;
}

/* By system calls, of which nothing is counted. */
static bool sleeps(const char *task)
{
	char path[64], text[512], *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%s/stat", task);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	n = fd < 0 ? -1 : (ssize_t)syscall(SYS_read, fd, text, sizeof(text) - 1);
	if (fd >= 0)
		syscall(SYS_close, fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	at = strrchr(text, ')'); /* of the name */
	return at && at[1] == ' ' && at[2] == 'S';
}

static bool everybody_sleeps(void)
{
	DIR *tasks = __real_opendir("/proc/self/task");
	struct dirent64 *entry;
	bool asleep = tasks != NULL;

	while (asleep && (entry = __real_readdir64(tasks)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != watcher)
			asleep = sleeps(entry->d_name);
	if (tasks)
		closedir(tasks);
	return asleep;
}

/* How often the other threads were put to sleep or set aside. */
static long switches(void)
{
	struct rusage all, own;

	getrusage(RUSAGE_SELF, &all);
	getrusage(RUSAGE_THREAD, &own);
	return all.ru_nvcsw + all.ru_nivcsw - own.ru_nvcsw - own.ru_nivcsw;
}

/* All sleep, nobody woke between two looks, and nobody has anything to hear. */
static bool all_is_quiet(void)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};
	long before = switches();

	syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, NULL);
	return switches() == before && everybody_sleeps() && switches() == before &&
	       !world_timer_is_due() && !world_lock_is_wanted();
}

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static int64_t heap_bytes(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return (int64_t)__sanitizer_get_current_allocated_bytes();
	return (int64_t)mallinfo2().uordblks;
}

static void leap(void)
{
	int64_t now_us = world_mono_us(), to_us = world_next_timer(), wait_us = world_next_wait();

	to_us = wait_us < to_us ? wait_us : to_us;
	if (atomic_load(&page->limit_us) < to_us)
		to_us = atomic_load(&page->limit_us);
	/* Nobody waits for anything: there is no time to leap to. */
	if (to_us > now_us && to_us < INT64_MAX) {
		atomic_fetch_add(&page->offset_us, to_us - now_us);
		atomic_fetch_add(&page->leaps, 1);
	}
	if (atomic_load(&page->heap_bytes) < 0)
		atomic_store(&page->heap_bytes, heap_bytes());
	world_set_timers(false);
	world_wake_waiters(world_mono_us());
}

static bool may_leap(void)
{
	return world_mono_us() < atomic_load(&page->limit_us) && !world_timer_is_private();
}

static void *watch(void *context)
{
	struct timespec pause = {.tv_nsec = LOOK_NS};

	(void)context;
	watcher = (pid_t)syscall(SYS_gettid);
	for (;;) {
		int64_t step_us = atomic_load(&page->step_us);

		pause.tv_nsec = may_leap() ? LOOK_NS : REST_NS;
		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, NULL);
		world_lock();
		if (step_us != 0) {
			atomic_fetch_add(&page->realtime_us, step_us);
			world_set_timers(true);
			atomic_store(&page->step_us, 0);
		} else if (may_leap() && all_is_quiet() && !world_tell_timers()) {
			leap();
		}
		world_unlock();
	}
	return NULL;
}

static void note_left(int fd, const char *path)
{
	char target[100] = "";
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	/* The watcher may be reading what tasks there are. */
	if (n <= 0 || fd < 3 || fd_was_there[fd] || strstr(target, "/task"))
		return;
	if (page->n_left < 8)
		snprintf(page->left[page->n_left], sizeof(page->left[0]), "%d %s", fd, target);
	page->n_left++;
}

static void look_at_fds(bool begin)
{
	for (int fd = 3; fd < WORLD_FDS; fd++) {
		char path[64];

		if (begin)
			fd_was_there[fd] = syscall(SYS_fcntl, fd, F_GETFD) >= 0;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (!begin)
			note_left(fd, path);
	}
}

static void at_exit(void)
{
	look_at_fds(false);
	atomic_store(&page->ended, true);
}

static void start_watcher(void)
{
	sigset_t all, before;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (__real_pthread_create(&thread, NULL, watch, NULL) != 0)
		abort();
	pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("LOA_WORLD");
	struct timespec real;
	void *shared;
	int fd;

	fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0) : -1;
	if (fd < 0)
		return;
	shared = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	syscall(SYS_close, fd);
	if (shared == MAP_FAILED)
		abort();
	page = shared;
	if (atomic_load(&page->realtime_us) == 0) {
		syscall(SYS_clock_gettime, CLOCK_REALTIME, &real);
		atomic_store(&page->realtime_us, us_of(&real) - world_mono_us());
	}
	look_at_fds(true);
	atexit(at_exit);
	start_watcher();
}
