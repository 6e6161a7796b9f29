/* SPDX-License-Identifier: MIT */
/*
 * log_source - the as-run log, from the station that runs or from its files where none does.
 *
 * Rows and notes come as the JSON of row_json.h and control.h either way, so that what prints them
 * need not know. Everything returns an exit code; what went wrong was said on stderr.
 */
#ifndef TOOLS_LOG_SOURCE_H
#define TOOLS_LOG_SOURCE_H

#include <jansson.h>

#include "scene.h"
#include "store.h"

struct log_source;

/* Borrows the scene. */
int log_open(const struct scene *scene, struct log_source **ret);
/* The same, but NULL where no station runs and there is no log. */
int log_open_if_there(const struct scene *scene, struct log_source **ret);
struct log_source *log_close(struct log_source *source);

/* Row borrowed for the call; a non-zero answer stops and becomes the answer. */
typedef int log_row_fn(void *context, const json_t *row);

/*
 * Rows in order of row number. With a limit, at most so many; newest_first only together with a
 * limit of one page of the station (200).
 */
int log_rows(struct log_source *source, const struct store_query *query, log_row_fn *fn,
	     void *context);

/* Notes in the order in which they were written, under the same rules. */
int log_notes(struct log_source *source, const struct store_query *query, log_row_fn *fn,
	      void *context);

/* {"intact", "events", "head", "first_bad", "problem"}, as control's log-verify. */
int log_verify(struct log_source *source, json_t **ret);

#endif
