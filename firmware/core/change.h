/* SPDX-License-Identifier: MIT */
/*
 * change - what a person wants to have otherwise in a config, as it is handed from floor to floor.
 *
 * Values are texts as they would be written in the config; whether they make sense is judged by the
 * config's own checks once they stand there.
 */
#ifndef CORE_CHANGE_H
#define CORE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#define LIMIT_CHANGES	    64	/* in one edit */
#define LIMIT_CHANGE_VALUES 32	/* keys of one change */
#define LIMIT_CHANGE_TEXTS  512 /* texts of one key: a broadcast's times, a playlist's clips */

/* One key. All strings are borrowed from whoever made the change. */
struct change_value {
	const char *key;
	const char *const *texts;
	size_t n;  /* 0 and no list: the key is taken away, its standard holds */
	bool list; /* {"a", "b"}; else one value */
};

/*
 * One section: made if it is not there, else those keys that differ are written anew. kind is
 * "broadcast", "playlist" or "clip" with a name, or NULL: the campaign itself. Without a campaign it
 * is a section of the station: "station", "audio", ... without a name, "button" and "led" with one.
 */
struct change {
	const char *campaign, *kind, *name;
	bool remove; /* the whole section */
	const struct change_value *values;
	size_t n_values;
};

#endif
