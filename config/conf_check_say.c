/* SPDX-License-Identifier: MIT */
/* What the station section says of approval, and of the voice that speaks drafts. */
#include <stdio.h>
#include <string.h>

#include "conf_check.h"
#include "words.h"

/* Words of the command: not empty, and the first is a program. */
static void check_command(struct check *check, const struct draft_section *section)
{
	const struct draft_option *option = draft_option(section, "say");
	struct settings *settings = &check->settings;

	if (!option)
		return;
	if (option->n == 0 || option->n > SETTINGS_SAY_MAX || !*option->first->text) {
		check_error(check, "bad-command", section, option->line,
			    _("'say' is to be a program and its arguments, at most %d words, for "
			      "example {\"espeak-ng\", \"-v\", \"vi\", \"--stdin\", "
			      "\"--stdout\"}"),
			    SETTINGS_SAY_MAX);
		return;
	}
	settings->n_say = 0;
	for (const struct draft_value *value = option->first; value; value = value->next) {
		if (strlen(value->text) >= SETTINGS_SAY_WORD)
			check_error(check, "too-long", section, value->line,
				    _("'%s' is longer than %zu bytes; shorten it"), "say",
				    (size_t)SETTINGS_SAY_WORD - 1);
		else
			snprintf(settings->say[settings->n_say++], SETTINGS_SAY_WORD, "%s",
				 value->text);
	}
}

static void check_say_as(struct check *check, const struct draft_section *section)
{
	const struct draft_option *option = draft_option(section, "say-as");
	struct settings *settings = &check->settings;

	if (option && option->n > SETTINGS_SAY_AS_MAX)
		check_error(check, "too-long", section, option->line,
			    _("'say-as' has %zu entries; write at most %d"), option->n,
			    SETTINGS_SAY_AS_MAX);
	for (const struct draft_value *value = option ? option->first : NULL; value;
	     value = value->next) {
		const char *equals = strchr(value->text, '=');
		const char *text = check_composed(check, value->text);

		if (!equals || equals == value->text || !equals[1] ||
		    strlen(text) >= SETTINGS_SAY_AS)
			check_error(check, "bad-say-as", section, value->line,
				    _("say-as: '%s' is not an abbreviation and how it is read; "
				      "write for example \"BQL=ban quản lý\""),
				    value->text);
		else if (settings->n_say_as < SETTINGS_SAY_AS_MAX)
			snprintf(settings->say_as[settings->n_say_as++], SETTINGS_SAY_AS, "%s",
				 text);
	}
}

void check_say(struct check *check, const struct draft_section *station)
{
	static const char *const approvals[] = {"none", "required", NULL};

	check->settings.approval = value_word(check, station, "approval", approvals) == 1;
	check_command(check, station);
	check_say_as(check, station);
}
