/* SPDX-License-Identifier: MIT */
#include "campaign_changes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "limit.h"
#include "words.h"

json_t *campaign_changes_read(const char *path)
{
	static char text[LIMIT_REQUEST_BYTES + 1];
	bool piped = strcmp(path, "-") == 0;
	FILE *in = piped ? stdin : fopen(path, "re");
	json_error_t where;
	json_t *json;
	size_t n;

	if (!in) {
		complain(_("%s cannot be read (%s): check its name"), path, words_error(errno));
		return NULL;
	}
	n = fread(text, 1, sizeof(text), in);
	if (!piped)
		fclose(in);
	if (n > LIMIT_REQUEST_BYTES) {
		complain(_("%s is longer than 64 KiB: change less at a time"), path);
		return NULL;
	}
	json = json_loadb(text, n, JSON_REJECT_DUPLICATES, &where);
	if (!json_is_object(json)) {
		complain(_("%s is no JSON object (line %d): see loaphuong(1), campaign try"), path,
			 where.line);
		json_decref(json);
		return NULL;
	}
	return json;
}
