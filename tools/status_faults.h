/* SPDX-License-Identifier: MIT */
/* status_faults - faults of the box that are over, as status shows them. */
#ifndef TOOLS_STATUS_FAULTS_H
#define TOOLS_STATUS_FAULTS_H

#include "ask.h"

/* The newest of a status, on stdout, behind a label of so many columns. Nothing where there is none. */
void status_past_faults(const json_t *status, int columns);
/* All that the running station knows of, present and past. An exit code. */
int status_all_faults(const struct call *call);

#endif
