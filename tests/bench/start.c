/* SPDX-License-Identifier: MIT */
/*
 * start - how exactly a timed start is met: the real player on the real ALSA sink.
 *
 * bench_start FILE DEVICE STARTS
 *
 * Prints two numbers a line, in us: the first sample against the planned instant, by the card's own trigger
 * stamp; and the planned instant (CLOCK_MONOTONIC). Each start opens the device, is planned 400 ms ahead
 * and stopped as soon as it is heard.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mp3.h"
#include "monotonic.h"
#include "player.h"

#define AHEAD_US    400000
#define PREROLL_US  30000 /* as in the sample config */
#define PATIENCE_MS 5000

struct recording {
	unsigned char *bytes;
	size_t n;
	int64_t frames;
};

static int load(const char *path, struct recording *ret)
{
	struct pcm_format format;
	FILE *in = fopen(path, "rb");
	long size;

	if (!in || fseek(in, 0, SEEK_END) != 0)
		return -1;
	size = ftell(in);
	rewind(in);
	ret->bytes = malloc(size > 0 ? (size_t)size : 1);
	ret->n = ret->bytes ? fread(ret->bytes, 1, (size_t)size, in) : 0;
	fclose(in);
	return mp3_examine(ret->bytes, ret->n, &format, &ret->frames) == MP3_WHOLE ? 0 : -1;
}

/* The event of that kind, or false. */
static bool hear(struct player *player, enum player_event_kind kind, struct player_event *ret)
{
	struct pollfd ready = {.fd = player_fd(player), .events = POLLIN};

	for (;;) {
		while (player_next_event(player, ret))
			if (ret->kind == kind)
				return true;
		if (poll(&ready, 1, PATIENCE_MS) <= 0)
			return false;
	}
}

/* The next start opens the device anew. */
static void until_closed(struct player *player)
{
	struct player_position position;

	do {
		monotonic_sleep_until(monotonic_us() + 5000);
		player_position(player, &position);
	} while (position.open);
}

static bool one_start(struct player *player, const struct recording *recording, uint64_t token)
{
	struct player_clip clip = {.token = token, .frames_in = recording->frames};
	struct player_event event;

	clip.bytes = malloc(recording->n);
	if (!clip.bytes)
		return false;
	memcpy(clip.bytes, recording->bytes, recording->n);
	clip.n_bytes = recording->n;
	clip.start_us = monotonic_us() + AHEAD_US;
	if (player_play(player, &clip) < 0 || !hear(player, PLAYER_STARTED, &event))
		return false;
	printf("%lld %lld\n", (long long)event.error_us, (long long)clip.start_us);
	player_stop(player, 0);
	if (!hear(player, PLAYER_FINISHED, &event))
		return false;
	until_closed(player);
	return true;
}

int main(int argc, char **argv)
{
	struct player_options options = {
		.settings = {.format = {48000, 1}, .target_lufs = -16, .ceiling_dbtp = -1},
		.preroll_us = PREROLL_US,
		.priority = 10,
	};
	struct recording recording = {0};
	struct player *player = NULL;
	bool good;

	if (argc < 4 || load(argv[1], &recording) < 0) {
		fprintf(stderr, "usage: bench_start FILE DEVICE STARTS\n");
		return 2;
	}
	good = sink_alsa_new(argv[2], &options.sink) == 0 && player_new(&options, &player) == 0;
	for (uint64_t i = 1; good && i <= strtoull(argv[3], NULL, 10); i++)
		good = one_start(player, &recording, i);
	player_free(player);
	free(recording.bytes);
	return good ? 0 : 1;
}
