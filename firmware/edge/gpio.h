/* SPDX-License-Identifier: MIT */
/*
 * gpio - lines of the kernel's GPIO character devices: buttons in, relay and lights out.
 *
 * Speaks <linux/gpio.h> v2 itself (Linux 5.10 and later). One request a line, so that a line that
 * fails leaves the others alone; consumer name "loaphuong"; the active level and the bias are in
 * the request, never in this program. An output is requested off, and given back off. When the
 * process dies the kernel closes the request, and the chip's driver decides what becomes of an
 * output: a PL061 and Raspberry Pi OS (pinctrl_bcm2835.persist_gpio_outputs, raspberrypi/linux
 * #6150; off with dtparam=strict_gpiod) keep the level. It is off again with the next request: the
 * one of a start, or of --release.
 * Knows nothing of buttons: an edge in is a level and an instant, decided in core/button.
 *
 * A line is named by its name ("GPIO17", looked for on all chips, because their numbers change:
 * raspberrypi/linux#6144) or as CHIP:OFFSET, where CHIP is a device ("gpiochip0") or a label
 * ("pinctrl-bcm2711"). A name on two lines is refused: which one is wired cannot be known.
 *
 * "sim:PATH" has the same lines behind a unix socket, see gpio_sim.h.
 *
 * Nothing here waits but for the answer of a simulated board. One thread.
 */
#ifndef EDGE_GPIO_H
#define EDGE_GPIO_H

#include <stdbool.h>
#include <stdint.h>

#define GPIO_CONSUMER "loaphuong"
#define GPIO_LINE     64 /* bytes of what names a line, NUL included */
#define GPIO_NAME     32 /* the kernel's GPIO_MAX_NAME_SIZE */

struct gpio;	  /* where lines are found */
struct gpio_line; /* one that is ours */

enum gpio_bias { GPIO_AS_IS, GPIO_BIAS_DISABLED, GPIO_PULL_UP, GPIO_PULL_DOWN };

struct gpio_wish {
	char line[GPIO_LINE];
	bool output; /* begins off */
	bool active_low;
	enum gpio_bias bias; /* of an input */
	int64_t debounce_us; /* of an input; 0 = none */
};

enum gpio_state {
	GPIO_OK,
	GPIO_MISSING,	/* no line of that name, no such chip, or the chip went away */
	GPIO_BUSY,	/* somebody else holds it: consumer */
	GPIO_DENIED,	/* the devices may not be opened */
	GPIO_AMBIGUOUS, /* two lines have that name: chip and offset, other_chip and other_offset */
	GPIO_NO_EDGES,	/* the line gives no interrupts: no use for a button */
	GPIO_FAILED,	/* error */
	GPIO_UNUSED,	/* lines are left alone (--lines none) */
};
const char *gpio_state_name(enum gpio_state state); /* "ok", "missing", ... stable */

/* What was found, as far as it was found. */
struct gpio_found {
	enum gpio_state state;
	int error;	      /* FAILED: negative errno */
	char chip[GPIO_NAME]; /* "" if none */
	unsigned offset;
	char other_chip[GPIO_NAME];
	unsigned other_offset;
	char consumer[GPIO_NAME]; /* BUSY: "" if it gave no name */
	unsigned n_chips;	  /* how many could be asked */
	bool level;		  /* of an input, at the request; true is active */
	bool debounced;		  /* by the kernel */
};

/* where: "real" or "sim:PATH"; -EINVAL for anything else. */
int gpio_new(const char *where, struct gpio **ret);
struct gpio *gpio_free(struct gpio *gpio);

/* GPIO_OK and *ret, to be freed with gpio_line_free(); else why not. *ret_found in any case. */
enum gpio_state gpio_request(struct gpio *gpio, const struct gpio_wish *wish,
			     struct gpio_found *ret_found, struct gpio_line **ret);
/*
 * Only looks, on the kernel's chips: GPIO_OK where the line is there and free, else why not. Nothing
 * is requested and nothing changes.
 */
enum gpio_state gpio_look(const char *line, struct gpio_found *ret_found);

/* A line as its chip tells it. Borrowed for the call. */
struct gpio_listed {
	const char *chip, *name; /* name: "" if it has none */
	unsigned offset;
	bool used; /* somebody holds it */
};
typedef void gpio_list_fn(void *context, const struct gpio_listed *line);
/*
 * Every line of every chip that may be asked, in order of chip and offset. Nothing is requested and
 * nothing changes. 0, or a negative errno where none could be asked.
 */
int gpio_list(struct gpio *gpio, gpio_list_fn *fn, void *context);

/* An output is switched off first. Accepts NULL, returns NULL. */
struct gpio_line *gpio_line_free(struct gpio_line *line);

/* Readable: an edge, or the line is gone. Of an output, only the latter. */
int gpio_line_fd(const struct gpio_line *line);

struct gpio_edge {
	bool active;
	int64_t at_us; /* CLOCK_MONOTONIC, by the kernel */
	unsigned lost; /* edges before it that the kernel dropped: its buffer was full */
};
/*
 * Takes one edge: 1 and *ret, 0 if there is none now, or a negative errno: the line is gone, free
 * it. After lost ones the level is read anew, and comes as an edge of its own.
 */
int gpio_line_next(struct gpio_line *line, struct gpio_edge *ret);
/* 0 or a negative errno: the line is gone. */
int gpio_line_set(struct gpio_line *line, bool on);

#endif
