/* SPDX-License-Identifier: MIT */
/*
 * rehearse - how long it takes to rehearse the shipped June, and a year of 100 broadcasts a day.
 *
 * Prints NAME<TAB>VALUE<TAB>UNIT lines. Usage: bench_rehearse CAMPAIGN_FILE
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conf.h"
#include "rehearse.h"
#include "zoneinfo.h"

#define ROUNDS	   7
#define BROADCASTS 100
#define CLIPS	   20

struct count {
	size_t rows, played;
};

static int count_row(void *context, const struct asrun_row *row)
{
	struct count *count = context;

	count->rows++;
	count->played += row->outcome == OUTCOME_PLAYED;
	return 0;
}

static int zone_of(void *context, const char *name, struct zone *ret)
{
	(void)context;
	return zoneinfo_load(name, ret);
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Every clip gets a recording of 5 s; the library has no part in this. */
static void record_all(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_clips; i++) {
		plan->clips[i].recording.present = true;
		plan->clips[i].recording.length_us = 5 * CIVIL_US;
	}
}

static int64_t day_us(const struct plan *plan, const char *day)
{
	struct civil_date date = {0};

	civil_parse_date(day, false, &date);
	return zone_day_start(&plan->zone, civil_day(date)) * CIVIL_US;
}

static int measure(const char *name, const struct plan *plan, int64_t from_us, int64_t until_us)
{
	struct rehearse_options options = {.plan = plan, .from_us = from_us, .until_us = until_us};
	struct count count = {0};
	double took[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		double begin = now_ms();

		count = (struct count){0};
		if (rehearse_run(&options, count_row, &count) < 0)
			return -1;
		took[i] = now_ms() - begin;
	}
	qsort(took, ROUNDS, sizeof(took[0]), by_value);
	printf("%s, %zu occurrences, %zu of them play\t%.1f\tms\n", name, count.rows, count.played,
	       took[ROUNDS / 2]);
	return 0;
}

static struct plan *load(const struct conf_text *texts, size_t n_texts)
{
	struct conf_world world = {.zone = zone_of};
	struct faults faults = {0};
	struct settings settings;
	struct plan *plan = NULL;

	conf_load_text(texts, n_texts, &world, &faults, &plan, &settings);
	for (size_t i = 0; !plan && i < faults.n; i++)
		fprintf(stderr, "%s:%d: %s\n", faults.items[i].file, faults.items[i].line,
			faults.items[i].text);
	faults_done(&faults);
	if (plan)
		record_all(plan);
	return plan;
}

static const struct conf_text station = {
	.name = "station",
	.text = "station { timezone = \"Asia/Ho_Chi_Minh\" }\n",
};

static char *read_all(const char *path)
{
	struct faults faults = {0};
	char *text = NULL;
	size_t n;

	if (conf_read_file(path, &faults, &text, &n) < 0)
		fprintf(stderr, "%s cannot be read\n", path);
	faults_done(&faults);
	return text;
}

static int measure_june(const char *path)
{
	char *text = read_all(path);
	struct conf_text texts[] = {station, {.name = path, .text = text}};
	struct plan *plan;
	int r;

	if (!text)
		return -1;
	texts[0].n = strlen(station.text);
	texts[1].n = strlen(text);
	plan = load(texts, 2);
	r = plan ? measure("June 2024, the shipped campaign", plan, day_us(plan, "2024-06-01"),
			   day_us(plan, "2024-07-01"))
		 : -1;
	plan_free(plan);
	free(text);
	return r;
}

/* A year in which a hundred broadcasts air three items each, 9 minutes apart, every day. */
static char *year_text(void)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return NULL;
	fprintf(out, "%s", station.text);
	for (int i = 0; i < CLIPS; i++)
		fprintf(out, "clip \"clip-%d\" { title = \"%d\" }\n", i, i);
	fprintf(out, "campaign \"year\" {\n from = \"2024-01-01\"\n until = \"2024-12-31\"\n");
	fprintf(out, " playlist \"all\" { clips = {");
	for (int i = 0; i < CLIPS; i++)
		fprintf(out, "%s\"clip-%d\"", i ? ", " : "", i);
	fprintf(out, "} order = \"rotate\" take = 2 }\n");
	for (int i = 0; i < BROADCASTS; i++)
		fprintf(out,
			" broadcast \"b%d\" { at = {\"%02d:%02d\"} play = {\"clip-0\", \"all\"} "
			"}\n",
			i, 5 + (40 + i * 9) / 60, (40 + i * 9) % 60);
	fprintf(out, "}\n");
	fclose(out);
	return text;
}

static int measure_year(void)
{
	char *text = year_text();
	struct conf_text whole = {.name = "year", .text = text};
	struct plan *plan;
	int r;

	if (!text)
		return -1;
	whole.n = strlen(text);
	plan = load(&whole, 1);
	r = plan ? measure("a year of 100 broadcasts a day", plan, day_us(plan, "2024-01-01"),
			   day_us(plan, "2025-01-01"))
		 : -1;
	plan_free(plan);
	free(text);
	return r;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[2], "--print-year") == 0) {
		char *text = year_text();

		printf("%s", text ? text : "");
		free(text);
		return 0;
	}
	if (argc != 2) {
		fprintf(stderr, "usage: bench_rehearse CAMPAIGN_FILE\n");
		return 2;
	}
	return measure_june(argv[1]) < 0 || measure_year() < 0;
}
