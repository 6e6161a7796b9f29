/* SPDX-License-Identifier: MIT */
#include "gpio_sim.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gpio_internal.h"

static int connect_board(const struct gpio *gpio)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -errno;
	memcpy(address.sun_path, gpio->path, sizeof(address.sun_path));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

static int put(int fd, const void *bytes, size_t n)
{
	return send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -EPIPE;
}

static int hear(int fd, void *ret, size_t n)
{
	struct pollfd heard = {.fd = fd, .events = POLLIN};

	if (poll(&heard, 1, GPIO_SIM_ANSWER_MS) <= 0)
		return -ETIMEDOUT;
	return recv(fd, ret, n, 0) == (ssize_t)n ? 0 : -EPROTO;
}

static int hear_answer(int fd, struct gpio_found *found)
{
	struct gpio_sim_answer answer;
	int error = hear(fd, &answer, sizeof(answer));

	if (error < 0)
		return error;
	answer.chip[GPIO_NAME - 1] = answer.consumer[GPIO_NAME - 1] = '\0';
	memcpy(found->chip, answer.chip, sizeof(found->chip));
	memcpy(found->consumer, answer.consumer, sizeof(found->consumer));
	found->offset = answer.offset;
	found->level = answer.level != 0;
	found->debounced = answer.debounces != 0;
	found->n_chips = 1;
	return answer.error > 0 ? -answer.error : 0;
}

static int request(const struct gpio *gpio, const struct gpio_wish *wish, struct gpio_found *found)
{
	struct gpio_sim_request asked = {0};
	int fd = connect_board(gpio), error = fd;

	memset(found, 0, sizeof(*found));
	if (fd >= 0) {
		memcpy(asked.line, wish->line, sizeof(asked.line));
		gpio_fill_request(wish, &asked.request);
		error = put(fd, &asked, sizeof(asked));
		if (error == 0)
			error = hear_answer(fd, found);
		if (error == 0)
			return fd;
		close(fd);
	}
	found->state = gpio_state_of(error);
	return error;
}

static int read_record(struct gpio_line *line)
{
	struct gpio_v2_line_event *event = &line->events[0];
	struct gpio_v2_line_values values;
	ssize_t n = recv(line->fd, event, sizeof(*event), 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == sizeof(*event))
		return 1;
	if (n != sizeof(values))
		return -ENODEV; /* closed, or not a board */
	memcpy(&values, event, sizeof(values));
	line->has_level = true;
	line->level = values.bits & 1;
	return 0;
}

static int set(int fd, bool on)
{
	struct gpio_v2_line_values values = {.bits = on, .mask = 1};

	return put(fd, &values, sizeof(values));
}

static int level(int fd)
{
	struct gpio_v2_line_values values = {0};
	int error = put(fd, &values, sizeof(values));

	return error < 0 ? error : -EINPROGRESS;
}

static int hear_line(int fd, const char *chip, gpio_list_fn *fn, void *context)
{
	struct gpio_v2_line_info info;
	int error = hear(fd, &info, sizeof(info));

	if (error == 0)
		gpio_give(chip, &info, fn, context);
	return error;
}

static int list(const struct gpio *gpio, gpio_list_fn *fn, void *context)
{
	const struct gpio_sim_request asked = {0};
	struct gpio_found found = {0};
	int fd = connect_board(gpio), error;

	if (fd < 0)
		return fd;
	error = put(fd, &asked, sizeof(asked));
	if (error == 0)
		error = hear_answer(fd, &found);
	for (unsigned i = 0; error == 0 && i < found.offset; i++)
		error = hear_line(fd, found.chip, fn, context);
	close(fd);
	return error;
}

const struct gpio_ops gpio_sim_ops = {
	.request = request,
	.read = read_record,
	.set = set,
	.level = level,
	.list = list,
};
