/* SPDX-License-Identifier: MIT */
/*
 * The USB stick, as its reader (loaphuong usb import) tells of it: the station itself touches no
 * stick. The result stays shown, on the lights too, until the stick is pulled out.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import_words.h"
#include "words.h"

static void answer(struct daemon *d, const struct daemon_import *import,
		   const struct library_result *result, bool known)
{
	struct daemon_usb *usb = &d->usb;

	if (known)
		usb->there++;
	else if (result->verdict == LIBRARY_ACCEPTED)
		usb->taken++;
	else
		usb->refused++;
	daemon_arrival_note(d, true, import->file.name, known, result);
	daemon_import_answer(d, import, result, known);
}

int daemon_usb_file(struct daemon *d, const struct control_import *import, uint64_t token)
{
	struct daemon_import *job =
		daemon_import_file(d, import->file, import->fd, import->hand.who, answer);

	if (!job)
		return -EBUSY;
	job->token = token;
	snprintf(job->file.name, sizeof(job->file.name), "%s", import->file);
	return 0;
}

/* The config in force decides, not what may lie in its file by now. */
static bool may_begin(const struct daemon *d, struct control_usb_orders *ret,
		      struct control_verdict *ret_verdict)
{
	const struct settings_usb *usb = &d->settings.usb;

	*ret = (struct control_usb_orders){
		.folder = usb->folder,
		.monitor = usb->monitor,
		.device = d->settings.device,
		.files_max = usb->files_max,
		.depth_max = usb->depth_max,
		.rate_hz = d->settings.rate_hz,
		.result_file = usb->result_file,
	};
	if (usb->enabled)
		return true;
	ret_verdict->error = "disabled";
	snprintf(ret_verdict->message, sizeof(ret_verdict->message), "%s",
		 _("The config says that USB sticks are left alone: usb { enabled = true } "
		   "changes that."));
	return false;
}

static void begin(struct daemon *d, const char *device)
{
	d->usb = (struct daemon_usb){.known = true, .present = true, .reading = true};
	d->usb.began_us = d->now_us;
	snprintf(d->usb.device, sizeof(d->usb.device), "%s", device);
	daemon_fault_clear(d, FAULT_USB);
}

static void end(struct daemon *d, const char *code, unsigned left_out)
{
	struct daemon_usb *usb = &d->usb;
	char text[LIMIT_WHY];

	if (!usb->reading)
		return;
	usb->reading = false;
	usb->ended_us = d->now_us;
	usb->ended_mono_us = clock_mono_us();
	usb->left_out = left_out;
	snprintf(usb->problem, sizeof(usb->problem), "%s", code);
	snprintf(text, sizeof(text), "taken %u, known %u, refused %u, left out %u%s%s", usb->taken,
		 usb->there, usb->refused, left_out, code[0] ? ", " : "", code);
	daemon_note(d, "usb", usb->device, text);
	if (code[0] || usb->refused || left_out)
		daemon_fault_set(d, FAULT_USB, "%s", code[0] ? import_refusal(code) : "");
}

void daemon_usb(void *context, const struct control_usb *told,
		struct control_usb_orders *ret_orders, struct control_verdict *ret)
{
	struct daemon *d = context;

	switch (told->step) {
	case USB_BEGIN:
		if (may_begin(d, ret_orders, ret))
			begin(d, told->device);
		break;
	case USB_FILE:
		d->usb.refused++;
		daemon_arrival_refuse(d, true, told->file, told->code);
		break;
	case USB_END:
		end(d, told->code, told->left_out);
		break;
	case USB_OUT:
		end(d, "pulled-out", 0);
		d->usb.present = false;
		daemon_fault_clear(d, FAULT_USB);
		break;
	}
}

void daemon_usb_show(const struct daemon *d, struct control_stick *ret)
{
	const struct daemon_usb *usb = &d->usb;

	*ret = (struct control_stick){
		.known = usb->known,
		.present = usb->present,
		.reading = usb->reading,
		.device = usb->device,
		.problem = usb->problem[0] ? usb->problem : NULL,
		.message = usb->problem[0] ? import_refusal(usb->problem) : NULL,
		.began_us = usb->began_us,
		.ended_us = usb->ended_us,
		.taken = usb->taken,
		.there = usb->there,
		.refused = usb->refused,
		.left_out = usb->left_out,
	};
}
