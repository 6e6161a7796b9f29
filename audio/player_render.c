/* SPDX-License-Identifier: MIT */
#include "player_internal.h"

#include <math.h>
#include <string.h>

#include "dsp.h"

#define FAR_US 1000000 /* reopening a device takes less than this */

void player_volume_to(struct volume *volume, double db, int64_t glide)
{
	float target = (float)pcm_gain_of_db(db);

	if (target == volume->target)
		return;
	volume->target = target;
	volume->left = glide;
	if (glide == 0)
		volume->gain = target;
}

static void volume_run(struct volume *volume, unsigned channels, float *frames, size_t n)
{
	size_t i = 0;

	for (; i < n && volume->left > 0; i++) {
		volume->gain += (volume->target - volume->gain) / (float)volume->left--;
		for (unsigned c = 0; c < channels; c++)
			frames[i * channels + c] *= volume->gain;
	}
	if (i < n && volume->gain != 1.0f)
		dsp_gain(frames + i * channels, (n - i) * channels, volume->gain);
}

/* When the next frame to be made will sound. */
int64_t stream_next_us(const struct stream *stream, unsigned rate_hz)
{
	if (!stream->running)
		return stream->begin_us + pcm_us_of_frames(stream->made, rate_hz);
	return stream->place_us + pcm_us_of_frames(stream->made - stream->place, rate_hz);
}

/*
 * The silence before a clip: the gap that was asked for, or up to its start_us. The first sound of
 * a stream has no gap, but the pre-roll; a held stream is held so that the first clip of the queue
 * comes in time behind it.
 */
static int64_t pause_before(struct player *player, struct clip *clip)
{
	struct stream *stream = &player->stream;
	unsigned rate_hz = player->settings.format.rate_hz;
	int64_t left_us = clip->ask.start_us - stream_next_us(stream, rate_hz);
	int64_t pause =
		stream->sound_end ? pcm_frames_of_us(clip->ask.gap_us, rate_hz) : stream->preroll;

	pause -= stream->silent;
	clip->far = false;
	if (!stream->running && clip == &stream->clips[0])
		left_us = 0;
	if (left_us > FAR_US + player->preroll_us) {
		clip->far = true;
		return -1;
	}
	if (left_us > 0)
		pause = pcm_frames_of_us(left_us, rate_hz);
	return pause > 0 ? pause : 0;
}

/* The limit holds from the first sample, but never beyond start_us + limit_us. */
static void limit_at_begin(const struct stream *stream, struct clip *clip, unsigned rate_hz)
{
	int64_t late_us = stream_next_us(stream, rate_hz) - clip->ask.start_us;

	if (!clip->ask.limit_us)
		return;
	if (!clip->ask.start_us || !stream->running || late_us < 0)
		late_us = 0;
	clip_limit(clip, pcm_frames_of_us(clip->ask.limit_us - late_us, rate_hz), rate_hz);
}

static struct clip *clip_next(struct stream *stream)
{
	for (size_t i = 0; i < stream->n; i++)
		if (stream->clips[i].state != CLIP_WRITTEN)
			return &stream->clips[i];
	return NULL;
}

/* Frames of silence to be made now, at most n; 0 if the clip sounds next. */
static size_t silence_before(struct player *player, struct clip *clip, size_t n)
{
	if (!clip)
		return n;
	if (clip->state == CLIP_WRITING)
		return 0;
	if (clip->pause < 0)
		clip->pause = pause_before(player, clip);
	if (clip->pause < 0)
		return n;
	if (clip->pause < (int64_t)n)
		n = (size_t)clip->pause;
	clip->pause -= (int64_t)n;
	return n;
}

static void make_silence(struct stream *stream, unsigned channels, float *frames, size_t n)
{
	memset(frames, 0, n * channels * sizeof(*frames));
	volume_run(&stream->volume, channels, frames, n);
	stream->silent += (int64_t)n;
	stream->made += (int64_t)n;
}

static size_t make_sound(struct player *player, struct clip *clip, float *frames, size_t n)
{
	struct stream *stream = &player->stream;
	const struct pcm_format *format = &player->settings.format;
	int64_t got;

	if (clip->state == CLIP_QUEUED) {
		clip_begin(clip, stream, format->rate_hz);
		limit_at_begin(stream, clip, format->rate_hz);
	}
	got = clip_render(clip, format, frames, n);
	if (got == 0) {
		clip_end(clip, stream->made);
		stream->cut = clip->how != PLAYER_WHOLE;
		return 0;
	}
	volume_run(&stream->volume, format->channels, frames, (size_t)got);
	stream->made += got;
	stream->sound_end = stream->made;
	stream->silent = 0;
	pieces_add(stream, &(struct piece){
				   .token = clip->ask.token,
				   .end = stream->made,
				   .figures = dsp_figures_of(frames, (size_t)got, format->channels),
			   });
	return (size_t)got;
}

void player_render(struct player *player)
{
	struct stream *stream = &player->stream;
	const struct pcm_format *format = &player->settings.format;
	size_t size = player->sink->info.period_frames, done = 0;

	if (size > PLAYER_BLOCK_FRAMES || size == 0)
		size = PLAYER_BLOCK_FRAMES;
	while (done < size) {
		struct clip *clip = clip_next(stream);
		float *frames = stream->block + done * format->channels;
		size_t silence = silence_before(player, clip, size - done);

		if (silence) {
			make_silence(stream, format->channels, frames, silence);
			done += silence;
		} else {
			done += make_sound(player, clip, frames, size - done);
		}
	}
	stream->block_at = 0;
	stream->block_n = size;
}
