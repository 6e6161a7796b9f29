/* SPDX-License-Identifier: MIT */
/*
 * offline - what a command needs of config and state without a service: the plan, the box's
 * settings, the station's zone and today's date.
 *
 * The config is -c FILE and, where the state folder has one, its campaigns/ folder: the same two
 * places the service reads. Recordings come from the caller; a plan without them says so in its
 * outcomes.
 */
#ifndef TOOLS_OFFLINE_H
#define TOOLS_OFFLINE_H

#include <stdint.h>
#include <stdio.h>

#include "conf.h"

struct recordings;

struct offline {
	struct plan *plan; /* owned */
	struct settings settings;
	struct faults faults; /* owned; warnings where the load went well */
};

/* What the config says of the box; the defaults where it cannot be taken. Quiet. */
struct settings offline_settings(const char *config, const char *state);

/*
 * The service's language (vi or en) is used from here on, unless the caller's locale has chosen.
 */
void offline_speak(const char *config);

/*
 * Load config and campaigns, checked against the zones of this machine and recordings (NULL =
 * nothing known). 0; -EINVAL: *faults of ret says why; -ENOMEM. Free with offline_done() always.
 */
int offline_load(const char *config, const char *state, struct recordings *recordings,
		 int64_t now_us, struct offline *ret);
void offline_done(struct offline *offline);

/* The same, with the first error said on stderr. Returns an exit code, EXIT_DONE if it was taken. */
int offline_need(const char *config, const char *state, struct recordings *recordings,
		 int64_t now_us, struct offline *ret);

/* conf_world's zone(), by the data of this machine. */
int offline_give_zone(void *context, const char *name, struct zone *ret);

/* The zone the settings name; 0, or -ENOENT with a complaint. Free with zone_done(). */
int offline_zone(const struct settings *settings, struct zone *ret);

/* "FILE:LINE: error: text", a line a fault. */
void offline_print_faults(FILE *out, const struct faults *faults);

/* UTC by this machine's clock. */
int64_t offline_now_us(void);
/* The local day of an instant. */
int32_t offline_day(const struct zone *zone, int64_t us);

#endif
