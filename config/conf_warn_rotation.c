/* SPDX-License-Identifier: MIT */
/*
 * A rotation in step with the clock: twelve slogans, three at a time, two broadcasts a day, and the
 * morning hears the same six for the whole month. The schedule is walked once; for every broadcast
 * and time of day it is noted which clips of its playlists were due there.
 */
#include <errno.h>
#include <string.h>

#include "conf_check.h"
#include "schedule.h"
#include "words.h"

#define WALK_MAX 50000 /* occurrences walked at most */

/* One playlist at one time of day of one broadcast. */
struct step {
	struct step *next;
	const struct plan_playlist *playlist;
	int32_t second;
	size_t count; /* occurrences */
	bool *heard;  /* of the playlist's clips */
	bool *begun;  /* which of them came first */
};

struct walk {
	struct check *check;
	struct step **steps; /* by broadcast, all campaigns in a row */
	size_t *first;	     /* by campaign: index of its first broadcast in steps */
	int32_t from_day, until_day;
};

static struct step *find_step(struct walk *walk, struct step **list,
			      const struct plan_playlist *playlist, int32_t second)
{
	struct arena *arena = walk->check->arena;
	struct step *step;

	for (step = *list; step; step = step->next)
		if (step->playlist == playlist && step->second == second)
			return step;
	step = arena_take(arena, sizeof(*step));
	if (!step)
		return NULL;
	step->playlist = playlist;
	step->second = second;
	step->heard = arena_take(arena, playlist->n_clips);
	step->begun = arena_take(arena, playlist->n_clips);
	if (!step->heard || !step->begun)
		return NULL;
	step->next = *list;
	*list = step;
	return step;
}

static void note(struct step *step, const struct occurrence *occurrence)
{
	const struct plan_playlist *playlist = step->playlist;
	bool first = true;

	step->count++;
	for (size_t i = 0; i < occurrence->n_clips; i++)
		for (size_t j = 0; j < playlist->n_clips; j++)
			if (playlist->clips[j] == occurrence->clips[i]) {
				step->heard[j] = true;
				step->begun[j] |= first;
				first = false;
			}
}

static bool can_be_in_step(const struct plan_playlist *playlist)
{
	return playlist->order == ORDER_ROTATE && playlist->n_clips > playlist->take;
}

static int note_occurrence(struct walk *walk, const struct occurrence *occurrence)
{
	const struct plan_campaign *campaign = &walk->check->plan->campaigns[occurrence->campaign];
	const struct plan_broadcast *broadcast = &campaign->broadcasts[occurrence->broadcast];
	struct step **list =
		&walk->steps[walk->first[occurrence->campaign] + occurrence->broadcast];

	for (size_t i = 0; i < broadcast->n_items; i++) {
		const struct plan_playlist *playlist =
			broadcast->items[i].playlist
				? &campaign->playlists[broadcast->items[i].index]
				: NULL;
		struct step *step;

		if (!playlist || !can_be_in_step(playlist))
			continue;
		step = find_step(walk, list, playlist, occurrence->local.second);
		if (!step)
			return -ENOMEM;
		note(step, occurrence);
	}
	return 0;
}

static bool valid_throughout(const struct walk *walk, size_t clip)
{
	const struct plan_clip *found = &walk->check->plan->clips[clip];

	return found->valid_from <= walk->from_day && found->valid_until >= walk->until_day;
}

static size_t count_true(const bool *flags, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += flags[i];
	return count;
}

/*
 * Some are never heard, although there were turns enough for all, and the turns have begun to
 * repeat. A campaign that is simply too short for its playlist is not in step with anything.
 */
static bool in_step(const struct walk *walk, const struct step *step)
{
	const struct plan_playlist *playlist = step->playlist;
	size_t missing = 0;

	for (size_t i = 0; i < playlist->n_clips; i++)
		missing += !step->heard[i] && valid_throughout(walk, playlist->clips[i]);
	return missing > 0 && step->count * playlist->take >= playlist->n_clips &&
	       step->count >= 2 * count_true(step->begun, playlist->n_clips);
}

static void tell(struct walk *walk, const struct draft_section *section, const struct step *steps)
{
	const struct step *worst = NULL;
	char time[16];

	for (; steps; steps = steps->next)
		if (in_step(walk, steps) && (!worst || steps->second < worst->second))
			worst = steps;
	if (!worst)
		return;
	civil_print_time(time, sizeof(time), worst->second);
	check_warning(walk->check, "rotation-in-step", section, value_line(section, "play"),
		      _("broadcast '%s' at %s would only ever play %zu of the %zu clips of '%s', "
			"because the rotation keeps step with the clock; change 'take', or add or "
			"remove a clip or a time"),
		      section->title, time, count_true(worst->heard, worst->playlist->n_clips),
		      worst->playlist->n_clips, worst->playlist->name);
}

static int prepare(struct walk *walk)
{
	const struct plan *plan = walk->check->plan;
	struct arena *arena = walk->check->arena;
	size_t n = 0;

	walk->first = arena_take(arena, (plan->n_campaigns + 1) * sizeof(*walk->first));
	if (!walk->first)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		walk->first[i] = n;
		n += plan->campaigns[i].n_broadcasts;
	}
	walk->steps = arena_take(arena, (n + 1) * sizeof(struct step *));
	return walk->steps ? 0 : -ENOMEM;
}

static int walk_through(struct walk *walk, int64_t from_us, int64_t until_us)
{
	struct occurrence occurrence;
	struct schedule *schedule;
	int error = schedule_new(walk->check->plan, from_us - 1, &schedule);

	if (error)
		return error;
	for (size_t i = 0; i < WALK_MAX && !error; i++) {
		error = schedule_next(schedule, &occurrence);
		if (!error && occurrence.at_us >= until_us)
			error = -ENOENT;
		if (!error)
			error = note_occurrence(walk, &occurrence);
	}
	schedule_free(schedule);
	return error == -ENOENT ? 0 : error;
}

int warn_rotation(struct check *check, int64_t from_us, int64_t until_us)
{
	const struct plan *plan = check->plan;
	struct walk walk = {
		.check = check,
		.from_day = zone_to_civil(&plan->zone, from_us / CIVIL_US).day,
		.until_day = zone_to_civil(&plan->zone, until_us / CIVIL_US).day - 2,
	};
	int error = prepare(&walk);

	if (!error)
		error = walk_through(&walk, from_us, until_us);
	for (size_t i = 0; i < plan->n_campaigns && !error; i++)
		for (size_t j = 0; j < plan->campaigns[i].n_broadcasts; j++)
			tell(&walk, check->broadcasts[i][j], walk.steps[walk.first[i] + j]);
	return error;
}
