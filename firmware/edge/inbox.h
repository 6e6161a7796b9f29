/* SPDX-License-Identifier: MIT */
/*
 * inbox - the drop folder: state/inbox/, where scp, Samba or a file manager puts recordings.
 *
 * A file is taken when it is complete: its size and time have not changed for INBOX_QUIET_US since
 * it was first seen so. The kernel tells of changes (inotify); only while a file is not complete
 * yet, and on a file system whose changes come from other machines, is the folder looked at again
 * by the clock. Folders and what other programs name for their half-copied files (.part, ~$, .tmp,
 * a dot in front, ...) are left alone. Links, pipes and devices are never opened.
 *
 * What is refused lies in inbox/rejected/ under its name, with NAME.txt beside it saying why.
 * Nothing there is ever overwritten. One thread.
 */
#ifndef EDGE_INBOX_H
#define EDGE_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define INBOX_QUIET_US	2000000	 /* so long unchanged: complete */
#define INBOX_SWEEP_US	30000000 /* where the kernel cannot tell of changes */
#define INBOX_FILES	256	 /* looked at in one go; the rest waits its turn */
#define INBOX_FILE_NAME 256	 /* bytes of a file's name, NUL included */

struct inbox;

/* Makes both folders where they are missing; a group may write there. 0 or a negative errno. */
int inbox_new(const char *state_dir, struct inbox **ret);
struct inbox *inbox_free(struct inbox *inbox);

/* Readable when something changed: then inbox_ack() and inbox_look(). */
int inbox_fd(const struct inbox *inbox);
void inbox_ack(struct inbox *inbox);

/* A file that is complete. */
struct inbox_file {
	char name[INBOX_FILE_NAME];
	int fd; /* open for reading, given away; -1: it is no regular file, or may not be read */
	ino_t inode;
	int64_t mtime_ns;
};
/*
 * The next complete file that is not in hand yet. now_us: CLOCK_MONOTONIC. 0; -EAGAIN: none, and
 * *ret_again_us says when to look again (0 = not before something changes); another negative errno:
 * the folder cannot be read.
 */
int inbox_look(struct inbox *inbox, int64_t now_us, struct inbox_file *ret, int64_t *ret_again_us);

/* It was taken in: the file goes, unless another has come under its name. 0 or a negative errno. */
int inbox_taken(struct inbox *inbox, const struct inbox_file *file);
/* It was not: the file goes to rejected/, with text beside it. 0 or a negative errno. */
int inbox_rejected(struct inbox *inbox, const struct inbox_file *file, const char *text);

#endif
