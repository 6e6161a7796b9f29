/* SPDX-License-Identifier: MIT */
#include "json_line.h"

#include <errno.h>

#define LINE_BYTES 4096 /* what is longer is written piece by piece */

int json_line(FILE *out, const json_t *json, size_t flags)
{
	char line[LINE_BYTES];
	/* json_dumpf() writes each comma by itself: that was a fifth of a year's plan. */
	size_t n = json_dumpb(json, line, sizeof(line) - 1, flags);

	if (n == 0)
		return -ENOMEM;
	if (n < sizeof(line)) {
		line[n] = '\n';
		fwrite(line, 1, n + 1, out);
		return 0;
	}
	json_dumpf(json, out, flags);
	fputc('\n', out);
	return 0;
}
