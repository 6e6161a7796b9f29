/* SPDX-License-Identifier: MIT */
/*
 * sink_fake - another sink with faults that a test switches on and off while it runs.
 *
 * Any thread may write the faults and read the counts.
 */
#ifndef TESTS_SINK_FAKE_H
#define TESTS_SINK_FAKE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "sink.h"

struct sink_fake {
	struct sink sink; /* first */
	struct sink *inner;
	_Atomic bool gone;   /* every call fails with -ENODEV, opening too */
	_Atomic bool frozen; /* open and without errors, but it takes nothing and stands still */
	_Atomic bool start_fails;
	_Atomic unsigned fail_write; /* the n-th write from now fails with write_error; 0: none */
	_Atomic int write_error;
	_Atomic unsigned slow_us; /* the next write takes this long, once */
	_Atomic unsigned spin_us; /* the next write is busy this long without ever waiting, once */
	_Atomic unsigned late_us; /* the next wait that reaches its deadline ends this late, once */
	void (*on_open)(void);	  /* called in the thread that opens; set before it is used */
	_Atomic unsigned opens, closes, starts, drops, writes; /* calls that succeeded */
};

/* inner is given away. sink_free(&fake->sink) frees both. */
int sink_fake_new(struct sink *inner, struct sink_fake **ret);

#endif
