/* SPDX-License-Identifier: MIT */
/* clip show: a line for each thing that is known. */
#include <string.h>

#include "ask.h"
#include "clip_print.h"
#include "columns.h"
#include "limit.h"
#include "phrases.h"
#include "words.h"

#define LABEL_WIDTH 20

static void line(FILE *out, const char *label, const char *text)
{
	if (!text[0])
		return;
	columns_put(out, label, LABEL_WIDTH);
	columns_clean(out, text);
	fputc('\n', out);
}

/* "2024-06-01T05:45:00+07:00" as "2024-06-01 05:45" */
static void print_when(char *ret, size_t n, const char *instant)
{
	snprintf(ret, n, "%.16s", instant);
	if (strlen(ret) > 10)
		ret[10] = ' ';
}

static void print_valid(FILE *out, const json_t *clip)
{
	const char *from = ask_text(clip, "from"), *until = ask_text(clip, "until");
	char text[96];

	if (from[0] && until[0])
		snprintf(text, sizeof(text), _("%s to %s"), from, until);
	else if (until[0])
		snprintf(text, sizeof(text), _("until %s"), until);
	else if (from[0])
		snprintf(text, sizeof(text), _("from %s"), from);
	else
		text[0] = '\0';
	line(out, _("valid"), text);
}

static void print_people(FILE *out, const json_t *clip)
{
	const char *approval = ask_text(clip, "approval"), *by = ask_text(clip, "approved_by");
	char text[LIMIT_TEXT], when[24];

	print_when(when, sizeof(when), ask_text(clip, "added"));
	if (when[0] && ask_text(clip, "added_by")[0])
		snprintf(text, sizeof(text), _("%s, by %s"), when, ask_text(clip, "added_by"));
	else
		snprintf(text, sizeof(text), "%s", when);
	line(out, _("added"), text);
	print_when(when, sizeof(when), ask_text(clip, "approved_at"));
	if (strcmp(approval, "approved") == 0)
		snprintf(text, sizeof(text), _("%s, by %s"), when, by);
	else if (strcmp(approval, "waiting") == 0)
		snprintf(text, sizeof(text), "%s", _("NOT YET: it does not air until it is"));
	else
		text[0] = '\0';
	if (json_is_true(json_object_get(clip, "recorded")))
		line(out, _("approved"), text);
}

static void print_aired(FILE *out, const json_t *clip)
{
	long long times = ask_number(clip, "times_aired");
	char text[96], when[24];

	print_when(when, sizeof(when), ask_text(clip, "last_aired"));
	if (times == 0)
		snprintf(text, sizeof(text), "%s", _("never"));
	else if (times == 1)
		snprintf(text, sizeof(text), _("once, on %s"), when);
	else
		snprintf(text, sizeof(text), _("%lld times, last on %s"), times, when);
	line(out, _("aired"), text);
}

static void print_recording(FILE *out, const json_t *clip)
{
	char text[128], length[24];

	if (!json_is_true(json_object_get(clip, "recorded"))) {
		snprintf(text, sizeof(text),
			 _("NONE: record it, then loaphuong clip add FILE --as %s"),
			 ask_text(clip, "name"));
		line(out, _("recording"), text);
		return;
	}
	phrase_length(length, sizeof(length), ask_number(clip, "length_ms") * 1000);
	snprintf(text, sizeof(text), _("%s, %.1f LUFS, plays at %.1f LUFS"), length,
		 json_number_value(json_object_get(clip, "lufs")),
		 json_number_value(json_object_get(clip, "out_lufs")));
	line(out, _("recording"), text);
	if (json_is_true(json_object_get(clip, "draft")))
		line(out, "", _("a draft spoken by the machine: have a person read it"));
	line(out, "SHA-256", ask_text(clip, "sha256"));
}

static void print_uses(FILE *out, const json_t *clip)
{
	const json_t *use, *uses = json_object_get(clip, "used_by");
	const char *label = _("used by");
	size_t i;

	json_array_foreach(uses, i, use)
	{
		line(out, label, json_string_value(use) ? json_string_value(use) : "");
		label = "";
	}
	if (json_array_size(uses) == 0)
		line(out, label, _("no campaign"));
}

void clip_print_whole(FILE *out, const json_t *clip)
{
	line(out, _("clip"), ask_text(clip, "name"));
	line(out, _("title"), ask_text(clip, "title"));
	line(out, _("text"), ask_text(clip, "text"));
	line(out, _("source"), ask_text(clip, "source"));
	print_valid(out, clip);
	print_recording(out, clip);
	print_people(out, clip);
	print_aired(out, clip);
	print_uses(out, clip);
}
