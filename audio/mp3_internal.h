/* SPDX-License-Identifier: MIT */
/*
 * mp3_internal - frame headers and tags, read by ourselves: what the decoder is shown, and what
 * an honest file must look like. Knows no libmpg123.
 */
#ifndef AUDIO_MP3_INTERNAL_H
#define AUDIO_MP3_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mp3.h"

#define MP3_HEADER    4
#define MP3_FRAME_MAX 3456	  /* bytes; libmpg123 takes no larger ones */
#define MP3_SEARCH    (64 * 1024) /* bytes of junk before the first frame or between two */

/* What must stay the same through one recording. */
struct mp3_kind {
	unsigned version; /* 1 = MPEG 1, 2 = MPEG 2, 3 = MPEG 2.5 */
	unsigned rate_hz, channels;
	bool crc; /* of this one frame; may change */
};

/* One Layer III frame. A value. */
struct mp3_frame {
	struct mp3_kind kind;
	size_t size; /* bytes with header; 0 in a free-format stream of unknown frame size */
	bool free;   /* no bitrate in the header: all frames have one size, to be found */
	bool padded; /* one byte longer */
};

/* The bytes that hold frames: tags at both ends and zeros around them taken off. */
struct mp3_extent {
	size_t begin, end;
	size_t free_size; /* of unpadded free-format frames, 0 = not free format */
	struct mp3_frame first;
};

/* 0; -ENODATA: nothing but tags and zeros; -EBADMSG: no two frames in a row near the start. */
int mp3_extent_find(const uint8_t *bytes, size_t n, struct mp3_extent *ret);

/* What stands at a place. False if no Layer III header stands there. */
bool mp3_frame_parse(const uint8_t *bytes, size_t n, size_t free_size, struct mp3_frame *ret);
bool mp3_frame_like(const struct mp3_frame *a, const struct mp3_frame *b);

/* The whole file, frame by frame. A value. */
struct mp3_walk {
	int64_t frames;			   /* the Xing, Info or VBRI frame included */
	size_t in_frames;		   /* bytes */
	size_t gap_max;			   /* longest stretch between two frames */
	bool mixed;			   /* frames of another format are in it */
	bool cut;			   /* ends inside a frame */
	bool has_claim;			   /* the header frame counts the frames */
	int64_t claim_frames, claim_bytes; /* bytes 0 = not told */
};
void mp3_walk(const uint8_t *bytes, const struct mp3_extent *extent, struct mp3_walk *ret);

/* As mp3_open(); strict: play only what the header frame vouches for, and one format. */
int mp3_open_strict(const void *bytes, size_t n_bytes, bool strict, struct mp3 **ret);

#endif
