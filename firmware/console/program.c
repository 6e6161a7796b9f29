/* SPDX-License-Identifier: MIT */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM_CHUNK ((size_t)65536)

struct question {
	char words[PROGRAM_WORDS][PROGRAM_WORD], language[3];
	size_t n_words;
	int input;	/* a file, or -1 */
	program_fn *fn; /* NULL = nobody waits any more */
	void *context;
};

struct program {
	sd_event *event;
	struct program_options options;
	struct question waiting[PROGRAM_WAITING]; /* the first is under way */
	size_t n_waiting;
	pid_t child; /* 0 = none */
	int fd;
	char *text;
	size_t n;
	sd_event_source *io, *timer;
};

static void end_child(struct program *program)
{
	program->io = sd_event_source_disable_unref(program->io);
	program->timer = sd_event_source_disable_unref(program->timer);
	if (program->fd >= 0)
		close(program->fd);
	program->fd = -1;
	if (program->child > 0) {
		kill(program->child, SIGKILL); /* after its output is over it has nothing to do */
		waitpid(program->child, NULL, 0);
	}
	program->child = 0;
}

json_t *program_lines(const struct program_answer *answer)
{
	const char *text = answer->text;
	size_t n = answer->n;
	json_t *lines = json_array();

	while (n > 0) {
		const char *end = memchr(text, '\n', n);
		size_t line = end ? (size_t)(end - text) : n;
		json_t *row = json_loadb(text, line, 0, NULL);

		if (!json_is_object(row) || json_array_append_new(lines, row) < 0) {
			json_decref(lines);
			return NULL;
		}
		text += line + (end != NULL);
		n -= line + (end != NULL);
	}
	return lines;
}

static int begin(struct program *program);

static void drop(struct question *question)
{
	if (question->input >= 0)
		close(question->input);
	question->input = -1;
}

/* The first that waits is done; the next may begin. code -1: it did not come to an end. */
static void finish(struct program *program, int code)
{
	struct question question = program->waiting[0];
	struct program_answer answer = {code < 0 ? NULL : program->text, program->n, code};
	char *text = program->text;

	if (code >= 0 && !text)
		answer.text = "";
	end_child(program);
	program->text = NULL;
	program->n = 0;
	program->n_waiting--;
	memmove(&program->waiting[0], &program->waiting[1], program->n_waiting * sizeof(question));
	if (program->n_waiting > 0 && begin(program) < 0)
		finish(program, -1);
	drop(&question);
	if (question.fn)
		question.fn(question.context, &answer);
	free(text);
}

/* Its output is over: it ends now, or has. Its exit code tells whether that was all of it. */
static void collect(struct program *program)
{
	int status = 0, code = -1;

	if (waitpid(program->child, &status, 0) == program->child && WIFEXITED(status))
		code = WEXITSTATUS(status);
	program->child = 0;
	finish(program, code);
}

static int heard(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct program *program = context;
	char *larger = NULL;
	ssize_t n;

	(void)source;
	(void)events;
	if (program->n + PROGRAM_CHUNK <= PROGRAM_BYTES)
		larger = realloc(program->text, program->n + PROGRAM_CHUNK);
	if (!larger) {
		finish(program, -1);
		return 0;
	}
	program->text = larger;
	n = read(fd, program->text + program->n, PROGRAM_CHUNK);
	if (n > 0)
		program->n += (size_t)n;
	else if (n == 0)
		collect(program);
	else if (errno != EAGAIN && errno != EINTR)
		finish(program, -1);
	return 0;
}

static int too_late(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	finish(context, -1);
	return 0;
}

/* The command, with nothing of ours but the pipe and what it is to read. */
/* What it hears and where it speaks. 0, or an errno. */
static int connect_ends(posix_spawn_file_actions_t *actions, int in, int out)
{
	int error = in >= 0 ? posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO)
			    : posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null",
							       O_RDONLY, 0);

	return error ? error : posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
}

/* No signal is blocked in it. 0, or an errno. */
static int spawn_with(pid_t *ret, const posix_spawn_file_actions_t *actions,
		      const char *const *words, char *const *environment)
{
	posix_spawnattr_t attributes;
	sigset_t none;
	int error = posix_spawnattr_init(&attributes);

	if (error)
		return error;
	sigemptyset(&none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	error = posix_spawn(ret, words[0], actions, &attributes, (char *const *)(uintptr_t)words,
			    environment);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static int spawn(struct program *program, int out)
{
	struct question *question = &program->waiting[0];
	char lingua[] = "LANGUAGE=vi", path[] = "PATH=/usr/bin:/bin";
	char *const environment[] = {lingua, path, NULL};
	const struct program_options *o = &program->options;
	const char *words[8 + PROGRAM_WORDS] = {o->command,   "-c",	   o->config,	  "--state",
						o->state_dir, "--runtime", o->runtime_dir};
	posix_spawn_file_actions_t actions;
	int error;

	for (size_t i = 0; i < question->n_words; i++)
		words[7 + i] = question->words[i];
	memcpy(lingua + strlen("LANGUAGE="), question->language, 2);
	error = posix_spawn_file_actions_init(&actions);
	if (error)
		return -error;
	error = connect_ends(&actions, question->input, out);
	if (error == 0)
		error = spawn_with(&program->child, &actions, words, environment);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		program->child = 0;
	return -error;
}

void program_find(char *path, size_t n)
{
	ssize_t length = readlink("/proc/self/exe", path, n - 1);
	char *slash;

	path[length > 0 ? length : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash && (size_t)(slash - path) + sizeof("/loaphuong") < n) {
		memcpy(slash, "/loaphuong", sizeof("/loaphuong"));
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(path, n, "/usr/bin/loaphuong");
}

int program_new(sd_event *event, const struct program_options *options, struct program **ret)
{
	struct program *program = calloc(1, sizeof(*program));

	if (!program)
		return -ENOMEM;
	program->event = event;
	program->options = *options;
	program->fd = -1;
	*ret = program;
	return 0;
}

struct program *program_free(struct program *program)
{
	if (program) {
		end_child(program);
		free(program->text);
		for (size_t i = 0; i < program->n_waiting; i++)
			drop(&program->waiting[i]);
	}
	free(program);
	return NULL;
}

static int begin(struct program *program)
{
	int ends[2], error;
	uint64_t now = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fcntl(ends[0], F_SETFL, O_NONBLOCK); /* ours alone: the command writes as to any pipe */
	error = spawn(program, ends[1]);
	close(ends[1]);
	program->fd = ends[0];
	sd_event_now(program->event, CLOCK_BOOTTIME, &now);
	if (error >= 0)
		error = sd_event_add_io(program->event, &program->io, ends[0], EPOLLIN, heard,
					program);
	if (error >= 0)
		error = sd_event_add_time(program->event, &program->timer, CLOCK_BOOTTIME,
					  now + PROGRAM_US, 0, too_late, program);
	if (error < 0)
		end_child(program);
	return error < 0 ? error : 0;
}

/* In memory, to be read from its beginning. */
static int keep_input(const char *input, int *ret)
{
	size_t n = strlen(input);
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, input, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	*ret = fd;
	return 0;
}

static int keep(struct question *to, const struct program_question *from)
{
	memset(to, 0, sizeof(*to));
	to->input = -1;
	for (; from->words[to->n_words]; to->n_words++) {
		char *word = to->words[to->n_words];

		if (snprintf(word, PROGRAM_WORD, "%s", from->words[to->n_words]) >= PROGRAM_WORD)
			return -E2BIG;
	}
	snprintf(to->language, sizeof(to->language), "%s", from->language);
	return from->input ? keep_input(from->input, &to->input) : 0;
}

int program_ask(struct program *program, const struct program_question *asked, program_fn *fn,
		void *context)
{
	struct question *question = &program->waiting[program->n_waiting];
	int error;

	if (program->n_waiting == PROGRAM_WAITING)
		return -EBUSY;
	error = keep(question, asked);
	if (error < 0)
		return error;
	question->fn = fn;
	question->context = context;
	if (++program->n_waiting > 1)
		return 0;
	error = begin(program);
	if (error < 0) {
		drop(question);
		program->n_waiting = 0;
	}
	return error;
}

void program_forget(struct program *program, const void *context)
{
	for (size_t i = 0; i < program->n_waiting; i++)
		if (program->waiting[i].context == context)
			program->waiting[i].fn = NULL;
}
