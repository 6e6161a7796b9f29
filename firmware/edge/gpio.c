/* SPDX-License-Identifier: MIT */
#include "gpio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gpio_internal.h"

#define EVENT_BUFFER 64 /* the kernel's default of 16 is soon full when a contact bounces */

const char *gpio_state_name(enum gpio_state state)
{
	static const char *const names[] = {
		[GPIO_OK] = "ok",
		[GPIO_MISSING] = "missing",
		[GPIO_BUSY] = "busy",
		[GPIO_DENIED] = "denied",
		[GPIO_AMBIGUOUS] = "ambiguous",
		[GPIO_NO_EDGES] = "no-edges",
		[GPIO_FAILED] = "failed",
		[GPIO_UNUSED] = "unused",
	};

	return names[state];
}

enum gpio_state gpio_state_of(int error)
{
	switch (error) {
	case 0:
		return GPIO_OK;
	case -EBUSY:
		return GPIO_BUSY;
	case -EACCES:
	case -EPERM:
		return GPIO_DENIED;
	case -ENOENT:
	case -ENODEV:
	case -ECONNREFUSED:
	case -ETIMEDOUT:
		return GPIO_MISSING;
	case -ENXIO:
		return GPIO_NO_EDGES;
	default:
		return GPIO_FAILED;
	}
}

int gpio_new(const char *where, struct gpio **ret)
{
	bool sim = strncmp(where, "sim:", 4) == 0;
	struct gpio *gpio;

	if (!sim && strcmp(where, "real") != 0)
		return -EINVAL;
	gpio = calloc(1, sizeof(*gpio));
	if (!gpio)
		return -ENOMEM;
	gpio->ops = sim ? &gpio_sim_ops : &gpio_chip_ops;
	if (sim && (!where[4] || strlen(where + 4) >= sizeof(gpio->path))) {
		free(gpio);
		return -EINVAL;
	}
	snprintf(gpio->path, sizeof(gpio->path), "%s", sim ? where + 4 : "");
	*ret = gpio;
	return 0;
}

struct gpio *gpio_free(struct gpio *gpio)
{
	free(gpio);
	return NULL;
}

void gpio_fill_request(const struct gpio_wish *wish, struct gpio_v2_line_request *ret)
{
	static const uint64_t bias[] = {
		[GPIO_AS_IS] = 0,
		[GPIO_BIAS_DISABLED] = GPIO_V2_LINE_FLAG_BIAS_DISABLED,
		[GPIO_PULL_UP] = GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
		[GPIO_PULL_DOWN] = GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
	};
	struct gpio_v2_line_config *config = &ret->config;
	struct gpio_v2_line_config_attribute *attribute = &config->attrs[0];

	memset(ret, 0, sizeof(*ret)); /* the kernel refuses padding that is not zero */
	snprintf(ret->consumer, sizeof(ret->consumer), "%s", GPIO_CONSUMER);
	ret->num_lines = 1;
	config->flags = wish->active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0;
	attribute->mask = 1;
	if (wish->output) {
		config->flags |= GPIO_V2_LINE_FLAG_OUTPUT;
		config->num_attrs = 1;
		attribute->attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
		attribute->attr.values = 0;
		return;
	}
	ret->event_buffer_size = EVENT_BUFFER;
	config->flags |= GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
			 GPIO_V2_LINE_FLAG_EDGE_FALLING | bias[wish->bias];
	if (wish->debounce_us > 0) {
		config->num_attrs = 1;
		attribute->attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
		attribute->attr.debounce_period_us = (uint32_t)wish->debounce_us;
	}
}

enum gpio_state gpio_request(struct gpio *gpio, const struct gpio_wish *wish,
			     struct gpio_found *ret_found, struct gpio_line **ret)
{
	struct gpio_line *line = calloc(1, sizeof(*line));

	*ret_found = (struct gpio_found){.state = GPIO_FAILED, .error = -ENOMEM};
	if (!line)
		return GPIO_FAILED;
	line->ops = gpio->ops;
	line->output = wish->output;
	line->fd = gpio->ops->request(gpio, wish, ret_found);
	if (line->fd < 0) {
		ret_found->error = line->fd;
		free(line);
		return ret_found->state;
	}
	ret_found->state = GPIO_OK;
	ret_found->error = 0;
	*ret = line;
	return GPIO_OK;
}

int gpio_list(struct gpio *gpio, gpio_list_fn *fn, void *context)
{
	return gpio->ops->list(gpio, fn, context);
}

void gpio_give(const char *chip, const struct gpio_v2_line_info *info, gpio_list_fn *fn,
	       void *context)
{
	char name[GPIO_NAME + 1];
	struct gpio_listed line = {chip, name, info->offset, info->flags & GPIO_V2_LINE_FLAG_USED};

	snprintf(name, sizeof(name), "%.*s", (int)sizeof(info->name), info->name);
	fn(context, &line);
}

struct gpio_line *gpio_line_free(struct gpio_line *line)
{
	if (!line)
		return NULL;
	if (line->output)
		line->ops->set(line->fd, false);
	close(line->fd);
	free(line);
	return NULL;
}

int gpio_line_fd(const struct gpio_line *line)
{
	return line->fd;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void take_edge(struct gpio_line *line, struct gpio_edge *ret)
{
	const struct gpio_v2_line_event *event = &line->events[line->at++];

	ret->active = event->id == GPIO_V2_LINE_EVENT_RISING_EDGE;
	ret->at_us = (int64_t)(event->timestamp_ns / 1000);
	ret->lost = event->seqno - line->seqno - 1;
	line->seqno = event->seqno;
	if (ret->lost > 0)
		line->ask_level = true;
}

static int take_level(struct gpio_edge *ret, bool level)
{
	*ret = (struct gpio_edge){.active = level, .at_us = now_us()};
	return 1;
}

/* The edges are all taken: the level now is the last word on what was lost between them. */
static int ask_level(struct gpio_line *line, struct gpio_edge *ret)
{
	int level;

	if (!line->ask_level)
		return 0;
	line->ask_level = false;
	level = line->ops->level(line->fd);
	if (level == -EINPROGRESS)
		return 0;
	return level < 0 ? level : take_level(ret, level > 0);
}

int gpio_line_next(struct gpio_line *line, struct gpio_edge *ret)
{
	int n;

	if (line->at == line->n) {
		line->at = line->n = 0;
		n = line->ops->read(line);
		if (n < 0)
			return n;
		line->n = (size_t)n;
	}
	if (line->has_level) {
		line->has_level = false;
		return take_level(ret, line->level);
	}
	if (line->n == 0)
		return ask_level(line, ret);
	take_edge(line, ret);
	return 1;
}

int gpio_line_set(struct gpio_line *line, bool on)
{
	return line->ops->set(line->fd, on);
}
