/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "civil.h"
#include "folder.h"

#define JUNE_US (INT64_C(1717200000) * CIVIL_US) /* 2024-06-01T00:00:00Z */
#define NEAR_US (60 * CIVIL_US)			 /* more than any test takes */

static bool is_readable(const struct clock *clock, int timeout_ms)
{
	struct pollfd watched = {.fd = clock_fd(clock), .events = POLLIN};

	return poll(&watched, 1, timeout_ms) == 1;
}

static void a_pretended_clock_begins_where_it_is_told(void **state)
{
	struct clock *clock;
	int64_t first, mono;

	(void)state;
	mono = clock_mono_us();
	assert_int_equal(clock_new(JUNE_US, &clock), 0);
	first = clock_now_us(clock);
	assert_in_range(first, JUNE_US, JUNE_US + NEAR_US);
	assert_true(clock_now_us(clock) >= first);
	/* It is a fixed distance from the player's time. */
	assert_in_range(clock_to_mono_us(clock, JUNE_US), mono, mono + NEAR_US);
	assert_int_equal(clock_from_mono_us(clock, clock_to_mono_us(clock, JUNE_US + 5)),
			 JUNE_US + 5);
	clock_free(clock);
}

static void the_real_clock_is_the_systems(void **state)
{
	struct clock *clock;
	int64_t now = (int64_t)time(NULL) * CIVIL_US, mono;

	(void)state;
	assert_int_equal(clock_new(0, &clock), 0);
	assert_in_range(clock_now_us(clock), now, now + NEAR_US);
	mono = clock_to_mono_us(clock, clock_now_us(clock));
	assert_in_range(clock_mono_us() - mono + NEAR_US, 0, 2 * NEAR_US);
	assert_in_range(clock_from_mono_us(clock, clock_mono_us()), now, now + NEAR_US);
	clock_free(clock);
	assert_null(clock_free(NULL));
}

/* By either clock: an instant that is past is heard of at once, one to come when it comes. */
static void the_timer_goes_off_at_its_instant(void **state)
{
	const int64_t starts[] = {0, JUNE_US};
	struct clock *clock;
	size_t i;

	(void)state;
	for (i = 0; i < CHECK_COUNT(starts); i++) {
		int64_t at;

		assert_int_equal(clock_new(starts[i], &clock), 0);
		assert_int_equal(clock_arm(clock, CIVIL_NEVER), 0);
		assert_false(is_readable(clock, 0));
		assert_int_equal(clock_arm(clock, clock_now_us(clock) - 7 * CIVIL_US), 0);
		assert_true(is_readable(clock, 0));
		assert_false(clock_ack(clock));
		assert_false(is_readable(clock, 0));
		at = clock_now_us(clock) + 20000;
		assert_int_equal(clock_arm(clock, at), 0);
		assert_true(is_readable(clock, 30000));
		assert_true(clock_now_us(clock) >= at);
		assert_int_equal(clock_arm(clock, CIVIL_NEVER), 0);
		assert_false(is_readable(clock, 0));
		assert_false(clock_ack(clock));
		clock_free(clock);
	}
}

/* The kernel after a step: the timer is armed, and the call says so by failing, once. */
static bool stepped;

__attribute__((visibility("default"))) int
timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	int result = (int)syscall(SYS_timerfd_settime, fd, flags, new, old);

	if (result < 0 || !stepped)
		return result;
	stepped = false;
	errno = ECANCELED;
	return -1;
}

static void a_step_noticed_while_arming_is_told(void **state)
{
	struct clock *clock;

	(void)state;
	assert_int_equal(clock_new(0, &clock), 0);
	assert_int_equal(clock_arm(clock, CIVIL_NEVER), 0);
	stepped = true;
	assert_int_equal(clock_arm(clock, CIVIL_NEVER), 0);
	assert_true(is_readable(clock, 0));
	assert_true(clock_ack(clock));
	assert_int_equal(clock_arm(clock, CIVIL_NEVER), 0);
	assert_false(is_readable(clock, 0));
	assert_false(clock_ack(clock));
	clock_free(clock);
}

static const struct {
	int line;
	const char *text;
	bool agrees;
} rtcs[] = {
	{ROW, "1717200000\n", true},
	{ROW, "1717200119\n", true},
	{ROW, "1717199881\n", true},
	{ROW, "1717200121\n", false},
	{ROW, "1717199879\n", false},
	{ROW, "0\n", false},
	{ROW, "", false},
	{ROW, "\n", false},
	{ROW, "noon\n", false},
	{ROW, "1717200000 and more\n", false},
	{ROW, "-1717200000\n", false},
	{ROW, "99999999999999999999999\n", false},
	{ROW, "9223372036854775807", false},
};

static void a_battery_clock_agrees_within_two_minutes(void **state)
{
	struct folder *folder = *state;
	char *path = folder_file(folder, "since_epoch");
	size_t i;

	assert_false(clock_rtc_agrees(path, JUNE_US));
	for (i = 0; i < CHECK_COUNT(rtcs); i++) {
		folder_write(folder, "since_epoch", rtcs[i].text, strlen(rtcs[i].text));
		check_row_int(rtcs[i].line, clock_rtc_agrees(path, JUNE_US), rtcs[i].agrees);
	}
	free(path);
}

static void a_look_carries_both_times(void **state)
{
	struct trust_look look = {.newest_row_us = 42};
	int64_t boot = clock_boot_us();
	struct clock *clock;

	(void)state;
	assert_int_equal(clock_new(JUNE_US, &clock), 0);
	clock_look(clock, &look);
	assert_in_range(look.now_us, JUNE_US, JUNE_US + NEAR_US);
	assert_in_range(look.mono_us, boot, boot + NEAR_US);
	assert_int_equal(look.newest_row_us, 42); /* not the clock's business */
	clock_free(clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pretended_clock_begins_where_it_is_told),
		cmocka_unit_test(the_real_clock_is_the_systems),
		cmocka_unit_test(the_timer_goes_off_at_its_instant),
		cmocka_unit_test(a_step_noticed_while_arming_is_told),
		cmocka_unit_test_setup_teardown(a_battery_clock_agrees_within_two_minutes,
						folder_setup, folder_teardown),
		cmocka_unit_test(a_look_carries_both_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
