/* SPDX-License-Identifier: MIT */
/* daemon_campaign - changes to the programme by hand. Included by daemon_internal.h alone. */
#ifndef DAEMON_CAMPAIGN_H
#define DAEMON_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "control.h"

struct daemon;

/* A change to the programme that is being saved. */
struct daemon_edit {
	uint64_t token; /* 0: none is */
	struct control_hand hand;
	char language[8], file[CHANGE_FILE];
	bool undo, is_there;
	uint8_t sha256[32]; /* of the file when it is saved */
};

/* The host's edit: control.h. */
void daemon_edit(void *context, const struct control_edit *edit, uint64_t token,
		 struct control_said *ret_said, struct control_verdict *ret);
/* The writer is done with it: reload, and the answer. */
void daemon_edit_saved(struct daemon *d, int error);
/* d->reload_faults for an answer; borrowed until they change. */
void daemon_config_said(struct daemon *d, struct control_said *ret);

#endif
