/* SPDX-License-Identifier: MIT */
/*
 * daemon_lines - what is wired to the box, as the daemon holds it.
 *
 *   daemon_lines.c       lines requested, lost, asked for again; reload; the relay
 *   daemon_lights.c      what the lights show
 *   daemon_lines_text.c  how each line stands, for people and for status
 *   daemon_button.c      what a press does
 *
 * A line that cannot be had is a fault with its cure, and is asked for again after 1, 2, 5, 10,
 * 10 ... s; the station goes on without it. While all is well nothing here wakes the box up.
 */
#ifndef DAEMON_LINES_H
#define DAEMON_LINES_H

#include "button.h"
#include "daemon_internal.h"
#include "gpio.h"

#define LINES_MAX (SETTINGS_BUTTONS_MAX + SETTINGS_LEDS_MAX + 1)

/* A button of the config and what became of its presses. */
struct wired_button {
	struct button state;
	struct button_rules rules;
	const struct settings_button *settings; /* in d->settings */
	int64_t rows[2]; /* what its last press, its last hold began; 0 = nothing */
	int64_t last_us; /* UTC; 0 = never */
	bool last_hold;
	const char *last_did; /* a code of control.h; static */
	bool gone;	      /* it names something that is not there */
};

struct wired {
	struct daemon *daemon;
	enum control_line_role role;
	char name[LIMIT_NAME];
	struct gpio_wish wish;
	struct gpio_found found;
	struct gpio_line *line; /* NULL: not ours now */
	sd_event_source *source;
	bool on;       /* an output: as it is to be; an input: its level */
	unsigned gaps; /* edges that the kernel dropped */
	struct wired_button button;
	enum settings_shows shows;
	bool blink;
	char message[512];
	const char *cure; /* in English */
};

struct daemon_lines {
	struct gpio *gpio; /* NULL: lines are left alone */
	size_t n;
	struct wired wired[LINES_MAX];
	struct control_line shown[LINES_MAX];
	sd_event_source *timer;
	int64_t retry_us; /* CLOCK_MONOTONIC, like all times here; INT64_MAX = all is well */
	unsigned tries;
	int64_t blink_from_us, blink_us; /* since when, and the next change; INT64_MAX = none */
	unsigned codes;			 /* that are blinked */
};

/* daemon_lines.c: an output is switched, or will be when its line is there */
void daemon_line_set(struct daemon *d, struct wired *w, bool on);

/* daemon_lights.c */
void daemon_lights(struct daemon *d);

/* daemon_lines_text.c */
void daemon_line_describe(struct daemon *d, struct wired *w);
void daemon_lines_tell(struct daemon *d); /* the faults, where they changed */

/* daemon_button.c */
void daemon_button_rules(struct wired_button *button);
void daemon_button_edge(struct daemon *d, struct wired *w, const struct gpio_edge *edge);
void daemon_button_time(struct daemon *d, struct wired *w);

#endif
