/* SPDX-License-Identifier: MIT */
/*
 * Starting a child and hearing what it found. The child is our own program, started anew rather
 * than forked: it holds nothing of the station's memory, descriptors or signals. It gets the
 * recording as fd 3, a pipe as fd 4 and, where it may convert, an empty file as fd 5.
 */
#include "library_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sanitizers reserve terabytes of addresses and start threads at the end: no limit, no leak check. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHILD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHILD_SANITIZED 1
#endif
#endif
#ifdef CHILD_SANITIZED
#define CHILD_MEMORY	0UL
#define CHILD_SANITIZER "ASAN_OPTIONS=detect_leaks=0"
#else
#define CHILD_MEMORY	(512UL << 20)
#define CHILD_SANITIZER ""
#endif

/* Descriptors are moved up here first, so that putting one at 3 cannot overwrite the other. */
#define CHILD_FD_FREE 10

/* What the child gets; -1: it does not. */
struct ends {
	int file, pipe, converted;
};

static void write_environment(const struct library *library, bool convert, char *ret, size_t n)
{
	const struct chain_settings *settings = &library->settings;

	snprintf(ret, n, LIBRARY_ENVIRONMENT "=%lu %u %u %a %a %a %s", CHILD_MEMORY,
		 settings->format.rate_hz, settings->format.channels, settings->target_lufs,
		 settings->ceiling_dbtp, settings->highpass_hz, convert ? library->converter : "");
}

static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	if (error == 0)
		error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
								     POSIX_SPAWN_SETSIGDEF |
								     POSIX_SPAWN_SETPGROUP);
	return error;
}

/* The decoder prints to stderr whatever it is told: that goes nowhere. */
static int set_files(posix_spawn_file_actions_t *files, const struct ends *ends)
{
	int error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);

	if (error == 0)
		error = posix_spawn_file_actions_addopen(files, 1, "/dev/null", O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(files, 1, 2);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(files, ends->file, LIBRARY_CHILD_FILE);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(files, ends->pipe, LIBRARY_CHILD_PIPE);
	if (error == 0 && ends->converted >= 0)
		error = posix_spawn_file_actions_adddup2(files, ends->converted,
							 LIBRARY_CHILD_CONVERTED);
	return error;
}

static int spawn(const struct library *library, const struct ends *ends, pid_t *ret)
{
	char name[] = "loaphuong", option[] = LIBRARY_CHILD, sanitizer[] = CHILD_SANITIZER;
	char settings[LIMIT_PATH + 256];
	char *argv[] = {name, option, NULL};
	char *environment[] = {settings, *sanitizer ? sanitizer : NULL, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error;

	write_environment(library, ends->converted >= 0, settings, sizeof(settings));
	error = posix_spawn_file_actions_init(&files);
	if (error != 0)
		return -error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_attributes(&attributes);
		if (error == 0)
			error = set_files(&files, ends);
		if (error == 0)
			error = posix_spawn(ret, library->program, &files, &attributes, argv,
					    environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return -error;
}

static int move_up(int fd, int *ret)
{
	*ret = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, CHILD_FD_FREE);
	return fd >= 0 && *ret < 0 ? -errno : 0;
}

static int spawn_high(const struct library *library, int pipe, pid_t *ret)
{
	struct ends high = {-1, -1, -1};
	int error = move_up(library->file, &high.file);

	if (error == 0)
		error = move_up(pipe, &high.pipe);
	if (error == 0)
		error = move_up(library->converted, &high.converted);
	if (error == 0)
		error = spawn(library, &high, ret);
	if (high.file >= 0)
		close(high.file);
	if (high.pipe >= 0)
		close(high.pipe);
	if (high.converted >= 0)
		close(high.converted);
	return error;
}

static int watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* One fd to wait on: the answer, the child's end, or the end of patience. */
static int make_watch(struct child *child)
{
	struct itimerspec patience = {.it_value.tv_sec = LIBRARY_CHILD_WALL_S};
	int error;

	child->epoll = epoll_create1(EPOLL_CLOEXEC);
	child->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (child->epoll < 0 || child->timer < 0 ||
	    timerfd_settime(child->timer, 0, &patience, NULL) < 0)
		return -errno;
	error = watch(child->epoll, child->pipe);
	return error < 0 ? error : watch(child->epoll, child->timer);
}

static void close_all(struct child *child)
{
	if (child->pipe >= 0)
		close(child->pipe);
	if (child->timer >= 0)
		close(child->timer);
	if (child->epoll >= 0)
		close(child->epoll);
	child->pipe = child->timer = child->epoll = -1;
}

int child_start(const struct library *library, struct child *ret)
{
	struct child child = {.pipe = -1, .timer = -1, .epoll = -1};
	int ends[2];
	int error;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	child.pipe = ends[0];
	error = make_watch(&child);
	if (error == 0)
		error = spawn_high(library, ends[1], &child.pid);
	close(ends[1]);
	if (error < 0) {
		close_all(&child);
		return error;
	}
	*ret = child;
	return 0;
}

static bool plausible_level(double db)
{
	return db >= -200.0 && db <= 20.0;
}

static bool plausible_part(const struct finding *finding)
{
	const int64_t most_us = LIMIT_CLIP_SECONDS * INT64_C(1000000);

	return finding->frames > 0 &&
	       finding->frames <= (int64_t)LIMIT_CLIP_SECONDS * finding->rate_hz &&
	       finding->skip_frames >= 0 && finding->air_frames > 0 &&
	       finding->skip_frames <= finding->frames - finding->air_frames &&
	       finding->gap_at_us >= 0 && finding->gap_us >= 0 && finding->gap_at_us <= most_us &&
	       finding->gap_us <= most_us;
}

/* The child may have been taken over by the file it read: nothing it says is used unchecked. */
static bool plausible(const struct finding *finding)
{
	if (finding->magic != FINDING_MAGIC || finding->kind > FINDING_IO)
		return false;
	if (finding->kind == FINDING_REFUSED)
		return library_refusal_known(finding->code, sizeof(finding->code));
	if (finding->kind != FINDING_GOOD)
		return true;
	return finding->rate_hz >= PCM_RATE_MIN && finding->rate_hz <= PCM_RATE_MAX &&
	       finding->channels >= 1 && finding->channels <= PCM_CHANNELS_MAX &&
	       plausible_part(finding) && plausible_level(finding->lufs) &&
	       plausible_level(finding->peak_dbtp) && finding->gain_db >= -100.0 &&
	       finding->gain_db <= CHAIN_BOOST_MAX_DB + 0.01 &&
	       plausible_level(finding->out_lufs) && plausible_level(finding->out_peak_dbtp) &&
	       finding->clipped >= 0 && finding->clipped <= 1 && finding->noise_db >= 0 &&
	       finding->noise_db <= 200;
}

bool child_end(struct child *child, struct finding *ret)
{
	struct finding finding;
	bool heard = read(child->pipe, &finding, sizeof(finding)) == sizeof(finding);

	kill(-child->pid, SIGKILL); /* its converter, too */
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close_all(child);
	if (!heard || !plausible(&finding))
		return false;
	if (ret)
		*ret = finding;
	return true;
}
