/* SPDX-License-Identifier: MIT */
/*
 * campaign try: what changes would do. Worked out from the files by the same engine, and by the same
 * edit that the station would make; nothing is written.
 */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "campaign_changes.h"
#include "campaign_files.h"
#include "change_json.h"
#include "columns.h"
#include "hex.h"
#include "history.h"
#include "json_line.h"
#include "plan_diff.h"
#include "row_json.h"
#include "words.h"
#include "written.h"

#define TRY_DAYS  366 /* how far it is rehearsed, from today */
#define TRY_SHOWN 200 /* differences in the JSON; all are counted */

struct trial {
	struct scene *scene;
	struct recordings recordings;
	struct changes changes;
	struct campaign_files files; /* before, then after */
	struct written_changed changed;
	struct plan *before, *after; /* NULL: has errors */
	struct faults faults_before, faults;
	struct rehearsal old_rows, new_rows;
	struct plan_diff diff;
	const char *error, *message; /* why it cannot be done; NULL: it can */
};

static void refuse(struct trial *trial, const char *error, const char *message)
{
	trial->error = error;
	trial->message = message;
}

static bool is_base(const struct trial *trial, const struct conf_text *text)
{
	uint8_t digest[32];

	if (!text || !trial->changes.has_base)
		return !text == !trial->changes.has_base;
	history_digest(text->text, text->n, digest);
	return memcmp(digest, trial->changes.base, sizeof(digest)) == 0;
}

static int change(struct trial *trial)
{
	struct conf_text *text = campaign_files_find(&trial->files, trial->changes.file);
	int error;

	if (!is_base(trial, text)) {
		refuse(trial, "changed",
		       _("The file was changed in the meantime; look at it again, then change "
			 "it."));
		return 0;
	}
	error = written_change(text ? text->text : "", text ? text->n : 0, trial->changes.items,
			       trial->changes.n, &trial->changed);
	if (error == -ENOENT)
		refuse(trial, "no-such",
		       _("What is to be changed is not there any more; look again."));
	else if (error == -EBADMSG)
		refuse(trial, "bad-change",
		       _("A name or a value has signs that cannot be written; use plain text."));
	else if (error == -EINVAL)
		refuse(trial, "config", _("The config has errors; nothing was changed."));
	return error == -ENOMEM ? error : 0;
}

static int put_changed(struct trial *trial)
{
	char *copy = strdup(trial->changed.text);

	if (!copy)
		return -ENOMEM;
	return campaign_files_put(&trial->files, trial->scene->state, trial->changes.file, copy,
				  trial->changed.n);
}

static int plan_of(struct trial *trial, struct faults *faults, struct plan **ret)
{
	int error = campaign_files_plan(&trial->files, &trial->recordings, trial->scene->now_us,
					faults, ret);

	return error == -ENOMEM ? error : 0;
}

static int rehearse(struct trial *trial)
{
	const struct scene *scene = trial->scene;
	int64_t from_us = scene->now_us;
	int64_t until_us = from_us + TRY_DAYS * CIVIL_DAY_S * CIVIL_US;
	int error;

	if (!trial->before || !trial->after)
		return 0;
	error = rehearsal_run(trial->before, from_us, until_us, scene->paused_until_us,
			      &trial->old_rows);
	if (error == 0)
		error = rehearsal_run(trial->after, from_us, until_us, scene->paused_until_us,
				      &trial->new_rows);
	if (error == 0)
		error = plan_diff_make(&trial->old_rows, &trial->new_rows, &trial->diff);
	return error;
}

static int work_out(struct trial *trial)
{
	int error = campaign_files_read(trial->scene->config, trial->scene->state, &trial->files);

	if (error == 0)
		error = plan_of(trial, &trial->faults_before, &trial->before);
	if (error == 0)
		error = change(trial);
	if (error < 0 || trial->error)
		return error;
	error = put_changed(trial);
	if (error == 0)
		error = plan_of(trial, &trial->faults, &trial->after);
	if (error == 0 && !trial->after)
		refuse(trial, "config", _("With this change the config has errors."));
	return error < 0 ? error : rehearse(trial);
}

/* Was it there before? Lines move, so they do not count. */
static bool is_new(const struct trial *trial, const struct fault *fault)
{
	for (size_t i = 0; i < trial->faults_before.n; i++) {
		const struct fault *old = &trial->faults_before.items[i];

		if (strcmp(old->code, fault->code) == 0 && strcmp(old->text, fault->text) == 0)
			return false;
	}
	return true;
}

static json_t *faults_json(const struct trial *trial)
{
	json_t *array = json_array();

	for (size_t i = 0; i < trial->faults.n; i++) {
		const struct fault *fault = &trial->faults.items[i];

		json_array_append_new(array,
				      json_pack("{s:o, s:i, s:s, s:s, s:o, s:b}", "file",
						row_json_text(fault->file), "line", fault->line,
						"level", fault->error ? "error" : "warning", "code",
						fault->code, "text", row_json_text(fault->text),
						"new", is_new(trial, fault)));
	}
	return array;
}

static json_t *lost_json(const struct trial *trial)
{
	json_t *array = json_array();
	const char *line = trial->changed.lost ? trial->changed.lost : "";

	while (*line) {
		size_t n = strcspn(line, "\n");

		json_array_append_new(array, json_stringn(line, n));
		line += n + (line[n] == '\n');
	}
	return array;
}

static json_t *differences_json(const struct trial *trial)
{
	json_t *array = json_array();

	for (size_t i = 0; i < trial->diff.n && i < TRY_SHOWN; i++)
		json_array_append_new(
			array, plan_difference_json(&trial->diff.items[i], &trial->scene->zone));
	return array;
}

static int64_t seconds_of(const struct rehearsal *rehearsal)
{
	int64_t us = 0;

	for (size_t i = 0; i < rehearsal->n; i++)
		us += rehearsed_length_us(&rehearsal->items[i]);
	return us / CIVIL_US;
}

static json_t *trial_json(const struct trial *trial)
{
	const size_t *counts = trial->diff.counts;

	return json_pack("{s:b, s:s?, s:s?, s:b, s:o, s:o, s:{s:I, s:I, s:I, s:I}, s:o, s:b, "
			 "s:{s:I, s:I}, s:i}",
			 "ok", trial->error == NULL, "error", trial->error, "message",
			 trial->message, "differs", trial->changed.differs, "faults",
			 faults_json(trial), "lost_comments", lost_json(trial), "counts", "added",
			 (json_int_t)counts[DIFF_ADDED], "removed",
			 (json_int_t)counts[DIFF_REMOVED], "moved", (json_int_t)counts[DIFF_MOVED],
			 "changed", (json_int_t)counts[DIFF_CHANGED], "differences",
			 differences_json(trial), "more", trial->diff.n > TRY_SHOWN, "seconds",
			 "before", (json_int_t)seconds_of(&trial->old_rows), "after",
			 (json_int_t)seconds_of(&trial->new_rows), "days", TRY_DAYS);
}

static void print(const struct trial *trial)
{
	for (size_t i = 0; i < trial->faults.n; i++) {
		const struct fault *fault = &trial->faults.items[i];

		if (!fault->error && !is_new(trial, fault))
			continue;
		printf("%s:%d: %s: ", fault->file, fault->line, fault->error ? "error" : "warning");
		columns_clean(stdout, fault->text);
		putchar('\n');
	}
	if (trial->faults.cut)
		printf(_("There are more faults; the first %d are shown.\n"), LIMIT_CONFIG_FAULTS);
	if (trial->changed.lost && trial->changed.lost[0])
		printf("%s\n%s", _("These comments would be lost:"), trial->changed.lost);
	if (trial->before && trial->after)
		plan_diff_print(stdout, &trial->diff, trial->before, trial->after);
}

static int show(const struct call *call, const struct trial *trial)
{
	json_t *json;

	if (call_has(call, "json")) {
		json = trial_json(trial);
		if (!json)
			return complain_memory();
		json_line(stdout, json, JSON_COMPACT);
		json_decref(json);
		return EXIT_DONE;
	}
	print(trial);
	if (!trial->error)
		return EXIT_DONE;
	complain("%s", trial->message);
	return EXIT_NO;
}

static void done(struct trial *trial)
{
	plan_diff_done(&trial->diff);
	rehearsal_done(&trial->old_rows);
	rehearsal_done(&trial->new_rows);
	plan_free(trial->before);
	plan_free(trial->after);
	faults_done(&trial->faults_before);
	faults_done(&trial->faults);
	written_changed_done(&trial->changed);
	campaign_files_done(&trial->files);
	change_json_done(&trial->changes);
	recordings_done(&trial->recordings);
}

static int try(const struct call *call, struct scene *scene, const json_t *json)
{
	struct trial trial = {.scene = scene};
	int r = scene_recordings(scene, &trial.recordings), error;

	if (r == EXIT_DONE) {
		error = change_json_take(json, &trial.changes);
		if (error == 0)
			error = work_out(&trial);
		if (error == -EINVAL) {
			complain(_("%s has no changes as loaphuong(1) tells, campaign try"),
				 call->operands[0]);
			r = EXIT_NO;
		} else {
			r = error < 0 ? complain_memory() : show(call, &trial);
		}
	}
	done(&trial);
	return r;
}

int cmd_campaign_try(const struct call *call)
{
	json_t *json = campaign_changes_read(call->operands[0]);
	struct scene scene;
	int r = json ? scene_open(call, &scene) : EXIT_NO;

	if (json && r == EXIT_DONE) {
		r = try(call, &scene, json);
		scene_close(&scene);
	}
	json_decref(json);
	return r;
}
