/* SPDX-License-Identifier: MIT */
/* campaign show and campaign history: what is written, and who wrote it. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "campaign_files.h"
#include "columns.h"
#include "hex.h"
#include "history.h"
#include "json_line.h"
#include "row_json.h"
#include "words.h"
#include "written.h"

static json_t *value_json(const char *kind, const struct written_option *option)
{
	json_t *array;

	if (!written_takes_list(kind, option->key))
		return row_json_text(option->first ? option->first->text : "");
	array = json_array();
	for (const struct written_value *value = option->first; value; value = value->next)
		json_array_append_new(array, row_json_text(value->text));
	return array;
}

/* {"name", "line", "values": {KEY: TEXT|[TEXT]}} */
static json_t *section_json(const struct written_section *section)
{
	json_t *values = json_object();

	for (const struct written_option *option = section->first_option; option;
	     option = option->next)
		json_object_set_new(values, option->key, value_json(section->kind, option));
	return json_pack("{s:o, s:i, s:o}", "name", row_json_text(section->title), "line",
			 section->line, "values", values);
}

static json_t *sections_json(const struct written_section *in, const char *kind)
{
	json_t *array = json_array();

	for (const struct written_section *one = in->first; one; one = one->next)
		if (strcmp(one->kind, kind) == 0)
			json_array_append_new(array, section_json(one));
	return array;
}

static json_t *campaigns_json(const struct written_section *root)
{
	json_t *array = json_array();

	for (const struct written_section *one = root->first; one; one = one->next) {
		json_t *campaign;

		if (strcmp(one->kind, "campaign") != 0)
			continue;
		campaign = section_json(one);
		json_object_set_new(campaign, "clips", sections_json(one, "clip"));
		json_object_set_new(campaign, "playlists", sections_json(one, "playlist"));
		json_object_set_new(campaign, "broadcasts", sections_json(one, "broadcast"));
		json_array_append_new(array, campaign);
	}
	return array;
}

/* A file that is not sound has campaigns null: it must be put right by hand first. NULL: no memory. */
static json_t *file_json(const struct conf_text *text)
{
	struct written *written = NULL;
	uint8_t digest[32];
	char hex[HEX_TEXT];
	json_t *file;
	int error = written_read(text->text, text->n, &written);

	if (error == -ENOMEM)
		return NULL;
	history_digest(text->text, text->n, digest);
	hex_print(hex, digest);
	file = json_pack("{s:o, s:b, s:s}", "file", row_json_text(campaign_files_name(text)),
			 "editable", text->campaigns_only, "sha256", hex);
	if (error == 0)
		json_object_set_new(file, "campaigns", campaigns_json(written_root(written)));
	else
		json_object_set_new(file, "campaigns", json_null());
	written_free(written);
	return file;
}

static json_t *files_json(const struct campaign_files *files)
{
	json_t *array = json_array();

	for (size_t i = 0; i < files->n; i++) {
		json_t *file = file_json(&files->texts[i]);

		if (!file) {
			json_decref(array);
			return NULL;
		}
		/* the station's own config is of interest where campaigns stand in it */
		if (i == 0 && json_array_size(json_object_get(file, "campaigns")) == 0)
			json_decref(file);
		else
			json_array_append_new(array, file);
	}
	return array;
}

static void print_list(const char *label, const json_t *values, const char *key)
{
	const json_t *list = json_object_get(values, key), *item;
	size_t i;

	if (!list || (json_is_array(list) && json_array_size(list) == 0))
		return;
	printf("    %-8s ", label);
	if (json_is_string(list))
		columns_clean(stdout, json_string_value(list));
	json_array_foreach(list, i, item)
	{
		fputs(i ? ", " : "", stdout);
		columns_clean(stdout, json_string_value(item));
	}
	putchar('\n');
}

static void print_broadcast(const json_t *broadcast)
{
	static const char *const keys[] = {"at",     "every", "between", "days",   "dates",
					   "except", "play",  "repeat",	 "enabled"};
	const json_t *values = json_object_get(broadcast, "values");
	const char *title = ask_text(values, "title");

	fputs("  ", stdout);
	columns_clean(stdout, ask_text(broadcast, "name"));
	if (title[0]) {
		fputs(" - ", stdout);
		columns_clean(stdout, title);
	}
	putchar('\n');
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		print_list(keys[i], values, keys[i]);
}

static void print_campaign(const json_t *campaign)
{
	const json_t *values = json_object_get(campaign, "values"), *broadcast;
	size_t i;

	columns_clean(stdout, ask_text(campaign, "name"));
	fputs(": ", stdout);
	columns_clean(stdout, ask_text(values, "title"));
	if (ask_text(values, "from")[0])
		printf(" (%s - %s)", ask_text(values, "from"), ask_text(values, "until"));
	putchar('\n');
	json_array_foreach(json_object_get(campaign, "broadcasts"), i, broadcast)
		print_broadcast(broadcast);
}

static void print_file(const json_t *file)
{
	const json_t *campaigns = json_object_get(file, "campaigns"), *campaign;
	size_t i;

	fputs("# ", stdout);
	columns_clean(stdout, ask_text(file, "file"));
	putchar('\n');
	if (json_is_null(campaigns))
		puts(_("This file has errors: see loaphuong check."));
	json_array_foreach(campaigns, i, campaign) print_campaign(campaign);
}

static int show(const struct call *call, const struct scene *scene)
{
	struct campaign_files files;
	json_t *array;
	const json_t *file;
	size_t i;
	int error = campaign_files_read(scene->config, scene->state, &files);

	array = error < 0 ? NULL : files_json(&files);
	offline_print_faults(stderr, &files.faults);
	campaign_files_done(&files);
	if (!array)
		return complain_memory();
	if (call_has(call, "json")) {
		json_line(stdout, array, JSON_COMPACT);
	} else {
		json_array_foreach(array, i, file) print_file(file);
	}
	json_decref(array);
	return EXIT_DONE;
}

int cmd_campaign_show(const struct call *call)
{
	struct scene scene;
	int r = scene_open(call, &scene);

	if (r != EXIT_DONE)
		return r;
	r = show(call, &scene);
	scene_close(&scene);
	return r;
}

static void print_entry(const struct history_entry *entry, const struct zone *zone)
{
	char at[40];

	civil_print_instant(at, sizeof(at), zone, entry->at_us, 0);
	printf("%5lld  %.10s %.5s  ", (long long)entry->number, at, at + 11);
	columns_put(stdout, entry->file, 0);
	fputs("  ", stdout);
	columns_clean(stdout, entry->who);
	if (entry->why[0]) {
		fputs(": ", stdout);
		columns_clean(stdout, entry->why);
	}
	putchar('\n');
}

static void print_entry_json(const struct history_entry *entry, const struct zone *zone)
{
	char hex[HEX_TEXT];
	json_t *line;

	hex_print(hex, entry->after);
	line = json_pack("{s:I, s:o, s:o, s:o, s:o, s:b, s:o}", "number", (json_int_t)entry->number,
			 "at", row_json_instant(zone, entry->at_us, 0), "file",
			 row_json_text(entry->file), "who", row_json_text(entry->who), "why",
			 row_json_text(entry->why), "was_there", entry->was_there, "after",
			 entry->is_there ? json_string(hex) : json_null());
	json_line(stdout, line, JSON_COMPACT);
	json_decref(line);
}

int cmd_campaign_history(const struct call *call)
{
	struct history_entry *entries = NULL;
	struct scene scene;
	size_t n = 0;
	int r = scene_open(call, &scene), error;

	if (r != EXIT_DONE)
		return r;
	error = history_list(scene.state, &entries, &n);
	if (error < 0)
		complain(_("the history in %s cannot be read (%s): check that you may read the "
			   "folder"),
			 scene.state, words_error(-error));
	for (size_t i = 0; i < n; i++) {
		if (call_has(call, "json"))
			print_entry_json(&entries[i], &scene.zone);
		else
			print_entry(&entries[i], &scene.zone);
	}
	if (error == 0 && n == 0 && !call_has(call, "json"))
		puts(_("Nobody has changed the campaigns with loaphuong or its console yet."));
	free(entries);
	scene_close(&scene);
	return error < 0 ? EXIT_NO : EXIT_DONE;
}
