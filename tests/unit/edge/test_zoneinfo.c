/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "make_plan.h"
#include "zoneinfo.h"

#define YEAR_2038 INT64_C(2145916800)

/* glibc's word for the offset; the zone is set by the caller. */
static int32_t system_offset(int64_t utc_s)
{
	time_t at = (time_t)utc_s;
	struct tm tm;

	assert_non_null(localtime_r(&at, &tm));
	return (int32_t)tm.tm_gmtoff;
}

static void compare_with_system(const char *name, uint64_t *random)
{
	struct zone zone;

	print_message("%s\n", name);
	assert_int_equal(zoneinfo_load(name, &zone), 0);
	assert_string_equal(zone.name, name);
	assert_int_equal(setenv("TZ", name, 1), 0);
	tzset();
	for (size_t i = 0; i < zone.n_changes && zone.changes[i].from_s < YEAR_2038; i++) {
		int64_t from_s = zone.changes[i].from_s;

		assert_int_equal(zone_offset(&zone, from_s), system_offset(from_s));
		assert_int_equal(zone_offset(&zone, from_s + 1), system_offset(from_s + 1));
		if (i == 0)
			continue;
		assert_int_equal(zone_offset(&zone, from_s - 1), system_offset(from_s - 1));
		assert_true(zone.changes[i - 1].from_s < from_s);
		assert_true(zone.changes[i - 1].offset_s != zone.changes[i].offset_s);
	}
	/* Changes that we do not know of are found by looking twice a day. */
	for (int64_t at_s = 0; at_s < YEAR_2038; at_s += 43200 - 7) {
		int64_t any_s = make_between(random, 0, YEAR_2038);

		assert_int_equal(zone_offset(&zone, at_s), system_offset(at_s));
		assert_int_equal(zone_offset(&zone, any_s), system_offset(any_s));
	}
	zone_done(&zone);
}

static void same_as_the_system(void **state)
{
	static const char *const names[] = {
		"Asia/Ho_Chi_Minh",  "Europe/Berlin", "Australia/Lord_Howe",
		"Africa/Casablanca", "UTC",	      "Asia/Kathmandu",
		"America/Sao_Paulo", "Europe/Dublin", "Pacific/Apia",
		"America/Nuuk",	     "Asia/Gaza",     "Antarctica/Troll",
	};
	uint64_t random = make_seed("same_as_the_system", 1970);

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(names); i++)
		compare_with_system(names[i], &random);
	unsetenv("TZ");
	tzset();
}

/* The rule of the footer goes on to the end of the century. */
static void far_years(void **state)
{
	static const struct {
		int line;
		const char *name, *at;
		int32_t want;
	} rows[] = {
		{ROW, "Europe/Berlin", "2099-07-01T00:00Z", 7200},
		{ROW, "Europe/Berlin", "2099-12-01T00:00Z", 3600},
		{ROW, "Australia/Lord_Howe", "2099-01-01T00:00Z", 39600},
		{ROW, "Australia/Lord_Howe", "2099-07-01T00:00Z", 37800},
		{ROW, "Asia/Ho_Chi_Minh", "2099-07-01T00:00Z", 25200},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct zone zone;
		int64_t us;

		check_row_int(rows[i].line, civil_parse_instant(rows[i].at, NULL, &us), 0);
		check_row_int(rows[i].line, zoneinfo_load(rows[i].name, &zone), 0);
		check_row_int(rows[i].line, zone_offset(&zone, us / CIVIL_US), rows[i].want);
		zone_done(&zone);
	}
}

static void unknown_names(void **state)
{
	static const struct {
		int line;
		const char *name;
	} rows[] = {
		{ROW, ""},
		{ROW, "Asia/Hanoi"},
		{ROW, "Asia"},
		{ROW, "Asia/"},
		{ROW, "/usr/share/zoneinfo/UTC"},
		{ROW, "../zoneinfo/UTC"},
		{ROW, "Asia/../UTC"},
		{ROW, "Asia//Tokyo"},
		{ROW, "right/UTC"},
		{ROW, "right/Asia/Ho_Chi_Minh"},
		{ROW, "CET-1CEST,M3.5.0,M10.5.0/3"},
		{ROW, "zone.tab"},
		{ROW, "UTC "},
		{ROW, "A_name_that_is_longer_than_any_that_the_zone_of_a_station_could_hold"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct zone zone = {.n_changes = 77};

		check_row_int(rows[i].line, zoneinfo_load(rows[i].name, &zone), -ENOENT);
		check_row_int(rows[i].line, zone.n_changes, 77);
	}
}

/* Building TZif files in memory. */
struct file {
	uint8_t bytes[4096];
	size_t n;
};

static void put(struct file *file, uint64_t value, unsigned bytes)
{
	while (bytes-- > 0) {
		assert_true(file->n < sizeof(file->bytes));
		file->bytes[file->n++] = (uint8_t)(value >> (8 * bytes));
	}
}

static void put_text(struct file *file, const char *text)
{
	for (; *text; text++)
		put(file, (uint8_t)*text, 1);
}

static void put_header(struct file *file, char version, unsigned leap, unsigned n, unsigned types)
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
static struct file new_file(const struct zone_change *changes, unsigned n, const char *rule)
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

/* Every form of the rule, against what glibc makes of the same text. */
static void rules_of_footers(void **state)
{
	static const struct {
		int line;
		const char *rule;
	} rows[] = {
		{ROW, "<+07>-7"},
		{ROW, "UTC0"},
		{ROW, "<-0330>3:30"},
		{ROW, "CET-1CEST,M3.5.0,M10.5.0/3"},
		{ROW, "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"},
		{ROW, "EST5EDT,M3.2.0,M11.1.0"},
		{ROW, "IST-1GMT0,M10.5.0,M3.5.0/1"},
		{ROW, "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1"},
		{ROW, "EET-2EEST,M3.4.4/50,M10.4.4/50"},
		{ROW, "<+0330>-3:30<+0430>,J79/24,J263/24"},
		{ROW, "<+0330>-3:30<+0430>,79/24,263/24"},
		{ROW, "AAA3BBB,J60/0,J300/1:30:15"},
		{ROW, "AAA3BBB,59/0,M12.4.6/50"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct file file = new_file(NULL, 0, rows[i].rule);
		struct zone zone;

		check_row_int(rows[i].line, zoneinfo_parse("Test", file.bytes, file.n, &zone), 0);
		assert_int_equal(setenv("TZ", rows[i].rule, 1), 0);
		tzset();
		/* Not the first year: type 0 of the file holds until the first change. */
		for (int64_t at_s = 2 * 365 * CIVIL_DAY_S; at_s < YEAR_2038; at_s += 5400 * 9)
			check_row_int(rows[i].line, zone_offset(&zone, at_s), system_offset(at_s));
		for (size_t j = 3; j < zone.n_changes; j++) {
			int64_t from_s = zone.changes[j].from_s;

			check_row_int(rows[i].line, zone_offset(&zone, from_s - 1),
				      system_offset(from_s - 1));
			check_row_int(rows[i].line, zone_offset(&zone, from_s),
				      system_offset(from_s));
		}
		zone_done(&zone);
	}
	unsetenv("TZ");
	tzset();
}

/* A change that lies behind New Year is of the year before (glibc loses it). */
static void change_behind_new_year(void **state)
{
	static const struct zone_change new_year[] = {{94694400, -7200}};
	struct file file = new_file(NULL, 0, "AAA3BBB,59/0,M12.5.6/100");
	struct zone zone;

	(void)state;
	/* Saturday 30 December 1972 and 100 hours: 3 January 1973, 04:00 of summer time. */
	assert_int_equal(zoneinfo_parse("Test", file.bytes, file.n, &zone), 0);
	assert_int_equal(zone_offset(&zone, 94888800 - 1), -2 * 3600);
	assert_int_equal(zone_offset(&zone, 94888800), -3 * 3600);
	zone_done(&zone);
	/* Also if the file's own changes end between New Year and it. */
	file = new_file(new_year, 1, "AAA3BBB,59/0,M12.5.6/100");
	assert_int_equal(zoneinfo_parse("Test", file.bytes, file.n, &zone), 0);
	assert_int_equal(zone_offset(&zone, 94888800 - 1), -2 * 3600);
	assert_int_equal(zone_offset(&zone, 94888800), -3 * 3600);
	zone_done(&zone);
}

/* Summer all the year: the end of one is the begin of the next. */
static void summer_without_end(void **state)
{
	struct file file = new_file(NULL, 0, "XXX3EDT4,0/0,J365/23");
	struct zone zone;

	(void)state;
	assert_int_equal(zoneinfo_parse("Test", file.bytes, file.n, &zone), 0);
	assert_int_equal(zone_offset(&zone, 1000000000), -4 * 3600);
	assert_int_equal(zone_offset(&zone, 1704078000), -4 * 3600); /* 2024-01-01 */
	assert_int_equal(zone_offset(&zone, 1704078000 - 1), -4 * 3600);
	zone_done(&zone);
}

static void bad_rules(void **state)
{
	static const struct {
		int line;
		const char *rule;
	} rows[] = {
		{ROW, "C-1"},
		{ROW, "CET"},
		{ROW, "CET-1CEST"},
		{ROW, "CET-1CEST,M3.5.0"},
		{ROW, "CET-1CEST,M13.5.0,M10.5.0"},
		{ROW, "CET-1CEST,M3.6.0,M10.5.0"},
		{ROW, "CET-1CEST,M3.0.0,M10.5.0"},
		{ROW, "CET-1CEST,M3.5.7,M10.5.0"},
		{ROW, "CET-1CEST,J0,M10.5.0"},
		{ROW, "CET-1CEST,366,M10.5.0"},
		{ROW, "CET-1CEST,M3.5.0/168,M10.5.0"},
		{ROW, "CET-1CEST,M3.5.0,M10.5.0x"},
		{ROW, "CET-25"},
		{ROW, "<+07-7"},
		{ROW, "<+07>-7:60"},
		{ROW, ":Europe/Berlin"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct file file = new_file(NULL, 0, rows[i].rule);
		struct zone zone;

		check_row_int(rows[i].line, zoneinfo_parse("Test", file.bytes, file.n, &zone),
			      -EBADMSG);
	}
}

static void transitions(void **state)
{
	/* The first is before 1970, the third changes nothing, the last is after our time. */
	static const struct zone_change changes[] = {{-500000000, 25200},
						     {100000000, 28800},
						     {200000000, 28800},
						     {300000000, 25200},
						     {INT64_C(9000000000), 0}};
	struct file file = new_file(changes, CHECK_COUNT(changes), "<+00>0");
	struct zone zone;

	(void)state;
	assert_int_equal(zoneinfo_parse("Test", file.bytes, file.n, &zone), 0);
	assert_int_equal(zone.n_changes, 3);
	assert_int_equal(zone_offset(&zone, 0), 25200);
	assert_int_equal(zone_offset(&zone, 99999999), 25200);
	assert_int_equal(zone_offset(&zone, 100000000), 28800);
	assert_int_equal(zone_offset(&zone, 300000000), 25200);
	zone_done(&zone);
}

static void damaged_files(void **state)
{
	static const struct zone_change changes[] = {{100000000, 28800}, {200000000, 25200}};
	static const struct zone_change backwards[] = {{200000000, 28800}, {100000000, 25200}};
	static const struct zone_change backwards_early[] = {{-100000000, 28800},
							     {-200000000, 25200}};
	static const struct zone_change far_off[] = {{100000000, 30 * 3600}};
	uint64_t random = make_seed("damaged_files", 44);
	struct file good = new_file(changes, 2, "CET-1CEST,M3.5.0,M10.5.0/3"), bad;
	struct zone zone;

	(void)state;
	/* Cut off anywhere it is damaged. */
	for (size_t n = 0; n < good.n; n++)
		assert_int_equal(zoneinfo_parse("Test", good.bytes, n, &zone), -EBADMSG);
	bad = new_file(backwards, 2, "UTC0");
	assert_int_equal(zoneinfo_parse("Test", bad.bytes, bad.n, &zone), -EBADMSG);
	bad = new_file(backwards_early, 2, "UTC0");
	assert_int_equal(zoneinfo_parse("Test", bad.bytes, bad.n, &zone), -EBADMSG);
	bad = new_file(far_off, 1, "UTC0");
	assert_int_equal(zoneinfo_parse("Test", bad.bytes, bad.n, &zone), -EBADMSG);
	bad = good;
	bad.bytes[4] = '\0'; /* version 1 has 32 bits and no rule */
	assert_int_equal(zoneinfo_parse("Test", bad.bytes, bad.n, &zone), -EBADMSG);
	bad = good;
	bad.bytes[54 + 44 + 16] = 200; /* a type that is not there */
	assert_int_equal(zoneinfo_parse("Test", bad.bytes, bad.n, &zone), -EBADMSG);
	/* Bytes changed at random: a zone or an error, nothing worse. */
	for (int i = 0; i < 30000; i++) {
		bad = good;
		for (int64_t j = make_between(&random, 0, 3); j >= 0; j--)
			bad.bytes[make_between(&random, 0, (int64_t)bad.n - 1)] =
				(uint8_t)make_random(&random);
		if (zoneinfo_parse("Test", bad.bytes, bad.n, &zone) != 0)
			continue;
		for (size_t j = 1; j < zone.n_changes; j++)
			assert_true(zone.changes[j - 1].from_s < zone.changes[j].from_s);
		zone_done(&zone);
	}
}

/* Leap seconds under an innocent name: 27 s off. */
static void zones_with_leap_seconds(void **state)
{
	struct file file = {.n = 0};
	struct zone zone;

	(void)state;
	put_header(&file, '2', 0, 0, 1);
	put(&file, 0, 6);
	put(&file, 0, 4);
	put_header(&file, '2', 1, 0, 1);
	put(&file, 0, 6);
	put(&file, 0, 4);
	put(&file, 78796800, 8);
	put(&file, 1, 4);
	put_text(&file, "\nUTC0\n");
	assert_int_equal(zoneinfo_parse("Test", file.bytes, file.n, &zone), -EBADMSG);
}

/* $TZDIR is where the files are looked for; a damaged one and a FIFO are told apart from none. */
static void another_folder(void **state)
{
	char folder[] = "/tmp/loa-zoneinfo-XXXXXX", path[64];
	struct file file = new_file(NULL, 0, "<+07>-7");
	struct zone zone;
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("TZDIR", folder, 1), 0);
	snprintf(path, sizeof(path), "%s/Good", folder);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(file.bytes, 1, file.n, out), file.n);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(zoneinfo_load("Good", &zone), 0);
	assert_int_equal(zone_offset(&zone, 0), 25200);
	zone_done(&zone);
	assert_int_equal(zoneinfo_load("UTC", &zone), -ENOENT);
	assert_int_equal(truncate(path, 60), 0);
	assert_int_equal(zoneinfo_load("Good", &zone), -EBADMSG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(zoneinfo_load("Good", &zone), -ENOENT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	unsetenv("TZDIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_the_system),
		cmocka_unit_test(far_years),
		cmocka_unit_test(unknown_names),
		cmocka_unit_test(rules_of_footers),
		cmocka_unit_test(change_behind_new_year),
		cmocka_unit_test(summer_without_end),
		cmocka_unit_test(bad_rules),
		cmocka_unit_test(transitions),
		cmocka_unit_test(damaged_files),
		cmocka_unit_test(zones_with_leap_seconds),
		cmocka_unit_test(another_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
