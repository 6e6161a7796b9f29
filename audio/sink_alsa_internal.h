/* SPDX-License-Identifier: MIT */
/*
 * The inside of the ALSA sink, for sink_alsa*.c alone.
 *
 * sink_alsa.c	       the sink: write, start, wait
 * sink_alsa_follow.c  where the card is, and what its errors mean
 * sink_alsa_open.c    negotiate with the device
 * sink_alsa_device.c  "card:ID" and "usb:PORT" to names that ALSA knows
 * sink_alsa_cards.c   the cards there are
 * sink_alsa_mixer.c   the card's own controls, unmuted and set
 * sink_alsa_holder.c  which program has a card that is busy
 */
#ifndef AUDIO_SINK_ALSA_INTERNAL_H
#define AUDIO_SINK_ALSA_INTERNAL_H

#include <limits.h>
#include <stdbool.h>

#include <alsa/asoundlib.h>

#include "sink.h"

#define ALSA_NAME_BYTES 192
#define ALSA_NAMES_MAX	2
#define ALSA_STALL_US	500000
#define ALSA_RECOVERIES 3

/* Names to be tried in this order. */
struct alsa_names {
	char name[ALSA_NAMES_MAX][ALSA_NAME_BYTES];
	unsigned n;
};

/*
 * sysfs is ALSA_SYSFS, or a tree like it in tests. 0; -ENODEV: no such card now, and ret_cards has
 * the ids of those there are, for people; -ENAMETOOLONG.
 */
#define ALSA_SYSFS "/sys/class/sound"
int alsa_names_of(const char *device, const char *sysfs, struct alsa_names *ret, char *ret_cards,
		  size_t n_cards);

/* The first line of a file there. False: it cannot be had. */
bool alsa_read_word(const char *folder, const char *file, char *ret, size_t n);
/* Of a card's folder (".../card1"): that of the USB device it is; false: it is none. */
bool alsa_usb_folder(const char *card_folder, char ret[PATH_MAX]);
size_t alsa_cards_of(const char *sysfs, struct sink_card *ret, size_t n);

struct sink_alsa {
	struct sink sink; /* first */
	char device[ALSA_NAME_BYTES];
	const char *sysfs, *proc; /* ALSA_SYSFS and ALSA_PROC but in tests */
	char mixer[64];		  /* a control, or ALSA_MIXER_AUTO, ALSA_MIXER_OFF */
	double mixer_db;
	snd_pcm_t *pcm; /* NULL: closed */
	snd_pcm_format_t format;
	void *raw; /* a buffer's worth of samples, as wide as any format */
	uint32_t dither;
	bool running, recovering;  /* recovering: prepared again, runs when it was refilled */
	bool torn;		   /* a write ended within: see alsa_status() */
	int64_t written, consumed; /* frames of this stream; written counts what was lost, too */
	int64_t moved_us;	   /* when the pointer last moved, or had no need to */
	unsigned failures;	   /* recoveries since it last moved */
};

/* Who has the card of this PCM: "mpd (812)"; "" if that is not to be known. proc: "/proc". */
#define ALSA_PROC "/proc"
void alsa_holder(const char *proc, const char *pcm, char *ret, size_t n);

/* Sets and verifies the controls of the card that was opened as this PCM; fills sink.concern. */
#define ALSA_MIXER_AUTO "auto"
#define ALSA_MIXER_OFF	"off"
void alsa_mixer_set(struct sink_alsa *alsa, const char *pcm);

int64_t alsa_buffered(const struct sink_alsa *alsa);

/*
 * snd_pcm_status(), where it may be asked. When a write meets an underrun, the layers of ALSA (dmix below any other) no
 * longer agree on how far it came, and asked for the status they end the whole program (an assert() of theirs). Then
 * -EPIPE, until the card is prepared again.
 */
int alsa_status(const struct sink_alsa *alsa, snd_pcm_status_t *ret);

/*
 * What an error of ALSA means for the caller. By the state, because the codes differ between layers:
 * 0 nothing is wrong, -EPIPE recovered, -ENODEV gone.
 */
int alsa_recover(struct sink_alsa *alsa);

/* An error code of ALSA to one of the sink; 0 if it is none. */
int alsa_error(struct sink_alsa *alsa, int error);

/* Asks the card where it is. 0, -EPIPE, -ENODEV, -ETIMEDOUT. */
int alsa_follow(struct sink_alsa *alsa);

/* Starts a recovered card once it was refilled. 0, -ENODEV. */
int alsa_run_again(struct sink_alsa *alsa);

/* Opens and configures alsa->pcm, fills sink.info and raw. 0; -ENODEV with sink.trouble; -ENOMEM. */
int alsa_open(struct sink_alsa *alsa, const struct pcm_format *want);

#endif
