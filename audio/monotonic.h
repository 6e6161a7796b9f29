/* SPDX-License-Identifier: MIT */
/*
 * monotonic - waiting by CLOCK_MONOTONIC, which no step of the wall clock moves.
 */
#ifndef AUDIO_MONOTONIC_H
#define AUDIO_MONOTONIC_H

#include <poll.h>
#include <stdint.h>

int64_t monotonic_us(void);

/*
 * As poll(2), but until an instant (INT64_MAX: for ever) and not ended by a signal. Returns how
 * many are ready, 0 at the deadline, or a negative errno. A negative fd is passed over.
 */
int monotonic_poll(struct pollfd *fds, unsigned n, int64_t deadline_us);

/* Returns at the instant, to within the kernel's timer slack (50 us). */
void monotonic_sleep_until(int64_t at_us);

#endif
