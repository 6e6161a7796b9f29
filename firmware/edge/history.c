/* SPDX-License-Identifier: MIT */
#include "history.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRY_BYTES (2 << 20) /* a config's text, each of its bytes escaped */
#define FILE_MODE   0640
#define FOLDER_MODE 0750

void history_digest(const char *text, size_t n, uint8_t ret[32])
{
	crypto_hash_sha256(ret, (const unsigned char *)text, n);
}

static int print_path(char ret[LIMIT_PATH], const char *state_dir, const char *folder,
		      const char *name)
{
	int n = snprintf(ret, LIMIT_PATH, "%s/%s%s%s", state_dir, folder, *name ? "/" : "", name);

	return n > 0 && n < LIMIT_PATH ? 0 : -ENAMETOOLONG;
}

static int entry_path(char ret[LIMIT_PATH], const char *state_dir, int64_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "%06lld.json", (long long)number);
	return print_path(ret, state_dir, HISTORY_FOLDER, name);
}

/* 0: no entry of ours. */
static int64_t number_of(const char *name)
{
	size_t n = strspn(name, "0123456789");

	return n >= 6 && n <= 12 && strcmp(name + n, ".json") == 0 ? strtoll(name, NULL, 10) : 0;
}

static int is_entry(const struct dirent *entry)
{
	return number_of(entry->d_name) > 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	int64_t x = number_of((*a)->d_name), y = number_of((*b)->d_name);

	return (y > x) - (y < x);
}

static void free_names(struct dirent **names, int n)
{
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static int list_names(const char *state_dir, struct dirent ***ret, int *ret_n)
{
	char folder[LIMIT_PATH];
	int error = print_path(folder, state_dir, HISTORY_FOLDER, "");

	*ret = NULL;
	*ret_n = 0;
	if (error < 0)
		return error;
	*ret_n = scandir(folder, ret, is_entry, newest_first);
	if (*ret_n >= 0)
		return 0;
	*ret_n = 0;
	return errno == ENOENT ? 0 : -errno;
}

/* ---- an entry as text ----------------------------------------------------------------------- */

static json_t *digest_json(bool there, const uint8_t digest[32])
{
	char hex[65];

	return there ? json_string(sodium_bin2hex(hex, sizeof(hex), digest, 32)) : json_null();
}

static bool take_digest(const json_t *value, bool *ret_there, uint8_t ret[32])
{
	const char *hex = json_string_value(value);
	size_t n = 0;

	*ret_there = hex != NULL;
	if (!hex)
		return json_is_null(value);
	return sodium_hex2bin(ret, 32, hex, strlen(hex), NULL, &n, NULL) == 0 && n == 32;
}

static bool take_text(const json_t *json, const char *key, char *ret, size_t n)
{
	const char *text = json_string_value(json_object_get(json, key));

	if (!text || strlen(text) >= n)
		return false;
	snprintf(ret, n, "%s", text);
	return true;
}

static bool take_entry(const json_t *json, struct history_entry *ret)
{
	const json_t *text = json_object_get(json, "text");

	ret->at_us = json_integer_value(json_object_get(json, "at_us"));
	return take_text(json, "file", ret->file, sizeof(ret->file)) && change_file_ok(ret->file) &&
	       take_text(json, "who", ret->who, sizeof(ret->who)) &&
	       take_text(json, "why", ret->why, sizeof(ret->why)) &&
	       take_digest(json_object_get(json, "before"), &ret->was_there, ret->before) &&
	       take_digest(json_object_get(json, "after"), &ret->is_there, ret->after) &&
	       json_is_string(text) == ret->was_there;
}

/* A regular file of a sane size; the JSON is given away. */
static int read_entry(const char *state_dir, int64_t number, struct history_entry *ret,
		      json_t **ret_json)
{
	char path[LIMIT_PATH];
	struct stat status;
	int error = entry_path(path, state_dir, number), fd;
	json_t *json = NULL;

	if (error < 0)
		return error;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= ENTRY_BYTES)
		json = json_loadfd(fd, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	close(fd);
	*ret = (struct history_entry){.number = number};
	if (json_is_object(json) && take_entry(json, ret)) {
		*ret_json = json;
		return 0;
	}
	json_decref(json);
	return -EBADMSG;
}

int history_list(const char *state_dir, struct history_entry **ret, size_t *ret_n)
{
	struct dirent **names;
	struct history_entry *entries;
	int n, error = list_names(state_dir, &names, &n);
	size_t kept = 0;

	if (error < 0)
		return error;
	entries = calloc((size_t)n + 1, sizeof(*entries));
	for (int i = 0; entries && i < n; i++) {
		json_t *json = NULL;

		if (read_entry(state_dir, number_of(names[i]->d_name), &entries[kept], &json) != 0)
			continue;
		json_decref(json);
		kept++;
	}
	free_names(names, n);
	*ret = entries;
	*ret_n = kept;
	return entries ? 0 : -ENOMEM;
}

static int newest(const char *state_dir, int64_t *ret)
{
	struct dirent **names;
	int n, error = list_names(state_dir, &names, &n);

	*ret = n > 0 ? number_of(names[0]->d_name) : 0;
	free_names(names, n);
	return error;
}

/* A text whose digest is another is not what stood there. */
static int take_before(const json_t *json, const struct history_entry *entry, char **ret_text,
		       size_t *ret_n)
{
	const json_t *text = json_object_get(json, "text");
	uint8_t digest[32];

	*ret_text = NULL;
	*ret_n = 0;
	if (!entry->was_there)
		return 0;
	*ret_n = json_string_length(text);
	history_digest(json_string_value(text), *ret_n, digest);
	if (memcmp(digest, entry->before, sizeof(digest)) != 0)
		return -EBADMSG;
	*ret_text = malloc(*ret_n + 1);
	if (!*ret_text)
		return -ENOMEM;
	memcpy(*ret_text, json_string_value(text), *ret_n + 1);
	return 0;
}

int history_read(const char *state_dir, int64_t number, struct history_entry *ret, char **ret_text,
		 size_t *ret_n)
{
	json_t *json = NULL;
	int error = number > 0 ? 0 : newest(state_dir, &number);

	if (error == 0 && number == 0)
		error = -ENOENT;
	if (error == 0)
		error = read_entry(state_dir, number, ret, &json);
	if (error == 0)
		error = take_before(json, ret, ret_text, ret_n);
	json_decref(json);
	return error;
}

/* ---- saving --------------------------------------------------------------------------------- */

static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

static int write_all(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, text, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -EIO;
		text += written;
		n -= (size_t)written;
	}
	return 0;
}

/* Durable under its name, or not there: written beside it, synced, renamed, the folder synced. */
static int put_file(const char *state_dir, const char *folder, const char *name,
		    const struct history_text *text)
{
	char path[LIMIT_PATH], beside[LIMIT_PATH], home[LIMIT_PATH], hidden[CHANGE_FILE + 8];
	int error, fd;

	snprintf(hidden, sizeof(hidden), ".%s.new", name);
	if (print_path(home, state_dir, folder, "") < 0 ||
	    print_path(path, state_dir, folder, name) < 0 ||
	    print_path(beside, state_dir, folder, hidden) < 0)
		return -ENAMETOOLONG;
	if (mkdir(home, FOLDER_MODE) < 0 && errno != EEXIST)
		return -errno;
	unlink(beside); /* of a cut */
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return -errno;
	error = write_all(fd, text->text, text->n);
	if (error == 0 && fsync(fd) < 0)
		error = -errno;
	if (close(fd) < 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(beside, path) < 0)
		error = -errno;
	if (error < 0) {
		unlink(beside);
		return error;
	}
	return sync_folder(home);
}

static int take_away(const char *state_dir, const char *folder, const char *name)
{
	char path[LIMIT_PATH], home[LIMIT_PATH];

	if (print_path(home, state_dir, folder, "") < 0 ||
	    print_path(path, state_dir, folder, name) < 0)
		return -ENAMETOOLONG;
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	return sync_folder(home);
}

static int put_entry(const char *state_dir, const struct history_entry *entry,
		     const struct history_text *before)
{
	struct history_text text = {NULL, 0};
	char name[32];
	char *dump = NULL;
	int error = -ENOMEM;
	json_t *json =
		json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:o}", "at_us", (json_int_t)entry->at_us,
			  "file", entry->file, "who", entry->who, "why", entry->why, "before",
			  digest_json(entry->was_there, entry->before), "after",
			  digest_json(entry->is_there, entry->after), "text",
			  entry->was_there ? json_stringn(before->text, before->n) : json_null());

	if (json)
		dump = json_dumps(json, JSON_INDENT(1));
	json_decref(json);
	if (dump) {
		snprintf(name, sizeof(name), "%06lld.json", (long long)entry->number);
		text = (struct history_text){dump, strlen(dump)};
		error = put_file(state_dir, HISTORY_FOLDER, name, &text);
	}
	free(dump);
	return error;
}

static void forget_old(const char *state_dir)
{
	struct dirent **names;
	int n;

	if (list_names(state_dir, &names, &n) < 0)
		return;
	for (int i = HISTORY_KEEP; i < n; i++)
		take_away(state_dir, HISTORY_FOLDER, names[i]->d_name);
	free_names(names, n);
}

static void digest_of(const struct history_text *text, bool *ret_there, uint8_t ret[32])
{
	*ret_there = text->text != NULL;
	if (text->text)
		history_digest(text->text, text->n, ret);
}

/* Does the file still hold what was read? A hand may have been at it since. */
static int is_unchanged(const char *state_dir, const char *file, const struct history_text *before)
{
	static const char mark[] = "\xef\xbb\xbf";
	char path[LIMIT_PATH], *now;
	size_t skip = 0;
	ssize_t n = 0;
	int error = print_path(path, state_dir, "campaigns", file), fd;
	bool same;

	if (error < 0)
		return error;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT && !before->text ? 0 : errno == ENOENT ? -ESTALE : -errno;
	now = malloc(before->n + sizeof(mark));
	if (now && before->text)
		n = read(fd, now, before->n + sizeof(mark)); /* one more shows that it has grown */
	/* Notepad's mark is not handed on by who reads configs. */
	if (n >= (ssize_t)strlen(mark) && memcmp(now, mark, strlen(mark)) == 0)
		skip = strlen(mark);
	same = now && before->text && n == (ssize_t)(before->n + skip) &&
	       memcmp(now + skip, before->text, before->n) == 0;
	error = !now ? -ENOMEM : n < 0 ? -errno : same ? 0 : -ESTALE;
	close(fd);
	free(now);
	return error;
}

int history_save(const char *state_dir, const struct history_entry *entry,
		 const struct history_text *before, const struct history_text *after)
{
	struct history_entry kept = *entry;
	int error = is_unchanged(state_dir, entry->file, before);

	if (error == 0)
		error = newest(state_dir, &kept.number);
	if (error < 0)
		return error;
	kept.number++;
	digest_of(before, &kept.was_there, kept.before);
	digest_of(after, &kept.is_there, kept.after);
	error = put_entry(state_dir, &kept, before);
	if (error == 0)
		error = after->text ? put_file(state_dir, "campaigns", kept.file, after)
				    : take_away(state_dir, "campaigns", kept.file);
	if (error == 0)
		forget_old(state_dir);
	return error;
}
