/* SPDX-License-Identifier: MIT */
/* The checks of loaphuong doctor, each with its fault planted, and without. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "cmd_doctor.h"

/* A box in a scratch folder: its files under root, a state folder, and no faults. */
struct box {
	char root[64], state[96];
	struct call call;
	struct doctor doctor;
	struct doctor_findings findings;
};

static void write_file(const char *root, const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void make_folder(const char *root, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", root, path);
	assert_int_equal(mkdir(full, 0755), 0);
}

static int box_new(void **state)
{
	struct box *box = calloc(1, sizeof(*box));

	assert_non_null(box);
	snprintf(box->root, sizeof(box->root), "/tmp/doctor-XXXXXX");
	assert_non_null(mkdtemp(box->root));
	make_folder(box->root, "/etc");
	make_folder(box->root, "/state");
	make_folder(box->root, "/dev");
	snprintf(box->state, sizeof(box->state), "%s/state", box->root);
	box->doctor.root = box->root;
	box->doctor.call = &box->call;
	box->doctor.scene.state = box->state;
	box->doctor.scene.settings = settings_default();
	box->doctor.scene.now_us = INT64_C(1717195500) * CIVIL_US;
	*state = box;
	return 0;
}

static int box_free(void **state)
{
	struct box *box = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", box->root);
	assert_int_equal(system(command), 0);
	doctor_done(&box->doctor);
	free(box);
	return 0;
}

static const char *const levels[] = {"OK", "WARN", "FAIL"};

/* The check must say this at this level; every complaint has a cure. */
static void says(struct box *box, int line, doctor_check_fn *check, enum doctor_level level,
		 const char *text)
{
	bool found = false;

	memset(&box->findings, 0, sizeof(box->findings));
	box->findings.check = "x";
	check(&box->doctor, &box->findings);
	for (size_t i = 0; i < box->findings.n; i++) {
		const struct doctor_finding *finding = &box->findings.items[i];

		found |= finding->level == level && strstr(finding->message, text);
		check_row(line, finding->level == DOCTOR_OK || finding->cure[0]);
	}
	if (found)
		return;
	for (size_t i = 0; i < box->findings.n; i++)
		print_error("  %s %s\n", levels[box->findings.items[i].level],
			    box->findings.items[i].message);
	print_error("want %s with: %s\n", levels[level], text);
	check_row(line, found);
}
#define SAYS(check, level, text) says(box, __LINE__, check, level, text)

/* Takes the place of what the station said. */
static void status_is(struct box *box, const char *text)
{
	json_decref(box->doctor.status);
	box->doctor.status = json_loads(text, 0, NULL);
	assert_non_null(box->doctor.status);
}

static void config(void **state)
{
	struct box *box = *state;
	struct doctor *d = &box->doctor;

	snprintf(d->scene.config, sizeof(d->scene.config), "station.conf");
	SAYS(doctor_check_config, DOCTOR_OK, "station.conf: no faults");
	fault_add(&d->offline.faults, false, "overlap", "station.conf", 3, "two at once");
	SAYS(doctor_check_config, DOCTOR_WARN, "1 warning");
	fault_add(&d->offline.faults, true, "unknown-key", "station.conf", 7, "what is 'lien'?");
	fault_add(&d->offline.faults, true, "unknown-key", "station.conf", 9, "and this?");
	d->config_error = -EINVAL;
	SAYS(doctor_check_config, DOCTOR_FAIL, "station.conf:7: what is 'lien'?");
	SAYS(doctor_check_config, DOCTOR_FAIL, "2 errors");
	status_is(box, "{\"config\":{\"accepted_copy\":true}}");
	SAYS(doctor_check_config, DOCTOR_FAIL, "last good copy");
}

static void service(void **state)
{
	struct box *box = *state;
	struct doctor *d = &box->doctor;

	d->station_error = -ENOENT;
	SAYS(doctor_check_service, DOCTOR_FAIL, "does not run");
	d->station_error = -EACCES;
	SAYS(doctor_check_service, DOCTOR_FAIL, "may not talk to it");
	d->station_error = -ETIMEDOUT;
	SAYS(doctor_check_service, DOCTOR_FAIL, "does not answer");
	d->station_error = 0;
	status_is(box, "{\"version\":\"0.0.1\"}");
	SAYS(doctor_check_service, DOCTOR_WARN, "as version 0.0.1");
	status_is(box, "{\"version\":\"" LOA_VERSION "\"}");
	SAYS(doctor_check_service, DOCTOR_OK, LOA_VERSION);
	status_is(box, "{\"faults\":[{\"code\":\"restart-needed\",\"message\":\"m!\",\"cure\":"
		       "\"c\"}],\"paused_until\":\"2024-06-05T18:00:00+07:00\"}");
	SAYS(doctor_check_service, DOCTOR_FAIL, "m!");
	SAYS(doctor_check_service, DOCTOR_WARN, "paused until 2024-06-05T18:00");

	/* Installed, but it will not be there after a power cut. */
	d->scene.state = COMMAND_STATE;
	snprintf(d->unit.load, sizeof(d->unit.load), "loaded");
	snprintf(d->unit.active, sizeof(d->unit.active), "active");
	snprintf(d->unit.enabled, sizeof(d->unit.enabled), "disabled");
	SAYS(doctor_check_service, DOCTOR_FAIL, "does not start by itself");
	snprintf(d->unit.active, sizeof(d->unit.active), "inactive");
	SAYS(doctor_check_service, DOCTOR_WARN, "not under systemd");
}

static void sound(void **state)
{
	struct box *box = *state;
	struct doctor *d = &box->doctor;

	snprintf(d->scene.settings.device, sizeof(d->scene.settings.device), "null");
	SAYS(doctor_check_sound, DOCTOR_OK, "null opens at 48000 Hz");
	snprintf(d->scene.settings.device, sizeof(d->scene.settings.device), "card:Nowhere");
	SAYS(doctor_check_sound, DOCTOR_FAIL, "card:Nowhere");
	status_is(box, "{\"device\":{\"name\":\"default\",\"lost\":true}}");
	SAYS(doctor_check_sound, DOCTOR_FAIL, "no sound card");
	status_is(box, "{\"device\":{\"name\":\"default\",\"lost\":false},\"faults\":[{\"code\":"
		       "\"device-stalled\",\"message\":\"does not play\",\"cure\":\"c\"}]}");
	SAYS(doctor_check_sound, DOCTOR_FAIL, "does not play");
	status_is(box, "{\"device\":{\"name\":\"usb:1-1\",\"lost\":false},\"volume_db\":-6.0}");
	SAYS(doctor_check_sound, DOCTOR_OK, "usb:1-1, volume -6.0 dB");
	status_is(box, "{\"device\":{\"name\":\"wav:x\",\"lost\":false}}");
	SAYS(doctor_check_sound, DOCTOR_WARN, "demonstration");
}

static void clock_and_zone(void **state)
{
	struct box *box = *state;
	struct doctor *d = &box->doctor;

	SAYS(doctor_check_clock, DOCTOR_FAIL, "not synchronised");
	SAYS(doctor_check_clock, DOCTOR_WARN, "no battery clock");
	make_folder(box->root, "/sys");
	make_folder(box->root, "/sys/class");
	make_folder(box->root, "/sys/class/rtc");
	make_folder(box->root, "/sys/class/rtc/rtc0");
	d->look.rtc_agrees = true;
	SAYS(doctor_check_clock, DOCTOR_WARN, "the battery clock agrees");
	SAYS(doctor_check_clock, DOCTOR_OK, "battery clock (RTC) is there");
	d->look.kernel_synced = true;
	d->systemd = true;
	SAYS(doctor_check_clock, DOCTOR_FAIL, "No service sets the clock");
	snprintf(d->time_service, sizeof(d->time_service), "chrony");
	SAYS(doctor_check_clock, DOCTOR_OK, "chrony keeps the time");
	status_is(box, "{\"clock\":{\"state\":\"untrusted\",\"reason\":\"never-synced\"}}");
	SAYS(doctor_check_clock, DOCTOR_FAIL, "Nothing scheduled sounds");
	status_is(box, "{\"clock\":{\"state\":\"holdover\",\"reason\":\"held\"}}");
	SAYS(doctor_check_clock, DOCTOR_WARN, "");
	status_is(box, "{\"clock\":{\"state\":\"trusted\",\"reason\":\"synced\"}}");
	SAYS(doctor_check_clock, DOCTOR_OK, "trusted");
	d->zone_error = -ENOENT;
	SAYS(doctor_check_zone, DOCTOR_FAIL, "Asia/Ho_Chi_Minh cannot be read");
}

#define LINE(role, name, more)                                                                     \
	"{\"role\":\"" role "\",\"name\":\"" name "\",\"line\":\"GPIO17\",\"chip\":\"gpiochip0\"," \
	"\"offset\":17," more "}"
#define GOOD "\"state\":\"ok\",\"message\":\"\",\"cure\":\"\""

static void lines(void **state)
{
	struct box *box = *state;

	SAYS(doctor_check_lines, DOCTOR_OK, "names no button");
	box->doctor.scene.settings.n_buttons = 1;
	status_is(box, "{\"lines\":[" LINE("button", "main", GOOD ",\"level\":false") "]}");
	SAYS(doctor_check_lines, DOCTOR_OK, "button main, GPIO17 (gpiochip0:17): released");
	status_is(box, "{\"lines\":[" LINE("button", "main", GOOD ",\"level\":true") "]}");
	SAYS(doctor_check_lines, DOCTOR_WARN, "pressed at this moment");
	status_is(box, "{\"lines\":[" LINE("relay", "relay", GOOD ",\"level\":true") "]}");
	SAYS(doctor_check_lines, DOCTOR_OK, "relay, GPIO17 (gpiochip0:17): on");
	status_is(box, "{\"lines\":[" LINE("led", "on-air",
					   "\"state\":\"busy\",\"message\":\"held "
					   "by x\",\"cure\":\"c\"") "]}");
	SAYS(doctor_check_lines, DOCTOR_FAIL, "light on-air, GPIO17 (gpiochip0:17): held by x");
	status_is(box, "{\"lines\":[" LINE("button", "main",
					   "\"state\":\"ok\",\"level\":true,"
					   "\"message\":\"held down\",\"cure\":"
					   "\"c\"") "]}");
	SAYS(doctor_check_lines, DOCTOR_FAIL, "held down");
	status_is(box,
		  "{\"lines\":[" LINE("button", "main", GOOD ",\"level\":false,\"gaps\":3") "]}");
	SAYS(doctor_check_lines, DOCTOR_WARN, "lost in a storm");
}

static void folders(void **state)
{
	struct box *box = *state;
	char state_dir[96];

	SAYS(doctor_check_folders, DOCTOR_OK, "belong to whom they should");
	assert_int_equal(chmod(box->state, 0777), 0);
	SAYS(doctor_check_folders, DOCTOR_WARN, "Everybody may write");
	assert_int_equal(chmod(box->state, 0755), 0);
	write_file(box->root, "/state/clips", "");
	SAYS(doctor_check_folders, DOCTOR_FAIL, "clips is no folder");
	memcpy(state_dir, box->state, sizeof(state_dir));
	snprintf(box->state, sizeof(box->state), "%s/none", box->root);
	SAYS(doctor_check_folders, DOCTOR_FAIL, "is not there");
	memcpy(box->state, state_dir, sizeof(box->state));
}

static void groups(void **state)
{
	struct box *box = *state;

	SAYS(doctor_check_groups, DOCTOR_WARN, "no user loaphuong");
	write_file(box->root, "/etc/passwd", "root:x:0:0::/:/bin/sh\nloaphuong:x:999:999::/:\n");
	write_file(box->root, "/etc/group", "audio:x:29:loaphuong\n");
	SAYS(doctor_check_groups, DOCTOR_FAIL, "no group gpio");
	write_file(box->root, "/etc/group", "audio:x:29:lan\ngpio:x:30:loaphuong\n");
	SAYS(doctor_check_groups, DOCTOR_WARN, "not in the group audio");
	write_file(box->root, "/etc/group", "audio:x:29:lan,loaphuong\ngpio:x:30:loaphuong\n");
	SAYS(doctor_check_groups, DOCTOR_OK, "audio and gpio");
}

static void disk_and_log(void **state)
{
	struct box *box = *state;
	struct doctor *d = &box->doctor;

	SAYS(doctor_check_disk, DOCTOR_OK, "MiB are free");
	d->scene.state = "/proc"; /* no room, and nothing can be written */
	SAYS(doctor_check_disk, DOCTOR_FAIL, "The disk is full: 0 MiB");
	SAYS(doctor_check_disk, DOCTOR_FAIL, "Writing into /proc fails");

	d->log_error = -ENOENT;
	SAYS(doctor_check_log, DOCTOR_OK, "no log yet");
	d->log_error = -EACCES;
	SAYS(doctor_check_log, DOCTOR_WARN, "may not read");
	d->log_error = -EBADMSG;
	SAYS(doctor_check_log, DOCTOR_FAIL, "cannot be read");
	d->proof = json_pack("{s:b, s:i}", "intact", 1, "events", 12);
	SAYS(doctor_check_log, DOCTOR_OK, "12 events is intact");
	json_object_set_new(d->proof, "intact", json_false());
	json_object_set_new(d->proof, "problem", json_string("altered"));
	SAYS(doctor_check_log, DOCTOR_FAIL, "broken (altered)");
	status_is(box, "{\"faults\":[{\"code\":\"log-not-writable\",\"message\":\"cannot be "
		       "written\",\"cure\":\"c\"}]}");
	SAYS(doctor_check_log, DOCTOR_FAIL, "cannot be written");
}

static void plan_of(struct box *box, bool recorded)
{
	static const char text[] = "airtime { allow = {\"05:30-07:00\"} }\n"
				   "campaign \"c\" { from = \"2024-06-01\" until = \"2024-06-30\"\n"
				   "broadcast \"b\" { at = {\"05:45\"} play = {\"one\"} } }\n"
				   "clip \"one\" { title = \"One\" }\n";
	const struct conf_text source = {.name = "x", .text = text, .n = sizeof(text) - 1};
	const struct conf_world world = {.recording = recordings_give,
					 .context = &box->doctor.recordings};
	struct doctor *d = &box->doctor;

	recordings_done(&d->recordings);
	d->recordings.known = true;
	d->recordings.items = calloc(1, sizeof(*d->recordings.items));
	d->recordings.n = recorded;
	snprintf(d->recordings.items[0].name, LIMIT_NAME, "one");
	d->recordings.items[0].recording =
		(struct plan_recording){.present = true, .length_us = CIVIL_US};
	offline_done(&d->offline);
	memset(&d->offline, 0, sizeof(d->offline));
	assert_int_equal(conf_load_text(&source, 1, &world, &d->offline.faults, &d->offline.plan,
					&d->scene.settings),
			 0);
}

static void recordings(void **state)
{
	struct box *box = *state;

	SAYS(doctor_check_recordings, DOCTOR_WARN, "config has errors");
	plan_of(box, false);
	SAYS(doctor_check_recordings, DOCTOR_FAIL, "lack a recording: 1 of 1, for one one");
	plan_of(box, true);
	SAYS(doctor_check_recordings, DOCTOR_OK, "all with recordings");
	box->doctor.scene.paused_until_us = INT64_MAX / 2;
	SAYS(doctor_check_recordings, DOCTOR_WARN, "will not sound");
	box->doctor.scene.now_us += INT64_C(86400) * 60 * CIVIL_US;
	SAYS(doctor_check_recordings, DOCTOR_OK, "Nothing is planned");
	box->doctor.recordings.known = false;
	SAYS(doctor_check_recordings, DOCTOR_WARN, "cannot be seen");
}

static void rows_are(struct box *box, const char *text)
{
	json_decref(box->doctor.rows);
	box->doctor.rows = json_loads(text, 0, NULL);
	assert_non_null(box->doctor.rows);
}

static void proof(void **state)
{
	struct box *box = *state;

	rows_are(box, "[]");
	SAYS(doctor_check_proof, DOCTOR_WARN, "no sound yet");
	rows_are(box, "[{\"outcome\":\"open\"},{\"outcome\":\"refused\"},{\"outcome\":\"played\","
		      "\"audible\":4800,\"at\":\"2024-06-01T05:40:00+07:00\",\"end\":"
		      "\"2024-06-01T05:41:00+07:00\"}]");
	SAYS(doctor_check_proof, DOCTOR_OK, "4 min");
	rows_are(box, "[{\"outcome\":\"failed\",\"reason\":\"silent\",\"audible\":0,\"at\":"
		      "\"2024-06-01T05:40:00+07:00\"}]");
	SAYS(doctor_check_proof, DOCTOR_FAIL, "2024-06-01T05:40, was not heard");
	rows_are(box, "[{\"outcome\":\"played\",\"audible\":4800,\"at\":"
		      "\"2024-05-01T05:40:00+07:00\",\"end\":\"2024-05-01T05:41:00+07:00\"}]");
	SAYS(doctor_check_proof, DOCTOR_WARN, "The last sound is 31 d");
}

static void watchdog_and_programs(void **state)
{
	struct box *box = *state;
	struct doctor *d = &box->doctor;
	char *path = strdup(getenv("PATH"));

	SAYS(doctor_check_watchdog, DOCTOR_WARN, "Nobody restarts");
	snprintf(d->unit.load, sizeof(d->unit.load), "loaded");
	SAYS(doctor_check_watchdog, DOCTOR_WARN, "does not watch");
	d->unit.watchdog = true;
	SAYS(doctor_check_watchdog, DOCTOR_OK, "if it hangs");
	write_file(box->root, "/dev/watchdog0", "");
	SAYS(doctor_check_watchdog, DOCTOR_WARN, "nobody uses it");
	d->hardware_watchdog = true;
	SAYS(doctor_check_watchdog, DOCTOR_OK, "restarts itself");
	setenv("PATH", box->root, 1);
	SAYS(doctor_check_programs, DOCTOR_WARN, "ffmpeg is missing");
	SAYS(doctor_check_programs, DOCTOR_WARN, "espeak-ng is missing");
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(config, box_new, box_free),
		cmocka_unit_test_setup_teardown(service, box_new, box_free),
		cmocka_unit_test_setup_teardown(sound, box_new, box_free),
		cmocka_unit_test_setup_teardown(clock_and_zone, box_new, box_free),
		cmocka_unit_test_setup_teardown(lines, box_new, box_free),
		cmocka_unit_test_setup_teardown(folders, box_new, box_free),
		cmocka_unit_test_setup_teardown(groups, box_new, box_free),
		cmocka_unit_test_setup_teardown(disk_and_log, box_new, box_free),
		cmocka_unit_test_setup_teardown(recordings, box_new, box_free),
		cmocka_unit_test_setup_teardown(proof, box_new, box_free),
		cmocka_unit_test_setup_teardown(watchdog_and_programs, box_new, box_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
