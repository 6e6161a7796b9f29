/* SPDX-License-Identifier: MIT */
/* What a change may be about. */
#include <string.h>

#include "conf_draft.h"
#include "written_internal.h"

static const struct conf_key *section_of(bool station, const char *kind)
{
	const struct conf_key *campaign = conf_key_find(conf_schema(true), "campaign"), *found;

	if (station)
		found = conf_key_find(conf_schema(false), kind);
	else
		found = strcmp(kind, "campaign") == 0 ? campaign
						      : conf_key_find(campaign->keys, kind);
	return found && found->keys ? found : NULL;
}

bool written_takes_list(const char *kind, const char *key)
{
	const struct conf_key *section = section_of(false, kind);
	const struct conf_key *found = section ? conf_key_find(section->keys, key) : NULL;

	return found && found->type == CONF_LIST;
}

static bool value_ok(const struct conf_key *section, const struct change_value *value)
{
	const struct conf_key *key = conf_key_find(section->keys, value->key);

	if (!key || key->keys || (value->list && key->type != CONF_LIST) ||
	    (!value->list && value->n > 1))
		return false;
	for (size_t i = 0; i < value->n; i++)
		if (!written_text_ok(value->texts[i]))
			return false;
	return true;
}

/* A section of a campaign has a name; of those of the station, which there may be more of one. */
static bool named_ok(const struct change *change, const struct conf_key *section)
{
	if (change->name && !written_text_ok(change->name))
		return false;
	if (change->campaign)
		return !change->kind == !change->name;
	return (section->type == CONF_SECTIONS) == (change->name != NULL);
}

bool written_words_ok(const struct change *change)
{
	const struct conf_key *section;

	if (!change->campaign && !change->kind)
		return false;
	section = section_of(!change->campaign, change->kind ? change->kind : "campaign");
	if (!section || !named_ok(change, section) ||
	    (change->campaign && !written_text_ok(change->campaign)))
		return false;
	for (size_t i = 0; i < change->n_values; i++)
		if (!value_ok(section, &change->values[i]))
			return false;
	return true;
}
