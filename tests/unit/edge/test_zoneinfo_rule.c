/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "tzif_file.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_footers),
		cmocka_unit_test(change_behind_new_year),
		cmocka_unit_test(summer_without_end),
		cmocka_unit_test(bad_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
