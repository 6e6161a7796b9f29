/* SPDX-License-Identifier: MIT */
/*
 * backup - all that makes a station, in one file that a person can open elsewhere, too: a tar archive
 * packed by gzip. It is gathered in a folder, with a list of what is in it, and then packed by
 * tar(1), which every Debian has; a library for it would bring 40 MB along to a small board.
 *
 *   config/loaphuong.conf
 *   state/FILE, state/FOLDER/FILE    campaigns, clips, removed, history, accepted, the log, the volume
 *   console/FILE                     the accounts
 *   manifest.json                    {"format": 1, "loaphuong", "station", "made", "intact", "events",
 *                                    "files": [{"name", "size", "sha256"}]}
 *
 * What can be made again (the index of recordings) and what belongs to one boot is left out.
 * Nothing but regular files of these places is packed or taken, however the archive was made.
 */
#ifndef TOOLS_BACKUP_H
#define TOOLS_BACKUP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define BACKUP_FORMAT	  1
#define BACKUP_NAME	  320	     /* bytes of a name in the archive, NUL included */
#define BACKUP_SPARE_FREE (64 << 20) /* bytes of disk that a restore leaves free */

/* "state/clips/goi-111.mp3": one of the places above, and no way out of it. */
bool backup_name_ok(const char *name);
/* Makes the folders of those places in an empty folder. 0 or -errno. */
int backup_make_folders(int dir);

/* ---- gathering and packing: backup_write.c ---- */

/* A folder with the places of above in it, and the list of the files that were put there. */
struct backup_stage {
	const char *folder; /* borrowed */
	json_t *files;	    /* new: json_array() */
};

/* A file, as it is now: a link to it, or a copy. A file that is gone is left out. 0 or -errno. */
int backup_add(struct backup_stage *stage, const char *name, const char *path);
/* Every regular file of a folder that is there, by backup_add(). */
int backup_add_folder(struct backup_stage *stage, const char *name, const char *path);
/* A file that lies in its place in the stage already. */
int backup_list(struct backup_stage *stage, const char *name);
/*
 * manifest is given its "files" and away. The archive appears under path when it is whole, readable
 * for its owner alone. 0: durable; -errno: nothing is left of it.
 */
int backup_pack(struct backup_stage *stage, json_t *manifest, const char *path);

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

/* ---- backup_tar.c ---- */

/*
 * tar with these words (NULL-ended, without its name); out: a file for its output, or -1. No file it
 * makes is larger than file_most bytes (0 = as it likes). 0, -EBADMSG: it complained; -errno.
 */
int backup_tar(const char *const *words, int out, long long file_most);
/* The SHA-256 of a file as hex; *ret_size its size. 0 or -errno. */
int backup_digest(int dir, const char *name, char *ret_hex, long long *ret_size);

#endif
