/* SPDX-License-Identifier: MIT */
/*
 * usb_job - one stick on its way into the station, in stages.
 *
 * Root is needed to mount, and for nothing else: every stage that looks at what a stranger wrote
 * runs in a process of its own as the station's user. What the stages hand to
 * each other lies in memory that they share.
 */
#ifndef TOOLS_USB_JOB_H
#define TOOLS_USB_JOB_H

#include <stdbool.h>

#include "command.h"

#define USB_RESULT_BYTES (256 << 10)
#define USB_USER	 "loaphuong"

/* How the station wants it read (control.h). */
struct usb_orders {
	char folder[64], monitor[256], device[256];
	unsigned files_max, depth_max, rate_hz;
	bool result_file;
};

struct usb_shared {
	struct usb_orders orders;
	char code[32]; /* the whole was cut short: a code of import_words; "" */
	unsigned taken, known, refused, left_out;
	char text[USB_RESULT_BYTES]; /* what is said of each file, for people */
};

struct usb_job {
	const struct call *call;
	const char *source; /* "/dev/sda1", or a folder */
	bool is_device;
	int root; /* of the stick; -1: not mounted */
	struct usb_shared *shared;
};

/* A stage returns an exit code. */
typedef int usb_stage_fn(struct usb_job *job);

/* usb_stage.c: runs a stage; as root of a device in a child that is USB_USER, else as it is. */
int usb_run_stage(struct usb_job *job, usb_stage_fn *stage);

/* usb_bring.c: all files of the stick into the station, one after the other; fills the text. */
int usb_bring(struct usb_job *job);

/* usb_tone.c: how it went, on the monitor, if there is one and it is not the horns' card. */
void usb_tone(const struct usb_orders *orders, bool well);

#endif
