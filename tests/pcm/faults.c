/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void take_flag(const char *word, struct faults *ret)
{
	const struct {
		const char *word;
		bool *flag;
	} flags[] = {
		{"absent", &ret->absent},
		{"busy", &ret->busy},
		{"start-fails", &ret->start_fails},
		{"drain-hangs", &ret->drain_hangs},
		{"resume-fails", &ret->resume_fails},
		{"resume-waits", &ret->resume_waits},
		{"write-hangs", &ret->write_hangs},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		*flags[i].flag |= strcmp(word, flags[i].word) == 0;
}

/* Where a number that this word has behind it goes; NULL: it has none. */
static int64_t *number_of(const char *word, struct faults *ret)
{
	const struct {
		const char *word;
		int64_t *number;
	} numbers[] = {
		{"start-late", &ret->start_late_us}, {"xrun-at", &ret->xrun_at},
		{"xrun-every", &ret->xrun_every},    {"stall-at", &ret->stall_at},
		{"gone-at", &ret->gone_at},	     {"suspend-at", &ret->suspend_at},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(word, numbers[i].word) == 0)
			return numbers[i].number;
	return NULL;
}

void faults_read(const char *path, struct faults *ret)
{
	FILE *from = path && path[0] ? fopen(path, "re") : NULL;
	char word[32];

	*ret = (struct faults){
		.xrun_at = -1, .xrun_every = -1, .stall_at = -1, .gone_at = -1, .suspend_at = -1};
	while (from && fscanf(from, "%31s", word) == 1) {
		int64_t *number = number_of(word, ret);

		take_flag(word, ret);
		if (number && fscanf(from, "%" SCNd64, number) != 1)
			break;
	}
	if (from)
		fclose(from);
}
