/* SPDX-License-Identifier: MIT */
#include "written.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf_lex.h"
#include "written_internal.h"

#define DEPTH_MAX 8 /* sections within sections; the language has three */

struct written {
	struct arena arena;
	struct written_section root;
};

struct reading {
	struct written *written;
	struct lexer lexer;
	struct token token;
	size_t behind; /* the last token that was taken */
	bool no_memory;
};

static size_t start_of(const struct reading *reading)
{
	return (size_t)(reading->token.text - reading->lexer.text);
}

static void advance(struct reading *reading)
{
	reading->behind = start_of(reading) + reading->token.n;
	reading->token = lexer_next(&reading->lexer);
}

static void *take(struct reading *reading, size_t n)
{
	void *memory = arena_take(&reading->written->arena, n);

	reading->no_memory |= memory == NULL;
	return memory;
}

/* In single quotes a backslash only guards a quote or itself, as libconfuse has it. */
static size_t unescape(char quote, const char *from, char *to)
{
	if (quote == '\'') {
		*to = from[1] == '\'' || from[1] == '\\' ? from[1] : from[0];
		return *to == from[1] ? 2 : 1;
	}
	*to = from[1] == 'n' ? '\n' : from[1] == 't' ? '\t' : from[1];
	return 2;
}

/* What a word or string says; NULL without memory. */
static const char *text_of(struct reading *reading, const struct token *token)
{
	bool quoted = token->kind == TOKEN_STRING;
	const char *from = token->text + quoted, *end = token->text + token->n - quoted;
	char *copy = arena_copy(&reading->written->arena, from, (size_t)(end - from)), *to = copy;

	if (!copy) {
		reading->no_memory = true;
		return NULL;
	}
	while (quoted && from < end) {
		if (*from == '\\' && from + 1 < end) {
			from += unescape(token->text[0], from, to++);
		} else {
			*to++ = *from++;
		}
	}
	if (quoted)
		*to = '\0';
	return copy;
}

static bool is_value(const struct reading *reading)
{
	return reading->token.kind == TOKEN_STRING || reading->token.kind == TOKEN_WORD;
}

static bool read_value(struct reading *reading, struct written_option *option,
		       struct written_value ***end)
{
	struct written_value *value = take(reading, sizeof(*value));

	if (!value || !is_value(reading))
		return false;
	value->text = text_of(reading, &reading->token);
	**end = value;
	*end = (struct written_value **)(void *)&value->next;
	option->n++;
	advance(reading);
	return value->text != NULL;
}

/* Behind '='. */
static bool read_values(struct reading *reading, struct written_option *option)
{
	struct written_value **end = (struct written_value **)(void *)&option->first;

	option->value.from = start_of(reading);
	option->list = reading->token.kind == TOKEN_OPEN;
	if (option->list) {
		advance(reading);
		while (reading->token.kind != TOKEN_CLOSE) {
			if (!read_value(reading, option, &end))
				return false;
			if (reading->token.kind == TOKEN_COMMA)
				advance(reading);
		}
		advance(reading);
	} else if (!read_value(reading, option, &end)) {
		return false;
	}
	option->value.to = reading->behind;
	return true;
}

static bool read_option(struct reading *reading, struct written_section *section, const char *key,
			size_t from)
{
	struct written_option *option = take(reading, sizeof(*option));

	if (!option)
		return false;
	option->key = key;
	advance(reading);
	if (!read_values(reading, option))
		return false;
	option->whole = (struct written_span){from, option->value.to};
	if (section->last_option)
		section->last_option->next = option;
	else
		section->first_option = option;
	section->last_option = option;
	return true;
}

static bool read_body(struct reading *reading, struct written_section *section, unsigned depth);

/* Behind a section's name. */
static bool read_section(struct reading *reading, struct written_section *parent,
			 struct written_section *section, unsigned depth)
{
	if (is_value(reading)) {
		section->title = text_of(reading, &reading->token);
		advance(reading);
	}
	if (reading->token.kind != TOKEN_OPEN || depth == DEPTH_MAX)
		return false;
	advance(reading);
	section->inside.from = reading->behind;
	if (!read_body(reading, section, depth + 1) || reading->token.kind != TOKEN_CLOSE)
		return false;
	section->inside.to = start_of(reading);
	advance(reading);
	section->whole.to = reading->behind;
	if (parent->last)
		parent->last->next = section;
	else
		parent->first = section;
	parent->last = section;
	return true;
}

/* At a name. */
static bool read_statement(struct reading *reading, struct written_section *section, unsigned depth)
{
	struct written_section *inner;
	size_t from = start_of(reading);
	int line = reading->token.line;
	const char *name = text_of(reading, &reading->token);

	advance(reading);
	if (!name)
		return false;
	if (reading->token.kind == TOKEN_EQUALS)
		return read_option(reading, section, name, from);
	inner = take(reading, sizeof(*inner));
	if (!inner)
		return false;
	inner->kind = name;
	inner->line = line;
	inner->whole.from = from;
	return read_section(reading, section, inner, depth);
}

/* Up to '}' or the end. */
static bool read_body(struct reading *reading, struct written_section *section, unsigned depth)
{
	while (reading->token.kind == TOKEN_WORD)
		if (!read_statement(reading, section, depth))
			return false;
	return reading->token.kind == TOKEN_CLOSE || reading->token.kind == TOKEN_END;
}

int written_read(const char *text, size_t n, struct written **ret)
{
	struct faults faults = {0};
	struct reading reading = {
		.written = calloc(1, sizeof(*reading.written)),
		.lexer = {.name = "",
			  .text = text,
			  .n = n,
			  .line = 1,
			  .fresh = true,
			  .faults = &faults},
	};
	bool sound;

	if (!reading.written)
		return -ENOMEM;
	reading.token = lexer_next(&reading.lexer);
	sound = read_body(&reading, &reading.written->root, 0) && reading.token.kind == TOKEN_END &&
		faults.n == 0 && !reading.no_memory;
	reading.written->root.whole.to = reading.written->root.inside.to = n;
	reading.written->root.line = 1;
	faults_done(&faults);
	if (sound) {
		*ret = reading.written;
		return 0;
	}
	written_free(reading.written);
	return reading.no_memory ? -ENOMEM : -EINVAL;
}

const struct written_section *written_root(const struct written *written)
{
	return &written->root;
}

void written_free(struct written *written)
{
	if (written)
		arena_done(&written->arena);
	free(written);
}

const struct written_section *written_find(const struct written_section *in, const char *kind,
					   const char *title)
{
	const struct written_section *section = in->first;

	while (section && (strcmp(section->kind, kind) != 0 || !section->title != !title ||
			   (title && strcmp(section->title, title) != 0)))
		section = section->next;
	return section;
}

const struct written_option *written_option(const struct written_section *section, const char *key)
{
	const struct written_option *option = section->first_option;

	while (option && strcmp(option->key, key) != 0)
		option = option->next;
	return option;
}
