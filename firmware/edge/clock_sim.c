/* SPDX-License-Identifier: MIT */
#include "clock_sim.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "clock_internal.h"

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, error;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

/* 1: a state was taken over, 0: there is none, negative: the program is gone. */
static int take_one(struct clock *clock)
{
	struct clock_sim sim;
	ssize_t n = recv(clock->source, &sim, sizeof(sim), 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n != sizeof(sim))
		return -EPROTO;
	clock->sim = sim;
	clock->offset_us = sim.offset_us;
	send(clock->source, &sim, sizeof(sim), MSG_NOSIGNAL);
	return 1;
}

bool clock_sim_take(struct clock *clock)
{
	int64_t before_us = clock->offset_us;
	int got = clock->source >= 0 ? 1 : 0;

	while (got > 0)
		got = take_one(clock);
	if (got < 0) { /* nobody turns it any more; it runs on */
		close(clock->source);
		clock->source = -1;
	}
	return clock->offset_us != before_us;
}

static int watch(int both, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(both, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int hear_one(struct clock *clock)
{
	struct pollfd heard = {.fd = clock->source, .events = POLLIN};

	if (poll(&heard, 1, CLOCK_SIM_MS) <= 0)
		return -ETIMEDOUT;
	return take_one(clock) == 1 ? 0 : -EPROTO;
}

int clock_new_sim(const char *path, struct clock **ret)
{
	struct clock *clock = calloc(1, sizeof(*clock));
	int error;

	if (!clock)
		return -ENOMEM;
	clock->kind = CLOCK_KIND_SIMULATED;
	clock->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	clock->both = epoll_create1(EPOLL_CLOEXEC);
	clock->source = connect_to(path);
	error = clock->timer < 0 || clock->both < 0 ? -EMFILE : clock->source;
	if (error >= 0)
		error = hear_one(clock);
	if (error >= 0)
		error = watch(clock->both, clock->timer);
	if (error >= 0)
		error = watch(clock->both, clock->source);
	if (error < 0) {
		clock_free(clock);
		return error;
	}
	*ret = clock;
	return 0;
}

int clock_sim_set_to(struct clock *clock, int64_t utc_us)
{
	struct clock_sim_set set = {.offset_us = utc_us - clock_mono_us()};

	clock_sim_take(clock);
	if (clock->source < 0 ||
	    send(clock->source, &set, sizeof(set), MSG_NOSIGNAL) != (ssize_t)sizeof(set))
		return -EPIPE;
	return hear_one(clock);
}
