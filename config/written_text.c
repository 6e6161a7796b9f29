/* SPDX-License-Identifier: MIT */
/* Values and comments as text. */
#include <stdlib.h>
#include <string.h>

#include "conf_lex.h"
#include "written_internal.h"

#define COLUMNS 90 /* a list that would be longer goes over several lines */
#define TAB	8

void writing_put(struct writing *writing, const char *text, size_t n)
{
	if (!writing->no_memory && writing->n + n + 1 > writing->room) {
		size_t room = (writing->n + n + 1) * 2;
		char *more = realloc(writing->text, room);

		writing->no_memory = more == NULL;
		if (more) {
			writing->text = more;
			writing->room = room;
		}
	}
	if (writing->no_memory)
		return;
	memcpy(writing->text + writing->n, text, n);
	writing->n += n;
	writing->text[writing->n] = '\0';
}

void writing_say(struct writing *writing, const char *text)
{
	writing_put(writing, text, strlen(text));
}

void writing_free(struct writing *writing)
{
	free(writing->text);
	*writing = (struct writing){0};
}

bool written_text_ok(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if ((*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7f)
			return false;
	return true;
}

void writing_quoted(struct writing *writing, const char *text)
{
	writing_say(writing, "\"");
	for (; *text; text++) {
		if (*text == '\n')
			writing_say(writing, "\\n");
		else if (*text == '\t')
			writing_say(writing, "\\t");
		else if (*text == '"' || *text == '\\')
			writing_put(writing, (const char[]){'\\', *text}, 2);
		else
			writing_put(writing, text, 1);
	}
	writing_say(writing, "\"");
}

/* Numbers and truths stand without quotes, as people write them. */
static bool is_bare(const char *text)
{
	return *text && (text[strspn(text, "0123456789")] == '\0' || strcmp(text, "true") == 0 ||
			 strcmp(text, "false") == 0);
}

static size_t columns_of(const char *text, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

/* With its quotes. */
static size_t width_of(const char *text)
{
	return columns_of(text, strlen(text)) + 2;
}

void writing_pad(struct writing *writing, const char *text, size_t n)
{
	size_t wanted = columns_of(text, n);

	do
		writing_say(writing, " ");
	while (!writing->no_memory && columns_of(writing->text, writing->n) < wanted);
}

static void put_list(struct writing *writing, const struct change_value *value, const char *indent,
		     size_t column)
{
	size_t width = column + 2, at;
	bool broken;

	for (size_t i = 0; i < value->n; i++)
		width += width_of(value->texts[i]) + 2;
	broken = width > COLUMNS && value->n > 1;
	at = COLUMNS;
	writing_say(writing, "{");
	for (size_t i = 0; i < value->n; i++) {
		size_t next = width_of(value->texts[i]) + 2;

		if (broken && at + next > COLUMNS) {
			writing_say(writing, "\n");
			writing_say(writing, indent);
			writing_say(writing, "\t");
			at = (strlen(indent) + 1) * TAB;
		} else if (i > 0) {
			writing_say(writing, " ");
		}
		writing_quoted(writing, value->texts[i]);
		if (i + 1 < value->n)
			writing_say(writing, ",");
		at += next;
	}
	if (broken) {
		writing_say(writing, "\n");
		writing_say(writing, indent);
	}
	writing_say(writing, "}");
}

void writing_value(struct writing *writing, const struct change_value *value, const char *indent,
		   size_t column)
{
	if (value->list)
		put_list(writing, value, indent, column);
	else if (is_bare(value->texts[0]))
		writing_say(writing, value->texts[0]);
	else
		writing_quoted(writing, value->texts[0]);
}

void writing_option(struct writing *writing, const struct change_value *value, const char *indent)
{
	writing_say(writing, value->key);
	writing_say(writing, " = ");
	writing_value(writing, value, indent, strlen(indent) * TAB + strlen(value->key) + 3);
}

/* Between tokens there is nothing but blanks and comments. */
static void put_gap(struct writing *writing, const char *from, const char *end)
{
	while (from < end) {
		const char *line = memchr(from, '\n', (size_t)(end - from)), *to, *next;

		to = line ? line : end;
		next = line ? line + 1 : end;
		while (from < to && strchr(" \t\r", *from))
			from++;
		while (to > from && strchr(" \t\r", to[-1]))
			to--;
		if (from < to) {
			writing_put(writing, from, (size_t)(to - from));
			writing_say(writing, "\n");
		}
		from = next;
	}
}

void writing_comments(struct writing *writing, const char *text, struct written_span span)
{
	struct faults faults = {0};
	struct lexer lexer = {.name = "",
			      .text = text + span.from,
			      .n = span.to - span.from,
			      .line = 1,
			      .faults = &faults};
	const char *behind = lexer.text;
	struct token token;

	do {
		token = lexer_next(&lexer);
		put_gap(writing, behind, token.text);
		behind = token.text + token.n;
	} while (token.kind != TOKEN_END);
	faults_done(&faults);
}
