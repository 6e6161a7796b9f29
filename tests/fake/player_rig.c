/* SPDX-License-Identifier: MIT */
#include "player_rig.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "dsp.h"
#include "mp3.h"
#include "monotonic.h"

#define PATIENCE_US 20000000

struct chain_settings rig_settings(void)
{
	return (struct chain_settings){
		.format = {.rate_hz = RIG_RATE, .channels = 1},
		.target_lufs = -16.0,
		.ceiling_dbtp = -1.0,
	};
}

static void begin_player(struct rig *rig, struct sink *sink, int64_t preroll_us)
{
	struct player_options options = {
		.sink = sink, .settings = rig_settings(), .preroll_us = preroll_us};

	assert_int_equal(player_new(&options, &rig->player), 0);
}

void rig_begin_preroll(struct rig *rig, int64_t preroll_us)
{
	struct chain_settings settings = rig_settings();
	struct sink *wav;

	*rig = (struct rig){.folder = "/tmp/player-XXXXXX"};
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->wav, sizeof(rig->wav), "%s/sound.wav", rig->folder);
	assert_int_equal(sink_wav_new(rig->wav, &settings.format, &wav), 0);
	rig->origin_us = monotonic_us();
	assert_int_equal(sink_fake_new(wav, &rig->fake), 0);
	begin_player(rig, &rig->fake->sink, preroll_us);
}

void rig_begin(struct rig *rig)
{
	rig_begin_preroll(rig, 0);
}

void rig_begin_on(struct rig *rig, struct sink *sink, int64_t preroll_us)
{
	*rig = (struct rig){.origin_us = monotonic_us()};
	begin_player(rig, sink, preroll_us);
}

static void *read_file(const char *path, size_t *ret_n)
{
	FILE *from = fopen(path, "rb");
	long n;
	char *bytes;

	assert_non_null(from);
	fseek(from, 0, SEEK_END);
	n = ftell(from);
	rewind(from);
	bytes = malloc((size_t)n + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)n, from), n);
	fclose(from);
	*ret_n = (size_t)n;
	return bytes;
}

void rig_finish(struct rig *rig)
{
	size_t n_bytes;
	char *bytes;

	rig->player = player_free(rig->player);
	bytes = read_file(rig->wav, &n_bytes);
	assert_true(n_bytes >= 44);
	rig->n_sound = (int64_t)(n_bytes - 44) / 2;
	rig->sound = malloc((size_t)rig->n_sound * 2 + 1);
	assert_non_null(rig->sound);
	memcpy(rig->sound, bytes + 44, (size_t)rig->n_sound * 2);
	free(bytes);
}

void rig_end(struct rig *rig)
{
	rig->player = player_free(rig->player);
	free(rig->sound);
	if (rig->folder[0]) {
		unlink(rig->wav);
		rmdir(rig->folder);
	}
}

struct rig_clip rig_load(const char *name)
{
	struct chain_settings settings = rig_settings();
	struct rig_clip clip = {.name = name};
	struct pcm_format format;
	struct chain *chain;
	uint32_t dither = 99;
	char path[256];
	float *frames;
	int64_t got, n = 0;

	snprintf(path, sizeof(path), "%s/tests/unit/audio/fixtures/%s.mp3", LOA_SOURCE_DIR, name);
	clip.bytes = read_file(path, &clip.n_bytes);
	assert_int_equal(mp3_examine(clip.bytes, clip.n_bytes, &format, &clip.frames_in),
			 MP3_WHOLE);
	assert_int_equal(chain_new(clip.bytes, clip.n_bytes, clip.frames_in, &settings, 0, &chain),
			 0);
	clip.n = chain_frames(chain);
	frames = calloc((size_t)clip.n, sizeof(*frames));
	clip.sound = calloc((size_t)clip.n, sizeof(*clip.sound));
	assert_true(frames && clip.sound);
	while ((got = chain_read(chain, frames + n, (size_t)(clip.n - n))) > 0)
		n += got;
	assert_int_equal(n, clip.n);
	dsp_to_s16(frames, clip.sound, (size_t)n, &dither);
	free(frames);
	chain_free(chain);
	return clip;
}

void rig_unload(struct rig_clip *clip)
{
	free(clip->bytes);
	free(clip->sound);
}

int rig_play(struct rig *rig, const struct rig_clip *clip, struct player_clip ask)
{
	ask.bytes = malloc(clip->n_bytes);
	assert_non_null(ask.bytes);
	memcpy(ask.bytes, clip->bytes, clip->n_bytes);
	ask.n_bytes = clip->n_bytes;
	ask.frames_in = clip->frames_in;
	return player_play(rig->player, &ask);
}

int rig_heard_at(const struct rig *rig, enum player_event_kind kind, uint64_t token)
{
	for (size_t i = 0; i < rig->n_heard; i++)
		if (rig->heard[i].kind == kind && rig->heard[i].token == token)
			return (int)i;
	return -1;
}

const struct player_event *rig_hear(struct rig *rig, enum player_event_kind kind, uint64_t token)
{
	int64_t deadline_us = monotonic_us() + PATIENCE_US;

	while (rig_heard_at(rig, kind, token) < 0) {
		struct pollfd events = {.fd = player_fd(rig->player), .events = POLLIN};

		if (monotonic_poll(&events, 1, deadline_us) <= 0)
			fail_msg("event %d of clip %d did not come", (int)kind, (int)token);
		while (rig->n_heard < CHECK_COUNT(rig->heard) &&
		       player_next_event(rig->player, &rig->heard[rig->n_heard]))
			rig->n_heard++;
	}
	return &rig->heard[rig_heard_at(rig, kind, token)];
}

static bool matches(const int16_t *a, const int16_t *b, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		if (abs(a[i] - b[i]) > RIG_TOLERANCE)
			return false;
	return true;
}

int64_t rig_find(const struct rig *rig, const struct rig_clip *clip, int64_t from, int64_t to,
		 int64_t place)
{
	for (; place + to - from <= rig->n_sound; place++)
		if (matches(rig->sound + place, clip->sound + from, to - from))
			return place;
	return -1;
}

int64_t rig_first(const struct rig *rig, int64_t place)
{
	while (place < rig->n_sound && rig->sound[place] == 0)
		place++;
	return place < rig->n_sound ? place : -1;
}

int64_t rig_last(const struct rig *rig)
{
	int64_t n = rig->n_sound;

	while (n > 0 && rig->sound[n - 1] == 0)
		n--;
	return n > 0 ? n : -1;
}

bool rig_is_silent(const struct rig *rig, int64_t from, int64_t to)
{
	int64_t sound = rig_first(rig, from);

	return sound < 0 || sound >= to;
}

int rig_largest_step(const int16_t *sound, int64_t n)
{
	int largest = 0;

	for (int64_t i = 0; i + 1 < n; i++)
		if (abs(sound[i + 1] - sound[i]) > largest)
			largest = abs(sound[i + 1] - sound[i]);
	return largest;
}

double rig_level_db(const int16_t *sound, int64_t n)
{
	double sum = 0;

	for (int64_t i = 0; i < n; i++)
		sum += (double)sound[i] * sound[i];
	return 10.0 * log10(sum / (double)n / (32768.0 * 32768.0) + 1e-20);
}
