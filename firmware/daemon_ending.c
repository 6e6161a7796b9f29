/* SPDX-License-Identifier: MIT */
/*
 * Why the service that ran before this one ended, if not by order: a line in the runtime folder, left
 * by that service itself (a part stood still) or by what the unit runs after it (--release, which
 * systemd tells how it ended). The next start logs it.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

#define ENDING_FILE "ending"

/* The first reason stands: it is the nearest to the cause. */
int daemon_ending_leave(const char *runtime_dir, const char *why)
{
	char path[LIMIT_PATH];
	size_t n = strlen(why);
	int fd, error = daemon_path(path, sizeof(path), runtime_dir, ENDING_FILE);

	if (error < 0)
		return error;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	error = write(fd, why, n) == (ssize_t)n ? 0 : -EIO;
	close(fd);
	return error;
}

/* systemd.exec(5): what ExecStopPost= is told. */
void daemon_ending_of_unit(const char *runtime_dir)
{
	const char *result = getenv("SERVICE_RESULT"), *code = getenv("EXIT_CODE");
	const char *status = getenv("EXIT_STATUS");
	char why[LIMIT_WHY];

	if (!result || strcmp(result, "success") == 0)
		return;
	snprintf(why, sizeof(why), "%s: %s %s", result, code ? code : "", status ? status : "");
	daemon_ending_leave(runtime_dir, why);
}

/* Anything but a line of text is not believed. */
static bool is_text(const char *text)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			return false;
	return text[0] != '\0';
}

static bool take(const struct daemon *d, char why[LIMIT_WHY])
{
	char path[LIMIT_PATH];
	ssize_t n;
	int fd;

	why[0] = '\0';
	if (daemon_path(path, sizeof(path), d->runtime_dir, ENDING_FILE) < 0)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	n = read(fd, why, LIMIT_WHY - 1);
	close(fd);
	unlink(path);
	why[n > 0 ? n : 0] = '\0';
	return is_text(why);
}

void daemon_ending_tell(struct daemon *d)
{
	char why[LIMIT_WHY];

	if (!take(d, why))
		return;
	daemon_say(d, _("The service ended without order and was started again (%s)."), why);
	daemon_fault_set(d, FAULT_RESTARTED, "(%s)", why);
	daemon_fault_clear(d, FAULT_RESTARTED); /* it is over: this is the new start */
}
