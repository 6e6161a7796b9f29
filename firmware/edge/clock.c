/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "civil.h"
#include "clock_internal.h"

#define CLOCK_RTC	  "/sys/class/rtc/rtc0/since_epoch"
#define CLOCK_RTC_NEAR_US (120 * CIVIL_US)

/* The farthest instant the timer is armed for: 2200-01-01, well inside what the kernel can hold. */
#define CLOCK_FAR_US (INT64_C(7258118400) * CIVIL_US)

static int64_t read_us(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * CIVIL_US + now.tv_nsec / 1000;
}

int64_t clock_boot_us(void)
{
	return read_us(CLOCK_BOOTTIME);
}

int64_t clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int clock_new(int64_t pretend_us, struct clock **ret)
{
	struct clock *clock = calloc(1, sizeof(*clock));

	if (!clock)
		return -ENOMEM;
	clock->source = clock->both = -1;
	if (pretend_us) {
		clock->kind = CLOCK_KIND_PRETENDED;
		clock->offset_us = pretend_us - clock_mono_us();
	}
	clock->timer = timerfd_create(pretend_us ? CLOCK_MONOTONIC : CLOCK_REALTIME,
				      TFD_NONBLOCK | TFD_CLOEXEC);
	if (clock->timer < 0) {
		int error = -errno;

		free(clock);
		return error;
	}
	*ret = clock;
	return 0;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

struct clock *clock_free(struct clock *clock)
{
	if (!clock)
		return NULL;
	close_fd(clock->both);
	close_fd(clock->source);
	close_fd(clock->timer);
	free(clock);
	return NULL;
}

int64_t clock_now_us(const struct clock *clock)
{
	if (clock->kind == CLOCK_KIND_REAL)
		return read_us(CLOCK_REALTIME);
	return clock_mono_us() + clock->offset_us;
}

/*
 * UTC minus CLOCK_MONOTONIC at this moment. Two clocks cannot be read at once: of three readings
 * the one that was interrupted least counts, so a scheduled start is not off by a time slice.
 */
static int64_t offset_us(const struct clock *clock)
{
	int64_t best = INT64_MAX, offset = 0;
	int i;

	if (clock->kind != CLOCK_KIND_REAL)
		return clock->offset_us;
	for (i = 0; i < 3; i++) {
		int64_t before = clock_mono_us(), now = read_us(CLOCK_REALTIME);
		int64_t spent = clock_mono_us() - before;

		if (spent < best) {
			best = spent;
			offset = now - (before + spent / 2);
		}
	}
	return offset;
}

int64_t clock_to_mono_us(const struct clock *clock, int64_t utc_us)
{
	return utc_us - offset_us(clock);
}

int64_t clock_from_mono_us(const struct clock *clock, int64_t mono_us)
{
	return mono_us + offset_us(clock);
}

/* A sandbox without adjtimex, or a kernel that cannot say: nobody vouches. */
static bool kernel_synced(void)
{
	struct timex ask = {0};
	int state = adjtimex(&ask);

	return state >= 0 && state != TIME_ERROR && !(ask.status & STA_UNSYNC);
}

int clock_rtc_us(const char *file, int64_t *ret_us)
{
	char text[32], *end;
	int fd = open(file ? file : CLOCK_RTC, O_RDONLY | O_CLOEXEC);
	long long rtc_s;
	ssize_t n;

	if (fd < 0)
		return -ENOENT;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -EINVAL;
	text[n] = '\0';
	rtc_s = strtoll(text, &end, 10);
	if (end == text || (*end != '\n' && *end != '\0') || rtc_s < 0 ||
	    rtc_s > CLOCK_FAR_US / CIVIL_US)
		return -EINVAL;
	*ret_us = rtc_s * CIVIL_US;
	return 0;
}

static bool is_near(int64_t apart_us)
{
	return apart_us <= CLOCK_RTC_NEAR_US && apart_us >= -CLOCK_RTC_NEAR_US;
}

bool clock_rtc_agrees(const char *file, int64_t now_us)
{
	int64_t rtc_us;

	return clock_rtc_us(file, &rtc_us) == 0 && is_near(rtc_us - now_us);
}

void clock_look(const struct clock *clock, struct trust_look *look)
{
	int64_t rtc_us = 0;

	look->now_us = clock_now_us(clock);
	look->mono_us = clock_boot_us();
	if (clock->kind == CLOCK_KIND_SIMULATED) {
		look->kernel_synced = clock->sim.kernel_synced != 0;
		look->rtc_there = clock->sim.rtc_there != 0;
		look->rtc_apart_us = clock->sim.rtc_offset_us - clock->offset_us;
	} else {
		look->kernel_synced = kernel_synced();
		look->rtc_there = clock_rtc_us(NULL, &rtc_us) == 0;
		look->rtc_apart_us = rtc_us - read_us(CLOCK_REALTIME);
	}
	if (!look->rtc_there)
		look->rtc_apart_us = 0;
	look->rtc_agrees = look->rtc_there && is_near(look->rtc_apart_us);
}

int clock_fd(const struct clock *clock)
{
	return clock->both >= 0 ? clock->both : clock->timer;
}

static int timer_set(const struct clock *clock, int64_t at_us)
{
	int flags =
		TFD_TIMER_ABSTIME | (clock->kind == CLOCK_KIND_REAL ? TFD_TIMER_CANCEL_ON_SET : 0);
	struct itimerspec when = {0};

	if (at_us < 1)
		at_us = 1; /* zero would disarm */
	if (at_us > CLOCK_FAR_US)
		at_us = CLOCK_FAR_US;
	when.it_value.tv_sec = at_us / CIVIL_US;
	when.it_value.tv_nsec = (at_us % CIVIL_US) * 1000;
	/* Whoever waits for a timer that was not set waits for ever: once more, whatever it was. */
	if (timerfd_settime(clock->timer, flags, &when, NULL) == 0)
		return 0;
	if (errno == ECANCELED)
		return -errno;
	return timerfd_settime(clock->timer, flags, &when, NULL) < 0 ? -errno : 0;
}

int clock_arm(struct clock *clock, int64_t utc_us)
{
	int64_t at_us = utc_us;
	int error;

	if (clock->kind != CLOCK_KIND_REAL && utc_us < CLOCK_FAR_US)
		at_us = utc_us - clock->offset_us;
	error = timer_set(clock, at_us);
	if (error != -ECANCELED)
		return error;
	/* Stepped since the last look; the kernel says so here and only once. Pass it on. */
	clock->stepped = true;
	error = timer_set(clock, 1);
	return error == -ECANCELED ? 0 : error;
}

bool clock_ack(struct clock *clock)
{
	bool stepped = clock->stepped;
	uint64_t times;
	ssize_t n;

	clock->stepped = false;
	if (clock->kind == CLOCK_KIND_SIMULATED && clock_sim_take(clock))
		stepped = true;
	/* After a step one more read may still give the expiry. */
	do {
		n = read(clock->timer, &times, sizeof(times));
		if (n < 0 && errno == ECANCELED)
			stepped = true;
	} while (n > 0 || errno == ECANCELED || errno == EINTR);
	return stepped;
}
