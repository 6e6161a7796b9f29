/* SPDX-License-Identifier: MIT */
/* control_faults - faults of the box as control tells them: part of control.h. */
#ifndef EDGE_CONTROL_FAULTS_H
#define EDGE_CONTROL_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* A fault of the box, for status. Borrowed until the next callback. */
struct control_fault {
	const char *code, *message, *cure;
	int64_t since_us, last_us;
	unsigned count;
};

struct control_past_fault { /* borrowed likewise */
	const char *code, *message, *cure;
	int64_t first_us, last_us;
	unsigned count;
	bool over;
};

#endif
