/* SPDX-License-Identifier: MIT */
/*
 * sink - where frames go: the sound card, a WAV file, nowhere.
 *
 * A small table of functions with an instance pointer. All calls come from one thread (the audio
 * thread), except sink_free() after it was joined. All instants are CLOCK_MONOTONIC us. No call
 * blocks longer than its deadline. Errors are negative errno, translated at this border:
 *   -ENODEV   the device is gone, or cannot be opened now; close and try again later
 *   -EPIPE    underrun; the sink has recovered, counts it in xruns, and wants frames again
 *   -ETIMEDOUT the device is open but does not move; treat as -ENODEV
 * What a failure of open() and start() means for people is in 'trouble', as values: who shows it
 * words it, in the language of whoever asks.
 *
 * Life: open -> write (prefill) -> start(at) -> write/wait ... -> [drop] -> close. After -EPIPE the
 * stream begins again by itself as soon as it was refilled. The place in the stream that the
 * device has reached is consumed() + info.lost.
 */
#ifndef AUDIO_SINK_H
#define AUDIO_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

struct sink;

struct sink_ops {
	/*
	 * Open and configure. *want is what the station asks for; the chain delivers exactly this
	 * rate and channel count, so the sink negotiates or refuses, and fills trouble.
	 */
	int (*open)(struct sink *sink, const struct pcm_format *want);
	/* Take up to n frames without waiting; returns frames taken (0 = full), or an error. */
	int64_t (*write)(struct sink *sink, const float *frames, size_t n);
	/*
	 * Start the stream that was prefilled at an instant (now if it is past); returns when it
	 * runs. *ret_at_us is the card's own trigger stamp.
	 */
	int (*start)(struct sink *sink, int64_t at_us, int64_t *ret_at_us);
	/*
	 * Wait until at least one period can be written, wake_fd is readable (may be -1), or the
	 * deadline passes. 1 writable, 0 deadline or wake_fd, or an error.
	 */
	int (*wait)(struct sink *sink, int wake_fd, int64_t deadline_us);
	/* Frames consumed by the device since start (not frames written); or an error.
	 * After a drop it counts from 0 again, as does info.lost. */
	int64_t (*consumed)(struct sink *sink);
	/* Stop at once; what is buffered is lost. The sink stays open and may be prefilled again. */
	void (*drop)(struct sink *sink);
	void (*close)(struct sink *sink); /* always succeeds; also after errors */
	void (*free)(struct sink *sink);  /* closes if open */
};

/* What is wrong with a device. */
enum sink_cause {
	SINK_WELL,
	SINK_ABSENT,	    /* there is none of this name now; detail: the cards there are, or "" */
	SINK_BUSY,	    /* another program has it; detail: which, or "" */
	SINK_FORBIDDEN,	    /* the service may not open it */
	SINK_MISCONFIGURED, /* the configuration of ALSA has a fault where it says what this is */
	SINK_WRONG_RATE,    /* wanted, least, most: Hz */
	SINK_WRONG_CHANNELS, /* wanted, least, most */
	SINK_WRONG_SAMPLES,  /* detail: the sample formats it takes, by their names in ALSA */
	SINK_UNFIT,	     /* it cannot be set up to play on time */
	SINK_FAILED,	     /* error */
	SINK_NO_START,	     /* it was ready and did not start; error */
	SINK_STALLED,	     /* open, told to play, and does not move */
	SINK_GONE,	     /* it played, and takes no sound any more */
	/* And what may be wrong though it plays: */
	SINK_NO_MIXER, /* it has no controls of its own: no fault, the chain's gain is enough */
	SINK_MIXER_MISSING, /* no control has the name that was asked for; detail: those there are */
	SINK_MIXER_STUCK,   /* detail: controls that do not stay where they are set */
	SINK_MIXER_NO_SCALE, /* detail: controls without a scale in dB; they stand at full */
	SINK_LATE_START, /* it began more than SINK_START_LATE_US after it was told; least: ms */
	SINK_UNDERRUNS,	 /* more than SINK_XRUNS_MANY in one stream; least: how many so far */
};

#define SINK_START_LATE_US 100000
#define SINK_XRUNS_MANY	   5

/* Names in it are not for translation; numbers are 0 where the cause has none. */
struct sink_trouble {
	enum sink_cause cause;
	int error; /* errno, positive */
	unsigned wanted, least, most;
	char device[128]; /* the name that was tried */
	char detail[128];
};

/* What the device really gave; valid while open. */
struct sink_info {
	struct pcm_format format;
	unsigned period_frames, buffer_frames;
	char sample[16]; /* "S16_LE" ... */
	char name[128];	 /* for people */
	unsigned xruns;	 /* since open */
	int64_t lost;	 /* frames an underrun threw away: written, never to be consumed */
};

struct sink {
	const struct sink_ops *ops;
	struct sink_info info;
	struct sink_trouble trouble; /* of the last open() and start(): SINK_WELL if they were */
	struct sink_trouble concern; /* of a device that plays; new with each open() */
};

static inline struct sink *sink_free(struct sink *sink)
{
	if (sink)
		sink->ops->free(sink);
	return NULL;
}

/* "default", any ALSA PCM name, "card:ID", "usb:PORT". device is copied. */
int sink_alsa_new(const char *device, struct sink **ret);
/* The cards that can play and are connected now, by number, at most n; how many. */
struct sink_card {
	char device[80]; /* "card:ID"; "usb:PORT" where there are several on USB */
	char name[80];	 /* for people; "" if it tells none */
};
size_t sink_alsa_cards(struct sink_card *ret, size_t n);
/*
 * Which controls of the card's own mixer are unmuted and set to a level (dB, <= 0) at each opening:
 * "off" (the default), "auto" for all that lead to an output, or the name of one. Between two
 * openings. 0, -ENAMETOOLONG.
 */
int sink_alsa_set_mixer(struct sink *sink, const char *control, double level_db);

/*
 * A 16-bit WAV file, paced in real time like a card. Sample 0 is the instant of this call; time
 * in which the sink was closed is written as silence at the next open and at free, so that a
 * place in the file is a time. The header is valid on disk after every close.
 */
int sink_wav_new(const char *path, const struct pcm_format *format, struct sink **ret);

/* Takes frames at the pace of a card and forgets them. */
int sink_null_new(struct sink **ret);

#endif
