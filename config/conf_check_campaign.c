/* SPDX-License-Identifier: MIT */
/* Campaigns: their dates and playlists; the broadcasts are in conf_check_broadcast.c. */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "limit.h"
#include "words.h"

static bool is_a(const struct draft_section *section, const char *key)
{
	return strcmp(section->key->name, key) == 0;
}

static size_t count(const struct draft_section *parent, const char *key)
{
	size_t n = 0;

	for (const struct draft_section *s = parent->first; s; s = s->next)
		n += is_a(s, key);
	return n;
}

static void check_clip_list(struct check *check, const struct draft_section *section,
			    struct plan_playlist *playlist)
{
	const struct draft_option *option = draft_option(section, "clips");
	struct check_scope scope = {section, NULL};

	if (!option && section->spoiled)
		return;
	if (!option || option->n == 0) {
		check_error(check, "empty-playlist", section, value_line(section, "clips"),
			    _("playlist '%s' is empty; add clips = {\"...\"}"), section->title);
		return;
	}
	playlist->clips = check_take(check, option->n, sizeof(*playlist->clips));
	if (!playlist->clips)
		return;
	for (const struct draft_value *value = option->first; value; value = value->next) {
		struct plan_item item;

		if (check_item(check, &scope, "clips", value, &item))
			playlist->clips[playlist->n_clips++] = item.index;
	}
}

static void check_playlist(struct check *check, const struct draft_section *section,
			   struct plan_playlist *playlist)
{
	static const char *const names[] = {"rotate", "shuffle", "all", NULL};
	static const enum plan_order orders[] = {ORDER_ROTATE, ORDER_SHUFFLE, ORDER_ALL};
	const struct plan_clip *same = NULL;

	playlist->name = check_keep(check, section->title);
	playlist->order = orders[value_word(check, section, "order", names)];
	playlist->take = (unsigned)value_number(
		check, section, "take", (struct value_range){1, 100, .whole = true, .unit = ""});
	check_clip_list(check, section, playlist);
	/* A recording that nobody declared must not make a good config faulty: the playlist wins. */
	for (size_t i = 0; i < check->plan->n_clips && !same; i++)
		if (check->plan->clips[i].declared &&
		    strcmp(check->plan->clips[i].name, section->title) == 0)
			same = &check->plan->clips[i];
	if (same)
		check_error(
			check, "duplicate-name", section, section->line,
			_("'%s' is a playlist and also a clip, and 'play' could mean either; give "
			  "one another name"),
			section->title);
}

static bool check_end(struct check *check, const struct draft_section *section, const char *key,
		      struct civil_date *ret)
{
	if (value_given(section, key))
		return value_date(check, section, key, true, ret);
	if (section->spoiled)
		return false;
	check_error(check, "missing-option", section, section->line,
		    _("campaign '%s' has no '%s'; add for example %s = \"2024-06-01\""),
		    section->title, key, key);
	return false;
}

/* Where a date is faulty the campaign is given the whole year, so that the rest can be checked. */
static void check_span(struct check *check, const struct draft_section *section,
		       struct plan_campaign *campaign)
{
	struct civil_date from, until;
	bool known = check_end(check, section, "from", &from);

	known = check_end(check, section, "until", &until) && known;
	if (known && (from.year == 0) != (until.year == 0)) {
		check_error(check, "bad-date", section, value_line(section, "until"),
			    _("campaign '%s' has a year in one of 'from' and 'until' only; write "
			      "both with a year, or both without"),
			    section->title);
		known = false;
	}
	if (known && from.year != 0 && civil_day(from) > civil_day(until)) {
		check_error(
			check, "from-after-until", section, value_line(section, "until"),
			_("campaign '%s' ends on %s, before it begins on %s; exchange or correct "
			  "the dates"),
			section->title, value_raw(section, "until"), value_raw(section, "from"));
		known = false;
	}
	campaign->from = known ? from : (struct civil_date){0, 1, 1};
	campaign->until = known ? until : (struct civil_date){0, 12, 31};
}

/* Room for what a campaign holds, in the plan and beside it. */
static bool take_room(struct check *check, size_t i, const struct draft_section *section)
{
	size_t playlists = count(section, "playlist"), broadcasts = count(section, "broadcast");
	struct plan_campaign *campaign = &check->plan->campaigns[i];

	campaign->playlists = check_take(check, playlists, sizeof(*campaign->playlists));
	campaign->broadcasts = check_take(check, broadcasts, sizeof(*campaign->broadcasts));
	check->playlists[i] =
		arena_take(check->arena, (playlists + 1) * sizeof(**check->playlists));
	check->broadcasts[i] =
		arena_take(check->arena, (broadcasts + 1) * sizeof(**check->broadcasts));
	check->no_memory |= !check->playlists[i] || !check->broadcasts[i];
	return !check->no_memory;
}

static void check_campaign(struct check *check, size_t i, const struct draft_section *section)
{
	struct plan_campaign *campaign = &check->plan->campaigns[i];

	campaign->name = check_keep(check, section->title);
	campaign->title = check_keep(check, value_text(check, section, "title", LIMIT_TEXT));
	check_span(check, section, campaign);
	if (!take_room(check, i, section))
		return;
	for (const struct draft_section *s = section->first; s && !check->no_memory; s = s->next)
		if (is_a(s, "playlist")) {
			size_t at = campaign->n_playlists++;

			check->playlists[i][at] = s;
			check_playlist(check, s, &campaign->playlists[at]);
		}
	for (const struct draft_section *s = section->first; s && !check->no_memory; s = s->next)
		if (is_a(s, "broadcast")) {
			size_t at = campaign->n_broadcasts++;

			check->broadcasts[i][at] = s;
			check_broadcast(check, i, s, &campaign->broadcasts[at]);
		}
}

void check_campaigns(struct check *check)
{
	struct plan *plan = check->plan;
	size_t n = 0;

	for (size_t i = 0; i < check->n_roots; i++)
		n += count(check->roots[i], "campaign");
	plan->campaigns = check_take(check, n, sizeof(*plan->campaigns));
	check->campaigns = arena_take(check->arena, (n + 1) * sizeof(*check->campaigns));
	check->playlists = arena_take(check->arena, (n + 1) * sizeof(*check->playlists));
	check->broadcasts = arena_take(check->arena, (n + 1) * sizeof(*check->broadcasts));
	if (!plan->campaigns || !check->campaigns || !check->playlists || !check->broadcasts)
		check->no_memory = true;
	for (size_t i = 0; i < check->n_roots; i++)
		for (const struct draft_section *s = check->roots[i]->first; s; s = s->next)
			if (!check->no_memory && is_a(s, "campaign")) {
				check->campaigns[plan->n_campaigns] = s;
				check_campaign(check, plan->n_campaigns++, s);
			}
}
