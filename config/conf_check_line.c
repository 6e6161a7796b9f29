/* SPDX-License-Identifier: MIT */
/* What is wired to the box: buttons, relay, LEDs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

#define SECOND_US  CIVIL_US
#define DAY_US	   (CIVIL_DAY_S * CIVIL_US)
#define HOLD_US	   (20 * SECOND_US) /* after 30 s a button counts as stuck */
#define CONFIRM_US (5 * SECOND_US)  /* of an emergency, where none is given */

/* Lines in use, to find one that is wired twice. */
struct wiring {
	struct {
		const struct draft_section *section;
		const char *line;
	} used[SETTINGS_BUTTONS_MAX + SETTINGS_LEDS_MAX + 1];
	size_t n;
};

static bool is_line(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

static void check_wire(struct check *check, struct wiring *wiring,
		       const struct draft_section *section, char *ret, size_t n)
{
	const char *line = value_text(check, section, "line", n);
	int at = value_line(section, "line");

	snprintf(ret, n, "%s", line);
	if (!value_given(section, "line") && section->spoiled)
		return;
	if (!value_given(section, "line")) {
		check_error(check, "missing-option", section, section->line,
			    _("%s has no 'line'; add for example line = \"GPIO17\""),
			    check_label(check, section));
		return;
	}
	if (!is_line(line)) {
		check_error(check, "bad-text", section, at,
			    _("line = \"%s\" is not a GPIO line; write for example \"GPIO17\" or "
			      "\"gpiochip0:17\""),
			    line);
		return;
	}
	for (size_t i = 0; i < wiring->n; i++)
		if (strcmp(wiring->used[i].line, line) == 0)
			check_error(check, "duplicate-line", section, at,
				    _("line \"%s\" is already taken by %s in line %d; use another "
				      "one"),
				    line, check_label(check, wiring->used[i].section),
				    wiring->used[i].section->line);
	if (wiring->n < sizeof(wiring->used) / sizeof(wiring->used[0])) {
		wiring->used[wiring->n].section = section;
		wiring->used[wiring->n++].line = line;
	}
}

/* An emergency cannot be a slip of the finger, and a hold cannot be two things at once. */
static void check_steps(struct check *check, const struct draft_section *section,
			struct settings_button *button)
{
	if (button->emergency && !value_given(section, "confirm"))
		button->confirm_us = CONFIRM_US;
	if (button->emergency && button->confirm_us == 0)
		check_error(check, "one-step", section, value_line(section, "confirm"),
			    _("the emergency of %s needs two steps: hold, then press; write "
			      "confirm = \"5s\""),
			    check_label(check, section));
	if (button->confirm_us > 0 && *button->hold)
		check_error(check, "hold-and-confirm", section, value_line(section, "hold"),
			    _("%s has 'hold' and two steps ('confirm'), of which a hold is the "
			      "first; remove 'hold', or use another button for it"),
			    check_label(check, section));
	if (button->hold_us <= button->debounce_us)
		check_error(check, "hold-too-short", section, value_line(section, "hold-time"),
			    _("'hold-time' of %s is not longer than its 'debounce', so every "
			      "press would be a hold; make it longer"),
			    check_label(check, section));
}

static void check_button(struct check *check, struct wiring *wiring,
			 const struct draft_section *section, struct settings_button *button)
{
	static const char *const biases[] = {"as-is", "disabled", "pull-up", "pull-down", NULL};
	static const char *const agains[] = {"ignore", "restart", "stop", NULL};
	static const enum settings_bias bias[] = {BIAS_AS_IS, BIAS_DISABLED, BIAS_PULL_UP,
						  BIAS_PULL_DOWN};
	static const enum settings_again again[] = {AGAIN_IGNORE, AGAIN_RESTART, AGAIN_STOP};

	snprintf(button->name, sizeof(button->name), "%s", section->title);
	check_wire(check, wiring, section, button->line, sizeof(button->line));
	button->bias = bias[value_word(check, section, "bias", biases)];
	button->active_low = value_flag(check, section, "active-low");
	button->debounce_us = value_duration(check, section, "debounce", 0, SECOND_US);
	button->hold_us = value_duration(check, section, "hold-time", SECOND_US / 10, HOLD_US);
	button->cooldown_us = value_duration(check, section, "cooldown", 0, DAY_US);
	button->confirm_us = value_duration(check, section, "confirm", 0, 60 * SECOND_US);
	snprintf(button->press, sizeof(button->press), "%s",
		 check_composed(check, value_text(check, section, "press", sizeof(button->press))));
	snprintf(button->hold, sizeof(button->hold), "%s",
		 check_composed(check, value_text(check, section, "hold", sizeof(button->hold))));
	button->again = again[value_word(check, section, "again", agains)];
	button->emergency = value_flag(check, section, "emergency");
	button->line_no = section->line;
	check_steps(check, section, button);
	if (!*button->press && !*button->hold && !section->spoiled)
		check_error(check, "missing-option", section, section->line,
			    _("button '%s' does nothing; add press = \"NAME\" of a clip or "
			      "broadcast, or \"stop\""),
			    section->title);
}

static void check_relay(struct check *check, struct wiring *wiring)
{
	struct settings_relay *relay = &check->settings.relay;
	const struct draft_section *section = check_single(check, "relay", &relay->present);

	if (!section || !relay->present)
		return;
	check_wire(check, wiring, section, relay->line, sizeof(relay->line));
	relay->active_low = value_flag(check, section, "active-low");
	relay->lead_us = value_duration(check, section, "lead", 0, 10 * SECOND_US);
	relay->hold_us = value_duration(check, section, "hold", 0, 60 * SECOND_US);
}

static void check_led(struct check *check, struct wiring *wiring,
		      const struct draft_section *section, struct settings_led *led)
{
	static const char *const names[] = {"on-air", "healthy", "clock", "usb", NULL};
	static const enum settings_shows shows[] = {SHOWS_ON_AIR, SHOWS_HEALTHY, SHOWS_CLOCK,
						    SHOWS_USB};

	snprintf(led->name, sizeof(led->name), "%s", section->title);
	check_wire(check, wiring, section, led->line, sizeof(led->line));
	led->active_low = value_flag(check, section, "active-low");
	led->shows = shows[value_word(check, section, "shows", names)];
	led->blink = value_flag(check, section, "blink");
}

static void too_many(struct check *check, const struct draft_section *section, int limit)
{
	check_error(check, "too-many", section, section->line,
		    _("more than %d sections '%s'; remove some"), limit, section->key->name);
}

void check_lines(struct check *check)
{
	struct settings *settings = &check->settings;
	struct wiring wiring = {.n = 0};

	check_relay(check, &wiring);
	for (size_t i = 0; i < check->n_roots; i++)
		for (struct draft_section *s = check->roots[i]->first; s; s = s->next) {
			if (strcmp(s->key->name, "button") == 0) {
				if (settings->n_buttons == SETTINGS_BUTTONS_MAX)
					too_many(check, s, SETTINGS_BUTTONS_MAX);
				else
					check_button(check, &wiring, s,
						     &settings->buttons[settings->n_buttons++]);
			} else if (strcmp(s->key->name, "led") == 0) {
				if (settings->n_leds == SETTINGS_LEDS_MAX)
					too_many(check, s, SETTINGS_LEDS_MAX);
				else
					check_led(check, &wiring, s,
						  &settings->leds[settings->n_leds++]);
			}
		}
}
