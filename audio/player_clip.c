/* SPDX-License-Identifier: MIT */
#include "player_internal.h"

#include <math.h>
#include <stdlib.h>

#include "dsp.h"

int clip_open(struct clip *clip, const struct chain_settings *settings)
{
	const struct player_clip *ask = &clip->ask;
	int error = chain_new(ask->bytes, ask->n_bytes, ask->frames_in, settings, ask->gain_db,
			      &clip->chain);

	if (!error)
		error = chain_skip(clip->chain, ask->skip_in);
	if (error)
		clip->chain = chain_free(clip->chain);
	return error;
}

void clip_begin(struct clip *clip, const struct stream *stream, unsigned rate_hz)
{
	clip->state = CLIP_WRITING;
	clip->how = PLAYER_WHOLE;
	clip->first = stream->made;
	clip->leads = stream->sound_end == 0;
	clip->made = 0;
	/* Not between clips: there the recordings themselves decide how they meet. */
	clip->fade_in = 0;
	if (stream->made == 0 || stream->silent || stream->cut)
		clip->fade_in = pcm_frames_of_us(PLAYER_FADE_IN_US, rate_hz);
	if (!clip->chain)
		clip->how = PLAYER_UNPLAYABLE;
}

void clip_limit(struct clip *clip, int64_t frames, unsigned rate_hz)
{
	int64_t fade = pcm_frames_of_us(PLAYER_HARD_FADE_US, rate_hz);

	if (frames < clip->made)
		frames = clip->made;
	/* A limit that cuts nothing off must not fade either. */
	if (frames >= clip->hard_end || (clip->chain && frames >= chain_frames(clip->chain)))
		return;
	clip->hard_end = frames;
	clip->hard_fade = frames - fade > clip->made ? frames - fade : clip->made;
}

static float stop_gain(const struct clip *clip)
{
	if (!clip->stop_total)
		return 1.0f;
	return clip->stop_level *
	       (float)(0.5 + 0.5 * cos(M_PI * (double)clip->stop_made / (double)clip->stop_total));
}

void clip_fade_out(struct clip *clip, int64_t frames)
{
	/* A slower stop does not take back a faster one. */
	if (clip->stop_total && clip->stop_total - clip->stop_made <= frames)
		return;
	clip->stop_level = stop_gain(clip);
	clip->stop_made = 0;
	clip->stop_total = frames;
}

static int64_t clip_room(const struct clip *clip, int64_t n)
{
	int64_t room = clip->hard_end - clip->made;

	if (clip->stop_total && clip->stop_total - clip->stop_made < room)
		room = clip->stop_total - clip->stop_made;
	return room < n ? room : n;
}

static void clip_fades(struct clip *clip, unsigned channels, float *frames, int64_t n)
{
	int64_t fade_from = clip->hard_fade - clip->made;

	if (clip->made < clip->fade_in)
		dsp_fade(frames, (size_t)n, channels, clip->made, clip->fade_in, true);
	if (clip->hard_end != INT64_MAX && fade_from < n) {
		int64_t skip = fade_from > 0 ? fade_from : 0;

		dsp_fade(frames + skip * channels, (size_t)(n - skip), channels, skip - fade_from,
			 clip->hard_end - clip->hard_fade, false);
	}
	if (clip->stop_total) {
		dsp_fade(frames, (size_t)n, channels, clip->stop_made, clip->stop_total, false);
		if (clip->stop_level < 1.0f)
			dsp_gain(frames, (size_t)n * channels, clip->stop_level);
		clip->stop_made += n;
	}
}

/* The next frames, 0 when there are no more; 'how' then says why. */
int64_t clip_render(struct clip *clip, const struct pcm_format *format, float *frames, size_t n)
{
	int64_t room = clip_room(clip, (int64_t)n), got;

	if (clip->how == PLAYER_UNPLAYABLE)
		return 0;
	if (room <= 0) {
		clip->how = clip->made == clip->hard_end ? PLAYER_HARD_STOP : PLAYER_CUT;
		return 0;
	}
	got = chain_read(clip->chain, frames, (size_t)room);
	if (got <= 0) {
		if (got < 0)
			clip->how = PLAYER_UNPLAYABLE;
		else if (clip->stop_total)
			clip->how = PLAYER_CUT;
		return 0;
	}
	clip_fades(clip, format->channels, frames, got);
	clip->made += got;
	return got;
}

void clip_end(struct clip *clip, int64_t place)
{
	clip->state = CLIP_WRITTEN;
	clip->end = place;
}

/* Back to the first frame, for a held stream that is filled anew. */
bool clip_rewind(struct clip *clip, const struct chain_settings *settings)
{
	clip->pause = -1;
	if (clip->state == CLIP_QUEUED)
		return true;
	clip->chain = chain_free(clip->chain);
	clip->state = CLIP_QUEUED;
	clip->made = 0;
	clip->figures = (struct dsp_figures){0};
	clip->hard_end = INT64_MAX;
	return clip_open(clip, settings) == 0;
}

void clip_clear(struct clip *clip)
{
	clip->chain = chain_free(clip->chain);
	free(clip->ask.bytes);
	clip->ask.bytes = NULL;
}
