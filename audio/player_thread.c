/* SPDX-License-Identifier: MIT */
#include "player_internal.h"

#include <unistd.h>

#include "monotonic.h"

/* Listens for orders until an instant; false when the thread is to end. */
static bool listen_until(struct player *player, int64_t deadline_us)
{
	for (;;) {
		player_rest(player, deadline_us);
		if (player_woken(player))
			player_obey(player);
		if (player->quitting)
			return false;
		if (monotonic_us() >= deadline_us)
			return true;
	}
}

static bool device_opens(struct player *player)
{
	struct sink *sink = player->sink;

	if (sink->ops->open(sink, &player->settings.format))
		return false;
	sink->ops->close(sink);
	player_tell(player, PLAYER_OPENED, &sink->concern);
	return true;
}

static void give_back(struct player *player)
{
	struct player_event back = {.kind = PLAYER_BACK, .at_us = monotonic_us()};

	pthread_mutex_lock(&player->lock);
	player->lost = false;
	pthread_mutex_unlock(&player->lock);
	atomic_store(&player->lost_now, false);
	player_give(player, &back);
}

/*
 * Probes with growing pauses until the device is back or the thread is to end. A device that opens
 * and then does not play is probed ever more seldom, too: the first pause is for one that played.
 */
static void player_probe(struct player *player)
{
	static const int pause_s[] = {1, 2, 3, 5};
	enum sink_cause cause = player->sink->trouble.cause;

	if (cause == SINK_WELL)
		cause = SINK_ABSENT; /* it went away: that it is not there is no news */
	while (listen_until(player, monotonic_us() + pause_s[player->probe] * 1000000)) {
		if (player->probe + 1 < sizeof(pause_s) / sizeof(pause_s[0]))
			player->probe++;
		if (device_opens(player)) {
			give_back(player);
			return;
		}
		if (player->sink->trouble.cause != cause)
			player_tell(player, PLAYER_LOST, &player->sink->trouble);
		cause = player->sink->trouble.cause;
	}
}

void *player_thread(void *argument)
{
	struct player *player = argument;

	atomic_store(&player->thread_id, gettid());
	priority_touch_stack();
	priority_ask(player->priority);
	if (player->check && !device_opens(player))
		player_lose(player, &player->sink->trouble);
	while (!player->quitting) {
		if (atomic_load(&player->lost_now))
			player_probe(player);
		else if (player->stream.n)
			player_stream(player);
		else
			player_rest(player, INT64_MAX);
		if (player_woken(player))
			player_obey(player);
	}
	return NULL;
}
