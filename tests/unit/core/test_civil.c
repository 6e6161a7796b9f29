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

/* A date has no room for their years: they end at the last one that it has. */
static void days_beyond_all_years(void **state)
{
	(void)state;
	assert_int_equal(civil_date_of(INT32_MAX).year, INT16_MAX);
	assert_int_equal(civil_date_of(INT32_MIN).year, INT16_MIN);
	assert_int_equal(civil_day(civil_date_of(-1000000)), -1000000); /* 768 before our era */
	assert_int_equal(civil_date_of(civil_day((struct civil_date){9999, 12, 31})).year, 9999);
}

static void zones_are_copied(void **state)
{
	char long_name[200];
	struct zone empty = {0}, zone, copy;

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(zone_fixed(long_name, 0, &zone), -EINVAL);
	zone = make_zone("Test", berlin_changes, CHECK_COUNT(berlin_changes));
	assert_int_equal(zone_copy(&zone, &copy), 0);
	zone_done(&zone);
	assert_int_equal(zone_offset(&copy, 1711846800), 7200);
	zone_done(&copy);
	/* One that was given back may be copied, and given back again. */
	assert_int_equal(zone_copy(&empty, &copy), 0);
	assert_null(copy.changes);
	zone_done(&copy);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_dates),
		cmocka_unit_test(days_beyond_all_years),
		cmocka_unit_test(zones_are_copied),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(dates_that_exist),
		cmocka_unit_test(local_time_to_utc),
		cmocka_unit_test(changes_near_each_other),
		cmocka_unit_test(zone_of_hundreds_of_changes),
		cmocka_unit_test(day_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
