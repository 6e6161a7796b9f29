/* SPDX-License-Identifier: MIT */
/*
 * no_memory - one allocation of our own objects fails: the one that 'countdown' comes to. For a test linked with
 * --wrap=calloc and --wrap=realloc.
 */
#ifndef TESTS_NO_MEMORY_H
#define TESTS_NO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

static unsigned countdown; /* 0: none fails */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n);

static bool no_memory(void)
{
	return countdown > 0 && --countdown == 0;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t n)
{
	return no_memory() ? NULL : __real_realloc(old, n);
}

#endif
