/* SPDX-License-Identifier: MIT */
#include "clip_print.h"

#include <stdbool.h>
#include <string.h>

#include "ask.h"
#include "columns.h"
#include "hex.h"
#include "json_line.h"
#include "phrases.h"
#include "row_json.h"
#include "store.h"
#include "words.h"

/* JSON has no infinity: a level that was not measured is null. */
static json_t *level(double db)
{
	json_t *value = json_real(db);

	return value ? value : json_null();
}

json_t *clip_json(const struct store_clip *clip, const struct zone *zone)
{
	json_int_t length_ms = clip->rate_hz ? clip->air_frames * 1000 / clip->rate_hz : 0;
	char sha256[HEX_TEXT];

	hex_print(sha256, clip->sha256);
	return json_pack(
		"{s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:i, s:i, s:o, s:o}",
		"name", row_json_text(clip->name), "title", row_json_text(clip->title), "length_ms",
		length_ms, "lufs", level(clip->lufs), "peak_dbtp", level(clip->peak_dbtp),
		"gain_db", level(clip->gain_db), "out_lufs", level(clip->out_lufs), "sha256",
		sha256, "frames", (json_int_t)clip->frames, "skip_frames",
		(json_int_t)clip->skip_frames, "air_frames", (json_int_t)clip->air_frames, "rate",
		(int)clip->rate_hz, "channels", (int)clip->channels, "added",
		row_json_instant(zone, clip->added_us, 0), "added_by",
		row_json_text(clip->added_by));
}

void clip_print_added(FILE *out, const json_t *clip)
{
	char length[24];

	phrase_length(length, sizeof(length), ask_number(clip, "length_ms") * 1000);
	fprintf(out, _("added %s: %s, %.1f LUFS, plays at %.1f LUFS"), ask_text(clip, "name"),
		length, json_number_value(json_object_get(clip, "lufs")),
		json_number_value(json_object_get(clip, "out_lufs")));
	fputc('\n', out);
}

/* What somebody should look at; the codes are those of clip_json.h. */
static const struct {
	const char *code, *english;
} marks[] = {
	{"missing", N_("no recording")},
	{"waiting", N_("waits for approval")},
	{"draft", N_("spoken draft")},
	{"expired", N_("expired")},
	{"expires", N_("expires within a week")},
	{"not-yet", N_("not valid yet")},
	{"never-aired", N_("never aired")},
};
#define N_MARKS (sizeof(marks) / sizeof(marks[0]))

static bool has_mark(const json_t *clip, const char *code)
{
	const json_t *mark;
	size_t i;

	json_array_foreach(json_object_get(clip, "marks"), i, mark)
	{
		if (strcmp(json_string_value(mark) ? json_string_value(mark) : "", code) == 0)
			return true;
	}
	return false;
}

static size_t widest(const json_t *clips, const char *key)
{
	const json_t *clip;
	size_t i, width = 0;

	json_array_foreach(clips, i, clip)
	{
		size_t one = columns_width(ask_text(clip, key));

		width = one > width ? one : width;
	}
	return width;
}

static void print_figures(FILE *out, const json_t *clip)
{
	char length[24];

	if (json_is_false(json_object_get(clip, "recorded"))) {
		fprintf(out, "%-43s", "      -");
		return;
	}
	phrase_length(length, sizeof(length), ask_number(clip, "length_ms") * 1000);
	columns_put_right(out, length, 7);
	fprintf(out, "  %6.1f LUFS  %+5.1f dB  %.10s  ",
		json_number_value(json_object_get(clip, "lufs")),
		json_number_value(json_object_get(clip, "gain_db")), ask_text(clip, "added"));
}

/* The names of all that have the mark, on one line. */
static void print_marked(FILE *out, const json_t *clips, size_t mark)
{
	const json_t *clip;
	size_t i, n = 0;

	json_array_foreach(clips, i, clip)
	{
		if (!has_mark(clip, marks[mark].code))
			continue;
		fputs(n++ ? ", " : words(marks[mark].english), out);
		if (n == 1)
			fputs(": ", out);
		columns_clean(out, ask_text(clip, "name"));
	}
	if (n)
		fputc('\n', out);
}

void clip_print_table(FILE *out, const json_t *clips)
{
	const json_t *clip;
	size_t i, width = widest(clips, "name") + 2;

	if (json_array_size(clips) == 0)
		fprintf(out, "%s\n", _("There are no clips: add some with loaphuong clip add."));
	json_array_foreach(clips, i, clip)
	{
		columns_put(out, ask_text(clip, "name"), width);
		print_figures(out, clip);
		columns_clean(out, ask_text(clip, "title"));
		fputc('\n', out);
	}
	for (i = 0; i < N_MARKS; i++)
		print_marked(out, clips, i);
}

void clip_print_removed(FILE *out, const json_t *removed)
{
	const json_t *one;
	size_t i, width = widest(removed, "name") + 2;

	if (json_array_size(removed) == 0)
		fprintf(out, "%s\n", _("No removed recording is kept."));
	json_array_foreach(removed, i, one)
	{
		const char *at = ask_text(one, "removed_at");

		columns_put(out, ask_text(one, "name"), width);
		if (at[0])
			fprintf(out, _("removed on %.10s, kept until %.10s"), at,
				ask_text(one, "kept_until"));
		else
			fputs(_("removed; the 30 days begin when the station next knows the time"),
			      out);
		fputc('\n', out);
	}
}

void clip_print_json(FILE *out, const json_t *clips)
{
	const json_t *clip;
	size_t i;

	json_array_foreach(clips, i, clip)
	{
		json_line(out, clip, JSON_COMPACT);
	}
}
