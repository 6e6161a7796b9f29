/* SPDX-License-Identifier: MIT */
/*
 * The sample config shows every key in a comment, with its default. Who sets a key would take the
 * '#' away by hand; so do we.
 */
#include <string.h>

#include "conf_lex.h"
#include "written_internal.h"

struct line {
	const char *text, *end; /* without the line break */
};

/* The next line of text up to end; false at the end. Starts with line->end = NULL. */
static bool next_line(const char *text, const char *end, struct line *line)
{
	const char *from = line->end ? line->end + 1 : text;
	const char *stop;

	if (from >= end)
		return false;
	stop = memchr(from, '\n', (size_t)(end - from));
	*line = (struct line){from, stop ? stop : end};
	return true;
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && strchr(" \t", *at))
		at++;
	return at;
}

/* Behind the word if it stands there, else NULL. */
static const char *skip_word(const char *at, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - at) < n || memcmp(at, word, n) != 0)
		return NULL;
	return at + n;
}

/* Behind "#" and the word, as the first of a line; NULL if it has none of it. */
static const char *skip_comment(struct line line, const char *word, const char **ret_sign)
{
	const char *at = skip_blanks(line.text, line.end);

	*ret_sign = at;
	at = skip_word(at, line.end, "#");
	return at ? skip_word(skip_blanks(at, line.end), line.end, word) : NULL;
}

/* Words that follow would be left without their '#'. */
static bool is_rest(const char *at, const char *end)
{
	at = skip_blanks(at, end);
	return at == end || *at == '#' || *at == '\r';
}

/* Within what stands between two tokens: does a comment of its line begin at sign? */
static bool begins_in_gap(const char *gap, const char *end, const char *sign)
{
	while (gap < end && gap < sign) {
		const char *stop = NULL;

		if (end - gap >= 2 && memcmp(gap, "/*", 2) == 0) {
			stop = memmem(gap + 2, (size_t)(end - gap - 2), "*/", 2);
			gap = stop ? stop + 2 : end;
		} else if (*gap == '#' || *gap == '/') {
			stop = memchr(gap, '\n', (size_t)(end - gap));
			gap = stop ? stop : end;
		} else {
			gap++;
		}
	}
	return gap == sign;
}

/* A comment over lines can hold what looks like an example. */
static bool is_note(const char *text, const char *end, const char *sign)
{
	struct faults faults = {0};
	struct lexer lexer = {
		.name = "", .text = text, .n = (size_t)(end - text), .line = 1, .faults = &faults};
	const char *behind;
	struct token token = {.text = text};

	do {
		behind = token.text + token.n;
		token = lexer_next(&lexer);
	} while (token.kind != TOKEN_END && token.text < sign);
	faults_done(&faults);
	return begins_in_gap(behind, token.text < sign ? end : token.text, sign);
}

/* Behind one value, or a list of them, that is whole; NULL: there is none. */
static const char *skip_value(const char *at, const char *end)
{
	struct faults faults = {0};
	struct lexer lexer = {
		.name = "", .text = at, .n = (size_t)(end - at), .line = 1, .faults = &faults};
	struct token token = lexer_next(&lexer);
	bool list = token.kind == TOKEN_OPEN;
	const char *behind = NULL;

	while (list && (token.kind == TOKEN_OPEN || token.kind == TOKEN_WORD ||
			token.kind == TOKEN_STRING || token.kind == TOKEN_COMMA))
		token = lexer_next(&lexer);
	if (list ? token.kind == TOKEN_CLOSE
		 : token.kind == TOKEN_WORD || token.kind == TOKEN_STRING)
		behind = token.text + token.n;
	faults_done(&faults);
	return behind;
}

bool written_example(const char *text, struct written_span in, const char *key,
		     struct written_span *ret)
{
	const char *end = text + in.to, *sign;
	struct line line = {0};

	while (next_line(text + in.from, end, &line)) {
		const char *at = skip_comment(line, key, &sign);

		at = at ? skip_word(skip_blanks(at, line.end), line.end, "=") : NULL;
		at = at ? skip_value(at, line.end) : NULL;
		if (!at || !is_rest(at, line.end) || !is_note(text + in.from, end, sign))
			continue;
		*ret = (struct written_span){(size_t)(sign - text), (size_t)(at - text)};
		return true;
	}
	return false;
}

bool written_example_section(const char *text, size_t n, const char *kind, size_t *ret)
{
	struct line line = {0};
	const char *sign, *at;
	bool inside = false;

	while (next_line(text, text + n, &line)) {
		at = skip_comment(line, inside ? "}" : kind, &sign);
		if (!at || sign != line.text || !is_note(text, text + n, sign))
			continue;
		if (inside && skip_blanks(at, line.end) == line.end) {
			*ret = (size_t)(line.end - text);
			return true;
		}
		inside |= at < line.end && strchr(" {", *at) && line.end[-1] == '{';
	}
	return false;
}
