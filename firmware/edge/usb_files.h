/* SPDX-License-Identifier: MIT */
/*
 * usb_files - the recordings on a stick: found within caps, and copied away whole or not at all.
 *
 * Everything here is hostile: names, sizes, depth. No link is followed and no other file system
 * entered; pipes and devices are never opened for reading. A file is copied into memory
 * that can no longer be changed before anybody else hears of it, so a stick that is pulled out, or
 * fails in the middle, leaves nothing half-made anywhere. Runs without privileges; one thread.
 */
#ifndef EDGE_USB_FILES_H
#define EDGE_USB_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USB_RESULT_FILE "KET-QUA.txt"
#define USB_NAME	256		   /* bytes of one name, NUL included */
#define USB_PATH	1024		   /* of a path below the stick's root */
#define USB_ENTRIES	20000		   /* names looked at, over all folders */
#define USB_BYTES	(INT64_C(4) << 30) /* copied from one stick */

struct usb_caps {
	unsigned files; /* listed */
	unsigned depth; /* of folders below the first */
	int64_t bytes;	/* of all files together; USB_BYTES if in doubt */
};

struct usb_file {
	char path[USB_PATH]; /* below the root; its last part is the name */
	int64_t size;
};

struct usb_listing {
	struct usb_file *files; /* in order of their paths */
	size_t n, room;
	unsigned left_out; /* beyond a cap (files, folders, names), and links */
	unsigned looked_at;
};

/*
 * All files of 'folder' ("/": the root, and then only what is named like a recording) below root.
 * What a computer leaves on a stick by itself (names with a dot in front, System Volume Information,
 * $RECYCLE.BIN, Thumbs.db, desktop.ini) is passed over, and so is USB_RESULT_FILE. 0; -ENOENT: there is no such folder;
 * -EIO and others: the stick cannot be read; -ENOMEM. usb_listing_done() in any case.
 */
int usb_list(int root, const char *folder, const struct usb_caps *caps, struct usb_listing *ret);
void usb_listing_done(struct usb_listing *listing);
/* The name alone. */
const char *usb_file_name(const struct usb_file *file);

/*
 * A copy of the file in sealed memory, its offset at the beginning; close it. 0; -EFBIG: more than
 * LIMIT_CLIP_BYTES; -ENODATA: empty; -ESTALE: it is no regular file, or another than was listed;
 * -EIO and others: it cannot be read to its end.
 */
int usb_copy(int root, const struct usb_file *file, int *ret_fd);

/*
 * Writes text as USB_RESULT_FILE into the folder, over an older one, in the way that Windows shows
 * it: a byte order mark, and CR LF for each line's end. Durable when it returns.
 */
int usb_write_result(int root, const char *folder, const char *text);

#endif
