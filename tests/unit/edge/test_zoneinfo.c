/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tzif_file.h"

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
		cmocka_unit_test(same_as_the_system), cmocka_unit_test(far_years),
		cmocka_unit_test(unknown_names),      cmocka_unit_test(transitions),
		cmocka_unit_test(damaged_files),      cmocka_unit_test(zones_with_leap_seconds),
		cmocka_unit_test(another_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
