/* SPDX-License-Identifier: MIT */
/*
 * library_container - what kind of file is this, by its first bytes, and is all of it there?
 *
 * Names never count. The converter is told the kind that was found here, so that a file cannot
 * choose one that reads other files (playlists, lists of parts). Reads with pread() alone.
 */
#ifndef EDGE_LIBRARY_CONTAINER_H
#define EDGE_LIBRARY_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

enum container {
	CONTAINER_NONE, /* an MP3, or nothing we take */
	CONTAINER_WAV,
	CONTAINER_FLAC,
	CONTAINER_OGG,
	CONTAINER_MP4, /* M4A, MP4, MOV, 3GP */
	CONTAINER_MATROSKA,
	CONTAINER_AMR,
	CONTAINER_AAC, /* ADTS, without a container */
};
enum container container_of(int fd);
/* The converter's name for it; NULL for NONE. */
const char *container_demuxer(enum container container);
/* False: the file ends before what its own sizes say. Sizes a writer to a pipe leaves open do. */
bool container_whole(int fd, enum container container);
/* How long it says it is, -1 where that is not told in a simple place. */
int64_t container_length_us(int fd, enum container container);

#endif
