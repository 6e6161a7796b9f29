/* SPDX-License-Identifier: MIT */
/*
 * Timers that expire by the service's clock: the real one is set anew after each leap. A timer that
 * was set to a time from now, once, is a time-out of something outside (a child at work): it keeps
 * to the machine's time, and there is no leap while it runs.
 */
#include "world.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define TIMERS 64

struct timer {
	int fd; /* -1: a free place */
	bool realtime, cancels, cancelled, private;
	bool told;	  /* it expired, and the real one was told so */
	int64_t at_us;	  /* by its clock; 0 = not set */
	int64_t every_us; /* 0 = once */
};

static struct timer timers[TIMERS];
static size_t n_timers;

ssize_t __real_read(int fd, void *bytes, size_t n);
ssize_t world_read(int fd, void *bytes, size_t n);

static struct timer *timer_of(int fd)
{
	for (size_t i = 0; i < n_timers; i++)
		if (timers[i].fd == fd)
			return &timers[i];
	return NULL;
}

static int64_t us_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000 + (time->tv_nsec + 999) / 1000;
}

static int64_t mono_of(const struct timer *timer)
{
	return timer->at_us - (timer->realtime ? atomic_load(&world_page()->realtime_us) : 0);
}

/* The machine's timer, to what is left until then, but no sooner. An error: it is gone. */
static int set(const struct timer *timer, int64_t soonest_us)
{
	int64_t left_us = timer->at_us == 0 ? 0 : mono_of(timer) - world_mono_us();
	struct itimerspec when = {0};

	if (timer->at_us != 0 && left_us < soonest_us)
		left_us = soonest_us;
	when.it_value.tv_sec = (time_t)(left_us / 1000000);
	when.it_value.tv_nsec = (long)(left_us % 1000000) * 1000;
	when.it_interval.tv_sec = (time_t)(timer->every_us / 1000000);
	when.it_interval.tv_nsec = (long)(timer->every_us % 1000000) * 1000;
	return (int)syscall(SYS_timerfd_settime, timer->fd, 0, &when, NULL);
}

EXPORT int timerfd_create(int id, int flags)
{
	int fd = (int)syscall(SYS_timerfd_create, world_page() ? CLOCK_MONOTONIC : id, flags);
	struct timer *timer;

	if (fd < 0 || !world_page())
		return fd;
	world_lock();
	timer = timer_of(fd);
	if (!timer)
		timer = timer_of(-1);
	if (!timer && n_timers < TIMERS)
		timer = &timers[n_timers++];
	if (timer)
		*timer = (struct timer){.fd = fd, .realtime = id == CLOCK_REALTIME};
	world_unlock();
	return fd;
}

static int set_timer(struct timer *timer, int flags, const struct itimerspec *when)
{
	bool cancelled = timer->cancelled;

	timer->at_us = us_of(&when->it_value);
	timer->every_us = us_of(&when->it_interval);
	timer->private = false;
	timer->cancels = flags & TFD_TIMER_CANCEL_ON_SET;
	timer->cancelled = timer->told = false;
	if (timer->at_us != 0 && !(flags & TFD_TIMER_ABSTIME)) {
		timer->private = timer->every_us == 0;
		timer->at_us += world_mono_us() +
				(timer->realtime ? atomic_load(&world_page()->realtime_us) : 0);
	}
	if (set(timer, 1 + atomic_load(&world_page()->lag_us)) < 0)
		return -1;
	errno = ECANCELED;
	return cancelled ? -1 : 0;
}

EXPORT int timerfd_settime(int fd, int flags, const struct itimerspec *when,
			   struct itimerspec *ret_before)
{
	struct timer *timer;
	int error;

	if (!world_page())
		return (int)syscall(SYS_timerfd_settime, fd, flags, when, ret_before);
	world_lock();
	timer = timer_of(fd);
	error = timer ? set_timer(timer, flags, when)
		      : (int)syscall(SYS_timerfd_settime, fd, flags, when, ret_before);
	world_unlock();
	return error;
}

/* A read of a timer whose clock was set tells that. */
ssize_t world_read(int fd, void *bytes, size_t n)
{
	struct timer *timer;
	bool cancelled;

	if (!world_page())
		return __real_read(fd, bytes, n);
	world_lock();
	timer = timer_of(fd);
	cancelled = timer && timer->cancelled;
	if (cancelled) {
		timer->cancelled = false;
		syscall(SYS_read, fd, bytes, n);
	}
	world_unlock();
	if (!cancelled)
		return __real_read(fd, bytes, n);
	errno = ECANCELED;
	return -1;
}

void world_forget_timer(int fd)
{
	struct timer *timer;

	if (!world_page())
		return;
	world_lock();
	timer = timer_of(fd);
	if (timer)
		*timer = (struct timer){.fd = -1};
	world_unlock();
}

int64_t world_next_timer(void)
{
	int64_t next_us = INT64_MAX, now_us = world_mono_us();

	for (size_t i = 0; i < n_timers; i++) {
		struct timer *timer = &timers[i];
		int64_t at_us = mono_of(timer);

		if (timer->fd < 0 || timer->at_us == 0 || timer->private)
			continue;
		if (timer->every_us > 0 && at_us <= now_us) /* it has told by itself since */
			at_us += (1 + (now_us - at_us) / timer->every_us) * timer->every_us;
		if (at_us > now_us && at_us < next_us)
			next_us = at_us;
	}
	return next_us;
}

/* A library may have closed it, and its number may be a file's by now. */
static bool is_there(struct timer *timer)
{
	struct itimerspec left;

	if (timer->fd >= 0 && syscall(SYS_timerfd_gettime, timer->fd, &left) < 0)
		*timer = (struct timer){.fd = -1};
	return timer->fd >= 0;
}

bool world_timer_is_due(void)
{
	for (size_t i = 0; i < n_timers; i++) {
		struct pollfd heard = {.fd = timers[i].fd, .events = POLLIN};
		struct timespec now = {0};

		if (is_there(&timers[i]) && syscall(SYS_ppoll, &heard, 1, &now, NULL, 8) > 0 &&
		    (heard.revents & POLLIN))
			return true;
	}
	return false;
}

bool world_timer_is_private(void)
{
	for (size_t i = 0; i < n_timers; i++)
		if (is_there(&timers[i]) && timers[i].private)
			return true;
	return false;
}

/* The machine may take its time, too, with a timer that is to expire at once. */
static void wait_until_told(const struct timer *timer)
{
	const struct timespec ms = {.tv_nsec = 1000000};
	struct itimerspec left = {0};
	struct pollfd heard = {.fd = timer->fd, .events = POLLIN};

	do {
		if (syscall(SYS_ppoll, &heard, 1, &ms, NULL, 8) != 0)
			return;
		if (syscall(SYS_timerfd_gettime, timer->fd, &left) < 0)
			return;
	} while (left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0 &&
		 left.it_value.tv_nsec <= 1000);
}

/* After a leap: the real one again, or at once if its time has come. False: it is gone. */
static bool set_anew(struct timer *timer, int64_t now_us)
{
	int64_t at_us = mono_of(timer);

	if (timer->every_us == 0 && timer->told)
		return true;
	timer->told = at_us <= now_us;
	if (set(timer, 1) < 0)
		return false;
	if (timer->told)
		wait_until_told(timer);
	for (; timer->every_us > 0 && at_us <= now_us; at_us += timer->every_us)
		timer->at_us += timer->every_us;
	return true;
}

bool world_tell_timers(void)
{
	int64_t now_us = world_mono_us();
	bool any = false;

	for (size_t i = 0; i < n_timers; i++) {
		struct timer *timer = &timers[i];

		if (timer->fd < 0 || timer->at_us == 0 || timer->private || timer->every_us > 0 ||
		    timer->told || mono_of(timer) > now_us)
			continue;
		any = true;
		if (!set_anew(timer, now_us))
			*timer = (struct timer){.fd = -1};
	}
	return any;
}

void world_set_timers(bool stepped)
{
	int64_t now_us = world_mono_us();

	for (size_t i = 0; i < n_timers; i++) {
		struct timer *timer = &timers[i];

		if (timer->fd < 0 || timer->at_us == 0 || timer->private)
			continue;
		if (stepped && timer->realtime && timer->cancels) {
			struct timer at_once = {.fd = timer->fd, .at_us = now_us};

			timer->cancelled = true;
			set(&at_once, 1);
		} else if (!set_anew(timer, now_us)) {
			*timer = (struct timer){.fd = -1};
		}
	}
}
