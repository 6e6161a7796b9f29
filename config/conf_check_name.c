/* SPDX-License-Identifier: MIT */
/* Names: composed once, so that what looks equal is equal; then allowed and unique. */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "limit.h"
#include "names.h"
#include "words.h"

static bool is_clip(const struct draft_section *section)
{
	return strcmp(section->key->name, "clip") == 0;
}

static const char *flaw_text(enum names_flaw flaw)
{
	switch (flaw) {
	case NAMES_EMPTY:
		return _("it is empty; give it one, such as \"buoi-sang\"");
	case NAMES_LONG:
		return _("it is longer than 63 bytes; shorten it");
	case NAMES_SLASH:
		return _("it has a slash; use '-' instead");
	case NAMES_LEADING:
		return _("it begins with '.' or '-'; begin with a letter or digit");
	case NAMES_SPACE:
		return _("it has a space; use '-' instead (the title may have spaces)");
	default:
		return _("it has an invisible character; remove it");
	}
}

const char *check_composed(struct check *check, const char *name)
{
	char *composed = names_nfc(name);
	const char *copy = composed ? arena_copy(check->arena, composed, strlen(composed)) : NULL;

	free(composed);
	if (copy)
		return copy;
	check->no_memory = true;
	return "";
}

static void check_name(struct check *check, struct draft_section *section)
{
	enum names_flaw flaw;

	section->title = check_composed(check, section->title);
	flaw = names_flaw(section->title, LIMIT_NAME, !is_clip(section));
	if (flaw != NAMES_GOOD)
		check_error(check, "bad-name", section, section->line,
			    _("the name of %s '%s' is not possible: %s"), section->key->name,
			    section->title, flaw_text(flaw));
}

static void check_inside(struct check *check, struct draft_section *parent)
{
	for (struct draft_section *section = parent->first; section; section = section->next) {
		if (section->title)
			check_name(check, section);
		check_inside(check, section);
	}
}

struct named {
	const struct draft_section *section;
	size_t order;
};

static int compare_named(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int by_key = strcmp(a->section->key->name, b->section->key->name);
	int by_title = strcmp(a->section->title, b->section->title);

	if (by_key || by_title)
		return by_key ? by_key : by_title;
	return a->order < b->order ? -1 : 1;
}

static bool counts(const struct draft_section *section)
{
	return section->title && !is_clip(section); /* clips may be declared again */
}

static size_t count(const struct draft_section *parent)
{
	size_t n = 0;

	for (const struct draft_section *section = parent->first; section; section = section->next)
		n += counts(section);
	return n;
}

static void report_twins(struct check *check, const struct named *named, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct draft_section *first = named[i - 1].section;
		const struct draft_section *again = named[i].section;

		if (strcmp(first->key->name, again->key->name) != 0 ||
		    strcmp(first->title, again->title) != 0)
			continue;
		check_error(
			check, "duplicate-name", again, again->line,
			_("%s '%s' is there already, in %s line %d; give one of them another name"),
			again->key->name, again->title, first->file, first->line);
	}
}

/* Sections of one parent, or of all files together, must differ in name. */
static void check_twins(struct check *check, struct draft_section *const *parents, size_t n_parents)
{
	size_t n = 0, at = 0;
	struct named *named;

	for (size_t i = 0; i < n_parents; i++)
		n += count(parents[i]);
	if (n < 2)
		return;
	named = check_take(check, n, sizeof(*named));
	if (!named)
		return;
	for (size_t i = 0; i < n_parents; i++)
		for (struct draft_section *s = parents[i]->first; s; s = s->next)
			if (counts(s)) {
				named[at] = (struct named){s, at};
				at++;
			}
	qsort(named, n, sizeof(*named), compare_named);
	report_twins(check, named, n);
	free(named);
}

void check_names(struct check *check)
{
	for (size_t i = 0; i < check->n_roots; i++)
		check_inside(check, check->roots[i]);
	check_twins(check, check->roots, check->n_roots);
	for (size_t i = 0; i < check->n_roots; i++)
		for (struct draft_section *s = check->roots[i]->first; s; s = s->next)
			if (s->keys)
				check_twins(check, &s, 1);
}
