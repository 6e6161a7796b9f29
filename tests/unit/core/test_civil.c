/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "check.h"
#include "make_plan.h"

/* Europe/Berlin, 2024 and 2025. */
static const struct zone_change berlin_changes[] = {
	{0, 3600}, {1711846800, 7200}, {1729990800, 3600}, {1743296400, 7200}, {1761440400, 3600},
};
/* Australia/Lord_Howe, 2024: half an hour. */
static const struct zone_change lord_howe_changes[] = {
	{0, 39600}, {1712415600, 37800}, {1728142200, 39600}};
/* Africa/Casablanca, 2024: summer all year but for Ramadan. */
static const struct zone_change casablanca_changes[] = {
	{0, 3600}, {1710036000, 0}, {1713060000, 3600}};
/* Asia/Ho_Chi_Minh: from the end of 1959 to 13 June 1975 the south had +8. */
static const struct zone_change vietnam_changes[] = {{0, 28800}, {171820800, 25200}};
/* Pacific/Apia left out 30 December 2011. */
static const struct zone_change apia_changes[] = {{0, -36000}, {1325239200, 50400}};

static void days_and_dates(void **state)
{
	static const struct {
		int line;
		struct civil_date date;
		int32_t day;
		int weekday;
	} rows[] = {
		{ROW, {1970, 1, 1}, 0, 3},	 {ROW, {1969, 12, 31}, -1, 2},
		{ROW, {2000, 2, 29}, 11016, 1},	 {ROW, {2000, 3, 1}, 11017, 2},
		{ROW, {1900, 2, 28}, -25509, 2}, {ROW, {1900, 3, 1}, -25508, 3},
		{ROW, {2024, 2, 29}, 19782, 3},	 {ROW, {2024, 6, 1}, 19875, 5},
		{ROW, {2024, 12, 31}, 20088, 1}, {ROW, {2025, 1, 1}, 20089, 2},
		{ROW, {2100, 2, 28}, 47540, 6},	 {ROW, {2100, 3, 1}, 47541, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct civil_date back = civil_date_of(rows[i].day);

		check_row_int(rows[i].line, civil_day(rows[i].date), rows[i].day);
		check_row_int(rows[i].line, civil_weekday(rows[i].day), rows[i].weekday);
		check_row_int(rows[i].line, back.year, rows[i].date.year);
		check_row_int(rows[i].line, back.month, rows[i].date.month);
		check_row_int(rows[i].line, back.day, rows[i].date.day);
	}
}

static void every_day_follows_the_one_before(void **state)
{
	struct civil_date last = civil_date_of(-30000);

	(void)state;
	for (int32_t day = -29999; day < 60000; day++) {
		struct civil_date date = civil_date_of(day);

		assert_true(civil_date_exists(date));
		assert_int_equal(civil_day(date), day);
		assert_int_equal(civil_weekday(day), (civil_weekday(day - 1) + 1) % 7);
		/* Either the next day, or the first of a month after a day that was the last. */
		if (date.day != last.day + 1) {
			assert_int_equal(date.day, 1);
			last.day++;
			assert_false(civil_date_exists(last));
		}
		last = date;
	}
}

static void dates_that_exist(void **state)
{
	static const struct {
		int line;
		struct civil_date date;
		bool exists;
	} rows[] = {
		{ROW, {2024, 2, 29}, true},  {ROW, {2023, 2, 29}, false},
		{ROW, {2100, 2, 29}, false}, {ROW, {2000, 2, 29}, true},
		{ROW, {0, 2, 29}, true},     {ROW, {0, 2, 30}, false},
		{ROW, {2024, 4, 31}, false}, {ROW, {2024, 13, 1}, false},
		{ROW, {2024, 0, 1}, false},  {ROW, {2024, 1, 0}, false},
		{ROW, {-5, 1, 1}, false},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_row(rows[i].line, civil_date_exists(rows[i].date) == rows[i].exists);
}

/* A local time to UTC: what the instant is, and that the text of it is what was asked for. */
static void local_time_to_utc(void **state)
{
#define ZONE(table) table##_changes, CHECK_COUNT(table##_changes)
	static const struct {
		int line;
		const struct zone_change *changes;
		size_t n;
		const char *local;
		enum civil_fit fit;
		const char *utc;
	} rows[] = {
		/* The spring gap of Berlin: 02:00 to 03:00 is not there. */
		{ROW, ZONE(berlin), "2024-03-31T01:59:59", CIVIL_PLAIN, "2024-03-31T00:59:59Z"},
		{ROW, ZONE(berlin), "2024-03-31T02:00", CIVIL_GAP, "2024-03-31T01:00:00Z"},
		{ROW, ZONE(berlin), "2024-03-31T02:30", CIVIL_GAP, "2024-03-31T01:00:00Z"},
		{ROW, ZONE(berlin), "2024-03-31T02:59:59", CIVIL_GAP, "2024-03-31T01:00:00Z"},
		{ROW, ZONE(berlin), "2024-03-31T03:00", CIVIL_PLAIN, "2024-03-31T01:00:00Z"},
		/* The autumn fold: 02:00 to 03:00 is there twice. */
		{ROW, ZONE(berlin), "2025-10-26T01:59:59", CIVIL_PLAIN, "2025-10-25T23:59:59Z"},
		{ROW, ZONE(berlin), "2025-10-26T02:00", CIVIL_FOLD, "2025-10-26T00:00:00Z"},
		{ROW, ZONE(berlin), "2025-10-26T02:30", CIVIL_FOLD, "2025-10-26T00:30:00Z"},
		{ROW, ZONE(berlin), "2025-10-26T02:59:59", CIVIL_FOLD, "2025-10-26T00:59:59Z"},
		{ROW, ZONE(berlin), "2025-10-26T03:00", CIVIL_PLAIN, "2025-10-26T02:00:00Z"},
		{ROW, ZONE(lord_howe), "2024-10-06T02:15", CIVIL_GAP, "2024-10-05T15:30:00Z"},
		{ROW, ZONE(lord_howe), "2024-10-06T02:30", CIVIL_PLAIN, "2024-10-05T15:30:00Z"},
		{ROW, ZONE(lord_howe), "2024-04-07T01:30", CIVIL_FOLD, "2024-04-06T14:30:00Z"},
		{ROW, ZONE(lord_howe), "2024-04-07T02:00", CIVIL_PLAIN, "2024-04-06T15:30:00Z"},
		{ROW, ZONE(casablanca), "2024-03-10T02:30", CIVIL_FOLD, "2024-03-10T01:30:00Z"},
		{ROW, ZONE(casablanca), "2024-04-14T02:30", CIVIL_GAP, "2024-04-14T02:00:00Z"},
		{ROW, ZONE(vietnam), "1975-06-12T23:30", CIVIL_FOLD, "1975-06-12T15:30:00Z"},
		{ROW, ZONE(vietnam), "2024-06-01T05:45", CIVIL_PLAIN, "2024-05-31T22:45:00Z"},
		{ROW, ZONE(apia), "2011-12-30T12:00", CIVIL_GAP, "2011-12-30T10:00:00Z"},
		{ROW, ZONE(apia), "2011-12-31T00:00", CIVIL_PLAIN, "2011-12-30T10:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct zone zone = make_zone("Test", rows[i].changes, rows[i].n), utc;
		int64_t local_us, want_us, got_s;
		struct civil at;

		assert_int_equal(zone_fixed("UTC", 0, &utc), 0);
		check_row_int(rows[i].line, civil_parse_instant(rows[i].local, &utc, &local_us), 0);
		check_row_int(rows[i].line, civil_parse_instant(rows[i].utc, NULL, &want_us), 0);
		at = zone_to_civil(&utc, local_us / CIVIL_US);
		check_row_int(rows[i].line, zone_to_utc(&zone, at, &got_s), rows[i].fit);
		check_row_int(rows[i].line, got_s, want_us / CIVIL_US);
		if (rows[i].fit != CIVIL_GAP) {
			struct civil back = zone_to_civil(&zone, got_s);

			check_row_int(rows[i].line, back.day, at.day);
			check_row_int(rows[i].line, back.second, at.second);
		}
		zone_done(&zone);
		zone_done(&utc);
	}
#undef ZONE
}

#define STEP 900

/* Looks at every instant near: slow, and certainly right. */
static enum civil_fit slow_to_utc(const struct zone *zone, int64_t local_s, int64_t *ret_s)
{
	int64_t shown_s = 0, jumped_s = 0;
	unsigned n_shown = 0, n_jumped = 0;

	for (int64_t t = local_s - 2 * CIVIL_DAY_S; t < local_s + 2 * CIVIL_DAY_S; t += STEP) {
		int64_t shows = t + zone_offset(zone, t);
		int64_t showed = t - STEP + zone_offset(zone, t - STEP);

		if (shows == local_s && n_shown++ == 0)
			shown_s = t;
		if (showed < local_s && shows > local_s && n_jumped++ == 0)
			jumped_s = t;
	}
	*ret_s = n_shown > 0 ? shown_s : jumped_s;
	return n_shown == 0 ? CIVIL_GAP : n_shown == 1 ? CIVIL_PLAIN : CIVIL_FOLD;
}

/* Changes a quarter of an hour to a few days apart: worse than any real zone. */
static void changes_near_each_other(void **state)
{
	uint64_t random = make_seed("changes_near_each_other", 20240601);
	unsigned seen[3] = {0};
	struct zone utc;

	(void)state;
	assert_int_equal(zone_fixed("UTC", 0, &utc), 0);
	for (int round = 0; round < 150; round++) {
		struct zone_change changes[12];
		int64_t from_s = 0;
		struct zone zone;

		for (size_t i = 0; i < CHECK_COUNT(changes); i++) {
			changes[i].from_s = from_s;
			changes[i].offset_s = STEP * (int32_t)make_between(&random, -48, 56);
			from_s += STEP * make_between(&random, 1, 400);
		}
		zone = make_zone("Test", changes, CHECK_COUNT(changes));
		for (int i = 0; i < 40; i++) {
			int64_t local_s = STEP * make_between(&random, -100, from_s / STEP + 100);
			int64_t want_s, got_s;
			struct civil at = zone_to_civil(&utc, local_s);
			enum civil_fit want = slow_to_utc(&zone, local_s, &want_s);

			/* Three times on the clock is more than the word fold says, but first is
			 * first. */
			assert_int_equal(zone_to_utc(&zone, at, &got_s), want);
			assert_int_equal(got_s, want_s);
			seen[want]++;
		}
		zone_done(&zone);
	}
	zone_done(&utc);
	assert_true(seen[CIVIL_PLAIN] > 100 && seen[CIVIL_GAP] > 100 && seen[CIVIL_FOLD] > 100);
}

static void zone_of_hundreds_of_changes(void **state)
{
	struct zone_change changes[500];
	struct zone zone;

	(void)state;
	for (int i = 0; i < 500; i++)
		changes[i] = (struct zone_change){i * INT64_C(10000000), i % 2 ? 7200 : 3600};
	zone = make_zone("Test", changes, CHECK_COUNT(changes));
	assert_int_equal(zone_offset(&zone, -5), 3600);
	for (int i = 0; i < 500; i++) {
		int64_t from_s = i * INT64_C(10000000);
		int32_t steady;

		assert_int_equal(zone_offset(&zone, from_s), i % 2 ? 7200 : 3600);
		assert_int_equal(zone_offset(&zone, from_s + 9999999), i % 2 ? 7200 : 3600);
		assert_true(zone_steady(&zone, from_s, from_s + 10000000, &steady));
		assert_int_equal(steady, i % 2 ? 7200 : 3600);
		assert_true(i == 499 || !zone_steady(&zone, from_s, from_s + 10000001, &steady));
		assert_true(i == 0 || !zone_steady(&zone, from_s - 1, from_s + 1, &steady));
	}
	zone_done(&zone);
}

static void day_starts(void **state)
{
	/* America/Sao_Paulo, 2018: midnight was left out. */
	static const struct zone_change sao_paulo[] = {{0, -10800}, {1541300400, -7200}};
	struct zone zone = make_zone("Test", sao_paulo, CHECK_COUNT(sao_paulo));

	(void)state;
	assert_int_equal(zone_day_start(&zone, make_day("2018-11-03")), 1541214000);
	assert_int_equal(zone_day_start(&zone, make_day("2018-11-04")), 1541300400);
	assert_int_equal(zone_to_civil(&zone, 1541300400).second, 3600);
	assert_int_equal(zone_day_start(&zone, make_day("2018-11-05")), 1541383200);
	zone_done(&zone);
	zone_done(&zone);
}

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
		{ROW, "2024-06-01T05:44:50+0700", false, -1},
		{ROW, "2024-06-01T05:44:50+24:00", false, -1},
		{ROW, "2024-06-01T05:44:50Zjunk", true, -1},
		{ROW, "2024-06-01T05:44:50 ", true, -1},
		{ROW, "06-01T05:44:50Z", true, -1},
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
	civil_print_date(text, sizeof(text), 19782);
	assert_string_equal(text, "2024-02-29");
	civil_print_time(text, sizeof(text), 86399);
	assert_string_equal(text, "23:59:59");
	civil_print_duration(text, sizeof(text), INT64_C(93784005000));
	assert_string_equal(text, "1d2h3min4s5ms");
	civil_print_duration(text, sizeof(text), 0);
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
		cmocka_unit_test(days_and_dates),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(dates_that_exist),
		cmocka_unit_test(local_time_to_utc),
		cmocka_unit_test(changes_near_each_other),
		cmocka_unit_test(zone_of_hundreds_of_changes),
		cmocka_unit_test(day_starts),
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
