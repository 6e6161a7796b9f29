/* SPDX-License-Identifier: MIT */
/* The amplifier's relay, the lights, and lines that come and go, over a simulated board. */
#include <errno.h>
#include <linux/gpio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

/* A contact that bounces at both ends, a storm, a dip of 20 ms: one message for the one press. */
/* The release is lost: the level that is read anew ends the press. */
/* Thirty seconds: the one button was down at the start, the other is pressed and never let go. */
#define LEAD_MS	 700
#define HOLD_MS	 400
#define RELAY	 "relay { line = \"GPIO27\" lead = \"700ms\" hold = \"400ms\" }\n"
#define SLACK_MS 50 /* what a late timer may take */

/* The sound in the WAV file: from the first to the last sample that is not silence. */
static int64_t sound_ms(struct rig *rig)
{
	unsigned rate_hz;
	size_t n, first = 0, last;
	int16_t *samples = rig_read_wav(rig->wav, &n, &rate_hz);

	last = n;
	while (first < n && samples[first] == 0)
		first++;
	while (last > first && samples[last - 1] == 0)
		last--;
	free(samples);
	return (int64_t)(last - first) * 1000 / rate_hz;
}

static void the_relay_is_on_around_the_sound(void **state)
{
	struct board *board = with(state, EVERYTHING RELAY);
	struct rig_switch switches[8];
	json_t *rows, *row;
	int64_t on_ms, aired_ms;

	snprintf(board->rig.sink, sizeof(board->rig.sink), "wav:%s", board->rig.wav);
	rig_start(&board->rig, "2024-06-01T05:44:55+07:00");
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_memory_equal(rig_text(row, "start"), "2024-06-01T05:45:00.0", 21);
	assert_int_equal(rig_line_switches(board->lines, "GPIO27", 2, switches, 8), 2);
	assert_true(switches[0].on && !switches[1].on && !switches[1].dropped);
	on_ms = (switches[1].at_us - switches[0].at_us) / 1000;
	aired_ms = ms_of(row, "end") - ms_of(row, "start");
	assert_true(on_ms >= LEAD_MS + aired_ms + HOLD_MS - SLACK_MS);
	json_decref(rows);
	assert_int_equal(rig_end(&board->rig, SIGTERM), 0);
	assert_true(sound_ms(&board->rig) <= on_ms - LEAD_MS - HOLD_MS + SLACK_MS);
	assert_true(sound_ms(&board->rig) > 1500);
}

/* By hand the sound waits for the amplifier, and is not late by that; while it is on, it does not. */
static void a_play_by_hand_waits_for_the_amplifier(void **state)
{
	struct board *board =
		with(state, EVERYTHING BUTTON
		     "relay { line = \"GPIO27\" lead = \"1500ms\" hold = \"60s\" }\n");
	struct rig_switch switches[8];
	json_t *rows, *row;

	rig_start(&board->rig, QUIET);
	rig_line_press(board->lines, "GPIO17", 100000);
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_true(ms_of(row, "start") - ms_of(row, "at") >= 0);
	assert_true(ms_of(row, "end") - ms_of(row, "at") >= 1500 + 900);
	json_decref(rows);
	rig_line_press(board->lines, "GPIO17", 100000);
	json_decref(rig_until_closed(&board->rig, 2));
	assert_int_equal(rig_line_switches(board->lines, "GPIO27", 1, switches, 8), 1);
	assert_int_equal(rig_end(&board->rig, SIGTERM), 0);
	assert_int_equal(rig_line_switches(board->lines, "GPIO27", 2, switches, 8), 2);
	assert_false(switches[1].on || switches[1].dropped); /* switched off, not only let go */
}

/* What the unit runs after a service that ended however; its exit code. */
static int release(const struct rig *rig)
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		execl(LOA_SERVICE, LOA_SERVICE, "--release", "-c", rig->config, "--state",
		      rig->state, "--lines", rig->lines, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_service_that_is_killed_lets_go_of_the_relay(void **state)
{
	struct board *board = with(state, EVERYTHING RELAY);
	struct gpio_v2_line_request request;
	struct rig_switch switches[8];

	rig_start(&board->rig, QUIET);
	rig_do(&board->rig, "{\"do\":\"play\",\"names\":[\"ba\"]}");
	json_decref(rig_until(&board->rig, "on_air.started", true));
	assert_int_equal(rig_end(&board->rig, SIGKILL), -SIGKILL);
	assert_int_equal(rig_line_switches(board->lines, "GPIO27", 2, switches, 8), 2);
	assert_true(switches[0].on && switches[1].dropped);
	assert_int_equal(release(&board->rig), 0);
	assert_true(rig_line_requests(board->lines, "GPIO27") >= 2);
	rig_line_request(board->lines, "GPIO27", &request);
	assert_true(request.config.flags & GPIO_V2_LINE_FLAG_OUTPUT);
	assert_int_equal(request.config.attrs[0].attr.values, 0);
	rig_line_refuse(board->lines, "GPIO27", EBUSY); /* a living service has it */
	assert_int_equal(release(&board->rig), 1);
	rig_line_refuse(board->lines, "GPIO27", 0);
	rig_start(&board->rig, QUIET); /* and it goes on with the relay */
	rig_line_switches(board->lines, "GPIO27", 3, switches, 8);
	assert_true(switches[2].on);
}

static void a_line_that_cannot_be_had_is_a_fault_with_its_cure(void **state)
{
	struct board *board = with(state, EVERYTHING BUTTON);
	json_t *status;

	rig_line_refuse(board->lines, "GPIO17", EBUSY);
	rig_start(&board->rig, QUIET);
	assert_true(has_fault(board, "line-unusable"));
	status = status_of(board);
	assert_string_equal(rig_text(line_of(status, "main"), "state"), "busy");
	assert_non_null(strstr(rig_text(line_of(status, "main"), "message"), "other-program"));
	assert_true(strlen(rig_text(line_of(status, "main"), "cure")) > 10);
	json_decref(status);
	rig_line_refuse(board->lines, "GPIO17", EACCES);
	until_line(board, "main", "state", "denied");
	rig_line_refuse(board->lines, "GPIO17", ENOENT);
	until_line(board, "main", "state", "missing");
	rig_do(&board->rig, "{\"do\":\"play\",\"names\":[\"mot\"]}"); /* it goes on without */
	json_decref(rig_until_closed(&board->rig, 1));
	rig_line_refuse(board->lines, "GPIO17", 0);
	until_line(board, "main", "state", "ok");
	assert_false(has_fault(board, "line-unusable"));
	rig_line_unplug(board->lines, "GPIO17");
	until_line(board, "main", "state", "missing");
	until_line(board, "main", "state", "ok");
	rig_line_press(board->lines, "GPIO17", 100000);
	json_decref(rig_until_closed(&board->rig, 2));
}

static void a_reload_asks_only_for_what_changed(void **state)
{
	struct board *board =
		with(state, EVERYTHING BUTTON RELAY "led \"l\" { line = \"GPIO22\" }\n");

	rig_start(&board->rig, QUIET);
	rig_do(&board->rig, "{\"do\":\"play\",\"names\":[\"ba\"]}");
	json_decref(rig_until(&board->rig, "on_air.started", true));
	with(state, EVERYTHING RELAY "led \"l\" { line = \"GPIO22\" shows = \"clock\" }\n"
				     "button \"main\" { line = \"GPIO5\" press = \"stop\" }\n");
	rig_do(&board->rig, "{\"do\":\"reload\"}");
	until_line(board, "main", "line", "GPIO5");
	assert_int_equal(rig_line_requests(board->lines, "GPIO17"), 1);
	assert_int_equal(rig_line_requests(board->lines, "GPIO22"), 1);
	assert_int_equal(rig_line_requests(board->lines, "GPIO27"), 1);
	rig_line_press(board->lines, "GPIO5", 100000);
	json_decref(rig_until(&board->rig, "on_air", false));
}

static void the_lights_show_how_it_stands(void **state)
{
	struct board *board =
		with(state, EVERYTHING BUTTON "led \"air\" { line = \"L1\" shows = \"on-air\" }\n"
					      "led \"time\" { line = \"L2\" shows = \"clock\" }\n"
					      "led \"well\" { line = \"L3\" shows = \"healthy\" }\n"
					      "led \"contact\" { line = \"L4\" shows = \"healthy\" "
					      "blink = false }\n");
	struct rig_switch s[64];

	rig_start(&board->rig, QUIET);
	rig_line_switches(board->lines, "L2", 1, s, 64);
	assert_true(s[0].on);
	rig_line_switches(board->lines, "L3", 1, s, 64);
	assert_true(s[0].on);
	rig_line_press(board->lines, "GPIO17", 100000);
	rig_line_switches(board->lines, "L1", 2, s, 64);
	assert_true(s[0].on && !s[1].on);
	rig_do(&board->rig, "{\"do\":\"play\",\"names\":[\"b\"]}");
	json_decref(rig_until_closed(&board->rig, 2)); /* over the gap it stays on */
	assert_int_equal(rig_line_switches(board->lines, "L1", 4, s, 64), 4);
	/* a line goes: six blinks, and again; the contact just opens */
	rig_line_refuse(board->lines, "GPIO17", ENOENT);
	rig_line_unplug(board->lines, "GPIO17");
	rig_line_switches(board->lines, "L4", 2, s, 64);
	assert_true(s[0].on && !s[1].on);
	rig_line_switches(board->lines, "L3", 13, s, 64);
	rig_line_refuse(board->lines, "GPIO17", 0);
	until_line(board, "main", "state", "ok");
	rig_line_switches(board->lines, "L4", 3, s, 64);
	assert_true(s[2].on);
	assert_int_equal(rig_end(&board->rig, SIGTERM), 0);
	rig_line_switches(board->lines, "L4", 4, s, 64);
	assert_false(s[3].on);
}

/* With a sink that is no card, and no word on lines, nothing is touched. */
static void lines_that_are_left_alone_are_told(void **state)
{
	struct board *board = with(state, EVERYTHING BUTTON RELAY);
	json_t *status;

	snprintf(board->rig.lines, sizeof(board->rig.lines), "none");
	rig_start(&board->rig, QUIET);
	status = status_of(board);
	assert_string_equal(rig_text(line_of(status, "main"), "state"), "unused");
	assert_string_equal(rig_text(line_of(status, "relay"), "state"), "unused");
	assert_int_equal(json_array_size(json_object_get(status, "faults")), 0);
	json_decref(status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_relay_is_on_around_the_sound, begin, end),
		cmocka_unit_test_setup_teardown(a_play_by_hand_waits_for_the_amplifier, begin, end),
		cmocka_unit_test_setup_teardown(a_service_that_is_killed_lets_go_of_the_relay,
						begin, end),
		cmocka_unit_test_setup_teardown(a_line_that_cannot_be_had_is_a_fault_with_its_cure,
						begin, end),
		cmocka_unit_test_setup_teardown(a_reload_asks_only_for_what_changed, begin, end),
		cmocka_unit_test_setup_teardown(the_lights_show_how_it_stands, begin, end),
		cmocka_unit_test_setup_teardown(lines_that_are_left_alone_are_told, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
