/* SPDX-License-Identifier: MIT */
#include "rig_lines.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <linux/sockios.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "gpio_sim.h"

#define LINES	 16
#define SWITCHES 1024
#define BURST	 150 /* fits into a socket that nobody reads */

#define FINGER_US 150000 /* nobody presses again sooner; more than any debounce here */

struct line {
	char name[GPIO_LINE];
	int fd; /* -1 = not requested */
	int refuse;
	bool level;
	uint32_t seqno;
	unsigned requests;
	struct gpio_v2_line_request request;
	size_t n;
	struct rig_switch switches[SWITCHES];
};

struct rig_lines {
	struct rig *rig;
	int listening, stop_fd;
	pthread_t thread;
	pthread_mutex_t lock; /* over all below */
	bool debounces;
	size_t n;
	struct line lines[LINES];
	char path[108];
};

/* With the lock held. */
static struct line *line_of(struct rig_lines *lines, const char *name)
{
	struct line *line;

	for (size_t i = 0; i < lines->n; i++)
		if (strcmp(lines->lines[i].name, name) == 0)
			return &lines->lines[i];
	assert_true(lines->n < LINES);
	line = &lines->lines[lines->n++];
	snprintf(line->name, sizeof(line->name), "%s", name);
	line->fd = -1;
	return line;
}

static void note(struct line *line, bool on, bool dropped)
{
	if (line->n < SWITCHES)
		line->switches[line->n++] = (struct rig_switch){rig_mono_us(), on, dropped};
}

static bool was_on(const struct line *line)
{
	return line->n > 0 && line->switches[line->n - 1].on;
}

static bool is_output(const struct line *line)
{
	return line->request.config.flags & GPIO_V2_LINE_FLAG_OUTPUT;
}

static void hang_up(struct line *line)
{
	shutdown(line->fd, SHUT_RDWR); /* the thread's poll() would keep it open */
	close(line->fd);
	line->fd = -1;
	if (is_output(line) && was_on(line))
		note(line, false, true);
}

static void accept_line(struct rig_lines *lines)
{
	struct gpio_sim_request asked;
	struct gpio_sim_answer answer = {.chip = "simchip0", .consumer = "other-program"};
	int fd = accept4(lines->listening, NULL, NULL, SOCK_CLOEXEC);
	struct line *line;

	if (fd < 0 || recv(fd, &asked, sizeof(asked), 0) != sizeof(asked)) {
		close(fd);
		return;
	}
	line = line_of(lines, asked.line);
	line->requests++;
	line->request = asked.request;
	if (line->fd >= 0)
		hang_up(line); /* its end is not heard yet */
	answer.error = line->refuse;
	answer.offset = (uint32_t)(line - lines->lines);
	answer.level = line->level;
	answer.debounces = lines->debounces;
	send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
	line->seqno = 0;
	line->fd = line->refuse ? -1 : fd;
	if (line->refuse)
		close(fd);
}

static void hear_line(struct line *line)
{
	struct gpio_v2_line_values values;

	if (recv(line->fd, &values, sizeof(values), MSG_DONTWAIT) != sizeof(values)) {
		hang_up(line);
		return;
	}
	if (values.mask) {
		if (was_on(line) != (values.bits & 1))
			note(line, values.bits & 1, false);
		return;
	}
	values = (struct gpio_v2_line_values){.bits = line->level, .mask = 1};
	send(line->fd, &values, sizeof(values), MSG_NOSIGNAL);
}

static void turn(struct rig_lines *lines, struct pollfd *fds, struct line **whose, nfds_t n)
{
	for (nfds_t i = 2; i < n; i++)
		if (fds[i].revents && whose[i]->fd == fds[i].fd)
			hear_line(whose[i]);
	if (fds[1].revents)
		accept_line(lines);
}

static void *run(void *context)
{
	struct rig_lines *lines = context;

	for (;;) {
		struct pollfd fds[LINES + 2] = {{.fd = lines->stop_fd, .events = POLLIN},
						{.fd = lines->listening, .events = POLLIN}};
		struct line *whose[LINES + 2];
		nfds_t n = 2;

		pthread_mutex_lock(&lines->lock);
		for (size_t i = 0; i < lines->n; i++)
			if (lines->lines[i].fd >= 0) {
				whose[n] = &lines->lines[i];
				fds[n++] =
					(struct pollfd){.fd = lines->lines[i].fd, .events = POLLIN};
			}
		pthread_mutex_unlock(&lines->lock);
		poll(fds, n, -1);
		if (fds[0].revents & POLLIN)
			return NULL;
		pthread_mutex_lock(&lines->lock);
		turn(lines, fds, whose, n);
		pthread_mutex_unlock(&lines->lock);
	}
}

struct rig_lines *rig_lines_new(struct rig *rig)
{
	struct rig_lines *lines = calloc(1, sizeof(*lines));
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_non_null(lines);
	lines->rig = rig;
	snprintf(lines->path, sizeof(lines->path), "%s/board", rig->folder);
	snprintf(rig->lines, sizeof(rig->lines), "sim:%s/board", rig->folder);
	memcpy(address.sun_path, lines->path, sizeof(address.sun_path));
	lines->listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	lines->stop_fd = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&lines->lock, NULL);
	assert_int_equal(bind(lines->listening, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(lines->listening, LINES), 0);
	assert_int_equal(pthread_create(&lines->thread, NULL, run, lines), 0);
	return lines;
}

struct rig_lines *rig_lines_free(struct rig_lines *lines)
{
	uint64_t one = 1;

	if (!lines)
		return NULL;
	assert_int_equal(write(lines->stop_fd, &one, sizeof(one)), sizeof(one));
	pthread_join(lines->thread, NULL);
	for (size_t i = 0; i < lines->n; i++)
		if (lines->lines[i].fd >= 0)
			close(lines->lines[i].fd);
	close(lines->listening);
	close(lines->stop_fd);
	unlink(lines->path);
	free(lines);
	return NULL;
}

/* The line, with the lock held, once it is requested. */
static struct line *requested(struct rig_lines *lines, const char *name)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	for (;;) {
		struct line *line;

		pthread_mutex_lock(&lines->lock);
		line = line_of(lines, name);
		if (line->fd >= 0)
			return line;
		pthread_mutex_unlock(&lines->lock);
		if (rig_mono_us() > deadline_us)
			fail_msg("nobody asked for line %s", name);
		rig_breathe();
	}
}

void rig_line_refuse(struct rig_lines *lines, const char *name, int error)
{
	pthread_mutex_lock(&lines->lock);
	line_of(lines, name)->refuse = error;
	pthread_mutex_unlock(&lines->lock);
}

void rig_lines_debounce(struct rig_lines *lines, bool debounces)
{
	pthread_mutex_lock(&lines->lock);
	lines->debounces = debounces;
	pthread_mutex_unlock(&lines->lock);
}

void rig_line_begin(struct rig_lines *lines, const char *name, bool active)
{
	pthread_mutex_lock(&lines->lock);
	line_of(lines, name)->level = active;
	pthread_mutex_unlock(&lines->lock);
}

static void send_edge(struct line *line, bool active, int64_t at_us)
{
	struct gpio_v2_line_event event = {
		.timestamp_ns = (uint64_t)at_us * 1000,
		.id = active ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE,
		.seqno = ++line->seqno,
		.line_seqno = line->seqno,
	};

	line->level = active;
	/* waits where the socket is full, so that no edge is lost that should not be */
	assert_int_equal(send(line->fd, &event, sizeof(event), MSG_NOSIGNAL), sizeof(event));
}

void rig_line_level(struct rig_lines *lines, const char *name, bool active)
{
	send_edge(requested(lines, name), active, rig_mono_us());
	pthread_mutex_unlock(&lines->lock);
}

void rig_line_lose(struct rig_lines *lines, const char *name, bool active)
{
	struct line *line = requested(lines, name);

	line->level = active;
	line->seqno++;
	pthread_mutex_unlock(&lines->lock);
}

void rig_line_rest(int64_t us)
{
	const struct timespec pause = {us / 1000000, us % 1000000 * 1000};

	nanosleep(&pause, NULL);
}

/* The service is held meanwhile: with the kernel, edges are there before anybody can look. */
void rig_line_burst(struct rig_lines *lines, const char *name, unsigned n, int64_t apart_us)
{
	struct line *line = requested(lines, name);
	int64_t at_us;
	int unread;

	assert_true(n <= BURST);
	while (ioctl(line->fd, SIOCOUTQ, &unread) == 0 && unread > 0)
		rig_breathe(); /* what is there already must leave the place */
	at_us = rig_mono_us();
	kill(lines->rig->pid, SIGSTOP);
	rig_line_rest(n * apart_us);
	for (unsigned i = 0; i < n; i++) {
		at_us += apart_us;
		send_edge(line, !line->level, at_us);
	}
	kill(lines->rig->pid, SIGCONT);
	pthread_mutex_unlock(&lines->lock);
}

void rig_line_press(struct rig_lines *lines, const char *name, int64_t down_us)
{
	rig_line_level(lines, name, true);
	rig_line_rest(down_us);
	rig_line_level(lines, name, false);
	rig_line_rest(FINGER_US);
}

void rig_line_unplug(struct rig_lines *lines, const char *name)
{
	struct line *line = requested(lines, name);

	hang_up(line);
	pthread_mutex_unlock(&lines->lock);
}

size_t rig_line_switches(struct rig_lines *lines, const char *name, size_t n,
			 struct rig_switch *ret, size_t max)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	for (;;) {
		struct line *line;
		size_t got;

		pthread_mutex_lock(&lines->lock);
		line = line_of(lines, name);
		got = line->n < max ? line->n : max;
		memcpy(ret, line->switches, got * sizeof(*ret));
		pthread_mutex_unlock(&lines->lock);
		if (got >= n)
			return got;
		if (rig_mono_us() > deadline_us)
			fail_msg("line %s was switched %zu times, not %zu", name, got, n);
		rig_breathe();
	}
}

unsigned rig_line_requests(struct rig_lines *lines, const char *name)
{
	unsigned n;

	pthread_mutex_lock(&lines->lock);
	n = line_of(lines, name)->requests;
	pthread_mutex_unlock(&lines->lock);
	return n;
}

bool rig_line_held(struct rig_lines *lines, const char *name)
{
	bool held;

	pthread_mutex_lock(&lines->lock);
	held = line_of(lines, name)->fd >= 0;
	pthread_mutex_unlock(&lines->lock);
	return held;
}

void rig_line_request(struct rig_lines *lines, const char *name, struct gpio_v2_line_request *ret)
{
	if (rig_line_requests(lines, name) == 0)
		requested(lines, name);
	else
		pthread_mutex_lock(&lines->lock);
	*ret = line_of(lines, name)->request;
	pthread_mutex_unlock(&lines->lock);
}
