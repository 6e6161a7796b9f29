/* SPDX-License-Identifier: MIT */
/*
 * control_arrivals - of control: recordings about which nobody can be asked, from the inbox and from
 * USB sticks. In the manner of control.h.
 *
 *   clip-bring {file} and the open file by SCM_RIGHTS
 *                                 as clip-add, from a USB stick: nobody can be asked, so name and
 *                                 title are made of the file's name, a name that is taken gets a
 *                                 number, and a recording that is there already is done with
 *                                 (known: true, clip is the one that has it).
 *   usb {step, device?, file?, code?, left_out?}
 *                                 what the reader of a stick tells: step "begin" (device: for
 *                                 people; the reply has orders: {folder, files_max, depth_max,
 *                                 result_file, monitor, device, rate}, or error "disabled"), "file" (one that was refused unread, code as of
 *                                 clip-bring or "unreadable", "empty", "no-file"), "end" (code:
 *                                 the whole was cut short: "pulled-out", "unreadable", "no-folder",
 *                                 "not-a-stick", "stopped"), "out" (the stick is gone)
 *
 * Of status:
 *                                 usb: null | {present, state: "reading"|"done", device, began,
 *                                   ended, taken, known, refused, left_out,   numbers
 *                                   problem: CODE|null, message}, the last stick,
 *                                 arrivals: [{at, from: "inbox"|"usb", file, result:
 *                                   "taken"|"known"|"refused", clip: NAME|null, code, message,
 *                                   warnings: [{code, message}]}], of those of whom nobody could
 *                                   be asked, the newest first, at most CONTROL_ARRIVALS,
 */
#ifndef EDGE_CONTROL_ARRIVALS_H
#define EDGE_CONTROL_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_ARRIVALS  20  /* of those in status */
#define CONTROL_FILE_NAME 256 /* bytes of a file's name, NUL included */

struct control_warning {
	const char *code;
	char text[256];
};

/* A file that came through the inbox or from a stick. Borrowed until the next callback. */
struct control_arrival {
	int64_t at_us;
	const char *from, *file, *result, *clip, *code, *message; /* clip "" = none */
	const struct control_warning *warnings;
	size_t n_warnings;
};

/* The last stick that was plugged in. */
struct control_stick {
	bool known; /* there was one since the start */
	bool present, reading;
	const char *device, *problem, *message; /* problem: NULL = none */
	int64_t began_us, ended_us;
	unsigned taken, there, refused, left_out; /* there: the recording was known */
};

enum control_usb_step { USB_BEGIN, USB_FILE, USB_END, USB_OUT };
struct control_usb {
	enum control_usb_step step;
	const char *device, *file, *code; /* "" = none */
	unsigned left_out;
};

/* How a stick is to be read, by the config in force. Borrowed until the next callback. */
struct control_usb_orders {
	const char *folder, *monitor, *device; /* device: of the loudspeakers */
	unsigned files_max, depth_max, rate_hz;
	bool result_file;
};

#endif
