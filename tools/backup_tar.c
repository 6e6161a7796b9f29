/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backup.h"
#include "digest.h"
#include "hex.h"

#define WORDS 24

/* In the child: nothing of ours but what it is to read and write. */
static void become_tar(const char *const *words, int out, long long file_most)
{
	char path[] = "PATH=/usr/bin:/bin", plain[] = "LC_ALL=C";
	char *const environment[] = {path, plain, NULL};
	struct rlimit most = {(rlim_t)file_most, (rlim_t)file_most};
	const char *line[WORDS + 2] = {"tar"};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; i < WORDS && words[i]; i++)
		line[i + 1] = words[i];
	if (file_most > 0)
		setrlimit(RLIMIT_FSIZE, &most);
	if (dup2(null, STDIN_FILENO) == STDIN_FILENO &&
	    dup2(out >= 0 ? out : null, STDOUT_FILENO) == STDOUT_FILENO &&
	    dup2(null, STDERR_FILENO) == STDERR_FILENO) {
		execve("/usr/bin/tar", (char *const *)(uintptr_t)line, environment);
		execve("/bin/tar", (char *const *)(uintptr_t)line, environment);
	}
	_exit(127);
}

int backup_tar(const char *const *words, int out, long long file_most)
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (child == 0)
		become_tar(words, out, file_most);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return -ENOENT;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EBADMSG;
}

int backup_digest(int dir, const char *name, char *ret_hex, long long *ret_size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct digest *digest = digest_new();
	uint8_t sha256[32] = {0};
	static char bytes[65536];
	ssize_t n = 1;
	int error = fd < 0 ? -errno : digest ? 0 : -ENOMEM;

	*ret_size = 0;
	while (error == 0 && n > 0) {
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && errno != EINTR)
			error = -errno;
		if (n > 0) {
			digest_add(digest, bytes, (size_t)n);
			*ret_size += n;
		}
		n = n < 0 ? 1 : n;
	}
	if (digest)
		digest_end(digest, sha256);
	if (fd >= 0)
		close(fd);
	hex_print(ret_hex, sha256);
	return error;
}
