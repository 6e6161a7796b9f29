/* SPDX-License-Identifier: MIT */
/*
 * clock - the station's clock: what time it is, whether the kernel vouches for it, and one timer.
 *
 * With a pretended start the clock is shifted: it shows that instant at clock_new() and runs on
 * with CLOCK_MONOTONIC, so a step of the system clock does not touch it. A simulated clock
 * (clock_sim.h) is turned by a test: it is stepped, synchronised and contradicted by its RTC as the
 * system's would be, and every rule of trust applies to it.
 */
#ifndef EDGE_CLOCK_H
#define EDGE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "trust.h"

struct clock;

/* pretend_us: UTC instant to begin at, or 0 for the real clock. */
int clock_new(int64_t pretend_us, struct clock **ret);
/* path: the socket of a clock_sim. -errno of connecting; -EPROTO: what answers is none. */
int clock_new_sim(const char *path, struct clock **ret);
struct clock *clock_free(struct clock *clock);

int64_t clock_now_us(const struct clock *clock); /* UTC by this station */
int64_t clock_boot_us(void);			 /* CLOCK_BOOTTIME */
int64_t clock_mono_us(void);			 /* CLOCK_MONOTONIC: the player's time */
int64_t clock_to_mono_us(const struct clock *clock, int64_t utc_us);
int64_t clock_from_mono_us(const struct clock *clock, int64_t mono_us);

/* adjtimex and /sys/class/rtc. Fills all of *look but the newest row. */
void clock_look(const struct clock *clock, struct trust_look *look);

/*
 * Sets the clock: the system's and its RTC, or the simulated one. -EPERM: this process may not;
 * -EINVAL: a pretended clock. *ret_rtc: 0, -ENOENT there is none, -EOPNOTSUPP it keeps local time,
 * or what setting it answered; the clock is set all the same.
 */
int clock_set(struct clock *clock, int64_t utc_us, int *ret_rtc);

/*
 * Does the battery clock agree with now_us within two minutes? file holds its UTC second as text;
 * NULL = /sys/class/rtc/rtc0/since_epoch. No clock, or nonsense in the file: no.
 */
bool clock_rtc_agrees(const char *file, int64_t now_us);
/* What it shows. -ENOENT: there is none; -EINVAL: nonsense. */
int clock_rtc_us(const char *file, int64_t *ret_us);

/*
 * One absolute timer as an fd (timerfd; CLOCK_REALTIME with TFD_TIMER_CANCEL_ON_SET, so that every
 * step is noticed at once; CLOCK_MONOTONIC where the time is pretended). Arm with CIVIL_NEVER to
 * hear of steps alone; an instant that is past makes the fd readable at once. clock_ack() after
 * the fd was readable: true = the clock was stepped. A readable fd promises nothing but that it is
 * worth looking at the clock: recompute what is due, never count.
 */
int clock_fd(const struct clock *clock);
int clock_arm(struct clock *clock, int64_t utc_us);
bool clock_ack(struct clock *clock);

#endif
