/* SPDX-License-Identifier: MIT */
/*
 * world - the service in a world whose time leaps and whose calls fail, for tests over days and for
 * torture. The program is the service itself, object for object; linked in front of the C library
 * are stand-ins for the calls that tell or wait for the time (world_time.c, world_wait.c), and
 * --wrap sends the fallible calls of our own objects through fail.c. Without LOA_WORLD in the
 * environment all of them pass everything on.
 *
 * Time runs as the machine's does; but when every thread sleeps and nothing is left to be heard, it
 * leaps to the next instant that somebody waits for, or to the limit the test set. So a day costs
 * what happens in it, a broadcast is rendered as fast as the machine can, and no load of the machine
 * makes anything late.
 *
 * Test and service share this page: a file that the test makes, LOA_WORLD its path.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define WORLD_PLACES 24
#define WORLD_CALLS  256
#define WORLD_NAME   48
#define WORLD_FDS    200 /* of the service; from here on those of the world itself */

struct world {
	/* Time. Microseconds. */
	_Atomic int64_t offset_us; /* CLOCK_MONOTONIC as the service sees it, minus the machine's */
	_Atomic int64_t limit_us;  /* by that clock: no leap goes further; 0 = none at all */
	_Atomic int64_t
		realtime_us;	 /* CLOCK_REALTIME minus CLOCK_MONOTONIC, both as it sees them */
	_Atomic int64_t step_us; /* the test asks for a step of CLOCK_REALTIME; 0 when done */
	_Atomic bool synced;	 /* what adjtimex() says */
	_Atomic int64_t lag_us;	 /* so late the machine is with a timer whose time has come */
	_Atomic unsigned leaps;
	_Atomic int64_t heap_bytes; /* -1: the test asks; told when everybody sleeps */

	/* Failing. A name, the number of its call (from 1) and how many of them. "" = none. */
	char fail[WORLD_NAME];
	unsigned fail_at, fail_for;
	unsigned fail_how;  /* which of the errors this call can have */
	_Atomic bool armed; /* calls are counted, and fail */
	_Atomic unsigned failed;
	unsigned n_places;
	uint64_t places[WORLD_PLACES]; /* addresses in the program, of the first that failed */

	/* What was called how often: the names in order of fail.c. */
	unsigned n_calls;
	char names[WORLD_CALLS][WORLD_NAME];
	_Atomic unsigned calls[WORLD_CALLS];

	/* At the end. */
	_Atomic bool ended; /* by exit(), with what stands below */
	unsigned n_left;    /* file descriptors that were not there at the beginning */
	char left[8][128];
};

/* In the service: the page, or NULL. */
struct world *world_page(void);
int64_t world_real_us(void); /* the machine's CLOCK_MONOTONIC */
int64_t world_mono_us(void); /* the service's */

/* Somebody waits until an instant (INT64_MAX: for ever). */
struct world_waiter {
	int64_t until_us; /* 0 = nobody is here */
	int fd;		  /* an eventfd that ends the wait, or -1 and: */
	void *cond;	  /* a condition that does */
};
void world_lock(void);
void world_unlock(void);
bool world_lock_is_wanted(void); /* with the lock held: by another thread */
struct world_waiter *world_wait_begin(int64_t until_us, void *cond);
void world_wait_end(struct world_waiter *waiter);
/* With the lock held: the next instant that somebody waits for; and wake those whose it is. */
int64_t world_next_wait(void);
void world_wake_waiters(int64_t now_us);

/* world_timer.c, with the lock held */
int64_t world_next_timer(void);	   /* INT64_MAX: none */
bool world_timer_is_due(void);	   /* some timer tells and was not heard */
bool world_timer_is_private(void); /* a time-out of the machine's own time runs: a child at work */
/*
 * Tells every timer whose time came by itself and whom the machine, with other work, may not have told yet: a leap would
 * go past it. False: there is none.
 */
bool world_tell_timers(void);
void world_set_timers(bool stepped); /* after a leap or a step */
void world_forget_timer(int fd);

#endif
