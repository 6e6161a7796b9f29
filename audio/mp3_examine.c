/* SPDX-License-Identifier: MIT */
/*
 * Is this a whole, honest MP3? libmpg123 cannot tell: it plays programs as noise, stops at a cut
 * without an error and believes what the header frame says. So the frames are walked first, and
 * what the walk, the decoder's scan and a whole decode say must agree.
 */
#include "mp3.h"

#include <errno.h>
#include <stdlib.h>

#include "mp3_internal.h"

struct listener {
	mp3_hear_fn *hear; /* or NULL */
	void *context;
};

#define BLOCK	    1152
#define SHORTEST_MS 300
#define LONGEST_S   7200

const char *mp3_verdict_code(enum mp3_verdict verdict)
{
	static const char *const codes[] = {
		[MP3_WHOLE] = "whole",	       [MP3_NOT_AUDIO] = "not-audio", [MP3_EMPTY] = "empty",
		[MP3_TRUNCATED] = "truncated", [MP3_MIXED] = "mixed",	      [MP3_LYING] = "lying",
		[MP3_TOO_SHORT] = "too-short", [MP3_TOO_LONG] = "too-long",
	};

	return codes[verdict];
}

/*
 * The count is of the frames behind the header frame; in a VBRI header it may include that (in a
 * Xing header too, but libmpg123 then cuts the end in the wrong place, which judge_sound() sees).
 * Fewer frames than claimed: the bytes tell whether the end is missing or the claim was never
 * true.
 */
static enum mp3_verdict judge_claim(const struct mp3_walk *walk, size_t n_bytes)
{
	if (!walk->has_claim || walk->claim_frames == walk->frames - 1)
		return MP3_WHOLE;
	if (walk->claim_frames == walk->frames) /* or is just the last one missing? */
		return walk->claim_bytes > (int64_t)n_bytes ? MP3_TRUNCATED : MP3_WHOLE;
	if (walk->claim_frames < walk->frames)
		return MP3_LYING;
	return walk->claim_bytes > 0 && walk->claim_bytes <= (int64_t)n_bytes ? MP3_LYING
									      : MP3_TRUNCATED;
}

/*
 * A gap as long as a frame is sound that is missing; a few bytes between frames are the work of
 * careless encoders and harm nothing.
 */
static enum mp3_verdict judge_frames(const uint8_t *bytes, const struct mp3_extent *extent)
{
	struct mp3_walk walk;
	size_t n_bytes = extent->end - extent->begin;

	mp3_walk(bytes, extent, &walk);
	if (walk.mixed)
		return MP3_MIXED;
	if (walk.cut)
		return MP3_TRUNCATED;
	if (walk.in_frames < n_bytes / 2)
		return MP3_NOT_AUDIO;
	if (walk.gap_max >= extent->first.size || walk.in_frames < n_bytes - n_bytes / 20)
		return MP3_MIXED;
	return judge_claim(&walk, n_bytes);
}

/* Frames that a whole decode gives, or -EBADMSG, -ENOMEM. */
static int64_t decode_all(struct mp3 *mp3, const struct listener *listener)
{
	float *block = calloc(BLOCK * PCM_CHANNELS_MAX, sizeof(*block));
	int64_t total = 0, got;

	if (!block)
		return -ENOMEM;
	while ((got = mp3_read(mp3, block, BLOCK)) > 0) {
		if (listener->hear)
			listener->hear(listener->context, mp3_format(mp3), block, (size_t)got);
		total += got;
	}
	free(block);
	return got < 0 ? got : total;
}

static int64_t scan_strict(const void *bytes, size_t n_bytes)
{
	struct mp3 *mp3;
	int64_t frames;

	frames = mp3_open_strict(bytes, n_bytes, true, &mp3);
	if (frames < 0)
		return frames;
	frames = mp3_scan(mp3);
	mp3_free(mp3);
	return frames;
}

static enum mp3_verdict judge_length(int64_t frames, unsigned rate_hz)
{
	if (frames == 0)
		return MP3_EMPTY;
	if (frames * 1000 < (int64_t)SHORTEST_MS * rate_hz)
		return MP3_TOO_SHORT;
	return frames > (int64_t)LONGEST_S * rate_hz ? MP3_TOO_LONG : MP3_WHOLE;
}

/*
 * A file of the right length is decoded wholly; a longer one is not worth the time. It is decoded
 * before it is scanned, as it is on air: a scan can change where the decoder begins.
 */
static enum mp3_verdict judge_sound(const void *bytes, size_t n_bytes, struct mp3 *mp3,
				    const struct listener *listener, int64_t *ret_frames)
{
	enum mp3_verdict verdict;
	int64_t strict, decoded;

	strict = scan_strict(bytes, n_bytes);
	if (strict < 0)
		return MP3_NOT_AUDIO;
	verdict = judge_length(strict, mp3_format(mp3).rate_hz);
	if (verdict != MP3_WHOLE)
		return verdict;
	decoded = decode_all(mp3, listener);
	if (mp3_scan(mp3) != strict)
		return MP3_LYING;
	if (decoded != strict)
		return decoded < 0 ? MP3_TRUNCATED : MP3_LYING;
	*ret_frames = strict;
	return MP3_WHOLE;
}

enum mp3_verdict mp3_examine_hear(const void *bytes, size_t n_bytes, mp3_hear_fn *hear,
				  void *context, struct pcm_format *ret_format, int64_t *ret_frames)
{
	const struct listener listener = {hear, context};
	struct mp3_extent extent;
	enum mp3_verdict verdict;
	struct mp3 *mp3;
	int error;

	error = n_bytes > 0 ? mp3_extent_find(bytes, n_bytes, &extent) : -ENODATA;
	if (error)
		return error == -ENODATA ? MP3_EMPTY : MP3_NOT_AUDIO;
	verdict = judge_frames(bytes, &extent);
	if (verdict != MP3_WHOLE)
		return verdict;
	if (mp3_open(bytes, n_bytes, &mp3))
		return MP3_NOT_AUDIO;
	verdict = judge_sound(bytes, n_bytes, mp3, &listener, ret_frames);
	if (verdict == MP3_WHOLE)
		*ret_format = mp3_format(mp3);
	mp3_free(mp3);
	return verdict;
}

enum mp3_verdict mp3_examine(const void *bytes, size_t n_bytes, struct pcm_format *ret_format,
			     int64_t *ret_frames)
{
	return mp3_examine_hear(bytes, n_bytes, NULL, NULL, ret_format, ret_frames);
}
