/* SPDX-License-Identifier: MIT */
#include "rig_clock.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock_sim.h"

#define CLIENTS 8

/* The lock covers all but listener and wake; whoever turns the clock holds it until all have it. */
struct rig_clock {
	int listener, wake;
	pthread_t thread;
	pthread_mutex_t lock;
	struct clock_sim sim;
	size_t n;
	int clients[CLIENTS];
};

static void drop(struct rig_clock *clock, size_t i)
{
	close(clock->clients[i]);
	clock->clients[i] = clock->clients[--clock->n];
}

/* Sends the state and waits until the service took it; a client that is gone says so by an end. */
static bool give(int fd, const struct clock_sim *sim)
{
	struct pollfd heard = {.fd = fd, .events = POLLIN};
	struct clock_sim taken;

	if (send(fd, sim, sizeof(*sim), MSG_NOSIGNAL) < 0)
		return false;
	if (poll(&heard, 1, (int)(RIG_PATIENCE_US / 1000)) != 1)
		return false;
	return recv(fd, &taken, sizeof(taken), 0) == sizeof(taken);
}

static void give_all(struct rig_clock *clock, int but)
{
	for (size_t i = clock->n; i-- > 0;)
		if (clock->clients[i] != but && !give(clock->clients[i], &clock->sim))
			drop(clock, i);
}

static void welcome(struct rig_clock *clock)
{
	int fd = accept4(clock->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (clock->n == CLIENTS || !give(fd, &clock->sim)) {
		close(fd);
		return;
	}
	clock->clients[clock->n++] = fd;
}

/* A person sets the clock: the network vouches no more, as with the kernel's. */
static void hear(struct rig_clock *clock, size_t i)
{
	int fd = clock->clients[i];
	struct clock_sim_set set;
	ssize_t n = recv(fd, &set, sizeof(set), MSG_DONTWAIT);

	if (n == sizeof(set)) {
		clock->sim.offset_us = set.offset_us;
		clock->sim.kernel_synced = 0;
		give_all(clock, fd);
		send(fd, &clock->sim, sizeof(clock->sim), MSG_NOSIGNAL);
	} else if (n >= 0) {
		drop(clock, i);
	}
}

static void serve_once(struct rig_clock *clock, const struct pollfd *watched, size_t n)
{
	pthread_mutex_lock(&clock->lock);
	for (size_t i = n; i-- > 0;)
		if (watched[2 + i].revents && i < clock->n &&
		    clock->clients[i] == watched[2 + i].fd)
			hear(clock, i);
	if (watched[0].revents)
		welcome(clock);
	pthread_mutex_unlock(&clock->lock);
}

static void *serve(void *context)
{
	struct rig_clock *clock = context;
	struct pollfd watched[2 + CLIENTS];
	size_t n;

	do {
		pthread_mutex_lock(&clock->lock);
		n = clock->n;
		watched[0] = (struct pollfd){.fd = clock->listener, .events = POLLIN};
		watched[1] = (struct pollfd){.fd = clock->wake, .events = POLLIN};
		for (size_t i = 0; i < n; i++)
			watched[2 + i] = (struct pollfd){.fd = clock->clients[i], .events = POLLIN};
		pthread_mutex_unlock(&clock->lock);
		poll(watched, 2 + n, -1);
		serve_once(clock, watched, n);
	} while (!watched[1].revents);
	return NULL;
}

struct rig_clock *rig_clock_new(struct rig *rig, int64_t now_us)
{
	struct rig_clock *clock = calloc(1, sizeof(*clock));
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_non_null(clock);
	clock->sim.offset_us = now_us - rig_mono_us();
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/clock", rig->folder);
	snprintf(rig->clock, sizeof(rig->clock), "sim:%s/clock", rig->folder);
	clock->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	clock->wake = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(bind(clock->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(clock->listener, CLIENTS), 0);
	pthread_mutex_init(&clock->lock, NULL);
	assert_int_equal(pthread_create(&clock->thread, NULL, serve, clock), 0);
	return clock;
}

struct rig_clock *rig_clock_free(struct rig_clock *clock)
{
	eventfd_write(clock->wake, 1);
	pthread_join(clock->thread, NULL);
	while (clock->n > 0)
		drop(clock, 0);
	close(clock->listener);
	close(clock->wake);
	pthread_mutex_destroy(&clock->lock);
	free(clock);
	return NULL;
}

int64_t rig_clock_now_us(struct rig_clock *clock)
{
	int64_t now_us;

	pthread_mutex_lock(&clock->lock);
	now_us = rig_mono_us() + clock->sim.offset_us;
	pthread_mutex_unlock(&clock->lock);
	return now_us;
}

/* The chip runs on whatever is done to the system's clock. */
static void turn(struct rig_clock *clock, const int64_t *to_us, bool synced)
{
	pthread_mutex_lock(&clock->lock);
	if (to_us)
		clock->sim.offset_us = *to_us - rig_mono_us();
	clock->sim.kernel_synced = synced;
	give_all(clock, -1);
	pthread_mutex_unlock(&clock->lock);
}

void rig_clock_set(struct rig_clock *clock, int64_t to_us)
{
	turn(clock, &to_us, clock->sim.kernel_synced != 0);
}

void rig_clock_vouch(struct rig_clock *clock, bool synced)
{
	turn(clock, NULL, synced);
}

void rig_clock_sync(struct rig_clock *clock, int64_t to_us)
{
	turn(clock, &to_us, true);
}

void rig_clock_chip(struct rig_clock *clock, bool there, int64_t apart_us)
{
	pthread_mutex_lock(&clock->lock);
	clock->sim.rtc_there = there;
	clock->sim.rtc_offset_us = clock->sim.offset_us + apart_us;
	give_all(clock, -1);
	pthread_mutex_unlock(&clock->lock);
}
