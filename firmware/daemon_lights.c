/* SPDX-License-Identifier: MIT */
/* The lights. Blinking is all that wakes the box up for them. */
#include "daemon_lines.h"

#include "lamp.h"

/* On while a stick is read, then counted flashes until it is pulled out. */
static bool stick_light(struct daemon *d, int64_t now_us)
{
	const struct daemon_usb *usb = &d->usb;
	bool well = !d->faults[FAULT_USB].present;
	int64_t next_us;
	bool on;

	if (usb->reading || !usb->present)
		return usb->reading;
	on = lamp_blink(1u << (well ? LAMP_STICK_WELL : LAMP_STICK_REFUSED), usb->ended_mono_us,
			now_us, &next_us);
	if (next_us < d->lines->blink_us)
		d->lines->blink_us = next_us;
	return on;
}

static void show(struct daemon *d, struct wired *w, bool blinks, const struct station_status *now)
{
	bool on = blinks;

	if (w->shows == SHOWS_USB)
		on = stick_light(d, clock_mono_us());
	else if (w->shows == SHOWS_ON_AIR)
		on = now->on_air || now->between_items;
	else if (w->shows == SHOWS_CLOCK)
		on = clock_state_known(d->clock_answer.state);
	else if (!w->blink || !d->lines->codes)
		on = !d->lines->codes;
	if (on != w->on)
		daemon_line_set(d, w, on);
}

void daemon_lights(struct daemon *d)
{
	struct daemon_lines *lines = d->lines;
	unsigned codes = daemon_fault_codes(d);
	int64_t now_us = clock_mono_us();
	struct station_status now;
	bool any = false, on = false;

	if (codes != lines->codes)
		lines->blink_from_us = now_us;
	lines->codes = codes;
	lines->blink_us = INT64_MAX;
	for (size_t i = 0; i < lines->n; i++)
		any = any || (lines->wired[i].role == LINE_LED && lines->wired[i].blink &&
			      lines->wired[i].shows == SHOWS_HEALTHY);
	if (codes && any)
		on = lamp_blink(codes, lines->blink_from_us, now_us, &lines->blink_us);
	station_status(d->station, &now);
	for (size_t i = 0; i < lines->n; i++)
		if (lines->wired[i].role == LINE_LED)
			show(d, &lines->wired[i], on, &now);
}
