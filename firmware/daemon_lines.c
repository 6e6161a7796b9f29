/* SPDX-License-Identifier: MIT */
#include "daemon_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "words.h"

#define TIMER_ACCURACY_US 1000

static const int64_t pauses_us[] = {1000000, 2000000, 5000000, 10000000};

static void lose(struct daemon *d, struct wired *w);

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void ask_again(struct daemon_lines *lines)
{
	size_t last = sizeof(pauses_us) / sizeof(pauses_us[0]) - 1;

	lines->retry_us = clock_mono_us() + pauses_us[lines->tries < last ? lines->tries : last];
	lines->tries++;
}

/* All edges that are there; -errno: the line is gone. */
static int take_edges(struct daemon *d, struct wired *w)
{
	struct gpio_edge edge;
	int more;

	while ((more = gpio_line_next(w->line, &edge)) > 0) {
		w->on = edge.active;
		w->gaps += edge.lost;
		daemon_button_edge(d, w, &edge);
	}
	return more;
}

static int on_line(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct wired *w = context;
	struct daemon *d = w->daemon;
	int error = 0;

	(void)source;
	(void)fd;
	daemon_begin_turn(d);
	if (w->role == LINE_BUTTON)
		error = take_edges(d, w);
	if (error < 0 || events & (EPOLLHUP | EPOLLERR))
		lose(d, w);
	daemon_end_turn(d);
	return 0;
}

static void give_back(struct wired *w)
{
	w->source = sd_event_source_disable_unref(w->source);
	w->line = gpio_line_free(w->line);
}

static void lose(struct daemon *d, struct wired *w)
{
	give_back(w);
	w->found.state = GPIO_MISSING;
	w->button.state.seen = false; /* nobody sees what happens until it is back */
	w->button.state.armed_until_us = 0;
	d->lines->tries = 0;
	ask_again(d->lines);
}

void daemon_line_set(struct daemon *d, struct wired *w, bool on)
{
	w->on = on;
	if (w->line && gpio_line_set(w->line, on) < 0)
		lose(d, w);
}

static void greet(struct daemon *d, struct wired *w)
{
	struct gpio_edge first = {.active = w->found.level, .at_us = clock_mono_us()};

	if (w->role != LINE_BUTTON) {
		daemon_line_set(d, w, w->on);
		return;
	}
	w->on = first.active;
	w->button.state.seen = false;
	daemon_button_rules(&w->button);
	if (w->found.debounced)
		w->button.rules.debounce_us = 0;
	daemon_button_edge(d, w, &first);
}

static void request(struct daemon *d, struct wired *w)
{
	if (gpio_request(d->lines->gpio, &w->wish, &w->found, &w->line) != GPIO_OK)
		return;
	if (sd_event_add_io(d->event, &w->source, gpio_line_fd(w->line),
			    w->role == LINE_BUTTON ? EPOLLIN : 0, on_line, w) < 0) {
		give_back(w);
		w->found.state = GPIO_FAILED;
		w->found.error = -ENOMEM;
		return;
	}
	greet(d, w);
}

/* Every line that is not ours. */
static void request_all(struct daemon *d)
{
	struct daemon_lines *lines = d->lines;
	bool all = true;

	lines->retry_us = INT64_MAX;
	for (size_t i = 0; lines->gpio && i < lines->n; i++) {
		struct wired *w = &lines->wired[i];

		if (!w->line)
			request(d, w);
		all = all && w->line;
	}
	if (!all)
		ask_again(lines);
	else
		lines->tries = 0;
}

static int64_t next_us(const struct daemon_lines *lines)
{
	int64_t next = earlier(lines->retry_us, lines->blink_us);

	for (size_t i = 0; i < lines->n; i++) {
		const struct wired *w = &lines->wired[i];

		if (w->role == LINE_BUTTON)
			next = earlier(next, button_deadline(&w->button.state, &w->button.rules));
	}
	return next;
}

void daemon_lines_turn(struct daemon *d)
{
	struct daemon_lines *lines = d->lines;
	int64_t next;

	daemon_lines_tell(d);
	daemon_lights(d);
	next = next_us(lines);
	if (next == INT64_MAX) {
		sd_event_source_set_enabled(lines->timer, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time(lines->timer, (uint64_t)(next > 0 ? next : 0));
	sd_event_source_set_enabled(lines->timer, SD_EVENT_ONESHOT);
}

/* Edges that are waiting happened before now: they go first, or a release would become a hold. */
static int on_timer(sd_event_source *source, uint64_t time_us, void *context)
{
	struct daemon *d = context;
	struct daemon_lines *lines = d->lines;

	(void)source;
	(void)time_us;
	daemon_begin_turn(d);
	for (size_t i = 0; i < lines->n; i++) {
		struct wired *w = &lines->wired[i];

		if (w->role != LINE_BUTTON)
			continue;
		if (w->line && take_edges(d, w) < 0)
			lose(d, w);
		daemon_button_time(d, w);
	}
	if (clock_mono_us() >= lines->retry_us)
		request_all(d);
	daemon_end_turn(d);
	return 0;
}

static struct wired *relay_of(const struct daemon *d)
{
	for (size_t i = 0; d->lines && i < d->lines->n; i++)
		if (d->lines->wired[i].role == LINE_RELAY)
			return &d->lines->wired[i];
	return NULL;
}

static struct wired *add(struct daemon *d, enum control_line_role role, const char *name,
			 const char *line, bool active_low)
{
	struct wired *w = &d->lines->wired[d->lines->n++];

	memset(w, 0, sizeof(*w));
	w->daemon = d;
	w->role = role;
	w->found.state = GPIO_UNUSED;
	w->wish.output = role != LINE_BUTTON;
	w->wish.active_low = active_low;
	snprintf(w->name, sizeof(w->name), "%s", name);
	snprintf(w->wish.line, sizeof(w->wish.line), "%s", line);
	return w;
}

static void add_button(struct daemon *d, const struct settings_button *settings)
{
	static const enum gpio_bias bias[] = {
		[BIAS_AS_IS] = GPIO_AS_IS,
		[BIAS_DISABLED] = GPIO_BIAS_DISABLED,
		[BIAS_PULL_UP] = GPIO_PULL_UP,
		[BIAS_PULL_DOWN] = GPIO_PULL_DOWN,
	};
	struct wired *w = add(d, LINE_BUTTON, settings->name, settings->line, settings->active_low);

	w->wish.bias = bias[settings->bias];
	w->wish.debounce_us = settings->debounce_us;
	w->button.settings = settings;
	daemon_button_rules(&w->button);
}

static void add_all(struct daemon *d)
{
	const struct settings *settings = &d->settings;

	d->lines->n = 0;
	for (size_t i = 0; i < settings->n_buttons; i++)
		add_button(d, &settings->buttons[i]);
	if (settings->relay.present)
		add(d, LINE_RELAY, "relay", settings->relay.line, settings->relay.active_low);
	for (size_t i = 0; i < settings->n_leds; i++) {
		const struct settings_led *led = &settings->leds[i];
		struct wired *w = add(d, LINE_LED, led->name, led->line, led->active_low);

		w->shows = led->shows;
		w->blink = led->blink;
	}
}

/* With the lines left alone there is no amplifier to wait for. */
static void tell_station(struct daemon *d)
{
	const struct settings_relay *relay = &d->settings.relay;
	const struct relay_rules rules = {
		.present = relay->present && d->lines->gpio,
		.lead_us = relay->lead_us,
		.hold_us = relay->hold_us,
	};

	station_set_relay(d->station, &rules);
}

int daemon_lines_start(struct daemon *d)
{
	struct daemon_lines *lines = calloc(1, sizeof(*lines));
	int error;

	if (!lines)
		return -ENOMEM;
	d->lines = lines;
	lines->retry_us = lines->blink_us = INT64_MAX;
	error = strcmp(d->options.lines, "none") == 0 ? 0
						      : gpio_new(d->options.lines, &lines->gpio);
	if (error == 0)
		error = sd_event_add_time(d->event, &lines->timer, CLOCK_MONOTONIC, 0,
					  TIMER_ACCURACY_US, on_timer, d);
	if (error < 0)
		return error;
	sd_event_source_set_enabled(lines->timer, SD_EVENT_OFF);
	add_all(d);
	tell_station(d);
	daemon_lines_look_at_plan(d);
	request_all(d);
	return 0;
}

/* A line that is wired as before is kept, with what it has counted. */
static void carry_over(struct wired *w, struct wired *old)
{
	const struct settings_button *settings = w->button.settings;

	w->line = old->line;
	w->source = old->source;
	if (w->source)
		sd_event_source_set_userdata(w->source, w);
	old->line = NULL;
	old->source = NULL;
	w->found = old->found;
	w->on = old->on;
	w->gaps = old->gaps;
	w->button = old->button;
	w->button.settings = settings;
	daemon_button_rules(&w->button);
	if (w->found.debounced)
		w->button.rules.debounce_us = 0;
}

static bool is_same(const struct wired *a, const struct wired *b)
{
	return a->role == b->role && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->wish.line, b->wish.line) == 0 && a->wish.bias == b->wish.bias &&
	       a->wish.active_low == b->wish.active_low &&
	       a->wish.debounce_us == b->wish.debounce_us;
}

void daemon_lines_reload(struct daemon *d)
{
	struct daemon_lines *lines = d->lines;
	size_t n_old = lines->n;
	struct wired *old = calloc(n_old + 1, sizeof(*old));
	const struct wired *relay = relay_of(d);
	bool keyed = relay && relay->on;

	if (!old) {
		daemon_say(d, "%s", words_error(ENOMEM));
		return;
	}
	memcpy(old, lines->wired, n_old * sizeof(*old));
	add_all(d);
	for (size_t i = 0; i < lines->n; i++) {
		lines->wired[i].on = keyed && lines->wired[i].role == LINE_RELAY;
		for (size_t k = 0; k < n_old; k++)
			if (is_same(&lines->wired[i], &old[k]))
				carry_over(&lines->wired[i], &old[k]);
	}
	for (size_t k = 0; k < n_old; k++)
		give_back(&old[k]);
	free(old);
	lines->tries = 0;
	tell_station(d);
	request_all(d);
}

void daemon_lines_relay(struct daemon *d, bool on)
{
	struct wired *relay = relay_of(d);

	if (relay)
		daemon_line_set(d, relay, on);
}

void daemon_lines_free(struct daemon *d)
{
	struct daemon_lines *lines = d->lines;

	if (!lines)
		return;
	for (size_t i = 0; i < lines->n; i++)
		give_back(&lines->wired[i]);
	sd_event_source_disable_unref(lines->timer);
	gpio_free(lines->gpio);
	free(lines);
	d->lines = NULL;
}
