/* SPDX-License-Identifier: MIT */
/* What is wired to the box: buttons, the amplifier's relay, lights, over simulated lines. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/gpio.h>

#include "rig_lines.h"

#define EVERYTHING "airtime { allow = {\"00:00-24:00\"} }\n"
#define CAMPAIGN                                                                                   \
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"            \
	"  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\", \"hai\"} gap = \"500ms\" }\n}\n"
#define BUTTON                                                                                     \
	"button \"main\" { line = \"GPIO17\" press = \"mot\" hold = \"stop\" cooldown = \"0s\" "   \
	"}\n"
#define QUIET "2024-06-01T05:00:00+07:00"

struct board {
	struct rig rig;
	struct rig_lines *lines;
};

static struct board *with(void **state, const char *config)
{
	struct board *board = *state;
	char text[8192];

	snprintf(text, sizeof(text), "%s%s", config, CAMPAIGN);
	rig_write_config(&board->rig, text);
	return board;
}

static int begin(void **state)
{
	struct board *board = calloc(1, sizeof(*board));

	assert_non_null(board);
	rig_new(&board->rig, EVERYTHING CAMPAIGN);
	rig_short_clip(&board->rig, "mot", 0, 1000);
	rig_short_clip(&board->rig, "hai", 1, 1500);
	rig_short_clip(&board->rig, "ba", 2, 20000);
	board->lines = rig_lines_new(&board->rig);
	*state = board;
	return 0;
}

static int end(void **state)
{
	struct board *board = *state;

	rig_free(&board->rig);
	rig_lines_free(board->lines);
	free(board);
	return 0;
}

static void a_press_plays(void **state)
{
	struct board *board = with(state, EVERYTHING BUTTON);
	json_t *rows, *row;

	rig_start(&board->rig, QUIET);
	rig_line_press(board->lines, "GPIO17", 100000);
	rows = rig_until_closed(&board->rig, 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_string_equal(rig_text(row, "trigger"), "button");
	assert_string_equal(rig_text(row, "who"), "main");
	assert_string_equal(rig_text(row, "class"), "priority");
	json_decref(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_press_plays, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
