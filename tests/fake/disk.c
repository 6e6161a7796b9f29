/* SPDX-License-Identifier: MIT */
#include "disk_internal.h"

#include <stdio.h>
#include <stdlib.h>

static void *room_for_one(void *array, size_t size, size_t n, size_t *room)
{
	if (n < *room)
		return array;
	*room = *room ? 2 * *room : 8;
	array = reallocarray(array, *room, size);
	if (!array)
		abort();
	return array;
}

struct node *disk_node(struct disk *disk, uint64_t ino, bool folder)
{
	struct node *node = calloc(1, sizeof(*node));

	if (!node)
		abort();
	node->ino = ino;
	node->folder = folder;
	disk->nodes =
		room_for_one(disk->nodes, sizeof(*disk->nodes), disk->n_nodes, &disk->room_nodes);
	disk->nodes[disk->n_nodes++] = node;
	return node;
}

static struct node *node_of(const struct disk *disk, uint64_t ino)
{
	for (size_t i = disk->n_nodes; i-- > 0;)
		if (disk->nodes[i]->ino == ino)
			return disk->nodes[i];
	return NULL;
}

void disk_set_length(struct bytes *file, size_t n)
{
	if (n > file->room) {
		file->room = n + n / 2;
		file->bytes = realloc(file->bytes, file->room);
		if (!file->bytes)
			abort();
	}
	if (n > file->n)
		memset(file->bytes + file->n, 0, n - file->n);
	file->n = n;
}

void disk_put(struct bytes *file, size_t at, const uint8_t *bytes, size_t n)
{
	if (at + n > file->n)
		disk_set_length(file, at + n);
	if (n > 0)
		memcpy(file->bytes + at, bytes, n);
}

static struct entry *find(const struct listing *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->entries[i].name, name) == 0)
			return &list->entries[i];
	return NULL;
}

void disk_set_entry(struct listing *list, const struct entry *set)
{
	struct entry *entry = find(list, set->name);

	if (entry && !set->node) {
		*entry = list->entries[--list->n];
	} else if (entry) {
		entry->node = set->node;
	} else if (set->node) {
		list->entries =
			room_for_one(list->entries, sizeof(*list->entries), list->n, &list->room);
		list->entries[list->n++] = *set;
	}
}

void disk_set_all(struct listing *list, const struct change *change)
{
	for (size_t i = 0; i < change->n_set; i++)
		disk_set_entry(list, &change->set[i]);
}

static struct change *change_new(struct node *node)
{
	struct change *change;

	node->changes = room_for_one(node->changes, sizeof(*node->changes), node->n_changes,
				     &node->room_changes);
	change = &node->changes[node->n_changes++];
	memset(change, 0, sizeof(*change));
	return change;
}

static void change_entry(struct change *change, const char *name, struct node *node)
{
	struct entry *entry = &change->set[change->n_set++];

	snprintf(entry->name, sizeof(entry->name), "%s", name);
	entry->node = node;
}

/* One name of one folder: made, given or taken away. */
void disk_list(struct node *folder, const char *name, struct node *node)
{
	struct change *change = change_new(folder);

	change_entry(change, name, node);
	disk_set_all(&folder->listed, change);
}

static bool play_rename(struct disk *disk, const struct tape_at *record)
{
	struct node *from = node_of(disk, record->head->dir);
	struct node *to = node_of(disk, record->head->dir2);
	struct entry *moved = from ? find(&from->listed, record->name) : NULL;
	struct entry *other = to ? find(&to->listed, record->other) : NULL;
	struct node *node = moved ? moved->node : NULL;
	struct node *back = record->head->kind == TAPE_EXCHANGE && other ? other->node : NULL;

	if (!node || !to)
		return false;
	if (from == to) {
		struct change *change = change_new(from);

		change_entry(change, record->name, back);
		change_entry(change, record->other, node);
		disk_set_all(&from->listed, change);
		return true;
	}
	disk_list(from, record->name, back);
	disk_list(to, record->other, node);
	return true;
}

static void keep_change(struct node *node, const struct change *change)
{
	if (node->folder)
		disk_set_all(&node->safe_list, change);
	else if (change->length)
		disk_set_length(&node->safe, (size_t)change->at);
	else
		disk_put(&node->safe, (size_t)change->at, change->bytes, change->n);
}

void disk_sync(struct node *node)
{
	for (size_t i = 0; i < node->n_changes; i++)
		keep_change(node, &node->changes[i]);
	node->n_changes = 0;
}

static bool play_made(struct disk *disk, const struct tape_at *record)
{
	struct node *folder = node_of(disk, record->head->dir);

	if (folder)
		disk_list(folder, record->name,
			  disk_node(disk, record->head->ino, record->head->kind == TAPE_FOLDER));
	return folder;
}

static bool play_bytes(struct disk *disk, const struct tape_at *record)
{
	struct node *node = node_of(disk, record->head->ino);
	struct change *change = node ? change_new(node) : NULL;

	if (!change)
		return false;
	change->length = record->head->kind == TAPE_LENGTH;
	change->at = record->head->at;
	change->bytes = record->bytes;
	change->n = record->head->n_bytes;
	return true;
}

bool disk_play(struct disk *disk, const struct tape_at *record)
{
	struct node *node;

	switch ((enum tape_kind)record->head->kind) {
	case TAPE_CREATE:
	case TAPE_FOLDER:
		return play_made(disk, record);
	case TAPE_WRITE:
	case TAPE_LENGTH:
		return play_bytes(disk, record);
	case TAPE_SYNC:
		node = node_of(disk, record->head->ino);
		if (node)
			disk_sync(node);
		return node;
	case TAPE_RENAME:
	case TAPE_EXCHANGE:
		return play_rename(disk, record);
	case TAPE_UNLINK:
		node = node_of(disk, record->head->dir);
		if (!node || !find(&node->listed, record->name))
			return false;
		disk_list(node, record->name, NULL);
		return true;
	case TAPE_MARK:
		return true;
	}
	return false;
}

bool tape_next(const uint8_t *tape, size_t n, size_t *at, struct tape_at *ret)
{
	const struct tape_record *head = (const void *)(tape + *at);
	size_t length;

	if (*at + sizeof(*head) > n || head->magic != TAPE_MAGIC)
		return false;
	length = sizeof(*head) + head->n_name + head->n_other + head->n_bytes;
	if (*at + length > n)
		return false;
	ret->head = head;
	ret->name = (const char *)(head + 1);
	ret->other = ret->name + head->n_name;
	ret->bytes = (const uint8_t *)ret->other + head->n_other;
	*at += (length + 7) / 8 * 8;
	return true;
}

struct disk *disk_new(const char *folder)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	if (!disk)
		return NULL;
	disk->root = disk_take(disk, folder);
	return disk->root ? disk : disk_free(disk);
}

struct disk *disk_free(struct disk *disk)
{
	for (size_t i = 0; disk && i < disk->n_nodes; i++) {
		free(disk->nodes[i]->safe.bytes);
		free(disk->nodes[i]->safe_list.entries);
		free(disk->nodes[i]->listed.entries);
		free(disk->nodes[i]->changes);
		free(disk->nodes[i]);
	}
	if (disk)
		free(disk->nodes);
	free(disk);
	return NULL;
}
