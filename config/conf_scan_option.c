/* SPDX-License-Identifier: MIT */
#include "conf_scan.h"

#include "words.h"

/* Skip what is left of a line, and of braces opened on it. Stops at '}' of the section around. */
void scan_recover(struct scan *scan)
{
	int depth = 0;

	while (scan->token.kind != TOKEN_END) {
		if (depth == 0 && (scan->token.fresh || scan->token.kind == TOKEN_CLOSE))
			return;
		if (scan->token.kind == TOKEN_OPEN)
			depth++;
		if (scan->token.kind == TOKEN_CLOSE)
			depth--;
		scan_advance(scan);
	}
}

/* The same inside a list: behind its '}', or at what looks like the next statement. */
static void recover_list(struct scan *scan)
{
	while (scan->token.kind != TOKEN_END) {
		if (scan->token.kind == TOKEN_WORD && scan->token.fresh)
			return;
		if (scan->token.kind == TOKEN_CLOSE) {
			scan_advance(scan);
			return;
		}
		scan_advance(scan);
	}
}

void scan_unclosed(struct scan *scan, int line, const char *what)
{
	if (!scan->lexer.cut && !scan->over)
		scan_fault(
			scan, "cut-off", line,
			_("%s, which begins here, is never closed; the file may have been cut off: "
			  "restore the rest, or add '}'"),
			what);
}

/* At '{': skip to behind its '}'. */
void scan_skip_braces(struct scan *scan, const char *what)
{
	int depth = 0, line = scan->token.line;

	do {
		if (scan->token.kind == TOKEN_OPEN && ++depth > SCAN_DEPTH) {
			scan_fault(scan, "too-deep", scan->token.line,
				   _("braces within braces more than %d deep; remove some"),
				   SCAN_DEPTH);
			scan_stop(scan, false);
			return;
		}
		if (scan->token.kind == TOKEN_CLOSE)
			depth--;
		scan_advance(scan);
	} while (depth > 0 && scan->token.kind != TOKEN_END);
	if (depth > 0)
		scan_unclosed(scan, line, what);
}

/* Behind an unknown name: skip its value or its section. */
void scan_skip_statement(struct scan *scan, const char *what)
{
	if (scan->token.kind == TOKEN_EQUALS) {
		scan_advance(scan);
		if (scan->token.kind == TOKEN_OPEN)
			scan_skip_braces(scan, what);
		else if (scan->token.kind == TOKEN_STRING ||
			 (scan->token.kind == TOKEN_WORD && !scan->token.fresh))
			scan_advance(scan);
		else
			scan_recover(scan);
		return;
	}
	if ((scan->token.kind == TOKEN_STRING || scan->token.kind == TOKEN_WORD) &&
	    !scan->token.fresh)
		scan_advance(scan);
	if (scan->token.kind == TOKEN_OPEN)
		scan_skip_braces(scan, what);
	else
		scan_recover(scan);
}

/* Values. Returns false if a fault was added. */
static bool scan_value(struct scan *scan, struct draft_option *option)
{
	struct draft_value *value = arena_take(scan->arena, sizeof(*value));

	if (!value) {
		scan_stop(scan, true);
		return false;
	}
	value->line = scan->token.line;
	if (option->last)
		option->last->next = value;
	else
		option->first = value;
	option->last = value;
	option->n++;
	scan_emit(scan, &scan->token, -1);
	scan_advance(scan);
	return true;
}

bool scan_value_here(const struct scan *scan)
{
	return scan->token.kind == TOKEN_STRING || scan->token.kind == TOKEN_WORD;
}

/* Behind '{' of a list. */
static bool scan_list(struct scan *scan, struct draft_option *option)
{
	const char *name = option->key->name;

	while (scan->token.kind != TOKEN_CLOSE) {
		if (scan->token.kind == TOKEN_BAD)
			return false;
		if (!scan_value_here(scan)) {
			scan_fault(scan, "syntax", option->line,
				   _("the list of '%s' is not closed or has a hole; write "
				     "%s = {\"...\", \"...\"}"),
				   name, name);
			return false;
		}
		if (!scan_value(scan, option))
			return false;
		if (scan->token.kind == TOKEN_COMMA) {
			scan_sign(scan, ',');
			scan_advance(scan);
		} else if (scan->token.kind == TOKEN_BAD) {
			return false;
		} else if (scan->token.kind != TOKEN_CLOSE) {
			scan_fault(scan, "syntax", option->last->line,
				   _("',' or '}' is missing behind this value in the list of '%s'"),
				   name);
			return false;
		}
	}
	scan_sign(scan, '}');
	scan_advance(scan);
	return true;
}

static bool scan_values(struct scan *scan, struct draft_option *option)
{
	const char *name = option->key->name;

	if (scan->token.kind == TOKEN_OPEN) {
		if (option->key->type == CONF_TEXT) {
			scan_fault(scan, "syntax", scan->token.line,
				   _("'%s' takes one value, not a list; write %s = \"...\""), name,
				   name);
			scan_skip_braces(scan, name);
			return false;
		}
		scan_sign(scan, '{');
		scan_advance(scan);
		if (scan_list(scan, option))
			return true;
		recover_list(scan);
		return false;
	}
	if (scan->token.kind == TOKEN_BAD)
		return false;
	/* a word on the next line is the next statement */
	if (!scan_value_here(scan) || (scan->token.kind == TOKEN_WORD && scan->token.fresh)) {
		scan_fault(scan, "syntax", option->line,
			   _("the value of '%s' is missing; write %s = \"...\""), name, name);
		return false;
	}
	return scan_value(scan, option);
}

static void add_option(struct draft_section *section, struct draft_option *option)
{
	if (section->last_option)
		section->last_option->next = option;
	else
		section->first_option = option;
	section->last_option = option;
}

static bool option_once(struct scan *scan, const struct draft_section *section,
			const struct draft_option *option)
{
	const struct draft_option *other = draft_option(section, option->key->name);

	if (!other)
		return true;
	scan_fault(scan, "repeated-option", option->line,
		   _("'%s' stands twice in %s, first on line %d; remove one"), option->key->name,
		   scan_label(scan, section), other->line);
	return false;
}

/* Behind the name of an option. */
void scan_option(struct scan *scan, struct draft_section *section, const struct conf_key *key,
		 const struct token *name)
{
	struct draft_option *option = arena_take(scan->arena, sizeof(*option));
	size_t mark = scan->out.n;
	int line = scan->out.line;

	if (!option) {
		scan_stop(scan, true);
		return;
	}
	option->key = key;
	option->line = name->line;
	scan_emit(scan, name, -1);
	if (scan->token.kind != TOKEN_EQUALS) {
		if (scan->token.kind != TOKEN_BAD)
			scan_fault(scan, "syntax", name->line,
				   _("'=' is missing behind '%s'; write %s = \"...\""), key->name,
				   key->name);
		scan_recover(scan);
	} else {
		scan_sign(scan, '=');
		scan_advance(scan);
		if (!scan_values(scan, option)) {
			scan_recover(scan);
		} else if (option_once(scan, section, option)) {
			add_option(section, option);
			return;
		}
	}
	section->spoiled = true;
	scan->out.n = mark;
	scan->out.line = line;
}
