/* SPDX-License-Identifier: MIT */
/* A change is a few splices: bytes that go, and text that comes in their place. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "written_internal.h"

struct splice {
	struct written_span gone;
	struct writing text;
};

/* One change on its way. Splices are in no order but that of their making. */
struct editing {
	const char *text;
	size_t n;
	const struct change *change;
	bool adding; /* the second pass */
	struct splice splices[LIMIT_CHANGE_VALUES + 1];
	size_t n_splices;
	char indent[64];
};

static struct writing *splice(struct editing *editing, size_t from, size_t to)
{
	struct splice *splice = &editing->splices[editing->n_splices++];

	splice->gone = (struct written_span){from, to};
	return &splice->text;
}

static size_t line_start(const struct editing *editing, size_t at)
{
	while (at > 0 && editing->text[at - 1] != '\n')
		at--;
	return at;
}

/* Of its line: the '\n', or the end of the text. */
static size_t line_end(const struct editing *editing, size_t at)
{
	while (at < editing->n && editing->text[at] != '\n')
		at++;
	return at;
}

static bool blank(const struct editing *editing, size_t from, size_t to)
{
	while (from < to && strchr(" \t\r", editing->text[from]))
		from++;
	return from == to;
}

/* Nothing but blanks or a comment. */
static bool nothing_said(const struct editing *editing, size_t from, size_t to)
{
	while (from < to && strchr(" \t\r", editing->text[from]))
		from++;
	return from == to || editing->text[from] == '#' ||
	       (from + 1 < to && editing->text[from] == '/' && editing->text[from + 1] == '/');
}

/* The blanks before what stands at 'at', and so many tabs more. */
static void set_indent(struct editing *editing, size_t at, size_t more)
{
	size_t from = line_start(editing, at), n = 0;

	while (n + more + 1 < sizeof(editing->indent) && from + n < at &&
	       strchr(" \t", editing->text[from + n])) {
		editing->indent[n] = editing->text[from + n];
		n++;
	}
	while (more-- > 0)
		editing->indent[n++] = '\t';
	editing->indent[n] = '\0';
}

/* The whole line, if nothing else is said on it; its comment goes too. */
static struct written_span with_line(const struct editing *editing, struct written_span span)
{
	size_t start = line_start(editing, span.from), end = line_end(editing, span.to);

	if (!blank(editing, start, span.from) || !nothing_said(editing, span.to, end))
		return span;
	return (struct written_span){start, end < editing->n ? end + 1 : end};
}

/* And the blank line before it, which would stand beside another, or before a '}', otherwise. */
static struct written_span with_blank(const struct editing *editing, struct written_span span)
{
	size_t before, next = span.to, end = line_end(editing, next);

	if (span.from < 2 || editing->text[span.from - 1] != '\n')
		return span;
	before = line_start(editing, span.from - 1);
	while (next < end && strchr(" \t\r", editing->text[next]))
		next++;
	if (blank(editing, before, span.from - 1) && (next == end || editing->text[next] == '}'))
		span.from = before;
	return span;
}

static bool says(const struct written_option *option, const struct change_value *value)
{
	const struct written_value *written = option->first;

	if (option->n != value->n)
		return false;
	for (size_t i = 0; i < value->n; i++, written = written->next)
		if (strcmp(written->text, value->texts[i]) != 0)
			return false;
	return true;
}

static bool is_taken_away(const struct change_value *value)
{
	return value->n == 0 && !value->list;
}

/* In the place of the comment that shows it, as the sample config has one for each key. */
static bool take_example(struct editing *editing, const struct written_section *section,
			 const struct change_value *value)
{
	struct written_span example;
	struct writing *writing;
	size_t behind;

	if (editing->change->campaign ||
	    !written_example(editing->text, section->inside, value->key, &example))
		return false;
	set_indent(editing, example.from, 0);
	behind = example.to;
	while (behind < editing->n && editing->text[behind] == ' ')
		behind++;
	writing = splice(editing, example.from, behind);
	writing_option(writing, value, editing->indent);
	if (behind > example.to)
		writing_pad(writing, editing->text + example.from, behind - example.from);
	return true;
}

/* Behind the section's last option, or first in it. */
static void add_option(struct editing *editing, const struct written_section *section,
		       const struct change_value *value)
{
	const struct written_option *last = section->last_option;
	size_t at = last ? last->whole.to : section->inside.from;
	size_t end = line_end(editing, at);
	struct writing *writing;

	if (take_example(editing, section, value))
		return;
	if (last)
		set_indent(editing, last->whole.from, 0);
	else
		set_indent(editing, section->whole.from, 1);
	if (nothing_said(editing, at, end)) {
		writing = splice(editing, end, end);
		writing_say(writing, "\n");
		writing_say(writing, editing->indent);
	} else {
		/* '}' follows on this line: so the section stays on it */
		writing = splice(editing, at, at);
		writing_say(writing, " ");
	}
	writing_option(writing, value, editing->indent);
}

/* In two passes: an option that is added stands behind those that are left. */
static void set_option(struct editing *editing, const struct written_section *section,
		       const struct change_value *value)
{
	const struct written_option *option = written_option(section, value->key);
	struct written_span gone;

	if (!option) {
		if (editing->adding && !is_taken_away(value))
			add_option(editing, section, value);
	} else if (editing->adding) {
		return;
	} else if (is_taken_away(value)) {
		gone = with_line(editing, option->whole);
		splice(editing, gone.from, gone.to);
	} else if (!says(option, value)) {
		set_indent(editing, option->whole.from, 0);
		writing_value(splice(editing, option->value.from, option->value.to), value,
			      editing->indent, option->value.from - option->whole.from);
	}
}

/*
 * Where a new section stands: behind the last of its kind, else behind the commented example of it,
 * else at the end of its parent.
 */
static size_t place_for(struct editing *editing, const struct written_section *parent,
			const char *kind)
{
	const struct written_section *brother = NULL;
	size_t at = parent->inside.to, start = line_start(editing, at);

	for (const struct written_section *one = parent->first; one; one = one->next)
		if (strcmp(one->kind, kind) == 0)
			brother = one;
	if (brother &&
	    nothing_said(editing, brother->whole.to, line_end(editing, brother->whole.to)))
		return line_end(editing, brother->whole.to);
	if (!editing->change->campaign && !brother &&
	    written_example_section(editing->text, editing->n, kind, &at))
		return at;
	/* before the line of '}' */
	if (parent->kind && start > 0 && blank(editing, start, at))
		return start - 1;
	return at;
}

static void add_section(struct editing *editing, const struct written_section *parent)
{
	const struct change *change = editing->change;
	const char *kind = change->kind ? change->kind : "campaign";
	const char *title = change->kind ? change->name : change->campaign;
	size_t at = place_for(editing, parent, kind);
	struct writing *writing = splice(editing, at, at);
	char inner[sizeof(editing->indent) + 1] = "\t";

	editing->indent[0] = '\0';
	if (parent->kind)
		set_indent(editing, parent->whole.from, 1);
	memcpy(inner + 1, editing->indent, strlen(editing->indent) + 1);
	if (at > 0)
		writing_say(writing, editing->text[at - 1] == '\n' ? "\n" : "\n\n");
	writing_say(writing, editing->indent);
	writing_say(writing, kind);
	if (title) {
		writing_say(writing, " ");
		writing_quoted(writing, title);
	}
	writing_say(writing, " {\n");
	for (size_t i = 0; i < change->n_values; i++) {
		if (is_taken_away(&change->values[i]))
			continue;
		writing_say(writing, inner);
		writing_option(writing, &change->values[i], inner);
		writing_say(writing, "\n");
	}
	writing_say(writing, editing->indent);
	writing_say(writing, "}");
	if (at == editing->n || editing->text[at] != '\n')
		writing_say(writing, "\n");
}

/* Where the change's section is, or would be; false: the campaign that it belongs to is not there. */
static bool find_section(const struct change *change, const struct written_section *root,
			 const struct written_section **ret_parent,
			 const struct written_section **ret_section)
{
	*ret_parent = root;
	if (change->campaign && change->kind)
		*ret_parent = written_find(root, "campaign", change->campaign);
	if (!*ret_parent)
		return false;
	if (change->kind)
		*ret_section = written_find(*ret_parent, change->kind, change->name);
	else
		*ret_section = written_find(root, "campaign", change->campaign);
	return true;
}

static int edit(struct editing *editing, const struct written_section *root)
{
	const struct change *change = editing->change;
	const struct written_section *section, *parent;
	struct written_span gone;

	if (!find_section(change, root, &parent, &section))
		return -ENOENT;
	if (change->remove) {
		if (!section)
			return -ENOENT;
		gone = with_blank(editing, with_line(editing, section->whole));
		splice(editing, gone.from, gone.to);
	} else if (section) {
		for (size_t i = 0; i < change->n_values; i++)
			set_option(editing, section, &change->values[i]);
	} else {
		add_section(editing, parent);
	}
	return 0;
}

/* Those at one place stay in the order of their making. */
static void sort(struct splice *splices, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct splice one = splices[i];
		size_t k = i;

		for (; k > 0 && splices[k - 1].gone.from > one.gone.from; k--)
			splices[k] = splices[k - 1];
		splices[k] = one;
	}
}

static int put_together(struct editing *editing, struct written_changed *ret)
{
	struct writing text = {0}, lost = {0};
	size_t at = 0;
	bool no_memory = false;

	sort(editing->splices, editing->n_splices);
	writing_say(&lost, ret->lost ? ret->lost : "");
	for (size_t i = 0; i < editing->n_splices; i++) {
		const struct splice *one = &editing->splices[i];

		writing_put(&text, editing->text + at, one->gone.from - at);
		writing_comments(&lost, editing->text, one->gone);
		if (one->text.n > 0)
			writing_put(&text, one->text.text, one->text.n);
		no_memory |= one->text.no_memory;
		at = one->gone.to;
	}
	writing_put(&text, editing->text + at, editing->n - at);
	if (no_memory || text.no_memory || lost.no_memory) {
		writing_free(&text);
		writing_free(&lost);
		return -ENOMEM;
	}
	free(ret->text);
	free(ret->lost);
	ret->text = text.text;
	ret->n = text.n;
	ret->lost = lost.text;
	return 0;
}

/* ret->text holds the text before, and then that after. */
static int pass(const struct change *change, bool adding, struct written_changed *ret)
{
	struct editing editing = {
		.text = ret->text, .n = ret->n, .change = change, .adding = adding};
	struct written *written = NULL;
	int error;

	error = written_read(ret->text, ret->n, &written);
	if (error == 0)
		error = edit(&editing, written_root(written));
	if (error == 0)
		error = put_together(&editing, ret);
	for (size_t i = 0; i < editing.n_splices; i++)
		writing_free(&editing.splices[i].text);
	written_free(written);
	return error;
}

static int change_one(const struct change *change, struct written_changed *ret)
{
	int error;

	if (change->n_values > LIMIT_CHANGE_VALUES || !written_words_ok(change))
		return -EBADMSG;
	error = pass(change, false, ret);
	return error == 0 && !change->remove ? pass(change, true, ret) : error;
}

int written_change(const char *text, size_t n, const struct change *changes, size_t n_changes,
		   struct written_changed *ret)
{
	struct writing copy = {0};
	int error = 0;

	*ret = (struct written_changed){0};
	writing_put(&copy, text, n);
	if (copy.no_memory)
		return -ENOMEM;
	ret->text = copy.text;
	ret->n = n;
	for (; ret->at < n_changes && error == 0; ret->at += error == 0)
		error = change_one(&changes[ret->at], ret);
	if (error < 0) {
		size_t at = ret->at;

		written_changed_done(ret);
		ret->at = at;
		return error;
	}
	if (!ret->lost)
		ret->lost = strdup("");
	ret->differs = ret->n != n || memcmp(ret->text, text, n) != 0;
	if (ret->lost)
		return 0;
	written_changed_done(ret);
	return -ENOMEM;
}

void written_changed_done(struct written_changed *changed)
{
	free(changed->text);
	free(changed->lost);
	*changed = (struct written_changed){0};
}
