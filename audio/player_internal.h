/* SPDX-License-Identifier: MIT */
/*
 * The inside of the player, for player*.c alone.
 *
 * player.c	    what other threads call; everything they share with the audio thread
 * player_orders.c  the audio thread's side of that: take orders, give events
 * player_thread.c  the thread: idle, stream, probe for a lost device
 * player_priority.c  real-time priority, and the brake against a thread that spins
 * player_stream.c  one stream: open, prefill, hold, start, run, close
 * player_render.c  the next block of frames: silence, clips, volume
 * player_clip.c    one clip: its frames, fades and ends
 * player_report.c  what the card has passed: STARTED, FINISHED, figures
 */
#ifndef AUDIO_PLAYER_INTERNAL_H
#define AUDIO_PLAYER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "dsp_figures.h"
#include "player.h"

#define PLAYER_EVENTS	     64 /* > all of its kinds once for each clip: never full */
#define PLAYER_PIECES	     256
#define PLAYER_BLOCK_FRAMES  1024
#define PLAYER_FADE_IN_US    3000
#define PLAYER_HARD_FADE_US  50000
#define PLAYER_FADE_LEAST_US 30000
#define PLAYER_QUIT_FADE_US  20000
#define PLAYER_LEVEL_US	     300000 /* over so much sound a level is told */
#define PLAYER_GLIDE_US	     50000
#define PLAYER_PATIENCE_US   2000000 /* a device this far behind its own rate is at fault */
#define PLAYER_XRUNS_IN_ROW  3	     /* underruns without a frame consumed between them */

enum clip_state {
	CLIP_QUEUED,
	CLIP_WRITING, /* some frames are made */
	CLIP_WRITTEN, /* all frames are made; 'end' is known */
};

/* The audio thread's own. Places are frames since the stream was prefilled. */
struct clip {
	struct player_clip ask;
	struct chain *chain; /* NULL: cannot be decoded */
	enum clip_state state;
	enum player_end how;
	int64_t first, end;	       /* places */
	int64_t made;		       /* frames of it so far */
	int64_t hard_end;	       /* no more frames than this; INT64_MAX: none */
	int64_t hard_fade;	       /* frames of it after which the fade to hard_end begins */
	int64_t stop_made, stop_total; /* the fade of a stop: where in it, how long; 0 = none */
	float stop_level;	       /* at which this fade began */
	int64_t fade_in;	       /* frames; 0 = none */
	int64_t pause;		       /* frames of silence still before it; -1: not decided */
	bool leads;		       /* the first sound of its stream */
	bool far;		       /* its start_us is too far off to wait with an open device */
	bool started;		       /* STARTED was given */
	int64_t lost;
	struct dsp_figures figures; /* of what the card has passed */
	unsigned xruns;
	int64_t at_us; /* its first frame */
};

/* Some frames of one clip on the way to the card; counted when the card has passed them. */
struct piece {
	uint64_t token;
	int64_t end; /* place after it */
	struct dsp_figures figures;
};

struct volume {
	float gain, target;
	int64_t left; /* frames of the glide */
};

struct stream {
	struct clip clips[PLAYER_QUEUE]; /* in the order of their sound */
	size_t n;
	struct volume volume;
	bool open, running;
	bool writable; /* the last waiting ended for the device, not for wake_fd or nothing */
	float block[PLAYER_BLOCK_FRAMES * PCM_CHANNELS_MAX];
	size_t block_at, block_n; /* frames of the block: already written, in all */
	int64_t made;		  /* place after the last frame made */
	bool slipped;		  /* an underrun has moved what came behind it */
	bool cut;		  /* the last sound did not end by itself */
	int64_t silent;		  /* frames of silence made since the last sound */
	int64_t sound_end;	  /* place after the last frame of sound made */
	int64_t place, place_us;  /* where the card is, and when that was asked */
	int64_t pace, pace_us;	  /* where it was when its pace was last found good */
	int64_t preroll;	  /* frames of silence before its first sound */
	int64_t begin_us;	  /* planned or real start of the device */
	unsigned xruns_in_row, xruns_seen;
	int64_t lost_seen;
	struct piece pieces[PLAYER_PIECES];
	size_t piece_first, n_pieces;
	struct dsp_figures level; /* of what the card has passed since a level was told */
};

struct ticket {
	uint64_t token; /* of a clip whose FINISHED was not yet taken */
	bool cancel, stop;
};

struct player {
	struct sink *sink;
	struct chain_settings settings;
	int64_t preroll_us;
	int priority;
	bool check;
	pthread_t thread;
	int wake_fd, event_fd;

	/* lock protects these, and is never held across anything that can wait. */
	pthread_mutex_t lock;
	struct clip inbox[PLAYER_QUEUE];
	size_t n_inbox;
	struct ticket tickets[PLAYER_QUEUE];
	size_t n_tickets;
	int64_t stop_fade_us;
	double volume_db;
	bool quit, lost;
	struct player_event events[PLAYER_EVENTS];
	size_t event_first, n_events;

	/* For player_position(): no lock, the thread writes them once a period. */
	_Atomic uint64_t sounding, heartbeat;
	_Atomic int64_t sounding_frames;
	_Atomic int level_cdb; /* hundredths of a dBFS */
	_Atomic bool open_now, lost_now, resting;
	_Atomic pid_t thread_id;

	/* There are orders. Set before wake_fd is written, so that a thread that plays need not ask
	 * the kernel whether there are any; wake_fd ends its waiting. */
	_Atomic bool orders;

	/* The audio thread's alone. */
	struct stream stream;
	bool quitting;
	size_t probe; /* which pause is next; the first again when the device has played */
};

/* player.c */
/* Makes an eventfd readable, come what may. Any thread. */
void player_signal(int fd);
void player_wake(struct player *player);

/* player_orders.c */
bool player_obey(struct player *player); /* true if the order of the stream changed */
void player_give(struct player *player, const struct player_event *event);
void player_tell(struct player *player, enum player_event_kind kind,
		 const struct sink_trouble *trouble);
void player_lose(struct player *player, const struct sink_trouble *trouble);
void player_rest(struct player *player, int64_t deadline_us); /* until orders come */
bool player_woken(struct player *player); /* true if there may be orders; clears it */

/* player_thread.c */
void *player_thread(void *player);

/* player_priority.c: in the audio thread. Refused permission is no failure. */
void priority_ask(int priority);
bool priority_is_real_time(pid_t thread); /* 0 = this one */
void priority_touch_stack(void);

/* player_stream.c */
void player_stream(struct player *player);

/* player_render.c */
void player_render(struct player *player); /* fills the block */
int64_t stream_next_us(const struct stream *stream, unsigned rate_hz);
void player_volume_to(struct volume *volume, double db, int64_t glide);

/* player_clip.c */
void clip_begin(struct clip *clip, const struct stream *stream, unsigned rate_hz);
int64_t clip_render(struct clip *clip, const struct pcm_format *format, float *frames, size_t n);
void clip_end(struct clip *clip, int64_t place);
void clip_limit(struct clip *clip, int64_t frames, unsigned rate_hz);
void clip_fade_out(struct clip *clip, int64_t frames);
/* Makes the chain, at the place where the sound begins. 0, -ENOMEM, -EBADMSG: no chain. */
int clip_open(struct clip *clip, const struct chain_settings *settings);
bool clip_rewind(struct clip *clip, const struct chain_settings *settings);
void clip_clear(struct clip *clip);

/* player_report.c */
void player_finish(struct player *player, size_t i, enum player_end how); /* and removes it */
void player_report(struct player *player);
void player_note_xruns(struct player *player);
void pieces_add(struct stream *stream, const struct piece *piece);
void pieces_break(struct stream *stream); /* count the part of the last that was passed */

#endif
