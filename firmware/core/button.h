/* SPDX-License-Identifier: MIT */
/*
 * button - from the level of a line to what a press means.
 *
 * Pure: time goes in with every call, at most one trigger comes out. All times are CLOCK_MONOTONIC
 * microseconds, as the kernel stamps its edges; "down" is the active level, whatever the wiring.
 *
 * One press, one trigger
 * - A level counts when it was stable for debounce_us. Where the kernel debounces already, that is
 *   0 here. So a pulse that is shorter than the debounce (a contact that bounces, the dip when a
 *   USB stick is plugged) and a storm of edges count for nothing.
 * - A press counts only if the button was up for BUTTON_UP_US before, so that a storm that is slow
 *   enough to look like presses gives one.
 * - A button that is down when it is first seen was not pressed.
 * - Down for BUTTON_STUCK_US it is stuck: a fault until it is released, and no trigger.
 *
 * What acts
 *   without hold and confirm   the edge is a press
 *   with hold                  a release before hold_us is a press, hold_us reached is a hold
 *   with confirm               held for hold_us and released, it is armed: the edge of a press
 *                              within confirm_us of that release is the press; nothing else acts
 */
#ifndef CORE_BUTTON_H
#define CORE_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

#define BUTTON_STUCK_US	  INT64_C(30000000) /* held so long, it is a fault */
#define BUTTON_UP_US	  INT64_C(50000)    /* between two presses of a person */
#define BUTTON_REST_US	  INT64_C(1000000)  /* after what it did, whatever cooldown and again say */
#define BUTTON_REFUSED_US INT64_C(5000000) /* the cooldown after a play that was refused, at most */

enum button_trigger { BUTTON_NONE, BUTTON_PRESSED, BUTTON_HELD };
enum button_again { BUTTON_IGNORE, BUTTON_RESTART, BUTTON_STOP }; /* during its own message */

struct button_rules {
	int64_t debounce_us; /* 0: the kernel does it */
	int64_t hold_us;
	int64_t confirm_us; /* 0: one step */
	int64_t cooldown_us;
	bool has_hold;		      /* a hold does something */
	bool press_stops, hold_stops; /* it is "stop", which no cooldown delays */
	enum button_again again;
};

/* A value; begins with {0}. */
struct button {
	bool seen;		/* a level is known */
	bool raw, down;		/* the level of the line, and the one that counts */
	bool spent;		/* this press has had its trigger, or counts for nothing */
	bool held, stuck;	/* hold_us is reached; BUTTON_STUCK_US is */
	int64_t raw_us;		/* since when the line is so */
	int64_t since_us;	/* since when it counts as up or down */
	int64_t armed_until_us; /* 0 = not armed */
	int64_t acted_us;	/* when it last did something, 0 = never */
	int64_t rest_until_us;	/* nothing that plays is taken before */
	unsigned presses;	/* triggers so far */
};

/* The level of the line at an instant, not before the one of the last call. */
enum button_trigger button_level(struct button *button, const struct button_rules *rules, bool down,
				 int64_t at_us);
/* Time alone: what the deadline brought. */
enum button_trigger button_time(struct button *button, const struct button_rules *rules,
				int64_t now_us);
/* When button_time() is wanted; INT64_MAX if only an edge can change anything. */
int64_t button_deadline(const struct button *button, const struct button_rules *rules);

/* A whole press, ending now, of a button that is up: a rehearsal of the wiring without the wire. */
enum button_trigger button_act(struct button *button, const struct button_rules *rules, bool hold,
			       int64_t now_us);

enum button_do {
	BUTTON_DO_NOTHING, /* its own message is on air, and again = "ignore" */
	BUTTON_DO_REST,	   /* the cooldown is not over */
	BUTTON_DO_PLAY,
	BUTTON_DO_RESTART,  /* end its own message, then play */
	BUTTON_DO_STOP,	    /* all that is on air */
	BUTTON_DO_STOP_OWN, /* its own message */
};
/* What a trigger does. own: the message it began the last time is still on air or waits. */
enum button_do button_decide(struct button *button, const struct button_rules *rules,
			     enum button_trigger trigger, bool own, int64_t now_us);
/* The station refused to play: the cooldown is a short one. */
void button_refused(struct button *button, const struct button_rules *rules, int64_t now_us);

#endif
