/* SPDX-License-Identifier: MIT */
/*
 * station - the state machine: events in, actions out.
 *
 * Pure: no clock, no I/O, no thread. Every event carries its time; the caller carries out the
 * actions and comes back with TICK when station_deadline() is reached. Live service, rehearsal
 * (core/rehearse) and tests run this same code; they differ only in who feeds the events.
 *
 * The life of an occurrence
 *   taken      the schedule's walk passes into the next STATION_LEAD_US: it becomes an airing
 *   opened     STATION_OPEN_US before T, if the gate will let it begin: LOG opened
 *   ordered    STATION_ORDER_US before T: PLAY of its first clip with start_us = T; the player
 *              opens, prefills and holds the device
 *   on air     EVENT_STARTED; the next clip is ordered at once (pushed before it is needed)
 *   suspended  cut by something of a higher class, or the sound card went away
 *   closed     LOG closed, exactly once, with the outcome
 * An airing that may not begin (busy, device lost, clock untrusted) waits inside [T, T + late].
 *
 * Rules the caller keeps
 * - Events in the order they happened; now_us may jump (then EVENT_CLOCK with jumped first).
 * - Every PLAY is answered by one STARTED and one FINISHED, or by one FINISHED alone (never
 *   sounded), also after STOP, CANCEL and device loss.
 * - LOG actions are made durable in order; EVENT_LOGGED answers an 'opened'.
 * - Actions borrow from the station until the next step.
 */
#ifndef CORE_STATION_H
#define CORE_STATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "airtime.h"
#include "asrun.h"
#include "plan.h"
#include "relay.h"
#include "trust.h"

#define STATION_LEAD_US	   (20 * CIVIL_US) /* an occurrence is taken this long before T */
#define STATION_OPEN_US	   (15 * CIVIL_US) /* 'opened' is logged this long before T (>= 10 s) */
#define STATION_ORDER_US   (3 * CIVIL_US)  /* the player is told this long before T */
#define STATION_FADE_US	   200000	   /* interruption "now", stop */
#define STATION_DURABLE_US 500000	   /* a manual play waits at most this long for the disk */
#define STATION_LATE_US	   CIVIL_US	   /* later than this after T is "late", not "played" */

struct station; /* opaque */

enum station_event_kind {
	EVENT_TICK,	   /* a deadline came, or nothing but time passed */
	EVENT_CLOCK,	   /* the clock's state changed or it was stepped */
	EVENT_PLAN,	   /* a reload: new plan */
	EVENT_LOGGED,	   /* 'opened' of a row is durable */
	EVENT_STARTED,	   /* player: first sample of a token left the card */
	EVENT_FINISHED,	   /* player: a token is over */
	EVENT_DEVICE_LOST, /* player: no sound card; FINISHED of what was ordered came before */
	EVENT_DEVICE_BACK,
	EVENT_PLAY,  /* by hand */
	EVENT_STOP,  /* by hand */
	EVENT_PAUSE, /* by hand; until_us 0 ends a pause */
	EVENT_SKIP,  /* by hand */
};

enum station_end {
	END_WHOLE,	 /* all samples of the clip */
	END_CUT,	 /* by STOP or CANCEL */
	END_HARD_STOP,	 /* the permit's end */
	END_DEVICE_LOST, /* the card went away under it */
	END_UNPLAYABLE,	 /* could not be decoded */
};

struct station_event {
	enum station_event_kind kind;
	int64_t now_us; /* UTC */
	union {
		struct {
			enum clock_state state;
			bool jumped;	 /* stepped: times ordered before are void */
			int64_t step_us; /* by how much it was stepped, forward positive */
		} clock;
		const struct plan *plan; /* borrowed while station_plan() is it */
		int64_t row;		 /* LOGGED */
		struct {
			uint64_t token;
			int64_t at_us;	  /* first sample, by the station's clock */
			int64_t error_us; /* against start_us, 0 where there was none */
		} started;
		struct {
			uint64_t token;
			enum station_end end;
			int64_t frames, audible; /* consumed by the card */
			unsigned rate_hz, xruns;
			int64_t rms_cdbfs, silence_ms; /* as in struct asrun_event */
			int64_t ended_us;
		} finished;
		struct {
			const char *const
				*names; /* clips, playlists' "campaign/playlist" not allowed; */
			size_t n_names; /* or one broadcast, "campaign/broadcast" or bare */
			enum asrun_trigger trigger;
			enum plan_class class;
			bool class_given; /* else: priority for clips, the broadcast's own class */
			double volume_db; /* of clips, relative, at most 0; a broadcast has its own */
			const char *who, *why;
		} play;
		struct {
			const char *who, *why;
			int64_t until_us; /* PAUSE */
			int64_t row; /* STOP: this row alone; 0 = all that is on air or waits */
		} hand;
	};
};

enum station_action_kind {
	ACTION_PLAY,   /* append a clip to the player's queue */
	ACTION_CANCEL, /* take back a PLAY that has not begun to sound; else it plays on */
	ACTION_STOP,   /* fade out what sounds, drop what is queued */
	ACTION_LOG,    /* append an event to the as-run log */
	ACTION_RELAY,  /* switch the amplifier */
};

struct station_action {
	enum station_action_kind kind;
	union {
		struct {
			uint64_t token;
			const char *clip;
			struct permit permit;
			int64_t start_us; /* UTC of the first sample; 0 = as soon as the queue lets */
			int64_t gap_us;	  /* silence before it */
			double volume_db; /* of the broadcast */
		} play;
		uint64_t token;	 /* CANCEL */
		int64_t fade_us; /* STOP */
		const struct asrun_event *log;
		bool on; /* RELAY */
	};
};

/* The answer to an event by hand; others always give STATION_OK. */
enum station_answer {
	STATION_OK,
	STATION_NO_SUCH,	 /* no clip or broadcast of that name */
	STATION_AMBIGUOUS,	 /* several campaigns have that broadcast */
	STATION_BUSY,		 /* something higher is on air */
	STATION_OUTSIDE_AIRTIME, /* refused by the gate; logged */
	STATION_MINUTES_USED,
	STATION_NO_RECORDING,
	STATION_NOT_APPROVED,
	STATION_EXPIRED,
	STATION_DEVICE_LOST,
	STATION_NOTHING, /* nothing to stop or skip */
};

/* What the station begins with after a (re)start; see station_restore(). */
struct station_options {
	const struct plan *plan; /* borrowed while station_plan() is it */
	int64_t now_us;
	enum clock_state clock;
	bool pretended;
	int64_t first_row; /* number of the next new row, from 1 */
};

int station_new(const struct station_options *options, struct station **ret);
struct station *station_free(struct station *station);

/*
 * Feed the newest events of the log (same mode), oldest first, before the first step: at least
 * those of the last 48 h, every event of a row that is not closed, every closed row planned after
 * the newest accounted_us, and the last pause. Rebuilds the cursor, minutes used, pause, skips and
 * the open row. Without any, the station looks back only as far as each 'late'.
 */
int station_restore(struct station *station, const struct asrun_event *event);

/*
 * For a rehearsal, before the first step: an occurrence to come that somebody skipped. It is closed as
 * such when it comes near, and the room that it leaves is the others'.
 */
void station_skipped(struct station *station, const char *campaign, const char *broadcast,
		     int64_t planned_us);

/*
 * The amplifier's relay, from the next step on. Without one (the beginning) there is no RELAY
 * action. With one it is keyed lead before T, and what begins at once, by hand or late, waits for
 * the lead unless the relay is keyed already; a play by hand is not late by that.
 */
void station_set_relay(struct station *station, const struct relay_rules *rules);

/*
 * One step. *ret_actions and *ret_n are borrowed until the next call. Returns an answer >= 0, or
 * -ENOMEM (the station is then still whole and may be stepped again; the actions there are, if any,
 * were decided before and are to be carried out).
 */
int station_step(struct station *station, const struct station_event *event,
		 const struct station_action **ret_actions, size_t *ret_n);

/*
 * The plan that the station holds on to, all or nothing: the one of the last EVENT_PLAN, or, where
 * that found no memory, the one before. The other may be freed.
 */
const struct plan *station_plan(const struct station *station);

/* When the next TICK is wanted: UTC us, CIVIL_NEVER if only events can change anything. */
int64_t station_deadline(const struct station *station);

/* For status. Strings are borrowed until the next step. */
struct station_status {
	bool on_air;
	bool between_items; /* silence now, and the next item of what was on air to come */
	int64_t row;
	const char *campaign, *broadcast, *clip; /* "" where none */
	enum plan_class class;
	enum asrun_trigger trigger;
	unsigned position, n_items; /* item on air, 0-based, and how many */
	int64_t planned_us, started_us, clip_started_us, clip_length_us;
	unsigned n_waiting, n_suspended;
	bool device_lost;
	int64_t paused_until_us; /* 0 = not paused */
	int64_t accounted_us;
};
void station_status(const struct station *station, struct station_status *ret);
/* Is that row on air, suspended or waiting? */
bool station_has_row(const struct station *station, int64_t row);
struct airtime_use station_airtime(const struct station *station, int64_t at_us);

/* The next occurrence that is not skipped, for status; -ENOENT if none. Clips as in schedule. */
struct occurrence;
int station_next(struct station *station, struct occurrence *ret);

#endif
