/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <time.h>

#define CLOCK_JUMP_US	500000		/* more than a slewed clock can move between two turns */
#define CLOCK_RELOOK_US (60 * CIVIL_US) /* while it is not trusted */

static struct trust_answer look(struct daemon *d)
{
	struct trust_look seen = {.newest_row_us = d->newest_row_us};

	clock_look(d->clock, &seen);
	d->clock_look = seen;
	return trust_look(&d->trust, &d->trust_rules, &seen);
}

static void show_fault(struct daemon *d)
{
	if (clock_state_known(d->clock_answer.state))
		daemon_fault_clear(d, FAULT_CLOCK);
	else
		daemon_fault_set(d, FAULT_CLOCK, "(%s)", trust_reason_code(d->clock_answer.reason));
}

/* Before there is a station. */
struct trust_answer daemon_first_look(struct daemon *d)
{
	d->now_us = clock_now_us(d->clock);
	d->offset_us = d->now_us - clock_mono_us();
	d->relook_us = d->now_us + CLOCK_RELOOK_US;
	daemon_trust_load(d);
	d->clock_answer = look(d);
	show_fault(d);
	return d->clock_answer;
}

static void tell_clock(struct daemon *d, bool jumped, int64_t step_us)
{
	struct trust_answer before = d->clock_answer;
	struct station_event event = {.kind = EVENT_CLOCK};

	d->clock_answer = look(d);
	d->relook_us = d->now_us + CLOCK_RELOOK_US;
	if (d->clock_answer.reason != before.reason)
		show_fault(d);
	if (d->clock_answer.state == before.state && !jumped) {
		daemon_trust_keep_old(d);
		return;
	}
	event.clock.state = d->clock_answer.state;
	event.clock.jumped = jumped;
	event.clock.step_us = step_us;
	daemon_feed(d, &event);
	if (d->clock_answer.state == before.state)
		return;
	daemon_trust_keep(d);
	daemon_note(d, "clock", clock_state_name(d->clock_answer.state),
		    trust_reason_code(d->clock_answer.reason));
}

void daemon_look_at_clock(struct daemon *d)
{
	tell_clock(d, false, 0);
}

/*
 * The timer tells of a step, but another source may wake first; and a box that slept has moved on
 * without a step. A step is told once, with how far it went.
 */
void daemon_read_time(struct daemon *d, bool stepped)
{
	int64_t offset_us, moved_us;

	d->now_us = clock_now_us(d->clock);
	offset_us = d->now_us - clock_mono_us();
	moved_us = offset_us - d->offset_us;
	d->offset_us = offset_us;
	if (stepped || moved_us > CLOCK_JUMP_US || moved_us < -CLOCK_JUMP_US)
		tell_clock(d, true, moved_us);
}

/* What the checks of a config call now. */
int64_t daemon_now_or_pretended(const struct daemon *d)
{
	struct timespec now = {0};

	if (d->options.pretend)
		return d->pretend_us;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * CIVIL_US + now.tv_nsec / 1000;
}
