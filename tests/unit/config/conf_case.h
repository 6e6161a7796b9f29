/* SPDX-License-Identifier: MIT */
/*
 * conf_case - a config text, the world it is checked against, and its faults as one short line:
 * "3 unknown-key, 7 bad-time" (warnings with a '?': "4? overlap").
 */
#ifndef TESTS_CONF_CASE_H
#define TESTS_CONF_CASE_H

#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf.h"

/* Zones: two, as the system has them. */
static inline int case_zone(void *context, const char *name, struct zone *ret)
{
	(void)context;
	if (strcmp(name, "Asia/Ho_Chi_Minh") == 0)
		return zone_fixed(name, 7 * 3600, ret);
	return strcmp(name, "UTC") == 0 ? zone_fixed(name, 0, ret) : -ENOENT;
}

/* Recordings a, b, c, d of ten seconds and "hour" of one hour. */
static inline int case_recording(void *context, size_t index, const char **ret_name,
				 struct plan_recording *ret)
{
	static const char *const names[] = {"a", "b", "c", "d", "hour"};

	(void)context;
	if (index >= CHECK_COUNT(names))
		return -ENOENT;
	*ret_name = names[index];
	*ret = (struct plan_recording){.present = true, .length_us = 10 * CIVIL_US};
	if (index == 4)
		ret->length_us = 3600 * CIVIL_US;
	return 0;
}

static const struct conf_world case_world = {.zone = case_zone, .recording = case_recording};

static inline char *case_faults(const struct faults *faults)
{
	char *line = NULL;
	size_t n;
	FILE *out = open_memstream(&line, &n);

	for (size_t i = 0; i < faults->n; i++)
		fprintf(out, "%s%d%s %s", i ? ", " : "", faults->items[i].line,
			faults->items[i].error ? "" : "?", faults->items[i].code);
	fclose(out);
	return line;
}

struct case_result {
	int error;
	struct plan *plan;
	struct settings settings;
	struct faults faults;
	char *line; /* of faults */
};

static inline struct case_result case_load(const char *text, size_t n, bool campaigns_only,
					   const struct conf_world *world)
{
	struct conf_text conf = {"test.conf", text, n, campaigns_only};
	struct case_result result = {.plan = NULL};

	result.error =
		conf_load_text(&conf, 1, world, &result.faults, &result.plan, &result.settings);
	result.line = case_faults(&result.faults);
	/* taken whole or not at all */
	assert_true((result.error == 0) == (result.plan != NULL));
	assert_true((result.error == -EINVAL) == faults_any_error(&result.faults));
	return result;
}

static inline void case_done(struct case_result *result)
{
	plan_free(result->plan);
	faults_done(&result->faults);
	free(result->line);
}

/* A campaign of June 2024 around broadcasts (that begin on line 3). */
#define JUNE(inside)                                                                               \
	"campaign \"june\" { from = \"2024-06-01\" until = \"2024-06-30\"\n"                       \
	"playlist \"p\" { clips = {\"a\", \"b\"} }\n" inside "\n}\n"

/* A text and its faults. */
struct case_row {
	int line;
	const char *text, *faults;
};

static inline void check_one(const struct case_row *row, bool campaigns_only)
{
	struct case_result result =
		case_load(row->text, strlen(row->text), campaigns_only, &case_world);

	if (strcmp(result.line, row->faults) != 0)
		for (size_t i = 0; i < result.faults.n; i++)
			print_error("  %d: %s\n", result.faults.items[i].line,
				    result.faults.items[i].text);
	check_row_str(row->line, result.line, row->faults);
	case_done(&result);
}

static inline void check_rows(const struct case_row *rows, size_t n, bool campaigns_only)
{
	for (size_t i = 0; i < n; i++)
		check_one(&rows[i], campaigns_only);
}

#endif
