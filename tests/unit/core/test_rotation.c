/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "check.h"
#include "make_plan.h"
#include "rotation.h"

#define CLIPS 40

/* A plan with clips c00 c01 ... and one playlist of the first n. */
static struct plan *playlist_plan(enum plan_order order, unsigned take, size_t n)
{
	struct plan_campaign *campaign;
	struct plan_playlist *playlist;
	struct zone zone;
	struct plan *plan;
	char name[16];

	assert_int_equal(zone_fixed("UTC", 0, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	for (int i = 0; i < CLIPS; i++) {
		snprintf(name, sizeof(name), "c%02d", i);
		make_clip(plan, name, NULL, NULL);
	}
	campaign = make_campaign(plan, "c", "2024-01-01", "2024-12-31");
	playlist = make_playlist(plan, campaign, "p", order, take, "");
	playlist->clips = calloc(n + 1, sizeof(size_t));
	assert_non_null(playlist->clips);
	for (size_t i = 0; i < n; i++)
		playlist->clips[i] = i;
	playlist->n_clips = n;
	return plan;
}

static const struct plan_playlist *only(const struct plan *plan)
{
	return &plan->campaigns[0].playlists[0];
}

static void rotate_takes_from_k_times_take(void **state)
{
	static const struct {
		int line;
		size_t n;
		unsigned take;
		uint64_t turn;
		size_t count;
		size_t want[5];
	} rows[] = {
		{ROW, 5, 1, 0, 1, {0}},	      {ROW, 5, 1, 4, 1, {4}},
		{ROW, 5, 1, 5, 1, {0}},	      {ROW, 5, 3, 0, 3, {0, 1, 2}},
		{ROW, 5, 3, 1, 3, {3, 4, 0}}, {ROW, 5, 3, 2, 3, {1, 2, 3}},
		{ROW, 3, 5, 0, 3, {0, 1, 2}}, {ROW, 3, 5, 1, 3, {2, 0, 1}},
		{ROW, 1, 2, 7, 1, {0}},	      {ROW, 5, 3, UINT64_MAX, 3, {0, 1, 2}},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct plan *plan = playlist_plan(ORDER_ROTATE, rows[i].take, rows[i].n);
		size_t out[8];

		check_row_int(rows[i].line,
			      rotation_turn(plan, only(plan), rows[i].turn, 19900, 1, out, 8),
			      rows[i].count);
		for (size_t j = 0; j < rows[i].count; j++)
			check_row_int(rows[i].line, out[j], rows[i].want[j]);
		plan_free(plan);
	}
}

static void rotate_is_fair(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 12; n++) {
		for (unsigned take = 1; take <= 14; take++) {
			struct plan *plan = playlist_plan(ORDER_ROTATE, take, n);
			size_t plays[CLIPS] = {0}, out[CLIPS];

			for (uint64_t turn = 0; turn < 100; turn++) {
				size_t least = SIZE_MAX, most = 0;
				size_t count =
					rotation_turn(plan, only(plan), turn, 19900, 1, out, CLIPS);

				assert_int_equal(count, take < n ? take : n);
				for (size_t i = 0; i < count; i++)
					plays[out[i]]++;
				for (size_t i = 0; i < n; i++) {
					least = plays[i] < least ? plays[i] : least;
					most = plays[i] > most ? plays[i] : most;
				}
				assert_true(most - least <= 1);
			}
			plan_free(plan);
		}
	}
}

/* Each clip once a cycle, never one twice in a row, however many a turn takes. */
static void shuffle_is_fair(void **state)
{
	uint64_t random = make_seed("shuffle_is_fair", 111);

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n = (size_t)make_between(&random, 1, CLIPS);
		unsigned take = (unsigned)make_between(&random, 1, CLIPS + 5);
		struct plan *plan = playlist_plan(ORDER_SHUFFLE, take, n);
		uint64_t seed = make_random(&random);
		size_t seen[CLIPS] = {0}, out[CLIPS], position = 0, last = SIZE_MAX;

		for (uint64_t turn = 0; turn < 60; turn++) {
			size_t count =
				rotation_turn(plan, only(plan), turn, 19900, seed, out, CLIPS);

			assert_int_equal(count, take < n ? take : n);
			for (size_t i = 0; i < count; i++, position++) {
				assert_int_equal(seen[out[i]]++, position / n);
				assert_true(n == 1 || out[i] != last);
				last = out[i];
			}
		}
		plan_free(plan);
	}
}

static void shuffle_differs_by_cycle_and_seed(void **state)
{
	struct plan *plan = playlist_plan(ORDER_SHUFFLE, 10, 10);
	size_t a[10], b[10], c[10], d[10], first[10] = {0};

	(void)state;
	rotation_turn(plan, only(plan), 0, 19900, 1, a, 10);
	rotation_turn(plan, only(plan), 1, 19900, 1, b, 10);
	rotation_turn(plan, only(plan), 0, 19900, 2, c, 10);
	rotation_turn(plan, only(plan), 0, 19900, 1, d, 10);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, c, sizeof(a));
	assert_memory_equal(a, d, sizeof(a));
	/* Every clip comes first about one time in ten. */
	for (uint64_t turn = 0; turn < 2000; turn++) {
		rotation_turn(plan, only(plan), turn, 19900, 1, a, 10);
		first[a[0]]++;
	}
	for (size_t i = 0; i < 10; i++)
		assert_in_range(first[i], 130, 270);
	plan_free(plan);
}

/* The same on every machine and in every version: written down once. */
static void shuffle_is_stable(void **state)
{
	struct plan *plan = playlist_plan(ORDER_SHUFFLE, 6, 6);
	uint64_t seed = rotation_seed("thang-hanh-dong-2024", "khau-hieu", 19875);
	size_t out[6];
	char text[32];

	(void)state;
	assert_int_equal(seed, UINT64_C(0xaa24c9924819ead2));
	rotation_turn(plan, only(plan), 3, 19900, seed, out, 6);
	snprintf(text, sizeof(text), "%zu%zu%zu%zu%zu%zu", out[0], out[1], out[2], out[3], out[4],
		 out[5]);
	assert_string_equal(text, "430152");
	plan_free(plan);
}

/* A list longer than the block that is permuted at a time. */
static void shuffle_of_thousands(void **state)
{
	enum { N = 2500 };
	struct plan *plan = playlist_plan(ORDER_SHUFFLE, N, 1);
	struct plan_playlist *playlist = &plan->campaigns[0].playlists[0];
	size_t *out = calloc(N, sizeof(*out)), seen[CLIPS] = {0};

	(void)state;
	assert_non_null(out);
	playlist->clips = realloc(playlist->clips, N * sizeof(size_t));
	assert_non_null(playlist->clips);
	for (size_t i = 0; i < N; i++)
		playlist->clips[i] = i % CLIPS;
	playlist->n_clips = N;
	for (uint64_t turn = 0; turn < 2; turn++) {
		assert_int_equal(rotation_turn(plan, playlist, turn, 19900, 5, out, N), N);
		for (size_t i = 0; i < N; i++)
			seen[out[i]]++;
	}
	for (size_t i = 0; i < CLIPS; i++)
		assert_in_range(seen[i], 2 * (N / CLIPS), 2 * (N / CLIPS + 1));
	free(out);
	plan_free(plan);
}

static void all_gives_all(void **state)
{
	struct plan *plan = playlist_plan(ORDER_ALL, 1, 4);
	size_t out[8];

	(void)state;
	for (uint64_t turn = 0; turn < 3; turn++) {
		assert_int_equal(rotation_turn(plan, only(plan), turn, 19900, 1, out, 8), 4);
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(out[i], i);
	}
	plan_free(plan);
}

/* Only clips valid that day count; none at all is no error. */
static void expired_clips_are_left_out(void **state)
{
	struct plan *plan = playlist_plan(ORDER_ROTATE, 2, 4);
	size_t out[8] = {99, 99, 99};

	(void)state;
	plan->clips[1].valid_until = 19899;
	plan->clips[3].valid_from = 19901;
	assert_int_equal(rotation_turn(plan, only(plan), 0, 19900, 1, out, 8), 2);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[1], 2);
	assert_int_equal(rotation_turn(plan, only(plan), 1, 19899, 1, out, 8), 2);
	assert_int_equal(out[0], 2); /* 0 1 2: from position 2 */
	assert_int_equal(out[1], 0);
	for (size_t i = 0; i < 4; i++)
		plan->clips[i].valid_until = 19000;
	assert_int_equal(rotation_turn(plan, only(plan), 0, 19900, 1, out, 8), 0);
	assert_int_equal(out[0], 2);
	plan_free(plan);
}

static void no_more_than_there_is_room(void **state)
{
	struct plan *plan = playlist_plan(ORDER_ALL, 1, 5);
	size_t out[3] = {9, 9, 9};

	(void)state;
	assert_int_equal(rotation_turn(plan, only(plan), 0, 19900, 1, out, 2), 2);
	assert_int_equal(out[1], 1);
	assert_int_equal(out[2], 9);
	assert_int_equal(rotation_turn(plan, only(plan), 0, 19900, 1, out, 0), 0);
	plan_free(plan);
}

static void seeds_differ(void **state)
{
	uint64_t seed = rotation_seed("ab", "c", 19875);

	(void)state;
	assert_int_equal(rotation_seed("ab", "c", 19875), seed);
	assert_int_not_equal(rotation_seed("a", "bc", 19875), seed);
	assert_int_not_equal(rotation_seed("ab", "c", 19876), seed);
	assert_int_not_equal(rotation_seed("ab", "d", 19875), seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rotate_takes_from_k_times_take),
		cmocka_unit_test(rotate_is_fair),
		cmocka_unit_test(shuffle_is_fair),
		cmocka_unit_test(shuffle_differs_by_cycle_and_seed),
		cmocka_unit_test(shuffle_is_stable),
		cmocka_unit_test(shuffle_of_thousands),
		cmocka_unit_test(all_gives_all),
		cmocka_unit_test(expired_clips_are_left_out),
		cmocka_unit_test(no_more_than_there_is_room),
		cmocka_unit_test(seeds_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
