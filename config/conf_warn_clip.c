/* SPDX-License-Identifier: MIT */
/* Warnings of clips and of what buttons name: no recording, not approved, unknown. */
#include <errno.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

static void warn_missing(struct check *check)
{
	const struct plan *plan = check->plan;

	for (size_t i = 0; check->world->recording && i < plan->n_clips; i++)
		if (check->clips[i] && !plan->clips[i].recording.present)
			check_warning(
				check, "no-recording", check->clips[i], check->clips[i]->line,
				_("clip '%s' has no recording; add it with: loaphuong clip add "
				  "%s.mp3"),
				plan->clips[i].name, plan->clips[i].name);
}

/* Where it is declared, or else the campaign that plays it; NULL: nobody does. */
static const struct draft_section *place_of(const struct check *check, size_t clip)
{
	if (check->clips[clip])
		return check->clips[clip];
	for (size_t i = 0; i < check->plan->n_campaigns; i++)
		if (plan_campaign_plays(&check->plan->campaigns[i], clip))
			return check->campaigns[i];
	return NULL;
}

static void warn_not_approved(struct check *check)
{
	const struct plan *plan = check->plan;

	for (size_t i = 0; i < plan->n_clips; i++) {
		const struct draft_section *place =
			plan->clips[i].refused ? place_of(check, i) : NULL;

		if (place)
			check_warning(check, "not-approved", place, place->line,
				      _("clip '%s' is not approved and will not air; listen to it, "
					"then: loaphuong clip approve %s --by NAME"),
				      plan->clips[i].name, plan->clips[i].name);
	}
}

void warn_recordings(struct check *check)
{
	warn_missing(check);
	warn_not_approved(check);
}

static void warn_target(struct check *check, const struct draft_section *section, const char *key,
			const char *name)
{
	size_t campaign, broadcast;
	int found;

	if (!*name || strcmp(name, "stop") == 0 || plan_find_clip(check->plan, name))
		return;
	found = plan_find_broadcast(check->plan, name, &campaign, &broadcast);
	if (found == -ENOENT)
		check_warning(
			check, "unknown-target", section, value_line(section, key),
			_("%s of %s: there is no clip or broadcast '%s'; correct the name, or "
			  "write \"stop\""),
			key, check_label(check, section), name);
	else if (found == -ENOTUNIQ)
		check_warning(check, "unknown-target", section, value_line(section, key),
			      _("%s of %s: several campaigns have a broadcast '%s'; write "
				"\"campaign/%s\""),
			      key, check_label(check, section), name, name);
}

void warn_buttons(struct check *check)
{
	size_t at = 0;

	for (size_t i = 0; i < check->n_roots; i++)
		for (const struct draft_section *s = check->roots[i]->first; s; s = s->next) {
			const struct settings_button *button = &check->settings.buttons[at];

			if (strcmp(s->key->name, "button") != 0)
				continue;
			at++;
			warn_target(check, s, "press", button->press);
			warn_target(check, s, "hold", button->hold);
		}
}
