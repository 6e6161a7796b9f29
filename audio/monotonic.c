/* SPDX-License-Identifier: MIT */
#include "monotonic.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

int64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct timespec timespec_of_us(int64_t us)
{
	if (us < 0)
		us = 0;
	return (struct timespec){.tv_sec = (time_t)(us / 1000000),
				 .tv_nsec = (long)(us % 1000000) * 1000};
}

int monotonic_poll(struct pollfd *fds, unsigned n, int64_t deadline_us)
{
	for (;;) {
		struct timespec left = {0};
		int ready;

		if (deadline_us != INT64_MAX)
			left = timespec_of_us(deadline_us - monotonic_us());
		ready = ppoll(fds, n, deadline_us == INT64_MAX ? NULL : &left, NULL);
		if (ready >= 0)
			return ready;
		if (errno != EINTR)
			return -errno;
	}
}

void monotonic_sleep_until(int64_t at_us)
{
	struct timespec at = timespec_of_us(at_us);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}
