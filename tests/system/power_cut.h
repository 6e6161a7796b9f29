/* SPDX-License-Identifier: MIT */
/*
 * power_cut - a day in the life of a station, recorded write by write (power_cut_day.c), and what
 * must hold of its state folder wherever in that day the power goes (power_cut_check.c).
 *
 * What somebody was told stands on the tape as a mark: "asrun N" (the log has N events for good),
 * "want KIND NAME N" before something is asked for, "have KIND NAME N" when the answer came; N is a
 * version, 0: removed.
 */
#ifndef TESTS_POWER_CUT_H
#define TESTS_POWER_CUT_H

#include <stdbool.h>
#include <stdint.h>

#include "asrun.h"
#include "disk.h"
#include "rig.h"

#define DAY_VERSIONS 32
#define DAY_CLIPS    6
#define DAY_BEGIN    "2024-06-01T05:44:57+07:00"

/* What a thing can be after a cut: its last version that was told, or one that was asked for since. */
struct version {
	char kind[16], name[32];
	int told;
	int asked[DAY_VERSIONS];
	size_t n_asked;
};

struct day {
	struct rig rig;
	char tape[96];
	struct disk *disk; /* the folder as it was before */
	uint8_t *recordings[DAY_VERSIONS];
	size_t n_bytes[DAY_VERSIONS]; /* of recordings, by version */
	char *configs[DAY_VERSIONS], *campaigns[DAY_VERSIONS];
	uint8_t (*hashes)[32]; /* of the events of the whole log, by number */
	int64_t n_events;
	struct asrun_event *told; /* the whole log, without items */
	int64_t n_told;
};

/* power_cut_day.c: records it all. */
void day_live(struct day *day);
void day_free(struct day *day);

/* What is known when the power goes. */
struct moment {
	const char *folder; /* the image */
	int64_t now_us;	    /* the station's clock */
	int64_t acknowledged;
	const struct version *versions;
	size_t n_versions;
};

/* An honest limit: between the end of a clip and its row on the disk nobody knows that it was heard. */
struct tally {
	int64_t heard_again; /* cuts that fell there */
};

/* power_cut_check.c: fails the test if the image breaks a promise. */
void moment_check(const struct day *day, const struct moment *moment, struct tally *tally);

#endif
