/* SPDX-License-Identifier: MIT */
#include "player_internal.h"

#include <math.h>
#include <string.h>

static struct clip *clip_with(struct stream *stream, uint64_t token)
{
	for (size_t i = 0; i < stream->n; i++)
		if (stream->clips[i].ask.token == token)
			return &stream->clips[i];
	return NULL;
}

static void piece_count(struct stream *stream, const struct piece *piece, int64_t frames)
{
	struct clip *clip = clip_with(stream, piece->token);
	struct dsp_figures passed = dsp_figures_share(&piece->figures, frames);

	if (clip)
		dsp_figures_add(&clip->figures, &passed);
}

static struct piece *piece_at(struct stream *stream, size_t i)
{
	return &stream->pieces[(stream->piece_first + i) % PLAYER_PIECES];
}

static void pieces_pass(struct stream *stream)
{
	while (stream->n_pieces && piece_at(stream, 0)->end <= stream->place) {
		dsp_figures_add(&stream->level, &piece_at(stream, 0)->figures);
		piece_count(stream, piece_at(stream, 0), piece_at(stream, 0)->figures.frames);
		stream->piece_first = (stream->piece_first + 1) % PLAYER_PIECES;
		stream->n_pieces--;
	}
}

void pieces_break(struct stream *stream)
{
	const struct piece *piece;
	int64_t begun;

	pieces_pass(stream);
	piece = piece_at(stream, 0);
	begun = stream->place - (piece->end - piece->figures.frames);
	if (stream->n_pieces && begun > 0)
		piece_count(stream, piece, begun);
	stream->n_pieces = 0;
}

/* There is room for more than any buffer holds; beyond that a piece counts when it is made. */
void pieces_add(struct stream *stream, const struct piece *piece)
{
	if (stream->n_pieces == PLAYER_PIECES) {
		piece_count(stream, piece, piece->figures.frames);
		return;
	}
	*piece_at(stream, stream->n_pieces) = *piece;
	stream->n_pieces++;
}

static int64_t place_us(const struct player *player, int64_t place)
{
	const struct stream *stream = &player->stream;

	return stream->place_us -
	       pcm_us_of_frames(stream->place - place, player->settings.format.rate_hz);
}

static int64_t clip_consumed(const struct player *player, const struct clip *clip)
{
	int64_t place = player->stream.place;

	if (clip->state == CLIP_QUEUED || !player->stream.running)
		return 0;
	if (clip->state == CLIP_WRITTEN && place > clip->end)
		place = clip->end;
	place -= clip->first + clip->lost;
	return place > 0 ? place : 0;
}

void player_finish(struct player *player, size_t i, enum player_end how)
{
	struct stream *stream = &player->stream;
	struct clip *clip = &stream->clips[i];
	struct player_event event = {
		.kind = PLAYER_FINISHED,
		.token = clip->ask.token,
		.end = how,
		.frames = clip_consumed(player, clip),
		.audible = clip->figures.audible,
		.rms_dbfs = dsp_figures_rms_db(&clip->figures, player->settings.format.channels),
		.silence = clip->figures.longest,
		.xruns = clip->xruns,
		.rate_hz = player->settings.format.rate_hz,
		.at_us = stream->place_us,
	};

	if (clip->state == CLIP_WRITTEN && stream->running && clip->end <= stream->place)
		event.at_us = place_us(player, clip->end);
	clip_clear(clip);
	stream->n--;
	memmove(clip, clip + 1, (stream->n - i) * sizeof(*clip));
	player_give(player, &event);
}

static void clip_started(struct player *player, struct clip *clip)
{
	struct player_event event = {
		.kind = PLAYER_STARTED,
		.token = clip->ask.token,
		.rate_hz = player->settings.format.rate_hz,
	};

	clip->started = true;
	/* The first of a stream by the card's own trigger stamp, the others by where the card is. */
	clip->at_us = place_us(player, clip->first);
	if (clip->leads && !player->stream.slipped)
		clip->at_us = player->stream.begin_us +
			      pcm_us_of_frames(clip->first, player->settings.format.rate_hz);
	event.at_us = clip->at_us;
	if (clip->ask.start_us)
		event.error_us = clip->at_us - clip->ask.start_us;
	player_give(player, &event);
}

static void tell_level(struct player *player, const struct dsp_figures *level)
{
	double db = dsp_figures_rms_db(level, player->settings.format.channels);

	atomic_store(&player->level_cdb, (int)lround(100 * db));
}

/* Of the sound of the last moment; of none as soon as nothing is on air. */
static void report_level(struct player *player, bool on_air)
{
	struct stream *stream = &player->stream;
	const struct dsp_figures nothing = {0};

	if (!on_air) {
		stream->level = nothing;
		tell_level(player, &nothing);
	} else if (stream->level.frames >=
		   pcm_frames_of_us(PLAYER_LEVEL_US, player->settings.format.rate_hz)) {
		tell_level(player, &stream->level);
		stream->level = nothing;
	}
}

static void report_position(struct player *player)
{
	const struct stream *stream = &player->stream;
	const struct clip *on_air = NULL;

	if (stream->n && stream->clips[0].started)
		on_air = &stream->clips[0];
	report_level(player, on_air != NULL);
	/* Frames first: a reader who sees the token change reads again. */
	atomic_store(&player->sounding_frames, on_air ? clip_consumed(player, on_air) : 0);
	atomic_store(&player->sounding, on_air ? on_air->ask.token : 0);
	atomic_store(&player->open_now, stream->open);
	atomic_fetch_add(&player->heartbeat, 1);
}

/* STARTED and FINISHED of what the card has passed. */
void player_report(struct player *player)
{
	struct stream *stream = &player->stream;

	pieces_pass(stream);
	while (stream->running && stream->n) {
		struct clip *clip = &stream->clips[0];
		bool sounds = clip->state == CLIP_WRITING ||
			      (clip->state == CLIP_WRITTEN && clip->end > clip->first);

		if (sounds && !clip->started && stream->place >= clip->first)
			clip_started(player, clip);
		if (clip->state != CLIP_WRITTEN || stream->place < clip->end)
			break;
		player_finish(player, 0, clip->how);
	}
	report_position(player);
}

/* The time that an underrun took is not given back to a clip that has to end by an instant. */
static void xrun_shorten(struct player *player, struct clip *clip)
{
	unsigned rate_hz = player->settings.format.rate_hz;
	int64_t from_us = clip->ask.start_us ? clip->ask.start_us : clip->at_us;
	int64_t pending = (int64_t)(player->stream.block_n - player->stream.block_at);
	int64_t left_us = from_us + clip->ask.limit_us - player->stream.place_us;

	if (from_us && clip->ask.limit_us && clip->state == CLIP_WRITING)
		clip_limit(clip,
			   clip->made - pending +
				   pcm_frames_of_us(left_us > 0 ? left_us : 0, rate_hz),
			   rate_hz);
}

static int64_t overlap(int64_t first, int64_t end, int64_t from, int64_t to)
{
	first = first > from ? first : from;
	end = end < to ? end : to;
	return end > first ? end - first : 0;
}

/* The frames [from, to) were thrown away: nobody heard them, of whichever clip they are. */
static void stream_lose(struct stream *stream, int64_t from, int64_t to)
{
	for (size_t i = 0; i < stream->n; i++) {
		struct clip *clip = &stream->clips[i];
		int64_t end = clip->state == CLIP_WRITTEN ? clip->end : stream->made;

		if (clip->state != CLIP_QUEUED)
			clip->lost += overlap(clip->first, end, from, to);
	}
	for (size_t i = 0; i < stream->n_pieces; i++) {
		struct piece *piece = piece_at(stream, i);
		int64_t frames = piece->figures.frames;

		piece->figures =
			dsp_figures_share(&piece->figures, frames - overlap(piece->end - frames,
									    piece->end, from, to));
	}
}

void player_note_xruns(struct player *player)
{
	struct stream *stream = &player->stream;
	const struct sink_info *info = &player->sink->info;

	stream_lose(stream, stream->place - (info->lost - stream->lost_seen), stream->place);
	if (stream->n && stream->clips[0].state != CLIP_QUEUED) {
		stream->clips[0].xruns += info->xruns - stream->xruns_seen;
		xrun_shorten(player, &stream->clips[0]);
	}
	stream->xruns_seen = info->xruns;
	stream->lost_seen = info->lost;
}
