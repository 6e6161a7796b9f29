/* SPDX-License-Identifier: MIT */
#include "backoff.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define BACKOFF_FIRST_US INT64_C(1000000)

static size_t find(const struct backoff *backoff, const char *key)
{
	const size_t most = sizeof(backoff->entries[0].key) - 1;
	size_t i;

	for (i = 0; i < BACKOFF_KEYS; i++)
		if (backoff->entries[i].key[0] && strncmp(backoff->entries[i].key, key, most) == 0)
			break;
	return i;
}

int64_t backoff_wait(const struct backoff *backoff, const char *key, int64_t now_us)
{
	size_t i = find(backoff, key);
	const struct backoff_entry *entry = &backoff->entries[i < BACKOFF_KEYS ? i : 0];
	int64_t wait_us = BACKOFF_FIRST_US;

	if (i == BACKOFF_KEYS || entry->failures < BACKOFF_FREE ||
	    now_us - entry->last_us >= BACKOFF_FORGET_US)
		return 0;
	for (unsigned n = BACKOFF_FREE; n < entry->failures && wait_us < backoff->most_us; n++)
		wait_us *= 2;
	if (wait_us > backoff->most_us)
		wait_us = backoff->most_us;
	wait_us -= now_us - entry->last_us;
	return wait_us > 0 ? wait_us : 0;
}

/* A free place, else the one that has been quiet longest. */
static struct backoff_entry *make_room(struct backoff *backoff)
{
	struct backoff_entry *oldest = &backoff->entries[0];

	for (size_t i = 0; i < BACKOFF_KEYS; i++) {
		struct backoff_entry *entry = &backoff->entries[i];

		if (!entry->key[0])
			return entry;
		if (entry->last_us < oldest->last_us)
			oldest = entry;
	}
	return oldest;
}

void backoff_failed(struct backoff *backoff, const char *key, int64_t now_us)
{
	size_t i = find(backoff, key);
	struct backoff_entry *entry;

	if (!key[0])
		return;
	if (i < BACKOFF_KEYS) {
		entry = &backoff->entries[i];
	} else {
		entry = make_room(backoff);
		memset(entry, 0, sizeof(*entry));
		snprintf(entry->key, sizeof(entry->key), "%s", key);
	}
	if (now_us - entry->last_us >= BACKOFF_FORGET_US)
		entry->failures = 0;
	entry->failures++;
	entry->last_us = now_us;
}

void backoff_succeeded(struct backoff *backoff, const char *key)
{
	size_t i = find(backoff, key);

	if (i < BACKOFF_KEYS)
		memset(&backoff->entries[i], 0, sizeof(backoff->entries[i]));
}
