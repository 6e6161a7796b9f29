/* SPDX-License-Identifier: MIT */
#include "daemon_lines.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

static const char *const cures[] = {
	[GPIO_OK] = "",
	[GPIO_UNUSED] = "",
	[GPIO_MISSING] = N_("Correct 'line' in the config: gpioinfo lists the names, and "
			    "CHIP:OFFSET names a line without one."),
	[GPIO_BUSY] = N_("End what holds it (an overlay in config.txt, another program), or use "
			 "another line."),
	[GPIO_DENIED] = N_("Put the service's user into the group gpio (adduser loaphuong gpio), "
			   "then restart the service."),
	[GPIO_AMBIGUOUS] = N_("Write the one that is wired as CHIP:OFFSET in the config."),
	[GPIO_NO_EDGES] = N_("This line cannot tell of a press; wire the button to another one."),
	[GPIO_FAILED] = N_("Look at the wiring and restart the box; Linux 5.10 or newer is "
			   "needed."),
};

static const char *who_has_it(const struct gpio_found *found)
{
	if (!found->consumer[0])
		return _("the kernel or an unnamed program");
	if (strcmp(found->consumer, GPIO_CONSUMER) == 0)
		return _("this station or a second one");
	return found->consumer;
}

static void say_missing(struct wired *w, size_t n)
{
	if (w->found.chip[0] && w->found.error == 0) {
		snprintf(w->message, n, _("line %s went away"), w->wish.line);
	} else if (w->found.n_chips == 0) {
		snprintf(w->message, n, _("line %s: this box has no GPIO"), w->wish.line);
		w->cure = N_("Use a board with GPIO lines (/dev/gpiochip0), or take buttons, relay "
			     "and leds out of the config.");
	} else {
		snprintf(w->message, n, _("no line is called %s"), w->wish.line);
	}
}

static void say_state(struct wired *w, size_t n)
{
	const struct gpio_found *found = &w->found;

	switch (found->state) {
	case GPIO_OK:
		break;
	case GPIO_MISSING:
		say_missing(w, n);
		break;
	case GPIO_BUSY:
		snprintf(w->message, n, _("line %s is held by %s"), w->wish.line,
			 who_has_it(found));
		break;
	case GPIO_DENIED:
		snprintf(w->message, n, _("line %s: the GPIO devices may not be opened"),
			 w->wish.line);
		break;
	case GPIO_AMBIGUOUS:
		snprintf(w->message, n, _("two lines are called %s: %s:%u and %s:%u"), w->wish.line,
			 found->chip, found->offset, found->other_chip, found->other_offset);
		break;
	case GPIO_NO_EDGES:
		snprintf(w->message, n, _("line %s gives no interrupts"), w->wish.line);
		break;
	case GPIO_FAILED:
		snprintf(w->message, n, "%s: %s", w->wish.line, words_error(-found->error));
		break;
	case GPIO_UNUSED:
		snprintf(w->message, n, "%s", _("lines are left alone (--lines none)"));
		break;
	}
}

void daemon_line_describe(struct daemon *d, struct wired *w)
{
	(void)d;
	w->message[0] = '\0';
	w->cure = cures[w->found.state];
	say_state(w, sizeof(w->message));
	if (w->found.state != GPIO_OK || w->role != LINE_BUTTON)
		return;
	if (w->button.state.stuck) {
		snprintf(w->message, sizeof(w->message), "%s",
			 _("the button is held down, or its line is active all the time"));
		w->cure = N_("Look at button and wire for a short circuit, and whether "
			     "'active-low' and 'bias' in the config fit the wiring.");
	} else if (w->button.gone) {
		snprintf(w->message, sizeof(w->message), "%s",
			 _("the button names something that is not there"));
		w->cure = N_("Correct 'press' or 'hold' of the button in the config.");
	}
}

static bool is_bad(const struct wired *w)
{
	return w->found.state != GPIO_OK && w->found.state != GPIO_UNUSED;
}

static bool is_stuck(const struct wired *w)
{
	return w->found.state == GPIO_OK && w->role == LINE_BUTTON && w->button.state.stuck;
}

static bool names_nothing(const struct wired *w)
{
	return w->role == LINE_BUTTON && w->button.gone;
}

/* By names and codes, which need no language: who reads it has one of his own. */
static void list_line(char *text, size_t n, const struct wired *w)
{
	size_t used = strlen(text);

	snprintf(text + used, n - used, "%s%s (%s, %s)", used ? ", " : "", w->name, w->wish.line,
		 is_bad(w) ? gpio_state_name(w->found.state)
		 : w->on   ? "down"
			   : "up");
}

/* Told when it begins and when it changes, not each time a line is asked for again. */
static void tell_fault(struct daemon *d, enum daemon_fault_kind kind,
		       bool (*is)(const struct wired *))
{
	char text[sizeof(d->faults[kind].detail)] = "";
	const struct daemon_fault *fault = &d->faults[kind];

	for (size_t i = 0; i < d->lines->n; i++)
		if (is(&d->lines->wired[i]))
			list_line(text, sizeof(text), &d->lines->wired[i]);
	if (!text[0])
		daemon_fault_clear(d, kind);
	else if (!fault->present || strcmp(fault->detail, text) != 0)
		daemon_fault_set(d, kind, "%s", text);
}

void daemon_lines_tell(struct daemon *d)
{
	for (size_t i = 0; i < d->lines->n; i++)
		daemon_line_describe(d, &d->lines->wired[i]);
	tell_fault(d, FAULT_LINE, is_bad);
	tell_fault(d, FAULT_BUTTON_STUCK, is_stuck);
	tell_fault(d, FAULT_BUTTON_TARGET, names_nothing);
}

static void show(struct wired *w, struct control_line *ret)
{
	const struct button *button = &w->button.state;

	*ret = (struct control_line){
		.role = w->role,
		.name = w->name,
		.line = w->wish.line,
		.chip = w->found.chip,
		.offset = w->found.offset,
		.state = gpio_state_name(w->found.state),
		.has_level = w->line != NULL,
		.level = w->on,
		.message = w->message,
		.cure = w->cure && w->cure[0] ? _(w->cure) : "",
		.presses = button->presses,
		.gaps = w->gaps,
		.stuck = button->stuck,
		.last_us = w->button.last_us,
		.last_hold = w->button.last_hold,
		.last_did = w->button.last_did,
	};
}

size_t daemon_lines_show(struct daemon *d, const struct control_line **ret)
{
	for (size_t i = 0; i < d->lines->n; i++) {
		daemon_line_describe(d, &d->lines->wired[i]);
		show(&d->lines->wired[i], &d->lines->shown[i]);
	}
	*ret = d->lines->shown;
	return d->lines->n;
}
