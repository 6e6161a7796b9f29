/* SPDX-License-Identifier: MIT */
/* The service as a process: start, what it says, what people make it do, reload, and its end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

#define EVERYTHING "airtime { allow = {\"00:00-24:00\"} }\n"
#define CAMPAIGN                                                                                   \
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"            \
	"  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\", \"hai\"} }\n"                       \
	"  broadcast \"d\" { at = {\"06:00\"} play = {\"ba\"} class = \"priority\" }\n}\n"

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	rig_new(rig, EVERYTHING CAMPAIGN);
	rig_short_clip(rig, "mot", 0, 1000);
	rig_short_clip(rig, "hai", 1, 1500);
	rig_short_clip(rig, "ba", 2, 20000);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	rig_free(rig);
	free(rig);
	return 0;
}

static json_t *status_of(struct rig *rig)
{
	json_t *reply = rig_ask(rig, "{\"do\":\"status\"}");
	json_t *status = json_incref(json_object_get(reply, "status"));

	json_decref(reply);
	assert_non_null(status);
	return status;
}

static void it_says_how_things_stand_and_ends_when_told(void **state)
{
	struct rig *rig = *state;
	json_t *status;
	char path[128];

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	status = status_of(rig);
	assert_string_equal(rig_text(status, "station"), "Thử");
	assert_string_equal(rig_text(status, "clock.state"), "pretended");
	assert_true(json_is_null(rig_at(status, "on_air")));
	assert_string_equal(rig_text(status, "next.at"), "2024-06-01T05:45:00+07:00");
	assert_string_equal(rig_text(status, "next.broadcast"), "b");
	assert_string_equal(rig_text(status, "next.verdict.outcome"), "played");
	assert_int_equal(json_integer_value(rig_at(status, "clips")), 3);
	assert_int_equal(json_array_size(rig_at(status, "faults")), 0);
	json_decref(status);
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	snprintf(path, sizeof(path), "%s/control.sock", rig->runtime);
	assert_int_equal(access(path, F_OK), -1);
}

static void what_is_due_is_played_and_logged(void **state)
{
	struct rig *rig = *state;
	json_t *rows, *row;

	rig_start(rig, "2024-06-01T05:44:55+07:00");
	rows = rig_until_closed(rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "at"), "2024-06-01T05:45:00+07:00");
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_int_equal(json_array_size(rig_at(row, "aired")), 2);
	assert_memory_equal(rig_text(row, "start"), "2024-06-01T05:45:00.0", 21);
	assert_true(json_is_true(rig_at(row, "pretended")));
	assert_true(json_integer_value(rig_at(row, "audible")) > 48000);
	json_decref(rows);
}

static void a_play_by_hand_sounds_and_is_stopped(void **state)
{
	struct rig *rig = *state;
	json_t *reply, *rows, *row;

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	reply = rig_ask(rig,
			"{\"do\":\"play\",\"names\":[\"ba\"],\"who\":\"Lan\",\"why\":\"thử\"}");
	assert_int_equal(json_integer_value(rig_at(reply, "row")), 1);
	json_decref(reply);
	json_decref(rig_until(rig, "on_air.started", true));
	rig_do(rig, "{\"do\":\"stop\",\"who\":\"Lan\"}");
	json_decref(rig_until(rig, "on_air", false));
	rows = rig_until_closed(rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "partial");
	assert_string_equal(rig_text(row, "reason"), "stopped");
	assert_string_equal(rig_text(row, "trigger"), "cli");
	assert_memory_equal(rig_text(row, "who"), "Lan (", 5);
	json_decref(rows);
	reply = rig_ask(rig, "{\"do\":\"stop\"}");
	assert_string_equal(rig_text(reply, "error"), "nothing");
	json_decref(reply);
	reply = rig_ask(rig, "{\"do\":\"play\",\"names\":[\"khong-co\"]}");
	assert_string_equal(rig_text(reply, "error"), "no-such");
	json_decref(reply);
}

static void a_pause_and_a_skip_are_rows_with_reasons(void **state)
{
	struct rig *rig = *state;
	json_t *reply, *rows;

	rig_start(rig, "2024-06-01T05:44:30+07:00");
	reply = rig_ask(rig, "{\"do\":\"skip\",\"who\":\"Lan\",\"why\":\"tang\"}");
	assert_string_equal(rig_text(reply, "skipped.broadcast"), "b");
	json_decref(reply);
	reply = status_of(rig);
	assert_string_equal(rig_text(reply, "next.broadcast"), "d");
	json_decref(reply);
	rig_do(rig, "{\"do\":\"pause\",\"until\":\"2024-06-01T07:00:00+07:00\"}");
	reply = status_of(rig);
	assert_string_equal(rig_text(reply, "paused_until"), "2024-06-01T07:00:00+07:00");
	json_decref(reply);
	reply = rig_ask(rig, "{\"do\":\"pause\",\"until\":\"2024-06-01T05:00:00+07:00\"}");
	assert_string_equal(rig_text(reply, "error"), "bad-time");
	json_decref(reply);
	rig_do(rig, "{\"do\":\"pause\",\"until\":null}");
	rows = rig_until_closed(rig, 1);
	assert_string_equal(rig_text(json_array_get(rows, 0), "outcome"), "refused");
	assert_string_equal(rig_text(json_array_get(rows, 0), "reason"), "skipped");
	json_decref(rows);
}

static void the_config_is_named_from_the_root(void **state)
{
	struct rig *rig = *state;
	char config[sizeof(rig->config)];
	json_t *status;

	memcpy(config, rig->config, sizeof(config));
	assert_int_equal(chdir(rig->folder), 0);
	snprintf(rig->config, sizeof(rig->config), "loaphuong.conf");
	rig_start(rig, "2024-06-01T05:00:00+07:00");
	status = status_of(rig);
	assert_string_equal(rig_text(status, "config.file"), config);
	json_decref(status);
	assert_int_equal(chdir("/"), 0);
}

static void the_volume_outlives_a_restart(void **state)
{
	struct rig *rig = *state;
	json_t *status;

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	rig_do(rig, "{\"do\":\"volume\",\"db\":-7.5}");
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	rig_start(rig, NULL);
	status = status_of(rig);
	assert_float_equal(json_real_value(rig_at(status, "volume_db")), -7.5, 1e-9);
	json_decref(status);
}

static void a_bad_config_changes_nothing_and_names_the_line(void **state)
{
	struct rig *rig = *state;
	json_t *reply, *status;

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	rig_write_config(rig, EVERYTHING "campaign \"c\" {\n  form = \"2024-06-01\"\n}\n");
	reply = rig_ask(rig, "{\"do\":\"reload\"}");
	assert_string_equal(rig_text(reply, "error"), "config");
	assert_int_equal(
		json_integer_value(rig_at(json_array_get(rig_at(reply, "faults"), 0), "line")), 4);
	json_decref(reply);
	status = status_of(rig);
	assert_string_equal(rig_text(status, "next.broadcast"), "b");
	assert_string_equal(rig_text(json_array_get(rig_at(status, "faults"), 0), "code"),
			    "config-refused");
	json_decref(status);

	assert_int_equal(rig_end(rig, SIGTERM), 0); /* and a start runs what was accepted */
	rig_start(rig, NULL);
	status = status_of(rig);
	assert_string_equal(rig_text(status, "next.broadcast"), "b");
	assert_true(json_is_true(rig_at(status, "config.accepted_copy")));
	json_decref(status);

	rig_write_config(rig,
			 EVERYTHING "campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = "
				    "\"2024-06-30\"\n broadcast \"x\" { at = {\"08:00\"} play "
				    "= {\"mot\"} } }\n");
	rig_do(rig, "{\"do\":\"reload\"}");
	status = status_of(rig);
	assert_string_equal(rig_text(status, "next.broadcast"), "x");
	assert_int_equal(json_array_size(rig_at(status, "faults")), 0);
	assert_false(json_is_true(rig_at(status, "config.accepted_copy")));
	json_decref(status);
}

static double gain_of(struct rig *rig, const char *name)
{
	json_t *reply = rig_ask(rig, "{\"do\":\"clips\"}"), *clip;
	double gain_db = 0;
	size_t i;

	json_array_foreach(rig_at(reply, "clips"), i, clip)
	{
		if (strcmp(rig_text(clip, "name"), name) == 0)
			gain_db = json_real_value(rig_at(clip, "gain_db"));
	}
	json_decref(reply);
	return gain_db;
}

static void a_reload_by_signal_brings_a_new_loudness(void **state)
{
	struct rig *rig = *state;
	double before;

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	before = gain_of(rig, "mot");
	rig_write_config(rig, "audio { loudness = -22.0 }\n" EVERYTHING CAMPAIGN);
	kill(rig->pid, SIGHUP);
	while (gain_of(rig, "mot") > before - 5.9) /* measured again under the new settings */
		rig_breathe();
	rig_do(rig, "{\"do\":\"play\",\"names\":[\"mot\"]}");
	json_decref(rig_until(rig, "on_air.started", true));
	json_decref(rig_until(rig, "on_air", false));
	json_decref(rig_until_closed(rig, 1));
}

static void without_a_good_config_it_does_not_start(void **state)
{
	struct rig *rig = *state;

	rig_write_config(rig, "airtime { alow = {\"05:00-06:00\"} }\nrelay {\n lead = 5\n}\n");
	assert_int_equal(rig_start_refused(rig), 1);
	assert_true(rig_said(rig, "loaphuong.conf:2: error"));
	assert_true(rig_said(rig, "loaphuong.conf:4: error")); /* all faults, not the first alone */
}

static void two_stations_do_not_share_a_state(void **state)
{
	struct rig *rig = *state;
	pid_t first;

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	first = rig->pid;
	rig->pid = 0;
	assert_int_equal(rig_start_refused(rig), 1);
	assert_true(rig_said(rig, "Another station runs"));
	rig->pid = first;
	rig_do(rig, "{\"do\":\"ping\"}");
}

/* The tail of a log can be cut off without a trace once the head beside it is gone. */
static void a_log_without_its_head_is_told(void **state)
{
	struct rig *rig = *state;
	char head[128];
	json_t *status;

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	snprintf(head, sizeof(head), "%s/asrun.head", rig->state);
	assert_int_equal(unlink(head), 0);
	rig_start(rig, NULL);
	status = status_of(rig);
	assert_string_equal(rig_text(json_array_get(rig_at(status, "faults"), 0), "code"),
			    "log-end-unproven");
	json_decref(status);
}

static void an_empty_state_gets_the_shipped_campaign(void **state)
{
	struct rig *rig = *state;
	json_t *status;

	rig_free(rig);
	rig_new(rig, "");
	rig_start(rig, "2024-06-01T05:00:00+07:00");
	status = status_of(rig);
	assert_string_equal(rig_text(status, "next.campaign"), "thang-hanh-dong-2024");
	assert_string_equal(rig_text(status, "next.at"), "2024-06-01T05:45:00+07:00");
	assert_string_equal(rig_text(status, "next.verdict.outcome"), "played");
	assert_int_equal(json_integer_value(rig_at(status, "clips")), 16);
	assert_int_equal(json_array_size(rig_at(status, "faults")), 0);
	json_decref(status);
}

static long long clips_of(struct rig *rig)
{
	json_t *status = status_of(rig);
	long long n = json_integer_value(rig_at(status, "clips"));

	json_decref(status);
	return n;
}

static void a_recording_that_is_brought_is_measured_and_played(void **state)
{
	struct rig *rig = *state;
	json_t *reply;
	char path[128];

	rig_start(rig, "2024-06-01T05:00:00+07:00");
	rig_short_clip(rig, "bon", 3, 1000);
	rig_do(rig, "{\"do\":\"reload\"}"); /* looks into the folder */
	while (clips_of(rig) < 4)
		rig_breathe();
	rig_do(rig, "{\"do\":\"play\",\"names\":[\"bon\"]}");
	rig_do(rig, "{\"do\":\"clip-remove\",\"name\":\"bon\"}");
	snprintf(path, sizeof(path), "%s/clips/bon.mp3", rig->state);
	assert_int_equal(access(path, F_OK), -1);
	reply = rig_ask(rig, "{\"do\":\"clip-remove\",\"name\":\"bon\"}");
	assert_string_equal(rig_text(reply, "error"), "no-such");
	json_decref(reply);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(it_says_how_things_stand_and_ends_when_told),
		CASE(what_is_due_is_played_and_logged),
		CASE(a_play_by_hand_sounds_and_is_stopped),
		CASE(a_pause_and_a_skip_are_rows_with_reasons),
		CASE(the_config_is_named_from_the_root),
		CASE(the_volume_outlives_a_restart),
		CASE(a_bad_config_changes_nothing_and_names_the_line),
		CASE(a_reload_by_signal_brings_a_new_loudness),
		CASE(without_a_good_config_it_does_not_start),
		CASE(two_stations_do_not_share_a_state),
		CASE(a_log_without_its_head_is_told),
		CASE(an_empty_state_gets_the_shipped_campaign),
		CASE(a_recording_that_is_brought_is_measured_and_played),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
