/* SPDX-License-Identifier: MIT */
/* What is called how often, which one fails, and where in the program that was. */
#include "fail.h"

#include <execinfo.h>
#include <pthread.h>
#include <string.h>

#include "world.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

extern const char __ehdr_start[]; /* the linker's: where the program lies */

static int index_of(struct world *page, struct fail_call *call)
{
	int index = atomic_load(&call->index) - 1;

	if (index >= 0)
		return index;
	pthread_mutex_lock(&lock);
	for (index = 0; index < (int)page->n_calls; index++)
		if (strcmp(page->names[index], call->name) == 0)
			break;
	if (index == (int)page->n_calls && index < WORLD_CALLS) {
		strncpy(page->names[index], call->name, WORLD_NAME - 1);
		page->n_calls++;
	}
	atomic_store(&call->index, index + 1);
	pthread_mutex_unlock(&lock);
	return index;
}

/* Frames of this file and of the stand-in are left out. */
static void note_place(struct world *page)
{
	void *frames[WORLD_PLACES + 3];
	int n = backtrace(frames, WORLD_PLACES + 3);

	for (int i = 3; i < n; i++)
		page->places[page->n_places++] =
			(uint64_t)((const char *)frames[i] - __ehdr_start - 1);
}

bool fail_now(struct fail_call *call, const int *errors, size_t n)
{
	struct world *page = world_page();
	unsigned number;
	int index;

	if (!page || !atomic_load(&page->armed))
		return false;
	index = index_of(page, call);
	if (index >= WORLD_CALLS)
		return false;
	number = atomic_fetch_add(&page->calls[index], 1) + 1;
	if (number < page->fail_at || number >= page->fail_at + page->fail_for ||
	    strcmp(page->fail, call->name) != 0)
		return false;
	if (atomic_fetch_add(&page->failed, 1) == 0)
		note_place(page);
	errno = errors[page->fail_how % n];
	return true;
}
