/* SPDX-License-Identifier: MIT */
/*
 * player - the audio thread: clips in, sound out, events back.
 *
 * The thread owns chain and sink. Commands go in and events come out as values through bounded
 * queues; player_fd() becomes readable when there are events. Nobody is called back in a foreign
 * thread. The thread waits only with a deadline or for its command eventfd, never on a disk (clips
 * come as bytes in memory), never on the loop. It knows tokens, not campaigns.
 *
 * A stream begins with preroll_us of digital silence, in which converter and amplifier wake. For a
 * start_us the device is triggered that much earlier, so that the first sample leaves it at
 * start_us; where less time is left, with as much silence as fits, none if start_us is past.
 *
 * The queue plays without gaps: the frames of the next clip follow the last frame of this one in
 * the same stream (after gap_us of silence). The device is opened for the first clip, prefilled and
 * held until its start_us, stays open while clips follow, is played out by deadline (never
 * snd_pcm_drain) and closed when the queue is empty.
 *
 * Every player_play() that returned 0 is answered by PLAYER_STARTED and PLAYER_FINISHED, or by
 * PLAYER_FINISHED alone if it never sounded. Events carry what the card consumed, not what was
 * written. STARTED of a clip comes when the card passes its first frame.
 *
 * Device lost: every queued clip gets FINISHED (END_DEVICE_LOST), then PLAYER_LOST; from then on
 * play is refused with -ENODEV; the thread probes at 1, 2, 3, 5, 5 ... s by opening and closing
 * the device, and sends PLAYER_BACK; before that PLAYER_LOST again whenever it is another trouble.
 */
#ifndef AUDIO_PLAYER_H
#define AUDIO_PLAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "chain.h"
#include "sink.h"

struct player;

struct player_options {
	struct sink *sink; /* given away if player_new() succeeds: player_free() frees it */
	struct chain_settings settings;
	int64_t preroll_us; /* silence at the begin of a stream */
	bool check;	    /* open and close the device once before the first clip, so that OPENED
			     * or LOST tells at once whether it can be used */
	/*
	 * SCHED_FIFO 1..99, 0 = do not ask; refused permission is no failure. Asking lowers
	 * RLIMIT_RTTIME of the process and handles SIGXCPU: a thread that spins loses the priority,
	 * and asks again with the next stream.
	 */
	int priority;
};

int player_new(const struct player_options *options, struct player **ret);
/* Stops at once (fade at most 20 ms), joins the thread, frees all. Accepts NULL, returns NULL. */
struct player *player_free(struct player *player);

struct player_clip {
	uint64_t token; /* not 0; chosen by the caller, unique */
	void *bytes;	/* malloc'ed; given away, also when player_play() fails */
	size_t n_bytes;
	int64_t skip_in;   /* frames left out at the front, own rate */
	int64_t frames_in; /* exact length of what sounds, own rate */
	double gain_db;	   /* solved gain + broadcast volume */
	int64_t start_us;  /* CLOCK_MONOTONIC us of the first sample; 0 = as soon as possible.
			    * Never before it; later where the clip before it still sounds. */
	int64_t gap_us;	   /* silence before it, only when it follows another clip */
	int64_t limit_us;  /* hard stop: at most this much sound, the last 50 ms of it faded
			    * out; with a start_us, no sound after start_us + limit_us; 0 = none */
};

/*
 * 0; -ENOBUFS: more than PLAYER_QUEUE clips whose FINISHED was not taken; -ENODEV: the device is
 * lost; -ENOMEM.
 */
#define PLAYER_QUEUE 8
int player_play(struct player *player, struct player_clip *clip);
/* Take back one clip of which nothing can sound yet: queued, or held; else it plays on. */
void player_cancel(struct player *player, uint64_t token);
/*
 * What sounds is faded and gone fade_us from now; the queue is dropped, a held start silently. What
 * the device has buffered (120 ms) plays on, the fade lies in the time that is left, 30 ms at the
 * least. Each of these clips still ends in a FINISHED (PLAYER_CUT); clips given after the stop are
 * not touched by it and follow the fade in the same stream.
 */
void player_stop(struct player *player, int64_t fade_us);
/* Master volume in dB (<= 0), glides over 50 ms. */
void player_set_volume(struct player *player, double db);

enum player_event_kind {
	PLAYER_STARTED,
	PLAYER_FINISHED,
	PLAYER_LOST,
	PLAYER_BACK,
	PLAYER_OPENED,	/* the device was opened and agrees; trouble: SINK_WELL, or a concern */
	PLAYER_CONCERN, /* it plays, but: trouble */
};
enum player_end {
	PLAYER_WHOLE,
	PLAYER_CUT,
	PLAYER_HARD_STOP,
	PLAYER_DEVICE_LOST,
	PLAYER_UNPLAYABLE
};

struct player_event {
	enum player_event_kind kind;
	uint64_t token;
	int64_t at_us;	  /* CLOCK_MONOTONIC us: first frame / last frame consumed */
	int64_t error_us; /* STARTED with a start_us: at_us minus start_us. at_us of the first clip
			   * of a stream is the device's own trigger stamp, plus the pre-roll. */
	enum player_end end;
	int64_t frames;	 /* consumed by the device */
	int64_t audible; /* of these above -60 dBFS, as they leave the box: after the volume */
	double rms_dbfs; /* of all of them; -144 for digital silence */
	int64_t silence; /* the longest run of frames that are not audible */
	unsigned xruns;
	unsigned rate_hz;	     /* of frames */
	struct sink_trouble trouble; /* LOST, OPENED, CONCERN */
};

int player_fd(const struct player *player);
/* Takes one event. true and *ret, or false if there is none. */
bool player_next_event(struct player *player, struct player_event *ret);

/* For status: consumed frames of the clip that sounds. Any thread. */
struct player_position {
	uint64_t token; /* 0 = none */
	int64_t frames;
	double level_dbfs; /* RMS of its last 0.3 s that the card has passed; -144: nothing */
	bool open, lost;
	bool real_time;	    /* the thread runs with the priority that was asked for */
	uint64_t heartbeat; /* grows between two calls if the thread lives; for the watchdog */
};
void player_position(struct player *player, struct player_position *ret);

#endif
