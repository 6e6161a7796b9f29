/* SPDX-License-Identifier: MIT */
/*
 * A kernel of cardboard. There is no chip on a machine that builds, so the calls of a test program
 * that would reach one (scandir and open of /dev, ioctl) are answered here, by the rules of
 * <linux/gpio.h>: padding is zero, a line that is taken is busy, a request has an fd of its own.
 */
#ifndef TESTS_GPIO_BOARD_H
#define TESTS_GPIO_BOARD_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#define CHIPS 4
#define LINES 4
#define FDS   256

struct board_line {
	const char *name, *consumer; /* consumer: taken */
	int level;
	bool no_interrupt;
};

struct board_chip {
	const char *device, *label;
	unsigned char type; /* DT_CHR, DT_LNK */
	int open_error, debounce_error;
	struct board_line lines[LINES];
};

static struct board {
	struct board_chip chips[CHIPS];
	struct board_chip *open[FDS]; /* by fd */
	struct board_line *requested[FDS];
	int far_end[FDS];
	struct gpio_v2_line_request last;
	int set[FDS]; /* last value, -1 = none */
	unsigned n_open;
} board;

static inline void board_new(void)
{
	memset(&board, 0, sizeof(board));
	board.chips[0] = (struct board_chip){
		.device = "gpiochip0",
		.label = "pinctrl-bcm2711",
		.type = DT_CHR,
		.lines = {{.name = "ID_SDA"}, {.name = "GPIO17"}, {.name = "GPIO27"}, {.name = ""}},
	};
	board.chips[1] = (struct board_chip){
		.device = "gpiochip1",
		.label = "raspberrypi-exp-gpio",
		.type = DT_CHR,
		.lines = {{.name = "BT_ON"}, {.name = "WL_ON"}, {.name = "X:1"}, {.name = "Y"}},
	};
	memset(board.set, -1, sizeof(board.set));
}

static struct board_chip *chip_of(const char *path)
{
	for (size_t i = 0; i < CHIPS; i++)
		if (board.chips[i].device && strncmp(path, "/dev/", 5) == 0 &&
		    strcmp(path + 5, board.chips[i].device) == 0)
			return &board.chips[i];
	return NULL;
}

int scandir(const char *folder, struct dirent ***ret, int (*filter)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **))
{
	int n = 0;

	(void)compare;
	assert_string_equal(folder, "/dev");
	*ret = calloc(CHIPS, sizeof(**ret));
	for (size_t i = 0; i < CHIPS && board.chips[i].device; i++) {
		struct dirent *entry = calloc(1, sizeof(*entry));

		snprintf(entry->d_name, sizeof(entry->d_name), "%s", board.chips[i].device);
		entry->d_type = board.chips[i].type;
		if (filter(entry))
			(*ret)[n++] = entry;
		else
			free(entry);
	}
	return n;
}

int open(const char *path, int flags, ...)
{
	struct board_chip *chip = chip_of(path);
	int pair[2];

	(void)flags;
	if (!chip || chip->open_error) {
		errno = chip ? chip->open_error : ENOENT;
		return -1;
	}
	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	close(pair[1]);
	board.open[pair[0]] = chip;
	board.n_open++;
	return pair[0];
}

static int fail_with(int error)
{
	errno = error;
	return -1;
}

static int chip_info(const struct board_chip *chip, struct gpiochip_info *info)
{
	snprintf(info->name, sizeof(info->name), "%s", chip->device);
	snprintf(info->label, sizeof(info->label), "%s", chip->label);
	info->lines = LINES;
	return 0;
}

static int line_info(const struct board_chip *chip, struct gpio_v2_line_info *info)
{
	static const uint32_t zero[4];

	if (info->offset >= LINES || memcmp(info->padding, zero, sizeof(zero)) != 0)
		return fail_with(EINVAL);
	snprintf(info->name, sizeof(info->name), "%s", chip->lines[info->offset].name);
	if (chip->lines[info->offset].consumer) {
		info->flags |= GPIO_V2_LINE_FLAG_USED;
		snprintf(info->consumer, sizeof(info->consumer), "%s",
			 chip->lines[info->offset].consumer);
	}
	return 0;
}

static bool has_debounce(const struct gpio_v2_line_config *config)
{
	return config->num_attrs == 1 && config->attrs[0].attr.id == GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
}

static int get_line(struct board_chip *chip, struct gpio_v2_line_request *request)
{
	static const uint32_t zero[5];
	struct board_line *line = &chip->lines[request->offsets[0]];
	const struct gpio_v2_line_config *config = &request->config;
	int pair[2];

	board.last = *request;
	if (request->num_lines != 1 || request->offsets[0] >= LINES ||
	    memcmp(request->padding, zero, sizeof(zero)) != 0 ||
	    memcmp(config->padding, zero, sizeof(zero)) != 0)
		return fail_with(EINVAL);
	if (line->consumer)
		return fail_with(EBUSY);
	if (chip->debounce_error && has_debounce(config))
		return fail_with(chip->debounce_error);
	if (line->no_interrupt && config->flags & GPIO_V2_LINE_FLAG_EDGE_RISING)
		return fail_with(ENXIO);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	board.requested[pair[0]] = line;
	board.far_end[pair[0]] = pair[1];
	board.set[pair[0]] =
		config->flags & GPIO_V2_LINE_FLAG_OUTPUT ? (int)config->attrs[0].attr.values : -1;
	request->fd = pair[0];
	return 0;
}

int ioctl(int fd, unsigned long what, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, what);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	switch (what) {
	case GPIO_GET_CHIPINFO_IOCTL:
		return chip_info(board.open[fd], argument);
	case GPIO_V2_GET_LINEINFO_IOCTL:
		return line_info(board.open[fd], argument);
	case GPIO_V2_GET_LINE_IOCTL:
		return get_line(board.open[fd], argument);
	case GPIO_V2_LINE_GET_VALUES_IOCTL:
		((struct gpio_v2_line_values *)argument)->bits = board.requested[fd]->level > 0;
		return 0;
	case GPIO_V2_LINE_SET_VALUES_IOCTL:
		board.set[fd] = (int)(((struct gpio_v2_line_values *)argument)->bits & 1);
		return 0;
	default:
		return fail_with(ENOTTY);
	}
}

#endif
