/* SPDX-License-Identifier: MIT */
#include "code.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "account.h"
#include "limit.h"

static bool path_of(const char *folder, char *path, size_t n)
{
	int used = snprintf(path, n, "%s/" CODE_FILE, folder);

	return used > 0 && (size_t)used < n;
}

/* A clock that was set back since makes it look young at most an hour longer. */
static bool is_young(int fd)
{
	struct timespec now;
	struct stat status;

	clock_gettime(CLOCK_REALTIME, &now);
	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       now.tv_sec - status.st_mtim.tv_sec < CODE_HOLDS_S &&
	       status.st_mtim.tv_sec - now.tv_sec < CODE_HOLDS_S;
}

bool code_is(const char *folder, const char *code)
{
	char path[LIMIT_PATH], text[ACCOUNT_CODE + 1] = "";
	ssize_t n = 0;
	int fd;

	if (!path_of(folder, path, sizeof(path)))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (is_young(fd))
		n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return strlen(text) == ACCOUNT_CODE - 1 && account_same(text, code);
}

void code_used(const char *folder)
{
	char path[LIMIT_PATH];

	if (path_of(folder, path, sizeof(path)))
		unlink(path);
}
