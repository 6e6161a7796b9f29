/* SPDX-License-Identifier: MIT */
/*
 * station_internal - what the station's own files share. Nobody else includes it.
 *
 *   station.c          the step: event in, advance, actions out; deadline; status
 *   station_take.c     from the schedule's walk to airings; reload
 *   station_air.c      what is with the player; rows opened, airings that are over
 *   station_choice.c   who may be on air
 *   station_heard.c    orders to the player and its answers
 *   station_fit.c      the gate asked for one airing
 *   station_log.c      airings, their rows, outcomes
 *   station_hand.c     play, stop, pause, skip
 *   station_relay.c    the amplifier: what sounds, and what will next
 *   station_restore.c  after a restart: from the log to airings
 */
#ifndef CORE_STATION_INTERNAL_H
#define CORE_STATION_INTERNAL_H

#include <string.h>

#include "schedule.h"
#include "station.h"

#define STATION_ORDERS	       8     /* clips with the player at a time, given up ones included */
#define STATION_HANDLED	       512   /* occurrences ahead of the cursor that are closed already */
#define STATION_NEAR_US	       20000 /* what begins that soon cannot be taken back unheard */
#define STATION_MANUAL_LATE_US (300 * CIVIL_US) /* 'late' of what is played by hand */

enum airing_state {
	AIRING_TAKEN,	  /* known, no row yet */
	AIRING_OPENED,	  /* row open, nothing sounded yet */
	AIRING_BEGUN,	  /* has sounded, or its first clip is with the player and sounding */
	AIRING_SUSPENDED, /* has sounded, is off air, may resume */
};

struct airing_item {
	char clip[LIMIT_NAME];
	int64_t length_us;
	uint8_t sha256[32];
	enum asrun_reason unfit; /* REASON_NONE, or why it cannot be aired at all */
	bool whole;		 /* to its end, and it was audible */
	bool silent;		 /* to its end, and nothing of it was audible */
};

/* One occurrence or manual play on its way from taken to closed. */
struct airing {
	enum airing_state state;
	int64_t row; /* 0 until a row exists */
	bool by_hand;
	int64_t planned_us, late_us, gap_us;
	size_t rank; /* config order */
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
	char who[LIMIT_WHO], why[LIMIT_WHY];
	enum asrun_trigger trigger;
	enum plan_class class;
	enum plan_interrupt interrupt;
	enum plan_resume resume;
	double volume_db;

	size_t n_items, next; /* next: index of the item to order next */
	struct airing_item *items;
	char *names; /* of all items, one space between */

	int64_t opened_us;	   /* when 'opened' was logged, 0 = not */
	bool durable, not_durable; /* the disk's word on it; what the row will say */
	bool airtime_unknown;
	int64_t started_us, ended_us, off_air_us;
	int64_t audible;
	enum asrun_reason trouble; /* the first thing that went wrong */
	enum asrun_reason blocker; /* why it waits now */
	bool charged_whole;	   /* at a restart that found the row open */
	bool closing;		   /* will be closed when no order of it is out */
	bool matched;		   /* seen again in the walk of a new plan */
	unsigned orders;	   /* how many the player has */
	int64_t amplifier_us;	   /* by hand: how long its start waited for the amplifier */
};

/* A clip with the player. */
struct order {
	uint64_t token; /* 0 = free */
	struct airing *airing;
	size_t item;
	struct permit permit;
	int64_t begin_us; /* expected, then real, first sample */
	int64_t shown_us; /* what the clock showed at the first sample; a step does not move it */
	int64_t error_us; /* of a timed start */
	bool timed;	  /* ordered with a start_us */
	bool started;
	bool given_up; /* cancelled or stopped; its FINISHED is awaited */
};

/* An occurrence that is closed although the walk has not passed it, or will be when it does. */
struct handled {
	int64_t planned_us;
	bool to_skip;
	char campaign[LIMIT_NAME], broadcast[LIMIT_NAME];
};

struct station {
	const struct plan *plan;
	struct schedule *walk;
	struct schedule *peek; /* lends its clips to the last station_next() */
	struct airtime *airtime;
	bool pretended, device_lost;
	enum clock_state clock;
	struct relay relay;
	int64_t now_us, elapsed_us;
	int64_t cursor_us; /* occurrences up to here were taken from the walk */
	bool log_empty;	   /* nothing restored: look back only as far as each 'late' */
	bool looked_back;  /* the cursor is real: restored, or set when the clock was first known */
	bool was_known;	   /* the clock was known in this life of the station */
	bool just_jumped;
	bool unmatched;		 /* a new plan's clips did not reach all airings yet: no memory */
	int64_t trusted_from_us; /* this life of the station began here, by the clock as it is now */
	int64_t paused_until_us;
	int64_t next_row;
	uint64_t next_token;

	size_t n_airings;
	struct airing *airings[LIMIT_WAITING];
	struct order orders[STATION_ORDERS];
	size_t n_handled;
	struct handled handled[STATION_HANDLED];

	size_t n_dead; /* closed in this step; freed in the next, the log borrows from them */
	struct airing *dead[LIMIT_WAITING];

	size_t n_actions, room_actions;
	struct station_action *actions;
	size_t n_logs, room_logs;
	struct asrun_event *logs;
};

/* station.c: space for n more actions and log events; -ENOMEM leaves all as it was. */
int station_reserve(struct station *s, size_t n);
struct station_action *station_act(struct station *s, enum station_action_kind kind);
struct asrun_event *station_log(struct station *s, enum asrun_kind kind);

/* station_take.c */
int station_take_due(struct station *s);
int station_rewalk(struct station *s, const struct plan *plan, int64_t ignore_until_us);
int station_rematch(struct station *s);
int station_next_skippable(struct station *s, struct occurrence *ret);
bool station_is_handled(const struct station *s, const char *campaign, const char *broadcast,
			int64_t planned_us);
void station_handle(struct station *s, const char *campaign, const char *broadcast,
		    int64_t planned_us);
struct airing *station_find_airing(struct station *s, const char *campaign, const char *broadcast,
				   int64_t planned_us);
void airing_set_policy(struct airing *airing, const struct plan *plan, size_t campaign,
		       size_t broadcast);
/* What the plan knows of a clip, and whether it may be aired on that local day. */
void airing_item_set(struct airing_item *item, const struct plan_clip *clip, int32_t day);
int airing_set_items(struct airing *airing, const struct plan *plan, const size_t *clips, size_t n,
		     int32_t day);
int airing_join_names(struct airing *airing);

/* station_air.c */
void station_arbitrate(struct station *s);
void station_drop_queue(struct station *s);
void station_recall(struct station *s, struct airing *airing);
void station_recall_all(struct station *s);
bool station_is_sounding(const struct station *s);
struct order *station_newest_order(struct station *s);
bool station_paused(const struct station *s, const struct airing *airing);
/* A clock that nobody trusts holds what was not begun by hand. */
bool station_holds(const struct station *s, const struct airing *airing);
/* The last instant at which it may begin, or go on. */
int64_t airing_last_chance_us(const struct airing *airing);
struct airing *station_on_air(struct station *s);

/* station_choice.c: one decision; true if another look may find more */
bool station_decide(struct station *s);

/* station_fit.c: the first item from 'from' on that may be aired at begin_us; n_items if none */
size_t station_fit(const struct station *s, const struct airing *airing, size_t from,
		   int64_t begin_us, struct permit *ret, enum asrun_reason *ret_why);

/* station_heard.c */
void station_take_as_begun(struct station *s, int64_t until_us);
void station_started(struct station *s, const struct station_event *event);
void station_finished(struct station *s, const struct station_event *event);
void station_order_next(struct station *s, struct airing *airing, int64_t begin_us, bool timed);

/* station_relay.c */
void station_switch_relay(struct station *s);
bool station_sounds(const struct station *s); /* on air, or in the gap between two items */
int64_t station_relay_deadline(const struct station *s);
/* Order its first clip for the earliest instant at or after wanted_us at which the amplifier is on. */
void station_begin(struct station *s, struct airing *airing, int64_t wanted_us);

/* station_log.c */
struct airing *airing_free(struct airing *airing);
int station_add(struct station *s, struct airing *airing);
void station_open_row(struct station *s, struct airing *airing);
void station_log_item(struct station *s, const struct order *order,
		      const struct station_event *event);
/* Closes now, or as soon as the player has nothing of it any more. why may be REASON_NONE. */
void station_close(struct station *s, struct airing *airing, enum asrun_reason why);
void station_close_finished(struct station *s);
void station_drop(struct station *s, struct airing *airing);
void station_note(struct station *s, const char *what, const struct station_event *event);
enum asrun_outcome airing_outcome(const struct airing *airing, enum asrun_reason *ret_reason);
int64_t station_accounted(const struct station *s);
void airing_trouble(struct airing *airing, enum asrun_reason reason);

/* station_hand.c */
int station_hand(struct station *s, const struct station_event *event);

/* station_restore.c */
int station_restored(struct station *s);

/* Names and words into fixed places; a year's rehearsal does it a million times. */
static inline void station_copy(char *to, size_t n, const char *from)
{
	size_t length = strnlen(from, n - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

static inline bool airing_begun(const struct airing *airing)
{
	return airing->state == AIRING_BEGUN || airing->state == AIRING_SUSPENDED;
}

#endif
