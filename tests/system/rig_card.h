/* SPDX-License-Identifier: MIT */
/* rig_card - a station on the ALSA card that paces in real time (tests/pcm), and fails when told. */
#ifndef TESTS_RIG_CARD_H
#define TESTS_RIG_CARD_H

#include "rig.h"

#define CARD_RATE 48000

struct card {
	struct rig rig;
	char control[128], sound[128], stamps[128], mixer[128];
};

/* Folders, the card and a config with this text; nothing runs yet. card_end() frees it. */
struct card *card_new(const char *config_text);
/*
 * Set-up and tear-down for cmocka; *state is the struct card. Clips mot (1 s), hai (3 s), ba (1 s);
 * broadcasts "b" at 05:45 of all three, late 1min; "c" at 05:46 of mot, late 2s.
 */
int card_begin(void **state);
int card_end(void **state);
void card_configure(struct card *card, const char *audio); /* the inside of audio { } */

/* Words of tests/pcm/loapace.c; "" = well. */
void card_tell(const struct card *card, const char *faults);
/* Lines of tests/pcm/loamix.c. */
void card_set_mixer(const struct card *card, const char *lines);

json_t *card_row_of(json_t *rows, const char *broadcast); /* borrowed; fails if it is not there */
int64_t card_number(json_t *row, const char *key);
void card_check_aired(json_t *row, const char *const *clips, size_t n);
void card_until_clip(struct card *card, const char *clip); /* is on air */
void card_until_lost(struct card *card, bool lost);
void card_until_shut(const struct card *card); /* the service has let go of the card */
/* Waits until status shows the fault of this code, or no longer; language "vi" or "en". */
json_t *card_until_fault(struct card *card, const char *code, const char *language);
void card_until_no_fault(struct card *card, const char *code);
/* The fault of this code in a status; NULL if there is none. Borrowed. */
json_t *card_fault(json_t *status, const char *code);

#endif
