/* SPDX-License-Identifier: MIT */
/*
 * Any damage to the files of the state folder: the as-run log, its head, the index of recordings. A
 * good folder is made once; an input is a byte, odd if a reader comes first, and a list of changes:
 *
 *   byte 0..2 file (asrun.db, asrun.head, library.db); byte: what is done (0 overwrite, 1 cut off,
 *   2 zero a page, 3 remove); two bytes where, in 16ths of the file's size and bytes; a byte how
 *   many; then so many bytes.
 *
 * The store must open it or say why not, and then work: what was damaged is put aside and a new one
 * begun, an event that is appended is there, and a proof that finds nothing means that the log reads
 * as it was written.
 */
#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "../unit/edge/events.h"
#include "fuzz.h"
#include "store.h"

#define FILES 3
#define ROWS  12

struct file {
	const char *name;
	uint8_t *bytes;
	size_t n;
};

static struct file files[FILES] = {
	{.name = "asrun.db"}, {.name = "asrun.head"}, {.name = "library.db"}};

static void path_of(const char *name, char *ret, size_t n)
{
	snprintf(ret, n, "%s/%s", fuzz_folder(), name);
}

static void empty_folder(void)
{
	DIR *folder = opendir(fuzz_folder());
	struct dirent *entry;

	must(folder != NULL);
	while ((entry = readdir(folder)))
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
}

static void keep_file(struct file *file)
{
	char path[128];
	FILE *from;

	path_of(file->name, path, sizeof(path));
	from = fopen(path, "re");
	must(from && fseek(from, 0, SEEK_END) == 0);
	file->n = (size_t)ftell(from);
	file->bytes = malloc(file->n);
	rewind(from);
	must(file->bytes && fread(file->bytes, 1, file->n, from) == file->n);
	fclose(from);
}

static void make_good(void)
{
	struct asrun_event note = event_note(EVENTS_BEGIN_US, "start");
	struct store_clip clip = {
		.name = "goi-111", .frames = 1, .air_frames = 1, .rate_hz = 48000};
	struct store *store = events_open(fuzz_folder());

	events_append(store, &note);
	for (int64_t row = 1; row <= ROWS; row++)
		events_append_row(store, row, EVENTS_BEGIN_US + row * 600000000, "sang");
	for (char i = 'a'; i < 'g'; i++) {
		clip.name[0] = i;
		must(store_put_clip(store, &clip) == 0);
	}
	store_free(store);
	for (size_t i = 0; i < FILES; i++)
		keep_file(&files[i]);
}

static void change(uint8_t *bytes, size_t *n, struct fuzz_bytes *input)
{
	unsigned what = fuzz_byte(input) % 4;
	size_t at = *n / 16 * (fuzz_byte(input) % 16) + fuzz_byte(input) * 16;
	size_t length = fuzz_byte(input);

	at = at < *n ? at : 0;
	if (what == 1) {
		*n = at;
	} else if (what == 2) {
		memset(bytes + at, 0, *n - at < 4096 ? *n - at : 4096);
	} else if (what == 3) {
		*n = SIZE_MAX;
	} else {
		for (; length > 0 && at < *n && input->n > 0; length--)
			bytes[at++] = (uint8_t)fuzz_byte(input);
	}
}

/* The good files with the changes of the input. */
static void damage(struct fuzz_bytes *input)
{
	uint8_t *bytes[FILES];
	size_t n[FILES];
	char path[128];

	empty_folder();
	for (size_t i = 0; i < FILES; i++) {
		n[i] = files[i].n;
		bytes[i] = malloc(n[i]);
		must(bytes[i] != NULL);
		memcpy(bytes[i], files[i].bytes, n[i]);
	}
	while (input->n > 0) {
		size_t i = fuzz_byte(input) % FILES;

		if (n[i] > 0 && n[i] != SIZE_MAX)
			change(bytes[i], &n[i], input);
		else
			fuzz_byte(input);
	}
	for (size_t i = 0; i < FILES; i++) {
		path_of(files[i].name, path, sizeof(path));
		if (n[i] != SIZE_MAX)
			fuzz_write(path, bytes[i], n[i]);
		free(bytes[i]);
	}
}

struct seen {
	size_t rows, whole, notes, clips;
};

static int see_row(void *context, const struct asrun_row *row)
{
	struct seen *seen = context;

	seen->rows++;
	seen->whole += row->closed && row->n_whole == 2 && row->outcome == OUTCOME_PLAYED &&
		       row->opened.planned_us == EVENTS_BEGIN_US + row->opened.row * 600000000;
	return 0;
}

static int see_event(void *context, const struct asrun_event *event)
{
	struct seen *seen = context;

	seen->notes += event->kind == ASRUN_NOTE;
	return 0;
}

static int see_clip(void *context, const struct store_clip *clip)
{
	struct seen *seen = context;

	must(memchr(clip->name, '\0', sizeof(clip->name)) != NULL);
	seen->clips++;
	return 0;
}

/* What was read, and whether anything but an error could be read at all. */
static bool read_all(struct store *store, struct seen *ret)
{
	const struct store_query all = {.mode = -1};
	struct store_newest newest;
	int error = store_newest(store, &newest);

	memset(ret, 0, sizeof(*ret));
	if (error == 0)
		error = store_rows(store, &all, see_row, ret);
	if (error == 0)
		error = store_notes(store, &all, see_event, ret);
	if (error == 0)
		error = store_clips(store, see_clip, ret);
	return error == 0;
}

static void look(struct store *store)
{
	struct store_verdict verdict;
	struct seen seen;
	bool readable = read_all(store, &seen);

	if (store_verify(store, &verdict) != 0 || !verdict.intact)
		return;
	/* Nothing is wrong with it: then it is the log that was written, or a new one. */
	must(readable && seen.rows == seen.whole);
	must((seen.rows == ROWS && seen.notes == 1) || (seen.rows == 0 && seen.notes == 0));
}

static int restored(void *context, const struct asrun_event *event)
{
	(void)context;
	(void)event;
	return 0;
}

static void open_and_use(bool read_only)
{
	const struct store_options options = {.state_dir = fuzz_folder(), .read_only = read_only};
	struct asrun_event note = event_note(EVENTS_BEGIN_US + EVENTS_DAY_US, "start");
	const struct asrun_event *one = &note;
	struct store_opening opening = {0};
	struct store *store = NULL;
	char why[256] = "", kept[STORE_KEPT_NAME];
	int error = store_open(&options, &store, &opening, why, sizeof(why));

	must(error == 0 || error == -EPROTO || (read_only && error < 0));
	if (error < 0)
		return;
	look(store);
	store_restore(store, ASRUN_REAL, note.time_us, restored, NULL);
	if (!read_only) {
		error = store_append(store, &one, 1);
		if (error == -EBADMSG && store_begin_anew(store, kept) == 0)
			error = store_append(store, &one, 1);
		must(error == 0);
	}
	store_free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	bool reader = fuzz_byte(&bytes) & 1;

	if (!files[0].bytes)
		make_good();
	damage(&bytes);
	if (reader)
		open_and_use(true);
	open_and_use(false);
	return 0;
}
