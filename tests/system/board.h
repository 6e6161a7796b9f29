/* SPDX-License-Identifier: MIT */
/* A station with a simulated board, and what its status says of the lines. For one test each. */
#ifndef TESTS_BOARD_H
#define TESTS_BOARD_H

#include <stdio.h>
#include <stdlib.h>

#include "civil.h"
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

static inline struct board *with(void **state, const char *config)
{
	struct board *board = *state;
	char text[8192];

	snprintf(text, sizeof(text), "%s%s", config, CAMPAIGN);
	rig_write_config(&board->rig, text);
	return board;
}

static inline int begin(void **state)
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

static inline int end(void **state)
{
	struct board *board = *state;

	rig_free(&board->rig);
	rig_lines_free(board->lines);
	free(board);
	return 0;
}

/* The lines of the status, by name. Borrowed from the status. */
static inline json_t *line_of(json_t *status, const char *name)
{
	json_t *lines = json_object_get(status, "lines"), *line;
	size_t i;

	json_array_foreach(lines, i,
			   line) if (strcmp(rig_text(line, "name"), name) == 0) return line;
	fail_msg("no line %s in the status", name);
	return NULL;
}

static inline json_t *status_of(struct board *board)
{
	json_t *reply = rig_ask(&board->rig, "{\"do\":\"status\"}");
	json_t *status = json_incref(json_object_get(reply, "status"));

	json_decref(reply);
	return status;
}

/* Waits until what a line says at path is that text. */
static inline void until_line(struct board *board, const char *name, const char *path,
			      const char *want)
{
	int64_t deadline_us = rig_mono_us() + RIG_PATIENCE_US;

	for (;;) {
		json_t *status = status_of(board);
		bool there = strcmp(rig_text(line_of(status, name), path), want) == 0;

		json_decref(status);
		if (there)
			return;
		if (rig_mono_us() > deadline_us)
			fail_msg("%s: %s never became %s", name, path, want);
		rig_breathe();
	}
}

static inline long long number_of(struct board *board, const char *name, const char *path)
{
	json_t *status = status_of(board);
	long long number = json_integer_value(rig_at(line_of(status, name), path));

	json_decref(status);
	return number;
}

static inline bool has_fault(struct board *board, const char *code)
{
	json_t *status = status_of(board), *fault;
	bool there = false;
	size_t i;

	json_array_foreach(json_object_get(status, "faults"), i, fault) there =
		there || strcmp(rig_text(fault, "code"), code) == 0;
	json_decref(status);
	return there;
}

static inline int64_t ms_of(json_t *row, const char *key)
{
	int64_t us = 0;

	assert_int_equal(civil_parse_instant(rig_text(row, key), NULL, &us), 0);
	return us / 1000;
}

#endif
