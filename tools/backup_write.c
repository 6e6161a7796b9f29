/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backup.h"
#include "digest.h"
#include "hex.h"
#include "limit.h"

#define CHUNK 65536

struct backup_writer {
	char path[LIMIT_PATH], beside[LIMIT_PATH];
	int fd;
	struct archive *archive;
	json_t *files;
};

static int fault_of(const struct backup_writer *writer)
{
	int error = archive_errno(writer->archive);

	return error > 0 ? -error : -EIO;
}

void backup_give_up(struct backup_writer *writer)
{
	if (!writer)
		return;
	archive_write_free(writer->archive);
	if (writer->fd >= 0) {
		close(writer->fd);
		unlink(writer->beside);
	}
	json_decref(writer->files);
	free(writer);
}

int backup_begin(const char *path, struct backup_writer **ret)
{
	struct backup_writer *writer = calloc(1, sizeof(*writer));
	int error = 0;

	if (!writer)
		return -ENOMEM;
	writer->fd = -1;
	writer->files = json_array();
	writer->archive = archive_write_new();
	if (!writer->files || !writer->archive)
		error = -ENOMEM;
	else if (snprintf(writer->path, LIMIT_PATH, "%s", path) >= LIMIT_PATH ||
		 snprintf(writer->beside, LIMIT_PATH, "%s.new", path) >= LIMIT_PATH)
		error = -ENAMETOOLONG;
	if (error == 0) {
		unlink(writer->beside); /* of a cut */
		writer->fd = open(writer->beside,
				  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		error = writer->fd < 0 ? -errno : 0;
	}
	if (error == 0) {
		archive_write_set_format_pax_restricted(writer->archive);
		archive_write_add_filter_gzip(writer->archive);
		if (archive_write_open_fd(writer->archive, writer->fd) != ARCHIVE_OK)
			error = fault_of(writer);
	}
	if (error < 0)
		backup_give_up(writer);
	else
		*ret = writer;
	return error;
}

static int put_header(struct backup_writer *writer, const char *name, int64_t size, time_t at)
{
	struct archive_entry *entry = archive_entry_new();
	int r;

	if (!entry)
		return -ENOMEM;
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0640);
	archive_entry_set_mtime(entry, at, 0);
	r = archive_write_header(writer->archive, entry);
	archive_entry_free(entry);
	return r == ARCHIVE_OK ? 0 : fault_of(writer);
}

/* As many bytes as were announced: one that grows meanwhile is cut there, one that shrinks is a fault. */
static int put_bytes(struct backup_writer *writer, int fd, int64_t size, struct digest *digest)
{
	static char bytes[CHUNK];

	while (size > 0) {
		ssize_t n = read(fd, bytes, size < CHUNK ? (size_t)size : CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		if (archive_write_data(writer->archive, bytes, (size_t)n) != n)
			return fault_of(writer);
		digest_add(digest, bytes, (size_t)n);
		size -= n;
	}
	return 0;
}

static int put_file(struct backup_writer *writer, const char *name, int fd,
		    const struct stat *status)
{
	struct digest *digest = digest_new();
	uint8_t sha256[32];
	char hex[HEX_TEXT];
	int error = digest ? put_header(writer, name, status->st_size, status->st_mtime) : -ENOMEM;

	if (error == 0)
		error = put_bytes(writer, fd, status->st_size, digest);
	if (digest)
		digest_end(digest, sha256);
	if (error < 0)
		return error;
	hex_print(hex, sha256);
	json_array_append_new(writer->files, json_pack("{s:s, s:I, s:s}", "name", name, "size",
						       (json_int_t)status->st_size, "sha256", hex));
	return 0;
}

int backup_add(struct backup_writer *writer, const char *name, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	int error;

	if (fd < 0)
		return errno == ENOENT || errno == ELOOP ? 0 : -errno;
	error = fstat(fd, &status) < 0 ? -errno : 0;
	if (error == 0 && S_ISREG(status.st_mode) && backup_name_ok(name))
		error = put_file(writer, name, fd, &status);
	close(fd);
	return error;
}

int backup_add_folder(struct backup_writer *writer, const char *name, const char *path)
{
	struct dirent **entries = NULL;
	char file[LIMIT_PATH], inner[BACKUP_NAME];
	int n = scandir(path, &entries, NULL, alphasort), error = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		bool fits = snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name) <
				    (int)sizeof(file) &&
			    snprintf(inner, sizeof(inner), "%s/%s", name, entries[i]->d_name) <
				    (int)sizeof(inner);

		if (error == 0 && fits && entries[i]->d_name[0] != '.')
			error = backup_add(writer, inner, file);
		free(entries[i]);
	}
	free(entries);
	return error;
}

static int put_manifest(struct backup_writer *writer, json_t *manifest)
{
	char *text;
	int error;

	json_object_set(manifest, "files", writer->files);
	text = json_dumps(manifest, JSON_INDENT(1));
	if (!text)
		return -ENOMEM;
	error = put_header(writer, "manifest.json", (int64_t)strlen(text), time(NULL));
	if (error == 0 && archive_write_data(writer->archive, text, strlen(text)) < 0)
		error = fault_of(writer);
	free(text);
	return error;
}

int backup_end(struct backup_writer *writer, json_t *manifest)
{
	int error = put_manifest(writer, manifest);

	json_decref(manifest);
	if (error == 0 && archive_write_close(writer->archive) != ARCHIVE_OK)
		error = fault_of(writer);
	if (error == 0 && fsync(writer->fd) < 0)
		error = -errno;
	if (error == 0 && rename(writer->beside, writer->path) < 0)
		error = -errno;
	if (error == 0) {
		close(writer->fd);
		writer->fd = -1;
	}
	backup_give_up(writer);
	return error;
}
