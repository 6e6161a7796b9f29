/* SPDX-License-Identifier: MIT */
#include "daemon_lines.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

static const char *target_of(const struct wired *w, enum button_trigger trigger)
{
	const struct settings_button *settings = w->button.settings;

	return trigger == BUTTON_HELD ? settings->hold : settings->press;
}

static bool stops(const char *target)
{
	return strcmp(target, "stop") == 0;
}

void daemon_button_rules(struct wired_button *button)
{
	static const enum button_again again[] = {
		[AGAIN_IGNORE] = BUTTON_IGNORE,
		[AGAIN_RESTART] = BUTTON_RESTART,
		[AGAIN_STOP] = BUTTON_STOP,
	};
	const struct settings_button *settings = button->settings;

	if (!settings)
		return;
	button->rules = (struct button_rules){
		.debounce_us = settings->debounce_us,
		.hold_us = settings->hold_us,
		.confirm_us = settings->confirm_us,
		.cooldown_us = settings->cooldown_us,
		.has_hold = settings->hold[0] != '\0',
		.press_stops = stops(settings->press),
		.hold_stops = stops(settings->hold),
		.again = again[settings->again],
	};
}

/* Who is behind it: the button itself, or the person who rehearses it. */
struct hand {
	const char *who;
	char why[LIMIT_WHY];
	enum asrun_trigger trigger;
};

/* Returns what it did; row 0 is all that is on air or waits. */
static const char *end_row(struct daemon *d, const struct hand *hand, int64_t row)
{
	struct station_event event = {.kind = EVENT_STOP};

	event.hand.who = hand->who;
	event.hand.why = hand->why;
	event.hand.row = row;
	return daemon_stop(d, &event) == STATION_OK ? "stopped" : "nothing";
}

/* A refusal has its row, but for a name that is gone: that is a note, and a fault of the box. */
static int play(struct daemon *d, struct wired *w, const char *target, const struct hand *hand,
		int64_t *ret_row)
{
	struct station_event event = {.kind = EVENT_PLAY};
	int answer;

	event.play.names = &target;
	event.play.n_names = 1;
	event.play.trigger = hand->trigger;
	event.play.who = hand->who;
	event.play.why = hand->why;
	event.play.class_given = w->button.settings->emergency;
	event.play.class = CLASS_EMERGENCY;
	d->opened_row = 0;
	answer = daemon_feed(d, &event);
	*ret_row = answer == STATION_OK ? d->opened_row : 0;
	if (answer == STATION_NO_SUCH || answer == STATION_AMBIGUOUS)
		daemon_note(d, "press", hand->who, target);
	if (answer != STATION_OK)
		button_refused(&w->button.state, &w->button.rules, clock_mono_us());
	return answer;
}

/* What the trigger does. The station's answer, or STATION_OK; *ret_did is set in any case. */
static int act(struct daemon *d, struct wired *w, enum button_trigger trigger,
	       const struct hand *hand, const char **ret_did)
{
	int64_t *row = &w->button.rows[trigger == BUTTON_HELD];
	enum button_do what = button_decide(&w->button.state, &w->button.rules, trigger,
					    station_has_row(d->station, *row), clock_mono_us());
	int answer = STATION_OK;

	switch (what) {
	case BUTTON_DO_NOTHING:
		*ret_did = "ignored";
		break;
	case BUTTON_DO_REST:
		*ret_did = "cooldown";
		break;
	case BUTTON_DO_STOP:
		*ret_did = end_row(d, hand, 0);
		break;
	case BUTTON_DO_STOP_OWN:
		*ret_did = end_row(d, hand, *row);
		break;
	case BUTTON_DO_RESTART:
		end_row(d, hand, *row);
		/* fall through */
	case BUTTON_DO_PLAY:
		answer = play(d, w, target_of(w, trigger), hand, row);
		*ret_did = answer == STATION_OK ? "played" : daemon_answer_code(answer);
		break;
	}
	w->button.last_us = d->now_us;
	w->button.last_hold = trigger == BUTTON_HELD;
	w->button.last_did = *ret_did;
	return answer;
}

static void pressed(struct daemon *d, struct wired *w, enum button_trigger trigger)
{
	const struct hand hand = {.who = w->name, .trigger = TRIGGER_BUTTON};
	const char *did;

	if (trigger != BUTTON_NONE && target_of(w, trigger)[0])
		act(d, w, trigger, &hand, &did);
}

void daemon_button_edge(struct daemon *d, struct wired *w, const struct gpio_edge *edge)
{
	pressed(d, w, button_level(&w->button.state, &w->button.rules, edge->active, edge->at_us));
}

void daemon_button_time(struct daemon *d, struct wired *w)
{
	pressed(d, w, button_time(&w->button.state, &w->button.rules, clock_mono_us()));
}

static bool is_gone(const struct daemon *d, const char *target)
{
	size_t campaign, broadcast;

	return target[0] && !stops(target) && !plan_find_clip(d->plan, target) &&
	       plan_find_broadcast(d->plan, target, &campaign, &broadcast) < 0;
}

void daemon_lines_look_at_plan(struct daemon *d)
{
	for (size_t i = 0; i < d->lines->n; i++) {
		struct wired_button *button = &d->lines->wired[i].button;

		if (button->settings)
			button->gone = is_gone(d, button->settings->press) ||
				       is_gone(d, button->settings->hold);
	}
}

static struct wired *find_button(const struct daemon *d, const char *name)
{
	for (size_t i = 0; i < d->lines->n; i++)
		if (d->lines->wired[i].role == LINE_BUTTON &&
		    strcmp(d->lines->wired[i].name, name) == 0)
			return &d->lines->wired[i];
	return NULL;
}

static void refuse(struct control_verdict *ret, const char *code, const char *message)
{
	ret->error = code;
	snprintf(ret->message, sizeof(ret->message), "%s", message);
}

static const char *without_trigger(const struct wired *w)
{
	return w->button.state.armed_until_us ? "armed" : "nothing";
}

void daemon_press(void *context, const struct control_press *press,
		  struct control_pressed *ret_pressed, struct control_verdict *ret)
{
	struct daemon *d = context;
	struct wired *w = find_button(d, press->name);
	struct hand hand = {.who = press->hand.who, .trigger = press->hand.trigger};
	enum button_trigger trigger;
	int length;

	if (!w) {
		refuse(ret, "no-such",
		       _("There is no button of that name; loaphuong status shows "
			 "them."));
		return;
	}
	if (w->button.state.down || w->button.state.raw) {
		refuse(ret, "held",
		       _("Somebody has that button down, or its line is active all "
			 "the time; see loaphuong status."));
		return;
	}
	if (w->button.settings->emergency && !press->named) {
		refuse(ret, "bad-request",
		       _("An emergency wants the name of the person who orders it."));
		return;
	}
	length = snprintf(hand.why, sizeof(hand.why), "button %s%s%s", w->name,
			  press->hand.why[0] ? ": " : "", press->hand.why);
	if (length < 0 || (size_t)length >= sizeof(hand.why)) {
		refuse(ret, "bad-request", _("The reason is too long; use a short line of text."));
		return;
	}
	trigger = button_act(&w->button.state, &w->button.rules, press->hold, clock_mono_us());
	ret_pressed->did = without_trigger(w);
	if (trigger == BUTTON_NONE || !target_of(w, trigger)[0])
		return;
	daemon_take_answer(act(d, w, trigger, &hand, &ret_pressed->did), ret);
	ret_pressed->row = strcmp(ret_pressed->did, "played") == 0
				   ? w->button.rows[trigger == BUTTON_HELD]
				   : 0;
}
