/* SPDX-License-Identifier: MIT */
/* What the ALSA sink, and the player over it, make of a card that fails. In real time. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include <alsa/asoundlib.h>

#include "alsa_bench.h"
#include "check.h"
#include "monotonic.h"
#include "player_rig.h"

static void test_underrun_goes_on_with_the_next_frame(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0, n, jump = 0;
	int16_t sound[4 * ALSA_BENCH_BUFFER];
	int lost;

	alsa_bench_fault(bench, "xrun-at 9600");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(alsa_bench_play(bench, &place), -EPIPE);
	assert_int_equal(sink->info.xruns, 1);
	lost = (int)sink->info.lost;
	assert_in_range(lost, 1, ALSA_BENCH_BUFFER);
	assert_int_equal(sink->ops->consumed(sink), 9600);
	assert_int_equal(alsa_bench_play(bench, &place), 0);
	assert_int_equal(sink->info.lost, lost);
	sink->ops->close(sink);
	n = alsa_bench_read(bench, sound, 4 * ALSA_BENCH_BUFFER);
	for (int64_t i = 0; i < n; i++) {
		if (i == 9600)
			jump = lost;
		assert_true(alsa_bench_near(sound[i], i + jump));
	}
	assert_true(n > 9600 + 4 * ALSA_BENCH_PERIOD);
}

/* As dmix does: a write that meets an underrun has come further below than above, until the card is prepared again; and
 * whoever asks for the status meanwhile is ended by an assert() of ALSA. */
snd_pcm_sframes_t __real_snd_pcm_writei(snd_pcm_t *pcm, const void *frames, snd_pcm_uframes_t n);
snd_pcm_sframes_t __wrap_snd_pcm_writei(snd_pcm_t *pcm, const void *frames, snd_pcm_uframes_t n);
int __real_snd_pcm_prepare(snd_pcm_t *pcm);
int __wrap_snd_pcm_prepare(snd_pcm_t *pcm);
int __real_snd_pcm_status(snd_pcm_t *pcm, snd_pcm_status_t *status);
int __wrap_snd_pcm_status(snd_pcm_t *pcm, snd_pcm_status_t *status);

static bool tears, torn;

snd_pcm_sframes_t __wrap_snd_pcm_writei(snd_pcm_t *pcm, const void *frames, snd_pcm_uframes_t n)
{
	if (!tears || n < 2)
		return __real_snd_pcm_writei(pcm, frames, n);
	torn = true;
	return __real_snd_pcm_writei(pcm, frames, n - 1);
}

int __wrap_snd_pcm_prepare(snd_pcm_t *pcm)
{
	torn = false;
	return __real_snd_pcm_prepare(pcm);
}

int __wrap_snd_pcm_status(snd_pcm_t *pcm, snd_pcm_status_t *status)
{
	assert_false(torn);
	return __real_snd_pcm_status(pcm, status);
}

static void test_underrun_within_a_write_is_survived(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0;

	alsa_bench_fault(bench, "xrun-at 9600");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	tears = true;
	assert_int_equal(alsa_bench_play(bench, &place), -EPIPE);
	assert_false(torn);
	tears = false;
	assert_int_equal(sink->info.xruns, 1);
	assert_int_equal(alsa_bench_play(bench, &place), 0);
	assert_int_equal(sink->info.xruns, 1);
}

static void test_really_runs_dry(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0;
	int error;

	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	monotonic_sleep_until(started_us + 200000);
	error = sink->ops->wait(sink, -1, monotonic_us() + 1000000);
	assert_int_equal(error, -EPIPE);
	assert_int_equal(sink->info.lost, 0);
	assert_int_equal(sink->ops->consumed(sink), ALSA_BENCH_BUFFER);
	assert_int_equal(alsa_bench_play(bench, &place), 0);
	assert_int_equal(sink->info.xruns, 1);
}

static void test_standstill_is_noticed(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0;

	alsa_bench_fault(bench, "stall-at 4800");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(alsa_bench_play(bench, &place), -ETIMEDOUT);
	assert_true(monotonic_us() - started_us >= 500000);
}

static void test_unplugged(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0;

	alsa_bench_fault(bench, "gone-at 7200");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(alsa_bench_play(bench, &place), -ENODEV);
	sink->ops->close(sink);
	alsa_bench_fault(bench, "absent");
	assert_int_equal(alsa_bench_open(bench), -ENODEV);
	alsa_bench_fault(bench, "");
	assert_int_equal(alsa_bench_open(bench), 0);
}

/* The board slept: the card goes on where it was, and nothing is lost. */
static void test_suspended_and_resumed(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0, n;
	int16_t sound[4 * ALSA_BENCH_BUFFER];

	alsa_bench_fault(bench, "suspend-at 9600");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(alsa_bench_play(bench, &place), 0);
	sink->ops->close(sink);
	assert_true(alsa_bench_stamp_us(bench, "resume") > 0);
	assert_int_equal(sink->info.xruns, 0);
	assert_int_equal(sink->info.lost, 0);
	n = alsa_bench_read(bench, sound, 4 * ALSA_BENCH_BUFFER);
	assert_true(n > 9600 + 4 * ALSA_BENCH_PERIOD);
	for (int64_t i = 0; i < n; i++)
		assert_true(alsa_bench_near(sound[i], i));
}

/* A driver that cannot resume, or never gets done: prepared anew, as after an underrun. */
static void test_suspended_and_begun_anew(void **state)
{
	static const char *const faults[] = {"suspend-at 9600 resume-fails",
					     "suspend-at 9600 resume-waits"};
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;

	for (size_t i = 0; i < CHECK_COUNT(faults); i++) {
		int64_t started_us, place = 0;
		unsigned more = 0; /* a machine that does not let us run has real ones, too */
		int r;

		alsa_bench_fault(bench, faults[i]);
		assert_int_equal(alsa_bench_open(bench), 0);
		alsa_bench_fill(bench, &place);
		assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
		assert_int_equal(alsa_bench_play(bench, &place), -EPIPE);
		assert_int_equal(sink->info.xruns, 1);
		assert_true(sink->info.lost > 0);
		while ((r = alsa_bench_play(bench, &place)) == -EPIPE)
			more++;
		assert_int_equal(r, 0);
		assert_int_equal(sink->info.xruns, 1 + more);
		sink->ops->close(sink);
	}
}

static void test_start_fails(void **state)
{
	struct alsa_bench *bench = *state;
	int64_t started_us = 0, place = 0;

	alsa_bench_fault(bench, "start-fails");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(bench->sink->ops->start(bench->sink, 0, &started_us), -ENODEV);
	assert_int_equal(started_us, 0);
	assert_int_equal(bench->sink->trouble.cause, SINK_NO_START);
	assert_int_equal(bench->sink->trouble.error, EIO);
}

static struct rig begin_player(struct alsa_bench *bench, bool check)
{
	struct player_options options = {
		.sink = bench->sink, .settings = rig_settings(), .check = check};
	struct rig rig = {.origin_us = monotonic_us()};

	bench->sink = NULL;
	assert_int_equal(player_new(&options, &rig.player), 0);
	return rig;
}

static void until_closed(struct rig *rig)
{
	struct player_position position;

	do {
		poll(NULL, 0, 2);
		player_position(rig->player, &position);
	} while (position.open);
}

/* Nobody drains: a card that would never be done with it is closed like any other. */
static void test_drain_that_never_ends(void **state)
{
	struct alsa_bench *bench = *state;
	struct rig_clip clip = rig_load("tone-low");
	struct rig rig;

	alsa_bench_fault(bench, "drain-hangs");
	rig = begin_player(bench, false);
	rig_play(&rig, &clip, (struct player_clip){.token = 1});
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 1)->end, PLAYER_WHOLE);
	until_closed(&rig);
	rig.player = player_free(rig.player);
	assert_true(alsa_bench_stamp_us(bench, "close") > 0);
	rig_unload(&clip);
}

/* The first look needs no broadcast. */
static void test_checked_before_the_first_clip(void **state)
{
	struct alsa_bench *bench = *state;
	struct rig rig;

	alsa_bench_fault(bench, "busy");
	rig = begin_player(bench, true);
	assert_int_equal(rig_hear(&rig, PLAYER_LOST, 0)->trouble.cause, SINK_BUSY);
	alsa_bench_fault(bench, "");
	rig_hear(&rig, PLAYER_BACK, 0);
	assert_int_equal(rig_hear(&rig, PLAYER_OPENED, 0)->trouble.cause, SINK_WELL);
	rig.player = player_free(rig.player);
}

static void test_late_start_is_a_concern(void **state)
{
	struct alsa_bench *bench = *state;
	struct rig_clip clip = rig_load("tone-low");
	const struct player_event *event;
	struct rig rig;

	alsa_bench_fault(bench, "start-late 300000");
	rig = begin_player(bench, false);
	rig_play(&rig, &clip, (struct player_clip){.token = 1, .start_us = rig.origin_us + 100000});
	event = rig_hear(&rig, PLAYER_CONCERN, 0);
	assert_int_equal(event->trouble.cause, SINK_LATE_START);
	assert_true(event->trouble.least >= 300);
	/* It is in the log as well, and the sound goes on. */
	assert_true(rig_hear(&rig, PLAYER_STARTED, 1)->error_us >= 300000);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 1)->end, PLAYER_WHOLE);
	rig.player = player_free(rig.player);
	rig_unload(&clip);
}

static void test_many_underruns_are_a_concern(void **state)
{
	struct alsa_bench *bench = *state;
	struct rig_clip clip = rig_load("tone-low");
	struct rig rig;

	alsa_bench_fault(bench, "xrun-every 9600");
	rig = begin_player(bench, false);
	for (uint64_t i = 1; i <= 4; i++)
		rig_play(&rig, &clip, (struct player_clip){.token = i});
	assert_int_equal(rig_hear(&rig, PLAYER_CONCERN, 0)->trouble.cause, SINK_UNDERRUNS);
	assert_int_equal(rig_hear(&rig, PLAYER_CONCERN, 0)->trouble.least, SINK_XRUNS_MANY + 1);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 4)->end, PLAYER_WHOLE);
	rig.player = player_free(rig.player);
	rig_unload(&clip);
}

/* The player over this card: what was heard is the clip, and the log can say so. */
static void test_player_over_the_card(void **state)
{
	struct alsa_bench *bench = *state;
	struct player_options options = {.sink = bench->sink, .settings = rig_settings()};
	struct rig_clip clip = rig_load("tone-low");
	const struct player_event *event;
	struct player_position position;
	struct rig rig = {0};

	bench->sink = NULL;
	assert_int_equal(player_new(&options, &rig.player), 0);
	rig.origin_us = monotonic_us();
	rig_play(&rig, &clip, (struct player_clip){.token = 1, .start_us = rig.origin_us + 100000});
	event = rig_hear(&rig, PLAYER_STARTED, 1);
	assert_true(event->error_us >= 0);
	assert_int_equal(rig_hear(&rig, PLAYER_FINISHED, 1)->frames, clip.n);
	do { /* a stop would cut off the silence behind it */
		poll(NULL, 0, 2);
		player_position(rig.player, &position);
	} while (position.open);
	rig.player = player_free(rig.player);
	rig.sound = calloc(2 * (size_t)clip.n, 2);
	rig.n_sound = alsa_bench_read(bench, rig.sound, 2 * clip.n);
	assert_int_equal(rig_find(&rig, &clip, 200, clip.n, 0), 200);
	assert_true(rig_is_silent(&rig, clip.n, rig.n_sound));
	/* Behind the last frame a whole buffer of silence was consumed. */
	assert_true(rig.n_sound >= clip.n + ALSA_BENCH_BUFFER);
	free(rig.sound);
	rig_unload(&clip);
}

static void test_player_counts_what_was_lost(void **state)
{
	struct alsa_bench *bench = *state;
	struct player_options options = {.sink = bench->sink, .settings = rig_settings()};
	struct rig_clip clip = rig_load("tone-low");
	const struct player_event *event;
	struct rig rig = {0};

	alsa_bench_fault(bench, "xrun-at 9600");
	bench->sink = NULL;
	assert_int_equal(player_new(&options, &rig.player), 0);
	rig_play(&rig, &clip, (struct player_clip){.token = 1});
	event = rig_hear(&rig, PLAYER_FINISHED, 1);
	assert_int_equal(event->xruns, 1);
	assert_true(event->frames < clip.n && event->frames >= clip.n - ALSA_BENCH_BUFFER);
	assert_int_equal(event->end, PLAYER_WHOLE);
	rig.player = player_free(rig.player);
	rig_unload(&clip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_alsa_bench(test_underrun_goes_on_with_the_next_frame),
		on_alsa_bench(test_underrun_within_a_write_is_survived),
		on_alsa_bench(test_really_runs_dry),
		on_alsa_bench(test_standstill_is_noticed),
		on_alsa_bench(test_unplugged),
		on_alsa_bench(test_suspended_and_resumed),
		on_alsa_bench(test_suspended_and_begun_anew),
		on_alsa_bench(test_start_fails),
		on_alsa_bench(test_drain_that_never_ends),
		on_alsa_bench(test_checked_before_the_first_clip),
		on_alsa_bench(test_late_start_is_a_concern),
		on_alsa_bench(test_many_underruns_are_a_concern),
		on_alsa_bench(test_player_over_the_card),
		on_alsa_bench(test_player_counts_what_was_lost),
	};

	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
