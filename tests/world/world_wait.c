/* SPDX-License-Identifier: MIT */
/* Waiting by the service's clock: the calls of our own objects that wait with a time-out. */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WAITERS 16
#define FDS	16

int __real_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *left, const sigset_t *mask);
int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *left, const sigset_t *mask);
int __real_clock_nanosleep(clockid_t id, int flags, const struct timespec *at,
			   struct timespec *left);
int __wrap_clock_nanosleep(clockid_t id, int flags, const struct timespec *at,
			   struct timespec *left);
int __real_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *at);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *at);

int __real_pthread_timedjoin_np(pthread_t thread, void **ret, const struct timespec *until);
int __wrap_pthread_timedjoin_np(pthread_t thread, void **ret, const struct timespec *until);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct world_waiter waiters[WAITERS];
static int wakers[WAITERS]; /* eventfds, made when first needed; 0 = none */

/* Who waits for this lock sleeps, but it is not quiet. */
static _Atomic unsigned inside;

void world_lock(void)
{
	atomic_fetch_add(&inside, 1);
	pthread_mutex_lock(&lock);
}

void world_unlock(void)
{
	pthread_mutex_unlock(&lock);
	atomic_fetch_sub(&inside, 1);
}

bool world_lock_is_wanted(void)
{
	return atomic_load(&inside) > 1;
}

static int move_up(int fd)
{
	int high = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, WORLD_FDS);

	syscall(SYS_close, fd);
	return high;
}

static int waker_of(size_t at)
{
	uint64_t count;

	if (wakers[at] == 0) /* high up, where it is in nobody's way */
		wakers[at] = move_up((int)syscall(SYS_eventfd2, 0, EFD_CLOEXEC | EFD_NONBLOCK));
	syscall(SYS_read, wakers[at], &count, sizeof(count));
	return wakers[at];
}

struct world_waiter *world_wait_begin(int64_t until_us, void *cond)
{
	struct world_waiter *waiter = NULL;

	world_lock();
	for (size_t i = 0; i < WAITERS && !waiter; i++)
		if (waiters[i].until_us == 0) {
			waiter = &waiters[i];
			*waiter = (struct world_waiter){until_us > 0 ? until_us : 1, -1, cond};
			waiter->fd = cond ? -1 : waker_of(i);
		}
	world_unlock();
	return waiter;
}

void world_wait_end(struct world_waiter *waiter)
{
	world_lock();
	waiter->until_us = 0;
	world_unlock();
}

int64_t world_next_wait(void)
{
	int64_t next_us = INT64_MAX;

	for (size_t i = 0; i < WAITERS; i++)
		if (waiters[i].until_us != 0 && waiters[i].until_us < next_us)
			next_us = waiters[i].until_us;
	return next_us;
}

void world_wake_waiters(int64_t now_us)
{
	const uint64_t one = 1;

	for (size_t i = 0; i < WAITERS; i++) {
		if (waiters[i].until_us == 0 || waiters[i].until_us > now_us)
			continue;
		if (waiters[i].cond)
			pthread_cond_broadcast(waiters[i].cond);
		else
			syscall(SYS_write, waiters[i].fd, &one, sizeof(one));
	}
}

static int64_t us_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000 + (time->tv_nsec + 999) / 1000;
}

static struct timespec timespec_of(int64_t us)
{
	us = us > 0 ? us : 0;
	return (struct timespec){(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
}

/* One wait of the machine's own, that ends by itself, by what is waited for, or by a leap. */
static int wait_once(struct pollfd *fds, nfds_t n, struct world_waiter *waiter,
		     const sigset_t *mask)
{
	struct timespec left = timespec_of(waiter->until_us - world_mono_us());
	struct pollfd all[FDS + 1];
	int ready;

	memcpy(all, fds, n * sizeof(*fds));
	all[n] = (struct pollfd){.fd = waiter->fd, .events = POLLIN};
	ready = __real_ppoll(all, n + 1, &left, mask);
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = all[i].revents;
	return ready > 0 && all[n].revents ? ready - 1 : ready;
}

int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *left, const sigset_t *mask)
{
	struct world_waiter *waiter;
	int ready;

	if (!world_page() || !left || n > FDS)
		return __real_ppoll(fds, n, left, mask);
	waiter = world_wait_begin(world_mono_us() + us_of(left), NULL);
	if (!waiter)
		return __real_ppoll(fds, n, left, mask);
	do {
		ready = wait_once(fds, n, waiter, mask);
	} while (ready == 0 && world_mono_us() < waiter->until_us);
	world_wait_end(waiter);
	return ready;
}

int __wrap_clock_nanosleep(clockid_t id, int flags, const struct timespec *at,
			   struct timespec *left)
{
	struct pollfd none = {.fd = -1};
	struct timespec wait;

	if (!world_page() || id != CLOCK_MONOTONIC || flags != TIMER_ABSTIME)
		return __real_clock_nanosleep(id, flags, at, left);
	while (world_mono_us() < us_of(at)) {
		wait = timespec_of(us_of(at) - world_mono_us());
		__wrap_ppoll(&none, 1, &wait, NULL);
	}
	return 0;
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *at)
{
	struct world_waiter *waiter = world_page() ? world_wait_begin(us_of(at), cond) : NULL;
	struct timespec real = *at;
	int error;

	if (waiter)
		real = timespec_of(us_of(at) - atomic_load(&world_page()->offset_us));
	error = __real_pthread_cond_timedwait(cond, mutex, &real);
	if (waiter)
		world_wait_end(waiter);
	return error;
}

/* So much longer by the machine's CLOCK_REALTIME as it is by the service's. */
int __wrap_pthread_timedjoin_np(pthread_t thread, void **ret, const struct timespec *until)
{
	struct timespec now, real;

	if (!world_page())
		return __real_pthread_timedjoin_np(thread, ret, until);
	clock_gettime(CLOCK_REALTIME, &now);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &real);
	real = timespec_of(us_of(&real) + us_of(until) - us_of(&now));
	return __real_pthread_timedjoin_np(thread, ret, &real);
}
