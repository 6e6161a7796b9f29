/* SPDX-License-Identifier: MIT */
#include "usb_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"
#include "usb_files_internal.h"

struct walk {
	int root;
	const struct usb_caps *caps;
	bool by_name; /* only what is named like a recording */
	struct usb_listing *listing;
};

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcasecmp(name + n - m, suffix) == 0;
}

static bool is_named_like_a_recording(const char *name)
{
	static const char *const suffixes[] = {
		".mp3", ".wav", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".mov",
		".3gp", ".aac", ".amr",	 ".mkv", ".mka", ".webm", ".m4b", ".3ga",
	};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (ends_with(name, suffixes[i]))
			return true;
	return false;
}

static bool is_of_a_computer(const char *name)
{
	static const char *const names[] = {"System Volume Information",
					    "$RECYCLE.BIN",
					    "RECYCLER",
					    "Thumbs.db",
					    "desktop.ini",
					    USB_RESULT_FILE};

	if (name[0] == '.' || strncmp(name, "~$", 2) == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

static int add(struct walk *walk, const char *path, int64_t size)
{
	struct usb_listing *listing = walk->listing;
	size_t room = listing->room ? 2 * listing->room : 32;
	struct usb_file *files = listing->files;

	if (listing->n == walk->caps->files) {
		listing->left_out++;
		return 0;
	}
	if (listing->n == listing->room) {
		files = reallocarray(files, room, sizeof(*files));
		if (!files)
			return -ENOMEM;
		listing->files = files;
		listing->room = room;
	}
	snprintf(files[listing->n].path, sizeof(files[0].path), "%s", path);
	files[listing->n++].size = size;
	return 0;
}

static int walk_folder(struct walk *walk, const char *folder, unsigned depth);

static int take_entry(struct walk *walk, const char *path, const char *name, unsigned depth)
{
	struct stat st;
	int error = usb_look(walk->root, path, &st);

	if (error == -ELOOP || error == -EXDEV || error == -ENOENT) {
		walk->listing->left_out++;
		return 0;
	}
	if (error < 0)
		return error;
	if (S_ISDIR(st.st_mode)) {
		if (depth < walk->caps->depth)
			return walk_folder(walk, path, depth + 1);
		walk->listing->left_out++;
		return 0;
	}
	if (walk->by_name && !is_named_like_a_recording(name))
		return 0;
	return add(walk, path, S_ISREG(st.st_mode) ? st.st_size : 0);
}

static int take_name(struct walk *walk, const char *folder, const char *name, unsigned depth)
{
	char path[USB_PATH];
	int n;

	if (is_of_a_computer(name))
		return 0;
	if (walk->listing->looked_at == USB_ENTRIES) {
		walk->listing->left_out++;
		return 0;
	}
	walk->listing->looked_at++;
	n = snprintf(path, sizeof(path), "%s%s%s", folder, folder[0] ? "/" : "", name);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		walk->listing->left_out++;
		return 0;
	}
	return take_entry(walk, path, name, depth);
}

static int walk_folder(struct walk *walk, const char *folder, unsigned depth)
{
	int fd = usb_open(walk->root, folder[0] ? folder : ".", O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int error = 0;

	if (!dir) {
		error = fd < 0 ? fd : -errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	errno = 0;
	while (error == 0 && (entry = readdir(dir))) {
		error = take_name(walk, folder, entry->d_name, depth);
		errno = 0;
	}
	if (error == 0)
		error = -errno; /* the folder could not be read to its end */
	closedir(dir);
	return error;
}

static int by_path(const void *a, const void *b)
{
	const struct usb_file *left = a, *right = b;

	return strcmp(left->path, right->path);
}

/* So that what is over the cap of bytes is known before anything is copied. */
static void cut(struct usb_listing *listing, int64_t most)
{
	int64_t total = 0;

	for (size_t i = 0; i < listing->n; i++) {
		total += listing->files[i].size < LIMIT_CLIP_BYTES ? listing->files[i].size : 0;
		if (total > most) {
			listing->left_out += (unsigned)(listing->n - i);
			listing->n = i;
		}
	}
}

int usb_list(int root, const char *folder, const struct usb_caps *caps, struct usb_listing *ret)
{
	bool whole = strcmp(folder, "/") == 0;
	struct walk walk = {.root = root, .caps = caps, .by_name = whole, .listing = ret};
	int error;

	*ret = (struct usb_listing){0};
	error = walk_folder(&walk, whole ? "" : folder, 0);
	if (error < 0)
		return error == -ENOTDIR || error == -ELOOP ? -ENOENT : error;
	if (ret->n > 0)
		qsort(ret->files, ret->n, sizeof(*ret->files), by_path);
	cut(ret, caps->bytes);
	return 0;
}

void usb_listing_done(struct usb_listing *listing)
{
	free(listing->files);
	*listing = (struct usb_listing){0};
}

const char *usb_file_name(const struct usb_file *file)
{
	const char *slash = strrchr(file->path, '/');

	return slash ? slash + 1 : file->path;
}
