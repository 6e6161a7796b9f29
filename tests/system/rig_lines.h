/* SPDX-License-Identifier: MIT */
/*
 * rig_lines - a simulated board for the service: lines that a test presses, and outputs whose
 * switching it sees, with instants. A thread of its own answers, as a kernel would.
 */
#ifndef TESTS_RIG_LINES_H
#define TESTS_RIG_LINES_H

#include "rig.h"

struct rig_lines;

/* One switching of an output. at_us: CLOCK_MONOTONIC. */
struct rig_switch {
	int64_t at_us;
	bool on;
	bool dropped; /* the service closed the line, or died */
};

/* Listens in the rig's folder; rig->lines is set so that the service uses it. */
struct rig_lines *rig_lines_new(struct rig *rig);
struct rig_lines *rig_lines_free(struct rig_lines *lines);

/* What the next request of a line is answered: 0, or ENOENT, EBUSY, EACCES. */
void rig_line_refuse(struct rig_lines *lines, const char *line, int error);
/* The board debounces itself from now on (default: it does not). */
void rig_lines_debounce(struct rig_lines *lines, bool debounces);
/* The level that the next request finds. true is active. */
void rig_line_begin(struct rig_lines *lines, const char *line, bool active);
/* An edge now. Like all edges it waits until the line is requested. */
void rig_line_level(struct rig_lines *lines, const char *line, bool active);
/* An edge the service never gets, as if its buffer had been full. */
void rig_line_lose(struct rig_lines *lines, const char *line, bool active);
/* n edges (at most 150), apart_us apart from now on. Waits that long. */
void rig_line_burst(struct rig_lines *lines, const char *line, unsigned n, int64_t apart_us);
/* Down for so long, and up for a moment. Waits that long. */
void rig_line_press(struct rig_lines *lines, const char *line, int64_t down_us);
/* Nobody touches a line for so long: the pause of a hand between two presses, part of what is tested. */
void rig_line_rest(int64_t us);
/* The board goes away under the line. */
void rig_line_unplug(struct rig_lines *lines, const char *line);

/* Waits until the output was switched n times; copies at most max of them, returns how many. */
size_t rig_line_switches(struct rig_lines *lines, const char *line, size_t n,
			 struct rig_switch *ret, size_t max);
/* How often the line was requested so far, and what for the last time. */
unsigned rig_line_requests(struct rig_lines *lines, const char *line);
/* Somebody has it now. */
bool rig_line_held(struct rig_lines *lines, const char *line);
struct gpio_v2_line_request;
void rig_line_request(struct rig_lines *lines, const char *line, struct gpio_v2_line_request *ret);

#endif
