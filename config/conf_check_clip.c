/* SPDX-License-Identifier: MIT */
/*
 * Clips are station-wide: declared at top level or in any campaign, again only identically; a
 * recording of the library needs no declaration. All are put in one row, sorted, and those of one
 * name become one clip.
 */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "limit.h"
#include "names.h"
#include "words.h"

struct mention {
	const char *name;
	const struct draft_section *section; /* NULL: a recording */
	struct plan_recording recording;
	size_t order;
};

struct mentions {
	size_t n, size;
	struct mention *items;
};

static void add_mention(struct check *check, struct mentions *mentions, struct mention mention)
{
	if (mentions->n == mentions->size) {
		size_t size = mentions->size ? mentions->size * 2 : 64;
		struct mention *items = realloc(mentions->items, size * sizeof(*items));

		if (!items) {
			check->no_memory = true;
			return;
		}
		mentions->items = items;
		mentions->size = size;
	}
	mention.order = mentions->n;
	mentions->items[mentions->n++] = mention;
}

static void add_declared(struct check *check, struct mentions *mentions,
			 const struct draft_section *parent)
{
	for (const struct draft_section *s = parent->first; s; s = s->next) {
		if (strcmp(s->key->name, "clip") == 0)
			add_mention(check, mentions,
				    (struct mention){.name = s->title, .section = s});
		else if (strcmp(s->key->name, "campaign") == 0)
			add_declared(check, mentions, s);
	}
}

static void add_recordings(struct check *check, struct mentions *mentions)
{
	const struct conf_world *world = check->world;
	struct mention mention = {.section = NULL};
	const char *name;

	for (size_t i = 0; world->recording && !check->no_memory; i++) {
		if (world->recording(world->context, i, &name, &mention.recording) < 0)
			return;
		mention.name = check_composed(check, name);
		if (names_flaw(mention.name, LIMIT_NAME, false) == NAMES_GOOD)
			add_mention(check, mentions, mention);
	}
}

/* By name; declared ones first, in the order in which they were written. */
static int compare_mentions(const void *left, const void *right)
{
	const struct mention *a = left, *b = right;
	int by_name = strcmp(a->name, b->name);

	if (by_name)
		return by_name;
	if (!a->section != !b->section)
		return a->section ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void check_again(struct check *check, const struct draft_section *first,
			const struct draft_section *again)
{
	for (const struct conf_key *key = first->keys; key->name; key++) {
		if (strcmp(value_raw(first, key->name), value_raw(again, key->name)) == 0)
			continue;
		check_error(check, "duplicate-name", again, again->line,
			    _("clip '%s' is declared in %s line %d with another '%s'; make both "
			      "equal, or give one another name"),
			    again->title, first->file, first->line, key->name);
		return;
	}
}

static int32_t day_of(struct check *check, const struct draft_section *section, const char *key,
		      int32_t open)
{
	struct civil_date date;

	return value_date(check, section, key, false, &date) ? civil_day(date) : open;
}

static void fill_clip(struct check *check, struct plan_clip *clip,
		      const struct draft_section *section, const char *name)
{
	clip->name = check_keep(check, name);
	clip->declared = section != NULL;
	clip->valid_from = CIVIL_DAY_MIN;
	clip->valid_until = CIVIL_DAY_MAX;
	if (!section) {
		clip->title = check_keep(check, "");
		clip->text = check_keep(check, "");
		clip->source = check_keep(check, "");
		return;
	}
	clip->title = check_keep(check, value_text(check, section, "title", LIMIT_TEXT));
	clip->text = check_keep(check, value_text(check, section, "text", LIMIT_TEXT));
	clip->source = check_keep(check, value_text(check, section, "source", LIMIT_TEXT));
	clip->valid_from = day_of(check, section, "from", CIVIL_DAY_MIN);
	clip->valid_until = day_of(check, section, "until", CIVIL_DAY_MAX);
	if (clip->valid_from > clip->valid_until)
		check_error(check, "from-after-until", section, value_line(section, "until"),
			    _("clip '%s' ends on %s, before it begins on %s; exchange or correct "
			      "the dates"),
			    name, value_raw(section, "until"), value_raw(section, "from"));
}

static void take_recording(const struct check *check, struct plan_clip *clip,
			   const struct plan_recording *recording)
{
	clip->recording = *recording;
	clip->refused = check->settings.approval && recording->present && !recording->approved;
}

/* One clip of all mentions of a name; returns how many those are. */
static size_t merge(struct check *check, const struct mention *mentions, size_t n)
{
	struct plan *plan = check->plan;
	struct plan_clip *clip = &plan->clips[plan->n_clips];
	size_t i = 0;

	check->clips[plan->n_clips++] = mentions[0].section;
	fill_clip(check, clip, mentions[0].section, mentions[0].name);
	for (; i < n && strcmp(mentions[i].name, mentions[0].name) == 0; i++) {
		if (!mentions[i].section)
			take_recording(check, clip, &mentions[i].recording);
		else if (i > 0)
			check_again(check, mentions[0].section, mentions[i].section);
	}
	return i;
}

void check_clips(struct check *check)
{
	struct mentions mentions = {0};

	for (size_t i = 0; i < check->n_roots; i++)
		add_declared(check, &mentions, check->roots[i]);
	add_recordings(check, &mentions);
	if (mentions.n > 1)
		qsort(mentions.items, mentions.n, sizeof(*mentions.items), compare_mentions);
	check->plan->clips = check_take(check, mentions.n, sizeof(struct plan_clip));
	check->clips = arena_take(check->arena, (mentions.n + 1) * sizeof(*check->clips));
	if (!check->clips)
		check->no_memory = true;
	for (size_t i = 0; i < mentions.n && !check->no_memory;)
		i += merge(check, mentions.items + i, mentions.n - i);
	free(mentions.items);
}
