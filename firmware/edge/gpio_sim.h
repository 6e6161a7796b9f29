/* SPDX-License-Identifier: MIT */
/*
 * gpio_sim - lines without a chip: the kernel's own records over a unix socket.
 *
 * For tests, and for a desk. A board program listens on a SOCK_SEQPACKET socket; the station
 * connects once for each line and closes when it gives the line back (or dies), as it would with
 * the kernel's file descriptor. Byte order and layout are the machine's. On a connection:
 *
 *   station -> board   struct gpio_sim_request, first of all
 *   board -> station   struct gpio_sim_answer, within GPIO_SIM_ANSWER_MS; with an error the end
 *   board -> station   struct gpio_v2_line_event, an edge of an input: timestamp_ns of
 *                      CLOCK_MONOTONIC, id, seqno from 1
 *   station -> board   struct gpio_v2_line_values, mask 1: an output is switched;
 *                      mask 0: what is the level?
 *   board -> station   struct gpio_v2_line_values, mask 1: that level
 *
 * A request for "" asks what lines there are: the answer's offset says how many, and so many
 * struct gpio_v2_line_info follow.
 */
#ifndef EDGE_GPIO_SIM_H
#define EDGE_GPIO_SIM_H

#include <linux/gpio.h>
#include <stdint.h>

#include "gpio.h"

#define GPIO_SIM_ANSWER_MS 500

struct gpio_sim_request {
	char line[GPIO_LINE];
	struct gpio_v2_line_request
		request; /* as the kernel would get it, but for offsets and fd */
};

struct gpio_sim_answer {
	int32_t error; /* 0, or an errno: ENOENT missing, EBUSY, EACCES */
	uint32_t offset;
	uint32_t level;	    /* of an input: 1 = active */
	uint32_t debounces; /* 1: the board keeps to the debounce of the request */
	char chip[GPIO_NAME];
	char consumer[GPIO_NAME]; /* EBUSY: who has it */
};

#endif
