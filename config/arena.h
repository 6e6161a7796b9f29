/* SPDX-License-Identifier: MIT */
/*
 * arena - memory that is given back all at once: a draft is many small pieces with one life.
 */
#ifndef CONFIG_ARENA_H
#define CONFIG_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Start with {0}; free with arena_done(). */
struct arena {
	struct arena_chunk *chunks;
};

/* Zeroed memory, borrowed until arena_done(); NULL if there is none left. */
void *arena_take(struct arena *arena, size_t n);
/* A copy of n bytes with a NUL behind them. */
char *arena_copy(struct arena *arena, const char *text, size_t n);
__attribute__((format(printf, 2, 3))) char *arena_print(struct arena *arena, const char *format,
							...);
void arena_done(struct arena *arena);

#endif
