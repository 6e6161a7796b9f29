/* SPDX-License-Identifier: MIT */
/*
 * guest - the program inside the board that does what the test on the host asks.
 *
 *   guest serve PORT    takes commands from a virtio port for ever
 *   guest until MS      sleeps until that instant (milliseconds since 1970 by the board's clock)
 *   guest pair          prints CLOCK_MONOTONIC and CLOCK_REALTIME of one moment, nanoseconds
 *   guest step MS [AT]  moves the clock by that, at once or at an instant (milliseconds since 1970), and
 *                       tells the kernel that the time is right
 *   guest start PROGRAM WORD...  starts a service as systemd would, prints its pid once it says that
 *                       it is ready
 *   guest synchronized  tells the kernel what an NTP service would: the time is right
 *
 * The board runs in virtual time: while its processor idles, time leaps to the next timer. So that
 * it does not run away while the host thinks or a disk is slow, this program is busy all the time,
 * but for commands that say that they rest: those that wait for a time to come.
 *
 * A command is "NUMBER BYTES RESTS\n" and that many bytes of shell; the reply "NUMBER STATUS
 * BYTES\n" and what it printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT "/tmp/guest.out"

/* Busy until there is a byte. */
static void take(int port, char *bytes, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = read(port, bytes + done, n - done);

		if (got > 0)
			done += (size_t)got;
		else if (got < 0 && errno != EAGAIN && errno != EINTR)
			exit(1);
	}
}

static void give(int port, const char *bytes, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t put = write(port, bytes + done, n - done);

		if (put > 0)
			done += (size_t)put;
		else if (put < 0 && errno != EAGAIN && errno != EINTR)
			exit(1);
	}
}

static void take_line(int port, char *line, size_t n)
{
	size_t used = 0;

	do
		take(port, line + used, 1);
	while (line[used] != '\n' && ++used < n - 1);
	line[used] = '\0';
}

static int run(char *shell, bool rests)
{
	int status = 0, out;
	pid_t child;

	unlink(OUTPUT);
	out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	child = fork();
	if (child == 0) {
		setpriority(PRIO_PROCESS, 0, 0);
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", shell, NULL);
		_exit(127);
	}
	close(out);
	while (waitpid(child, &status, rests ? 0 : WNOHANG) <= 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void reply(int port, unsigned long number, int status)
{
	int file = open(OUTPUT, O_RDONLY | O_CLOEXEC);
	off_t length = file < 0 ? 0 : lseek(file, 0, SEEK_END);
	char head[64], bytes[4096];

	give(port, head, (size_t)sprintf(head, "%lu %d %ld\n", number, status, (long)length));
	for (off_t at = 0; at < length;) {
		ssize_t got = pread(file, bytes, sizeof(bytes), at);

		if (got <= 0)
			exit(1);
		give(port, bytes, (size_t)got);
		at += got;
	}
	if (file >= 0)
		close(file);
}

static int serve(const char *path)
{
	int port = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (port < 0)
		return 1;
	/* Whatever else wants to run goes first. */
	setpriority(PRIO_PROCESS, 0, 19);
	give(port, "board\n", 6);
	for (;;) {
		unsigned long number, n, rests;
		char line[64], *shell;

		take_line(port, line, sizeof(line));
		if (sscanf(line, "%lu %lu %lu", &number, &n, &rests) != 3)
			return 1;
		shell = calloc(1, n + 1);
		take(port, shell, n);
		reply(port, number, run(shell, rests));
		free(shell);
	}
}

static int open_notify(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int wire = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	if (bind(wire, (struct sockaddr *)&address, sizeof(address)) < 0)
		exit(1);
	return wire;
}

/* What the service prints goes where the caller's errors go, and stays open after this. */
static int start(char **words)
{
	int wire = open_notify("/tmp/notify");
	char text[512] = "";
	pid_t child = fork();

	if (child == 0) {
		setenv("NOTIFY_SOCKET", "/tmp/notify", 1);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(words[0], words);
		_exit(127);
	}
	while (!strstr(text, "READY=1")) {
		struct pollfd said = {.fd = wire, .events = POLLIN};
		ssize_t n = poll(&said, 1, 200) > 0 ? recv(wire, text, sizeof(text) - 1, 0) : 0;

		text[n > 0 ? n : 0] = '\0';
		if (waitpid(child, NULL, WNOHANG) != 0)
			return 1;
	}
	return printf("%d\n", (int)child) < 0;
}

static int until(const char *text)
{
	int64_t ms = strtoll(text, NULL, 10);
	struct timespec at = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL);
}

static int pair(void)
{
	struct timespec mono, real;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	return printf("%lld%09ld %lld%09ld\n", (long long)mono.tv_sec, mono.tv_nsec,
		      (long long)real.tv_sec, real.tv_nsec) < 0;
}

/* In one call, as systemd-timesyncd does it: by itself a step makes the kernel call the time not synchronised. */
static int step(const char *text)
{
	int64_t us = strtoll(text, NULL, 10) * 1000;
	int64_t s = us / 1000000 - (us % 1000000 < 0);
	struct timex change = {.modes = ADJ_SETOFFSET | ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR,
			       .status = STA_PLL,
			       .maxerror = 1000,
			       .esterror = 1000,
			       .time = {.tv_sec = s}};

	change.time.tv_usec = us - s * 1000000;
	return adjtimex(&change) < 0;
}

static int synchronized(void)
{
	struct timex change = {.modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR,
			       .status = STA_PLL,
			       .maxerror = 1000,
			       .esterror = 1000};

	return adjtimex(&change) < 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 3 && strcmp(verb, "serve") == 0)
		return serve(argv[2]);
	if (argc == 3 && strcmp(verb, "until") == 0)
		return until(argv[2]);
	if (argc == 4 && strcmp(verb, "step") == 0 && until(argv[3]) != 0)
		return 1;
	if ((argc == 3 || argc == 4) && strcmp(verb, "step") == 0)
		return step(argv[2]);
	if (argc >= 3 && strcmp(verb, "start") == 0)
		return start(argv + 2);
	if (argc == 2 && strcmp(verb, "pair") == 0)
		return pair();
	if (argc == 2 && strcmp(verb, "synchronized") == 0)
		return synchronized();
	fprintf(stderr,
		"guest: serve PORT, until MS, step MS [AT], start PROGRAM, pair or synchronized\n");
	return 2;
}
