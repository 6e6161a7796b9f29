/* SPDX-License-Identifier: MIT */
/* Real-time priority where it is permitted, and the brake against a thread that spins. */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "player_rig.h"

#define PRIORITY 10

static bool is_real_time(struct rig *rig)
{
	struct player_position position;

	player_position(rig->player, &position);
	return position.real_time;
}

static void begin(struct rig *rig, int priority)
{
	struct player_options options = {.settings = rig_settings(), .priority = priority};
	struct sink *sink;

	*rig = (struct rig){0};
	assert_int_equal(sink_null_new(&sink), 0);
	assert_int_equal(sink_fake_new(sink, &rig->fake), 0);
	options.sink = &rig->fake->sink;
	assert_int_equal(player_new(&options, &rig->player), 0);
}

static void play_whole(struct rig *rig, const struct rig_clip *clip, uint64_t token)
{
	rig_play(rig, clip, (struct player_clip){.token = token});
	assert_int_equal(rig_hear(rig, PLAYER_FINISHED, token)->end, PLAYER_WHOLE);
}

/* The next clip shall begin a stream of its own. */
static void wait_until_closed(struct rig *rig, unsigned times)
{
	while (rig->fake->closes < times)
		poll(NULL, 0, 5);
}

static bool may_be_real_time(void)
{
	struct sched_param parameter = {.sched_priority = PRIORITY};
	bool may = sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) == 0;

	parameter.sched_priority = 0;
	sched_setscheduler(0, SCHED_OTHER, &parameter);
	return may;
}

static void test_nobody_asked(void **state)
{
	struct rig_clip clip = rig_load("tone-low");
	struct rig rig;

	(void)state;
	begin(&rig, 0);
	play_whole(&rig, &clip, 1);
	assert_false(is_real_time(&rig));
	rig_end(&rig);
	rig_unload(&clip);
}

/* A thread that spins for half a second is braked after 200 ms, lives, and has it back later. */
static void test_the_brake(void **state)
{
	struct rig_clip clip = rig_load("tone-low");
	struct rlimit limit;
	struct rig rig;

	(void)state;
	if (!may_be_real_time()) {
		print_message("no permission for SCHED_FIFO here\n");
		rig_unload(&clip);
		skip();
	}
	begin(&rig, PRIORITY);
	play_whole(&rig, &clip, 1);
	assert_true(is_real_time(&rig));
	wait_until_closed(&rig, 1);
	assert_int_equal(getrlimit(RLIMIT_RTTIME, &limit), 0);
	assert_true(limit.rlim_cur < limit.rlim_max);
	/* More than once: what the kernel has counted must not stay with the thread. */
	for (unsigned i = 2; i <= 6; i += 2) {
		rig.fake->spin_us = 500000;
		rig_play(&rig, &clip, (struct player_clip){.token = i});
		rig_hear(&rig, PLAYER_STARTED, i);
		assert_false(is_real_time(&rig));
		rig_hear(&rig, PLAYER_FINISHED, i);
		wait_until_closed(&rig, i);
		play_whole(&rig, &clip, i + 1);
		assert_true(is_real_time(&rig));
		wait_until_closed(&rig, i + 1);
	}
	rig_end(&rig);
	rig_unload(&clip);
}

/* Refused: it plays all the same, and says so. In a child, for what is given up does not come back. */
static void test_refused(void **state)
{
	const struct rlimit none = {0, 0};
	pid_t child;
	int status;

	(void)state;
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rig_clip clip = rig_load("tone-low");
		struct rig rig;

		if (setrlimit(RLIMIT_RTPRIO, &none) < 0 ||
		    (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0))
			_exit(3);
		begin(&rig, PRIORITY);
		play_whole(&rig, &clip, 1);
		_exit(is_real_time(&rig) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_asked),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_the_brake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
