/* SPDX-License-Identifier: MIT */
/*
 * library_convert - what is no MP3 becomes one, by the program ffmpeg.
 *
 * Mono, 96 kbit/s by LAME (good for speech; 64 below 16 kHz), at the station's rate, or the next
 * lower one an MP3 can have. The first sound of the file alone; no picture, no words, no tags. The
 * same file gives the same MP3. The program is started without a shell, knows the kind of the file
 * (library_container), is confined (library_confine), and reads and writes what is open already.
 */
#ifndef EDGE_LIBRARY_CONVERT_H
#define EDGE_LIBRARY_CONVERT_H

#include <stdbool.h>

struct conversion {
	const char *program; /* path */
	const char *demuxer; /* its name for the kind of file */
	int from, to;	     /* regular files, open, inherited */
	unsigned rate_hz;    /* of the station */
	long bytes_max;
	bool strict; /* the first fault ends it; not where sizes may be left open */
};
/*
 * Waits for it. NULL: done. Else a stable code: "no-converter" (the program is not there),
 * "no-sound", "too-long" (what came out passed bytes_max), "damaged".
 */
const char *convert(const struct conversion *conversion);

#endif
