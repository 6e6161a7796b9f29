/* SPDX-License-Identifier: MIT */
/*
 * backup - all that makes a station, in one file that a person can open elsewhere, too: a tar archive
 * packed by gzip, written and read by libarchive.
 *
 *   config/loaphuong.conf
 *   state/FILE, state/FOLDER/FILE    campaigns, clips, removed, history, accepted, the log, the volume
 *   console/FILE                     the accounts
 *   manifest.json                    the last: {"format": 1, "loaphuong", "station", "made", "intact",
 *                                    "files": [{"name", "size", "sha256"}]}
 *
 * What can be made again (the index of recordings) and what belongs to one boot is left out.
 * Nothing but regular files of these places is written or taken, however the archive was made.
 */
#ifndef TOOLS_BACKUP_H
#define TOOLS_BACKUP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define BACKUP_FORMAT	  1
#define BACKUP_NAME	  320	     /* bytes of a name in the archive, NUL included */
#define BACKUP_FILES	  20000	     /* in one archive */
#define BACKUP_SPARE_FREE (64 << 20) /* bytes of disk that a restore leaves free */
#define BACKUP_MANIFEST	  (8 << 20)

/* "state/clips/goi-111.mp3": one of the places above, and no way out of it. */
bool backup_name_ok(const char *name);

/* ---- writing: backup_write.c ---- */

struct backup_writer;

/* The archive appears under path when it is whole; until then it lies beside it. 0 or -errno. */
int backup_begin(const char *path, struct backup_writer **ret);
/* A file, as it is now. A file that is gone is left out. 0 or -errno. */
int backup_add(struct backup_writer *writer, const char *name, const char *path);
/* Every regular file of a folder that is there, by backup_add(). */
int backup_add_folder(struct backup_writer *writer, const char *name, const char *path);
/* manifest is given its "files" and away. 0: durable; -errno: nothing is left of it. */
int backup_end(struct backup_writer *writer, json_t *manifest);
void backup_give_up(struct backup_writer *writer);

/* ---- databases that are in use: backup_steady.c ---- */

/*
 * Copies of files of a folder that belong together, all as of one moment: copied again until none of
 * them was touched meanwhile. Files that are not there are left out. 0; -EAGAIN: they never kept
 * still; -errno.
 */
int backup_steady(const char *from, const char *const *names, size_t n, const char *to);

/* ---- reading: backup_read.c ---- */

/*
 * Takes an archive out into an empty folder, which then holds config/, state/ and console/, and
 * compares all with its manifest. 0 and *ret_manifest (json_decref it); or a negative errno with
 * a line for people in why: -EBADMSG it is no backup, or damaged; -ENOSPC; -ENOTSUP it is of a
 * newer version.
 */
int backup_take_out(const char *path, const char *folder, json_t **ret_manifest, char *why,
		    size_t n_why);

#endif
