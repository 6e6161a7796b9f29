/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void faults_read(const char *path, struct faults *ret)
{
	FILE *from = path && path[0] ? fopen(path, "re") : NULL;
	char line[80], word[32];
	int64_t value;

	*ret = (struct faults){.xrun_at = -1, .stall_at = -1, .gone_at = -1};
	while (from && fgets(line, sizeof(line), from)) {
		value = 0;
		if (sscanf(line, "%31s %" SCNd64, word, &value) < 1)
			continue;
		ret->absent |= strcmp(word, "absent") == 0;
		ret->busy |= strcmp(word, "busy") == 0;
		ret->start_fails |= strcmp(word, "start-fails") == 0;
		if (strcmp(word, "start-late") == 0)
			ret->start_late_us = value;
		else if (strcmp(word, "xrun-at") == 0)
			ret->xrun_at = value;
		else if (strcmp(word, "stall-at") == 0)
			ret->stall_at = value;
		else if (strcmp(word, "gone-at") == 0)
			ret->gone_at = value;
	}
	if (from)
		fclose(from);
}
