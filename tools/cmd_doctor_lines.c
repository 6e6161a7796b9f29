/* SPDX-License-Identifier: MIT */
/* Buttons, relay and lights: how each line stands, what to try next, and what happens on them. */
#include "cmd_doctor.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "gpio.h"
#include "words.h"

#define WATCH_LOOK_MS	200
#define WATCH_LINES_MAX 64

static bool is_role(const json_t *line, const char *role)
{
	return strcmp(ask_text(line, "role"), role) == 0;
}

static const char *role_title(const json_t *line)
{
	if (is_role(line, "button"))
		return _("button");
	return is_role(line, "relay") ? _("relay") : _("light");
}

static const char *level_title(const json_t *line)
{
	const json_t *level = json_object_get(line, "level");

	if (!json_is_boolean(level))
		return _("level unknown");
	if (is_role(line, "button"))
		return json_is_true(level) ? _("pressed") : _("released");
	return json_is_true(level) ? _("on") : _("off");
}

/* "button main" */
static void title_of(const json_t *line, char *text, size_t n)
{
	const char *name = ask_text(line, "name");
	bool named = name[0] && strcmp(name, ask_text(line, "role")) != 0;

	snprintf(text, n, "%s%s%s", role_title(line), named ? " " : "", named ? name : "");
}

/* "GPIO17 (gpiochip0:17)" */
static void place_of(const json_t *line, char *text, size_t n)
{
	const char *chip = ask_text(line, "chip"), *state = ask_text(line, "state");

	if (chip[0] && strcmp(state, "missing") != 0)
		snprintf(text, n, "%s (%s:%lld)", ask_text(line, "line"), chip,
			 ask_number(line, "offset"));
	else
		snprintf(text, n, "%s", ask_text(line, "line"));
}

static void check_line(const json_t *line, struct doctor_findings *ret)
{
	const char *state = ask_text(line, "state"), *message = ask_text(line, "message");
	char title[128], place[160];

	title_of(line, title, sizeof(title));
	place_of(line, place, sizeof(place));
	if (strcmp(state, "unused") == 0)
		doctor_warn(ret, ask_text(line, "cure"), "%s, %s: %s", title, place, message);
	else if (strcmp(state, "ok") != 0 || message[0])
		doctor_fail(ret, ask_text(line, "cure"), "%s, %s: %s", title, place, message);
	else if (is_role(line, "button") && json_is_true(json_object_get(line, "level")))
		doctor_warn(ret,
			    _("If nobody presses it: 'active-low' is the wrong way round, the "
			      "pull resistor ('bias') is missing, or the wire is short-circuited."),
			    _("%s, %s: pressed at this moment"), title, place);
	else
		doctor_ok(ret, "%s, %s: %s", title, place, level_title(line));
	if (ask_number(line, "gaps") > 0)
		doctor_warn(ret, _("Look for a loose contact; long wires want an opto-isolator."),
			    _("%s: edges were lost in a storm of them (%lld times)."), title,
			    ask_number(line, "gaps"));
}

/* ---- without the service: only looked at ---- */

void doctor_tell_line(const char *title, const char *line, const struct gpio_found *found,
		      struct doctor_findings *ret)
{
	switch (found->state) {
	case GPIO_OK:
		doctor_ok(ret, _("%s, %s (%s:%u): is there, and free"), title, line, found->chip,
			  found->offset);
		break;
	case GPIO_BUSY:
		doctor_fail(ret,
			    _("End what holds it (an overlay in config.txt, another program), or "
			      "use another line."),
			    _("%s, %s (%s:%u): held by %s"), title, line, found->chip,
			    found->offset,
			    found->consumer[0] ? found->consumer
					       : _("the kernel or an unnamed program"));
		break;
	case GPIO_DENIED:
		doctor_warn(ret, _("Use sudo."), _("%s, %s: you may not look at the lines"), title,
			    line);
		break;
	case GPIO_AMBIGUOUS:
		doctor_fail(ret, _("Write the one that is wired as CHIP:OFFSET in the config."),
			    _("%s, %s: %s:%u and %s:%u have that name"), title, line, found->chip,
			    found->offset, found->other_chip, found->other_offset);
		break;
	default:
		doctor_fail(ret,
			    _("Correct 'line' in the config: gpioinfo lists the names, and "
			      "CHIP:OFFSET names a line without one."),
			    found->n_chips == 0 ? _("%s, %s: this box has no GPIO")
						: _("%s, %s: no line is called so"),
			    title, line);
		break;
	}
}

static void look_at_line(const char *role, const char *name, const char *line,
			 struct doctor_findings *ret)
{
	struct gpio_found found;
	char title[128];

	snprintf(title, sizeof(title), "%s%s%s", role, name[0] ? " " : "", name);
	gpio_look(line, &found);
	doctor_tell_line(title, line, &found, ret);
}

static void look_at_lines(const struct doctor *d, struct doctor_findings *ret)
{
	const struct settings *settings = &d->scene.settings;

	if (d->scene.unreachable) {
		doctor_warn(ret, _("See \"service\" above."),
			    _("The running station has the lines; it cannot be asked."));
		return;
	}
	for (size_t i = 0; i < settings->n_buttons; i++)
		look_at_line(_("button"), settings->buttons[i].name, settings->buttons[i].line,
			     ret);
	if (settings->relay.present)
		look_at_line(_("relay"), "", settings->relay.line, ret);
	for (size_t i = 0; i < settings->n_leds; i++)
		look_at_line(_("light"), settings->leds[i].name, settings->leds[i].line, ret);
}

static size_t n_wanted(const struct settings *settings)
{
	return settings->n_buttons + settings->n_leds + settings->relay.present;
}

void doctor_check_lines(const struct doctor *d, struct doctor_findings *ret)
{
	const json_t *lines = json_object_get(d->status, "lines"), *line;
	size_t i;

	if (n_wanted(&d->scene.settings) == 0 && json_array_size(lines) == 0) {
		doctor_ok(ret, _("The config names no button, relay or light."));
		return;
	}
	if (!d->status)
		look_at_lines(d, ret);
	json_array_foreach(lines, i, line) check_line(line, ret);
}

/* ---- --wiring ---- */

static void print_step(const json_t *line)
{
	char title[128], place[160];

	title_of(line, title, sizeof(title));
	place_of(line, place, sizeof(place));
	printf("%s, %s\n", title, place);
	if (strcmp(ask_text(line, "state"), "ok") != 0)
		puts(_("    is not there yet: see above."));
	else if (is_role(line, "button") && json_is_true(json_object_get(line, "level")))
		puts(_("    reads as pressed. Take the wire off: if it still does, swap "
		       "'active-low'; if not, the wire or the button is short-circuited."));
	else if (is_role(line, "button"))
		puts(_("    reads as released. Run loaphuong doctor --watch 60 and press it: each "
		       "press must appear once."));
	else if (is_role(line, "relay"))
		puts(_("    is off. loaphuong test-tone must click it on before the tone and off "
		       "after it; if it does the reverse, swap 'active-low'."));
	else
		printf(_("    is %s. Does the light show the same? If not, swap 'active-low' or "
			 "turn the LED round.\n"),
		       level_title(line));
}

void doctor_print_wiring(const struct doctor *d)
{
	const json_t *lines = json_object_get(d->status, "lines"), *line;
	size_t i;

	putchar('\n');
	json_array_foreach(lines, i, line) print_step(line);
	if (json_array_size(lines) == 0)
		puts(_("With the service running, the steps for each line stand here."));
}

/* ---- --watch ---- */

/* What was last seen of one line. */
struct seen {
	bool known, active;
	long long presses, gaps;
};

static const char *did_title(const char *code)
{
	static const struct {
		const char *code, *title;
	} titles[] = {
		{"played", N_("plays its message")},
		{"restarted", N_("plays again from the start")},
		{"stopped", N_("stops what is on air")},
		{"ignored", N_("ignored: its own message is on air")},
		{"cooldown", N_("ignored: the pause between presses (cooldown) is not over")},
		{"armed", N_("armed: press again to confirm")},
		{"nothing", N_("nothing to do")},
		{"refused", N_("refused: see loaphuong log")},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (strcmp(code, titles[i].code) == 0)
			return _(titles[i].title);
	return code;
}

static void say_change(const char *now, const char *title, const char *what)
{
	printf("%.8s  ", strlen(now) > 19 ? now + 11 : now);
	columns_put(stdout, title, 20);
	fputs("  ", stdout);
	columns_clean(stdout, what);
	putchar('\n');
	fflush(stdout);
}

static void say_press(const char *now, const char *title, const json_t *line)
{
	const json_t *last = json_object_get(line, "last");
	const char *what = strcmp(ask_text(last, "what"), "hold") == 0 ? _("held") : _("press");
	char text[256];

	snprintf(text, sizeof(text), "%s: %s", what, did_title(ask_text(last, "did")));
	say_change(now, title, text);
}

static void compare(const char *now, const json_t *line, struct seen *seen)
{
	const json_t *level = json_object_get(line, "level");
	bool active = json_is_true(level);
	long long presses = ask_number(line, "presses");
	char title[128];

	title_of(line, title, sizeof(title));
	if (!seen->known && ask_text(line, "message")[0])
		say_change(now, title, ask_text(line, "message"));
	if (!seen->known || active != seen->active)
		say_change(now, title, level_title(line));
	if (seen->known && presses != seen->presses)
		say_press(now, title, line);
	*seen = (struct seen){.known = true, .active = active, .presses = presses};
}

static int look(struct ask *station, struct seen *seen)
{
	const json_t *status, *lines, *line;
	json_t *reply;
	size_t i;
	int r;

	if (ask_call(station, ask_request("status"), -1, &reply) < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	status = json_object_get(reply, "status");
	lines = json_object_get(status, "lines");
	json_array_foreach(lines, i, line)
	{
		if (i < WATCH_LINES_MAX)
			compare(ask_text(status, "now"), line, &seen[i]);
	}
	if (r == EXIT_DONE && json_array_size(lines) == 0) {
		complain(_("the station's config names no button, relay or light"));
		r = EXIT_NO;
	}
	json_decref(reply);
	return r;
}

int doctor_watch(const struct call *call, int64_t seconds)
{
	struct seen seen[WATCH_LINES_MAX] = {0};
	struct ask *station;
	int r = ask_open(call, &station);

	if (r < 0)
		return ask_unreachable(r);
	r = look(station, seen);
	for (int64_t left_ms = seconds * 1000; r == EXIT_DONE && left_ms > 0;
	     left_ms -= WATCH_LOOK_MS) {
		poll(NULL, 0, WATCH_LOOK_MS);
		r = look(station, seen);
	}
	ask_close(station);
	return r;
}
