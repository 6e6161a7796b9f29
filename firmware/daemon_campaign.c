/* SPDX-License-Identifier: MIT */
/*
 * Changes to the programme, from a person who has no editor. They are made in the file as it lies on
 * the disk now, not in what is in force: an edit by hand that was not reloaded yet is not lost. All is
 * checked before anything is written; the writer's thread waits for the disk; then it is a reload.
 */
#include "daemon_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "words.h"
#include "written.h"

/* What the writer's thread needs: copies. */
struct saving {
	char state_dir[LIMIT_PATH];
	struct history_entry entry;
	struct history_text before, after;
};

static int save(void *context, bool go)
{
	struct saving *saving = context;
	int error = go ? history_save(saving->state_dir, &saving->entry, &saving->before,
				      &saving->after)
		       : 0;

	free((void *)(uintptr_t)saving->before.text);
	free((void *)(uintptr_t)saving->after.text);
	free(saving);
	return error;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Where a file of campaigns is, or would stand. The first text is the station's own config. */
static size_t place_of(const struct daemon_texts *texts, const char *file, bool *ret_there)
{
	size_t i = 1;

	while (i < texts->n && strcmp(base_name(texts->texts[i].name), file) < 0)
		i++;
	*ret_there = i < texts->n && strcmp(base_name(texts->texts[i].name), file) == 0;
	return i;
}

static struct history_text text_at(const struct daemon_texts *texts, const char *file)
{
	bool there;
	size_t i = place_of(texts, file, &there);

	return there ? (struct history_text){texts->texts[i].text, texts->texts[i].n}
		     : (struct history_text){NULL, 0};
}

static int add_text(const struct daemon *d, struct daemon_texts *texts, const char *file, size_t at)
{
	struct conf_text *more = realloc(texts->texts, (texts->n + 1) * sizeof(*texts->texts));
	char folder[LIMIT_PATH], path[LIMIT_PATH];
	char *name;

	if (!more)
		return -ENOMEM;
	texts->texts = more;
	if (texts->n > LIMIT_CAMPAIGN_FILES ||
	    daemon_path(folder, sizeof(folder), d->state_dir, "campaigns") < 0 ||
	    daemon_path(path, sizeof(path), folder, file) < 0)
		return -ENAMETOOLONG;
	name = strdup(path);
	if (!name)
		return -ENOMEM;
	memmove(&more[at + 1], &more[at], (texts->n - at) * sizeof(*more));
	more[at] = (struct conf_text){.name = name, .campaigns_only = true};
	texts->n++;
	return 0;
}

/* The texts as they would be with 'after' in the file's place; after is copied. */
static int replace(const struct daemon *d, struct daemon_texts *texts, const char *file,
		   const struct history_text *after)
{
	bool there;
	size_t at = place_of(texts, file, &there);
	char *copy = after->text ? malloc(after->n + 1) : NULL;
	int error = 0;

	if (after->text && !copy)
		return -ENOMEM;
	if (after->text && !there)
		error = add_text(d, texts, file, at);
	if (error != 0 || (!after->text && !there)) {
		free(copy);
		return error;
	}
	free((void *)(uintptr_t)texts->texts[at].text);
	texts->texts[at].text = copy;
	texts->texts[at].n = after->n;
	if (copy) {
		memcpy(copy, after->text, after->n + 1);
		return 0;
	}
	free((void *)(uintptr_t)texts->texts[at].name);
	texts->n--;
	memmove(&texts->texts[at], &texts->texts[at + 1], (texts->n - at) * sizeof(*texts->texts));
	return 0;
}

void daemon_config_said(struct daemon *d, struct control_said *ret)
{
	const struct faults *faults = &d->reload_faults;

	ret->faults = d->shown_config_faults;
	for (ret->n = 0; ret->n < faults->n && ret->n < LIMIT_CONFIG_FAULTS; ret->n++) {
		const struct fault *fault = &faults->items[ret->n];

		d->shown_config_faults[ret->n] = (struct control_config_fault){
			.file = fault->file,
			.code = fault->code,
			.text = fault->text,
			.line = fault->line,
			.error = fault->error,
		};
	}
}

static void refuse(struct control_verdict *ret, int error)
{
	if (error == -ENOENT)
		daemon_refuse(ret, "no-such",
			      _("What is to be changed is not there any more; look again."));
	else if (error == -EBADMSG)
		daemon_refuse(ret, "bad-change",
			      _("A name or a value has signs that cannot be written; use plain "
				"text."));
	else if (error == -EINVAL)
		daemon_refuse(ret, "config", _("The config has errors; nothing was changed."));
	else if (error == -ENAMETOOLONG)
		daemon_refuse(ret, "bad-change",
			      _("There are too many files of campaigns, or the name is too long."));
	else
		daemon_take_answer(error, ret);
}

/* Is it the text that the person saw? */
static bool is_base(const struct history_text *now, bool has_base, const uint8_t base[32])
{
	uint8_t digest[32];

	if (!now->text || !has_base)
		return !now->text == !has_base;
	history_digest(now->text, now->n, digest);
	return memcmp(digest, base, sizeof(digest)) == 0;
}

static void say_changed(struct control_verdict *ret)
{
	daemon_refuse(ret, "changed",
		      _("The file was changed in the meantime; look at it again, then change it."));
}

/* The text that is wanted, given away (NULL: the file goes). False: verdict says why not. */
static bool changed_text(const struct changes *changes, const struct history_text *now,
			 struct history_text *ret, struct control_verdict *verdict)
{
	struct written_changed changed;
	int error;

	if (!is_base(now, changes->has_base, changes->base)) {
		say_changed(verdict);
		return false;
	}
	error = written_change(now->text ? now->text : "", now->n, changes->items, changes->n,
			       &changed);
	if (error < 0) {
		refuse(verdict, error);
		return false;
	}
	free(changed.lost);
	*ret = (struct history_text){changed.text, changed.n};
	return true;
}

static bool text_before(const struct daemon *d, const struct control_edit *edit,
			const struct daemon_texts *texts, struct history_entry *ret_entry,
			struct history_text *ret, struct control_verdict *verdict)
{
	struct history_text now;
	char *text = NULL;
	int error = history_read(d->state_dir, edit->number, ret_entry, &text, &ret->n);

	ret->text = text;
	if (error == -ENOENT) {
		daemon_refuse(verdict, "no-such", _("There is no such save to be undone."));
	} else if (error < 0) {
		daemon_refuse(verdict, "disk",
			      _("What was saved then cannot be read any more; change it by hand."));
	} else {
		now = text_at(texts, ret_entry->file);
		if (edit->anyway || is_base(&now, ret_entry->is_there, ret_entry->after))
			return true;
		say_changed(verdict);
	}
	return false;
}

static bool same(const struct history_text *a, const struct history_text *b)
{
	return !a->text == !b->text && a->n == b->n &&
	       (!a->text || memcmp(a->text, b->text, a->n) == 0);
}

/* Would it be taken? The verdict and d->reload_faults say why not. */
static bool is_sound(struct daemon *d, struct daemon_texts *texts, const char *file,
		     const struct history_text *after, struct control_verdict *verdict)
{
	struct settings settings;
	struct plan *plan = NULL;
	int error = replace(d, texts, file, after);

	if (error == 0)
		error = daemon_plan_load(d, texts, 0, &d->reload_faults, &plan, &settings);
	plan_free(plan);
	if (error < 0)
		refuse(verdict, error);
	return error == 0;
}

static int copy_text(const struct history_text *from, struct history_text *to)
{
	char *text = from->text ? malloc(from->n + 1) : NULL;

	if (from->text && !text)
		return -ENOMEM;
	if (text)
		memcpy(text, from->text, from->n + 1);
	*to = (struct history_text){text, from->n};
	return 0;
}

static void drop(struct history_text *text)
{
	free((void *)(uintptr_t)text->text);
	*text = (struct history_text){NULL, 0};
}

/* To the writer. Both texts are given away. */
static int begin(struct daemon *d, const struct history_text *before,
		 const struct history_text *after)
{
	struct saving *saving = calloc(1, sizeof(*saving));
	struct saving given = {.before = *before, .after = *after};
	struct daemon_edit *edit = &d->edit;

	if (!saving) {
		drop(&given.before);
		drop(&given.after);
		return -ENOMEM;
	}
	*saving = given;
	edit->is_there = after->text != NULL;
	if (after->text)
		history_digest(after->text, after->n, edit->sha256);
	snprintf(saving->state_dir, sizeof(saving->state_dir), "%s", d->state_dir);
	saving->entry.at_us = d->now_us;
	snprintf(saving->entry.file, sizeof(saving->entry.file), "%s", edit->file);
	snprintf(saving->entry.who, sizeof(saving->entry.who), "%s", edit->hand.who);
	snprintf(saving->entry.why, sizeof(saving->entry.why), "%s", edit->hand.why);
	return log_writer_do(d->writer, save, saving, DAEMON_WORK_CAMPAIGN);
}

/* Checks what is wanted and has it saved. after is given away. */
static void settle(struct daemon *d, struct daemon_texts *texts, struct history_text *after,
		   struct control_verdict *verdict)
{
	struct history_text now = text_at(texts, d->edit.file), before = {NULL, 0};
	int error = copy_text(&now, &before); /* the check takes the file's text away */

	if (error == 0 && same(&now, after)) {
		daemon_refuse(verdict, "nothing", _("It stands there already like that."));
	} else if (error == 0 && is_sound(d, texts, d->edit.file, after, verdict)) {
		error = begin(d, &before, after);
		before = *after = (struct history_text){NULL, 0};
	}
	if (error < 0)
		daemon_take_answer(error, verdict);
	drop(&before);
	drop(after);
}

static void take_on(struct daemon *d, const struct control_edit *edit, struct daemon_texts *texts,
		    struct control_verdict *verdict)
{
	struct history_entry undone = {0};
	struct history_text after = {NULL, 0}, now;
	const char *file = undone.file;
	bool wanted;

	if (edit->changes) {
		file = edit->changes->file;
		now = text_at(texts, file);
		wanted = changed_text(edit->changes, &now, &after, verdict);
	} else {
		wanted = text_before(d, edit, texts, &undone, &after, verdict);
	}
	snprintf(d->edit.file, sizeof(d->edit.file), "%s", file);
	if (wanted)
		settle(d, texts, &after, verdict);
	else
		drop(&after);
}

void daemon_edit(void *context, const struct control_edit *edit, uint64_t token,
		 struct control_said *ret_said, struct control_verdict *ret)
{
	struct daemon *d = context;
	struct daemon_texts texts = {0};
	char campaigns[LIMIT_PATH];
	int error = daemon_path(campaigns, sizeof(campaigns), d->state_dir, "campaigns");

	if (d->edit.token) {
		daemon_refuse(ret, "busy-station",
			      _("Another change is being saved. Wait a moment and try again."));
		return;
	}
	faults_done(&d->reload_faults);
	d->reload_faults = (struct faults){0};
	d->edit = (struct daemon_edit){.hand = *edit->hand, .undo = !edit->changes};
	snprintf(d->edit.language, sizeof(d->edit.language), "%s", words_language());
	if (error == 0)
		error = daemon_texts_read(d->options.config, campaigns, &d->reload_faults, &texts);
	if (error < 0)
		refuse(ret, error == -ENOMEM ? error : -EINVAL);
	else
		take_on(d, edit, &texts, ret);
	daemon_texts_done(&texts);
	daemon_config_said(d, ret_said);
	if (!ret->error)
		d->edit.token = token;
}

void daemon_edit_saved(struct daemon *d, int error)
{
	struct daemon_edit edit = d->edit;
	struct control_verdict verdict = {0};
	struct control_said said = {0};
	char why[LIMIT_WHY];

	d->edit.token = 0;
	words_use(edit.language);
	if (error == -ESTALE) {
		say_changed(&verdict);
	} else if (error < 0) {
		verdict.error = "disk";
		snprintf(verdict.message, sizeof(verdict.message), _("The disk refuses: %s"),
			 words_error(-error));
	} else {
		snprintf(why, sizeof(why), "%.100s%s%.140s", edit.file,
			 edit.hand.why[0] ? ": " : "", edit.hand.why);
		daemon_note(d, edit.undo ? "campaign-undo" : "campaign-save", edit.hand.who, why);
		faults_done(&d->reload_faults);
		d->reload_faults = (struct faults){0};
		if (daemon_plan_reload(d, &edit.hand, &d->reload_faults) < 0)
			daemon_refuse(&verdict, "config",
				      _("It is saved, but not in force: the config has errors."));
		daemon_config_said(d, &said);
	}
	words_use(d->language);
	control_answer_edit(d->control, edit.token, &verdict, &said,
			    edit.is_there ? edit.sha256 : NULL);
}
