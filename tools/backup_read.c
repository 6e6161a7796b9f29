/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backup.h"
#include "digest.h"
#include "hex.h"
#include "limit.h"
#include "words.h"

static const char *const folders[] = {
	"state/campaigns", "state/clips",    "state/removed",
	"state/history",   "state/accepted", "state/accepted/campaigns",
	"state",	   "config",	     "console"};
#define N_FOLDERS (sizeof(folders) / sizeof(folders[0]))

/* The folder that the name lies in; NULL: in none of ours. */
static const char *folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	for (size_t i = 0; slash && i < N_FOLDERS; i++)
		if (strlen(folders[i]) == (size_t)(slash - name) &&
		    strncmp(folders[i], name, (size_t)(slash - name)) == 0)
			return folders[i];
	return NULL;
}

bool backup_name_ok(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (strlen(name) >= BACKUP_NAME || !slash || !folder_of(name) || slash[1] == '.' ||
	    !slash[1])
		return false;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		if (*c < ' ' || *c == 0x7f)
			return false;
	return true;
}

struct taking {
	struct archive *archive;
	int dir;
	json_t *found; /* name -> {"size", "sha256"} */
	json_t *manifest;
	char *why;
	size_t n_why;
};

static int fail(struct taking *taking, int error, const char *text)
{
	snprintf(taking->why, taking->n_why, "%s", text);
	return error;
}

static int no_backup(struct taking *taking)
{
	return fail(taking, -EBADMSG,
		    _("this is no backup of loaphuong, or it is damaged; take another copy of it"));
}

static int make_folders(int dir)
{
	static const char *const order[] = {
		"config",	   "console",	     "state",
		"state/campaigns", "state/clips",    "state/removed",
		"state/history",   "state/accepted", "state/accepted/campaigns"};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (mkdirat(dir, order[i], 0750) < 0)
			return -errno;
	return 0;
}

/* A file that says it is small and is not fills no disk. */
static bool is_room(int dir)
{
	struct statvfs disk;

	return fstatvfs(dir, &disk) < 0 ||
	       (uint64_t)disk.f_bavail * disk.f_frsize > BACKUP_SPARE_FREE;
}

static int take_bytes(struct taking *taking, int fd, struct digest *digest, int64_t *ret_size)
{
	static char bytes[65536];

	for (;;) {
		ssize_t n = archive_read_data(taking->archive, bytes, sizeof(bytes));

		if (n < 0)
			return no_backup(taking);
		if (n == 0)
			return 0;
		if (!is_room(taking->dir))
			return fail(taking, -ENOSPC,
				    _("there is not enough room on the disk; make some and try "
				      "again"));
		if (write(fd, bytes, (size_t)n) != n)
			return fail(taking, errno ? -errno : -EIO,
				    words_error(errno ? errno : EIO));
		digest_add(digest, bytes, (size_t)n);
		*ret_size += n;
	}
}

static int take_file(struct taking *taking, const char *name)
{
	int fd = openat(taking->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0640);
	struct digest *digest = digest_new();
	uint8_t sha256[32] = {0};
	char hex[HEX_TEXT];
	int64_t size = 0;
	int error = fd < 0 || !digest ? no_backup(taking) : take_bytes(taking, fd, digest, &size);

	if (digest)
		digest_end(digest, sha256);
	if (fd >= 0 && fsync(fd) < 0 && error == 0)
		error = fail(taking, -errno, words_error(errno));
	if (fd >= 0)
		close(fd);
	hex_print(hex, sha256);
	json_object_set_new(taking->found, name,
			    json_pack("{s:I, s:s}", "size", (json_int_t)size, "sha256", hex));
	return error;
}

static int take_manifest(struct taking *taking)
{
	char *text = malloc(BACKUP_MANIFEST);
	size_t n = 0;
	ssize_t got = 1;

	while (text && got > 0 && n < BACKUP_MANIFEST) {
		got = archive_read_data(taking->archive, text + n, BACKUP_MANIFEST - n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (text && got == 0)
		taking->manifest = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	return json_is_object(taking->manifest) ? 0 : no_backup(taking);
}

static int take_entry(struct taking *taking, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (taking->manifest || !name || archive_entry_filetype(entry) != AE_IFREG ||
	    archive_entry_hardlink(entry) || json_object_size(taking->found) >= BACKUP_FILES)
		return no_backup(taking);
	if (strcmp(name, "manifest.json") == 0)
		return take_manifest(taking);
	return backup_name_ok(name) ? take_file(taking, name) : no_backup(taking);
}

static int take_all(struct taking *taking)
{
	struct archive_entry *entry;
	int r, error = 0;

	while (error == 0 && (r = archive_read_next_header(taking->archive, &entry)) != ARCHIVE_EOF)
		error = r == ARCHIVE_OK ? take_entry(taking, entry) : no_backup(taking);
	if (error == 0 && !taking->manifest)
		error = no_backup(taking);
	return error;
}

/* Every file that is named is there as it was, and no other. */
static int compare(struct taking *taking)
{
	const json_t *files = json_object_get(taking->manifest, "files"), *file;
	size_t i;

	if (json_integer_value(json_object_get(taking->manifest, "format")) > BACKUP_FORMAT)
		return fail(taking, -ENOTSUP,
			    _("this backup was made by a newer loaphuong; install that first"));
	if (json_integer_value(json_object_get(taking->manifest, "format")) != BACKUP_FORMAT ||
	    json_array_size(files) != json_object_size(taking->found))
		return no_backup(taking);
	json_array_foreach(files, i, file)
	{
		const char *name = json_string_value(json_object_get(file, "name"));
		const json_t *found = name ? json_object_get(taking->found, name) : NULL;

		if (!found ||
		    !json_equal(json_object_get(found, "size"), json_object_get(file, "size")) ||
		    !json_equal(json_object_get(found, "sha256"), json_object_get(file, "sha256")))
			return no_backup(taking);
	}
	return json_object_get(taking->found, "config/loaphuong.conf") ? 0 : no_backup(taking);
}

int backup_take_out(const char *path, const char *folder, json_t **ret_manifest, char *why,
		    size_t n_why)
{
	struct taking taking = {.archive = archive_read_new(),
				.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				.found = json_object(),
				.why = why,
				.n_why = n_why};
	int error = -ENOMEM;

	snprintf(why, n_why, "%s", words_error(ENOMEM));
	if (taking.archive && taking.found && taking.dir >= 0) {
		archive_read_support_format_tar(taking.archive);
		archive_read_support_filter_gzip(taking.archive);
		error = make_folders(taking.dir);
		if (error < 0)
			snprintf(why, n_why, "%s", words_error(-error));
		else if (archive_read_open_filename(taking.archive, path, 65536) != ARCHIVE_OK)
			error = fail(&taking, -ENOENT, _("it cannot be opened, or is no backup"));
		else
			error = take_all(&taking);
		if (error == 0)
			error = compare(&taking);
	}
	archive_read_free(taking.archive);
	if (taking.dir >= 0)
		close(taking.dir);
	json_decref(taking.found);
	if (error == 0)
		*ret_manifest = taking.manifest;
	else
		json_decref(taking.manifest);
	return error;
}
