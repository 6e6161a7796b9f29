/* SPDX-License-Identifier: MIT */
#include "usb_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"
#include "usb_files_internal.h"

#define COPY_BYTES 65536
#define SEALS	   (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define FRESH	   "KET-QUA.tmp"

/* Which mount it lies in; the device's number is not enough, an overlay has several. */
static int mount_of(int fd, uint64_t *ret)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0)
		return -errno;
	*ret = st.stx_mnt_id;
	return 0;
}

/* One name below dir. */
static int open_name(int dir, const char *name, int flags, uint64_t mount)
{
	uint64_t entered = 0;
	int fd, error;

	if (strcmp(name, "..") == 0)
		return -EXDEV;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	error = mount_of(fd, &entered);
	if (error == 0 && entered != mount)
		error = -EXDEV;
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

/*
 * Name after name: openat2() would do it in one, but systemd forbids it to every unit with RestrictSUIDSGID=. On the way
 * nothing is opened for more than its place (O_PATH), and below a link or a file there is nothing.
 */
int usb_open(int root, const char *path, int flags)
{
	const int more = flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY;
	uint64_t mount = 0;
	int dir = root, error = mount_of(root, &mount);

	if (error < 0)
		return error;
	for (;;) {
		size_t n = strcspn(path, "/");
		const char *rest = path + n + strspn(path + n, "/");
		char name[USB_NAME];
		int fd = -ENAMETOOLONG;

		if (n < sizeof(name)) {
			snprintf(name, sizeof(name), "%.*s", (int)n, path);
			fd = open_name(dir, name, *rest ? O_PATH : flags | more, mount);
		}
		if (dir != root)
			close(dir);
		if (fd < 0 || !*rest)
			return fd;
		dir = fd;
		path = rest;
	}
}

int usb_look(int root, const char *path, struct stat *ret)
{
	int fd = usb_open(root, path, O_PATH);
	int error;

	if (fd < 0)
		return fd;
	error = fstat(fd, ret) < 0 ? -errno : 0;
	close(fd);
	if (error == 0 && S_ISLNK(ret->st_mode))
		return -ELOOP;
	return error;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Exactly as much as the file says it has: a file that ends early was not read to its end. */
static int copy(int from, int to, int64_t size)
{
	char *bytes = malloc(COPY_BYTES);
	int64_t total = 0;
	int error = bytes ? 0 : -ENOMEM;

	while (error == 0) {
		ssize_t n = read(from, bytes, COPY_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			error = -errno;
		if (n <= 0)
			break;
		total += n;
		error = total > size ? -ESTALE : write_all(to, bytes, (size_t)n);
	}
	free(bytes);
	return error == 0 && total != size ? -EIO : error;
}

static int seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) < 0 || lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

static int copy_open(int from, int *ret_fd)
{
	struct stat st;
	int to, error;

	if (fstat(from, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ESTALE;
	if (st.st_size == 0)
		return -ENODATA;
	if (st.st_size > LIMIT_CLIP_BYTES)
		return -EFBIG;
	to = memfd_create("loaphuong-usb", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (to < 0)
		return -errno;
	error = copy(from, to, st.st_size);
	if (error == 0)
		error = seal(to);
	if (error < 0)
		close(to);
	else
		*ret_fd = to;
	return error;
}

int usb_copy(int root, const struct usb_file *file, int *ret_fd)
{
	struct stat st;
	int error = usb_look(root, file->path, &st), from;

	if (error < 0)
		return error == -ELOOP || error == -ENOTDIR || error == -EXDEV ? -ESTALE : error;
	if (!S_ISREG(st.st_mode))
		return -ESTALE; /* not even opened: a pipe or a device may do anything */
	from = usb_open(root, file->path, O_RDONLY);
	if (from < 0)
		return from;
	error = copy_open(from, ret_fd);
	close(from);
	return error;
}

static int write_text(int fd, const char *text)
{
	int error = write_all(fd, "\xef\xbb\xbf", 3);

	while (error == 0 && *text) {
		size_t n = strcspn(text, "\n");

		error = write_all(fd, text, n);
		text += n;
		if (error == 0 && *text) {
			error = write_all(fd, "\r\n", 2);
			text++;
		}
	}
	return error == 0 && fsync(fd) < 0 ? -errno : error;
}

int usb_write_result(int root, const char *folder, const char *text)
{
	int dir = usb_open(root, strcmp(folder, "/") == 0 ? "." : folder, O_RDONLY | O_DIRECTORY);
	int fd, error;

	if (dir < 0)
		return dir;
	fd = usb_open(dir, FRESH, O_WRONLY | O_CREAT | O_TRUNC);
	error = fd < 0 ? fd : write_text(fd, text);
	if (fd >= 0)
		close(fd);
	if (error == 0 && renameat(dir, FRESH, dir, USB_RESULT_FILE) < 0)
		error = -errno;
	if (error < 0 && fd >= 0)
		unlinkat(dir, FRESH, 0);
	if (error == 0 && syncfs(dir) < 0)
		error = -errno;
	close(dir);
	return error;
}
