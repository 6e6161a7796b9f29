/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "check.h"
#include "make_plan.h"

/* Europe/Berlin, 2024 and 2025. */
static const struct zone_change berlin_changes[] = {
	{0, 3600}, {1711846800, 7200}, {1729990800, 3600}, {1743296400, 7200}, {1761440400, 3600},
};

static void parse_dates(void **state)
{
	static const struct {
		int line;
		const char *text;
		bool yearly;
		int want; /* 1: full date, 2: without a year */
	} rows[] = {
		{ROW, "2024-06-01", false, 1},
		{ROW, "2024-06-01", true, 1},
		{ROW, "06-01", true, 2},
		{ROW, "02-29", true, 2},
		{ROW, "06-01", false, 0},
		{ROW, "2023-02-29", true, 0},
		{ROW, "02-30", true, 0},
		{ROW, "2024-6-1", true, 0},
		{ROW, "2024-06-01 ", true, 0},
		{ROW, " 2024-06-01", true, 0},
		{ROW, "0000-06-01", true, 0},
		{ROW, "24-06-01", true, 0},
		{ROW, "", true, 0},
		{ROW, "2024/06/01", true, 0},
		{ROW, "01.06.2024", true, 0},
		{ROW, "2024-06-01x", true, 0},
		{ROW, "-001-06-01", true, 0},
		{ROW, "2024-ab-01", true, 0},
		{ROW, "2024-06-0x", true, 0},
		{ROW, "2024-06/01", true, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct civil_date date = {7, 7, 7};
		int error = civil_parse_date(rows[i].text, rows[i].yearly, &date);

		check_row_int(rows[i].line, error, rows[i].want ? 0 : -EINVAL);
		check_row_int(rows[i].line, date.year,
			      rows[i].want == 0	  ? 7
			      : rows[i].want == 1 ? 2024
						  : 0);
	}
}

static void parse_times(void **state)
{
	static const struct {
		int line;
		const char *text;
		bool midnight_ok;
		int32_t want; /* -1: refused */
	} rows[] = {
		{ROW, "05:45", false, 20700}, {ROW, "05:45:30", false, 20730},
		{ROW, "00:00", false, 0},     {ROW, "23:59:59", false, 86399},
		{ROW, "24:00", true, 86400},  {ROW, "24:00:00", true, 86400},
		{ROW, "24:00", false, -1},    {ROW, "24:01", true, -1},
		{ROW, "24:00:01", true, -1},  {ROW, "25:00", true, -1},
		{ROW, "05:60", false, -1},    {ROW, "05:45:60", false, -1},
		{ROW, "5:45", false, -1},     {ROW, "0545", false, -1},
		{ROW, "05:45 ", false, -1},   {ROW, "05:4", false, -1},
		{ROW, "", false, -1},	      {ROW, "05:45:", false, -1},
		{ROW, "05h45", false, -1},    {ROW, "-5:45", false, -1},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		int32_t got = -1;
		int error = civil_parse_time(rows[i].text, rows[i].midnight_ok, &got);

		check_row_int(rows[i].line, error, rows[i].want < 0 ? -EINVAL : 0);
		check_row_int(rows[i].line, got, rows[i].want);
	}
}

static void parse_durations(void **state)
{
	static const struct {
		int line;
		const char *text;
		int64_t want_ms; /* -1: refused */
	} rows[] = {
		{ROW, "90s", 90000},
		{ROW, "10min", 600000},
		{ROW, "1h30min", 5400000},
		{ROW, "7d", 604800000},
		{ROW, "1500ms", 1500},
		{ROW, "0s", 0},
		{ROW, "1d2h3min4s5ms", 93784005},
		{ROW, "366d", INT64_C(31622400000)},
		{ROW, "366d1ms", -1},
		{ROW, "367d", -1},
		{ROW, "90", -1},
		{ROW, "", -1},
		{ROW, "s", -1},
		{ROW, "30min1h", -1},
		{ROW, "1s1s", -1},
		{ROW, "10m", -1},
		{ROW, "10 min", -1},
		{ROW, "10min ", -1},
		{ROW, "-5s", -1},
		{ROW, "1.5h", -1},
		{ROW, "5minutes", -1},
		{ROW, "1h30", -1},
		{ROW, "99999999999999999999999ms", -1},
		{ROW, "9223372036854775807d", -1},
		{ROW, "5s~", -1},
		{ROW, "5{", -1},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		int64_t got = -1;
		int error = civil_parse_duration(rows[i].text, &got);

		check_row_int(rows[i].line, error, rows[i].want_ms < 0 ? -EINVAL : 0);
		check_row_int(rows[i].line, got, rows[i].want_ms < 0 ? -1 : rows[i].want_ms * 1000);
	}
}

static void parse_windows(void **state)
{
	static const struct {
		int line;
		const char *text;
		int32_t from, until; /* -1: refused */
	} rows[] = {
		{ROW, "05:30-07:00", 19800, 25200},
		{ROW, "22:00-02:00", 79200, 93600},
		{ROW, "16:30-24:00", 59400, 86400},
		{ROW, "00:00-24:00", 0, 86400},
		{ROW, "22:00-00:00", 79200, 86400},
		{ROW, "00:00:30-00:00:31", 30, 31},
		{ROW, "05:30-05:30", -1, -1},
		{ROW, "24:00-05:00", -1, -1},
		{ROW, "05:30", -1, -1},
		{ROW, "05:30-", -1, -1},
		{ROW, "05:30 - 07:00", -1, -1},
		{ROW, "05:30-25:00", -1, -1},
		{ROW, "05:30-07:00 ", -1, -1},
		{ROW, "5:30-07:00", -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		int32_t from = -1, until = -1;
		int error = civil_parse_window(rows[i].text, &from, &until);

		check_row_int(rows[i].line, error, rows[i].from < 0 ? -EINVAL : 0);
		check_row_int(rows[i].line, from, rows[i].from);
		check_row_int(rows[i].line, until, rows[i].until);
	}
}

static void parse_instants(void **state)
{
	static const struct {
		int line;
		const char *text;
		bool zoned;
		int64_t want_us; /* -1: refused */
	} rows[] = {
		{ROW, "2024-06-01T05:44:50+07:00", false, INT64_C(1717195490000000)},
		{ROW, "2024-05-31T22:44:50Z", false, INT64_C(1717195490000000)},
		{ROW, "2024-05-31T18:14:50-04:30", false, INT64_C(1717195490000000)},
		{ROW, "2024-06-01T05:44:50.250+07:00", false, INT64_C(1717195490250000)},
		{ROW, "2024-06-01T05:44:50", true, INT64_C(1717195490000000)},
		{ROW, "2024-06-01 05:44:50", true, INT64_C(1717195490000000)},
		{ROW, "2024-06-01T05:45", true, INT64_C(1717195500000000)},
		{ROW, "2024-06-01T05:44:50", false, -1},
		{ROW, "2024-06-01T24:00:00Z", false, -1},
		{ROW, "2024-06-01", true, -1},
		{ROW, "2024-06-01T05:44:50.Z", false, -1},
		{ROW, "2024-06-01T05:44.5Z", false, -1},
		{ROW, "2024-06-01T05:44:50+0700", false, -1},
		{ROW, "2024-06-01T05:44:50+24:00", false, -1},
		{ROW, "2024-06-01T05:44:50Zjunk", true, -1},
		{ROW, "2024-06-01T05:44:50 ", true, -1},
		{ROW, "06-01T05:44:50Z", true, -1},
		{ROW, "2024-06-01T05:44:50.250001+07:00", false, INT64_C(1717195490250001)},
		{ROW, "2024-06-01T05:44:50.2500019+07:00", false, -1},
		{ROW, "2024-06-01T5:44:50Z", true, -1},
		{ROW, "2024-06-01T05:44:50+x7:00", true, -1},
		{ROW, "2024-06-01T05:44:50+07:0x", true, -1},
		{ROW, "2024-06-01T05:44:50+07:60", true, -1},
	};
	struct zone zone;

	(void)state;
	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		int64_t got = -1;
		int error = civil_parse_instant(rows[i].text, rows[i].zoned ? &zone : NULL, &got);

		check_row_int(rows[i].line, error, rows[i].want_us < 0 ? -EINVAL : 0);
		check_row_int(rows[i].line, got, rows[i].want_us);
	}
	zone_done(&zone);
}

static void print(void **state)
{
	struct zone zone, monrovia;
	char text[64];

	(void)state;
	assert_int_equal(zone_fixed("+07", 25200, &zone), 0);
	assert_int_equal(zone_fixed("Africa/Monrovia", -2670, &monrovia), 0);
	civil_print_instant(text, sizeof(text), &zone, INT64_C(1717195500000000), 3);
	assert_string_equal(text, "2024-06-01T05:45:00.000+07:00");
	civil_print_instant(text, sizeof(text), &zone, INT64_C(1717195500999999), 0);
	assert_string_equal(text, "2024-06-01T05:45:00+07:00");
	civil_print_instant(text, sizeof(text), NULL, -1, 3);
	assert_string_equal(text, "1969-12-31T23:59:59.999+00:00");
	civil_print_instant(text, sizeof(text), &monrovia, 0, 0);
	assert_string_equal(text, "1969-12-31T23:16:00-00:44");
	civil_print_instant(text, sizeof(text), NULL, INT64_C(253402300800000000), 0);
	assert_string_equal(text, "10000-01-01T00:00:00+00:00");
	civil_print_instant(text, 11, &zone, INT64_C(1717195500000000), 3);
	assert_string_equal(text, "2024-06-01");
	civil_print_date(text, sizeof(text), 19782);
	assert_string_equal(text, "2024-02-29");
	civil_print_date(text, sizeof(text), -719529);
	assert_string_equal(text, "-001-12-31");
	civil_print_time(text, sizeof(text), 86399);
	assert_string_equal(text, "23:59:59");
	civil_print_duration(text, sizeof(text), INT64_C(93784005000));
	assert_string_equal(text, "1d2h3min4s5ms");
	civil_print_duration(text, sizeof(text), 0);
	assert_string_equal(text, "0s");
	civil_print_duration(text, sizeof(text), -INT64_C(61000001));
	assert_string_equal(text, "-1min1s");
	civil_print_duration(text, sizeof(text), -999);
	assert_string_equal(text, "0s");
	civil_print_date(text, 5, 19782);
	assert_string_equal(text, "2024");
	zone_done(&zone);
	zone_done(&monrovia);
}

static void what_is_printed_parses_back(void **state)
{
	uint64_t random = make_seed("what_is_printed_parses_back", 7);
	struct zone zone = make_zone("Test", berlin_changes, CHECK_COUNT(berlin_changes));

	(void)state;
	for (int i = 0; i < 2000; i++) {
		int64_t us = make_between(&random, 0, INT64_C(4000000000000)) * 1000, got_us = -1;
		int64_t length_us = make_between(&random, 0, INT64_C(31622400000)) * 1000;
		char text[64];

		civil_print_instant(text, sizeof(text), &zone, us, 3);
		assert_int_equal(civil_parse_instant(text, NULL, &got_us), 0);
		assert_int_equal(got_us, us);
		length_us >>= make_between(&random, 0, 30);
		length_us -= length_us % 1000;
		civil_print_duration(text, sizeof(text), length_us);
		assert_int_equal(civil_parse_duration(text, &got_us), 0);
		assert_int_equal(got_us, length_us);
	}
	zone_done(&zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_dates),
		cmocka_unit_test(parse_times),
		cmocka_unit_test(parse_durations),
		cmocka_unit_test(parse_windows),
		cmocka_unit_test(parse_instants),
		cmocka_unit_test(print),
		cmocka_unit_test(what_is_printed_parses_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
