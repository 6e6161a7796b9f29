/* SPDX-License-Identifier: MIT */
/*
 * make_plan - plans for tests, written down in a few lines.
 *
 * Lists are words separated by one space. Clips come first and in order of their names. A mistake
 * in a test's own plan fails the test at once.
 */
#ifndef TESTS_MAKE_PLAN_H
#define TESTS_MAKE_PLAN_H

#include <stdlib.h>

#include "check.h"
#include "plan.h"

#define MAKER __attribute__((unused)) static

MAKER void *make_more(void *array, size_t n, size_t size)
{
	void *more = realloc(array, (n + 1) * size);

	assert_non_null(more);
	memset((char *)more + n * size, 0, size);
	return more;
}

MAKER char *make_text(const char *text)
{
	char *copy = strdup(text ? text : "");

	assert_non_null(copy);
	return copy;
}

/* Steps through a list: copies the next word, false at its end. */
MAKER bool make_word(const char **list, char *word, size_t n)
{
	size_t length;

	if (!*list || !**list)
		return false;
	length = strcspn(*list, " ");
	assert_true(length > 0 && length < n);
	memcpy(word, *list, length);
	word[length] = '\0';
	*list += length + ((*list)[length] == ' ');
	return true;
}

MAKER struct plan *make_plan(const struct zone *zone)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	assert_non_null(plan);
	plan->station = make_text("test");
	plan->airtime = airtime_default();
	assert_int_equal(zone_copy(zone, &plan->zone), 0);
	return plan;
}

MAKER int32_t make_day(const char *date)
{
	struct civil_date parsed;

	assert_int_equal(civil_parse_date(date, false, &parsed), 0);
	return civil_day(parsed);
}

/* from and until may be NULL: open. */
MAKER struct plan_clip *make_clip(struct plan *plan, const char *name, const char *from,
				  const char *until)
{
	struct plan_clip *clip;

	plan->clips = make_more(plan->clips, plan->n_clips, sizeof(*plan->clips));
	clip = &plan->clips[plan->n_clips++];
	assert_true(plan->n_clips == 1 || strcmp(clip[-1].name, name) < 0);
	clip->name = make_text(name);
	clip->title = make_text(NULL);
	clip->text = make_text(NULL);
	clip->source = make_text(NULL);
	clip->valid_from = from ? make_day(from) : CIVIL_DAY_MIN;
	clip->valid_until = until ? make_day(until) : CIVIL_DAY_MAX;
	clip->recording.present = true;
	clip->recording.length_us = 10 * CIVIL_US;
	clip->declared = true;
	return clip;
}

MAKER struct plan_campaign *make_campaign(struct plan *plan, const char *name, const char *from,
					  const char *until)
{
	struct plan_campaign *campaign;

	plan->campaigns = make_more(plan->campaigns, plan->n_campaigns, sizeof(*plan->campaigns));
	campaign = &plan->campaigns[plan->n_campaigns++];
	campaign->name = make_text(name);
	campaign->title = make_text(NULL);
	assert_int_equal(civil_parse_date(from, true, &campaign->from), 0);
	assert_int_equal(civil_parse_date(until, true, &campaign->until), 0);
	return campaign;
}

MAKER size_t make_clip_index(const struct plan *plan, const char *name)
{
	const struct plan_clip *clip = plan_find_clip(plan, name);

	assert_non_null(clip);
	return (size_t)(clip - plan->clips);
}

MAKER struct plan_playlist *make_playlist(struct plan *plan, struct plan_campaign *campaign,
					  const char *name, enum plan_order order, unsigned take,
					  const char *clips)
{
	struct plan_playlist *playlist;
	char word[LIMIT_NAME];

	campaign->playlists =
		make_more(campaign->playlists, campaign->n_playlists, sizeof(*playlist));
	playlist = &campaign->playlists[campaign->n_playlists++];
	playlist->name = make_text(name);
	playlist->order = order;
	playlist->take = take;
	while (make_word(&clips, word, sizeof(word))) {
		playlist->clips = make_more(playlist->clips, playlist->n_clips, sizeof(size_t));
		playlist->clips[playlist->n_clips++] = make_clip_index(plan, word);
	}
	return playlist;
}

MAKER struct plan_item make_item(const struct plan *plan, const struct plan_campaign *campaign,
				 const char *name)
{
	for (size_t i = 0; i < campaign->n_playlists; i++) {
		if (strcmp(campaign->playlists[i].name, name) == 0)
			return (struct plan_item){true, i};
	}
	return (struct plan_item){false, make_clip_index(plan, name)};
}

MAKER size_t make_dates(const char *list, struct civil_date **ret)
{
	char word[16];
	size_t n = 0;

	while (make_word(&list, word, sizeof(word))) {
		*ret = make_more(*ret, n, sizeof(**ret));
		assert_int_equal(civil_parse_date(word, true, &(*ret)[n++]), 0);
	}
	return n;
}

/* What a test says of a broadcast. Absent days = every day. */
struct make_broadcast {
	const char *name, *at, *every, *between, *play, *dates, *except;
	uint8_t days;
	unsigned repeat;
	bool disabled;
};

MAKER struct plan_broadcast *make_broadcast(struct plan *plan, struct plan_campaign *campaign,
					    struct make_broadcast say)
{
	struct plan_broadcast *it;
	char word[LIMIT_NAME];
	int64_t every_us = 0;

	campaign->broadcasts = make_more(campaign->broadcasts, campaign->n_broadcasts, sizeof(*it));
	it = &campaign->broadcasts[campaign->n_broadcasts++];
	it->name = make_text(say.name);
	it->title = make_text(NULL);
	it->days = say.days ? say.days : 0x7f;
	it->repeat = say.repeat ? say.repeat : 1;
	it->late_us = 300 * CIVIL_US;
	it->enabled = !say.disabled;
	while (make_word(&say.at, word, sizeof(word))) {
		it->at_s = make_more(it->at_s, it->n_at, sizeof(*it->at_s));
		assert_int_equal(civil_parse_time(word, false, &it->at_s[it->n_at++]), 0);
	}
	if (say.every) {
		assert_int_equal(civil_parse_duration(say.every, &every_us), 0);
		assert_int_equal(civil_parse_window(say.between, &it->from_s, &it->until_s), 0);
		it->every_s = (int32_t)(every_us / CIVIL_US);
	}
	it->n_dates = make_dates(say.dates, &it->dates);
	it->n_except = make_dates(say.except, &it->except);
	while (make_word(&say.play, word, sizeof(word))) {
		it->items = make_more(it->items, it->n_items, sizeof(*it->items));
		it->items[it->n_items++] = make_item(plan, campaign, word);
	}
	return it;
}

/* A zone out of a table. */
MAKER struct zone make_zone(const char *name, const struct zone_change *changes, size_t n)
{
	struct zone borrowed = {.n_changes = n, .changes = (struct zone_change *)changes}, zone;

	assert_int_equal(zone_copy(&borrowed, &zone), 0);
	assert_true(strlen(name) < sizeof(zone.name));
	memcpy(zone.name, name, strlen(name) + 1);
	return zone;
}

/* SEED of the environment or one of the clock; printed, so that a failure can be repeated. */
MAKER uint64_t make_seed(const char *test, uint64_t fallback)
{
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : fallback;

	print_message("%s: SEED=0x%llx\n", test, (unsigned long long)seed);
	return seed;
}

/* xorshift64*: good enough for tests, the same everywhere. */
MAKER uint64_t make_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

MAKER int64_t make_between(uint64_t *state, int64_t low, int64_t high)
{
	return low + (int64_t)(make_random(state) % (uint64_t)(high - low + 1));
}

#endif
