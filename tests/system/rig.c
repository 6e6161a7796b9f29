/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "civil.h"

void rig_breathe(void)
{
	const struct timespec pause = {.tv_nsec = 20000000};

	nanosleep(&pause, NULL);
}

int64_t rig_mono_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void rig_write(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

void rig_write_config(struct rig *rig, const char *more)
{
	char text[16384];
	int n = snprintf(text, sizeof(text),
			 "station { name = \"Thử\" timezone = \"Asia/Ho_Chi_Minh\" language = "
			 "\"en\" }\n%s\n",
			 more);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	rig_write(rig->config, text, (size_t)n);
}

static void open_notify(struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	rig->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", rig->notify);
	assert_int_equal(bind(rig->notify_fd, (struct sockaddr *)&address, sizeof(address)), 0);
}

void rig_new(struct rig *rig, const char *more)
{
	char path[128];

	memset(rig, 0, sizeof(*rig));
	rig->program = LOA_SERVICE;
	snprintf(rig->folder, sizeof(rig->folder), "/tmp/loa-system-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->config, sizeof(rig->config), "%s/loaphuong.conf", rig->folder);
	snprintf(rig->state, sizeof(rig->state), "%s/state", rig->folder);
	snprintf(rig->runtime, sizeof(rig->runtime), "%s/run", rig->folder);
	snprintf(rig->wav, sizeof(rig->wav), "%s/out.wav", rig->folder);
	snprintf(rig->said, sizeof(rig->said), "%s/said", rig->folder);
	snprintf(rig->notify, sizeof(rig->notify), "%s/notify", rig->folder);
	snprintf(rig->sink, sizeof(rig->sink), "null");
	snprintf(rig->lines, sizeof(rig->lines), "none");
	snprintf(rig->clock, sizeof(rig->clock), "system");
	assert_int_equal(mkdir(rig->state, 0755), 0);
	snprintf(path, sizeof(path), "%s/clips", rig->state);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/campaigns", rig->state);
	assert_int_equal(mkdir(path, 0755), 0);
	rig_write_config(rig, more);
	open_notify(rig);
}

static void remove_tree(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char below[512];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (unlink(below) < 0)
			remove_tree(below);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

void rig_free(struct rig *rig)
{
	if (rig->pid)
		rig_end(rig, SIGKILL);
	if (rig->notify_fd > 0)
		close(rig->notify_fd);
	if (getenv("RIG_KEEP"))
		print_message("kept: %s\n", rig->folder);
	else
		remove_tree(rig->folder);
}

/* What the first start pretended, moved on by the time since. */
static char *move_on(struct rig *rig, const char *pretend, char *text, size_t n)
{
	const struct zone utc = {.n_changes = 1, .changes = &(struct zone_change){0, 0}};

	if (!rig->begin_us && pretend) {
		assert_int_equal(civil_parse_instant(pretend, NULL, &rig->begin_us), 0);
		rig->begin_mono_us = rig_mono_us();
	}
	if (!rig->begin_us)
		return NULL;
	civil_print_instant(text, n, &utc, rig->begin_us + rig_mono_us() - rig->begin_mono_us, 3);
	return text;
}

/*
 * In the child nothing but system calls: a thread of the test may be in the middle of malloc() while
 * it forks, and its lock is then held for ever.
 */
static void become(const struct rig *rig, char *const arguments[])
{
	int said = open(rig->said, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no station behind */
	dup2(said, STDERR_FILENO);
	dup2(said, STDOUT_FILENO);
	execv(arguments[0], arguments);
	_exit(127);
}

static void fork_service(struct rig *rig, const char *pretend)
{
	char text[64], sink[160], lines[160], clock[160];
	char *instant = move_on(rig, pretend, text, sizeof(text));
	char *const arguments[] = {(char *)rig->program,
				   "-c",
				   rig->config,
				   "--state",
				   rig->state,
				   "--runtime",
				   rig->runtime,
				   sink,
				   lines,
				   clock,
				   instant ? "--pretend-now" : NULL,
				   instant,
				   NULL};

	assert_int_equal(rig->pid, 0);
	snprintf(sink, sizeof(sink), "--sink=%s", rig->sink);
	snprintf(lines, sizeof(lines), "--lines=%s", rig->lines);
	snprintf(clock, sizeof(clock), "--clock=%s", rig->clock);
	setenv("LANGUAGE", "en", 1);
	setenv("NOTIFY_SOCKET", rig->notify, 1);
	setenv("LOAPHUONG_SHARE", LOA_SOURCE_DIR "/config", 1);
	fflush(NULL);
	rig->pid = fork();
	assert_true(rig->pid >= 0);
	if (rig->pid == 0)
		become(rig, arguments);
}

void rig_show_said(const struct rig *rig)
{
	char line[512];
	FILE *file = fopen(rig->said, "re");
	siginfo_t ended = {0};

	if (rig->pid && waitid(P_PID, (id_t)rig->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    ended.si_pid)
		print_error("  the service is gone: %s %d\n",
			    ended.si_code == CLD_EXITED ? "exit" : "signal", ended.si_status);

	while (file && fgets(line, sizeof(line), file))
		print_error("  service: %s", line);
	if (file)
		fclose(file);
}

/* The next message to systemd that is there: has it that text? */
static bool is_told(struct rig *rig, const char *wanted)
{
	char text[512];
	ssize_t n = recv(rig->notify_fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	return strstr(text, wanted) != NULL;
}

static bool is_ready(struct rig *rig)
{
	return is_told(rig, "READY=1");
}

void rig_until_told(struct rig *rig, const char *text)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	while (!is_told(rig, text)) {
		struct pollfd told = {.fd = rig->notify_fd, .events = POLLIN};

		poll(&told, 1, 100);
		if (rig_mono_us() > deadline_us) {
			rig_show_said(rig);
			fail_msg("the service never said %s", text);
		}
	}
}

int rig_begin(struct rig *rig, const char *pretend, bool (*also)(struct rig *rig))
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;
	int status;

	fork_service(rig, pretend);
	while (!is_ready(rig) && (!also || !also(rig))) {
		struct pollfd ready = {.fd = rig->notify_fd, .events = POLLIN};

		poll(&ready, 1, 100);
		if (waitpid(rig->pid, &status, WNOHANG) == rig->pid) {
			rig->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
		}
		if (rig_mono_us() > deadline_us)
			return -ETIMEDOUT;
	}
	return 0;
}

void rig_start(struct rig *rig, const char *pretend)
{
	int code = rig_begin(rig, pretend, NULL);

	if (rig->pid && code == 0)
		return;
	rig_show_said(rig);
	fail_msg("the service did not start: %d", code);
}

static int wait_end(struct rig *rig)
{
	int status = 0;

	assert_int_equal(waitpid(rig->pid, &status, 0), rig->pid);
	rig->pid = 0;
	while (is_ready(rig)) /* what it said last is not of the next start */
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int rig_start_refused(struct rig *rig)
{
	fork_service(rig, NULL);
	return wait_end(rig);
}

int rig_end(struct rig *rig, int signal)
{
	int code;

	assert_int_not_equal(rig->pid, 0);
	kill(rig->pid, signal);
	code = wait_end(rig);
	if (code != 0 && code != -signal)
		rig_show_said(rig);
	return code;
}

bool rig_said(const struct rig *rig, const char *text)
{
	static char all[65536];
	FILE *file = fopen(rig->said, "re");
	size_t n = file ? fread(all, 1, sizeof(all) - 1, file) : 0;

	if (file)
		fclose(file);
	all[n] = '\0';
	return strstr(all, text) != NULL;
}
