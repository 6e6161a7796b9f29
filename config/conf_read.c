/* SPDX-License-Identifier: MIT */
/*
 * The reader. libconfuse never opens a file here: a directory or a read error makes its scanner
 * call exit(2), and /dev/zero keeps it busy for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "conf_draft.h"
#include "conf_read.h"
#include "limit.h"
#include "names.h"
#include "words.h"

static int line_of(const char *text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

static void add_too_large(const char *name, struct faults *faults)
{
	fault_add(faults, true, "too-large", name, 0,
		  _("the file is larger than %d KiB; is it really a config? "
		    "Split the campaigns into several files"),
		  LIMIT_CONFIG_BYTES / 1024);
}

bool conf_text_sound(const char *name, const char **text, size_t *n, struct faults *faults)
{
	const char *nul;
	size_t bad;

	if (*n > LIMIT_CONFIG_BYTES) {
		add_too_large(name, faults);
		return false;
	}
	if (*n >= 3 && memcmp(*text, "\xef\xbb\xbf", 3) == 0) {
		*text += 3;
		*n -= 3;
	}
	nul = *n ? memchr(*text, '\0', *n) : NULL;
	if (nul) {
		fault_add(faults, true, "nul-byte", name, line_of(*text, (size_t)(nul - *text)),
			  _("there is a zero byte here: the file was damaged, perhaps by a power "
			    "cut, "
			    "or saved as UTF-16; restore it or save it as UTF-8"));
		return false;
	}
	if (!names_utf8_valid(*text, *n, &bad)) {
		fault_add(faults, true, "not-utf8", name, line_of(*text, bad),
			  _("this line is not UTF-8; save the file with the encoding UTF-8"));
		return false;
	}
	return true;
}

/* One byte more than is allowed, so that too large shows. Returns the count or a negative errno. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, text + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int open_fault(const char *path, int error, struct faults *faults)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		fault_add(faults, true, "missing-file", path, 0,
			  _("there is no such file; check the path"));
		break;
	case EACCES:
	case EPERM:
		fault_add(faults, true, "unreadable", path, 0,
			  _("the file may not be read by this user; check its permissions"));
		break;
	case ELOOP:
		fault_add(faults, true, "not-a-file", path, 0,
			  _("this is a link; put the file itself here"));
		break;
	default:
		fault_add(faults, true, "unreadable", path, 0,
			  _("the file could not be read (%s); check the disk"), words_error(error));
	}
	return -EINVAL;
}

/*
 * O_NONBLOCK: the open of a FIFO would wait for a writer. A file that is not regular is refused
 * after the open, when it can no longer be exchanged for another.
 */
static int open_regular(const char *path, bool follow, struct faults *faults, int *ret_fd)
{
	int fd = open(path,
		      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
	struct stat status;
	int error;

	/* ENXIO is a socket, or a device that has gone */
	if (fd < 0 && errno != ENXIO)
		return open_fault(path, errno, faults);
	if (fd >= 0 && fstat(fd, &status) < 0) {
		error = errno;
		close(fd);
		return open_fault(path, error, faults);
	}
	if (fd < 0 || !S_ISREG(status.st_mode)) {
		if (fd >= 0)
			close(fd);
		fault_add(faults, true, "not-a-file", path, 0,
			  _("this is a folder or a device, not a file; name a config file"));
		return -EINVAL;
	}
	*ret_fd = fd;
	return 0;
}

int conf_read_entry(const char *path, bool follow, struct faults *faults, char **ret_text,
		    size_t *ret_n)
{
	const char *body;
	char *text;
	ssize_t got;
	size_t n;
	int fd = -1, error = open_regular(path, follow, faults, &fd);

	if (error)
		return error;
	text = malloc(LIMIT_CONFIG_BYTES + 2);
	if (!text) {
		close(fd);
		return -ENOMEM;
	}
	got = read_all(fd, text, LIMIT_CONFIG_BYTES + 1);
	close(fd);
	if (got < 0) {
		free(text);
		return open_fault(path, (int)-got, faults);
	}
	n = (size_t)got;
	text[n] = '\0';
	body = text;
	if (!conf_text_sound(path, &body, &n, faults)) {
		free(text);
		return -EINVAL;
	}
	memmove(text, body, n);
	text[n] = '\0';
	*ret_text = text;
	*ret_n = n;
	return 0;
}

int conf_read_file(const char *path, struct faults *faults, char **ret_text, size_t *ret_n)
{
	return conf_read_entry(path, true, faults, ret_text, ret_n);
}
