/* SPDX-License-Identifier: MIT */
#include "conf_scan.h"

#include <stdio.h>

#include "words.h"

void scan_advance(struct scan *scan)
{
	scan->token = lexer_next(&scan->lexer);
	if (scan->over)
		scan->token.kind = TOKEN_END;
}

__attribute__((format(printf, 4, 5))) void scan_fault(struct scan *scan, const char *code, int line,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fault_add_list(scan->faults, true, code, scan->lexer.name, line, format, arguments);
	va_end(arguments);
}

void scan_stop(struct scan *scan, bool no_memory)
{
	scan->over = true;
	scan->no_memory |= no_memory;
	scan->token.kind = TOKEN_END;
}

static void put(struct scan *scan, char c)
{
	if (scan->out.n + 1 >= scan->out.size)
		scan_stop(scan, true);
	else
		scan->out.text[scan->out.n++] = c;
}

/* Put a token on its own line; number >= 0 goes before a title, to keep equal titles apart. */
void scan_emit(struct scan *scan, const struct token *token, long number)
{
	char prefix[24];
	size_t at = 0;

	while (scan->out.line < token->line) {
		put(scan, '\n');
		scan->out.line++;
	}
	put(scan, ' ');
	if (token->kind == TOKEN_STRING)
		put(scan, token->text[at++]);
	if (number >= 0) {
		snprintf(prefix, sizeof(prefix), "%ld:", number);
		for (const char *p = prefix; *p; p++)
			put(scan, *p);
	}
	for (; at < token->n; at++) {
		char c = token->text[at];

		if (token->kind == TOKEN_STRING && token->text[0] == '"' && c == '$')
			put(scan, '\\'); /* libconfuse would expand ${...} */
		put(scan, c);
		if (token->kind == TOKEN_STRING && c == '\\' && at + 1 < token->n)
			put(scan, token->text[++at]);
	}
}

void scan_sign(struct scan *scan, char sign)
{
	put(scan, ' ');
	put(scan, sign);
}

char *scan_keep(struct scan *scan, const struct token *token)
{
	char *copy = arena_copy(scan->arena, token->text, token->n);

	if (!copy)
		scan_stop(scan, true);
	return copy;
}

/* "broadcast 'buoi-sang'", "'audio'", for messages. Titles as written, with their quotes cut. */
const char *scan_label(struct scan *scan, const struct draft_section *section)
{
	const char *text;

	if (!section->key)
		return _("this file");
	text = section->title
		       ? arena_print(scan->arena, "%s '%s'", section->key->name, section->title)
		       : arena_print(scan->arena, "'%s'", section->key->name);
	return text ? text : section->key->name;
}
