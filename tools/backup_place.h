/* SPDX-License-Identifier: MIT */
/* backup_place - what backup and restore do with folders. */
#ifndef TOOLS_BACKUP_PLACE_H
#define TOOLS_BACKUP_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define BACKUP_CONSOLE "/var/lib/loaphuong-console"

struct backup_log {
	bool intact;
	int64_t events;
};

/* Opens the log in a folder that nobody else uses and proves it. 0 (also without a log), or -errno. */
int backup_prove(const char *folder, struct backup_log *ret);
/*
 * An empty folder of our own, made if missing: what one that died left in it is removed. It is held for
 * as long as the descriptor is open, here or in a child. The descriptor; -EBUSY: another one holds it;
 * -EPERM: it is somebody else's; -ELOOP, -ENOTDIR: it is no folder; -errno.
 */
int backup_hold(const char *folder);
/* A folder and all in it. */
void backup_remove(const char *folder);
/* Is the database there held by a running program? */
bool backup_is_held(const char *database);
/* Gives a folder and all in it to a user; folders get the mode. 0 or -errno. */
int backup_give(const char *folder, uid_t uid, gid_t gid, mode_t mode);

#endif
