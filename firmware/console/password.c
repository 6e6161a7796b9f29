/* SPDX-License-Identifier: MIT */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

_Static_assert(PASSWORD_STORED >= crypto_pwhash_argon2id_STRBYTES, "room for what is stored");

struct job {
	bool hash; /* else compare */
	char stored[PASSWORD_STORED], password[PASSWORD_BYTES];
	password_fn *fn;
	void *context;
};

struct passwords {
	sd_event *event;
	struct job waiting[PASSWORD_WAITING]; /* the first is under way */
	size_t n_waiting;
	pid_t child;
	int fd; /* what the child says */
	sd_event_source *io;
	char nobody[PASSWORD_STORED]; /* the hash of a password nobody has */
};

/*
 * In the child. What it says: what to keep; "+": the password is right; "-": it is another one. No
 * word: there was no memory, of which a comparison takes as much as a hash; libsodium says both with
 * -1, and the system with ENOMEM (EAGAIN where what may be locked is less).
 */
static void work(const struct job *job, const char *nobody, int fd)
{
	char said[crypto_pwhash_argon2id_STRBYTES] = "";
	size_t n = strlen(job->password);
	int result;

	errno = 0;
	if (job->hash) {
		result = crypto_pwhash_argon2id_str(said, job->password, n, PASSWORD_OPS,
						    PASSWORD_MEMORY);
	} else {
		result = crypto_pwhash_argon2id_str_verify(job->stored[0] ? job->stored : nobody,
							   job->password, n);
		said[0] = result == 0 && job->stored[0] ? '+' : '-';
		result = result < 0 && (errno == ENOMEM || errno == EAGAIN) ? result : 0;
	}
	if (result == 0 && write(fd, said, strlen(said)) < 0)
		_exit(1);
	_exit(0);
}

static void child(const struct passwords *passwords, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	/* No connection stays open because a child has it. */
	if (dup2(fd, 3) < 0 || close_range(4, ~0U, 0) < 0)
		_exit(1);
	setpriority(PRIO_PROCESS, 0, 5);
	work(&passwords->waiting[0], passwords->nobody, 3);
}

static void begin(struct passwords *passwords);

/* The first that waits is done; the next may begin. */
static void finish(struct passwords *passwords, int result, const char *stored)
{
	struct job job = passwords->waiting[0];

	passwords->n_waiting--;
	memmove(&passwords->waiting[0], &passwords->waiting[1], passwords->n_waiting * sizeof(job));
	sodium_memzero(&passwords->waiting[passwords->n_waiting], sizeof(job));
	if (passwords->n_waiting > 0)
		begin(passwords);
	if (job.fn)
		job.fn(job.context, result, stored);
	sodium_memzero(&job, sizeof(job));
}

static int heard(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct passwords *passwords = context;
	char said[PASSWORD_STORED] = "";
	ssize_t n = read(fd, said, sizeof(said) - 1);

	(void)source;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	passwords->io = sd_event_source_disable_unref(passwords->io);
	close(fd);
	passwords->fd = -1;
	waitpid(passwords->child, NULL, 0); /* it has nothing left to do but to end */
	passwords->child = 0;
	finish(passwords, n <= 0 ? -EAGAIN : said[0] == '-' ? -EACCES : 0, said);
	return 0;
}

static int start(struct passwords *passwords)
{
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	passwords->child = fork();
	if (passwords->child == 0)
		child(passwords, ends[1]);
	close(ends[1]);
	error = passwords->child < 0 ? -errno
				     : sd_event_add_io(passwords->event, &passwords->io, ends[0],
						       EPOLLIN, heard, passwords);
	if (error >= 0) {
		passwords->fd = ends[0];
		return 0;
	}
	close(ends[0]);
	if (passwords->child > 0) {
		kill(passwords->child, SIGKILL);
		waitpid(passwords->child, NULL, 0);
	}
	passwords->child = 0;
	return error;
}

static void begin(struct passwords *passwords)
{
	if (start(passwords) < 0)
		finish(passwords, -EAGAIN, "");
}

int passwords_new(sd_event *event, struct passwords **ret)
{
	struct passwords *passwords = calloc(1, sizeof(*passwords));
	char salt[32];

	if (!passwords || sodium_init() < 0) {
		free(passwords);
		return -ENOMEM;
	}
	passwords->event = event;
	passwords->fd = -1;
	randombytes_buf(salt, sizeof(salt));
	if (crypto_pwhash_argon2id_str(passwords->nobody, salt, sizeof(salt), PASSWORD_OPS,
				       PASSWORD_MEMORY) < 0) {
		free(passwords);
		return -ENOMEM;
	}
	*ret = passwords;
	return 0;
}

struct passwords *passwords_free(struct passwords *passwords)
{
	if (!passwords)
		return NULL;
	if (passwords->child > 0) {
		kill(passwords->child, SIGKILL);
		waitpid(passwords->child, NULL, 0);
	}
	sd_event_source_disable_unref(passwords->io);
	if (passwords->fd >= 0)
		close(passwords->fd);
	sodium_memzero(passwords, sizeof(*passwords));
	free(passwords);
	return NULL;
}

int password_check(struct passwords *passwords, const char *stored, const char *password,
		   password_fn *fn, void *context)
{
	struct job *job = &passwords->waiting[passwords->n_waiting];

	if (passwords->n_waiting == PASSWORD_WAITING)
		return -EBUSY;
	memset(job, 0, sizeof(*job));
	job->hash = stored == NULL;
	snprintf(job->stored, sizeof(job->stored), "%s", stored ? stored : "");
	snprintf(job->password, sizeof(job->password), "%s", password);
	job->fn = fn;
	job->context = context;
	if (++passwords->n_waiting > 1)
		return 0;
	if (start(passwords) == 0)
		return 0;
	passwords->n_waiting = 0;
	return -EAGAIN;
}

void password_forget(struct passwords *passwords, const void *context)
{
	for (size_t i = 0; i < passwords->n_waiting; i++)
		if (passwords->waiting[i].context == context)
			passwords->waiting[i].fn = NULL;
}
