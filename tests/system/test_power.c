/* SPDX-License-Identifier: MIT */
/*
 * The service ends in mid-broadcast, told or killed: the next start resumes or closes what was on
 * air, and every occurrence has its one row.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "civil.h"
#include "rig.h"

#define KILLS	    100 /* other numbers with KILLS in the environment */
#define KILLS_MAX   20000
#define EVERY_S	    2 /* an occurrence every so many seconds */
#define ALARM_S	    5 /* and one that interrupts it */
#define PARTS	    12 /* of a quarter of an hour each: a broadcast has no more than LIMIT_TIMES starts */
#define KILL_MAX_MS 700 /* after it is ready */

static struct rig *new_rig(const char *more)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	rig_new(rig, more);
	return rig;
}

static int end(void **state)
{
	struct rig *rig = *state;

	rig_free(rig);
	free(rig);
	return 0;
}

static int begin_long(void **state)
{
	struct rig *rig = new_rig(
		"airtime { allow = {\"00:00-24:00\"} }\n"
		"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"
		"  broadcast \"b\" { at = {\"05:45\"} play = {\"mot\", \"hai\", \"ba\"} late = "
		"\"10min\" }\n}\n");

	rig_short_clip(rig, "mot", 0, 1000);
	rig_short_clip(rig, "hai", 1, 3000);
	rig_short_clip(rig, "ba", 2, 1000);
	*state = rig;
	return 0;
}

static void until_clip(struct rig *rig, const char *clip)
{
	for (;;) {
		json_t *status = rig_until(rig, "on_air", true);
		bool there = strcmp(rig_text(status, "on_air.clip"), clip) == 0;

		json_decref(status);
		if (there)
			return;
		rig_breathe();
	}
}

static void ended_in_mid_broadcast_it_resumes(void **state)
{
	struct rig *rig = *state;
	json_t *rows, *row;

	rig_start(rig, "2024-06-01T05:44:57+07:00");
	until_clip(rig, "hai");
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	rig_start(rig, NULL);
	rows = rig_until_closed(rig, 1);
	assert_int_equal(json_array_size(rows), 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "at"), "2024-06-01T05:45:00+07:00");
	assert_memory_equal(rig_text(row, "start"), "2024-06-01T05:45:00.0", 21);
	assert_string_equal(rig_text(row, "outcome"), "played");
	json_decref(rows);
}

static void killed_in_mid_broadcast_it_resumes(void **state)
{
	struct rig *rig = *state;
	json_t *rows, *row;

	rig_start(rig, "2024-06-01T05:44:57+07:00");
	until_clip(rig, "hai");
	json_decref(rig_rows(rig)); /* what ended before it is in the log before it is asked */
	assert_int_equal(rig_end(rig, SIGKILL), -SIGKILL);
	rig_start(rig, NULL);
	rows = rig_until_closed(rig, 1);
	assert_int_equal(json_array_size(rows), 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "at"), "2024-06-01T05:45:00+07:00");
	assert_string_equal(rig_text(row, "outcome"), "played");
	json_decref(rows);
}

/* An emergency that a person stopped must not sound again by itself, however soon after that. */
static void stopped_by_hand_and_ended_it_stays_stopped(void **state)
{
	struct rig *rig = *state;
	json_t *rows, *row;

	rig_start(rig, "2024-06-01T03:15:00+07:00");
	rig_do(rig,
	       "{\"do\": \"play\", \"names\": [\"hai\"], \"emergency\": true, \"who\": \"Hoa\"}");
	until_clip(rig, "hai");
	rig_do(rig, "{\"do\": \"stop\"}");
	assert_int_equal(rig_end(rig, SIGTERM), 0);
	rig_start(rig, NULL);
	rows = rig_rows(rig);
	assert_int_equal(json_array_size(rows), 1);
	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "outcome"), "partial");
	assert_string_equal(rig_text(row, "reason"), "stopped");
	json_decref(rows);
}

/* From 05:45 on, in parts b0, b1, ... of which each takes up where the one before ends; u0, ... beside them. */
static size_t print_parts(char *ret, size_t n)
{
	size_t length = 0;

	for (int i = 0; i < PARTS; i++) {
		int from = 5 * 60 + 45 + 15 * i, until = from + 15;
		char between[32];

		snprintf(between, sizeof(between), "%02d:%02d-%02d:%02d", from / 60, from % 60,
			 until / 60, until % 60);
		length += (size_t)snprintf(
			ret + length, n - length,
			"  broadcast \"b%d\" { every = \"%ds\" between = \"%s\" play = {\"mot\"} "
			"late = \"0s\" }\n"
			"  broadcast \"u%d\" { every = \"%ds\" between = \"%s\" play = {\"hai\"} "
			"late = \"0s\" class = \"priority\" interrupt = \"now\" }\n",
			i, EVERY_S, between, i, ALARM_S, between);
		assert_true(length < n);
	}
	return length;
}

static int begin_kills(void **state)
{
	char config[8192] =
		"airtime { allow = {\"00:00-24:00\"} }\n"
		"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-01\"\n";
	size_t n = strlen(config);
	struct rig *rig;

	n += print_parts(config + n, sizeof(config) - n);
	snprintf(config + n, sizeof(config) - n, "}\n");
	rig = new_rig(config);
	rig_short_clip(rig, "mot", 0, 600);
	rig_short_clip(rig, "hai", 1, 400);
	*state = rig;
	return 0;
}

static void wait_ms(long ms)
{
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

/* How often a clip of the row was on air to its end. */
static size_t times_whole(json_t *row)
{
	size_t i, n = 0;
	json_t *heard;

	json_array_foreach(rig_at(row, "proof"), i, heard)
	{
		n += json_is_true(rig_at(heard, "whole"));
	}
	return n;
}

/* One row for every occurrence of the broadcasts of that letter up to then, and none of them open. */
static void check_rows(json_t *rows, char broadcast, int every_s, int64_t first_us, int64_t last_us)
{
	static char seen[8192];
	size_t i, n = 0;
	json_t *row;

	if (last_us >= first_us)
		n = (size_t)((last_us - first_us) / CIVIL_US / every_s) + 1;
	print_message("%zu occurrences of %c\n", n, broadcast);
	assert_true(n < sizeof(seen));
	memset(seen, 0, sizeof(seen));
	json_array_foreach(rows, i, row)
	{
		int64_t at_us;
		size_t place;

		if (rig_text(row, "broadcast")[0] != broadcast)
			continue;
		assert_int_equal(civil_parse_instant(rig_text(row, "at"), NULL, &at_us), 0);
		place = (size_t)((at_us - first_us) / CIVIL_US / every_s);
		assert_true(at_us >= first_us);
		if (at_us > last_us)
			continue;
		if (seen[place]++)
			fail_msg("%s has two rows", rig_text(row, "at"));
		assert_string_not_equal(rig_text(row, "outcome"), "open");
		assert_true(times_whole(row) <= 1);
	}
	for (i = 0; i < n; i++)
		if (!seen[i])
			fail_msg("occurrence %zu has no row", i);
}

/* Has everything that was due until then been closed? */
static bool all_closed(json_t *rows, int64_t last_us)
{
	bool beyond = false;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		int64_t at_us;

		if (rig_text(row, "broadcast")[0] == '\0')
			continue; /* by hand */
		assert_int_equal(civil_parse_instant(rig_text(row, "at"), NULL, &at_us), 0);
		beyond |= at_us > last_us;
		if (at_us <= last_us && strcmp(rig_text(row, "outcome"), "open") == 0)
			return false;
	}
	return beyond;
}

/* What the service's thread has used of a processor until now. */
static int64_t processor_us(pid_t pid)
{
	char path[64];
	long long ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lld", &ns), 1);
	fclose(file);
	return ns / 1000;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Of n, in order of size, the one with that share of them below it. */
static int64_t share(const int64_t *times, size_t n, double part)
{
	static int64_t sorted[KILLS_MAX];

	memcpy(sorted, times, n * sizeof(*times));
	qsort(sorted, n, sizeof(*sorted), by_size);
	return sorted[(size_t)((double)(n - 1) * part)];
}

struct restarts {
	size_t n;
	int64_t armed_us[KILLS_MAX]; /* from the kill, as a person with a watch has it */
	int64_t used_us[KILLS_MAX];  /* of a processor: what others do besides is not in it */
};

static void take_restart(struct restarts *restarts, const struct rig *rig, int64_t killed_us)
{
	restarts->armed_us[restarts->n] = rig_mono_us() - killed_us;
	restarts->used_us[restarts->n++] = processor_us(rig->pid);
}

/* The figures; and a log that has grown makes no start longer. */
static void check_restarts(const struct restarts *restarts)
{
	size_t n = restarts->n, quarter = n / 4;
	const int64_t *us = restarts->armed_us;

	if (quarter == 0)
		return;
	print_message("armed again after a kill: 50 %% within %lld ms, 99 %% %lld ms, all %lld ms; "
		      "processor %lld ms\n",
		      (long long)share(us, n, 0.5) / 1000, (long long)share(us, n, 0.99) / 1000,
		      (long long)share(us, n, 1.0) / 1000,
		      (long long)share(restarts->used_us, n, 0.5) / 1000);
	assert_true(share(restarts->used_us + n - quarter, quarter, 0.5) <
		    2 * share(restarts->used_us, quarter, 0.5));
}

/* A hand in the busy day, now and then. */
static void meddle(struct rig *rig, unsigned *seed)
{
	static const char *const requests[] = {
		"{\"do\":\"play\",\"names\":[\"hai\"],\"who\":\"Hoa\"}",
		"{\"do\":\"volume\",\"db\":-3}",
		"{\"do\":\"stop\"}",
		"{\"do\":\"reload\"}",
	};
	unsigned which = (unsigned)rand_r(seed) % 8;

	if (which < CHECK_COUNT(requests))
		json_decref(rig_ask(rig, "%s", requests[which]));
}

static void killed_at_any_moment_every_occurrence_has_one_row(void **state)
{
	static struct restarts restarts;
	const char *seed_text = getenv("SEED"), *kills_text = getenv("KILLS");
	unsigned seed = seed_text ? (unsigned)strtoul(seed_text, NULL, 10) : (unsigned)time(NULL);
	long kills = kills_text ? strtol(kills_text, NULL, 10) : KILLS;
	struct rig *rig = *state;
	int64_t first_us, last_us, killed_us;
	json_t *reply, *rows;

	print_message("SEED=%u\n", seed);
	assert_in_range(kills, 1, KILLS_MAX - 1);
	assert_int_equal(civil_parse_instant("2024-06-01T05:45:00+07:00", NULL, &first_us), 0);
	killed_us = rig_mono_us();
	for (long i = 0; i < kills; i++) {
		rig_start(rig, "2024-06-01T05:44:50+07:00");
		take_restart(&restarts, rig, killed_us);
		meddle(rig, &seed);
		wait_ms(rand_r(&seed) % KILL_MAX_MS);
		killed_us = rig_mono_us();
		assert_int_equal(rig_end(rig, SIGKILL), -SIGKILL);
	}
	rig_start(rig, NULL);
	last_us = rig->begin_us + rig_mono_us() - rig->begin_mono_us;
	while ((rows = rig_rows(rig)) && !all_closed(rows, last_us)) {
		json_decref(rows);
		rig_breathe();
	}
	check_rows(rows, 'b', EVERY_S, first_us, last_us);
	check_rows(rows, 'u', ALARM_S, first_us, last_us);
	json_decref(rows);
	reply = rig_ask(rig, "{\"do\":\"log-verify\"}");
	assert_true(json_is_true(rig_at(reply, "intact")));
	json_decref(reply);
	check_restarts(&restarts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ended_in_mid_broadcast_it_resumes, begin_long, end),
		cmocka_unit_test_setup_teardown(stopped_by_hand_and_ended_it_stays_stopped,
						begin_long, end),
		cmocka_unit_test_setup_teardown(killed_in_mid_broadcast_it_resumes, begin_long,
						end),
		cmocka_unit_test_setup_teardown(killed_at_any_moment_every_occurrence_has_one_row,
						begin_kills, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
