/* SPDX-License-Identifier: MIT */
/*
 * libmpg123 sees nothing but the frames: tags are taken off before, so a picture of 20 MB costs
 * nothing and a lying tag hides nothing. It reads through callbacks over the caller's bytes.
 *
 * In spite of MPG123_QUIET, 1.31 may print "Truncating stereo boundary to sideband limit." to
 * stderr for a damaged frame; silent from 1.33 on.
 */
#include "mp3.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <mpg123.h>

#include "mp3_internal.h"

/*
 * A frame leans on the bits (at most 511 bytes, of a few frames) and the overlap of those before
 * it: so much is decoded and thrown away in front of the place that is wanted.
 */
#define WARM_UP 16384

struct mp3 {
	mpg123_handle *handle;
	const uint8_t *bytes; /* borrowed; begins with a frame */
	size_t n, position;
	struct pcm_format format;
	bool broken; /* an error was met; it is told by the next read that has nothing else */
};

static ssize_t read_bytes(void *context, void *out, size_t n)
{
	struct mp3 *mp3 = context;
	size_t left = mp3->n - mp3->position;

	if (n > left)
		n = left;
	memcpy(out, mp3->bytes + mp3->position, n);
	mp3->position += n;
	return (ssize_t)n;
}

static off_t seek_bytes(void *context, off_t offset, int whence)
{
	struct mp3 *mp3 = context;
	off_t base = 0;

	if (whence == SEEK_CUR)
		base = (off_t)mp3->position;
	else if (whence == SEEK_END)
		base = (off_t)mp3->n;
	if (offset < -base || offset > (off_t)mp3->n - base)
		return -1;
	mp3->position = (size_t)(base + offset);
	return base + offset;
}

static int configure(struct mp3 *mp3, bool strict)
{
	const int both = MPG123_MONO | MPG123_STEREO;
	long flags = MPG123_QUIET | MPG123_SKIP_ID3V2 | MPG123_GAPLESS | MPG123_FORCE_FLOAT;

	if (strict)
		flags |= MPG123_NO_FRANKENSTEIN;
	if (mpg123_param(mp3->handle, MPG123_ADD_FLAGS, flags, 0.0) != MPG123_OK ||
	    mpg123_param(mp3->handle, MPG123_REMOVE_FLAGS, MPG123_AUTO_RESAMPLE, 0.0) !=
		    MPG123_OK ||
	    mpg123_param(mp3->handle, MPG123_RESYNC_LIMIT, MP3_SEARCH, 0.0) != MPG123_OK)
		return -ENOMEM;
	if (mpg123_format_none(mp3->handle) != MPG123_OK ||
	    mpg123_format2(mp3->handle, 0, both, MPG123_ENC_FLOAT_32) != MPG123_OK)
		return -ENOMEM;
	if (mpg123_replace_reader_handle(mp3->handle, read_bytes, seek_bytes, NULL) != MPG123_OK)
		return -ENOMEM;
	return 0;
}

/* The format as the decoder sees it now; false if it is none of ours. */
static bool current_format(struct mp3 *mp3, struct pcm_format *ret)
{
	long rate;
	int channels, encoding;

	if (mpg123_getformat(mp3->handle, &rate, &channels, &encoding) != MPG123_OK)
		return false;
	if (encoding != MPG123_ENC_FLOAT_32 || channels < 1 || channels > PCM_CHANNELS_MAX)
		return false;
	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX)
		return false;
	*ret = (struct pcm_format){.rate_hz = (unsigned)rate, .channels = (unsigned)channels};
	return true;
}

/*
 * The format is asked for right after opening: from then on NEW_FORMAT is never told for the
 * first format, so whenever it is told, the stream has changed.
 */
static int start(struct mp3 *mp3, bool strict)
{
	int error;

	error = configure(mp3, strict);
	if (error)
		return error;
	if (mpg123_open_handle(mp3->handle, mp3) != MPG123_OK)
		return -EBADMSG;
	return current_format(mp3, &mp3->format) ? 0 : -EBADMSG;
}

int mp3_open_strict(const void *bytes, size_t n_bytes, bool strict, struct mp3 **ret)
{
	struct mp3_extent extent;
	struct mp3 *mp3;
	int error;

	if (mp3_extent_find(bytes, n_bytes, &extent))
		return -EBADMSG;
	mp3 = calloc(1, sizeof(*mp3));
	if (!mp3)
		return -ENOMEM;
	mp3->bytes = (const uint8_t *)bytes + extent.begin;
	mp3->n = extent.end - extent.begin;
	mp3->handle = mpg123_new(NULL, NULL);
	error = mp3->handle ? start(mp3, strict) : -ENOMEM;
	if (error) {
		mp3_free(mp3);
		return error;
	}
	*ret = mp3;
	return 0;
}

int mp3_open(const void *bytes, size_t n_bytes, struct mp3 **ret)
{
	return mp3_open_strict(bytes, n_bytes, false, ret);
}

struct mp3 *mp3_free(struct mp3 *mp3)
{
	if (!mp3)
		return NULL;
	mpg123_delete(mp3->handle); /* takes NULL */
	free(mp3);
	return NULL;
}

struct pcm_format mp3_format(const struct mp3 *mp3)
{
	return mp3->format;
}

int64_t mp3_scan(struct mp3 *mp3)
{
	off_t length;

	if (mpg123_scan(mp3->handle) != MPG123_OK)
		return -EBADMSG;
	length = mpg123_length(mp3->handle);
	if (length < 0)
		return -EBADMSG;
	return mp3_rewind(mp3) ? -EBADMSG : (int64_t)length;
}

int mp3_rewind(struct mp3 *mp3)
{
	mp3->broken = mpg123_seek(mp3->handle, 0, SEEK_SET) != 0;
	return mp3->broken ? -EBADMSG : 0;
}

/* One call of the decoder. 1 go on, 0 the end, -EBADMSG. */
static int step(struct mp3 *mp3, float *frames, size_t n, size_t *ret_frames)
{
	const size_t frame_bytes = sizeof(float) * mp3->format.channels;
	struct pcm_format now;
	size_t bytes = 0;
	int rc;

	rc = mpg123_read(mp3->handle, frames, n * frame_bytes, &bytes);
	*ret_frames = bytes / frame_bytes;
	if (rc == MPG123_DONE)
		return 0;
	if (rc == MPG123_OK)
		return 1;
	if (rc != MPG123_NEW_FORMAT || !current_format(mp3, &now))
		return -EBADMSG;
	if (now.rate_hz != mp3->format.rate_hz || now.channels != mp3->format.channels)
		return -EBADMSG;
	return 1;
}

int64_t mp3_read(struct mp3 *mp3, float *frames, size_t n)
{
	size_t done = 0, got;
	int more = 1;

	while (more > 0 && done < n && !mp3->broken) {
		more = step(mp3, frames + done * mp3->format.channels, n - done, &got);
		done += got;
		mp3->broken = more < 0;
	}
	return done == 0 && mp3->broken ? -EBADMSG : (int64_t)done;
}

int mp3_skip(struct mp3 *mp3, int64_t frames)
{
	int64_t at = frames > WARM_UP ? frames - WARM_UP : 0;
	float heard[1152 * PCM_CHANNELS_MAX];

	mp3->broken = mpg123_seek(mp3->handle, (off_t)at, SEEK_SET) != (off_t)at;
	while (!mp3->broken && at < frames) {
		int64_t left = frames - at, got;

		got = mp3_read(mp3, heard, left < 1152 ? (size_t)left : 1152);
		mp3->broken = got <= 0;
		at += got;
	}
	return mp3->broken ? -EBADMSG : 0;
}
