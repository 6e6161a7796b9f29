/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *say(int error, bool read_only)
{
	switch (error) {
	case -EBUSY:
		return N_("The log is in use by a running station or another command; ask the "
			  "station, or try again in a moment.");
	case -ENOENT:
		return N_("There is no log here; give the station's state folder with --state.");
	case -EROFS:
		return N_("The disk is read-only; the log cannot be written. Check the memory card "
			  "and restart the box.");
	case -EACCES:
	case -EPERM:
		return N_("No permission to open the log; run the command as root or as the "
			  "station's own user.");
	case -ENOSPC:
		return N_("The disk is full; the log cannot be written. Remove files that are not "
			  "needed.");
	case -EPROTO:
		return N_("The log was written by a newer version of loaphuong; install that "
			  "version again. Nothing was changed.");
	case -EBADMSG:
		if (read_only)
			return N_("The log is damaged; start the station, which keeps the damaged "
				  "file aside and begins a new one.");
		return N_("The log is damaged and could not be put aside; check the memory card.");
	case -ENOMEM:
		return N_("Out of memory while opening the log; restart the box.");
	default:
		return N_("The log cannot be opened: the disk reports an error. Check the memory "
			  "card.");
	}
}

/* The head goes first: without its database it would claim that a whole log is missing. */
static int put_asrun_aside(struct store *store, char *ret_kept)
{
	int error;

	store_head_close(&store->head);
	store->head = (struct store_head){.fd = -1};
	error = store_file_aside(store->dir, "asrun.head", NULL);
	if (error < 0 && error != -ENOENT)
		return error;
	return store_file_aside(store->dir, store_asrun_file.name, ret_kept);
}

static int make_asrun(struct store *store, struct store_opening *opening)
{
	int error = store_file_open(store->dir, &store_asrun_file, STORE_OPEN_MAKE, &store->asrun);

	if (error == 0)
		error = store_asrun_begin(store);
	if (error != -EBADMSG)
		return error;
	store_asrun_end(store);
	store_file_abandon(store->asrun);
	store->asrun = NULL;
	error = put_asrun_aside(store, opening->asrun_kept);
	if (error < 0)
		return error;
	opening->asrun_replaced = true;
	error = store_file_open(store->dir, &store_asrun_file, STORE_OPEN_MAKE, &store->asrun);
	return error < 0 ? error : store_asrun_begin(store);
}

static int make_library(struct store *store, struct store_opening *opening)
{
	int error =
		store_file_open(store->dir, &store_library_file, STORE_OPEN_MAKE, &store->library);

	if (error != -EBADMSG)
		return error;
	error = store_file_aside(store->dir, store_library_file.name, opening->library_kept);
	if (error < 0)
		return error;
	opening->library_replaced = true;
	return store_file_open(store->dir, &store_library_file, STORE_OPEN_MAKE, &store->library);
}

/*
 * A log whose head is ahead of it has lost its tail: go on after the lost numbers, so that no
 * number is ever given twice and the loss stays visible.
 */
static int make_head(struct store *store, struct store_opening *opening)
{
	if (store->head.found) {
		if (store->head.count <= store->number)
			return 0;
		opening->lost = store->head.count - store->number;
		store->number = store->head.count;
		memcpy(store->hash, store->head.hash, sizeof(store->hash));
		return 0;
	}
	opening->head_missing = store->number > 0;
	store->head.count = store->number;
	memcpy(store->head.hash, store->hash, sizeof(store->hash));
	return store_head_create(store->dir, &store->head);
}

static int open_to_write(struct store *store, struct store_opening *opening)
{
	int error = store_head_open(store->dir, false, &store->head);

	if (error == 0)
		error = store_parts_find(store, opening->bad_part);

	if (error == 0)
		error = make_asrun(store, opening);
	if (error == 0)
		error = make_library(store, opening);
	if (error == 0)
		error = make_head(store, opening);
	if (error == 0)
		store_life_catch_up(store); /* what fails here is read again with the next event */
	return error;
}

static int open_as_it_is(struct store *store, const char *dir, enum store_open_mode mode)
{
	int error = store_file_open(dir, &store_asrun_file, mode, &store->asrun);

	/* cut off between a part and the file that goes on with it */
	if (error == -ENOENT && store->n_parts > 0)
		error = store_file_open(dir, &store_asrun_file, STORE_OPEN_MEMORY, &store->asrun);
	if (error == 0)
		error = store_file_open(dir, &store_library_file, mode, &store->library);
	if (error == -ENOENT && store->asrun)
		error = store_file_open(dir, &store_library_file, STORE_OPEN_MEMORY,
					&store->library);
	return error;
}

static void close_files(struct store *store)
{
	store_asrun_end(store);
	sqlite3_close_v2(store->asrun);
	sqlite3_close_v2(store->library);
	store->asrun = NULL;
	store->library = NULL;
}

/* Of a copy, an older schema may be brought up to date. */
static int open_to_read(struct store *store)
{
	int error = store_head_open(store->dir, true, &store->head);

	if (error == 0)
		error = store_parts_find(store, NULL);
	if (error < 0)
		return error;
	error = open_as_it_is(store, store->dir, STORE_OPEN_AS_IT_IS);
	if (error == -EROFS || error == -EACCES || error == -EIO || error == -ESTALE) {
		close_files(store);
		error = store_copy_new(store->dir, &store->copy);
		if (error == 0)
			error = open_as_it_is(store, store->copy, STORE_OPEN_MAKE);
	}
	return error < 0 ? error : store_asrun_begin(store);
}

static int store_new(const struct store_options *options, struct store **ret)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return -ENOMEM;
	store->head.fd = -1;
	store->read_only = options->read_only;
	store->part_bytes = options->part_bytes > 0 ? options->part_bytes : STORE_PART_BYTES;
	store->dir = strdup(options->state_dir);
	store->text = malloc(LIMIT_ASRUN_TEXT);
	store->items = malloc(LIMIT_ASRUN_ITEMS);
	if (!store->dir || !store->text || !store->items || sodium_init() < 0) {
		store_free(store);
		return -ENOMEM;
	}
	*ret = store;
	return 0;
}

int store_open(const struct store_options *options, struct store **ret,
	       struct store_opening *ret_opening, char *why, size_t n_why)
{
	struct store_opening opening = {0};
	struct store *store = NULL;
	int error = store_new(options, &store);

	if (error == 0)
		error = options->read_only ? open_to_read(store) : open_to_write(store, &opening);
	if (error < 0) {
		if (why && n_why > 0)
			snprintf(why, n_why, "%s", say(error, options->read_only));
		store_free(store);
		return error;
	}
	*ret = store;
	if (ret_opening)
		*ret_opening = opening;
	return 0;
}

struct store *store_free(struct store *store)
{
	if (!store)
		return NULL;
	close_files(store);
	store_head_close(&store->head);
	store_copy_free(store->copy);
	free(store->dir);
	free(store->parts);
	free(store->text);
	free(store->items);
	free(store);
	return NULL;
}

int store_begin_anew(struct store *store, char *ret_kept)
{
	int error;

	if (store->read_only)
		return -EROFS;
	store_asrun_end(store);
	store_file_abandon(store->asrun);
	store->asrun = NULL;
	error = put_asrun_aside(store, ret_kept);
	return error < 0 && error != -ENOENT ? error : store_asrun_reopen(store);
}

int store_asrun_reopen(struct store *store)
{
	struct store_opening opening = {0};
	int error = make_asrun(store, &opening);

	return error < 0 ? error : make_head(store, &opening);
}

int store_begin_library_anew(struct store *store, char *ret_kept)
{
	struct store_opening opening = {0};
	int error;

	if (store->read_only)
		return -EROFS;
	store_file_abandon(store->library);
	store->library = NULL;
	error = store_file_aside(store->dir, store_library_file.name, ret_kept);
	if (error < 0 && error != -ENOENT)
		return error;
	return make_library(store, &opening);
}
