/* SPDX-License-Identifier: MIT */
/*
 * asrun.head: the newest number and hash of the chain, outside the database, so that a tail that
 * was cut off shows. Two slots a page apart are written in turn, each with its own checksum: a
 * write that is torn by a power cut leaves the other whole. The file never grows after it was
 * made, so a full disk does not stop it.
 */
#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_FILE  "asrun.head"
#define HEAD_MAGIC "loahead1"
#define HEAD_APART 4096

/* Little endian, as laid out in the file. */
struct slot {
	char magic[8];
	uint8_t count[8];
	uint8_t hash[STORE_HASH];
	uint8_t check[STORE_HASH]; /* SHA-256 of all before it */
};

static void slot_fill(struct slot *slot, int64_t count, const uint8_t *hash)
{
	int i;

	memcpy(slot->magic, HEAD_MAGIC, sizeof(slot->magic));
	for (i = 0; i < 8; i++)
		slot->count[i] = (uint8_t)((uint64_t)count >> (8 * i));
	memcpy(slot->hash, hash, sizeof(slot->hash));
	crypto_hash_sha256(slot->check, (const uint8_t *)slot, offsetof(struct slot, check));
}

static bool slot_read(int fd, unsigned which, struct slot *slot, int64_t *ret_count)
{
	uint8_t check[STORE_HASH];
	uint64_t count = 0;
	int i;

	if (pread(fd, slot, sizeof(*slot), (off_t)which * HEAD_APART) != sizeof(*slot) ||
	    memcmp(slot->magic, HEAD_MAGIC, sizeof(slot->magic)) != 0)
		return false;
	crypto_hash_sha256(check, (const uint8_t *)slot, offsetof(struct slot, check));
	if (memcmp(check, slot->check, sizeof(check)) != 0)
		return false;
	for (i = 0; i < 8; i++)
		count |= (uint64_t)slot->count[i] << (8 * i);
	if (count > INT64_MAX)
		return false;
	*ret_count = (int64_t)count;
	return true;
}

/* No slot that is whole is no failure: found tells. */
static void head_load(struct store_head *head)
{
	unsigned which;

	for (which = 0; which < 2; which++) {
		struct slot slot;
		int64_t count;

		if (!slot_read(head->fd, which, &slot, &count))
			continue;
		if (head->found && count < head->count)
			continue;
		head->found = true;
		head->next = 1 - which;
		head->count = count;
		memcpy(head->hash, slot.hash, sizeof(head->hash));
	}
}

int store_head_open(const char *dir, bool read_only, struct store_head *ret)
{
	struct store_head head = {.fd = -1};
	char *path;
	int error = store_path(dir, HEAD_FILE, &path);

	if (error < 0)
		return error;
	head.fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	error = head.fd < 0 ? -errno : 0;
	free(path);
	if (error < 0 && error != -ENOENT)
		return error;
	if (head.fd >= 0)
		head_load(&head);
	*ret = head;
	return 0;
}

static int slot_write(int fd, unsigned which, const struct slot *slot)
{
	ssize_t done = pwrite(fd, slot, sizeof(*slot), (off_t)which * HEAD_APART);

	if (done < 0)
		return -errno;
	return done == sizeof(*slot) ? 0 : -ENOSPC;
}

static int head_begin(struct store_head *head, const char *path, const char *dir)
{
	struct slot slot;
	int folder, error;

	head->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (head->fd < 0)
		return -errno;
	slot_fill(&slot, head->count, head->hash);
	error = slot_write(head->fd, 0, &slot);
	if (error == 0)
		error = slot_write(head->fd, 1, &slot);
	if (error == 0 && fsync(head->fd) < 0)
		error = -errno;
	folder = error == 0 ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (folder >= 0 && fsync(folder) < 0)
		error = -errno;
	if (folder >= 0)
		close(folder);
	return error;
}

/* Makes the file with what head->count and head->hash say, in both slots. */
int store_head_create(const char *dir, struct store_head *head)
{
	char *path;
	int error = store_path(dir, HEAD_FILE, &path);

	if (error < 0)
		return error;
	store_head_close(head);
	error = head_begin(head, path, dir);
	free(path);
	head->found = error == 0;
	head->next = 0;
	return error;
}

int store_head_write(struct store_head *head, int64_t count, const uint8_t *hash)
{
	struct slot slot;
	int error;

	slot_fill(&slot, count, hash);
	error = slot_write(head->fd, head->next, &slot);
	if (error == 0 && fdatasync(head->fd) < 0)
		error = -errno;
	head->error = error;
	if (error < 0)
		return error;
	head->next = 1 - head->next;
	head->count = count;
	memcpy(head->hash, hash, sizeof(head->hash));
	return 0;
}

void store_head_close(struct store_head *head)
{
	if (head->fd >= 0)
		close(head->fd);
	head->fd = -1;
}
