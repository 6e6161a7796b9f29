/* SPDX-License-Identifier: MIT */
/*
 * What other threads call. Clips, orders and events cross in values under one lock, which nobody
 * holds while he waits, decodes, allocates or frees.
 *
 * A ticket is kept for each clip from player_play() until its FINISHED is taken. There are
 * PLAYER_QUEUE tickets, so inbox and events are bounded whatever the caller does; cancel and stop
 * are marks on tickets, so they cannot be lost, and they touch only clips given before them.
 */
#include "player.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "player_internal.h"

#define SIGNAL_TRIES	   16
#define THREAD_STACK_BYTES (256 * 1024) /* 8 MiB of it locked in memory would be refused */

void player_signal(int fd)
{
	const uint64_t one = 1;

	/* Full (EAGAIN): it is readable already. Nothing else is known to happen; who waits is silent. */
	for (int tries = 0; tries < SIGNAL_TRIES; tries++)
		if (write(fd, &one, sizeof(one)) > 0 || errno == EAGAIN)
			return;
}

void player_wake(struct player *player)
{
	atomic_store(&player->orders, true);
	player_signal(player->wake_fd);
}

static int player_thread_begin(struct player *player)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error = pthread_attr_init(&attributes);

	if (error)
		return -error;
	pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&player->thread, &attributes, player_thread, player);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return -error;
}

/* All but the thread. The sink is taken over only on success. */
static int player_build(struct player *player, const struct player_options *options)
{
	player->settings = options->settings;
	player->preroll_us = options->preroll_us;
	player->priority = options->priority;
	player->check = options->check;
	player->stream.volume = (struct volume){.gain = 1.0f, .target = 1.0f};
	atomic_store(&player->level_cdb, (int)(100 * DSP_RMS_FLOOR_DB));
	atomic_store(&player->resting, true);
	player->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	player->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (player->wake_fd < 0 || player->event_fd < 0)
		return -errno;
	return -pthread_mutex_init(&player->lock, NULL);
}

static void player_unbuild(struct player *player)
{
	if (player->wake_fd >= 0)
		close(player->wake_fd);
	if (player->event_fd >= 0)
		close(player->event_fd);
	free(player);
}

int player_new(const struct player_options *options, struct player **ret)
{
	struct player *player = calloc(1, sizeof(*player));
	int error;

	if (!player)
		return -ENOMEM;
	player->wake_fd = player->event_fd = -1;
	error = player_build(player, options);
	if (error) {
		player_unbuild(player);
		return error;
	}
	player->sink = options->sink;
	error = player_thread_begin(player);
	if (error) {
		pthread_mutex_destroy(&player->lock);
		player_unbuild(player);
		return error;
	}
	*ret = player;
	return 0;
}

struct player *player_free(struct player *player)
{
	if (!player)
		return NULL;
	pthread_mutex_lock(&player->lock);
	player->quit = true;
	pthread_mutex_unlock(&player->lock);
	player_wake(player);
	pthread_join(player->thread, NULL);
	for (size_t i = 0; i < player->n_inbox; i++)
		clip_clear(&player->inbox[i]);
	player->sink = sink_free(player->sink);
	pthread_mutex_destroy(&player->lock);
	player_unbuild(player);
	return NULL;
}

static int ticket_take(struct player *player, uint64_t token)
{
	int error = 0;

	pthread_mutex_lock(&player->lock);
	if (player->lost)
		error = -ENODEV;
	else if (player->n_tickets == PLAYER_QUEUE)
		error = -ENOBUFS;
	else
		player->tickets[player->n_tickets++] = (struct ticket){.token = token};
	pthread_mutex_unlock(&player->lock);
	return error;
}

/* With the lock held. */
static void ticket_return(struct player *player, uint64_t token)
{
	for (size_t i = 0; i < player->n_tickets; i++)
		if (player->tickets[i].token == token) {
			player->tickets[i] = player->tickets[--player->n_tickets];
			return;
		}
}

/* The decoder is set up here, in the caller's thread: the audio thread never allocates. */
static int clip_load(struct clip *clip, const struct chain_settings *settings)
{
	int error = clip_open(clip, settings);

	return error == -ENOMEM ? error : 0; /* what cannot be decoded ends in its turn */
}

static int inbox_put(struct player *player, const struct clip *clip)
{
	int error = 0;

	pthread_mutex_lock(&player->lock);
	if (player->lost)
		error = -ENODEV;
	else
		player->inbox[player->n_inbox++] = *clip;
	pthread_mutex_unlock(&player->lock);
	return error;
}

int player_play(struct player *player, struct player_clip *ask)
{
	struct clip clip = {.ask = *ask, .hard_end = INT64_MAX, .pause = -1};
	int error = ticket_take(player, ask->token);

	ask->bytes = NULL;
	if (error) {
		clip_clear(&clip);
		return error;
	}
	error = clip_load(&clip, &player->settings);
	if (!error)
		error = inbox_put(player, &clip);
	if (!error) {
		player_wake(player);
		return 0;
	}
	pthread_mutex_lock(&player->lock);
	ticket_return(player, ask->token);
	pthread_mutex_unlock(&player->lock);
	clip_clear(&clip);
	return error;
}

void player_cancel(struct player *player, uint64_t token)
{
	pthread_mutex_lock(&player->lock);
	for (size_t i = 0; i < player->n_tickets; i++)
		if (player->tickets[i].token == token)
			player->tickets[i].cancel = true;
	pthread_mutex_unlock(&player->lock);
	player_wake(player);
}

void player_stop(struct player *player, int64_t fade_us)
{
	pthread_mutex_lock(&player->lock);
	for (size_t i = 0; i < player->n_tickets; i++)
		player->tickets[i].stop = true;
	player->stop_fade_us = fade_us;
	pthread_mutex_unlock(&player->lock);
	player_wake(player);
}

void player_set_volume(struct player *player, double db)
{
	pthread_mutex_lock(&player->lock);
	player->volume_db = db < 0 ? db : 0;
	pthread_mutex_unlock(&player->lock);
	player_wake(player);
}

int player_fd(const struct player *player)
{
	return player->event_fd;
}

bool player_next_event(struct player *player, struct player_event *ret)
{
	bool any;
	uint64_t count;

	pthread_mutex_lock(&player->lock);
	any = player->n_events > 0;
	if (any) {
		*ret = player->events[player->event_first];
		player->event_first = (player->event_first + 1) % PLAYER_EVENTS;
		player->n_events--;
		if (ret->kind == PLAYER_FINISHED)
			ticket_return(player, ret->token);
	}
	if (!player->n_events && read(player->event_fd, &count, sizeof(count)) < 0)
		count = 0; /* not readable: nothing to clear */
	pthread_mutex_unlock(&player->lock);
	return any;
}

void player_position(struct player *player, struct player_position *ret)
{
	uint64_t token;
	pid_t thread;

	do {
		token = atomic_load(&player->sounding);
		ret->frames = atomic_load(&player->sounding_frames);
	} while (token != atomic_load(&player->sounding));
	ret->token = token;
	ret->level_dbfs = token ? atomic_load(&player->level_cdb) / 100.0 : DSP_RMS_FLOOR_DB;
	ret->open = atomic_load(&player->open_now);
	ret->lost = atomic_load(&player->lost_now);
	thread = atomic_load(&player->thread_id);
	ret->real_time = thread && priority_is_real_time(thread);
	ret->heartbeat = atomic_load(&player->heartbeat);
	/* A thread with nothing to do sleeps for good. It is asked for a beat, for the next call. */
	if (atomic_load(&player->resting))
		player_wake(player);
}
