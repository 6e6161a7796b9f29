/* SPDX-License-Identifier: MIT */
/*
 * backoff - how long somebody who guesses has to wait before the next guess.
 *
 * Pure: the caller says what the time is. The first BACKOFF_FREE failures of a key (an address, an
 * account's name) cost nothing, since people mistype; each further one doubles the wait. Whoever
 * was quiet for BACKOFF_FORGET_US begins anew. The table is of fixed size: when it is full, the
 * key that has been quiet longest makes room.
 */
#ifndef CONSOLE_BACKOFF_H
#define CONSOLE_BACKOFF_H

#include <stdint.h>

#define BACKOFF_KEYS	  256
#define BACKOFF_FREE	  5
#define BACKOFF_FORGET_US INT64_C(3600000000)

/* A value; begins as {0}, with most_us set. */
struct backoff {
	int64_t most_us; /* the longest wait */
	struct backoff_entry {
		char key[64]; /* "" = free; longer keys share a place */
		unsigned failures;
		int64_t last_us;
	} entries[BACKOFF_KEYS];
};

/* 0: may try now; else the microseconds to wait. */
int64_t backoff_wait(const struct backoff *backoff, const char *key, int64_t now_us);
void backoff_failed(struct backoff *backoff, const char *key, int64_t now_us);
void backoff_succeeded(struct backoff *backoff, const char *key);

#endif
