/* SPDX-License-Identifier: MIT */
/* daemon_fault - what is wrong with the box, for people. Included by daemon_internal.h alone. */
#ifndef DAEMON_FAULT_H
#define DAEMON_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control.h"
#include "sink.h"

struct daemon;

enum daemon_fault_kind {
	FAULT_CONFIG,
	FAULT_DEVICE, /* the sound card cannot be used; and three that leave the sound going on: */
	FAULT_MIXER,
	FAULT_START,
	FAULT_UNDERRUNS,
	FAULT_LOG,
	FAULT_LOG_REPLACED,
	FAULT_LOG_END,
	FAULT_LOG_LOST,
	FAULT_LOG_PART,
	FAULT_DISK,
	FAULT_CLOCK,
	FAULT_NO_RECORDING,
	FAULT_NOT_APPROVED,
	FAULT_RECORDING,
	FAULT_RESTART,
	FAULT_LINE,
	FAULT_BUTTON_STUCK,
	FAULT_BUTTON_TARGET,
	FAULT_USB,
	FAULT_RESTARTED, /* never stands: told, and over */
	FAULT_N,
};

struct daemon_fault {
	bool present;
	int64_t since_us, last_us;
	unsigned count;
	char detail[512];
	struct sink_trouble trouble; /* of the faults of a sound card; else SINK_WELL */
};

__attribute__((format(printf, 3, 4))) void
daemon_fault_set(struct daemon *d, enum daemon_fault_kind kind, const char *format, ...);
void daemon_fault_clear(struct daemon *d, enum daemon_fault_kind kind);
void daemon_fault_device(struct daemon *d, enum daemon_fault_kind kind,
			 const struct sink_trouble *trouble);
/* Fills shown_faults in the language in force; returns how many. */
size_t daemon_fault_show(struct daemon *d);
bool daemon_fault_past(void *context, size_t index, struct control_past_fault *ret);
size_t daemon_fault_count(const struct daemon *d);
/* Faults of before there was a log are told to it. */
void daemon_fault_tell_log(struct daemon *d);
/* The classes of the faults there are: bit 1 << enum lamp_code. */
unsigned daemon_fault_codes(const struct daemon *d);

#endif
