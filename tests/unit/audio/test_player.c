/* SPDX-License-Identifier: MIT */
/* Clips in a row: when they begin, how they meet, what is told of them. In real time. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "monotonic.h"
#include "player_rig.h"

#define FADE_IN 200 /* frames after which the fade-in of a first clip is over */

struct world {
	struct rig_clip low, mid, high, long_one;
};

static int load(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->low = rig_load("tone-low");
	world->mid = rig_load("tone-mid");
	world->high = rig_load("tone-high");
	world->long_one = rig_load("tone-long");
	*state = world;
	return 0;
}

static int unload(void **state)
{
	struct world *world = *state;

	rig_unload(&world->low);
	rig_unload(&world->mid);
	rig_unload(&world->high);
	rig_unload(&world->long_one);
	free(world);
	return 0;
}

/* Where a clip that follows silence begins; its first 3 ms are faded in. */
static int64_t found_first(const struct rig *rig, const struct rig_clip *clip, int64_t place)
{
	int64_t found = rig_find(rig, clip, FADE_IN, clip->n, place);

	assert_true(found >= FADE_IN);
	return found - FADE_IN;
}

/* Where a clip that follows another stands, sample for sample from its first. */
static int64_t found_next(const struct rig *rig, const struct rig_clip *clip, int64_t place)
{
	return rig_find(rig, clip, 0, clip->n, place);
}

static void test_starts_on_time(void **state)
{
	const struct rig_clip *clip = &((struct world *)*state)->low;
	const struct player_event *started, *finished;
	int64_t start_us, planned, found;
	struct rig rig;

	rig_begin(&rig);
	start_us = rig.origin_us + 300000;
	assert_int_equal(
		rig_play(&rig, clip, (struct player_clip){.token = 7, .start_us = start_us}), 0);
	started = rig_hear(&rig, PLAYER_STARTED, 7);
	finished = rig_hear(&rig, PLAYER_FINISHED, 7);
	assert_int_equal(started->error_us, started->at_us - start_us);
	assert_in_range(started->error_us + 20000, 20000, 40000); /* a period, and never early */
	assert_int_equal(finished->end, PLAYER_WHOLE);
	assert_int_equal(finished->frames, clip->n);
	assert_int_equal(finished->rate_hz, RIG_RATE);
	assert_int_equal(finished->xruns, 0);
	assert_true(finished->audible > clip->n * 8 / 10 && finished->audible <= clip->n);
	assert_true(fabs(finished->rms_dbfs - rig_level_db(clip->sound, clip->n)) < 0.1);
	assert_true(finished->silence < clip->n - finished->audible);
	rig_finish(&rig);
	planned = pcm_frames_of_us(started->at_us - rig.origin_us, RIG_RATE);
	found = found_first(&rig, clip, 0);
	assert_true(labs(found - planned) <= RIG_PERIOD);
	assert_true(rig_is_silent(&rig, 0, found));
	/* Half way through its fade-in it has half its amplitude. */
	assert_true(rig_level_db(rig.sound + found + 36, 72) <
		    rig_level_db(clip->sound + 36, 72) - 3.0);
	assert_true(rig_is_silent(&rig, found + clip->n, rig.n_sound));
	rig_end(&rig);
}

static void test_queue_plays_without_gaps(void **state)
{
	struct world *world = *state;
	const struct rig_clip *clips[] = {&world->low, &world->mid, &world->high};
	struct rig rig;
	int64_t place;

	rig_begin(&rig);
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(rig_play(&rig, clips[i], (struct player_clip){.token = i + 1}), 0);
	rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(rig_heard_at(&rig, PLAYER_OPENED, 0), 0);
	for (uint64_t i = 0; i < 3; i++) {
		assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, i + 1)->frames, clips[i]->n);
		assert_int_equal(rig_heard_at(&rig, PLAYER_STARTED, i + 1), 1 + 2 * (int)i);
		assert_int_equal(rig_heard_at(&rig, PLAYER_FINISHED, i + 1), 2 + 2 * (int)i);
	}
	rig_finish(&rig);
	place = found_first(&rig, clips[0], 0);
	for (size_t i = 1; i < 3; i++) {
		place += clips[i - 1]->n;
		assert_int_equal(found_next(&rig, clips[i], place), place);
	}
	rig_end(&rig);
}

/* One ordered while the one before it sounds, one when the queue has already run empty. */
static void test_later_clips_join_the_stream(void **state)
{
	struct world *world = *state;
	struct rig rig;
	int64_t place;

	rig_begin(&rig);
	rig_play(&rig, &world->low, (struct player_clip){.token = 1});
	rig_hear(&rig, PLAYER_STARTED, 1);
	rig_play(&rig, &world->mid, (struct player_clip){.token = 2});
	rig_hear(&rig, PLAYER_FINISHED, 2);
	rig_play(&rig, &world->high, (struct player_clip){.token = 3});
	rig_hear(&rig, PLAYER_FINISHED, 3);
	assert_int_equal(rig.fake->opens, 1);
	rig_finish(&rig);
	place = found_first(&rig, &world->low, 0) + world->low.n;
	assert_int_equal(found_next(&rig, &world->mid, place), place);
	place += world->mid.n;
	assert_true(found_first(&rig, &world->high, place) >= place);
	rig_end(&rig);
}

static void test_gap_is_exact(void **state)
{
	struct world *world = *state;
	struct rig rig;
	int64_t place;

	rig_begin(&rig);
	rig_play(&rig, &world->low, (struct player_clip){.token = 1, .gap_us = 500000});
	rig_play(&rig, &world->mid, (struct player_clip){.token = 2, .gap_us = 150000});
	rig_hear(&rig, PLAYER_FINISHED, 2);
	rig_finish(&rig);
	place = found_first(&rig, &world->low, 0);
	/* The first follows nothing: its gap is none. */
	assert_true(place < pcm_frames_of_us(400000, RIG_RATE));
	place += world->low.n;
	assert_true(rig_is_silent(&rig, place, place + 7200));
	assert_int_equal(found_first(&rig, &world->mid, place), place + 7200);
	rig_end(&rig);
}

/* Silence that stands behind the last clip already counts as gap. */
static void test_gap_counts_from_the_end(void **state)
{
	struct world *world = *state;
	struct rig rig;
	int64_t end;

	rig_begin(&rig);
	rig_play(&rig, &world->low, (struct player_clip){.token = 1});
	rig_hear(&rig, PLAYER_FINISHED, 1);
	rig_play(&rig, &world->mid, (struct player_clip){.token = 2, .gap_us = 110000});
	rig_hear(&rig, PLAYER_FINISHED, 2);
	assert_int_equal(rig.fake->opens, 1);
	rig_finish(&rig);
	end = found_first(&rig, &world->low, 0) + world->low.n;
	assert_in_range(found_first(&rig, &world->mid, end) - end, 5280, 5280 + 4800);
	rig_end(&rig);
}

/* A start soon after the end is waited for with silence, a later one with a closed device. */
static void test_start_after_other_sound(void **state)
{
	struct world *world = *state;
	int64_t first, second, third, start_us;
	struct rig rig;

	rig_begin(&rig);
	start_us = rig.origin_us + 200000;
	rig_play(&rig, &world->low, (struct player_clip){.token = 1, .start_us = start_us});
	rig_play(&rig, &world->mid,
		 (struct player_clip){.token = 2, .start_us = start_us + 700000});
	rig_play(&rig, &world->high,
		 (struct player_clip){.token = 3, .start_us = start_us + 2600000});
	rig_hear(&rig, PLAYER_FINISHED, 2);
	assert_int_equal(rig.fake->opens, 1);
	rig_hear(&rig, PLAYER_FINISHED, 3);
	assert_int_equal(rig.fake->opens, 2);
	rig_finish(&rig);
	first = found_first(&rig, &world->low, 0);
	second = found_first(&rig, &world->mid, first);
	third = found_first(&rig, &world->high, second);
	assert_true(labs(second - first - 33600) <= RIG_PERIOD);
	assert_true(labs(third - first - 124800) <= RIG_PERIOD);
	rig_end(&rig);
}

static void test_unplayable_does_not_stop_the_queue(void **state)
{
	struct world *world = *state;
	struct rig_clip noise = {
		.bytes = "this is no recording at all", .n_bytes = 27, .frames_in = 48000};
	struct rig_clip cut = world->low;
	const struct player_event *event;
	struct rig rig;

	cut.n_bytes /= 2;
	rig_begin(&rig);
	rig_play(&rig, &noise, (struct player_clip){.token = 1});
	rig_play(&rig, &world->mid, (struct player_clip){.token = 2});
	rig_play(&rig, &noise, (struct player_clip){.token = 3});
	rig_play(&rig, &cut, (struct player_clip){.token = 4});
	rig_play(&rig, &world->high, (struct player_clip){.token = 5});
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 5)->frames, world->high.n);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->frames, world->mid.n);
	for (uint64_t token = 1; token <= 3; token += 2) {
		event = rig_hear(&rig, PLAYER_FINISHED, token);
		assert_int_equal(event->end, PLAYER_UNPLAYABLE);
		assert_int_equal(event->frames, 0);
		assert_true(rig_heard_at(&rig, PLAYER_STARTED, token) < 0);
	}
	event = rig_hear(&rig, PLAYER_FINISHED, 4);
	assert_int_equal(event->end, PLAYER_UNPLAYABLE);
	assert_true(event->frames > 0 && event->frames < world->low.n);
	assert_true(rig_heard_at(&rig, PLAYER_STARTED, 4) >= 0);
	rig_end(&rig);
}

static void test_queue_is_bounded(void **state)
{
	struct world *world = *state;
	struct rig rig;

	rig_begin(&rig);
	for (uint64_t i = 1; i <= PLAYER_QUEUE; i++)
		assert_int_equal(rig_play(&rig, &world->low, (struct player_clip){.token = i}), 0);
	assert_int_equal(rig_play(&rig, &world->low, (struct player_clip){.token = 99}), -ENOBUFS);
	player_stop(rig.player, 0);
	for (uint64_t i = 1; i <= PLAYER_QUEUE; i++)
		rig_hear(&rig, PLAYER_FINISHED, i);
	assert_int_equal(rig_play(&rig, &world->low, (struct player_clip){.token = 100}), 0);
	rig_end(&rig);
}

static void test_position_and_heartbeat(void **state)
{
	struct world *world = *state;
	struct player_position before, now;
	struct rig rig;

	rig_begin(&rig);
	player_position(rig.player, &before);
	assert_int_equal(before.token, 0);
	assert_false(before.open);
	/* Idle the thread sleeps; that it was asked is enough for a beat. */
	do {
		poll(NULL, 0, 1);
		player_position(rig.player, &now);
	} while (now.heartbeat == before.heartbeat);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 5});
	rig_hear(&rig, PLAYER_STARTED, 5);
	do {
		poll(NULL, 0, 1);
		player_position(rig.player, &now);
	} while (now.token == 0 || now.frames == 0);
	assert_int_equal(now.token, 5);
	assert_true(now.frames <= world->long_one.n);
	assert_true(now.open);
	/* What a meter shows: nothing until there was enough of it, then as loud as the tone is. */
	while (now.token && now.level_dbfs < -100) {
		poll(NULL, 0, 1);
		player_position(rig.player, &now);
	}
	assert_true(fabs(now.level_dbfs - rig_level_db(world->long_one.sound, world->long_one.n)) <
		    1);
	rig_hear(&rig, PLAYER_FINISHED, 5);
	do {
		poll(NULL, 0, 1);
		player_position(rig.player, &now);
	} while (now.token);
	assert_true(now.level_dbfs < -100);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts_on_time),
		cmocka_unit_test(test_queue_plays_without_gaps),
		cmocka_unit_test(test_later_clips_join_the_stream),
		cmocka_unit_test(test_gap_is_exact),
		cmocka_unit_test(test_gap_counts_from_the_end),
		cmocka_unit_test(test_start_after_other_sound),
		cmocka_unit_test(test_unplayable_does_not_stop_the_queue),
		cmocka_unit_test(test_queue_is_bounded),
		cmocka_unit_test(test_position_and_heartbeat),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
