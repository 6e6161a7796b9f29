/* SPDX-License-Identifier: MIT */
#include "speak.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clip_file.h"
#include "command.h"
#include "library.h"
#include "spoken.h"
#include "whole.h"
#include "words.h"

#define CANNOT_START 127
#define ID3_BYTES    128
#define ID3_COMMENT  97 /* where it begins, and its bytes */
#define ID3_ROOM     30
#define SAID_BYTES   256

/* A program, where it reads and writes, and what it said last on its standard error. */
struct run {
	const char *const *argv;
	int in, out;
	char said[SAID_BYTES];
};

static void become(const struct run *run, int err)
{
	const struct rlimit cpu = {SPEAK_SECONDS, SPEAK_SECONDS}, file = {SPEAK_BYTES, SPEAK_BYTES};

	if (setrlimit(RLIMIT_CPU, &cpu) == 0 && setrlimit(RLIMIT_FSIZE, &file) == 0 &&
	    dup2(run->in, STDIN_FILENO) == STDIN_FILENO &&
	    dup2(run->out, STDOUT_FILENO) == STDOUT_FILENO &&
	    dup2(err, STDERR_FILENO) == STDERR_FILENO)
		execvp(run->argv[0], (char *const *)run->argv);
	_exit(CANNOT_START);
}

/* Its exit code; -ETIMEDOUT, -EIO (it was ended), or another negative errno. */
static int wait_for(pid_t child)
{
	struct pollfd end = {.fd = pidfd_open(child, 0), .events = POLLIN};
	int status, ready = end.fd < 0 ? -1 : poll(&end, 1, SPEAK_SECONDS * 1000);

	if (ready <= 0)
		kill(child, SIGKILL);
	if (end.fd >= 0)
		close(end.fd);
	if (waitpid(child, &status, 0) != child)
		return -errno;
	if (ready == 0)
		return -ETIMEDOUT;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

static void read_last_line(int fd, char *ret, size_t n)
{
	off_t length = lseek(fd, 0, SEEK_END);
	off_t from = length < (off_t)n ? 0 : length - (off_t)n + 1;
	ssize_t got = length < 0 ? 0 : pread(fd, ret, n - 1, from);
	char *line;

	ret[got > 0 ? got : 0] = '\0';
	while (got > 0 && ret[got - 1] == '\n')
		ret[--got] = '\0';
	line = strrchr(ret, '\n');
	if (line)
		memmove(ret, line + 1, strlen(line + 1) + 1);
}

static int run(struct run *run)
{
	int err = memfd_create("said", MFD_CLOEXEC), code;
	pid_t child = err < 0 ? -1 : fork();

	if (child == 0)
		become(run, err);
	code = child < 0 ? -errno : wait_for(child);
	if (err >= 0) {
		read_last_line(err, run->said, sizeof(run->said));
		close(err);
	}
	return code;
}

static int explain(const struct run *run, int code)
{
	const char *program = run->argv[0];

	if (code == CANNOT_START)
		complain(_("%s cannot be started: install it (apt install espeak-ng ffmpeg), or "
			   "name another program with 'say' in the config"),
			 program);
	else if (code == -ETIMEDOUT)
		complain(_("%s took longer than %d s and was ended: give it less text"), program,
			 SPEAK_SECONDS);
	else
		complain(_("%s failed (%s): see 'say' in the config"), program,
			 run->said[0] ? run->said
			 : code < 0   ? words_error(-code)
				      : _("it does not say why"));
	return EXIT_NO;
}

/* Runs it from the beginning of 'in'. */
static int run_well(struct run *program)
{
	int code = lseek(program->in, 0, SEEK_SET) < 0 ? -errno : run(program);

	return code == 0 ? EXIT_DONE : explain(program, code);
}

/* The command's name, without its folders, is who spoke. */
static bool put_mark(int fd, const char *program)
{
	const char *name = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;
	char tag[ID3_BYTES] = "TAG", comment[ID3_ROOM + 1];

	snprintf(comment, sizeof(comment), CLIP_FILE_DRAFT "%s", name);
	memcpy(tag + ID3_COMMENT, comment, strlen(comment));
	tag[ID3_BYTES - 1] = (char)0xff; /* no genre */
	return lseek(fd, 0, SEEK_END) > 0 && whole_write(fd, tag, sizeof(tag)) == 0 &&
	       lseek(fd, 0, SEEK_SET) == 0;
}

static int speak(const struct settings *settings, const char *spoken, int text, int sound)
{
	const char *argv[SETTINGS_SAY_MAX + 1] = {NULL};
	struct run command = {.argv = argv, .in = text, .out = sound};

	for (size_t i = 0; i < settings->n_say; i++)
		argv[i] = strcmp(settings->say[i], "{text}") == 0 ? spoken : settings->say[i];
	if (whole_write(text, spoken, strlen(spoken)) < 0 || whole_write(text, "\n", 1) < 0) {
		complain(_("the text cannot be kept (%s)"), words_error(errno));
		return EXIT_NO;
	}
	return run_well(&command);
}

/* Through their names, so that the length can be written at the head afterwards. */
static int encode(int sound, int mp3)
{
	static const char *const argv[] = {LIBRARY_CONVERTER,
					   "-nostdin",
					   "-hide_banner",
					   "-v",
					   "error",
					   "-i",
					   "/proc/self/fd/0",
					   "-ac",
					   "1",
					   "-c:a",
					   "libmp3lame",
					   "-b:a",
					   "64k",
					   "-map_metadata",
					   "-1",
					   "-fflags",
					   "+bitexact",
					   "-flags:a",
					   "+bitexact",
					   "-id3v2_version",
					   "0",
					   "-f",
					   "mp3",
					   "-y",
					   "/proc/self/fd/1",
					   NULL};
	struct run program = {.argv = argv, .in = sound, .out = mp3};

	return run_well(&program);
}

int speak_words(const struct settings *settings, const char *text, char **ret)
{
	const char *entries[SETTINGS_SAY_AS_MAX];
	struct spoken_own own = {settings->n_say_as, entries};

	for (size_t i = 0; i < own.n; i++)
		entries[i] = settings->say_as[i];
	return spoken_text(text, &own, ret);
}

int speak_draft(const struct settings *settings, const char *spoken, int *ret_fd)
{
	int text = memfd_create("text", MFD_CLOEXEC), sound = memfd_create("sound", MFD_CLOEXEC);
	int mp3 = memfd_create("draft", MFD_CLOEXEC), r = EXIT_NO;

	if (text < 0 || sound < 0 || mp3 < 0)
		complain(_("the text cannot be kept (%s)"), words_error(errno));
	else
		r = speak(settings, spoken, text, sound);
	if (r == EXIT_DONE)
		r = encode(sound, mp3);
	if (r == EXIT_DONE && !put_mark(mp3, settings->say[0])) {
		complain(_("%s made no sound of the text: see 'say' in the config"),
			 settings->say[0]);
		r = EXIT_NO;
	}
	if (text >= 0)
		close(text);
	if (sound >= 0)
		close(sound);
	if (r == EXIT_DONE)
		*ret_fd = mp3;
	else if (mp3 >= 0)
		close(mp3);
	return r;
}
