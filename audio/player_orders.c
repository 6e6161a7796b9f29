/* SPDX-License-Identifier: MIT */
#include "player_internal.h"

#include <unistd.h>

#include "monotonic.h"

bool player_woken(struct player *player)
{
	uint64_t count;

	atomic_store(&player->orders, false);
	return read(player->wake_fd, &count, sizeof(count)) == sizeof(count);
}

void player_rest(struct player *player, int64_t deadline_us)
{
	struct pollfd wake = {.fd = player->wake_fd, .events = POLLIN};

	atomic_store(&player->resting, true);
	monotonic_poll(&wake, 1, deadline_us);
	atomic_store(&player->resting, false);
	atomic_fetch_add(&player->heartbeat, 1);
}

void player_give(struct player *player, const struct player_event *event)
{
	pthread_mutex_lock(&player->lock);
	if (player->n_events < PLAYER_EVENTS) {
		size_t at = (player->event_first + player->n_events) % PLAYER_EVENTS;

		player->events[at] = *event;
		player->n_events++;
	}
	/* Inside the lock: player_next_event() clears the fd when it takes the last one. */
	player_signal(player->event_fd);
	pthread_mutex_unlock(&player->lock);
}

/* With the lock held. The tickets are as many as stream and inbox have room for. */
static size_t inbox_take(struct player *player)
{
	size_t n = player->n_inbox;

	for (size_t i = 0; i < n; i++)
		player->stream.clips[player->stream.n++] = player->inbox[i];
	player->n_inbox = 0;
	return n;
}

struct orders {
	size_t n_new;
	struct ticket marks[PLAYER_QUEUE];
	size_t n_marks;
	int64_t fade_us;
	double volume_db;
};

static void orders_take(struct player *player, struct orders *ret)
{
	pthread_mutex_lock(&player->lock);
	ret->n_new = inbox_take(player);
	ret->n_marks = 0;
	for (size_t i = 0; i < player->n_tickets; i++) {
		struct ticket *ticket = &player->tickets[i];

		if (ticket->cancel || ticket->stop)
			ret->marks[ret->n_marks++] = *ticket;
		ticket->cancel = ticket->stop = false;
	}
	ret->fade_us = player->stop_fade_us;
	ret->volume_db = player->volume_db;
	player->quitting = player->quit;
	pthread_mutex_unlock(&player->lock);
}

static size_t clip_of_token(const struct stream *stream, uint64_t token)
{
	size_t i = 0;

	while (i < stream->n && stream->clips[i].ask.token != token)
		i++;
	return i;
}

/*
 * The sound is to be gone fade_us from now. What the card has already cannot be taken back; it plays
 * on, and only the rest of the time is left to fade in. Shorter than PLAYER_FADE_LEAST_US it would
 * be heard as a cut.
 */
static void stop_sounding(const struct stream *stream, struct clip *clip, int64_t fade_us,
			  unsigned rate_hz)
{
	int64_t ahead = stream->made - stream->place;
	int64_t fade = pcm_frames_of_us(fade_us, rate_hz) - ahead;
	int64_t least = pcm_frames_of_us(
		fade_us < PLAYER_FADE_LEAST_US ? PLAYER_FADE_IN_US : PLAYER_FADE_LEAST_US, rate_hz);

	clip_fade_out(clip, fade > least ? fade : least);
}

/* Ends, or begins to end, one clip. True if frames that wait in a held stream became wrong. */
static bool clip_stop(struct player *player, size_t i, bool fade, int64_t fade_us)
{
	struct clip *clip = &player->stream.clips[i];
	bool prefilled = clip->state != CLIP_QUEUED && !player->stream.running;

	if (clip->state == CLIP_QUEUED || prefilled)
		player_finish(player, i, PLAYER_CUT);
	else if (clip->state == CLIP_WRITING && fade)
		stop_sounding(&player->stream, clip, fade_us, player->settings.format.rate_hz);
	return prefilled;
}

static bool stop_all(struct player *player, int64_t fade_us)
{
	bool changed = false;

	/* From the last to the first: one that is taken out moves those behind it. */
	for (size_t i = player->stream.n; i-- > 0;)
		changed |= clip_stop(player, i, true, fade_us);
	return changed;
}

static bool orders_apply(struct player *player, const struct orders *orders)
{
	bool changed = false;

	for (size_t k = 0; k < orders->n_marks; k++) {
		const struct ticket *mark = &orders->marks[k];
		size_t i = clip_of_token(&player->stream, mark->token);

		if (i < player->stream.n)
			changed |= clip_stop(player, i, mark->stop, orders->fade_us);
	}
	if (player->quitting)
		changed |= stop_all(player, PLAYER_QUIT_FADE_US);
	return changed;
}

bool player_obey(struct player *player)
{
	struct stream *stream = &player->stream;
	struct orders orders;
	bool changed;

	orders_take(player, &orders);
	/* A new clip does not belong behind silence that a held stream was filled up with. */
	changed = orders.n_new && stream->open && !stream->running && stream->silent;
	player_volume_to(
		&stream->volume, orders.volume_db,
		stream->open ? pcm_frames_of_us(PLAYER_GLIDE_US, player->settings.format.rate_hz)
			     : 0);
	return orders_apply(player, &orders) || changed;
}

void player_tell(struct player *player, enum player_event_kind kind,
		 const struct sink_trouble *trouble)
{
	struct player_event event = {.kind = kind, .at_us = monotonic_us(), .trouble = *trouble};

	player_give(player, &event);
}

void player_lose(struct player *player, const struct sink_trouble *trouble)
{
	pthread_mutex_lock(&player->lock);
	player->lost = true; /* from here on nothing enters the inbox */
	inbox_take(player);
	pthread_mutex_unlock(&player->lock);
	atomic_store(&player->lost_now, true);
	pieces_break(&player->stream);
	while (player->stream.n)
		player_finish(player, 0, PLAYER_DEVICE_LOST);
	player_tell(player, PLAYER_LOST, trouble);
}
