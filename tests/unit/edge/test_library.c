/* SPDX-License-Identifier: MIT */
/* The children of these tests are this program itself: see main(). */
#include "library.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "check.h"
#include "folder.h"
#include "recordings.h"

static void a_good_recording_is_measured_and_placed(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result result = import(library, "tone.mp3", "gọi-111");
	struct plan_recording recording;
	uint8_t sha256[32];
	size_t n, n_file;
	void *bytes;
	char *file;

	assert_int_equal(result.verdict, LIBRARY_ACCEPTED);
	assert_string_equal(result.code, "");
	assert_string_equal(result.clip.name, "gọi-111");
	assert_string_equal(result.clip.title, "Tiêu đề");
	assert_string_equal(result.clip.added_by, "Chị Lan");
	assert_int_equal(result.clip.added_us, RECORDINGS_NOW_US);
	assert_int_equal(result.clip.rate_hz, 22050);
	assert_int_equal(result.clip.channels, 1);
	assert_int_equal(result.clip.frames, 22050);
	assert_true(result.clip.lufs > -20 && result.clip.lufs < -10);
	assert_true(result.clip.out_lufs > -17 && result.clip.out_lufs < -15);
	assert_false(result.quiet);
	assert_string_equal(result.same_as, "");
	library_recording(library_find(library, "gọi-111"), &recording);
	assert_true(recording.present);
	assert_int_equal(recording.length_us, 1000000);
	assert_int_equal(library_load(library, "gọi-111", &bytes, &n), 0);
	file = folder_read(folder, "clips/gọi-111.mp3", &n_file);
	assert_int_equal(n, n_file);
	assert_memory_equal(bytes, file, n);
	crypto_hash_sha256(sha256, bytes, n);
	assert_memory_equal(sha256, result.clip.sha256, sizeof(sha256));
	assert_int_equal(count_files(folder), 1);
	free(file);
	free(bytes);
	library_free(library);
}

static const struct {
	int line;
	const char *name;
	bool ok;
} names[] = {
	{ROW, "goi-111", true},
	{ROW, "Gọi 111", true},
	{ROW, "khẩu-hiệu.01", true},
	{ROW, "a", true},
	{ROW, "", false},
	{ROW, ".an", false},
	{ROW, "..", false},
	{ROW, "-rf", false},
	{ROW, "a/b", false},
	{ROW, "a\nb", false},
	{ROW,
	 "a\x7f"
	 "b",
	 false},
	{ROW,
	 "a\xc2\x9b"
	 "b",
	 false}, /* CSI: terminals obey it */
	{ROW, "a\xff", false},
	{ROW, "a\xc3", false},	       /* cut off */
	{ROW, "a\xc0\xaf", false},     /* '/' in too many bytes */
	{ROW, "a\xed\xa0\x80", false}, /* half of a pair */
	{ROW, "a\xf4\x90\x80\x80", false},
	{ROW, "a\xf0\x9f\x94\x94", true},
	{ROW, "123456789012345678901234567890123456789012345678901234567890123", true},
	{ROW, "1234567890123456789012345678901234567890123456789012345678901234", false},
};

static void a_name_must_do_as_a_file(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	size_t i;

	for (i = 0; i < CHECK_COUNT(names); i++)
		check_row_int(names[i].line, library_name_ok(names[i].name), names[i].ok);
	assert_string_equal(import(library, "tone.mp3", "../station").code, "bad-name");
	assert_int_equal(count_files(folder), 0);
	library_free(library);
}

static void what_is_no_honest_recording_is_refused(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	static const char text[] = "#!/bin/sh\nrm -rf /\n";
	struct library_result result;
	char *path = folder_file(folder, "text");
	int fd;

	assert_string_equal(import(library, "silent.mp3", "im").code, "silent");
	folder_write(folder, "text", text, sizeof(text));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(library_import(library, fd, "chu", NULL, NULL, RECORDINGS_NOW_US, &result),
			 0);
	assert_int_equal(result.verdict, LIBRARY_REFUSED);
	assert_string_equal(result.code, "not-audio");
	close(fd);
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_int_equal(library_import(library, fd, "elf", NULL, NULL, RECORDINGS_NOW_US, &result),
			 0);
	assert_int_equal(result.verdict, LIBRARY_REFUSED);
	close(fd);
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert_int_equal(
		library_import(library, fd, "khong", NULL, NULL, RECORDINGS_NOW_US, &result), 0);
	assert_string_equal(result.code, "too-large");
	close(fd);
	fd = open("/", O_RDONLY | O_CLOEXEC);
	assert_int_equal(
		library_import(library, fd, "thu-muc", NULL, NULL, RECORDINGS_NOW_US, &result), 0);
	assert_int_equal(result.verdict, LIBRARY_IO);
	assert_int_equal(result.error, -EISDIR);
	close(fd);
	assert_int_equal(library_count(library), 0);
	assert_int_equal(count_files(folder), 0);
	free(path);
	library_free(library);
}

static void a_quiet_recording_is_taken_with_a_warning(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result result = import(library, "faint.mp3", "nho");

	assert_int_equal(result.verdict, LIBRARY_ACCEPTED);
	assert_true(result.quiet);
	assert_false(result.noisy);
	/* As quiet, but with no pause in which it is quieter still: a hum, or noise. */
	result = import(library, "quiet.mp3", "on");
	assert_int_equal(result.verdict, LIBRARY_REFUSED);
	assert_string_equal(result.code, "too-quiet");
	library_free(library);
}

/* Two seconds of silence, one of sound, one and a half of silence: half a second of each is kept. */
static void silence_at_the_ends_is_not_played(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result result = import(library, "ends.mp3", "hai-dau");
	struct plan_recording recording;

	assert_int_equal(result.verdict, LIBRARY_ACCEPTED);
	assert_int_equal(result.clip.frames, 9 * 22050 / 2);
	assert_in_range(result.clip.skip_frames, 3 * 22050 / 2 - 1200, 3 * 22050 / 2 + 100);
	assert_in_range(result.clip.air_frames, 2 * 22050 - 200, 2 * 22050 + 2400);
	library_recording(&result.clip, &recording);
	assert_int_equal(recording.length_us,
			 pcm_us_of_frames(result.clip.air_frames, result.clip.rate_hz));
	library_free(library);
}

static void the_same_recording_twice_is_told(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);

	assert_string_equal(import(library, "tone.mp3", "mot").same_as, "");
	assert_string_equal(import(library, "tone.mp3", "mot").same_as, "");
	assert_string_equal(import(library, "tone.mp3", "hai").same_as, "mot");
	assert_int_equal(library_count(library), 2);
	library_free(library);
}

static void an_import_takes_the_place_of_the_old_one(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result first = import(library, "tone.mp3", "mot");
	struct library_result second = import(library, "other.mp3", "mot");
	struct library_result third = import(library, "silent.mp3", "mot");
	size_t n;
	void *bytes;

	assert_int_equal(second.verdict, LIBRARY_ACCEPTED);
	assert_memory_not_equal(first.clip.sha256, second.clip.sha256, 32);
	assert_int_equal(third.verdict, LIBRARY_REFUSED);
	assert_int_equal(library_count(library), 1);
	assert_memory_equal(library_find(library, "mot")->sha256, second.clip.sha256, 32);
	assert_int_equal(library_load(library, "mot", &bytes, &n), 0);
	free(bytes);
	assert_int_equal(count_files(folder), 1);
	library_free(library);
}

/* A disk on which no file may grow beyond a page: the import fails, nothing is left. */
static void a_full_disk_leaves_nothing_behind(void **state)
{
	struct folder *folder = *state;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct library *library = open_library(folder);
		struct rlimit full = {1000, 1000};
		struct library_result result;
		int fd = open_fixture("tone.mp3");

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &full);
		if (library_import(library, fd, "mot", NULL, NULL, RECORDINGS_NOW_US, &result) < 0)
			_exit(1);
		_exit(result.verdict == LIBRARY_IO && result.error == -ENOSPC ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(count_files(folder), 0);
}

/* Killed between the copy and the name: there is no clip, and the next start clears up. */
static void a_killed_import_leaves_no_half_clip(void **state)
{
	struct folder *folder = *state;
	struct library *library;
	pid_t pid = fork();
	int status, fd;

	assert_true(pid >= 0);
	if (pid == 0) {
		library = open_library(folder);
		fd = open_fixture("tone.mp3");
		if (library_import_begin(library, fd, "mot", NULL, NULL, RECORDINGS_NOW_US, &fd) <
		    0)
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(count_files(folder), 2); /* as it came, and room for an MP3 of it */
	assert_false(folder_has(folder, "clips/mot.mp3"));
	library = open_library(folder);
	assert_int_equal(count_files(folder), 0);
	assert_int_equal(library_scan(library), 0);
	library_free(library);
}

static void a_library_that_ends_takes_its_child_along(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result result;
	int fd = open_fixture("tone.mp3"), wait_fd;

	assert_int_equal(library_measure_done(library, &result), -ENOENT);
	assert_int_equal(
		library_import_begin(library, fd, "mot", NULL, NULL, RECORDINGS_NOW_US, &wait_fd),
		0);
	assert_int_equal(library_measure_next(library, &wait_fd), -EBUSY);
	assert_int_equal(
		library_import_begin(library, fd, "hai", NULL, NULL, RECORDINGS_NOW_US, &wait_fd),
		-EBUSY);
	close(fd);
	assert_null(library_free(library));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(count_files(folder), 0);
}

/* A child that dies, or tells lies, costs itself: /bin/true never answers. */
static void a_child_that_fails_is_no_clip(void **state)
{
	struct folder *folder = *state;
	struct library_options options = {
		.state_dir = folder->path, .settings = recordings_settings, .program = "/bin/true"};
	struct library_result result;
	struct library *library;
	int fd = open_fixture("tone.mp3");

	assert_int_equal(library_new(&options, &library), 0);
	assert_int_equal(library_import(library, fd, "mot", NULL, NULL, RECORDINGS_NOW_US, &result),
			 0);
	assert_int_equal(result.verdict, LIBRARY_CHILD_FAILED);
	assert_int_equal(count_files(folder), 0);
	drop(folder, "tone.mp3", "hai.mp3", 0);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(library_measure_next(library, &fd), 0);
	assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 30000), 1);
	assert_int_equal(library_measure_done(library, &result), 0);
	assert_int_equal(result.verdict, LIBRARY_CHILD_FAILED);
	assert_int_equal(library_scan(library), 0); /* not again and again */
	library_free(library);
}

/* A child that was taken over can say what it likes: here, as many bytes as a finding has. */
static void a_child_that_lies_is_not_believed(void **state)
{
	struct folder *folder = *state;
	static const char script[] = "#!/bin/sh\nhead -c 184 /bin/sh >&4\n";
	char *program = folder_file(folder, "liar");
	struct library_options options = {
		.state_dir = folder->path, .settings = recordings_settings, .program = program};
	struct library_result result;
	struct library *library;
	int fd = open_fixture("tone.mp3");

	folder_write(folder, "liar", script, sizeof(script) - 1);
	assert_int_equal(chmod(program, 0755), 0);
	assert_int_equal(library_new(&options, &library), 0);
	assert_int_equal(library_import(library, fd, "mot", NULL, NULL, RECORDINGS_NOW_US, &result),
			 0);
	assert_int_equal(result.verdict, LIBRARY_CHILD_FAILED);
	assert_int_equal(count_files(folder), 0);
	close(fd);
	free(program);
	library_free(library);
}

/* What a recording that takes the decoder over finds itself in. */
static int be_the_child(void)
{
	int pipe_ends[2], file = open_fixture("tone.mp3");

	if (pipe(pipe_ends) < 0 || dup2(file, 20) < 0 || dup2(pipe_ends[1], 21) < 0 ||
	    dup2(20, 3) < 0 || dup2(21, 4) < 0)
		return 1;
	setenv("LOA_MEASURE", "0 48000 1 -16 -1 200 ", 1);
	if (library_child_main() != 0)
		return 2;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ||
	    open("/tmp/loaphuong-child", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0)
		return 3;
	if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || socket(AF_INET, SOCK_STREAM, 0) >= 0)
		return 4;
	if (kill(getppid(), 0) == 0)
		return 5;
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0 ? 6 : 0;
}

static void a_child_gives_up_what_it_does_not_need(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(be_the_child());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define LIBRARY_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		LIBRARY_TEST(a_good_recording_is_measured_and_placed),
		LIBRARY_TEST(a_name_must_do_as_a_file),
		LIBRARY_TEST(what_is_no_honest_recording_is_refused),
		LIBRARY_TEST(a_quiet_recording_is_taken_with_a_warning),
		LIBRARY_TEST(silence_at_the_ends_is_not_played),
		LIBRARY_TEST(the_same_recording_twice_is_told),
		LIBRARY_TEST(an_import_takes_the_place_of_the_old_one),
		LIBRARY_TEST(a_full_disk_leaves_nothing_behind),
		LIBRARY_TEST(a_killed_import_leaves_no_half_clip),
		LIBRARY_TEST(a_library_that_ends_takes_its_child_along),
		LIBRARY_TEST(a_child_that_fails_is_no_clip),
		LIBRARY_TEST(a_child_that_lies_is_not_believed),
		LIBRARY_TEST(a_child_gives_up_what_it_does_not_need),
	};

	if (recordings_is_child(argc, argv))
		return library_child_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
