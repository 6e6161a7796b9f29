/* SPDX-License-Identifier: MIT */
/*
 * plan - the immutable result of a config that was accepted whole.
 *
 * Pure. config/conf_check builds it, everything else reads it. A reload makes a new plan and
 * frees the old one; nobody keeps pointers into a plan past that moment (the station copies
 * what an airing needs).
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "airtime.h"
#include "civil.h"
#include "limit.h"

/* Classes of Circular 39/2020/TT-BTTTT, low to high. */
enum plan_class { CLASS_NORMAL, CLASS_PRIORITY, CLASS_EMERGENCY };
enum plan_interrupt { INTERRUPT_NEVER, INTERRUPT_AFTER_CLIP, INTERRUPT_NOW };
enum plan_resume { RESUME_CLIP, RESUME_NEXT, RESUME_NO };
enum plan_order { ORDER_ROTATE, ORDER_SHUFFLE, ORDER_ALL };

/* What the library knows of a clip's recording. A value. */
struct plan_recording {
	bool present;
	int64_t length_us; /* exact, of the sound as aired */
	uint8_t sha256[32];
	bool approved; /* somebody approved this very recording */
	bool draft;    /* spoken by the machine until a person records it */
};

struct plan_clip {
	char *name, *title, *text, *source; /* never NULL; "" where not given */
	int32_t valid_from, valid_until;    /* days, both inclusive; CIVIL_DAY_MIN/MAX = open */
	struct plan_recording recording;
	bool refused;  /* the station wants approval and the recording has none: it is skipped */
	bool declared; /* false: a recording of the library that no config mentions */
};

struct plan_playlist {
	char *name;
	size_t n_clips;
	size_t *clips; /* indexes into plan->clips */
	enum plan_order order;
	unsigned take; /* >= 1; ignored for ORDER_ALL */
};

struct plan_item {
	bool playlist;
	size_t index; /* into the campaign's playlists, or into plan->clips */
};

struct plan_broadcast {
	char *name, *title;
	size_t n_at;
	int32_t *at_s;		 /* seconds of day, sorted, unique */
	int32_t every_s;	 /* 0 = none */
	int32_t from_s, until_s; /* of between; until_s > from_s, past 86400 = next day */
	uint8_t days;		 /* bit 0 = Monday; 0x7f = every day */
	size_t n_dates, n_except;
	struct civil_date *dates, *except; /* year 0 = every year */
	size_t n_items;
	struct plan_item *items;
	unsigned repeat; /* >= 1 */
	int64_t gap_us, late_us;
	enum plan_class class;
	enum plan_interrupt interrupt;
	enum plan_resume resume;
	double volume_db;
	bool enabled;
};

struct plan_campaign {
	char *name, *title;
	struct civil_date from, until; /* both inclusive; both with year 0 = every year, may wrap */
	size_t n_playlists, n_broadcasts;
	struct plan_playlist *playlists;
	struct plan_broadcast *broadcasts; /* in config order */
};

struct plan {
	char *station;	  /* name of the station */
	struct zone zone; /* owned */
	struct airtime_rules airtime;
	size_t n_clips, n_campaigns;
	struct plan_clip *clips;	 /* sorted by name (bytes) */
	struct plan_campaign *campaigns; /* in config order */
};

/* Frees everything below and the plan itself; accepts NULL and half-built plans; returns NULL. */
struct plan *plan_free(struct plan *plan);

const struct plan_clip *plan_find_clip(const struct plan *plan, const char *name);

/*
 * Find "campaign/broadcast", or "broadcast" where that is unique.
 * Returns 0, -ENOENT, or -ENOTUNIQ (several campaigns have it).
 */
int plan_find_broadcast(const struct plan *plan, const char *name, size_t *ret_campaign,
			size_t *ret_broadcast);

/*
 * Is the campaign open on that local day? If so *ret_edition is the first day of the edition
 * (for a yearly campaign, this year's or, when it wraps over New Year, last year's 'from').
 */
bool plan_campaign_open(const struct plan_campaign *campaign, int32_t day, int32_t *ret_edition);

/*
 * The edition that is open on that day or else the next one to open: its first and last day.
 * False if none is left. A yearly 'from' of 29 February is 1 March in an ordinary year, such an
 * 'until' is 28 February.
 */
bool plan_campaign_edition(const struct plan_campaign *campaign, int32_t day, int32_t *ret_from,
			   int32_t *ret_until);

/* Does the broadcast play that clip, itself or by one of its playlists? */
bool plan_broadcast_plays(const struct plan_campaign *campaign,
			  const struct plan_broadcast *broadcast, size_t clip);
/* Does any broadcast of the campaign that is enabled? */
bool plan_campaign_plays(const struct plan_campaign *campaign, size_t clip);

/*
 * Who uses a clip: broadcasts of campaigns that are not over on that day, disabled ones too (who
 * enables them would miss it), and playlists that no broadcast of theirs plays. *at begins at 0 and
 * is the caller's place; "campaign/name" goes to ret. False: there are no more.
 */
#define PLAN_USE (2 * LIMIT_NAME)
bool plan_next_use(const struct plan *plan, size_t clip, int32_t day, size_t *at, char *ret);

/* Does a date (year 0 = every year) name that day? */
bool plan_date_is(struct civil_date date, int32_t day);
bool plan_clip_valid(const struct plan_clip *clip, int32_t day);

/* Stable English words, the same in config, JSON and log. Unknown values give "?". */
const char *plan_class_name(enum plan_class class);

#endif
