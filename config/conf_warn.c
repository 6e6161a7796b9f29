/* SPDX-License-Identifier: MIT */
/*
 * Warnings: a config that is taken, but will not do what somebody hoped for.
 *
 * What needs a rehearsal is asked of the real engine over one edition of every campaign. Clips that
 * have no recording yet sound for a moment there, and those that wait for approval sound, so that times outside
 * airtime and equal times show before anybody has recorded or approved anything.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "schedule.h"
#include "words.h"

#define STAND_IN_US	 CIVIL_US
#define REHEARSED_DAYS	 400   /* of one stretch: a whole year and its edges */
#define REHEARSED_STARTS 50000 /* about as many: somebody waits for the answer, or a watchdog */
#define STARTS_A_DAY_MAX 5000
#define REFERENCE_YEAR	 2024

struct stretch {
	int32_t first, last; /* days */
};

/* The day from which the next edition of a yearly campaign is looked for. */
static int32_t reference_day(const struct check *check)
{
	const struct plan *plan = check->plan;
	int32_t day = CIVIL_DAY_MAX;

	if (check->world->now_us)
		return zone_to_civil(&plan->zone, check->world->now_us / CIVIL_US).day;
	for (size_t i = 0; i < plan->n_campaigns; i++)
		if (plan->campaigns[i].from.year != 0 && civil_day(plan->campaigns[i].from) < day)
			day = civil_day(plan->campaigns[i].from);
	return day == CIVIL_DAY_MAX ? civil_day((struct civil_date){REFERENCE_YEAR, 1, 1}) : day;
}

/* The edition that is rehearsed: the only one, or of a yearly campaign the current or next. */
static struct stretch edition_of(const struct check *check, const struct plan_campaign *campaign)
{
	int32_t day = reference_day(check), edition = day, other;
	struct stretch stretch;

	if (campaign->from.year != 0)
		return (struct stretch){civil_day(campaign->from), civil_day(campaign->until)};
	for (int i = 0; i < 8 * 366 && !plan_campaign_open(campaign, day, &edition); i++)
		day++; /* 29 February alone may be eight years off */
	stretch = (struct stretch){edition, edition};
	for (day = edition; day < edition + 366; day++) {
		if (!plan_campaign_open(campaign, day, &other) || other != edition)
			break;
		stretch.last = day;
	}
	return stretch;
}

static void warn_expiry(struct check *check)
{
	const struct plan *plan = check->plan;

	for (size_t i = 0; i < plan->n_clips; i++) {
		const struct plan_clip *clip = &plan->clips[i];

		if (clip->valid_until == CIVIL_DAY_MAX || !check->clips[i])
			continue;
		for (size_t j = 0; j < plan->n_campaigns; j++) {
			const struct plan_campaign *campaign = &plan->campaigns[j];
			struct stretch edition = edition_of(check, campaign);
			char day[16];

			if (clip->valid_until >= edition.last || !plan_campaign_plays(campaign, i))
				continue;
			civil_print_date(day, sizeof(day), edition.last);
			check_warning(check, "clip-expires", check->clips[i],
				      value_line(check->clips[i], "until"),
				      _("clip '%s' expires on %s, but campaign '%s' plays it until "
					"%s; extend it, or take it out"),
				      clip->name, value_raw(check->clips[i], "until"),
				      campaign->name, day);
			break;
		}
	}
}

static void warn_nothing_left(struct check *check)
{
	const struct plan *plan = check->plan;
	const struct draft_section *latest = NULL;
	struct schedule *schedule;
	struct occurrence next;
	int32_t day = INT32_MIN;
	int error;

	if (!check->world->now_us)
		return;
	error = schedule_new(plan, check->world->now_us, &schedule);
	if (!error) {
		error = schedule_peek(schedule, &next);
		schedule_free(schedule);
	}
	check->no_memory |= error == -ENOMEM;
	if (error != -ENOENT)
		return;
	for (size_t i = 0; i < plan->n_campaigns; i++) {
		int32_t last = edition_of(check, &plan->campaigns[i]).last;

		if (last >= day) {
			day = last;
			latest = check->campaigns[i];
		}
	}
	if (latest)
		check_warning(check, "nothing-left", latest, value_line(latest, "until"),
			      _("nothing is left to air: all campaigns are over; give one a new "
				"'until', or add a campaign"));
	else
		fault_add(check->faults, false, "nothing-left",
			  check->n_roots ? check->roots[0]->file : "", 0,
			  _("nothing is left to air: there is no campaign; add one"));
}

static int compare_stretches(const void *left, const void *right)
{
	const struct stretch *a = left, *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

/* Editions that overlap are rehearsed together, because they share one loudspeaker. */
static size_t collect_stretches(const struct check *check, struct stretch *stretches)
{
	size_t n = check->plan->n_campaigns, used = 0;

	for (size_t i = 0; i < n; i++)
		stretches[i] = edition_of(check, &check->plan->campaigns[i]);
	if (n > 1)
		qsort(stretches, n, sizeof(*stretches), compare_stretches);
	for (size_t i = 0; i < n; i++) {
		struct stretch *last = used ? &stretches[used - 1] : NULL;

		if (last && stretches[i].first <= last->last + 1) {
			if (stretches[i].last > last->last)
				last->last = stretches[i].last;
		} else {
			stretches[used++] = stretches[i];
		}
	}
	return used;
}

/* On a day on which everything is due. */
static int64_t starts_of(const struct plan_campaign *campaign)
{
	int64_t starts = 0;

	for (size_t i = 0; i < campaign->n_broadcasts; i++) {
		const struct plan_broadcast *broadcast = &campaign->broadcasts[i];

		if (!broadcast->enabled)
			continue;
		starts += (int64_t)broadcast->n_at;
		if (broadcast->every_s > 0)
			starts += (broadcast->until_s - broadcast->from_s) / broadcast->every_s + 1;
	}
	return starts;
}

/* Days that can be rehearsed; 0, with a warning, if there is no sense in trying. */
static int32_t days_to_rehearse(struct check *check)
{
	const struct plan *plan = check->plan;
	int64_t starts = 1, most = 0;
	size_t busiest = 0;

	for (size_t i = 0; i < plan->n_campaigns; i++) {
		int64_t own = starts_of(&plan->campaigns[i]);

		starts += own;
		if (own > most) {
			most = own;
			busiest = i;
		}
	}
	if (starts > STARTS_A_DAY_MAX) {
		check_warning(check, "too-many-starts", check->campaigns[busiest],
			      check->campaigns[busiest]->line,
			      _("more than %d starts a day, most of them in campaign '%s'; what "
				"overlaps was not looked for; make 'every' longer"),
			      STARTS_A_DAY_MAX, plan->campaigns[busiest].name);
		return 0;
	}
	return REHEARSED_STARTS / starts < REHEARSED_DAYS ? (int32_t)(REHEARSED_STARTS / starts)
							  : REHEARSED_DAYS;
}

static int rehearse_stretch(struct check *check, struct stretch stretch, int32_t days)
{
	const struct zone *zone = &check->plan->zone;
	int64_t from_us = zone_day_start(zone, stretch.first) * CIVIL_US, until_us;
	int error;

	if (stretch.last >= stretch.first + days)
		stretch.last = stretch.first + days - 1;
	/* one day more: a window over midnight belongs to the day on which it begins */
	until_us = zone_day_start(zone, stretch.last + 2) * CIVIL_US;
	error = warn_rehearsed(check, from_us, until_us);
	return error ? error : warn_rotation(check, from_us, until_us);
}

static int warn_with_stand_ins(struct check *check)
{
	struct stretch *stretches = check_take(check, check->plan->n_campaigns, sizeof(*stretches));
	size_t n = stretches ? collect_stretches(check, stretches) : 0;
	int error = stretches ? 0 : -ENOMEM;
	int32_t days = n ? days_to_rehearse(check) : 0;

	for (size_t i = 0; i < n && days > 0 && !error && !check->faults->cut; i++)
		error = rehearse_stretch(check, stretches[i], days);
	free(stretches);
	return error;
}

int conf_warn(struct check *check)
{
	struct plan *plan = check->plan;
	struct plan_clip *kept = check_take(check, plan->n_clips, sizeof(*kept));
	int error;

	if (!kept)
		return -ENOMEM;
	warn_recordings(check);
	warn_expiry(check);
	warn_buttons(check);
	warn_nothing_left(check);
	for (size_t i = 0; i < plan->n_clips; i++) {
		kept[i] = plan->clips[i];
		plan->clips[i].refused = false;
		if (!kept[i].recording.present || kept[i].recording.length_us <= 0)
			plan->clips[i].recording =
				(struct plan_recording){.present = true, .length_us = STAND_IN_US};
	}
	error = warn_with_stand_ins(check);
	for (size_t i = 0; i < plan->n_clips; i++)
		plan->clips[i] = kept[i];
	free(kept);
	return error ? error : check->no_memory ? -ENOMEM : 0;
}
