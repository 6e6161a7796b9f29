/* SPDX-License-Identifier: MIT */
/* Eleven years in five zones. */
#include "rotation.h"
#include "schedule.h"
#include "slow_schedule.h"
#include "zoneinfo.h"

#define COUNT_DAY "2018-12-20" /* the editions of the yearly campaigns begin */
#define FIRST_DAY "2020-01-01"
#define LAST_DAY  "2030-12-31"

enum { LONG, YEARLY, WINTER };		 /* campaigns */
enum { DAILY, NIGHT, MIXED, LEAP, OFF }; /* broadcasts of LONG */

static struct plan *years_plan(const char *zone_name)
{
	struct plan_campaign *it;
	struct zone zone;
	struct plan *plan;
	char clip[2] = "a";

	assert_int_equal(zoneinfo_load(zone_name, &zone), 0);
	plan = make_plan(&zone);
	zone_done(&zone);
	for (; clip[0] <= 'i'; clip[0]++)
		make_clip(plan, clip, NULL, clip[0] == 'i' ? "2024-05-05" : NULL);

	it = make_campaign(plan, "long", FIRST_DAY, LAST_DAY);
	make_playlist(plan, it, "turn", ORDER_ROTATE, 2, "a b c d e");
	make_playlist(plan, it, "mix", ORDER_SHUFFLE, 1, "a b c d e f g");
	make_broadcast(plan, it,
		       (struct make_broadcast){.name = "daily", .at = "02:30", .play = "turn"});
	make_broadcast(plan, it,
		       (struct make_broadcast){.name = "night",
					       .every = "50min",
					       .between = "22:30-02:10",
					       .days = 0x24,
					       .play = "mix"});
	make_broadcast(plan, it,
		       (struct make_broadcast){.name = "mixed",
					       .at = "00:30 23:59:59",
					       .every = "15min",
					       .between = "23:45-00:45",
					       .dates = "03-31 10-27 12-31",
					       .except = "2025-12-31",
					       .play = "mix"});
	make_broadcast(plan, it,
		       (struct make_broadcast){
			       .name = "leap", .at = "12:00", .dates = "02-29", .play = "turn"});
	make_broadcast(plan, it,
		       (struct make_broadcast){
			       .name = "off", .at = "02:30", .play = "turn", .disabled = true});

	/* All the year round: one edition's last night reaches into the next one's first day. */
	it = make_campaign(plan, "yearly", "12-20", "12-19");
	make_playlist(plan, it, "turn", ORDER_ROTATE, 3, "a c e i");
	make_broadcast(plan, it,
		       (struct make_broadcast){.name = "ats",
					       .at = "00:00 02:00 02:15 02:30 03:00",
					       .play = "turn b turn",
					       .repeat = 2});
	make_broadcast(plan, it,
		       (struct make_broadcast){.name = "grid",
					       .every = "35min",
					       .between = "23:20-03:30",
					       .days = 0x61,
					       .play = "turn"});
	it = make_campaign(plan, "winter", "12-20", "01-10");
	make_playlist(plan, it, "mix", ORDER_SHUFFLE, 2, "a b h i");
	make_broadcast(plan, it,
		       (struct make_broadcast){.name = "eve",
					       .at = "02:30",
					       .every = "6h",
					       .between = "18:00-12:30",
					       .play = "mix"});
	return plan;
}

/* Turns taken so far, by campaign and playlist; anew with each edition, of which two can overlap. */
struct counts {
	struct {
		int32_t edition;
		uint64_t turns[2];
	} of[3][2];
};

static uint64_t *turns_of(struct counts *counts, const struct expected *it)
{
	int place = civil_date_of(it->edition).year & 1;

	if (counts->of[it->campaign][place].edition != it->edition) {
		memset(&counts->of[it->campaign][place], 0, sizeof(counts->of[0][0]));
		counts->of[it->campaign][place].edition = it->edition;
	}
	return counts->of[it->campaign][place].turns;
}

static size_t expected_clips(const struct plan *plan, const struct expected *it,
			     struct counts *counts, size_t *clips)
{
	const struct plan_campaign *campaign = &plan->campaigns[it->campaign];
	const struct plan_broadcast *broadcast = &campaign->broadcasts[it->broadcast];
	size_t n = 0, once;

	for (size_t i = 0; i < broadcast->n_items; i++) {
		size_t index = broadcast->items[i].index;
		const struct plan_playlist *playlist = &campaign->playlists[index];

		if (!broadcast->items[i].playlist) {
			clips[n++] = index;
			continue;
		}
		n += rotation_turn(plan, playlist, turns_of(counts, it)[index]++, it->local.day,
				   rotation_seed(campaign->name, playlist->name, it->edition),
				   clips + n, LIMIT_ITEMS - n);
	}
	once = n;
	for (unsigned i = 1; i < broadcast->repeat; i++, n += once)
		memcpy(clips + n, clips, once * sizeof(*clips));
	return n;
}

static void check_same(const struct expected *want, const struct occurrence *got)
{
	assert_int_equal(got->at_us, want->at_us);
	assert_int_equal(got->campaign, want->campaign);
	assert_int_equal(got->broadcast, want->broadcast);
	assert_int_equal(got->local.day, want->local.day);
	assert_int_equal(got->local.second, want->local.second);
}

/* What a listener would notice of the playlists of LONG. */
struct heard {
	size_t turns[9], n_turns; /* "turn": how often each clip */
	size_t mixes[9], n_mixes; /* "mix" */
	size_t last_mix;
	int32_t last_daily; /* day of the last DAILY */
};

static void listen(struct heard *heard, const struct occurrence *it)
{
	size_t least = SIZE_MAX, most = 0;

	if (it->campaign != LONG)
		return;
	if (it->broadcast == NIGHT || it->broadcast == MIXED) {
		assert_int_equal(it->n_clips, 1);
		assert_true(heard->n_mixes == 0 || it->clips[0] != heard->last_mix);
		assert_int_equal(heard->mixes[it->clips[0]]++, heard->n_mixes / 7);
		heard->last_mix = it->clips[0];
		heard->n_mixes++;
		return;
	}
	if (it->broadcast == DAILY) {
		assert_int_equal(it->local.day, heard->last_daily + 1);
		heard->last_daily = it->local.day;
	}
	for (size_t i = 0; i < it->n_clips; i++)
		heard->turns[it->clips[i]]++;
	for (size_t i = 0; i < 5; i++) {
		least = heard->turns[i] < least ? heard->turns[i] : least;
		most = heard->turns[i] > most ? heard->turns[i] : most;
	}
	assert_true(most - least <= 1);
}

/* The index of the first occurrence after an instant. */
static size_t first_after(const struct list *list, int64_t after_us)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->items[middle].at_us <= after_us)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* From the beginning: the same occurrences in the same order, with the same clips. */
static void whole_walk(const struct plan *plan, const struct list *list, int64_t after_us)
{
	struct heard heard = {.last_daily = make_day(FIRST_DAY) - 1};
	size_t clips[2 * LIMIT_ITEMS], first = first_after(list, after_us);
	int64_t last_us = after_us;
	struct counts counts;
	struct schedule *walk;
	struct occurrence it;

	memset(&counts, 0, sizeof(counts));
	assert_int_equal(schedule_new(plan, after_us, &walk), 0);
	for (size_t i = 0; i < list->n; i++) {
		size_t n = expected_clips(plan, &list->items[i], &counts, clips);

		if (i < first)
			continue;
		assert_int_equal(schedule_next(walk, &it), 0);
		check_same(&list->items[i], &it);
		assert_true(it.at_us >= last_us && it.at_us > after_us);
		last_us = it.at_us;
		assert_int_equal(it.n_clips, n);
		assert_memory_equal(it.clips, clips, n * sizeof(*clips));
		listen(&heard, &it);
	}
	assert_int_equal(heard.last_daily, make_day(LAST_DAY));
	assert_true(heard.n_mixes > 1000);
	schedule_free(walk);
}

/* From anywhere: the tail of the walk from the beginning, clips and all. */
static void walk_from(const struct plan *plan, const struct list *list, int64_t after_us,
		      const size_t *sums)
{
	size_t i = first_after(list, after_us);
	struct schedule *walk;
	struct occurrence it;

	assert_int_equal(schedule_new(plan, after_us, &walk), 0);
	for (size_t end = i + 12; i < end && i < list->n; i++) {
		size_t sum = 0;

		assert_int_equal(schedule_next(walk, &it), 0);
		check_same(&list->items[i], &it);
		for (size_t j = 0; j < it.n_clips; j++)
			sum = sum * 11 + it.clips[j] + 1;
		assert_int_equal(sum, sums[i]);
	}
	schedule_free(walk);
}

/* A number for the clips of every occurrence of the walk from the beginning. */
static size_t *clip_sums(const struct plan *plan, const struct list *list, int64_t after_us)
{
	size_t *sums = calloc(list->n, sizeof(*sums));
	struct schedule *walk;
	struct occurrence it;

	assert_non_null(sums);
	assert_int_equal(schedule_new(plan, after_us, &walk), 0);
	for (size_t i = first_after(list, after_us); i < list->n; i++) {
		assert_int_equal(schedule_next(walk, &it), 0);
		for (size_t j = 0; j < it.n_clips; j++)
			sums[i] = sums[i] * 11 + it.clips[j] + 1;
	}
	schedule_free(walk);
	return sums;
}

/* Walks that begin in the days of every change of the clocks. */
static void walks_at_changes(const struct plan *plan, const struct list *list, const size_t *sums,
			     int64_t first_us)
{
	int64_t last_us = list->items[list->n - 1].at_us;

	for (size_t i = 0; i < plan->zone.n_changes; i++) {
		int64_t change_us = plan->zone.changes[i].from_s * CIVIL_US;

		if (change_us <= first_us || change_us >= last_us)
			continue;
		walk_from(plan, list, change_us - 1, sums);
		walk_from(plan, list, change_us, sums);
		walk_from(plan, list, change_us + 1800 * CIVIL_US, sums);
	}
}

static void years_in(const char *zone_name)
{
	uint64_t random = make_seed(zone_name, 2030);
	struct plan *plan = years_plan(zone_name);
	struct list list = expected_list(plan, make_day(COUNT_DAY), make_day(LAST_DAY));
	int64_t first_us = zone_day_start(&plan->zone, make_day(FIRST_DAY)) * CIVIL_US;
	int64_t last_us = list.items[list.n - 1].at_us;
	size_t *sums = clip_sums(plan, &list, first_us);
	size_t first = first_after(&list, first_us);

	assert_true(list.n > 30000);
	whole_walk(plan, &list, first_us);
	for (int i = 0; i < 25; i++) {
		const struct expected *any =
			&list.items[make_between(&random, (int64_t)first + 1, (int64_t)list.n - 1)];

		/* At an occurrence, just before it, and anywhere. */
		walk_from(plan, &list, any->at_us, sums);
		walk_from(plan, &list, any->at_us - 1, sums);
		walk_from(plan, &list, make_between(&random, first_us, last_us), sums);
	}
	/* While the last night of one edition reaches into the next. */
	for (int year = 2020; year <= 2030; year++) {
		struct civil_date date = {(int16_t)year, 12, 20};
		int64_t day_us = zone_day_start(&plan->zone, civil_day(date)) * CIVIL_US;

		for (int hour = -2; hour < 4; hour++)
			walk_from(plan, &list, day_us + hour * HOUR_S * CIVIL_US, sums);
	}
	walks_at_changes(plan, &list, sums, first_us);
	free(sums);
	free(list.items);
	plan_free(plan);
}

static void ho_chi_minh(void **state)
{
	(void)state;
	years_in("Asia/Ho_Chi_Minh");
}

static void berlin(void **state)
{
	(void)state;
	years_in("Europe/Berlin");
}

static void lord_howe(void **state)
{
	(void)state;
	years_in("Australia/Lord_Howe");
}

static void casablanca(void **state)
{
	(void)state;
	years_in("Africa/Casablanca");
}

static void utc(void **state)
{
	(void)state;
	years_in("UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ho_chi_minh), cmocka_unit_test(berlin),
		cmocka_unit_test(lord_howe),   cmocka_unit_test(casablanca),
		cmocka_unit_test(utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
