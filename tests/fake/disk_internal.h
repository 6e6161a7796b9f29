/* SPDX-License-Identifier: MIT */
/* disk_internal - the model: disk.c plays the tape, disk_image.c reads and writes folders. */
#ifndef TESTS_DISK_INTERNAL_H
#define TESTS_DISK_INTERNAL_H

#include "disk.h"

#define NAME_ROOM 256

struct bytes {
	uint8_t *bytes;
	size_t n, room;
};

struct entry {
	char name[NAME_ROOM];
	struct node *node;
};

struct listing {
	struct entry *entries;
	size_t n, room;
};

/* One thing that was not synced: a write or a length of a file, or what a folder lists. */
struct change {
	bool length;
	int64_t at;
	const uint8_t *bytes; /* of the tape */
	size_t n;
	struct entry set[2]; /* node NULL: the name goes */
	size_t n_set;
};

struct node {
	uint64_t ino;
	bool folder;
	struct bytes safe;		  /* file */
	struct listing safe_list, listed; /* folder: what is safe, and what a program sees */
	struct change *changes;
	size_t n_changes, room_changes;
};

struct disk {
	struct node **nodes; /* the newest of an inode stands last */
	size_t n_nodes, room_nodes;
	struct node *root;
};

struct node *disk_node(struct disk *disk, uint64_t ino, bool folder);
void disk_set_length(struct bytes *file, size_t n);
void disk_put(struct bytes *file, size_t at, const uint8_t *bytes, size_t n);
void disk_set_entry(struct listing *list, const struct entry *set);
void disk_set_all(struct listing *list, const struct change *change);
void disk_list(struct node *folder, const char *name, struct node *node);
void disk_sync(struct node *node);
/* The folder as it stands; NULL: it cannot be read. */
struct node *disk_take(struct disk *disk, const char *path);

#endif
