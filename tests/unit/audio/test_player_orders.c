/* SPDX-License-Identifier: MIT */
/* Stop, cancel, volume and the hard stop: what is heard of them. In real time. */
#include <math.h>
#include <poll.h>
#include <stdlib.h>

#include "check.h"
#include "monotonic.h"
#include "player_rig.h"

struct world {
	struct rig_clip low, long_one;
};

static int load(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->low = rig_load("tone-low");
	world->long_one = rig_load("tone-long");
	*state = world;
	return 0;
}

static int unload(void **state)
{
	struct world *world = *state;

	rig_unload(&world->low);
	rig_unload(&world->long_one);
	free(world);
	return 0;
}

/* A click is a step that the recording itself does not have. */
static void assert_no_click(const struct rig *rig, const struct rig_clip *clip)
{
	int own = rig_largest_step(clip->sound, clip->n);

	assert_true(rig_largest_step(rig->sound, rig->n_sound) <= own + own / 10 + RIG_TOLERANCE);
}

static void wait_until_open(struct rig *rig)
{
	struct player_position position;

	do {
		poll(NULL, 0, 2);
		player_position(rig->player, &position);
	} while (!position.open);
}

static void wait_until_position(struct rig *rig, uint64_t token, int64_t frames)
{
	struct player_position position;

	do {
		poll(NULL, 0, 2);
		player_position(rig->player, &position);
	} while (position.token != token || position.frames < frames);
}

static void test_stop_fades_and_drops(void **state)
{
	struct world *world = *state;
	const struct player_event *cut;
	int64_t first, last, ordered_us;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1});
	rig_play(&rig, &world->low, (struct player_clip){.token = 2});
	wait_until_position(&rig, 1, 4800);
	ordered_us = monotonic_us();
	player_stop(rig.player, 200000);
	rig_play(&rig, &world->low, (struct player_clip){.token = 3, .gap_us = 100000});
	cut = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(cut->end, PLAYER_CUT);
	assert_true(cut->frames > 4800 && cut->frames < world->long_one.n);
	/* Gone 200 ms after the order, what the card had already included; give or take two periods. */
	assert_true(llabs(cut->at_us - ordered_us - 200000) < 40000);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->end, PLAYER_CUT);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->frames, 0);
	assert_true(rig_heard_at(&rig, PLAYER_STARTED, 2) < 0);
	/* What was given after the stop is none of its business. */
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 3)->end, PLAYER_WHOLE);
	rig_finish(&rig);
	first = rig_first(&rig, 0);
	last = rig_find(&rig, &world->low, 200, world->low.n, first) - 200 - 4800;
	/* Full level until the order, almost nothing at the end, silence behind it. */
	assert_true(rig_is_silent(&rig, last, last + 4800));
	assert_true(fabs(rig_level_db(rig.sound + last - 9600 - 960, 960) -
			 rig_level_db(world->long_one.sound + 9600, 960)) < 0.3);
	assert_true(rig_level_db(rig.sound + last - 240, 240) <
		    rig_level_db(world->long_one.sound + 9600, 960) - 12.0);
	assert_no_click(&rig, &world->long_one);
	rig_end(&rig);
}

/* A faster stop overtakes a slow one, without a step. */
static void test_second_stop_is_faster(void **state)
{
	struct world *world = *state;
	const struct player_event *cut;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1});
	wait_until_position(&rig, 1, 2400);
	player_stop(rig.player, 800000);
	wait_until_position(&rig, 1, 24000);
	player_stop(rig.player, 100000);
	cut = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(cut->end, PLAYER_CUT);
	assert_true(cut->frames < 24000 + 9600 + 4800);
	rig_finish(&rig);
	/* It only ever grows softer. */
	for (int64_t at = rig_first(&rig, 0) + 9600; at + 2 * 960 < rig_last(&rig); at += 960)
		assert_true(rig_level_db(rig.sound + at + 960, 960) <
			    rig_level_db(rig.sound + at, 960) + 0.5);
	assert_no_click(&rig, &world->long_one);
	rig_end(&rig);
}

static void test_free_fades_quickly(void **state)
{
	struct world *world = *state;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1});
	rig_play(&rig, &world->low, (struct player_clip){.token = 2});
	wait_until_position(&rig, 1, 4800);
	rig_finish(&rig);
	assert_no_click(&rig, &world->long_one);
	assert_true(rig_last(&rig) - rig_first(&rig, 0) < world->long_one.n);
	rig_end(&rig);
}

static void test_cancel_of_held_clip(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->low,
		 (struct player_clip){.token = 1, .start_us = rig.origin_us + 60000000});
	wait_until_open(&rig); /* held */
	player_cancel(rig.player, 1);
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_CUT);
	assert_int_equal(event->frames, 0);
	assert_true(rig_heard_at(&rig, PLAYER_STARTED, 1) < 0);
	assert_int_equal(rig.fake->starts, 0);
	rig_finish(&rig);
	assert_int_equal(rig_first(&rig, 0), -1);
	rig_end(&rig);
}

/* The one behind a held clip that was taken back sounds from its first frame, at its own time. */
static void test_cancel_leaves_the_next(void **state)
{
	struct world *world = *state;
	struct rig rig;
	int64_t start_us, found;

	rig_begin(&rig);
	start_us = rig.origin_us + 600000;
	/* So short that frames of the next one are in the buffer, too. */
	rig_play(&rig, &world->long_one,
		 (struct player_clip){.token = 1, .start_us = start_us, .limit_us = 20000});
	rig_play(&rig, &world->low,
		 (struct player_clip){.token = 2, .start_us = start_us - 100000, .gap_us = 10000});
	wait_until_open(&rig);
	player_cancel(rig.player, 1);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 1)->frames, 0);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->frames, world->low.n);
	rig_finish(&rig);
	found = rig_find(&rig, &world->low, 200, world->low.n, 0) - 200;
	assert_true(labs(found - 24000) <= RIG_PERIOD);
	assert_true(rig_is_silent(&rig, 0, found));
	rig_end(&rig);
}

static void test_cancel_of_queued_and_of_sounding(void **state)
{
	struct world *world = *state;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->low, (struct player_clip){.token = 1});
	rig_play(&rig, &world->low, (struct player_clip){.token = 2});
	rig_play(&rig, &world->low, (struct player_clip){.token = 3});
	rig_hear(&rig, PLAYER_STARTED, 1);
	player_cancel(rig.player, 1); /* too late for this one */
	player_cancel(rig.player, 2);
	player_cancel(rig.player, 4); /* nobody */
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 3)->end, PLAYER_WHOLE);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 1)->end, PLAYER_WHOLE);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->end, PLAYER_CUT);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->frames, 0);
	rig_finish(&rig);
	assert_int_equal(rig_last(&rig) - rig_first(&rig, 0) < 2 * world->low.n + 48, true);
	rig_end(&rig);
}

static void test_hard_stop_ends_the_sound(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct rig rig;
	int64_t first;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1, .limit_us = 300000});
	/* A limit longer than the clip changes nothing. */
	rig_play(&rig, &world->low,
		 (struct player_clip){.token = 2, .gap_us = 100000, .limit_us = 2000000});
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_HARD_STOP);
	assert_int_equal(event->frames, 14400);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 2)->end, PLAYER_WHOLE);
	rig_finish(&rig);
	first = rig_find(&rig, &world->long_one, 200, 14400 - 2400, 0) - 200;
	assert_true(first >= 0);
	assert_true(rig_is_silent(&rig, first + 14400, first + 14400 + 4800));
	assert_int_equal(rig_find(&rig, &world->low, 200, world->low.n, first),
			 first + 14400 + 4800 + 200);
	assert_no_click(&rig, &world->long_one);
	rig_end(&rig);
}

/* Permitted until start_us + limit_us: a late start does not move that. */
static void test_late_start_shortens_the_limit(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one,
		 (struct player_clip){
			 .token = 1, .start_us = monotonic_us() - 200000, .limit_us = 600000});
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_HARD_STOP);
	assert_true(event->frames > 0 && event->frames <= 19200);
	event = rig_hear(&rig, PLAYER_STARTED, 1);
	assert_true(event->error_us >= 200000);
	rig_play(&rig, &world->long_one,
		 (struct player_clip){
			 .token = 2, .start_us = monotonic_us() - 500000, .limit_us = 400000});
	event = rig_hear(&rig, PLAYER_FINISHED, 2);
	assert_int_equal(event->end, PLAYER_HARD_STOP);
	assert_int_equal(event->frames, 0);
	assert_true(rig_heard_at(&rig, PLAYER_STARTED, 2) < 0);
	rig_end(&rig);
}

static void test_volume_glides(void **state)
{
	struct world *world = *state;
	struct rig rig;
	int64_t first, last;
	double before;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1});
	wait_until_position(&rig, 1, 9600);
	player_set_volume(rig.player, -20.0);
	rig_hear(&rig, PLAYER_FINISHED, 1);
	rig_play(&rig, &world->low, (struct player_clip){.token = 2});
	rig_hear(&rig, PLAYER_FINISHED, 2);
	rig_finish(&rig);
	first = rig_find(&rig, &world->long_one, 200, 9600, 0) - 200;
	assert_true(first >= 0);
	last = first + world->long_one.n;
	before = rig_level_db(world->long_one.sound + world->long_one.n - 14400, 9600);
	assert_true(fabs(rig_level_db(rig.sound + last - 14400, 9600) - before + 20.0) < 0.1);
	assert_no_click(&rig, &world->long_one);
	/* A stream that begins later is at that volume from its first frame. */
	last = rig_last(&rig);
	before = rig_level_db(world->low.sound, world->low.n);
	assert_true(fabs(rig_level_db(rig.sound + last - world->low.n, world->low.n) - before +
			 20.0) < 0.2);
	rig_end(&rig);
}

/* At the lowest volume all samples leave the card, and none of them is claimed to be audible. */
static void test_lowest_volume_is_not_audible(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct rig rig;

	rig_begin(&rig);
	player_set_volume(rig.player, -60.0);
	rig_play(&rig, &world->low, (struct player_clip){.token = 1});
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_WHOLE);
	assert_int_equal(event->frames, world->low.n);
	assert_int_equal(event->audible, 0);
	assert_int_equal(event->silence, world->low.n);
	assert_true(fabs(event->rms_dbfs + 60.0 - rig_level_db(world->low.sound, world->low.n)) <
		    0.1);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_fades_and_drops),
		cmocka_unit_test(test_second_stop_is_faster),
		cmocka_unit_test(test_free_fades_quickly),
		cmocka_unit_test(test_cancel_of_held_clip),
		cmocka_unit_test(test_cancel_leaves_the_next),
		cmocka_unit_test(test_cancel_of_queued_and_of_sounding),
		cmocka_unit_test(test_hard_stop_ends_the_sound),
		cmocka_unit_test(test_late_start_shortens_the_limit),
		cmocka_unit_test(test_volume_glides),
		cmocka_unit_test(test_lowest_volume_is_not_audible),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
