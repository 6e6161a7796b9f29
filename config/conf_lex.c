/* SPDX-License-Identifier: MIT */
#include "conf_lex.h"

#include <string.h>

#include "words.h"

static bool is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != 0 && strchr("_.:-", c));
}

static int peek(const struct lexer *lexer, size_t ahead)
{
	return lexer->at + ahead < lexer->n ? (unsigned char)lexer->text[lexer->at + ahead] : -1;
}

static void new_line(struct lexer *lexer)
{
	lexer->line++;
	lexer->line_start = lexer->at;
	lexer->fresh = true;
}

static void cut_off(struct lexer *lexer, int line)
{
	lexer->cut = true;
	fault_add(lexer->faults, true, "cut-off", lexer->name, line,
		  _("the file ends inside this comment; it may have been cut off: "
		    "restore the rest, or end the comment (and the last line)"));
}

static void skip_line_comment(struct lexer *lexer)
{
	while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '\n')
		lexer->at++;
	if (peek(lexer, 0) < 0)
		cut_off(lexer, lexer->line);
}

static void skip_block_comment(struct lexer *lexer)
{
	int line = lexer->line;

	lexer->at += 2;
	while (peek(lexer, 0) >= 0 && !(peek(lexer, 0) == '*' && peek(lexer, 1) == '/'))
		if (lexer->text[lexer->at++] == '\n')
			new_line(lexer);
	if (peek(lexer, 0) < 0)
		cut_off(lexer, line);
	else
		lexer->at += 2;
}

static void skip_space(struct lexer *lexer)
{
	for (;;) {
		int c = peek(lexer, 0);

		if (c == '\n') {
			lexer->at++;
			new_line(lexer);
		} else if (c == ' ' || c == '\t' || c == '\r') {
			lexer->at++;
		} else if (c == '#' || (c == '/' && peek(lexer, 1) == '/')) {
			skip_line_comment(lexer);
		} else if (c == '/' && peek(lexer, 1) == '*') {
			skip_block_comment(lexer);
		} else {
			return;
		}
	}
}

__attribute__((format(printf, 4, 5))) static void bad(struct lexer *lexer, struct token *token,
						      const char *code, const char *format, ...)
{
	va_list arguments;

	token->kind = TOKEN_BAD;
	if (lexer->bad_line == token->line)
		return; /* one slip often spoils the rest of its line */
	lexer->bad_line = token->line;
	va_start(arguments, format);
	fault_add_list(lexer->faults, true, code, lexer->name, token->line, format, arguments);
	va_end(arguments);
}

/* \0 and \x00 would end the text, \xff would break its UTF-8, \d would silently be d. */
static bool escape_known(char quote, int c)
{
	if (quote == '\'')
		return c != '\n' && c >= 0;
	return c > 0 && strchr("\"\\nt$'", c);
}

/* After the opening quote. False: not closed on its line, or a fault was added. */
static bool string_body(struct lexer *lexer, struct token *token, char quote)
{
	for (;; lexer->at++) {
		int c = peek(lexer, 0);

		if (c == quote) {
			lexer->at++;
			return true;
		}
		if (c < 0 || c == '\n' || c == '\r') {
			bad(lexer, token, "unclosed-quote",
			    _("the quote %c that opens here is not closed on this line; "
			      "close it (write \\n for a new line in a text)"),
			    quote);
			return false;
		}
		if (c == '\\') {
			if (token->kind != TOKEN_BAD && !escape_known(quote, peek(lexer, 1)))
				bad(lexer, token, "bad-escape",
				    _("unknown sign after a backslash; write \\\\ for a "
				      "backslash"));
			if (peek(lexer, 1) >= ' ')
				lexer->at++;
		} else if (token->kind != TOKEN_BAD && ((c < ' ' && c != '\t') || c == 0x7f)) {
			bad(lexer, token, "bad-character",
			    _("there is an invisible control character (%d) in this text; remove "
			      "it"),
			    c);
		}
	}
}

/* Quotes as word processors and telephones set them. */
static bool fancy_quote(const char *text, size_t n)
{
	return n >= 3 && (unsigned char)text[0] == 0xe2 && (unsigned char)text[1] == 0x80 &&
	       (unsigned char)text[2] >= 0x98 && (unsigned char)text[2] <= 0x9f;
}

/* Everything up to the next space, so that one slip is one fault. */
static void skip_bad(struct lexer *lexer)
{
	while (peek(lexer, 0) > ' ' && !strchr("{}=,\"'#", peek(lexer, 0)))
		lexer->at++;
}

static void bad_character(struct lexer *lexer, struct token *token)
{
	const char *at = lexer->text + lexer->at;
	size_t left = lexer->n - lexer->at;

	lexer->at++;
	if (fancy_quote(at, left))
		bad(lexer, token, "bad-quote",
		    _("this is a quote of a word processor; use the plain quote \" instead"));
	else if ((unsigned char)*at >= 0x80)
		bad(lexer, token, "bad-character",
		    _("text that is not in quotes; put it in quotes: \"...\""));
	else if (*at == '+' && left > 1 && at[1] == '=')
		bad(lexer, token, "syntax",
		    _("'+=' is not known here; write the whole list with '='"));
	else if ((unsigned char)*at > ' ' && *at != 0x7f)
		bad(lexer, token, "bad-character",
		    _("unexpected sign '%c'; put values in quotes: \"...\""), *at);
	else
		bad(lexer, token, "bad-character",
		    _("there is an invisible control character (%d) here; remove it"), *at);
	skip_bad(lexer);
}

static enum token_kind sign_kind(int c)
{
	switch (c) {
	case '{':
		return TOKEN_OPEN;
	case '}':
		return TOKEN_CLOSE;
	case '=':
		return TOKEN_EQUALS;
	case ',':
		return TOKEN_COMMA;
	default:
		return TOKEN_BAD;
	}
}

static void take(struct lexer *lexer, struct token *token)
{
	int c = peek(lexer, 0);

	token->kind = sign_kind(c);
	if (token->kind != TOKEN_BAD) {
		lexer->at++;
	} else if (c == '"' || c == '\'') {
		token->kind = TOKEN_STRING;
		lexer->at++;
		string_body(lexer, token, (char)c);
	} else if (is_word((unsigned char)c)) {
		token->kind = TOKEN_WORD;
		while (peek(lexer, 0) >= 0 && is_word((unsigned char)peek(lexer, 0)))
			lexer->at++;
	} else {
		bad_character(lexer, token);
	}
}

struct token lexer_next(struct lexer *lexer)
{
	struct token token = {.kind = TOKEN_END};
	size_t start;

	skip_space(lexer);
	start = lexer->at;
	token.line = lexer->line;
	token.column = (int)(start - lexer->line_start) + 1;
	token.fresh = lexer->fresh;
	token.text = lexer->text + start;
	lexer->fresh = false;
	if (peek(lexer, 0) < 0)
		return token;
	take(lexer, &token);
	token.n = lexer->at - start;
	return token;
}
