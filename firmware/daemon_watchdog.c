/* SPDX-License-Identifier: MIT */
/*
 * What systemd hears: READY, STATUS for people, and WATCHDOG while every part moves. When one does
 * not, the next start is told why there is one, and systemd is asked to end this one at once.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "schedule.h"
#include "words.h"

#define WATCHDOG_ON_AIR_US 20000000

/* How often is looked; seldom while nothing sounds, so that an idle box sleeps. */
static uint64_t period_us(const struct daemon *d)
{
	uint64_t period = d->watchdog_us / 3 * 2;

	if (d->watchdog_on_air && period > (uint64_t)WATCHDOG_LOOK_US)
		period = (uint64_t)WATCHDOG_LOOK_US;
	return period;
}

/*
 * sd_notify() waits while the queue of who listens is full, and a systemd that hangs reads none. No
 * word to it is worth a broadcast, or the end of the service: what finds no room is dropped.
 */
void daemon_tell_systemd(const char *text)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (n < 2 || n >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, n);
	if (path[0] == '@')
		address.sun_path[0] = '\0'; /* an abstract one */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

static void pace(struct daemon *d)
{
	bool on_air = d->n_playing > 0;
	uint64_t limit_us = d->watchdog_us, now_us;
	char text[64];

	if (!d->watchdog_source || on_air == d->watchdog_on_air || d->standing_still)
		return;
	d->watchdog_on_air = on_air;
	if (on_air && limit_us > WATCHDOG_ON_AIR_US)
		limit_us = WATCHDOG_ON_AIR_US;
	snprintf(text, sizeof(text), "WATCHDOG=1\nWATCHDOG_USEC=%" PRIu64, limit_us);
	daemon_tell_systemd(text);
	if (sd_event_now(d->event, CLOCK_MONOTONIC, &now_us) >= 0)
		sd_event_source_set_time(d->watchdog_source, now_us + period_us(d));
}

static void stand_still(struct daemon *d, enum watchdog_part part, int64_t still_us)
{
	char why[LIMIT_WHY];

	d->standing_still = true;
	snprintf(why, sizeof(why), "watchdog: %s stood still for %lld s", watchdog_part_name(part),
		 (long long)(still_us / CIVIL_US));
	daemon_say(d, _("A part of the service stands still (%s): it is to be started again."),
		   why);
	daemon_note(d, "watchdog", "loaphuongd", why);
	daemon_ending_leave(d->runtime_dir, why);
	daemon_tell_systemd("WATCHDOG=trigger");
}

static void read_signs(struct daemon *d, struct watchdog_sign signs[WATCHDOG_PARTS])
{
	struct player_position position;

	player_position(d->player, &position); /* asks for a beat, which the next look sees */
	signs[WATCHDOG_AUDIO] = (struct watchdog_sign){true, position.heartbeat};
	signs[WATCHDOG_SCHEDULE] =
		(struct watchdog_sign){d->armed_us < clock_now_us(d->clock), d->ticks};
	log_writer_sign(d->writer, &signs[WATCHDOG_LOG].busy, &signs[WATCHDOG_LOG].progress);
}

static int on_watchdog(sd_event_source *source, uint64_t time_us, void *context)
{
	struct watchdog_sign signs[WATCHDOG_PARTS];
	struct daemon *d = context;
	enum watchdog_part part;
	int64_t still_us;

	read_signs(d, signs);
	part = watchdog_look(&d->watchdog, signs, clock_mono_us(), &still_us);
	if (part != WATCHDOG_PARTS && !d->standing_still)
		stand_still(d, part, still_us);
	if (part == WATCHDOG_PARTS && !d->standing_still)
		daemon_tell_systemd("WATCHDOG=1");
	sd_event_source_set_time(source, time_us + period_us(d));
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int daemon_watchdog_start(struct daemon *d)
{
	uint64_t now_us;

	d->supervised = getenv("NOTIFY_SOCKET") != NULL;
	if (sd_watchdog_enabled(0, &d->watchdog_us) <= 0)
		return 0;
	if (sd_event_now(d->event, CLOCK_MONOTONIC, &now_us) < 0)
		return -EIO;
	return sd_event_add_time(d->event, &d->watchdog_source, CLOCK_MONOTONIC,
				 now_us + period_us(d), 1000000, on_watchdog, d);
}

/* "On air: ...", or what comes next; and what is wrong. For "systemctl status". */
static void print_status(struct daemon *d, const struct station_status *now, char *text, size_t n)
{
	size_t n_faults = daemon_fault_count(d);
	struct occurrence next;
	char at[40];
	int used;

	if (now->on_air) {
		used = snprintf(text, n, _("On air: %s."),
				now->broadcast[0] ? now->broadcast : now->clip);
	} else if (!clock_state_known(d->clock_answer.state)) {
		used = snprintf(text, n, "%s", _("The time is not known: broadcasts are held."));
	} else if (station_next(d->station, &next) == 0) {
		const struct plan_campaign *campaign = &d->plan->campaigns[next.campaign];

		civil_print_instant(at, sizeof(at), &d->plan->zone, next.at_us, 0);
		used = snprintf(text, n, _("Next: %s at %.10s %.5s."),
				campaign->broadcasts[next.broadcast].name, at, at + 11);
	} else {
		used = snprintf(text, n, "%s", _("Nothing is planned any more."));
	}
	if (n_faults > 0 && used > 0 && (size_t)used < n)
		snprintf(text + used, n - (size_t)used, _(" Faults: %zu, see loaphuong status."),
			 n_faults);
}

static void tell_status(struct daemon *d)
{
	struct station_status now;
	struct daemon_told told;
	char text[LIMIT_WHY];
	int n;

	memset(&told, 0, sizeof(told)); /* its holes too: it is compared as a whole */
	told.clock = d->clock_answer.state;
	station_status(d->station, &now);
	told.row = now.on_air ? now.row : 0;
	told.accounted_us = now.accounted_us;
	told.n_faults = daemon_fault_count(d);
	told.plan = d->plan;
	if (d->was_told && memcmp(&told, &d->told, sizeof(told)) == 0)
		return;
	d->told = told;
	d->was_told = true;
	n = snprintf(text, sizeof(text), "STATUS=");
	print_status(d, &now, text + n, sizeof(text) - (size_t)n);
	daemon_tell_systemd(text);
}

void daemon_watchdog_turn(struct daemon *d)
{
	pace(d);
	if (d->supervised)
		tell_status(d);
}
