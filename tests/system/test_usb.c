/* SPDX-License-Identifier: MIT */
/*
 * A stick read into the running station by "loaphuong usb import", as the unit does it. The stick is
 * a folder here; a real one, mounted, pulled and found by udev, is on the board (tests/board).
 */
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"
#include "rig_lines.h"

/* With a campaign of its own, so that the state is not seeded. */
#define EVERYTHING                                                                                 \
	"airtime { allow = {\"00:00-24:00\"} }\n"                                                  \
	"campaign \"c\" { from = \"2024-06-01\" until = \"2024-06-02\"\n"                          \
	"broadcast \"b\" { at = {\"23:00\"} play = {\"chao\"} } }\n"
#define START "2024-06-01T05:44:55+07:00"

struct stick {
	struct rig rig;
	char path[96], said[96];
	pid_t reader; /* 0 = none */
};

static void make_folder(const struct stick *stick, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", stick->path, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static struct stick *stick_new(const char *config)
{
	struct stick *stick = calloc(1, sizeof(*stick));

	assert_non_null(stick);
	rig_new(&stick->rig, config);
	snprintf(stick->path, sizeof(stick->path), "%s/stick", stick->rig.folder);
	snprintf(stick->said, sizeof(stick->said), "%s/reader", stick->rig.folder);
	assert_int_equal(mkdir(stick->path, 0755), 0);
	make_folder(stick, "LOAPHUONG");
	rig_short_clip(&stick->rig, "chao", 0, 1000);
	return stick;
}

static void stick_free(struct stick *stick)
{
	if (stick->reader)
		kill(stick->reader, SIGKILL);
	rig_free(&stick->rig);
	free(stick);
}

static char *read_file(const char *path, size_t *ret_n)
{
	FILE *file = fopen(path, "re");
	char *bytes = malloc(1 << 20);

	assert_non_null(file);
	assert_non_null(bytes);
	*ret_n = fread(bytes, 1, (1 << 20) - 1, file);
	bytes[*ret_n] = '\0';
	fclose(file);
	return bytes;
}

/* Below LOAPHUONG; more: bytes behind the last frame, so that two are not the same recording. */
static void put(const struct stick *stick, const char *fixture, const char *name)
{
	char from[512], to[512], *bytes;
	size_t n;

	snprintf(from, sizeof(from), LOA_SOURCE_DIR "/tests/unit/edge/fixtures/%s", fixture);
	snprintf(to, sizeof(to), "%s/LOAPHUONG/%s", stick->path, name);
	bytes = read_file(from, &n);
	rig_write(to, bytes, n);
	free(bytes);
}

static void begin_reading(struct stick *stick, const char *language)
{
	const struct rig *rig = &stick->rig;
	char program[] = LOA_TOOL;

	fflush(NULL);
	stick->reader = fork();
	assert_true(stick->reader >= 0);
	if (stick->reader == 0) {
		int said = open(stick->said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		setenv("LANGUAGE", language, 1);
		dup2(said, STDOUT_FILENO);
		dup2(said, STDERR_FILENO);
		execl(program, program, "usb", "import", stick->path, "-c", rig->config, "--state",
		      rig->state, "--runtime", rig->runtime, NULL);
		_exit(127);
	}
}

static int end_reading(struct stick *stick)
{
	int status;

	assert_int_equal(waitpid(stick->reader, &status, 0), stick->reader);
	stick->reader = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int read_stick(struct stick *stick, const char *language)
{
	begin_reading(stick, language);
	return end_reading(stick);
}

/* What the reader said holds this text. */
static void check_said(const struct stick *stick, const char *text)
{
	size_t n;
	char *said = read_file(stick->said, &n);

	if (!strstr(said, text))
		fail_msg("not said: %s\nbut: %s", text, said);
	free(said);
}

static json_t *status_of(struct stick *stick)
{
	return rig_ask(&stick->rig, "{\"do\":\"status\",\"language\":\"vi\"}");
}

static void check_counts(struct stick *stick, int taken, int known, int refused, int left_out)
{
	json_t *reply = status_of(stick), *usb = rig_at(reply, "status.usb");

	assert_int_equal(json_integer_value(json_object_get(usb, "taken")), taken);
	assert_int_equal(json_integer_value(json_object_get(usb, "known")), known);
	assert_int_equal(json_integer_value(json_object_get(usb, "refused")), refused);
	assert_int_equal(json_integer_value(json_object_get(usb, "left_out")), left_out);
	assert_string_equal(rig_text(usb, "state"), "done");
	json_decref(reply);
}

static bool has_clip(struct stick *stick, const char *name, const char *title)
{
	json_t *reply = rig_ask(&stick->rig, "{\"do\":\"clips\"}"), *clip;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(reply, "clips"), i, clip) found |=
		strcmp(rig_text(clip, "name"), name) == 0 &&
		strcmp(rig_text(clip, "title"), title) == 0;
	json_decref(reply);
	return found;
}

static bool was_noted(struct stick *stick, const char *why)
{
	json_t *reply = rig_ask(&stick->rig, "{\"do\":\"notes\"}"), *note;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(reply, "notes"), i, note) found |=
		strcmp(rig_text(note, "what"), "usb") == 0 &&
		strcmp(rig_text(note, "why"), why) == 0;
	json_decref(reply);
	return found;
}

static void check_result_file(const struct stick *stick)
{
	char path[512], *text;
	size_t n;

	snprintf(path, sizeof(path), "%s/LOAPHUONG/KET-QUA.txt", stick->path);
	text = read_file(path, &n);
	assert_memory_equal(text, "\xef\xbb\xbf", 3);
	assert_non_null(strstr(text, "TỪ CHỐI   LOAPHUONG/thong-bao.mp3\r\n"));
	assert_non_null(strstr(text, "Đã nạp 2, đã có sẵn 1, từ chối 2.\r\n"));
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		assert_true(at[-1] == '\r');
	free(text);
}

static void a_stick_is_read_and_its_result_told(void **state)
{
	static const char pdf[] = "%PDF-1.7 this is no sound at all, whatever its name says\n";
	struct stick *stick = stick_new(EVERYTHING "usb { result-file = true }\n");
	char path[512];
	json_t *reply, *first;

	(void)state;
	rig_start(&stick->rig, START);
	put(stick, "tone.mp3", "Kha\xcc\x82\xcc\x89u hie\xcc\x82\xcc\xa3u 3 (mới).mp3");
	put(stick, "other.mp3", "chao.mp3"); /* another recording of a name that is taken */
	make_folder(stick, "LOAPHUONG/thang 6");
	put(stick, "tone.mp3", "thang 6/lai.mp3"); /* once more the same */
	snprintf(path, sizeof(path), "%s/LOAPHUONG/thong-bao.mp3", stick->path);
	rig_write(path, pdf, sizeof(pdf) - 1);
	snprintf(path, sizeof(path), "%s/LOAPHUONG/trong.mp3", stick->path);
	rig_write(path, "", 0);
	snprintf(path, sizeof(path), "%s/LOAPHUONG/lien-ket.mp3", stick->path);
	assert_int_equal(symlink("/etc/passwd", path), 0);

	assert_int_equal(read_stick(stick, "vi"), 1);
	check_said(stick, "ĐÃ NẠP    LOAPHUONG/chao.mp3 -> chao-2");
	check_counts(stick, 2, 1, 2, 1);
	assert_true(has_clip(stick, "khau-hieu-3-moi", "Khẩu hiệu 3 (mới)"));
	assert_true(has_clip(stick, "chao-2", "chao"));
	assert_true(has_clip(stick, "chao", ""));
	check_result_file(stick);
	assert_true(was_noted(stick, "taken 2, known 1, refused 2, left out 1"));
	reply = status_of(stick);
	first = json_array_get(rig_at(reply, "status.arrivals"), 0);
	assert_string_equal(rig_text(first, "file"), "trong.mp3");
	assert_string_equal(rig_text(first, "result"), "refused");
	assert_string_equal(rig_text(first, "code"), "empty");
	assert_string_equal(rig_text(first, "from"), "usb");
	json_decref(reply);
	stick_free(stick);
}

/* The folder is taken away while the station is at its third file. */
static void a_stick_that_is_pulled_out_leaves_nothing_half_made(void **state)
{
	struct stick *stick = stick_new(EVERYTHING);
	struct rig *rig = &stick->rig;
	char away[256], name[64];
	json_t *reply;
	long long taken;

	(void)state;
	rig_start(rig, START);
	for (unsigned i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "bai-%02u.mp3", i);
		put(stick, "tone.mp3", name);
	}
	begin_reading(stick, "en");
	do {
		rig_breathe();
		reply = status_of(stick);
		taken = json_integer_value(rig_at(reply, "status.usb.known"));
		json_decref(reply);
	} while (taken < 2);
	snprintf(away, sizeof(away), "rm -rf %s", stick->path);
	assert_int_equal(system(away), 0);
	assert_int_equal(end_reading(stick), 1);
	check_said(stick, "The stick was pulled out before everything was read");
	reply = status_of(stick);
	assert_string_equal(rig_text(rig_at(reply, "status.usb"), "problem"), "pulled-out");
	json_decref(reply);
	snprintf(away, sizeof(away), "ls -A %s/clips | grep -vx -e bai-00.mp3 -e chao.mp3",
		 rig->state);
	assert_int_not_equal(system(away), 0); /* nothing else is there */
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	rig_start(rig, NULL);
	assert_true(has_clip(stick, "bai-00", "bai-00"));
	stick_free(stick);
}

static void a_stick_without_the_folder_and_one_that_is_not_wanted(void **state)
{
	struct stick *stick = stick_new(EVERYTHING "usb { folder = \"KHAC\" }\n");

	(void)state;
	rig_start(&stick->rig, START);
	put(stick, "tone.mp3", "a.mp3");
	assert_int_equal(read_stick(stick, "vi"), 1);
	check_counts(stick, 0, 0, 0, 0);
	check_said(stick, "USB không có thư mục");
	rig_write_config(&stick->rig, EVERYTHING "usb { enabled = false }\n");
	rig_do(&stick->rig, "{\"do\":\"reload\"}");
	assert_int_equal(read_stick(stick, "en"), 1);
	check_said(stick, "left alone"); /* before the stick is looked at */
	assert_false(has_clip(stick, "a", "a"));
	assert_int_equal(rig_end(&stick->rig, SIGTERM), 0);
	assert_int_equal(read_stick(stick, "en"), 3);
	check_said(stick, "the station is not running");
	stick_free(stick);
}

/* On while it is read, two flashes for a file that was refused, dark when it is out. */
static void a_light_says_when_the_stick_may_be_pulled_out(void **state)
{
	struct stick *stick =
		stick_new(EVERYTHING "led \"usb\" { line = \"GPIO22\" shows = \"usb\" }\n");
	struct rig *rig = &stick->rig;
	struct rig_lines *lines = rig_lines_new(rig);
	struct rig_switch seen[16];
	size_t n;

	(void)state;
	rig_start(rig, START);
	rig_do(rig, "{\"do\":\"usb\",\"step\":\"begin\",\"device\":\"sda1\"}");
	n = rig_line_switches(lines, "GPIO22", 1, seen, 16);
	assert_true(n == 1 && seen[0].on);
	rig_do(rig, "{\"do\":\"usb\",\"step\":\"file\",\"file\":\"a\",\"code\":\"empty\"}");
	rig_do(rig, "{\"do\":\"usb\",\"step\":\"end\"}");
	/* on (already), off, on, off, and after a long pause the next round */
	n = rig_line_switches(lines, "GPIO22", 5, seen, 16);
	assert_true(n >= 5 && !seen[1].on && seen[2].on && !seen[3].on && seen[4].on);
	assert_true(seen[4].at_us - seen[3].at_us > 2 * (seen[3].at_us - seen[2].at_us));
	{
		json_t *status = rig_ask(rig, "{\"do\":\"status\"}");
		json_t *fault, *faults = rig_at(status, "status.faults");
		bool found = false;
		size_t i;

		json_array_foreach(faults, i, fault) found |=
			strcmp(rig_text(fault, "code"), "usb-refused") == 0;
		assert_true(found);
		assert_true(json_is_true(rig_at(status, "status.usb.present")));
		json_decref(status);
	}
	rig_do(rig, "{\"do\":\"usb\",\"step\":\"out\"}");
	{
		json_t *status = rig_ask(rig, "{\"do\":\"status\"}");

		assert_int_equal(json_array_size(rig_at(status, "status.faults")), 0);
		json_decref(status);
	}
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	n = rig_line_switches(lines, "GPIO22", 6, seen, 16);
	assert_true(n >= 6 && !seen[n - 1].on);
	rig_lines_free(lines);
	stick_free(stick);
}

/* Frames that are not silence in what a card was given (16 bit). */
static size_t heard(const char *path)
{
	struct stat st;
	size_t n, sound = 0;
	char *bytes;

	if (stat(path, &st) < 0)
		return 0;
	bytes = read_file(path, &n);
	for (size_t i = 0; i + 1 < n; i += 2)
		sound += bytes[i] != 0 || bytes[i + 1] != 0;
	free(bytes);
	return sound;
}

/* The horns and the monitor are two ALSA cards; only one of them may sound. */
static void the_tone_comes_out_of_the_monitor_alone(void **state)
{
	struct stick *stick = stick_new(EVERYTHING "audio { device = \"hw:CARD=Loa\" }\n"
						   "usb { monitor = \"loapace\" }\n");
	char service[] = LOA_SERVICE, config[512], horns[128], monitor[128];

	(void)state;
	snprintf(config, sizeof(config), "%s/tests/pcm/asound.conf", dirname(service));
	snprintf(horns, sizeof(horns), "%s/horns", stick->rig.folder);
	snprintf(monitor, sizeof(monitor), "%s/monitor", stick->rig.folder);
	setenv("ALSA_CONFIG_PATH", config, 1);
	setenv("LOA_PACE_FILE", horns, 1);
	snprintf(stick->rig.sink, sizeof(stick->rig.sink), "alsa");
	rig_start(&stick->rig, START);
	put(stick, "tone.mp3", "a.mp3");
	setenv("LOA_PACE_FILE", monitor, 1);
	assert_int_equal(read_stick(stick, "en"), 0);
	/* Two notes of 160 ms at 48 kHz; a sine has few samples of zero. */
	assert_true(heard(monitor) > 2 * 160 * 48 * 9 / 10);
	assert_true(heard(monitor) <= 2 * 160 * 48);
	assert_int_equal(heard(horns), 0);
	unsetenv("ALSA_CONFIG_PATH");
	unsetenv("LOA_PACE_FILE");
	stick_free(stick);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stick_is_read_and_its_result_told),
		cmocka_unit_test(a_stick_that_is_pulled_out_leaves_nothing_half_made),
		cmocka_unit_test(a_stick_without_the_folder_and_one_that_is_not_wanted),
		cmocka_unit_test(a_light_says_when_the_stick_may_be_pulled_out),
		cmocka_unit_test(the_tone_comes_out_of_the_monitor_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
