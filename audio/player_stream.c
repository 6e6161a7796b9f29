/* SPDX-License-Identifier: MIT */
/*
 * One stream: from the first clip after silence until the queue is empty.
 *
 *	open - prefill - hold until start_us less the pre-roll - start - run - close
 *
 * Every wait has a deadline and hears the orders. While it is held nothing has sounded, so an order
 * that changes the queue empties the buffer and fills it anew. While it runs, silence follows the
 * last clip, so that the card never runs dry: either the next clip comes, and goes on in the same
 * stream, or the card has passed a whole buffer of silence and is closed. So the last sample has
 * left the converter as well, and nobody ever waits for a device to drain.
 */
#include "player_internal.h"

#include <errno.h>

#include "monotonic.h"

#define PREFILL_US     20000	/* the time that filling the device may take */
#define START_EARLY_US 40000	/* sink->start() is called so early: a thread may be woken late */
#define RUN_WAIT_US    100000	/* how long a card may keep us waiting before we look around */
#define PACE_US	       10000000 /* a pace found good is taken as the new measure */

static unsigned rate_of(const struct player *player)
{
	return player->settings.format.rate_hz;
}

static void stream_reset(struct stream *stream)
{
	stream->running = stream->cut = stream->slipped = stream->writable = false;
	stream->block_at = stream->block_n = 0;
	stream->made = stream->silent = stream->sound_end = stream->place = 0;
	stream->xruns_in_row = stream->xruns_seen = 0;
	stream->lost_seen = 0;
	stream->n_pieces = 0;
	stream->volume.gain = stream->volume.target;
	stream->volume.left = 0;
}

static int write_block(struct player *player)
{
	struct stream *stream = &player->stream;
	struct sink *sink = player->sink;
	const float *from = stream->block + stream->block_at * player->settings.format.channels;
	int64_t taken = sink->ops->write(sink, from, stream->block_n - stream->block_at);

	if (taken < 0)
		return (int)taken;
	stream->block_at += (size_t)taken;
	return taken > 0;
}

/* Write until the sink is full. Some "devices" never are: two buffers at a time are enough. */
static int stream_fill(struct player *player)
{
	struct stream *stream = &player->stream;
	int64_t most = stream->made + 2 * (int64_t)player->sink->info.buffer_frames;
	int more = 1;

	while (more > 0 && stream->made <= most) {
		if (stream->block_at == stream->block_n)
			player_render(player);
		more = write_block(player);
	}
	return more < 0 ? more : 0;
}

/* When the device is to be triggered, and how much silence comes before the first sample then. */
static void plan_begin(struct player *player)
{
	struct stream *stream = &player->stream;
	int64_t start_us = stream->clips[0].ask.start_us, now_us = monotonic_us();
	int64_t preroll_us = player->preroll_us;

	if (start_us && start_us - now_us - PREFILL_US < preroll_us)
		preroll_us = start_us - now_us - PREFILL_US;
	if (preroll_us < 0)
		preroll_us = 0;
	stream->preroll = pcm_frames_of_us(preroll_us, rate_of(player));
	stream->begin_us = start_us - pcm_us_of_frames(stream->preroll, rate_of(player));
	if (stream->begin_us < now_us)
		stream->begin_us = now_us;
}

static int stream_prefill(struct player *player)
{
	stream_reset(&player->stream);
	plan_begin(player);
	return stream_fill(player);
}

enum hold { HOLD_START, HOLD_CHANGED };

/* A sink that was filled reports here only that it is gone. */
static int hold_wait(struct player *player, int64_t until_us)
{
	struct sink *sink = player->sink;
	int ready = sink->ops->wait(sink, player->wake_fd, until_us);

	if (ready > 0)
		player_rest(player, until_us);
	return ready < 0 ? ready : 0;
}

static int stream_hold(struct player *player)
{
	int64_t until_us = player->stream.begin_us - START_EARLY_US;

	while (monotonic_us() < until_us) {
		int error;

		atomic_store(&player->resting, true);
		error = hold_wait(player, until_us);
		atomic_store(&player->resting, false);
		atomic_fetch_add(&player->heartbeat, 1);
		if (error)
			return error;
		if (player_woken(player) && player_obey(player))
			return HOLD_CHANGED;
	}
	return HOLD_START;
}

/* Nothing has sounded yet: take it all back and begin anew with what is left of the queue. */
static void stream_rewind(struct player *player)
{
	struct stream *stream = &player->stream;

	player->sink->ops->drop(player->sink);
	for (size_t i = 0; i < stream->n; i++)
		clip_rewind(&stream->clips[i], &player->settings);
	stream_reset(stream);
}

/* What has no start any more (its limit is past, it cannot be decoded) must not open a device. */
static void drop_hopeless(struct player *player)
{
	struct stream *stream = &player->stream;

	stream->place_us = monotonic_us();
	while (stream->n) {
		const struct player_clip *ask = &stream->clips[0].ask;

		if (!stream->clips[0].chain)
			player_finish(player, 0, PLAYER_UNPLAYABLE);
		else if (ask->limit_us && ask->start_us &&
			 ask->start_us + ask->limit_us <= stream->place_us)
			player_finish(player, 0, PLAYER_HARD_STOP);
		else
			return;
	}
}

/* Prefill and hold, again for each change of the queue. Returns with the stream about to start. */
static int stream_prepare(struct player *player)
{
	struct stream *stream = &player->stream;

	for (;;) {
		int error = stream_prefill(player);

		if (!error)
			error = stream_hold(player);
		if (error != HOLD_CHANGED)
			return error;
		stream_rewind(player);
		drop_hopeless(player);
		if (!stream->n)
			return -ECANCELED;
	}
}

/* The limit of a clip with a start_us is an instant: what the start came late is taken off. */
static void limit_at_start(struct player *player, struct clip *clip)
{
	const struct stream *stream = &player->stream;
	unsigned rate_hz = rate_of(player);
	int64_t at_us = stream->begin_us + pcm_us_of_frames(clip->first, rate_hz);
	int64_t late_us = at_us - clip->ask.start_us;

	if (clip->state != CLIP_QUEUED && clip->ask.start_us && clip->ask.limit_us && late_us > 0)
		clip_limit(clip, pcm_frames_of_us(clip->ask.limit_us - late_us, rate_hz), rate_hz);
}

static int stream_start(struct player *player)
{
	struct stream *stream = &player->stream;
	struct sink *sink = player->sink;
	int error = sink->ops->start(sink, stream->begin_us, &stream->begin_us);

	if (error)
		return error;
	if (sink->concern.cause == SINK_LATE_START)
		player_tell(player, PLAYER_CONCERN, &sink->concern);
	stream->running = true;
	stream->place_us = stream->pace_us = stream->begin_us;
	stream->place = stream->pace = 0;
	stream->xruns_seen = sink->info.xruns;
	stream->lost_seen = sink->info.lost;
	limit_at_start(player, &stream->clips[0]);
	return 0;
}

/* Some may pass unheard; so many are a fault of the box, told once. */
static void count_xruns(struct player *player)
{
	const struct sink *sink = player->sink;
	struct sink_trouble many = sink->trouble; /* the name */

	if (sink->info.xruns != SINK_XRUNS_MANY + 1)
		return;
	many.cause = SINK_UNDERRUNS;
	many.least = sink->info.xruns;
	player_tell(player, PLAYER_CONCERN, &many);
}

/* An underrun: the sink has recovered and wants frames. Not for ever without a frame heard. */
static int stream_xrun(struct player *player)
{
	struct stream *stream = &player->stream;
	const struct sink_info *info = &player->sink->info;
	int64_t consumed = player->sink->ops->consumed(player->sink);

	if (consumed > stream->place - stream->lost_seen)
		stream->xruns_in_row = 0;
	if (consumed + info->lost > stream->place)
		stream->place = consumed + info->lost;
	stream->place_us = stream->pace_us = monotonic_us();
	stream->pace = stream->place;
	stream->slipped = true;
	player_note_xruns(player);
	count_xruns(player);
	return ++stream->xruns_in_row < PLAYER_XRUNS_IN_ROW ? 0 : -ENODEV;
}

/* The card may be slow or quick by its crystal, not by seconds. */
static int check_pace(struct player *player)
{
	struct stream *stream = &player->stream;
	int64_t elapsed_us = stream->place_us - stream->pace_us;
	int64_t passed_us = pcm_us_of_frames(stream->place - stream->pace, rate_of(player));

	if (elapsed_us - passed_us > PLAYER_PATIENCE_US)
		return -ETIMEDOUT;
	if (elapsed_us > PACE_US) {
		stream->pace = stream->place;
		stream->pace_us = stream->place_us;
	}
	return 0;
}

static int stream_follow(struct player *player)
{
	struct stream *stream = &player->stream;
	struct sink *sink = player->sink;
	int64_t consumed = sink->ops->consumed(sink), place;

	if (consumed < 0)
		return (int)consumed;
	place = consumed + sink->info.lost;
	if (place > stream->place) {
		stream->place = place;
		stream->xruns_in_row = 0;
		player->probe = 0;
	}
	stream->place_us = monotonic_us();
	player_report(player);
	return check_pace(player);
}

/* Nothing more to come, and the card has passed the silence behind it. */
static bool stream_is_over(const struct player *player)
{
	const struct stream *stream = &player->stream;
	int64_t silence = player->quitting ? 0 : (int64_t)player->sink->info.buffer_frames;

	if (stream->n && !(stream->clips[0].state == CLIP_QUEUED && stream->clips[0].far))
		return false;
	return stream->place >= stream->sound_end + silence;
}

/*
 * One period. Where nothing is asked of the player and no clip begins or ends, its only calls of the
 * system are the device's, and it neither allocates nor locks.
 */
static int stream_turn(struct player *player)
{
	struct stream *stream = &player->stream;
	struct sink *sink = player->sink;
	int error;

	/* Written before the flag was looked at, or after: then wake_fd ends the next waiting. */
	if ((atomic_load(&player->orders) || !stream->writable) && player_woken(player))
		player_obey(player);
	error = stream_fill(player);
	if (!error)
		error = stream_follow(player);
	if (!error) {
		int ready = sink->ops->wait(sink, player->wake_fd, monotonic_us() + RUN_WAIT_US);

		stream->writable = ready > 0;
		error = ready < 0 ? ready : 0;
	}
	return error == -EPIPE ? stream_xrun(player) : error;
}

static int stream_run(struct player *player)
{
	int error = 0;

	player_report(player);
	while (!error && !stream_is_over(player))
		error = stream_turn(player);
	return error;
}

static int stream_open(struct player *player)
{
	struct sink *sink = player->sink;
	int error = sink->ops->open(sink, &player->settings.format);

	if (error)
		return error;
	player_tell(player, PLAYER_OPENED, &sink->concern);
	player->stream.open = true;
	atomic_store(&player->open_now, true);
	error = stream_prepare(player);
	if (!error)
		error = stream_start(player);
	if (!error)
		error = stream_run(player);
	return error;
}

/* What a device is lost for: the sink knows, or the error says. */
static struct sink_trouble trouble_of(const struct player *player, int error)
{
	struct sink_trouble trouble = player->sink->trouble;

	if (trouble.cause == SINK_WELL)
		trouble.cause = error == -ETIMEDOUT ? SINK_STALLED : SINK_GONE;
	return trouble;
}

void player_stream(struct player *player)
{
	struct sink_trouble trouble;
	int error;

	drop_hopeless(player);
	if (!player->stream.n)
		return;
	priority_ask(player->priority); /* again, if the brake took it away */
	error = stream_open(player);
	trouble = trouble_of(player, error);
	player->sink->ops->close(player->sink);
	if (error && error != -ECANCELED)
		player_lose(player, &trouble);
	player->stream.open = player->stream.running = false;
	player_report(player);
}
