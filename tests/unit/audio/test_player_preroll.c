/* SPDX-License-Identifier: MIT */
/*
 * The begin and the end of a stream, sample by sample on the card made of a clock: the silence before
 * the first sample, the instant of that sample, and that the last one is played out. In real time.
 */
#include <poll.h>
#include <stdlib.h>

#include "alsa_bench.h"
#include "check.h"
#include "monotonic.h"
#include "player_rig.h"

#define SOUND_MAX (6 * RIG_RATE)
#define FADE_IN	  144 /* frames: 3 ms */

struct world {
	struct alsa_bench *bench;
	struct rig rig;
	struct rig_clip clip;
	int16_t *sound; /* what the card consumed */
	int64_t n;
};

static int begin(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	void *bench;

	assert_non_null(world);
	setenv("LOA_PACE_FORMAT", "S16_LE", 1);
	assert_int_equal(alsa_bench_begin(&bench), 0);
	world->bench = bench;
	world->clip = rig_load("tone-low");
	world->sound = calloc(SOUND_MAX, sizeof(*world->sound));
	assert_non_null(world->sound);
	*state = world;
	return 0;
}

static int end(void **state)
{
	struct world *world = *state;
	void *bench = world->bench;

	rig_end(&world->rig);
	rig_unload(&world->clip);
	free(world->sound);
	free(world);
	return alsa_bench_end(&bench);
}

/* The player has the card. */
static void begin_on_card(struct world *world, int64_t preroll_us)
{
	rig_begin_on(&world->rig, world->bench->sink, preroll_us);
	world->bench->sink = NULL;
}

/* Plays one clip and reads what the card consumed; returns the frames of silence at its begin. */
static int64_t play_one(struct world *world, int64_t start_us)
{
	int64_t silence = 0;

	assert_int_equal(rig_play(&world->rig, &world->clip,
				  (struct player_clip){.token = 1, .start_us = start_us}),
			 0);
	rig_hear(&world->rig, PLAYER_FINISHED, 1);
	world->rig.player = player_free(world->rig.player);
	world->n = alsa_bench_read(world->bench, world->sound, SOUND_MAX);
	while (silence < world->n && world->sound[silence] == 0)
		silence++;
	return silence;
}

/* Every sample of the clip from place on, the last one included, and silence behind it. */
static void check_whole(const struct world *world, int64_t place)
{
	const struct rig_clip *clip = &world->clip;

	assert_true(world->n >= place + clip->n);
	for (int64_t i = FADE_IN; i < clip->n; i++)
		assert_true(abs(world->sound[place + i] - clip->sound[i]) <= RIG_TOLERANCE);
	for (int64_t i = place + clip->n; i < world->n; i++)
		assert_int_equal(world->sound[i], 0);
}

/* The first samples of the tone are silent themselves, and faded in. */
static int64_t own_silence(const struct world *world)
{
	int64_t n = 0;

	while (world->clip.sound[n] == 0)
		n++;
	return n + FADE_IN;
}

static void check_begin(const struct world *world, int64_t silence, int64_t preroll)
{
	assert_in_range(silence, preroll, preroll + own_silence(world));
	check_whole(world, preroll);
}

/* Triggered that much earlier, so that the first sample comes at the second. */
static void test_timed_start(void **state)
{
	struct world *world = *state;
	const struct player_event *started;
	int64_t start_us = monotonic_us() + 400000, stamp_us, silence;

	begin_on_card(world, 30000);
	silence = play_one(world, start_us);
	check_begin(world, silence, pcm_frames_of_us(30000, RIG_RATE));
	started = rig_hear(&world->rig, PLAYER_STARTED, 1);
	stamp_us = alsa_bench_stamp_us(world->bench, "start");
	/* the card's own stamp, of the first sample, against the plan; the stamps are two clock reads */
	assert_int_equal(started->error_us, started->at_us - start_us);
	assert_true(llabs(started->at_us - (stamp_us + 30000)) <= 20000);
	assert_true(stamp_us >= start_us - 30000);
	assert_int_equal(rig_hear(&world->rig, PLAYER_FINISHED, 1)->frames, world->clip.n);
}

/* More silence than the card's buffer holds: it is streamed. */
static void test_long_preroll(void **state)
{
	struct world *world = *state;
	int64_t start_us = monotonic_us() + 2300000, silence;

	begin_on_card(world, 2000000);
	silence = play_one(world, start_us);
	check_begin(world, silence, 2 * RIG_RATE);
	assert_true(rig_hear(&world->rig, PLAYER_STARTED, 1)->error_us >= 0);
	assert_true(alsa_bench_stamp_us(world->bench, "start") >= start_us - 2000000);
}

/* At once is at once after the pre-roll. */
static void test_immediate_start(void **state)
{
	struct world *world = *state;
	int64_t silence, ordered_us = monotonic_us();
	const struct player_event *started;

	begin_on_card(world, 100000);
	silence = play_one(world, 0);
	check_begin(world, silence, 4800);
	started = rig_hear(&world->rig, PLAYER_STARTED, 1);
	assert_int_equal(started->error_us, 0);
	assert_true(started->at_us >= ordered_us + 100000);
}

/* Nearer than the pre-roll: what fits of it, and the sample not before its time. */
static void test_start_nearer_than_the_preroll(void **state)
{
	struct world *world = *state;
	int64_t start_us = monotonic_us() + 600000, silence;
	const struct player_event *started;

	begin_on_card(world, 2000000);
	silence = play_one(world, start_us);
	started = rig_hear(&world->rig, PLAYER_STARTED, 1);
	assert_true(silence < pcm_frames_of_us(600000, RIG_RATE));
	assert_true(started->error_us >= 0);
	assert_int_equal(rig_hear(&world->rig, PLAYER_FINISHED, 1)->end, PLAYER_WHOLE);
	/* what was silent before it reaches back to the trigger */
	assert_true(llabs(alsa_bench_stamp_us(world->bench, "start") +
			  pcm_us_of_frames(silence, RIG_RATE) - started->at_us) <= 20000);
}

/* Too late already: nothing is waited for. */
static void test_start_that_is_past(void **state)
{
	struct world *world = *state;
	int64_t silence;

	begin_on_card(world, 2000000);
	silence = play_one(world, monotonic_us() - 100000);
	check_begin(world, silence, 0);
	assert_true(rig_hear(&world->rig, PLAYER_STARTED, 1)->error_us >= 100000);
}

static void test_no_preroll(void **state)
{
	struct world *world = *state;

	begin_on_card(world, 0);
	check_begin(world, play_one(world, monotonic_us() + 300000), 0);
}

/* A machine without time for this thread, as without a realtime priority: it begins in its sample. */
static void test_woken_late_before_the_start(void **state)
{
	struct world *world = *state;
	struct rig *rig = &world->rig;
	int64_t start_us;

	rig_begin_preroll(rig, 30000);
	rig->fake->late_us = 20000;
	start_us = monotonic_us() + 500000;
	rig_play(rig, &world->clip, (struct player_clip){.token = 1, .start_us = start_us});
	assert_int_equal(rig_hear(rig, PLAYER_STARTED, 1)->error_us, 0);
	assert_int_equal(rig->fake->late_us, 0);
	player_cancel(rig->player, 1);
	rig_hear(rig, PLAYER_FINISHED, 1);
}

static void wait_until_open(struct rig *rig)
{
	struct player_position position;

	do {
		poll(NULL, 0, 2);
		player_position(rig->player, &position);
	} while (!position.open);
}

/* The first of two is taken back while the device is held: the other comes at its own second. */
static void test_held_stream_is_filled_anew(void **state)
{
	struct world *world = *state;
	struct rig *rig = &world->rig;
	int64_t start_us, found;

	rig_begin_preroll(rig, 30000);
	start_us = rig->origin_us + 500000;
	rig_play(rig, &world->clip,
		 (struct player_clip){.token = 1, .start_us = start_us + 100000});
	rig_play(rig, &world->clip, (struct player_clip){.token = 2, .start_us = start_us});
	wait_until_open(rig);
	player_cancel(rig->player, 1);
	assert_int_equal(rig_hear(rig, PLAYER_FINISHED, 2)->frames, world->clip.n);
	rig_finish(rig);
	found = rig_find(rig, &world->clip, 200, world->clip.n, 0) - 200;
	assert_true(labs(found - 24000) <= RIG_PERIOD);
}

/* An underrun in the silence moves the first sample, and that is told. */
static void test_underrun_in_the_preroll(void **state)
{
	struct world *world = *state;
	struct rig *rig = &world->rig;
	const struct player_event *started;
	int64_t start_us, found;

	rig_begin_preroll(rig, 600000);
	start_us = rig->origin_us + 900000;
	rig_play(rig, &world->clip, (struct player_clip){.token = 1, .start_us = start_us});
	while (rig->fake->starts == 0)
		poll(NULL, 0, 2);
	rig->fake->slow_us = 400000;
	started = rig_hear(rig, PLAYER_STARTED, 1);
	assert_int_equal(rig_hear(rig, PLAYER_FINISHED, 1)->frames, world->clip.n);
	assert_true(started->error_us > 100000); /* 400 ms less the buffer */
	assert_int_equal(started->at_us - start_us, started->error_us);
	rig_finish(rig);
	found = rig_find(rig, &world->clip, 200, world->clip.n, 0) - 200;
	assert_true(labs(found - pcm_frames_of_us(started->at_us - rig->origin_us, RIG_RATE)) <=
		    RIG_PERIOD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_timed_start),
		TEST(test_long_preroll),
		TEST(test_immediate_start),
		TEST(test_start_nearer_than_the_preroll),
		TEST(test_start_that_is_past),
		TEST(test_no_preroll),
		TEST(test_woken_late_before_the_start),
		TEST(test_held_stream_is_filled_anew),
		TEST(test_underrun_in_the_preroll),
	};

	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
