/* SPDX-License-Identifier: MIT */
/*
 * shelf - the clips of a station that does not run: its library, what its log and its config tell.
 *
 * What is done here is noted in the log as the station would note it.
 */
#ifndef TOOLS_SHELF_H
#define TOOLS_SHELF_H

#include "control.h"
#include "offline.h"
#include "scene.h"
#include "store.h"

struct shelf {
	const struct scene *scene; /* borrowed */
	struct store *store;	   /* NULL: to read alone */
	struct library *library;
	struct lives lives;
	struct offline config; /* its plan is NULL where the config cannot be taken */
};

/*
 * To read alone everything is measured, and the index may be missing. To write (add, approve,
 * remove, restore) the store is opened. Returns an exit code, with a complaint; on EXIT_DONE close.
 */
int shelf_open(const struct scene *scene, bool write, struct shelf *ret);
void shelf_close(struct shelf *shelf);

/* Measures and keeps what is new in the folder; to write. */
void shelf_measure(struct shelf *shelf);

/* Appends all clips, those without a recording too, in order of name: control's "clips". */
int shelf_list(const struct shelf *shelf, json_t *clips);
/* control's "clip"; NULL: there is none of that name. */
json_t *shelf_clip(const struct shelf *shelf, const char *name);
/*
 * The same of the station that runs, or of the files where none does. Returns an exit code, with a
 * complaint.
 */
int shelf_look(const struct scene *scene, const char *name, json_t **ret);
/* The clip as control's clip-add answers; recording is not in the table yet. */
json_t *shelf_recording(const struct shelf *shelf, const struct store_clip *recording);

/* The person behind the command, as the station would log it: "by (user)", or the user. */
void shelf_who(const char *by, char ret[LIMIT_WHO]);
/* A note in the log. 0 or a negative errno. */
int shelf_note(struct shelf *shelf, const char *what, const char *who, const char *why);

#endif
