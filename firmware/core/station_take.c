/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "station_internal.h"

/*
 * From the schedule's walk to airings.
 *
 * The cursor is the planned instant of the last occurrence that was taken; the walk stands right
 * behind it. Nothing behind the cursor is ever taken again, which is why a clock that goes back
 * airs nothing twice. A reload may pull the cursor back by at most STATION_LEAD_US; what was
 * closed there is in the list of handled occurrences.
 */

struct airing *station_find_airing(struct station *s, const char *campaign, const char *broadcast,
				   int64_t planned_us)
{
	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		if (!a->by_hand && a->planned_us == planned_us &&
		    strcmp(a->broadcast, broadcast) == 0 && strcmp(a->campaign, campaign) == 0)
			return a;
	}
	return NULL;
}

/* Its place in the list of handled ones; n_handled if it has none. */
static size_t find_handled(const struct station *s, const char *campaign, const char *broadcast,
			   int64_t planned_us)
{
	size_t i = 0;

	while (i < s->n_handled && (s->handled[i].planned_us != planned_us ||
				    strcmp(s->handled[i].broadcast, broadcast) != 0 ||
				    strcmp(s->handled[i].campaign, campaign) != 0))
		i++;
	return i;
}

bool station_is_handled(const struct station *s, const char *campaign, const char *broadcast,
			int64_t planned_us)
{
	return find_handled(s, campaign, broadcast, planned_us) < s->n_handled;
}

static void forget_handled(struct station *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_handled; i++)
		if (s->handled[i].planned_us > s->now_us - 2 * STATION_LEAD_US ||
		    s->handled[i].planned_us > s->cursor_us)
			s->handled[kept++] = s->handled[i];
	s->n_handled = kept;
}

void station_handle(struct station *s, const char *campaign, const char *broadcast,
		    int64_t planned_us)
{
	struct handled *h;

	if (s->n_handled == STATION_HANDLED)
		forget_handled(s);
	if (s->n_handled == STATION_HANDLED)
		memmove(&s->handled[0], &s->handled[1], --s->n_handled * sizeof(s->handled[0]));
	h = &s->handled[s->n_handled++];
	h->planned_us = planned_us;
	h->to_skip = false;
	station_copy(h->campaign, sizeof(h->campaign), campaign);
	station_copy(h->broadcast, sizeof(h->broadcast), broadcast);
}

void station_skipped(struct station *s, const char *campaign, const char *broadcast,
		     int64_t planned_us)
{
	station_handle(s, campaign, broadcast, planned_us);
	s->handled[s->n_handled - 1].to_skip = true;
}

void airing_set_policy(struct airing *airing, const struct plan *plan, size_t campaign,
		       size_t broadcast)
{
	const struct plan_campaign *c = &plan->campaigns[campaign];
	const struct plan_broadcast *b = &c->broadcasts[broadcast];

	station_copy(airing->campaign, sizeof(airing->campaign), c->name);
	station_copy(airing->broadcast, sizeof(airing->broadcast), b->name);
	airing->rank = campaign * 65536 + broadcast;
	airing->late_us = b->late_us;
	airing->gap_us = b->gap_us;
	airing->class = b->class;
	airing->interrupt = b->interrupt;
	airing->resume = b->resume;
	airing->volume_db = b->volume_db;
}

void airing_item_set(struct airing_item *item, const struct plan_clip *clip, int32_t day)
{
	memset(item, 0, sizeof(*item));
	station_copy(item->clip, sizeof(item->clip), clip->name);
	item->length_us = clip->recording.length_us;
	memcpy(item->sha256, clip->recording.sha256, sizeof(item->sha256));
	if (!clip->recording.present || clip->recording.length_us <= 0)
		item->unfit = REASON_NO_RECORDING;
	else if (!plan_clip_valid(clip, day))
		item->unfit = REASON_EXPIRED;
	else if (clip->refused)
		item->unfit = REASON_NOT_APPROVED;
}

int airing_join_names(struct airing *airing)
{
	size_t length = 1;
	char *names, *end;

	for (size_t i = 0; i < airing->n_items; i++)
		length += strlen(airing->items[i].clip) + 1;
	names = end = malloc(length);
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < airing->n_items; i++) {
		size_t n = strlen(airing->items[i].clip);

		if (i > 0)
			*end++ = ' ';
		memcpy(end, airing->items[i].clip, n);
		end += n;
	}
	*end = '\0';
	free(airing->names);
	airing->names = names;
	return 0;
}

int airing_set_items(struct airing *airing, const struct plan *plan, const size_t *clips, size_t n,
		     int32_t day)
{
	struct airing_item *items = calloc(n ? n : 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		airing_item_set(&items[i], &plan->clips[clips[i]], day);
	free(airing->items);
	airing->items = items;
	airing->n_items = n;
	airing->next = 0;
	return airing_join_names(airing);
}

static bool same_items(const struct airing *airing, const struct plan *plan,
		       const struct occurrence *next)
{
	struct airing_item item;

	if (airing->n_items != next->n_clips)
		return false;
	for (size_t i = 0; i < next->n_clips; i++) {
		airing_item_set(&item, &plan->clips[next->clips[i]], next->local.day);
		if (strcmp(item.clip, airing->items[i].clip) != 0 ||
		    item.unfit != airing->items[i].unfit ||
		    memcmp(item.sha256, airing->items[i].sha256, sizeof(item.sha256)) != 0)
			return false;
	}
	return true;
}

static struct airing *airing_of(const struct plan *plan, const struct occurrence *next)
{
	struct airing *airing = calloc(1, sizeof(*airing));

	if (!airing)
		return NULL;
	airing->planned_us = next->at_us;
	airing->trigger = TRIGGER_SCHEDULE;
	airing_set_policy(airing, plan, next->campaign, next->broadcast);
	if (airing_set_items(airing, plan, next->clips, next->n_clips, next->local.day) < 0)
		return airing_free(airing);
	return airing;
}

/* Why an occurrence is too late at the moment it is first seen. */
static enum asrun_reason gap_reason(const struct station *s, int64_t planned_us)
{
	if (s->just_jumped)
		return REASON_CLOCK_JUMPED;
	return planned_us < s->trusted_from_us ? REASON_OFF : REASON_CLOCK;
}

static int take_one(struct station *s, const struct occurrence *next)
{
	const struct plan_campaign *c = &s->plan->campaigns[next->campaign];
	const struct plan_broadcast *b = &c->broadcasts[next->broadcast];
	bool too_late = next->at_us + b->late_us < s->now_us;
	size_t handled = find_handled(s, c->name, b->name, next->at_us);
	bool skipped = handled < s->n_handled && s->handled[handled].to_skip;
	struct airing *airing;

	if ((handled < s->n_handled && !skipped) ||
	    station_find_airing(s, c->name, b->name, next->at_us))
		return 0;
	if (s->log_empty && too_late)
		return 0;
	airing = airing_of(s->plan, next);
	if (!airing)
		return -ENOMEM;
	station_add(s, airing);
	if (next->at_us < s->now_us)
		airing->blocker = gap_reason(s, next->at_us);
	if (skipped)
		station_close(s, airing, REASON_SKIPPED);
	else if (too_late)
		station_close(s, airing, airing->blocker);
	else if (s->n_airings > LIMIT_WAITING - 16)
		station_close(s, airing, REASON_BUSY);
	return 0;
}

/* With an empty log the past reaches only as far as the longest 'late'. */
static int look_back(struct station *s)
{
	int64_t longest_us = 0, cursor_us;
	int rc;

	s->looked_back = !s->log_empty;
	if (s->looked_back)
		return 0;
	for (size_t c = 0; c < s->plan->n_campaigns; c++)
		for (size_t b = 0; b < s->plan->campaigns[c].n_broadcasts; b++)
			if (s->plan->campaigns[c].broadcasts[b].late_us > longest_us)
				longest_us = s->plan->campaigns[c].broadcasts[b].late_us;
	cursor_us = s->now_us - longest_us - 1;
	rc = station_rewalk(s, s->plan, cursor_us);
	if (rc == 0)
		rc = station_rematch(s);
	if (rc == 0) {
		s->looked_back = true;
		s->cursor_us = cursor_us;
	}
	return rc;
}

int station_take_due(struct station *s)
{
	struct occurrence next;
	int rc = s->looked_back ? 0 : look_back(s);

	while (rc == 0 && s->n_dead < LIMIT_WAITING / 2 && schedule_peek(s->walk, &next) == 0 &&
	       next.at_us - STATION_LEAD_US <= s->now_us) {
		rc = station_reserve(s, 8);
		if (rc == 0)
			rc = take_one(s, &next);
		if (rc < 0)
			return rc;
		s->cursor_us = next.at_us;
		schedule_next(s->walk, &next);
		airtime_forget(s->airtime, s->now_us);
		station_close_finished(s);
	}
	if (rc == 0 && s->n_dead < LIMIT_WAITING / 2)
		s->log_empty = false;
	return rc;
}

static bool rematch_wanted(const struct airing *airing)
{
	return !airing->by_hand && !airing_begun(airing) && !airing->closing;
}

/* An airing that has not begun takes the new plan's clips and policy. */
static int refresh(struct station *s, struct airing *airing, const struct occurrence *next)
{
	airing->matched = true;
	airing_set_policy(airing, s->plan, next->campaign, next->broadcast);
	if (same_items(airing, s->plan, next))
		return 0;
	station_recall(s, airing);
	return airing_set_items(airing, s->plan, next->clips, next->n_clips, next->local.day);
}

static int match_airings(struct station *s, int64_t from_us, int64_t until_us)
{
	struct schedule *walk = NULL;
	struct occurrence next;
	int rc = schedule_new(s->plan, from_us, &walk);

	while (rc == 0 && schedule_next(walk, &next) == 0 && next.at_us <= until_us) {
		const struct plan_campaign *c = &s->plan->campaigns[next.campaign];
		struct airing *airing = station_find_airing(
			s, c->name, c->broadcasts[next.broadcast].name, next.at_us);

		if (airing && rematch_wanted(airing))
			rc = refresh(s, airing, &next);
	}
	schedule_free(walk);
	return rc;
}

/* What was only near and has no row was never due: it goes without a word. */
static void remove_unmatched(struct station *s)
{
	for (size_t i = s->n_airings; i-- > 0;) {
		struct airing *airing = s->airings[i];

		if (airing->matched)
			continue;
		if (airing->row == 0 && airing->planned_us > s->now_us) {
			station_drop(s, airing);
		} else {
			station_recall(s, airing);
			station_close(s, airing, REASON_REMOVED);
		}
	}
}

/*
 * Airings that have not begun are looked up in the plan: found ones take its clips, others are
 * closed as removed. What finds no memory is done in a later step, before anything begins.
 */
int station_rematch(struct station *s)
{
	int64_t from_us = CIVIL_NEVER, until_us = INT64_MIN;
	int rc = 0;

	for (size_t i = 0; i < s->n_airings; i++) {
		struct airing *a = s->airings[i];

		a->matched = !rematch_wanted(a);
		if (!a->matched && a->planned_us - 1 < from_us)
			from_us = a->planned_us - 1;
		if (!a->matched && a->planned_us > until_us)
			until_us = a->planned_us;
	}
	if (from_us != CIVIL_NEVER)
		rc = match_airings(s, from_us, until_us);
	if (rc == 0)
		remove_unmatched(s);
	s->unmatched = rc < 0;
	return rc;
}

/* Begins the walk of a (new) plan behind ignore_until_us; -ENOMEM: all is as it was. */
int station_rewalk(struct station *s, const struct plan *plan, int64_t ignore_until_us)
{
	struct schedule *walk;
	int rc = schedule_new(plan, ignore_until_us, &walk);

	if (rc < 0)
		return rc;
	schedule_free(s->walk);
	s->walk = walk;
	s->plan = plan;
	s->unmatched = true;
	return 0;
}

/* Still to come: ahead of the cursor, or taken and not begun. */
static bool to_come(struct station *s, const struct occurrence *next)
{
	const struct plan_campaign *c = &s->plan->campaigns[next->campaign];
	const char *broadcast = c->broadcasts[next->broadcast].name;
	const struct airing *airing;

	if (station_is_handled(s, c->name, broadcast, next->at_us))
		return false;
	if (next->at_us > s->cursor_us)
		return true;
	airing = station_find_airing(s, c->name, broadcast, next->at_us);
	return airing && rematch_wanted(airing);
}

int station_next_skippable(struct station *s, struct occurrence *ret)
{
	struct occurrence next;
	int rc;

	s->peek = schedule_free(s->peek);
	rc = schedule_new(s->plan, s->now_us, &s->peek);
	do {
		if (rc == 0)
			rc = schedule_next(s->peek, &next);
	} while (rc == 0 && !to_come(s, &next));
	if (rc == 0)
		*ret = next;
	return rc;
}
