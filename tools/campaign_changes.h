/* SPDX-License-Identifier: MIT */
/* campaign_changes - changes to a campaign out of a file, as change_json.h has them. */
#ifndef TOOLS_CAMPAIGN_CHANGES_H
#define TOOLS_CAMPAIGN_CHANGES_H

#include <jansson.h>

/* The JSON object in a file, or on stdin for "-"; NULL after a complaint. */
json_t *campaign_changes_read(const char *path);

#endif
