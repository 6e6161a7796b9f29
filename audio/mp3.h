/* SPDX-License-Identifier: MIT */
/*
 * mp3 - decode one MP3 recording that lies in memory.
 *
 * The only room that knows libmpg123. Reads through callbacks over caller's bytes: no file, no
 * disk, so a stalled card cannot stall the sound. Traps handled here (each verified on 1.31.2):
 * lengths are only true after a full scan; damaged frames are not reported; DONE with 0 samples is
 * no success; any binary "plays" as noise; the first NEW_FORMAT is not delivered after getformat.
 * One handle, one thread. libmpg123 1.31 may print a line to stderr about a damaged frame.
 */
#ifndef AUDIO_MP3_H
#define AUDIO_MP3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcm.h"

struct mp3;

/*
 * Open. bytes are borrowed until mp3_free(). Encoder delay and padding are removed where the file
 * tells them (the LAME part of a Xing or Info frame). Where it does not, nothing is made up: every
 * frame is played whole, the silence in front that the encoder made (with LAME 1105 frames) included.
 * Returns 0; -ENOMEM; -EBADMSG: not an MP3 that can be decoded.
 */
int mp3_open(const void *bytes, size_t n_bytes, struct mp3 **ret);
struct mp3 *mp3_free(struct mp3 *mp3);

/* The recording's own format (channels 1 or 2, its rate). */
struct pcm_format mp3_format(const struct mp3 *mp3);

/* Exact length in frames, by a full scan (reads all bytes once, then rewinds). -EBADMSG. */
int64_t mp3_scan(struct mp3 *mp3);

/* Back to the first frame. 0 or -EBADMSG. */
int mp3_rewind(struct mp3 *mp3);

/*
 * From the first frame on, leave out so many: the next read gives what would have come behind them.
 * Few of them are decoded, so a long silence costs little. 0, or -EBADMSG: there are not so many.
 */
int mp3_skip(struct mp3 *mp3, int64_t frames);

/*
 * Decode up to n frames, interleaved. Returns frames, 0 at the end, -EBADMSG where the format
 * changes or the stream breaks off in a way the decoder reports.
 */
int64_t mp3_read(struct mp3 *mp3, float *frames, size_t n);

/*
 * Why a file is not a whole, honest MP3. Layer III alone is taken. Tags at both ends (ID3v2, ID3v1,
 * APE, Lyrics3) and zeros in front do not matter; a few bytes of junk between frames, less than
 * a frame at a time and 5 % in all, are forgiven, and so are 64 KiB of it before the first frame.
 */
enum mp3_verdict {
	MP3_WHOLE,
	MP3_NOT_AUDIO, /* no two consecutive frames of one format at the start, or noise */
	MP3_EMPTY,     /* 0 samples */
	MP3_TRUNCATED, /* fewer frames than the file's own header claims, or cut in a frame */
	MP3_MIXED,     /* more than one format in the stream, or junk in the middle */
	MP3_LYING,     /* Xing/Info frame count differs from the frames that are there */
	MP3_TOO_SHORT, /* < 0.3 s */
	MP3_TOO_LONG,  /* > 2 h */
};
const char *mp3_verdict_code(enum mp3_verdict verdict); /* "whole", "not-audio", ... */

/*
 * Walk the frame headers, scan, and decode wholly. Fills *ret_format and *ret_frames for MP3_WHOLE
 * only; mp3_read() then gives exactly so many.
 */
enum mp3_verdict mp3_examine(const void *bytes, size_t n_bytes, struct pcm_format *ret_format,
			     int64_t *ret_frames);

/* The same; what it decodes is also given to somebody who listens (NULL: nobody does). */
typedef void mp3_hear_fn(void *context, struct pcm_format format, const float *frames, size_t n);
enum mp3_verdict mp3_examine_hear(const void *bytes, size_t n_bytes, mp3_hear_fn *hear,
				  void *context, struct pcm_format *ret_format,
				  int64_t *ret_frames);

#endif
