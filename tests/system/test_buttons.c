/* SPDX-License-Identifier: MIT */
/* What a press does, over a simulated board. */
#include <errno.h>
#include <linux/gpio.h>

#include "board.h"

static void a_press_plays(void **state)
{
	struct board *board = with(state, EVERYTHING BUTTON);
	struct gpio_v2_line_request request;
	json_t *rows, *row;

	rig_start(&board->rig, QUIET);
	rig_line_request(board->lines, "GPIO17", &request);
	assert_string_equal(request.consumer, "loaphuong");
	assert_int_equal(request.config.flags,
			 GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
				 GPIO_V2_LINE_FLAG_EDGE_FALLING | GPIO_V2_LINE_FLAG_ACTIVE_LOW |
				 GPIO_V2_LINE_FLAG_BIAS_PULL_UP);
	assert_int_equal(request.config.attrs[0].attr.debounce_period_us, 30000);
	rig_line_press(board->lines, "GPIO17", 100000);
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_string_equal(rig_text(row, "trigger"), "button");
	assert_string_equal(rig_text(row, "who"), "main");
	assert_string_equal(rig_text(row, "class"), "priority");
	json_decref(rows);
	until_line(board, "main", "last.did", "played");
	assert_int_equal(number_of(board, "main", "presses"), 1);
}

static void one_message_for_one_press(void **state)
{
	struct board *board = with(state, EVERYTHING BUTTON);
	json_t *rows;

	rig_start(&board->rig, QUIET);
	for (int i = 0; i < 5; i++)
		rig_line_burst(board->lines, "GPIO17", 150, 500);
	rig_line_rest(100000);
	rig_line_burst(board->lines, "GPIO17", 2, 20000);
	rig_line_rest(100000);
	assert_int_equal(number_of(board, "main", "presses"), 0);
	rig_line_burst(board->lines, "GPIO17", 11, 1000);
	rig_line_rest(200000);
	rig_line_burst(board->lines, "GPIO17", 11, 1000);
	rows = rig_until_closed(&board->rig, 1);
	assert_int_equal(json_array_size(rows), 1);
	json_decref(rows);
	assert_int_equal(number_of(board, "main", "presses"), 1);
	assert_int_equal(number_of(board, "main", "gaps"), 0);
	/* and the button still works */
	rig_line_press(board->lines, "GPIO17", 100000);
	json_decref(rig_until_closed(&board->rig, 2));
}

static void lost_edges_are_counted_and_the_level_is_read_anew(void **state)
{
	struct board *board = with(state, EVERYTHING BUTTON);

	rig_start(&board->rig, QUIET);
	rig_line_level(board->lines, "GPIO17", true);
	rig_line_rest(100000);
	rig_line_lose(board->lines, "GPIO17", false);
	rig_line_lose(board->lines, "GPIO17", true);
	rig_line_level(board->lines, "GPIO17", false);
	json_decref(rig_until_closed(&board->rig, 1));
	assert_int_equal(number_of(board, "main", "gaps"), 2);
	assert_int_equal(number_of(board, "main", "presses"), 1);
}

static void a_hold_stops_what_is_on_air(void **state)
{
	struct board *board =
		with(state, EVERYTHING "button \"main\" { line = \"GPIO17\" press = \"ba\" "
				       "hold = \"stop\" hold-time = \"500ms\" }\n");
	json_t *rows, *row;

	rig_start(&board->rig, QUIET);
	rig_line_press(board->lines, "GPIO17", 100000);
	json_decref(rig_until(&board->rig, "on_air.started", true));
	rig_line_level(board->lines, "GPIO17", true);
	json_decref(rig_until(&board->rig, "on_air", false)); /* while it is still held */
	rig_line_level(board->lines, "GPIO17", false);
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "partial");
	assert_string_equal(rig_text(row, "reason"), "stopped");
	assert_int_equal(json_array_size(rows), 1);
	json_decref(rows);
	until_line(board, "main", "last.what", "hold");
}

static void again_and_cooldown_are_kept(void **state)
{
	struct board *board = with(state, EVERYTHING
				   "button \"r\" { line = \"R\" press = \"ba\" again = \"restart\" "
				   "cooldown = \"0s\" }\n"
				   "button \"s\" { line = \"S\" press = \"ba\" again = \"stop\" }\n"
				   "button \"i\" { line = \"I\" press = \"ba\" }\n");
	json_t *rows;

	rig_start(&board->rig, QUIET);
	rig_line_press(board->lines, "R", 100000);
	json_decref(rig_until(&board->rig, "on_air.started", true));
	rig_line_rest(1000000);
	rig_line_press(board->lines, "R", 100000);
	rows = rig_until_closed(&board->rig, 1);
	assert_string_equal(rig_text(json_array_get(rows, 0), "reason"), "stopped");
	json_decref(rows);
	rig_line_press(board->lines, "S", 100000); /* another message: by hand, so it goes first */
	until_line(board, "s", "last.did", "played");
	rig_line_rest(1000000);
	rig_line_press(board->lines, "S", 100000);
	until_line(board, "s", "last.did", "stopped");
	rig_line_press(board->lines, "I", 100000);
	until_line(board, "i", "last.did", "played");
	rig_line_press(board->lines, "I", 100000);
	until_line(board, "i", "last.did", "ignored");
	rig_do(&board->rig, "{\"do\":\"stop\"}");
	json_decref(rig_until(&board->rig, "on_air", false));
	rig_line_press(board->lines, "I", 100000);
	until_line(board, "i", "last.did", "cooldown");
	rows = rig_until_closed(&board->rig, 4);
	assert_int_equal(json_array_size(rows), 4); /* R, R again, S, I */
	json_decref(rows);
}

static void a_stuck_button_is_a_fault_and_plays_at_most_once(void **state)
{
	struct board *board =
		with(state, EVERYTHING "button \"a\" { line = \"A\" press = \"mot\" }\n"
				       "button \"b\" { line = \"B\" press = \"mot\" }\n");
	json_t *rows;

	rig_line_begin(board->lines, "A", true);
	rig_start(&board->rig, QUIET);
	rig_line_level(board->lines, "B", true);
	json_decref(rig_until_closed(&board->rig, 1));
	assert_false(has_fault(board, "button-stuck"));
	while (!has_fault(board, "button-stuck"))
		rig_breathe();
	rig_line_rest(500000);
	assert_true(number_of(board, "a", "presses") == 0);
	assert_true(number_of(board, "b", "presses") == 1);
	rig_line_level(board->lines, "A", false);
	rig_line_level(board->lines, "B", false);
	while (has_fault(board, "button-stuck"))
		rig_breathe();
	rig_line_rest(100000);
	rows = rig_rows(&board->rig);
	assert_int_equal(json_array_size(rows), 1);
	json_decref(rows);
	rig_line_press(board->lines, "A", 100000);
	json_decref(rig_until_closed(&board->rig, 2));
}

static void outside_airtime_only_an_emergency_of_two_steps(void **state)
{
	struct board *board =
		with(state, "airtime { allow = {\"05:30-07:00\"} }\n"
			    "button \"main\" { line = \"M\" press = \"mot\" }\n"
			    "button \"sos\" { line = \"E\" press = \"mot\" emergency = true "
			    "hold-time = \"300ms\" }\n");
	json_t *rows, *row;

	rig_start(&board->rig, "2024-06-01T03:15:00+07:00");
	rig_line_press(board->lines, "M", 100000);
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "refused");
	assert_string_equal(rig_text(row, "reason"), "outside-airtime");
	assert_string_equal(rig_text(row, "trigger"), "button");
	assert_string_equal(rig_text(row, "who"), "main");
	json_decref(rows);
	until_line(board, "main", "last.did", "outside-airtime");
	rig_line_press(board->lines, "E", 100000); /* the first step is a hold */
	rig_line_rest(100000);
	rig_line_press(board->lines, "E", 500000);
	rig_line_rest(100000);
	rows = rig_rows(&board->rig);
	assert_int_equal(json_array_size(rows), 1);
	json_decref(rows);
	rig_line_press(board->lines, "E", 100000);
	rows = rig_until_closed(&board->rig, 2);
	row = json_array_get(rows, 1);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_string_equal(rig_text(row, "class"), "emergency");
	assert_string_equal(rig_text(row, "who"), "sos");
	json_decref(rows);
}

static void a_press_can_be_rehearsed_without_the_wire(void **state)
{
	struct board *board =
		with(state, EVERYTHING BUTTON
		     "button \"sos\" { line = \"E\" press = \"mot\" emergency = true }\n"
		     "button \"gone\" { line = \"G\" press = \"khong-co\" }\n");
	json_t *reply, *rows, *row;

	rig_line_refuse(board->lines, "GPIO17", ENOENT); /* no wire at all */
	rig_start(&board->rig, QUIET);
	assert_true(has_fault(board, "button-target"));
	reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"main\",\"who\":\"Lan\"}");
	assert_string_equal(rig_text(reply, "did"), "played");
	assert_int_equal(json_integer_value(rig_at(reply, "row")), 1);
	json_decref(reply);
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "trigger"), "cli");
	assert_memory_equal(rig_text(row, "who"), "Lan (", 5);
	assert_string_equal(rig_text(row, "why"), "button main");
	json_decref(rows);
	reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"main\",\"hold\":true}");
	assert_string_equal(rig_text(reply, "did"), "nothing"); /* it is over */
	json_decref(reply);
	reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"sos\",\"hold\":true}");
	assert_string_equal(rig_text(reply, "error"), "bad-request");
	json_decref(reply);
	reply = rig_ask(&board->rig,
			"{\"do\":\"press\",\"name\":\"sos\",\"hold\":true,\"who\":\"Lan\"}");
	assert_string_equal(rig_text(reply, "did"), "armed");
	json_decref(reply);
	reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"sos\",\"who\":\"Lan\"}");
	assert_string_equal(rig_text(reply, "did"), "played");
	json_decref(reply);
	rows = rig_until_closed(&board->rig, 2);
	assert_string_equal(rig_text(json_array_get(rows, 1), "class"), "emergency");
	json_decref(rows);
	reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"gone\"}");
	assert_string_equal(rig_text(reply, "error"), "no-such");
	json_decref(reply);
	reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"nobody\"}");
	assert_string_equal(rig_text(reply, "error"), "no-such");
	json_decref(reply);
	rig_line_level(board->lines, "E", true);
	until_line(board, "sos", "state", "ok");
	do {
		reply = rig_ask(&board->rig, "{\"do\":\"press\",\"name\":\"sos\",\"who\":\"Lan\"}");
		row = json_incref(json_object_get(reply, "error"));
		json_decref(reply);
	} while (!row);
	assert_string_equal(json_string_value(row), "held");
	json_decref(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_press_plays, begin, end),
		cmocka_unit_test_setup_teardown(one_message_for_one_press, begin, end),
		cmocka_unit_test_setup_teardown(lost_edges_are_counted_and_the_level_is_read_anew,
						begin, end),
		cmocka_unit_test_setup_teardown(a_hold_stops_what_is_on_air, begin, end),
		cmocka_unit_test_setup_teardown(again_and_cooldown_are_kept, begin, end),
		cmocka_unit_test_setup_teardown(a_stuck_button_is_a_fault_and_plays_at_most_once,
						begin, end),
		cmocka_unit_test_setup_teardown(outside_airtime_only_an_emergency_of_two_steps,
						begin, end),
		cmocka_unit_test_setup_teardown(a_press_can_be_rehearsed_without_the_wire, begin,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
