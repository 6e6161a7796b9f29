/* SPDX-License-Identifier: MIT */
/*
 * player_rig - a player whose sound lands in a WAV file, to be compared with what each clip is.
 *
 * The file is 48 kHz mono; a place in it is a frame. Every function fails the running test where
 * something is wrong with the rig itself.
 */
#ifndef TESTS_PLAYER_RIG_H
#define TESTS_PLAYER_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "player.h"
#include "sink_fake.h"

#define RIG_RATE      48000
#define RIG_PERIOD    960
#define RIG_TOLERANCE 4 /* of 32768: the dither of two renderings */

struct rig {
	struct player *player;
	struct sink_fake *fake;
	char folder[64], wav[96];
	int64_t origin_us; /* of the file, to within the time that its creation took */
	struct player_event heard[64];
	size_t n_heard;
	int16_t *sound; /* after rig_finish() */
	int64_t n_sound;
};

/* One clip as it leaves the chain. */
struct rig_clip {
	const char *name; /* tests/unit/audio/fixtures/NAME.mp3 */
	void *bytes;
	size_t n_bytes;
	int64_t frames_in, n;
	int16_t *sound;
};

void rig_begin(struct rig *rig);
void rig_begin_preroll(struct rig *rig, int64_t preroll_us);
/* The same on another sink, which is given away; there is no WAV file, and no rig_finish(). */
void rig_begin_on(struct rig *rig, struct sink *sink, int64_t preroll_us);
/* Frees the player, reads the file. */
void rig_finish(struct rig *rig);
void rig_end(struct rig *rig);

struct chain_settings rig_settings(void);

struct rig_clip rig_load(const char *name);
void rig_unload(struct rig_clip *clip);

/* Plays a copy of the clip; the other fields as they are in 'ask'. Returns what player_play() did. */
int rig_play(struct rig *rig, const struct rig_clip *clip, struct player_clip ask);

/* Takes events until this one came (it may have come before). Fails the test after 20 s. */
const struct player_event *rig_hear(struct rig *rig, enum player_event_kind kind, uint64_t token);
/* Which of the events taken so far; -1 if it is none of them. */
int rig_heard_at(const struct rig *rig, enum player_event_kind kind, uint64_t token);

/* The place at which frames [from, to) of the clip stand in the file, searched from 'place' on. */
int64_t rig_find(const struct rig *rig, const struct rig_clip *clip, int64_t from, int64_t to,
		 int64_t place);
/* The first and one past the last frame that is not silent; -1 in a silent file. */
int64_t rig_first(const struct rig *rig, int64_t place);
int64_t rig_last(const struct rig *rig);
bool rig_is_silent(const struct rig *rig, int64_t from, int64_t to);
/* The largest difference between neighbours. */
int rig_largest_step(const int16_t *sound, int64_t n);
double rig_level_db(const int16_t *sound, int64_t n);

#endif
