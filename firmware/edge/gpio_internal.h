/* SPDX-License-Identifier: MIT */
/*
 * gpio_internal - what the parts of gpio share.
 *
 *   gpio.c       lines as their users see them: edges counted, levels read anew, outputs switched
 *   gpio_find.c  a line's name over all chips
 *   gpio_chip.c  the kernel's chips
 *   gpio_sim.c   a simulated board
 */
#ifndef EDGE_GPIO_INTERNAL_H
#define EDGE_GPIO_INTERNAL_H

#include <linux/gpio.h>
#include <stddef.h>

#include "gpio.h"

#define GPIO_EVENTS 16 /* taken at a time */

/* Where the lines are. */
struct gpio_ops {
	/* Fills *found; returns an fd that does not block, or a negative errno with found->state set. */
	int (*request)(const struct gpio *gpio, const struct gpio_wish *wish,
		       struct gpio_found *found);
	/* Takes what is there, at most GPIO_EVENTS: how many, 0 if nothing, or the line is gone. */
	int (*read)(struct gpio_line *line);
	int (*set)(int fd, bool on);
	/* Asks for the level: 0 or 1, -EINPROGRESS if it comes by read(), or the line is gone. */
	int (*level)(int fd);
	/* As gpio_list(). */
	int (*list)(const struct gpio *gpio, gpio_list_fn *fn, void *context);
};
extern const struct gpio_ops gpio_chip_ops, gpio_sim_ops;

struct gpio {
	const struct gpio_ops *ops;
	char path[108]; /* of the socket */
};

struct gpio_line {
	const struct gpio_ops *ops;
	int fd;
	bool output;
	uint32_t seqno; /* of the last edge */
	bool ask_level; /* edges were lost */
	size_t at, n;
	struct gpio_v2_line_event events[GPIO_EVENTS];
	bool has_level, level; /* an answer that came by read() */
};

/* What the kernel is to be asked for. offset is not in it yet. */
void gpio_fill_request(const struct gpio_wish *wish, struct gpio_v2_line_request *ret);
/* An open chip with the line; offset and names in *found. -errno with found->state set. */
int gpio_find(const char *line, struct gpio_found *found);
/* All lines of the kernel's chips, as gpio_list(). */
int gpio_find_all(const struct gpio *gpio, gpio_list_fn *fn, void *context);
/* One line of the chip, as the kernel tells it. */
void gpio_give(const char *chip, const struct gpio_v2_line_info *info, gpio_list_fn *fn,
	       void *context);
/* The state an errno of a request means. */
enum gpio_state gpio_state_of(int error);

#endif
