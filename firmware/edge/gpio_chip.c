/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gpio_internal.h"

/* The kernel's chips, by <linux/gpio.h> v2. */

static void name_consumer(int chip, struct gpio_found *found)
{
	struct gpio_v2_line_info info = {.offset = found->offset};

	if (ioctl(chip, GPIO_V2_GET_LINEINFO_IOCTL, &info) == 0)
		memcpy(found->consumer, info.consumer, sizeof(found->consumer) - 1);
}

/*
 * Where a chip can debounce neither in hardware nor by the kernel's timer, the line is asked for
 * without, and the button's own rule does it.
 */
static int ask(int chip, const struct gpio_wish *wish, struct gpio_found *found)
{
	struct gpio_v2_line_request request;
	int error;

	gpio_fill_request(wish, &request);
	request.offsets[0] = found->offset;
	found->debounced = request.config.num_attrs > 0 && !wish->output;
	if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0)
		return request.fd;
	error = -errno;
	if (!found->debounced || error == -EBUSY || error == -EPERM || error == -ENODEV)
		return error;
	found->debounced = false;
	request.config.num_attrs = 0;
	memset(request.config.attrs, 0, sizeof(request.config.attrs));
	return ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0 ? request.fd : -errno;
}

static int level(int fd)
{
	struct gpio_v2_line_values values = {.mask = 1};

	return ioctl(fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) == 0 ? (int)(values.bits & 1)
								      : -errno;
}

static int request(const struct gpio *gpio, const struct gpio_wish *wish, struct gpio_found *found)
{
	int chip = gpio_find(wish->line, found), fd, now;

	(void)gpio;
	if (chip < 0)
		return chip;
	fd = ask(chip, wish, found);
	if (fd < 0)
		found->state = fd == -EPERM ? GPIO_FAILED : gpio_state_of(fd);
	if (fd == -EBUSY)
		name_consumer(chip, found);
	close(chip); /* the request lives on its own fd */
	if (fd < 0)
		return fd;
	now = wish->output ? 0 : level(fd); /* edges before the request are not told */
	if (now < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		found->state = GPIO_FAILED;
		now = now < 0 ? now : -errno;
		close(fd);
		return now;
	}
	found->level = now > 0;
	return fd;
}

static int read_events(struct gpio_line *line)
{
	ssize_t n;

	do {
		n = read(line->fd, line->events, sizeof(line->events));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	return (int)((size_t)n / sizeof(line->events[0]));
}

static int set(int fd, bool on)
{
	struct gpio_v2_line_values values = {.bits = on, .mask = 1};

	return ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) == 0 ? 0 : -errno;
}

enum gpio_state gpio_look(const char *line, struct gpio_found *ret_found)
{
	struct gpio_v2_line_info info = {0};
	int chip = gpio_find(line, ret_found);

	if (chip < 0)
		return ret_found->state;
	info.offset = ret_found->offset;
	ret_found->state = GPIO_OK;
	if (ioctl(chip, GPIO_V2_GET_LINEINFO_IOCTL, &info) < 0) {
		ret_found->error = -errno;
		ret_found->state = GPIO_FAILED;
	} else if (info.flags & GPIO_V2_LINE_FLAG_USED) {
		memcpy(ret_found->consumer, info.consumer, sizeof(ret_found->consumer) - 1);
		ret_found->state = GPIO_BUSY;
	}
	close(chip);
	return ret_found->state;
}

const struct gpio_ops gpio_chip_ops = {
	.request = request,
	.read = read_events,
	.set = set,
	.level = level,
	.list = gpio_find_all,
};
