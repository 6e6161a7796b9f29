/* SPDX-License-Identifier: MIT */
/*
 * schedule_internal - the walk's state and the making of a day.
 *
 * Private to schedule.c (the walk), schedule_day.c (what is due on a day) and schedule_explain.c.
 */
#ifndef CORE_SCHEDULE_INTERNAL_H
#define CORE_SCHEDULE_INTERNAL_H

#include "schedule.h"

/* An enabled broadcast. Slots stand in config order, so a slot's number breaks ties. */
struct schedule_slot {
	size_t campaign, broadcast;
	const struct plan_broadcast *rules;
	bool today;	 /* due on the day that is being made */
	int32_t edition; /* that day's */
};

/* A start time of a slot on every day on which it is due. */
struct schedule_time {
	int32_t second; /* of the day on which it or its window begins; may be past 86400 */
	uint32_t slot;
	bool at; /* from 'at', not from 'every' alone: is not dropped in a gap */
};

/* An occurrence whose clips are not worked out yet. */
struct schedule_due {
	int64_t at_us;
	struct civil local;
	uint32_t slot;
	int32_t edition;
};

/* Turns a playlist has given. Two editions can overlap for an hour: one's window over midnight and
 * the next one's first morning. */
struct schedule_turns {
	struct {
		int32_t edition;
		uint64_t next;
	} of[2];
};

struct schedule_campaign {
	int32_t from, until;  /* edition that is open or comes next */
	int32_t counted_from; /* days before this do not matter to the walk */
	bool over;
	size_t first_turns; /* index of its first playlist's turns */
};

struct schedule {
	const struct plan *plan;
	size_t n_slots, n_times;
	struct schedule_slot *slots;
	struct schedule_time *times; /* by second, then slot */
	struct schedule_campaign *campaigns;
	struct schedule_turns *turns;
	int32_t day;	    /* the next to be made */
	int64_t horizon_us; /* nothing of that day or later comes before this */
	int32_t last_day;   /* the search ends here */
	bool yearly;	    /* some campaign comes every year */

	/* Made and not yet taken: due[head..n), in order. */
	struct schedule_due *due;
	size_t head, n, n_space;

	int64_t taken_us; /* of the last one taken, to drop its doubles */
	uint32_t taken_slot;
	bool taken;
	bool peeked;
	struct occurrence next; /* if peeked */
	size_t clips[LIMIT_ITEMS];
};

/*
 * The instant of a second of a day. False where there is none: an 'every' time inside a gap.
 */
bool schedule_instant(const struct zone *zone, int32_t day, int32_t second, bool at,
		      int64_t *ret_us);

/* SCHEDULE_DUE or why nothing of the broadcast begins on that day; the campaign is not asked. */
enum schedule_reason schedule_day_verdict(const struct plan_broadcast *broadcast, int32_t day,
					  struct civil_date date);

/* Append the occurrences of schedule->day and step to the next day. Returns 0 or -ENOMEM. */
int schedule_make_day(struct schedule *schedule);

#endif
