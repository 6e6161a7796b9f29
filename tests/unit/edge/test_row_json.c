/* SPDX-License-Identifier: MIT */
/* The proof of a row as others read it. */
#include <math.h>

#include "check.h"
#include "row_json.h"

#define JUNE INT64_C(1717195500000000) /* 2024-06-01T05:45+07:00 */

struct bench {
	struct zone zone;
	struct asrun_heard heard[2];
	struct asrun_row row;
	json_t *json;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	assert_int_equal(zone_fixed("+07", 25200, &bench->zone), 0);
	bench->row.opened.planned_us = JUNE;
	bench->row.opened.row = 7;
	bench->row.started_us = JUNE;
	bench->row.heard = bench->heard;
	bench->row.n_heard = 2;
	for (size_t i = 0; i < 2; i++)
		bench->heard[i] = (struct asrun_heard){
			.clip = "mot",
			.started_us = JUNE + (int64_t)i * 10 * CIVIL_US,
			.frames = 480000,
			.audible = 470000,
			.rate_hz = 48000,
			.whole = true,
		};
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	json_decref(bench->json);
	zone_done(&bench->zone);
	free(bench);
	return 0;
}

static json_t *shown(struct bench *bench)
{
	bench->json = row_json(&bench->row, &bench->zone);
	assert_non_null(bench->json);
	return bench->json;
}

static void test_start_error_of_the_first(void **state)
{
	struct bench *bench = *state;

	bench->heard[0].start_error_us = -137;
	bench->heard[1].start_error_us = 0;
	assert_int_equal(json_integer_value(json_object_get(shown(bench), "start_error_us")), -137);
}

static void test_start_error_of_exactly_nothing(void **state)
{
	struct bench *bench = *state;
	json_t *error = json_object_get(shown(bench), "start_error_us");

	assert_true(json_is_integer(error));
	assert_int_equal(json_integer_value(error), 0);
}

/* Resumed after a power cut: nobody aimed at the second, so nothing is claimed. */
static void test_no_start_error_without_an_instant(void **state)
{
	struct bench *bench = *state;

	bench->heard[0].started_us = JUNE + 40 * CIVIL_US;
	shown(bench);
	assert_true(json_is_null(json_object_get(bench->json, "start_error_us")));
}

static void test_levels(void **state)
{
	struct bench *bench = *state;
	json_t *proof, *json;

	bench->heard[0].rms_cdbfs = -2000;
	bench->heard[1].rms_cdbfs = -14400;
	bench->heard[0].silence_ms = 420;
	bench->heard[1].silence_ms = 10000;
	json = shown(bench);
	/* half of the time at -20 dBFS, half of it silent */
	assert_true(fabs(json_real_value(json_object_get(json, "rms_dbfs")) + 23.01) < 0.005);
	assert_int_equal(json_integer_value(json_object_get(json, "silence_ms")), 10000);
	proof = json_object_get(json, "proof");
	assert_int_equal(json_array_size(proof), 2);
	assert_true(fabs(json_real_value(json_object_get(json_array_get(proof, 0), "rms_dbfs")) +
			 20.0) < 1e-9);
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(proof, 0), "silence_ms")), 420);
}

/* A row of a version that did not measure it. */
static void test_levels_of_old_rows(void **state)
{
	json_t *json = shown(*state);

	assert_true(json_is_null(json_object_get(json, "rms_dbfs")));
	assert_true(json_is_null(
		json_object_get(json_array_get(json_object_get(json, "proof"), 0), "rms_dbfs")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_start_error_of_the_first),
		TEST(test_start_error_of_exactly_nothing),
		TEST(test_no_start_error_without_an_instant),
		TEST(test_levels),
		TEST(test_levels_of_old_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
