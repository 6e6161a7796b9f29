/* SPDX-License-Identifier: MIT */
/*
 * tzif_file - TZif files built in memory, and glibc's word for an offset.
 */
#ifndef TESTS_TZIF_FILE_H
#define TESTS_TZIF_FILE_H

#include <time.h>

#include "make_plan.h"
#include "zoneinfo.h"

#define YEAR_2038 INT64_C(2145916800)

/* glibc's word for the offset; the zone is set by the caller. */
MAKER int32_t system_offset(int64_t utc_s)
{
	time_t at = (time_t)utc_s;
	struct tm tm;

	assert_non_null(localtime_r(&at, &tm));
	return (int32_t)tm.tm_gmtoff;
}

/* Building TZif files in memory. */
struct file {
	uint8_t bytes[4096];
	size_t n;
};

MAKER void put(struct file *file, uint64_t value, unsigned bytes)
{
	while (bytes-- > 0) {
		assert_true(file->n < sizeof(file->bytes));
		file->bytes[file->n++] = (uint8_t)(value >> (8 * bytes));
	}
}

MAKER void put_text(struct file *file, const char *text)
{
	for (; *text; text++)
		put(file, (uint8_t)*text, 1);
}

MAKER void put_header(struct file *file, char version, unsigned leap, unsigned n, unsigned types)
{
	put_text(file, "TZif");
	put(file, (uint8_t)version, 1);
	for (int i = 0; i < 15; i++)
		put(file, 0, 1);
	put(file, 0, 4);
	put(file, 0, 4);
	put(file, leap, 4);
	put(file, n, 4);
	put(file, types, 4);
	put(file, 4, 4);
}

/* Nothing in the first block; changes in the second; the rule. */
MAKER struct file new_file(const struct zone_change *changes, unsigned n, const char *rule)
{
	struct file file = {.n = 0};

	put_header(&file, '2', 0, 0, 1);
	put(&file, 0, 6);
	put_text(&file, "UTC");
	put(&file, 0, 1);
	put_header(&file, '2', 0, n, n + 1);
	for (unsigned i = 0; i < n; i++)
		put(&file, (uint64_t)changes[i].from_s, 8);
	for (unsigned i = 0; i < n; i++)
		put(&file, i + 1, 1);
	put(&file, 0, 6);
	for (unsigned i = 0; i < n; i++) {
		put(&file, (uint32_t)changes[i].offset_s, 4);
		put(&file, 0, 2);
	}
	put_text(&file, "UTC");
	put(&file, 0, 1);
	put_text(&file, "\n");
	put_text(&file, rule);
	put_text(&file, "\n");
	return file;
}

#endif
