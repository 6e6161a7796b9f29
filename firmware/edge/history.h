/* SPDX-License-Identifier: MIT */
/*
 * history - files of campaigns as they are saved, and what stood in them before.
 *
 * The state folder has campaigns/ and history/, where every save leaves a file NUMBER.json with who,
 * when, why and the whole text as it was before. It is on the disk before the new text takes the old
 * one's place by a rename: a cut leaves either, never half, and never a change that cannot be undone.
 * The newest HISTORY_KEEP are kept.
 *
 * Nothing here asks whether a text makes sense. history_save() waits for the disk; the rest reads.
 */
#ifndef EDGE_HISTORY_H
#define EDGE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "change_json.h"
#include "limit.h"

#define HISTORY_KEEP   50
#define HISTORY_FOLDER "history"

/* One save. */
struct history_entry {
	int64_t number, at_us;
	char file[CHANGE_FILE], who[LIMIT_WHO], why[LIMIT_WHY];
	bool was_there, is_there;      /* was the file there before, and after? */
	uint8_t before[32], after[32]; /* SHA-256 of both */
};

/* Newest first; what cannot be read is left out. 0 or -errno; *ret is freed with free(). */
int history_list(const char *state_dir, struct history_entry **ret, size_t *ret_n);

/*
 * The text before entry 'number' (0 = the newest), given away; NULL where the file was not there.
 * 0, -ENOENT: no such entry; -EBADMSG: it is damaged; another -errno.
 */
int history_read(const char *state_dir, int64_t number, struct history_entry *ret, char **ret_text,
		 size_t *ret_n);

/*
 * Keep 'before' (NULL: there was no file) and put 'after' in its place (NULL: the file goes). of
 * entry at_us, file, who and why are used. 0; -ESTALE: the file does not hold 'before' (any more);
 * or -errno: nothing was changed in campaigns/, or the folder could not be made durable.
 */
struct history_text {
	const char *text;
	size_t n;
};
int history_save(const char *state_dir, const struct history_entry *entry,
		 const struct history_text *before, const struct history_text *after);

void history_digest(const char *text, size_t n, uint8_t ret[32]);

#endif
