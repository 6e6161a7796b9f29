/* SPDX-License-Identifier: MIT */
/* Devices that go away, refuse, stand still or run dry under the player. In real time. */
#include <errno.h>
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

static void test_unplugged_and_back(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct player_position position;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1});
	rig_play(&rig, &world->low, (struct player_clip){.token = 2});
	rig_hear(&rig, PLAYER_STARTED, 1);
	rig.fake->gone = true;
	assert_int_equal(rig_hear(&rig, PLAYER_LOST, 0)->trouble.cause, SINK_GONE);
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_DEVICE_LOST);
	assert_true(event->frames < world->long_one.n);
	event = rig_hear(&rig, PLAYER_FINISHED, 2);
	assert_int_equal(event->end, PLAYER_DEVICE_LOST);
	assert_int_equal(event->frames, 0);
	assert_true(rig_heard_at(&rig, PLAYER_FINISHED, 2) < rig_heard_at(&rig, PLAYER_LOST, 0));
	assert_int_equal(rig_play(&rig, &world->low, (struct player_clip){.token = 3}), -ENODEV);
	player_position(rig.player, &position);
	assert_true(position.lost);
	rig.fake->gone = false;
	rig_hear(&rig, PLAYER_BACK, 0);
	assert_int_equal(rig_play(&rig, &world->low, (struct player_clip){.token = 4}), 0);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 4)->frames, world->low.n);
	rig_end(&rig);
}

/* Absent from the first: everything that was given is answered, and it may end at any time. */
static void test_absent_device(void **state)
{
	struct world *world = *state;
	struct rig rig;
	uint64_t given = 0;

	rig_begin(&rig);
	rig.fake->gone = true;
	while (given < 4 &&
	       rig_play(&rig, &world->low, (struct player_clip){.token = given + 1}) == 0)
		given++;
	assert_true(given >= 1);
	assert_string_equal(rig_hear(&rig, PLAYER_LOST, 0)->trouble.device, "the cable");
	for (uint64_t token = 1; token <= given; token++)
		assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, token)->end, PLAYER_DEVICE_LOST);
	rig_end(&rig);
}

static void test_start_fails(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct rig rig;

	rig_begin(&rig);
	rig.fake->start_fails = true;
	rig_play(&rig, &world->low, (struct player_clip){.token = 1});
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_DEVICE_LOST);
	assert_int_equal(event->frames, 0);
	rig_hear(&rig, PLAYER_LOST, 0);
	assert_true(rig_heard_at(&rig, PLAYER_STARTED, 1) < 0);
	assert_int_equal(rig.fake->closes, 1);
	rig_end(&rig);
}

/* It reports no error at all, it only stands still. */
static void test_frozen_device(void **state)
{
	struct world *world = *state;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1});
	rig_hear(&rig, PLAYER_STARTED, 1);
	rig.fake->frozen = true;
	assert_int_equal(rig_hear(&rig, PLAYER_LOST, 0)->trouble.cause, SINK_STALLED);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 1)->end, PLAYER_DEVICE_LOST);
	rig_end(&rig);
}

struct failing_row {
	int line;
	int error;
	unsigned at;
};

/* Whatever a write fails with: the clip is answered, and the player goes on when it can. */
static void test_failing_writes(void **state)
{
	static const struct failing_row rows[] = {
		{ROW, -ENODEV, 1},
		{ROW, -ENODEV, 9},
		{ROW, -ETIMEDOUT, 10},
		{ROW, -EIO, 3},
	};
	struct world *world = *state;

	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		const struct player_event *event;
		struct rig rig;

		rig_begin(&rig);
		rig.fake->write_error = rows[i].error;
		rig.fake->fail_write = rows[i].at;
		rig_play(&rig, &world->low, (struct player_clip){.token = 1});
		event = rig_hear(&rig, PLAYER_FINISHED, 1);
		check_row_int(rows[i].line, event->end, PLAYER_DEVICE_LOST);
		check_row(rows[i].line, event->frames < world->low.n);
		rig_hear(&rig, PLAYER_LOST, 0);
		rig_end(&rig);
	}
}

/* The writer comes too late: a hole of silence, and then the frame that was next. */
static void test_underrun_goes_on(void **state)
{
	struct world *world = *state;
	const struct rig_clip *clip = &world->long_one;
	const struct player_event *event;
	int64_t first, hole, after, rest;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, clip, (struct player_clip){.token = 1});
	rig_hear(&rig, PLAYER_STARTED, 1);
	rig.fake->slow_us = 400000;
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_WHOLE);
	assert_int_equal(event->frames, clip->n);
	assert_int_equal(event->xruns, 1);
	assert_true(rig_heard_at(&rig, PLAYER_LOST, 0) < 0);
	rig_finish(&rig);
	first = rig_find(&rig, clip, 200, 4800, 0) - 200;
	assert_true(first >= 0);
	/* The hole: the only second of silence between two parts of one clip. */
	for (hole = first + 4800; !rig_is_silent(&rig, hole, hole + 1000);)
		hole++;
	after = rig_first(&rig, hole);
	assert_true(after > hole);
	rest = clip->n - (hole - first);
	/* Its neighbours may be silent samples of the tone itself: look for the rest near by. */
	assert_true(rest > 9600);
	assert_true(rig_find(&rig, clip, clip->n - rest + 8, clip->n, after - 8) >= 0);
	rig_end(&rig);
}

/* An underrun takes time that a clip with an end to keep does not get back. */
static void test_underrun_shortens_the_limit(void **state)
{
	struct world *world = *state;
	const struct player_event *event;
	struct rig rig;

	rig_begin(&rig);
	rig_play(&rig, &world->long_one, (struct player_clip){.token = 1, .limit_us = 1000000});
	rig_hear(&rig, PLAYER_STARTED, 1);
	rig.fake->slow_us = 400000;
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->end, PLAYER_HARD_STOP);
	assert_int_equal(event->xruns, 1);
	/* 1 s less the 280 ms or so in which nothing sounded. */
	assert_true(event->frames < 48000 - 9600);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unplugged_and_back),
		cmocka_unit_test(test_absent_device),
		cmocka_unit_test(test_start_fails),
		cmocka_unit_test(test_frozen_device),
		cmocka_unit_test(test_failing_writes),
		cmocka_unit_test(test_underrun_goes_on),
		cmocka_unit_test(test_underrun_shortens_the_limit),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
