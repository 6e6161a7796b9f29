/* SPDX-License-Identifier: MIT */
/*
 * clock - the station's clock: what time it is, whether the kernel vouches for it, and one timer.
 *
 * With a pretended start the clock is shifted: it shows that instant at clock_new() and runs on
 * with CLOCK_MONOTONIC, so a step of the system clock does not touch it.
 */
#ifndef EDGE_CLOCK_H
#define EDGE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "trust.h"

struct clock;

/* pretend_us: UTC instant to begin at, or 0 for the real clock. */
int clock_new(int64_t pretend_us, struct clock **ret);
struct clock *clock_free(struct clock *clock);

int64_t clock_now_us(const struct clock *clock); /* UTC by this station */
int64_t clock_boot_us(void);			 /* CLOCK_BOOTTIME */
int64_t clock_mono_us(void);			 /* CLOCK_MONOTONIC: the player's time */
int64_t clock_to_mono_us(const struct clock *clock, int64_t utc_us);
int64_t clock_from_mono_us(const struct clock *clock, int64_t mono_us);

/* adjtimex and /sys/class/rtc. Fills kernel_synced, rtc_agrees, now and mono of *look. */
void clock_look(const struct clock *clock, struct trust_look *look);

/*
 * Does the battery clock agree with now_us within two minutes? file holds its UTC second as text;
 * NULL = /sys/class/rtc/rtc0/since_epoch. No clock, or nonsense in the file: no.
 */
bool clock_rtc_agrees(const char *file, int64_t now_us);

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
