/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "offline.h"
#include "setup.h"
#include "words.h"
#include "written.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct change *find(struct setup_answers *answers, const char *kind, const char *name)
{
	for (size_t i = 0; i < answers->n; i++)
		if (same(answers->changes[i].kind, kind) && same(answers->changes[i].name, name))
			return &answers->changes[i];
	return NULL;
}

static const char *copy(struct setup_answers *answers, const char *text)
{
	return arena_copy(&answers->arena, text, strlen(text));
}

/* The section, begun if it was not. NULL: there is no room or no memory. */
static struct change *section(struct setup_answers *answers, const char *kind, const char *name)
{
	struct change *change = find(answers, kind, name);
	struct change begun = {0};

	if (change)
		return change;
	begun.kind = copy(answers, kind);
	begun.name = name ? copy(answers, name) : NULL;
	if (answers->n == SETUP_SECTIONS || !begun.kind || !begun.name != !name)
		return NULL;
	begun.values = answers->values[answers->n];
	answers->changes[answers->n] = begun;
	return &answers->changes[answers->n++];
}

static int put(struct setup_answers *answers, const char *kind, const char *name,
	       struct change_value value)
{
	struct change *change = section(answers, kind, name);
	struct change_value *values;
	size_t i = 0;

	if (!change)
		return answers->n == SETUP_SECTIONS ? -E2BIG : -ENOMEM;
	values = answers->values[change - answers->changes];
	while (i < change->n_values && !same(values[i].key, value.key))
		i++;
	if (i == LIMIT_CHANGE_VALUES)
		return -E2BIG;
	change->n_values += i == change->n_values;
	change->remove = false;
	values[i] = value;
	return 0;
}

static int answer(struct setup_answers *answers, const char *kind, const char *name,
		  const char *key, const char *const *texts, size_t n, bool list)
{
	struct change_value value = {.key = copy(answers, key), .n = n, .list = list};
	const char **copies = arena_take(&answers->arena, (n + 1) * sizeof(*copies));

	if (!value.key || !copies)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		copies[i] = copy(answers, texts[i]);
		if (!copies[i])
			return -ENOMEM;
	}
	value.texts = copies;
	return put(answers, kind, name, value);
}

int setup_answer(struct setup_answers *answers, const char *kind, const char *name, const char *key,
		 const char *text)
{
	return answer(answers, kind, name, key, &text, 1, false);
}

int setup_answer_list(struct setup_answers *answers, const char *kind, const char *name,
		      const char *key, const char *const *texts, size_t n)
{
	return answer(answers, kind, name, key, texts, n, true);
}

int setup_answer_remove(struct setup_answers *answers, const char *kind, const char *name)
{
	struct change *change = section(answers, kind, name);

	if (!change)
		return answers->n == SETUP_SECTIONS ? -E2BIG : -ENOMEM;
	change->remove = true;
	return 0;
}

void setup_answer_forget(struct setup_answers *answers, const char *kind, const char *name)
{
	struct change *change = find(answers, kind, name);

	if (change)
		change->n_values = 0;
}

/* ---- a file of them ---- */

static int take_option(struct setup_answers *answers, const struct written_section *section,
		       const struct written_option *option)
{
	const char *texts[LIMIT_CHANGE_TEXTS];
	size_t n = 0;

	for (const struct written_value *value = option->first; value; value = value->next) {
		if (n == LIMIT_CHANGE_TEXTS)
			return -E2BIG;
		texts[n++] = value->text;
	}
	return answer(answers, section->kind, section->title, option->key, texts, n, option->list);
}

static int take_section(struct setup_answers *answers, const struct written_section *section,
			const char *path)
{
	int r = 0;

	if (strcmp(section->kind, "campaign") == 0 || strcmp(section->kind, "clip") == 0) {
		complain(_("%s:%d: answers are about the box; a campaign belongs into a file of "
			   "the folder campaigns"),
			 path, section->line);
		return -EINVAL;
	}
	for (const struct written_option *option = section->first_option; option && r == 0;
	     option = option->next)
		r = take_option(answers, section, option);
	if (r == -E2BIG)
		complain(_("%s:%d: too many answers"), path, section->line);
	return r;
}

static int take_text(struct setup_answers *answers, const char *text, size_t n, const char *path)
{
	struct written *written;
	int r = written_read(text, n, &written);

	if (r < 0)
		return r;
	for (const struct written_section *one = written_root(written)->first; one && r == 0;
	     one = one->next)
		r = take_section(answers, one, path);
	if (r == 0 && answers->n == 0) {
		complain(_("%s has no answers: write the keys that are to be set, as in the "
			   "config (loaphuong.conf(5))"),
			 path);
		r = -EINVAL;
	}
	written_free(written);
	return r;
}

int setup_answers_read(const char *path, struct setup_answers *ret)
{
	const struct conf_world world = {.zone = offline_give_zone, .errors_only = true};
	struct faults faults = {0};
	struct conf_text text = {.name = path};
	char *bytes = NULL;
	int r = conf_read_file(path, &faults, &bytes, &text.n);

	text.text = bytes;
	if (r == 0)
		r = conf_load_text(&text, 1, &world, &faults, NULL, NULL);
	if (r == 0)
		r = take_text(ret, bytes, text.n, path);
	if (r == -ENOMEM)
		complain_memory();
	faults_sort(&faults);
	offline_print_faults(stderr, &faults);
	faults_done(&faults);
	free(bytes);
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

void setup_answers_done(struct setup_answers *answers)
{
	arena_done(&answers->arena);
	answers->n = 0;
}
