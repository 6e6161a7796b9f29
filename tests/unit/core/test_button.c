/* SPDX-License-Identifier: MIT */
/* From the level of a line to what a press means. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "button.h"
#include "check.h"

#define MS INT64_C(1000)

static const struct button_rules edge = {.debounce_us = 30 * MS, .hold_us = 3000 * MS};
static const struct button_rules holds = {
	.debounce_us = 30 * MS, .hold_us = 3000 * MS, .has_hold = true};
static const struct button_rules two_steps = {
	.debounce_us = 30 * MS, .hold_us = 3000 * MS, .confirm_us = 5000 * MS};
/* the kernel debounces */
static const struct button_rules kernel = {.hold_us = 3000 * MS, .has_hold = true};

struct script_row {
	int line;
	const struct button_rules *rules;
	const char *levels; /* "d100": down at 100 ms, "u": up, "t": time passes; first the start */
	const char *want;   /* "P130": pressed, known at 130 ms; "H": held; "S": stuck from there */
};

static const struct script_row scripts[] = {
	/* one press */
	{ROW, &edge, "u0 d1000 u1200 t9000", "P1030"},
	{ROW, &edge, "u0 d1000 u1200 d2000 u2300 t9000", "P1030 P2030"},
	{ROW, &holds, "u0 d1000 u1200 t9000", "P1230"},
	{ROW, &holds, "u0 d1000 u3990 t9000", "P4020"},
	{ROW, &holds, "u0 d1000 u9000 t9100", "H4000"},
	/* held to the end of hold-time and let go in the same moment: a hold, and only that */
	{ROW, &holds, "u0 d1000 u4000 t9000", "H4000"},
	{ROW, &kernel, "u0 d1000 u1200", "P1200"},
	{ROW, &kernel, "u0 d1000 u9000", "H4000"},
	/* the loop was busy: the edges are read late, and still say what happened when */
	{ROW, &kernel, "u0 d1000 u4001 d5000 u5100", "H4000 P5100"},
	/* bounces, at both ends */
	{ROW, &edge, "u0 d1000 u1002 d1003 u1006 d1010 u1200 d1201 u1203 t9000", "P1040"},
	{ROW, &holds, "u0 d1000 u1002 d1003 u1500 d1501 u1504 t9000", "P1534"},
	/* a contact that lets go for a moment in a hold */
	{ROW, &holds, "u0 d1000 u2000 d2010 u9000 t9100", "H4000"},
	/* shorter than the debounce: the dip of a stick being plugged */
	{ROW, &edge, "u0 d1000 u1029 t9000", ""},
	{ROW, &edge, "u0 d1000 u1020 d1040 u1060 d1080 u1100 t9000", ""},
	/* down when it is first seen: not pressed, and let go neither */
	{ROW, &edge, "d0 u5000 t9000", ""},
	{ROW, &holds, "d0 u1000 t9000", ""},
	{ROW, &holds, "d0 t9000", ""},
	{ROW, &holds, "d0 u5000 d6000 u6200 t9000", "P6230"},
	/* stuck: one trigger at most, and a fault after 30 s until it is let go */
	{ROW, &edge, "u0 d1000 t90000", "P1030 S31000"},
	{ROW, &holds, "u0 d1000 t90000", "H4000 S31000"},
	{ROW, &holds, "d0 t90000", "S30000"},
	{ROW, &holds, "u0 d1000 t50000 u60000 d61000 u61200 t70000", "H4000 S31000 P61230"},
	/* two steps: hold, let go, press within 5 s of that; nothing else acts */
	{ROW, &two_steps, "u0 d1000 u1200 t9000", ""},
	{ROW, &two_steps, "u0 d1000 u5000 t20000", ""},
	{ROW, &two_steps, "u0 d1000 u5000 d7000 u7100 t20000", "P7030"},
	{ROW, &two_steps, "u0 d1000 u5000 d10000 u10100 t20000", "P10030"},
	{ROW, &two_steps, "u0 d1000 u5000 d10001 u10100 t20000", ""},
	{ROW, &two_steps, "u0 d1000 u5000 d7000 u7100 d8000 u8100 t20000", "P7030"},
	{ROW, &two_steps, "u0 d1000 u1500 d2000 u2100 t20000", ""},
	{ROW, &two_steps, "u0 d1000 t40000 u40000 d41000 u41100 t50000", "S31000"},
	/* the second step held on: it is the press, and no new first step */
	{ROW, &two_steps, "u0 d1000 u5000 d7000 u13000 d14000 u14100 t20000", "P7030"},
};

struct told {
	char text[4096];
	bool stuck;
};

static void tell(struct told *told, char what, int64_t at_us)
{
	size_t used = strlen(told->text);

	snprintf(told->text + used, sizeof(told->text) - used, "%s%c%lld", used ? " " : "", what,
		 (long long)(at_us / MS));
}

static void hear(struct told *told, const struct button *button, enum button_trigger trigger,
		 int64_t at_us)
{
	if (trigger != BUTTON_NONE)
		tell(told, trigger == BUTTON_HELD ? 'H' : 'P', at_us);
	if (button->stuck && !told->stuck)
		tell(told, 'S', at_us);
	told->stuck = button->stuck;
}

/* As the daemon does: at each deadline, and at each edge. */
static void run_until(struct told *told, struct button *button, const struct button_rules *rules,
		      int64_t until_us)
{
	for (;;) {
		int64_t at_us = button_deadline(button, rules);

		if (at_us > until_us)
			return;
		hear(told, button, button_time(button, rules, at_us), at_us);
		assert_true(button_deadline(button, rules) > at_us);
	}
}

static void play_script(const struct script_row *row, struct told *told)
{
	struct button button = {0};
	const char *at = row->levels;

	while (*at) {
		char what = *at++, *end;
		int64_t at_us = strtoll(at, &end, 10) * MS;

		at = end + (*end == ' ');
		run_until(told, &button, row->rules, at_us - 1);
		if (what == 't')
			run_until(told, &button, row->rules, at_us);
		else
			hear(told, &button, button_level(&button, row->rules, what == 'd', at_us),
			     at_us);
	}
}

static void one_press_gives_one_trigger(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(scripts); i++) {
		struct told told = {0};

		play_script(&scripts[i], &told);
		check_row_str(scripts[i].line, told.text, scripts[i].want);
	}
}

/* The edges are all there before anybody looks: the answer is the same but for when it is known. */
static void a_loop_that_was_busy_hears_the_same(void **state)
{
	struct button button = {0};

	(void)state;
	assert_int_equal(button_level(&button, &kernel, false, 0), BUTTON_NONE);
	assert_int_equal(button_level(&button, &kernel, true, 1000 * MS), BUTTON_NONE);
	assert_int_equal(button_level(&button, &kernel, false, 1200 * MS), BUTTON_PRESSED);
	assert_int_equal(button_time(&button, &kernel, 9000 * MS), BUTTON_NONE);
	assert_int_equal(button_level(&button, &kernel, true, 10000 * MS), BUTTON_NONE);
	assert_int_equal(button_level(&button, &kernel, false, 13000 * MS), BUTTON_HELD);
	assert_int_equal(button.presses, 2);
}

static unsigned storm(const struct button_rules *rules, int64_t half_us, int64_t length_us)
{
	struct button button = {0};
	struct told told = {0};
	bool down = false;

	button_level(&button, rules, false, 0);
	for (int64_t at_us = 1000 * MS; at_us < 1000 * MS + length_us; at_us += half_us) {
		down = !down;
		run_until(&told, &button, rules, at_us - 1);
		button_level(&button, rules, down, at_us);
	}
	button_level(&button, rules, false, 1000 * MS + length_us);
	run_until(&told, &button, rules, 1000 * MS + length_us + 10000 * MS);
	return button.presses;
}

static void a_storm_gives_one_or_none(void **state)
{
	const struct button_rules bare = {.hold_us = 3000 * MS}; /* nobody debounces */

	(void)state;
	assert_int_equal(storm(&edge, 500, 10000 * MS), 0);
	assert_int_equal(storm(&holds, 500, 10000 * MS), 0);
	assert_true(storm(&bare, 500, 10000 * MS) <= 1);
	assert_true(storm(&bare, 20 * MS, 10000 * MS) <= 1);
	assert_true(storm(&edge, 40 * MS, 10000 * MS) <= 1);
}

/* Whatever the edges: a trigger needs a stable press of its own, and the deadline moves on. */
static void random_edges_keep_the_law(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	const struct button_rules *const all[] = {&edge, &holds, &two_steps, &kernel};

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		const struct button_rules *rules = all[round % 4];
		struct button button = {0};
		struct told told = {0};
		unsigned before, stable = 0;
		int64_t at_us = 0, since_us = 0;
		bool down = false, was_seen_down = false;

		srand(seed + round);
		for (int i = 0; i < 60; i++) {
			at_us += rand() % (rand() % 4 ? 60 * MS : 6000 * MS);
			run_until(&told, &button, rules, at_us - 1);
			before = button.presses;
			if (down && at_us - since_us >= rules->debounce_us)
				stable++;
			down = i == 0 ? was_seen_down : !down;
			since_us = at_us;
			told.text[0] = '\0';
			button_level(&button, rules, down, at_us);
			if (button.presses > before + 1 || button.presses > stable + 1) {
				print_error("seed %u\n", seed + round);
				fail();
			}
		}
	}
}

struct decide_row {
	int line;
	bool stops;
	enum button_again again;
	const char *steps; /* "1000 2000o": a trigger at so many ms; o: its own message is on air */
	const char *want;
};

static const struct decide_row decisions[] = {
	/* cooldown 30 s */
	{ROW, false, BUTTON_IGNORE, "1000 2000 30999 31000 60999", "play rest rest play rest"},
	/* its own message: as 'again' says, whatever the cooldown */
	{ROW, false, BUTTON_IGNORE, "1000 5000o 6000o 32000", "play nothing nothing play"},
	{ROW, false, BUTTON_STOP, "1000 5000o 6000", "play stop-own rest"},
	{ROW, false, BUTTON_RESTART, "1000 5000o 9000o 20000", "play restart restart rest"},
	/* but not in the same second: a contact that chatters slowly would turn it on and off */
	{ROW, false, BUTTON_STOP, "1000 1400o 1999o 2000o", "play rest rest stop-own"},
	{ROW, false, BUTTON_RESTART, "1000 1400o 2400o", "play rest restart"},
	/* nothing keeps a button from stopping */
	{ROW, true, BUTTON_IGNORE, "1000 1100 2000o", "stop stop stop"},
	/* a refused press may be tried again soon: r */
	{ROW, false, BUTTON_IGNORE, "1000r 5999 6000", "play rest play"},
};

static void decide(const struct decide_row *row, char *text, size_t n)
{
	static const char *const names[] = {
		[BUTTON_DO_NOTHING] = "nothing", [BUTTON_DO_REST] = "rest",
		[BUTTON_DO_PLAY] = "play",	 [BUTTON_DO_RESTART] = "restart",
		[BUTTON_DO_STOP] = "stop",	 [BUTTON_DO_STOP_OWN] = "stop-own",
	};
	const struct button_rules rules = {
		.cooldown_us = 30000 * MS, .press_stops = row->stops, .again = row->again};
	struct button button = {0};
	const char *at = row->steps;

	while (*at) {
		char *end;
		int64_t at_us = 90000 * MS + strtoll(at, &end, 10) * MS;
		enum button_do what =
			button_decide(&button, &rules, BUTTON_PRESSED, *end == 'o', at_us);
		size_t used = strlen(text);

		snprintf(text + used, n - used, "%s%s", used ? " " : "", names[what]);
		if (*end == 'r')
			button_refused(&button, &rules, at_us);
		end += *end == 'o' || *end == 'r';
		at = end + (*end == ' ');
	}
}

static void cooldown_and_again_decide(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(decisions); i++) {
		char text[256] = "";

		decide(&decisions[i], text, sizeof(text));
		check_row_str(decisions[i].line, text, decisions[i].want);
	}
}

/* What a person rehearses is what the wire would give. */
static void an_act_is_a_press(void **state)
{
	const struct button_rules *const all[] = {&edge, &holds, &kernel};
	struct button button = {0};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(all); i++) {
		int64_t at_us = 100000 * MS;

		button = (struct button){0};
		assert_int_equal(button_act(&button, all[i], false, at_us), BUTTON_PRESSED);
		assert_int_equal(button_act(&button, all[i], false, at_us + 1000 * MS),
				 BUTTON_PRESSED);
		/* a hold right after a press: it is acted, so nobody waits for it */
		assert_int_equal(button_act(&button, all[i], true, at_us + 1100 * MS),
				 all[i]->has_hold ? BUTTON_HELD : BUTTON_PRESSED);
		assert_false(button.down || button.raw);
		assert_int_equal(button_deadline(&button, all[i]), INT64_MAX);
	}
	button = (struct button){0};
	assert_int_equal(button_act(&button, &two_steps, false, 100000 * MS), BUTTON_NONE);
	assert_int_equal(button_act(&button, &two_steps, true, 110000 * MS), BUTTON_NONE);
	assert_true(button.armed_until_us > 110000 * MS);
	assert_int_equal(button_act(&button, &two_steps, false, 112000 * MS), BUTTON_PRESSED);
	assert_int_equal(button_act(&button, &two_steps, false, 113000 * MS), BUTTON_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_press_gives_one_trigger),
		cmocka_unit_test(a_loop_that_was_busy_hears_the_same),
		cmocka_unit_test(a_storm_gives_one_or_none),
		cmocka_unit_test(random_edges_keep_the_law),
		cmocka_unit_test(cooldown_and_again_decide),
		cmocka_unit_test(an_act_is_a_press),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
