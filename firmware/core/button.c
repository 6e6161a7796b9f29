/* SPDX-License-Identifier: MIT */
#include "button.h"

static enum button_trigger fire(struct button *button, enum button_trigger trigger)
{
	button->spent = true;
	button->presses++;
	return trigger;
}

static enum button_trigger went_down(struct button *button, const struct button_rules *rules,
				     int64_t at_us)
{
	bool armed = button->armed_until_us != 0 && at_us <= button->armed_until_us;

	button->spent = at_us - button->since_us < BUTTON_UP_US;
	button->held = false;
	button->down = true;
	button->since_us = at_us;
	if (button->spent)
		return BUTTON_NONE;
	button->armed_until_us = 0;
	if (armed || (!rules->has_hold && !rules->confirm_us))
		return fire(button, BUTTON_PRESSED);
	return BUTTON_NONE;
}

static enum button_trigger went_up(struct button *button, const struct button_rules *rules,
				   int64_t at_us)
{
	enum button_trigger trigger = BUTTON_NONE;

	if (!button->spent && button->held && rules->confirm_us)
		button->armed_until_us = at_us + rules->confirm_us;
	else if (!button->spent && !button->held && rules->has_hold && !rules->confirm_us)
		trigger = fire(button, BUTTON_PRESSED);
	button->down = button->stuck = button->held = false;
	button->since_us = at_us;
	return trigger;
}

/* What became true while it was held down, up to an instant. */
static enum button_trigger hold_on(struct button *button, const struct button_rules *rules,
				   int64_t at_us)
{
	int64_t down_us = at_us - button->since_us;

	if (!button->down)
		return BUTTON_NONE;
	if (down_us >= BUTTON_STUCK_US) {
		button->stuck = true;
		button->spent = true;
		return BUTTON_NONE;
	}
	if (button->spent || button->held || down_us < rules->hold_us)
		return BUTTON_NONE;
	button->held = true;
	if (rules->confirm_us || !rules->has_hold)
		return BUTTON_NONE;
	return fire(button, BUTTON_HELD);
}

static bool settles(const struct button *button)
{
	return button->seen && button->raw != button->down;
}

/*
 * The line was still up to this instant. A hold that ran out before the level changed counts, and
 * so does one that ran out before a release was stable: both are known only now.
 */
static enum button_trigger advance(struct button *button, const struct button_rules *rules,
				   int64_t at_us)
{
	enum button_trigger trigger;

	if (!settles(button) || at_us - button->raw_us < rules->debounce_us)
		return settles(button) ? BUTTON_NONE : hold_on(button, rules, at_us);
	if (!button->raw) {
		trigger = hold_on(button, rules, button->raw_us);
		if (trigger != BUTTON_NONE) {
			went_up(button, rules, button->raw_us);
			return trigger;
		}
		return went_up(button, rules, button->raw_us);
	}
	trigger = went_down(button, rules, button->raw_us);
	return trigger != BUTTON_NONE ? trigger : hold_on(button, rules, at_us);
}

enum button_trigger button_level(struct button *button, const struct button_rules *rules, bool down,
				 int64_t at_us)
{
	enum button_trigger trigger, more;

	if (!button->seen) {
		*button = (struct button){.seen = true,
					  .raw = down,
					  .down = down,
					  .spent = down,
					  .raw_us = at_us,
					  .since_us = down ? at_us : at_us - BUTTON_UP_US,
					  .acted_us = button->acted_us,
					  .rest_until_us = button->rest_until_us,
					  .presses = button->presses};
		return BUTTON_NONE;
	}
	if (at_us < button->raw_us)
		at_us = button->raw_us;
	trigger = advance(button, rules, at_us);
	if (down != button->raw) {
		button->raw = down;
		button->raw_us = at_us;
	}
	if (rules->debounce_us > 0)
		return trigger;
	more = advance(button, rules, at_us);
	return trigger != BUTTON_NONE ? trigger : more;
}

enum button_trigger button_time(struct button *button, const struct button_rules *rules,
				int64_t now_us)
{
	return now_us > button->raw_us ? advance(button, rules, now_us) : BUTTON_NONE;
}

static int64_t next_us(const struct button *button, const struct button_rules *rules)
{
	if (settles(button))
		return button->raw_us + rules->debounce_us;
	if (!button->seen || !button->down || button->stuck)
		return INT64_MAX;
	if (!button->spent && !button->held && (rules->has_hold || rules->confirm_us))
		return button->since_us + rules->hold_us;
	return button->since_us + BUTTON_STUCK_US;
}

/* What ran out while the contact let go for a moment is known as soon as it is back. */
int64_t button_deadline(const struct button *button, const struct button_rules *rules)
{
	int64_t at_us = next_us(button, rules);

	return at_us > button->raw_us ? at_us : button->raw_us + 1;
}

enum button_trigger button_act(struct button *button, const struct button_rules *rules, bool hold,
			       int64_t now_us)
{
	int64_t tap_us = BUTTON_UP_US > rules->debounce_us ? BUTTON_UP_US : rules->debounce_us;
	int64_t up_us = now_us - rules->debounce_us;
	int64_t begin_us = up_us - (hold && rules->hold_us > tap_us ? rules->hold_us : tap_us);
	enum button_trigger found[3] = {BUTTON_NONE, BUTTON_NONE, BUTTON_NONE};

	if (!button->seen)
		button_level(button, rules, false, begin_us - BUTTON_UP_US);
	/* it is up: since when does not matter, and a hold may reach back behind the last press */
	if (button->since_us > begin_us - BUTTON_UP_US)
		button->since_us = begin_us - BUTTON_UP_US;
	if (button->raw_us > begin_us)
		button->raw_us = begin_us;
	found[0] = button_level(button, rules, true, begin_us);
	found[1] = button_level(button, rules, false, up_us);
	found[2] = button_time(button, rules, now_us);
	for (int i = 0; i < 3; i++)
		if (found[i] != BUTTON_NONE)
			return found[i];
	return BUTTON_NONE;
}

/* The cooldown counts from the trigger; what stops, and what is about its own message, has none. */
static int64_t rest(const struct button_rules *rules, int64_t most_us)
{
	int64_t rest_us = rules->cooldown_us < most_us ? rules->cooldown_us : most_us;

	return rest_us > BUTTON_REST_US ? rest_us : BUTTON_REST_US;
}

enum button_do button_decide(struct button *button, const struct button_rules *rules,
			     enum button_trigger trigger, bool own, int64_t now_us)
{
	if (trigger == BUTTON_PRESSED ? rules->press_stops : rules->hold_stops)
		return BUTTON_DO_STOP;
	if (own && rules->again == BUTTON_IGNORE)
		return BUTTON_DO_NOTHING;
	if (own ? now_us - button->acted_us < BUTTON_REST_US : now_us < button->rest_until_us)
		return BUTTON_DO_REST;
	button->acted_us = now_us;
	if (own && rules->again == BUTTON_STOP)
		return BUTTON_DO_STOP_OWN;
	button->rest_until_us = now_us + rest(rules, INT64_MAX);
	return own ? BUTTON_DO_RESTART : BUTTON_DO_PLAY;
}

void button_refused(struct button *button, const struct button_rules *rules, int64_t now_us)
{
	button->rest_until_us = now_us + rest(rules, BUTTON_REFUSED_US);
}
