/* SPDX-License-Identifier: MIT */
#include "library_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMPORT_PREFIX ".import-"

struct file_stamp file_stamp(const struct stat *st)
{
	return (struct file_stamp){.inode = st->st_ino,
				   .size = st->st_size,
				   .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
					       st->st_mtim.tv_nsec};
}

bool file_stamp_is(const struct file_stamp *stamp, const struct stat *st)
{
	struct file_stamp now = file_stamp(st);

	return S_ISREG(st->st_mode) && now.inode == stamp->inode && now.size == stamp->size &&
	       now.mtime_ns == stamp->mtime_ns;
}

void library_file_name(const char *name, char *ret)
{
	snprintf(ret, LIBRARY_FILE_NAME, "%s.mp3", name);
}

/* The length of the UTF-8 sequence at text, 0 if it is none: no overlong forms, no surrogates. */
static size_t utf8_sequence(const unsigned char *text)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t point;
	size_t n, i;

	if (text[0] < 0x80)
		return 1;
	n = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	point = text[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (point < least[n] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return n;
}

/* Also the second row of controls, U+0080 to U+009F: terminals obey them. */
static bool is_control(const unsigned char *text)
{
	return text[0] < 0x20 || text[0] == 0x7f || (text[0] == 0xc2 && text[1] < 0xa0);
}

bool library_name_ok(const char *name)
{
	const unsigned char *at = (const unsigned char *)name;
	size_t length = strlen(name), n;

	if (length == 0 || length >= LIMIT_NAME || *name == '.' || *name == '-')
		return false;
	for (; *at; at += n) {
		n = utf8_sequence(at);
		if (n == 0 || *at == '/' || is_control(at))
			return false;
	}
	return true;
}

/* Everything in the chain that the solved gain depends on. */
static void describe(const struct chain_settings *settings, char *ret, size_t n)
{
	snprintf(ret, n, "2 rate=%u channels=%u lufs=%.2f peak=%.2f highpass=%.1f",
		 settings->format.rate_hz, settings->format.channels, settings->target_lufs,
		 settings->ceiling_dbtp, settings->highpass_hz);
}

static void remove_stale(int dir_fd)
{
	int again = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	if (!dir) {
		if (again >= 0)
			close(again);
		return;
	}
	while ((entry = readdir(dir)))
		if (strncmp(entry->d_name, IMPORT_PREFIX, strlen(IMPORT_PREFIX)) == 0)
			unlinkat(dir_fd, entry->d_name, 0);
	closedir(dir);
}

static int open_folder(const char *state_dir, int *ret)
{
	char *path;
	int error = 0, fd;

	if (asprintf(&path, "%s/clips", state_dir) < 0)
		return -ENOMEM;
	if (mkdir(path, 0755) < 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
		error = -errno;
	fd = error < 0 ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (error == 0 && fd < 0)
		error = -errno;
	free(path);
	if (error == 0)
		*ret = fd;
	return error;
}

int library_new(const struct library_options *options, struct library **ret)
{
	struct library *library = calloc(1, sizeof(*library));
	int error;

	if (!library)
		return -ENOMEM;
	library->dir = library->file = library->converted = -1;
	library->child = (struct child){.pipe = -1, .timer = -1, .epoll = -1};
	library->settings = options->settings;
	library->background = options->background;
	library->work.event = -1;
	describe(&options->settings, library->settings_text, sizeof(library->settings_text));
	library->program = strdup(options->program);
	library->converter = strdup(options->converter ? options->converter : LIBRARY_CONVERTER);
	error = library->program && library->converter && sodium_init() >= 0 ? 0 : -ENOMEM;
	if (error == 0)
		error = open_folder(options->state_dir, &library->dir);
	if (error < 0) {
		library_free(library);
		return error;
	}
	remove_stale(library->dir);
	*ret = library;
	return 0;
}

struct library *library_free(struct library *library)
{
	if (!library)
		return NULL;
	if (library->work.running) {
		library_work_end(library);
		library_drop_files(library);
	} else if (library->measuring) {
		child_end(&library->child, NULL);
		library_drop_files(library);
	}
	if (library->dir >= 0)
		close(library->dir);
	free(library->program);
	free(library->converter);
	free(library->clips);
	free(library->todos);
	free(library->gone);
	free(library);
	return NULL;
}

/* Where a clip of that name is, or belongs. */
size_t library_place(const struct library *library, const char *name, bool *ret_there)
{
	size_t low = 0, high = library->n_clips;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(library->clips[middle].name, name);

		if (order == 0) {
			*ret_there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_there = false;
	return low;
}

/* An array with room for one more of 'size' bytes each, or NULL: the old one then stands. */
void *library_room(void *array, size_t size, size_t n, size_t *room)
{
	size_t wanted = *room ? 2 * *room : 16;

	if (n < *room)
		return array;
	array = reallocarray(array, wanted, size);
	if (array)
		*room = wanted;
	return array;
}

int library_put(struct library *library, const struct store_clip *clip)
{
	bool there;
	size_t at = library_place(library, clip->name, &there);

	if (!there) {
		struct store_clip *clips = library_room(library->clips, sizeof(*clips),
							library->n_clips, &library->room_clips);

		if (!clips)
			return -ENOMEM;
		library->clips = clips;
		memmove(&library->clips[at + 1], &library->clips[at],
			(library->n_clips - at) * sizeof(*library->clips));
		library->n_clips++;
	}
	library->clips[at] = *clip;
	return 0;
}

void library_forget(struct library *library, size_t at)
{
	library->n_clips--;
	memmove(&library->clips[at], &library->clips[at + 1],
		(library->n_clips - at) * sizeof(*library->clips));
}

struct todo *todo_find(const struct library *library, const char *name)
{
	size_t i;

	for (i = 0; i < library->n_todos; i++)
		if (strcmp(library->todos[i].clip.name, name) == 0)
			return &library->todos[i];
	return NULL;
}

int todo_put(struct library *library, const struct store_clip *clip, bool refused)
{
	struct todo *todo = todo_find(library, clip->name);

	if (!todo) {
		struct todo *todos = library_room(library->todos, sizeof(*todos), library->n_todos,
						  &library->room_todos);

		if (!todos)
			return -ENOMEM;
		library->todos = todos;
		todo = &library->todos[library->n_todos++];
	}
	todo->clip = *clip;
	todo->refused = refused;
	return 0;
}

void todo_remove(struct library *library, const char *name)
{
	struct todo *todo = todo_find(library, name);

	if (todo)
		*todo = library->todos[--library->n_todos];
}

int library_know(struct library *library, const struct store_clip *clip)
{
	if (!library_name_ok(clip->name))
		return 0;
	return library_put(library, clip);
}

const struct store_clip *library_clip(const struct library *library, size_t index)
{
	return index < library->n_clips ? &library->clips[index] : NULL;
}

const struct store_clip *library_find(const struct library *library, const char *name)
{
	bool there;
	size_t at = library_place(library, name, &there);

	return there ? &library->clips[at] : NULL;
}

size_t library_count(const struct library *library)
{
	return library->n_clips;
}
