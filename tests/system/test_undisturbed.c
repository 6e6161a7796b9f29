/* SPDX-License-Identifier: MIT */
/*
 * A broadcast in which everything goes wrong that is no sound card: the disk stalls for 20 s, every
 * core is busy with something else, fifty clients hammer the control socket and some never read, and
 * the config is read again. What the card consumed is, sample for sample, what it consumes in peace.
 */
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

#define CROWD	  50
#define DEAF	  10 /* of them: ask and never read */
#define HOGS_MAX  64
#define STALL_S	  20
#define SOUND_MAX (30 * 48000)

static const char programme[] =
	"airtime { allow = {\"00:00-24:00\"} }\n"
	"audio { pre-roll = \"50ms\" }\n"
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"
	"  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\", \"hai\", \"ba\", \"bon\", \"nam\"} "
	"}\n"
	"%s}\n";
static const char more[] = "  broadcast \"c\" { at = {\"17:00\"} play = {\"mot\"} }\n";

/* One broadcast on the card, and what came of it. */
struct run {
	struct rig rig;
	char sound[96], slow[96];
	int16_t *samples;
	size_t n;
	int64_t stalled_us; /* when the disk stopped */
	long long error_us, xruns;
};

static void write_config(struct rig *rig, const char *rest)
{
	char text[2048];

	snprintf(text, sizeof(text), programme, rest);
	rig_write_config(rig, text);
}

static void use_card(struct run *run)
{
	char service[] = LOA_SERVICE, config[512];

	snprintf(run->rig.sink, sizeof(run->rig.sink), "alsa");
	snprintf(run->sound, sizeof(run->sound), "%s/sound", run->rig.folder);
	snprintf(config, sizeof(config), "%s/tests/pcm/asound.conf", dirname(service));
	setenv("ALSA_CONFIG_PATH", config, 1);
	setenv("LOA_PACE_FILE", run->sound, 1);
	setenv("LOA_PACE_RATE", "48000", 1);
	setenv("LOA_PACE_CHANNELS", "1", 1);
	setenv("LOA_PACE_FORMAT", "S16_LE", 1);
}

/* The service's fsync() stands still while this file is young. */
static void use_slow_disk(struct run *run)
{
	const char *options = getenv("ASAN_OPTIONS");
	char service[] = LOA_SERVICE, path[512], text[512];

	snprintf(run->slow, sizeof(run->slow), "%s/slow", run->rig.folder);
	snprintf(path, sizeof(path), "%s/tests/fake/libslow_disk.so", dirname(service));
	assert_int_equal(access(path, R_OK), 0);
	snprintf(text, sizeof(text), "%s:verify_asan_link_order=0", options ? options : "");
	setenv("ASAN_OPTIONS", text, 1);
	setenv("LD_PRELOAD", path, 1);
	setenv("LOA_SLOW_DISK", run->slow, 1);
	snprintf(text, sizeof(text), "%d", STALL_S);
	setenv("LOA_SLOW_DISK_S", text, 1);
}

static void stall_disk(struct run *run)
{
	rig_write(run->slow, "", 0);
	run->stalled_us = rig_mono_us();
}

static void begin(struct run *run)
{
	static const char *const names[] = {"mot", "hai", "ba", "bon", "nam"};

	memset(run, 0, sizeof(*run));
	rig_new(&run->rig, "");
	write_config(&run->rig, "");
	for (unsigned i = 0; i < CHECK_COUNT(names); i++)
		rig_short_clip(&run->rig, names[i], i, 1500 + 100 * i);
	use_card(run);
}

static void read_sound(struct run *run)
{
	FILE *file = fopen(run->sound, "re");

	assert_non_null(file);
	run->samples = malloc(SOUND_MAX * sizeof(*run->samples));
	assert_non_null(run->samples);
	run->n = fread(run->samples, sizeof(*run->samples), SOUND_MAX, file);
	fclose(file);
}

/* Waits for the row, and keeps what the test looks at. */
static void finish(struct run *run)
{
	json_t *rows = rig_until_closed(&run->rig, 1), *row = json_array_get(rows, 0);
	json_t *error = rig_at(row, "start_error_us");

	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_int_equal(json_array_size(rig_at(row, "aired")), 5);
	assert_true(json_is_integer(error));
	run->error_us = json_integer_value(error);
	run->xruns = json_integer_value(rig_at(row, "xruns"));
	json_decref(rows);
	read_sound(run);
}

static void end(struct run *run)
{
	rig_free(&run->rig);
	free(run->samples);
}

static pid_t fork_helper(void)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static pid_t hog(void)
{
	pid_t pid = fork_helper();
	volatile unsigned turns = 0;

	while (pid == 0)
		turns++;
	return pid;
}

static int visit(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		_exit(1);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

/* Asks for status without end on every line; what comes back to the last of them is never read. */
static pid_t crowd(const struct rig *rig)
{
	static const char question[] = "{\"do\":\"status\"}\n";
	char path[128], answer[65536];
	struct pollfd fds[CROWD];
	pid_t pid = fork_helper();

	if (pid != 0)
		return pid;
	snprintf(path, sizeof(path), "%s/control.sock", rig->runtime);
	for (size_t i = 0; i < CROWD; i++)
		fds[i] = (struct pollfd){.fd = visit(path), .events = POLLIN | POLLOUT};
	for (;;) {
		poll(fds, CROWD, -1);
		for (size_t i = 0; i < CROWD; i++) {
			bool asks = send(fds[i].fd, question, sizeof(question) - 1,
					 MSG_NOSIGNAL | MSG_DONTWAIT) > 0;

			if (i < CROWD - DEAF)
				asks |= recv(fds[i].fd, answer, sizeof(answer), MSG_DONTWAIT) > 0;
			if (!asks && (fds[i].revents & (POLLHUP | POLLERR))) {
				close(fds[i].fd); /* thrown out: comes back at once */
				fds[i].fd = visit(path);
			}
		}
	}
}

static void stop_helper(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The item of that position is on air, or one behind it: many ask, and the answer may take its time. */
static void until_item(struct run *run, json_int_t position)
{
	bool there = false;

	while (!there) {
		json_t *status = rig_until(&run->rig, "on_air", true);

		there = json_integer_value(rig_at(status, "on_air.position")) >= position;
		json_decref(status);
		if (!there)
			rig_breathe();
	}
}

static bool is_real_time(struct run *run)
{
	json_t *status = rig_ask(&run->rig, "{\"do\":\"status\"}");
	bool real_time = json_is_true(rig_at(status, "status.device.realtime"));

	json_decref(status);
	return real_time;
}

static void calm(struct run *run)
{
	begin(run);
	rig_start(&run->rig, "2024-06-01T05:44:57+07:00");
	finish(run);
}

static void disturbed(struct run *run)
{
	long n_hogs = sysconf(_SC_NPROCESSORS_ONLN);
	pid_t hogs[HOGS_MAX], people;

	n_hogs = n_hogs < HOGS_MAX ? n_hogs : HOGS_MAX;
	begin(run);
	use_slow_disk(run);
	rig_start(&run->rig, "2024-06-01T05:44:57+07:00");
	for (long i = 0; i < n_hogs; i++)
		hogs[i] = hog();
	people = crowd(&run->rig);
	until_item(run, 0);
	stall_disk(run);
	until_item(run, 1);
	write_config(&run->rig, more);
	rig_do(&run->rig, "{\"do\":\"reload\"}");
	until_item(run, 2);
	rig_do(&run->rig, "{\"do\":\"volume\",\"db\":0}");
	print_message("%ld hogs at nice 0; real-time priority: %s\n", n_hogs,
		      is_real_time(run) ? "yes" : "refused, the buffer has to do");
	until_item(run, 4);
	stop_helper(people);
	for (long i = 0; i < n_hogs; i++)
		stop_helper(hogs[i]);
	finish(run);
}

static size_t onset(const struct run *run)
{
	size_t at = 0;

	while (at < run->n && run->samples[at] == 0)
		at++;
	return at;
}

static size_t last(const struct run *run)
{
	size_t n = run->n;

	while (n > 0 && run->samples[n - 1] == 0)
		n--;
	return n;
}

static void nothing_is_heard_of_it(void **state)
{
	static struct run peace, war;

	(void)state;
	calm(&peace);
	disturbed(&war);
	print_message("start error: %lld us in peace, %lld us disturbed\n", peace.error_us,
		      war.error_us);
	/* the disk did stand still: the row could not be closed before */
	assert_true(rig_mono_us() - war.stalled_us > (STALL_S - 2) * INT64_C(1000000));
	assert_int_equal(peace.xruns, 0);
	assert_int_equal(war.xruns, 0);
	assert_true(last(&peace) > 7 * 48000);
	assert_int_equal(onset(&war), onset(&peace));
	assert_int_equal(last(&war), last(&peace));
	assert_memory_equal(war.samples, peace.samples, last(&peace) * sizeof(*peace.samples));
	end(&peace);
	end(&war);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_heard_of_it),
	};

	setpriority(PRIO_PROCESS, 0, 0); /* no better than what disturbs it */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
