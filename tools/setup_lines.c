/* SPDX-License-Identifier: MIT */
/*
 * Button and relay, by trying them: a press must arrive, and the relay must be on when it is told to.
 * Which way round they are wired is found out, not asked.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "setup.h"
#include "words.h"

#define DEBOUNCE_US 30000
#define NONE	    "-"
#define PAGE	    78 /* columns of the list of free lines */

/* ---- what there is ---- */

struct page {
	char chip[GPIO_NAME]; /* "" = none yet */
	size_t column;
};

/* "GPIO17", "SDA1 (2)": where the name does not say the number, it is there for CHIP:NUMBER. */
static void print_free(void *context, const struct gpio_listed *line)
{
	struct page *page = context;
	char usual[16], text[GPIO_NAME + 16];
	size_t width;

	if (line->used)
		return;
	if (strcmp(page->chip, line->chip) != 0) {
		if (page->chip[0])
			putchar('\n');
		snprintf(page->chip, sizeof(page->chip), "%s", line->chip);
		printf(_("     Free on %s:"), page->chip);
		page->column = PAGE; /* its lines begin below */
	}
	snprintf(usual, sizeof(usual), "GPIO%u", line->offset);
	if (strcmp(line->name, usual) == 0)
		snprintf(text, sizeof(text), "%s", line->name);
	else if (line->name[0])
		snprintf(text, sizeof(text), "%s (%u)", line->name, line->offset);
	else
		snprintf(text, sizeof(text), "%u", line->offset);
	width = columns_width(text) + 2;
	if (page->column + width > PAGE) {
		printf("\n     ");
		page->column = 5;
	}
	printf("  ");
	columns_clean(stdout, text);
	page->column += width;
}

/* Whose lines cannot be seen hears why when one is tried. */
static void print_all_free(struct setup *setup)
{
	struct page page = {0};

	gpio_list(setup->gpio, print_free, &page);
	if (page.chip[0])
		putchar('\n');
}

/* ---- the button ---- */

/* A press and its end. TALK_YES; TALK_NO: a line was typed before, it does not react; -ECANCELED. */
static int await_press(struct setup *setup, struct gpio_line *line)
{
	struct gpio_edge edge;
	bool pressed = false;
	int r;

	while ((r = talk_wait(&setup->talk, gpio_line_fd(line))) == TALK_READY) {
		while ((r = gpio_line_next(line, &edge)) == 1) {
			if (pressed && !edge.active)
				return TALK_YES;
			pressed = edge.active;
		}
		if (r < 0)
			return TALK_NO;
	}
	return r < 0 ? r : TALK_NO;
}

/*
 * Asked for as a button to ground, the usual one. If it reads as pressed then, it is asked for as one
 * to 3.3 V; if it still does, it is held down or short-circuited.
 */
static enum gpio_state request_button(struct setup *setup, const char *name, struct gpio_wish *wish,
				      struct gpio_line **ret)
{
	struct gpio_found found;
	enum gpio_state state;

	*wish = (struct gpio_wish){
		.active_low = true, .bias = GPIO_PULL_UP, .debounce_us = DEBOUNCE_US};
	snprintf(wish->line, sizeof(wish->line), "%.*s", GPIO_LINE - 1, name);
	state = gpio_request(setup->gpio, wish, &found, ret);
	if (state == GPIO_OK && found.level) {
		*ret = gpio_line_free(*ret);
		wish->active_low = false;
		wish->bias = GPIO_PULL_DOWN;
		state = gpio_request(setup->gpio, wish, &found, ret);
	}
	if (state != GPIO_OK)
		doctor_tell_line(_("button"), name, &found, setup->findings);
	else if (found.level)
		doctor_warn(setup->findings,
			    _("Take the wire off: if it still does, the line is short-circuited."),
			    _("The button reads as pressed, either way round."));
	return state;
}

/* The resistor follows the way round; what else the section says of it stays. */
static int put_button(struct setup *setup, const struct settings_button *old, const char *name,
		      const struct gpio_wish *wish)
{
	struct setup_answers *answers = &setup->answers;
	int r = setup_answer(answers, "button", name, "line", wish->line);

	if (r < 0 || wish->active_low == (old ? old->active_low : true))
		return r;
	r = setup_answer(answers, "button", name, "active-low",
			 wish->active_low ? "true" : "false");
	return r < 0 ? r
		     : setup_answer(answers, "button", name, "bias",
				    wish->active_low ? "pull-up" : "pull-down");
}

/* TALK_YES: it is the line; TALK_NO: another is to be named; a negative errno. */
static int try_button(struct setup *setup, const struct settings_button *old, const char *name,
		      const char *line_name)
{
	struct gpio_line *line = NULL;
	struct gpio_wish wish;
	enum gpio_state state = request_button(setup, line_name, &wish, &line);
	int r = TALK_NO;

	setup_tell(setup);
	if (state == GPIO_OK) {
		puts(_("     Press the button and let it go. If nothing happens here: Enter."));
		r = await_press(setup, line);
		gpio_line_free(line);
		if (r == TALK_YES)
			puts(_("     It was pressed and let go: this is the line."));
		else if (r == TALK_NO)
			puts(_("     It did not react."));
	}
	if (r == TALK_NO)
		r = talk_choose(&setup->talk, _("     Take this line all the same?"), false);
	if (r != TALK_YES)
		return r;
	r = put_button(setup, old, name, &wish);
	return r < 0 ? r : TALK_YES;
}

static int ask_press(struct setup *setup, const char *name, const struct settings_button *old)
{
	char line[TALK_LINE];
	int r;

	do {
		r = talk_ask(&setup->talk, _("     A press plays (clip, broadcast, or \"stop\")"),
			     old && old->press[0] ? old->press : "goi-111", line, sizeof(line));
		if (r == 0)
			r = setup_answer(&setup->answers, "button", name, "press", line);
		if (r == 0 && !old && strcmp(line, "stop") != 0)
			r = setup_answer(&setup->answers, "button", name, "hold", "stop");
		if (r == 0)
			r = setup_accepts(setup);
	} while (r == -EAGAIN);
	return r;
}

static int ask_button(struct setup *setup)
{
	const struct settings_button *old =
		setup->settings.n_buttons > 0 ? &setup->settings.buttons[0] : NULL;
	const char *name = old ? old->name : "main";
	char line[TALK_LINE];
	int r;

	do {
		r = talk_ask(&setup->talk, _("     Line of the button (\"-\": there is none)"),
			     old ? old->line : NONE, line, sizeof(line));
		if (r < 0)
			return r;
		if (strcmp(line, NONE) == 0)
			return old ? setup_answer_remove(&setup->answers, "button", name) : 0;
		setup_answer_forget(&setup->answers, "button", name);
		r = try_button(setup, old, name, line);
	} while (r == TALK_NO);
	return r < 0 ? r : ask_press(setup, name, old);
}

/* ---- the relay ---- */

/* Requested and on; TALK_YES: the person says so; TALK_NO; a negative errno. */
static int try_level(struct setup *setup, struct gpio_wish *wish, bool active_low)
{
	struct gpio_found found;
	int r;

	wish->active_low = active_low;
	if (gpio_request(setup->gpio, wish, &found, &setup->relay) != GPIO_OK) {
		doctor_tell_line(_("relay"), wish->line, &found, setup->findings);
		return TALK_NO;
	}
	gpio_line_set(setup->relay, true);
	r = talk_choose(&setup->talk, _("     Is the relay on now (its light, the amplifier)?"),
			false);
	gpio_line_set(setup->relay, false);
	if (r != TALK_YES)
		setup->relay = gpio_line_free(setup->relay);
	return r;
}

static int put_relay(struct setup *setup, const struct gpio_wish *wish)
{
	struct setup_answers *answers = &setup->answers;
	int r = setup_answer(answers, "relay", NULL, "line", wish->line);

	if (r == 0 && (wish->active_low || setup->settings.relay.active_low))
		r = setup_answer(answers, "relay", NULL, "active-low",
				 wish->active_low ? "true" : "false");
	if (r == 0 && !setup->settings.relay.present)
		r = setup_answer(answers, "relay", NULL, "lead", "1500ms");
	if (r == 0 && !setup->settings.relay.present)
		r = setup_answer(answers, "relay", NULL, "hold", "800ms");
	return r;
}

static int try_relay(struct setup *setup, const char *line)
{
	struct gpio_wish wish = {.output = true};
	int r;

	snprintf(wish.line, sizeof(wish.line), "%.*s", GPIO_LINE - 1, line);
	r = try_level(setup, &wish, false);
	if (r == TALK_NO && setup->findings->n == 0)
		r = try_level(setup, &wish, true);
	setup_tell(setup);
	if (r == TALK_NO) {
		wish.active_low = false;
		r = talk_choose(&setup->talk, _("     Take this line all the same?"), false);
	}
	if (r != TALK_YES)
		return r;
	r = put_relay(setup, &wish);
	return r < 0 ? r : TALK_YES;
}

static int ask_relay(struct setup *setup)
{
	const struct settings_relay *old = &setup->settings.relay;
	char line[TALK_LINE];
	int r;

	do {
		r = talk_ask(&setup->talk,
			     _("     Line of the amplifier's relay (\"-\": there is none)"),
			     old->present ? old->line : NONE, line, sizeof(line));
		if (r < 0)
			return r;
		if (strcmp(line, NONE) == 0)
			return old->present ? setup_answer_remove(&setup->answers, "relay", NULL)
					    : 0;
		r = try_relay(setup, line);
		if (r == TALK_YES)
			r = setup_accepts(setup);
		else if (r == TALK_NO)
			r = -EAGAIN;
		if (r == -EAGAIN)
			setup->relay = gpio_line_free(setup->relay);
	} while (r == -EAGAIN);
	return r;
}

int setup_ask_lines(struct setup *setup)
{
	int r;

	puts(_("3/5  Button and relay, by their lines: GPIO17, or gpiochip0:17."));
	print_all_free(setup);
	r = ask_button(setup);
	return r < 0 ? r : ask_relay(setup);
}
