/* SPDX-License-Identifier: MIT */
/*
 * A disk that refuses says so; one that stalls says nothing, and the writer's thread stands still in it.
 * So what was given to the writer is asked after: once, some seconds later, and again while it waits.
 */
#include "daemon_internal.h"

#define DISK_PATIENCE_US 4000000 /* a card that cleans up may take 1 or 2 s */

static void look_again(struct daemon *d);

static int on_time(sd_event_source *source, uint64_t time_us, void *context)
{
	struct daemon *d = context;
	int64_t waits_us = log_writer_waits_us(d->writer);

	(void)source;
	(void)time_us;
	daemon_begin_turn(d);
	d->disk_timer = sd_event_source_disable_unref(d->disk_timer);
	if (waits_us == 0)
		daemon_fault_clear(d, FAULT_DISK);
	else if (waits_us >= DISK_PATIENCE_US && !d->faults[FAULT_LOG].present &&
		 !d->faults[FAULT_DISK].present)
		daemon_fault_set(d, FAULT_DISK, "%s", "");
	if (waits_us > 0)
		daemon_disk_expect(d);
	daemon_end_turn(d);
	return 0;
}

static void look_again(struct daemon *d)
{
	uint64_t now_us;

	if (sd_event_now(d->event, CLOCK_MONOTONIC, &now_us) >= 0)
		sd_event_add_time(d->event, &d->disk_timer, CLOCK_MONOTONIC,
				  now_us + DISK_PATIENCE_US, 500000, on_time, d);
}

void daemon_disk_expect(struct daemon *d)
{
	if (!d->disk_timer && d->event)
		look_again(d);
}
