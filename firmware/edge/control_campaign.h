/* SPDX-License-Identifier: MIT */
/*
 * control_campaign - of control: changes to the programme, by a person who has no editor. In the manner
 * of control.h.
 *
 *   campaign-save {file, base, changes}
 *                                 sha256 of what the file holds now, or null where it went;
 *                                 warnings: [FAULT as of reload]. The changes are those of
 *                                 change_json.h. They are made in the file as it lies on the disk,
 *                                 checked with all the others, kept in the history, saved in one
 *                                 step, and reloaded. Then it is answered.
 *   campaign-undo {number?, anyway?: bool}
 *                                 the same: the file of that save (absent: the newest) is again as
 *                                 it was before. That is a save like any other, so that an undo
 *                                 can be undone. anyway: also if the file was changed since.
 *
 * Error codes: "changed" (the file is not what base, or the history, says: look again), "no-such" (a
 * campaign, a section, or a save of that number), "bad-change" (it cannot be written), "nothing"
 * (it stands there already), "config" with faults: [FAULT] (nothing was saved; or, if it says so,
 * saved but not in force), "disk", "busy-station" (another is being saved).
 */
#ifndef EDGE_CONTROL_CAMPAIGN_H
#define EDGE_CONTROL_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "change_json.h"

struct control;
struct control_hand;
struct control_verdict;
struct control_config_fault;

struct control_edit {
	const struct control_hand *hand;
	const struct changes *changes; /* NULL: an undo */
	int64_t number;		       /* of the save to undo; 0 = the newest */
	bool anyway;
};

/* What is said of the config with an answer. Borrowed. */
struct control_said {
	const struct control_config_fault *faults;
	size_t n;
};

/* sha256 NULL: the file is gone. Of an error only verdict and said are used. */
void control_answer_edit(struct control *control, uint64_t token,
			 const struct control_verdict *verdict, const struct control_said *said,
			 const uint8_t *sha256);

#endif
