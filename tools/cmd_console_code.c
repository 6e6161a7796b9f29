/* SPDX-License-Identifier: MIT */
/*
 * console-code: a one-time code for the first account of the web console, or for who lost the
 * password. It is left in the console's own folder, where only root and the console may write; the
 * console reads it there (firmware/console/code.h).
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "words.h"

#define CONSOLE_STATE "/var/lib/loaphuong-console"
#define CODE_FILE     "first-code"
#define CODE_LETTERS  8

/* Without what is read for something else: no 0 and O, 1, I and L, U and V. */
static const char letters[] = "23456789ABCDEFGHJKMNPQRSTWXYZ";

/* Each letter as likely as any other: what does not divide evenly is drawn again. */
static int make_code(char ret[CODE_LETTERS + 2])
{
	const unsigned n = sizeof(letters) - 1;
	size_t i = 0;

	while (i < CODE_LETTERS + 1) {
		unsigned char byte;

		if (i == CODE_LETTERS / 2) {
			ret[i++] = '-';
			continue;
		}
		if (getrandom(&byte, 1, 0) != 1)
			return -errno;
		if (byte < 256 / n * n)
			ret[i++] = letters[byte % n];
	}
	ret[i] = '\0';
	return 0;
}

/* A new file in place of an old one, never through a link; it belongs to whom the folder does. */
static int leave(int folder, const char *code)
{
	struct stat owner;
	int fd, error = 0;

	if (fstat(folder, &owner) < 0 || (unlinkat(folder, CODE_FILE, 0) < 0 && errno != ENOENT))
		return -errno;
	fd = openat(folder, CODE_FILE, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (dprintf(fd, "%s\n", code) < 0 ||
	    (owner.st_uid != geteuid() && fchown(fd, owner.st_uid, owner.st_gid) < 0))
		error = -errno;
	close(fd);
	if (error < 0)
		unlinkat(folder, CODE_FILE, 0);
	return error;
}

int cmd_console_code(const struct call *call)
{
	const char *where =
		call_value(call, "console") ? call_value(call, "console") : CONSOLE_STATE;
	int folder = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char code[CODE_LETTERS + 2];
	int error = folder < 0 ? -errno : make_code(code);

	if (error == 0)
		error = leave(folder, code);
	if (folder >= 0)
		close(folder);
	if (error == -ENOENT) {
		complain(_("%s is not there: start the console first (systemctl enable --now "
			   "loaphuong-console), or name its folder with --console"),
			 where);
		return EXIT_SERVICE;
	}
	if (error < 0) {
		complain(_("no code can be left in %s: %s; run this as root"), where,
			 words_error(-error));
		return EXIT_NO;
	}
	printf(_("Code: %s\nOpen the console's page, choose \"First use\", and give this code "
		 "within one "
		 "hour.\nIt makes one account that may approve, or gives that account a new "
		 "password.\n"),
	       code);
	return EXIT_DONE;
}
