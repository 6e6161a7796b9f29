/* SPDX-License-Identifier: MIT */
/*
 * change_json - changes to a campaign as JSON, the same for the control socket and the command line.
 *
 *   {"file": NAME, "base": HEX|null, "changes": [CHANGE]}
 *   CHANGE = {"campaign": NAME, "kind"?: "broadcast"|"playlist"|"clip", "name"?: NAME,
 *             "remove"?: true, "values"?: {KEY: TEXT|[TEXT]|null}}
 *
 * file is one of the folder of campaigns, without a path. base is the SHA-256 of what the file holds;
 * null: there is none of that name yet. null for a key takes it away.
 */
#ifndef EDGE_CHANGE_JSON_H
#define EDGE_CHANGE_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "change.h"

#define CHANGE_FILE 256 /* bytes of a file's name, NUL included */

/* Start with {0}; free with change_json_done(). Its texts are borrowed from the JSON. */
struct changes {
	const char *file;
	bool has_base;
	uint8_t base[32];
	struct change *items;
	size_t n;
};

/* 0; -EINVAL: it is not like that; -ENOMEM. Free ret in every case. */
int change_json_take(const json_t *request, struct changes *ret);
void change_json_done(struct changes *changes);

/* "khau-hieu.conf": a plain name that ends in .conf and names no other folder. */
bool change_file_ok(const char *name);

#endif
