/* SPDX-License-Identifier: MIT */
/*
 * The structure of a config: which sections and options there are, on which line, and every fault
 * in that. What is sound is copied, token by token and on its own line, into the text that
 * libconfuse then reads: without comments, with '$' made literal, without the faulty statements.
 *
 * Going on after a fault: what follows on the same line is skipped, so that one slip is one fault.
 */
#include "conf_scan.h"

#include <errno.h>

#include "limit.h"
#include "words.h"

/* What a statement's end means for the section around it. */
enum went { WENT_ON, WENT_UP };

static enum went scan_body(struct scan *scan, struct draft_section *section);

static struct draft_section *new_section(struct scan *scan, const struct draft_section *parent,
					 const struct conf_key *key, const struct token *name)
{
	struct draft_section *section = arena_take(scan->arena, sizeof(*section));

	if (!section) {
		scan_stop(scan, true);
		return NULL;
	}
	section->parent = parent;
	section->key = key;
	section->keys = key->keys;
	section->file = parent->file;
	section->line = name->line;
	section->column = name->column;
	section->number = ++scan->n_sections;
	if (scan->n_sections <= LIMIT_CONFIG_SECTIONS)
		return section;
	scan_fault(scan, "too-many", name->line,
		   _("more than %d sections in one file; split it into several files"),
		   LIMIT_CONFIG_SECTIONS);
	scan_stop(scan, false);
	return NULL;
}

static void add_section(struct draft_section *parent, struct draft_section *section)
{
	if (parent->last)
		parent->last->next = section;
	else
		parent->first = section;
	parent->last = section;
}

/* The title, if one is wanted and there. False: the section counts as faulty, but is read. */
static bool scan_title(struct scan *scan, struct draft_section *section)
{
	const char *name = section->key->name;
	struct token title = scan->token;
	bool wanted = section->key->type == CONF_SECTIONS, quoted = title.kind == TOKEN_STRING;

	if (!scan_value_here(scan)) {
		if (wanted && title.kind == TOKEN_OPEN)
			scan_fault(scan, "untitled", section->line,
				   _("this %s has no name; write %s \"name\" { ... }"), name, name);
		return !wanted;
	}
	scan_advance(scan);
	if (!wanted) {
		scan_fault(scan, "titled", section->line, _("'%s' takes no name; write %s { ... }"),
			   name, name);
		return false;
	}
	scan_emit(scan, &title, (long)section->number);
	title.text += quoted;
	title.n -= quoted ? 2 : 0;
	section->title = scan_keep(scan, &title);
	return section->title != NULL;
}

static bool section_once(struct scan *scan, const struct draft_section *parent,
			 const struct draft_section *section)
{
	const struct draft_section *other = parent->first;

	if (section->key->type == CONF_SECTIONS)
		return true;
	while (other && other->key != section->key)
		other = other->next;
	if (!other)
		return true;
	scan_fault(scan, "repeated-section", section->line,
		   _("'%s' stands twice, first on line %d; put both into one"), section->key->name,
		   other->line);
	return false;
}

/* Behind '{'. Ends behind '}', or at the statement that belongs further up. */
static void scan_inside(struct scan *scan, struct draft_section *section)
{
	if (scan_body(scan, section) == WENT_UP) {
		scan_fault(scan, "unclosed", section->line,
			   _("%s, which begins here, is not closed before line %d; add '}'"),
			   scan_label(scan, section), scan->token.line);
	} else if (scan->token.kind == TOKEN_CLOSE) {
		scan_advance(scan);
	} else {
		scan_unclosed(scan, section->line, scan_label(scan, section));
	}
	scan_sign(scan, '}');
}

/* Behind the name of a section. */
static void scan_section(struct scan *scan, struct draft_section *parent,
			 const struct conf_key *key, const struct token *name)
{
	struct draft_section *section = new_section(scan, parent, key, name);
	size_t mark = scan->out.n;
	int line = scan->out.line;
	bool sound;

	if (!section)
		return;
	scan_emit(scan, name, -1);
	sound = scan_title(scan, section);
	if (scan->token.kind == TOKEN_OPEN) {
		scan_sign(scan, '{');
		scan_advance(scan);
		scan_inside(scan, section);
		sound = section_once(scan, parent, section) && sound;
	} else {
		sound = false;
		if (scan->token.kind != TOKEN_BAD)
			scan_fault(scan, "syntax", name->line,
				   _("'{' is missing behind %s; write %s%s { ... }"), key->name,
				   key->name, key->type == CONF_SECTIONS ? " \"...\"" : "");
		scan_recover(scan);
	}
	if (sound) {
		add_section(parent, section);
		return;
	}
	scan->out.n = mark;
	scan->out.line = line;
}

/* Where a key that is unknown here would be known: a word for a section, or NULL. */
static const char *known_in(const struct conf_key *keys, const char *name)
{
	for (; keys->name; keys++) {
		const char *deeper;

		if (!keys->keys)
			continue;
		if (conf_key_find(keys->keys, name))
			return keys->name;
		deeper = known_in(keys->keys, name);
		if (deeper)
			return deeper;
	}
	return NULL;
}

static void unknown_key(struct scan *scan, const struct draft_section *section, const char *name,
			int line)
{
	const char *where = scan_label(scan, section), *near, *home;

	if (!section->key && conf_key_find(conf_schema(false), name)) {
		scan_fault(
			scan, "misplaced", line,
			_("'%s' belongs in the station's own config, not in a file of campaigns; "
			  "move it there"),
			name);
		return;
	}
	home = known_in(section->keys, name);
	near = home ? NULL : draft_nearest_key(name, section->keys);
	if (!home)
		home = known_in(conf_schema(false), name);
	if (near)
		scan_fault(scan, "unknown-key", line,
			   _("unknown key '%s' in %s; did you mean '%s'?"), name, where, near);
	else if (home)
		scan_fault(scan, "unknown-key", line,
			   _("unknown key '%s' in %s; it belongs in '%s'"), name, where, home);
	else if (conf_key_find(conf_schema(false), name))
		scan_fault(scan, "unknown-key", line,
			   _("unknown key '%s' in %s; it stands outside of all sections"), name,
			   where);
	else
		scan_fault(scan, "unknown-key", line,
			   _("unknown key '%s' in %s; remove it, or see loaphuong.conf(5)"), name,
			   where);
}

/*
 * Does a section that is unknown here belong further up? Then the '}' of this one was forgotten:
 * otherwise the whole rest of the file would seem misplaced. One that is set further in than this
 * section's own name is rather in the wrong place.
 */
static bool belongs_up(const struct draft_section *section, const struct token *name,
		       const char *text)
{
	const struct draft_section *up;

	if (!section->key || !name->fresh || name->column > section->column)
		return false;
	for (up = section->parent; up; up = up->parent) {
		const struct conf_key *key = conf_key_find(up->keys, text);

		if (key && key->keys)
			return true;
	}
	return false;
}

/* At a name. */
static enum went scan_statement(struct scan *scan, struct draft_section *section)
{
	struct token name = scan->token;
	const char *text = scan_keep(scan, &name);
	const struct conf_key *key;

	if (!text)
		return WENT_ON;
	key = conf_key_find(section->keys, text);
	if (!key && belongs_up(section, &name, text))
		return WENT_UP;
	scan_advance(scan);
	if (!key) {
		section->spoiled = true;
		unknown_key(scan, section, text, name.line);
		scan_skip_statement(scan, text);
	} else if (key->keys) {
		scan_section(scan, section, key, &name);
	} else {
		scan_option(scan, section, key, &name);
	}
	return WENT_ON;
}

/* Bytes of a token that a message shows: forty at most, whole characters. */
static int shown(const struct token *token)
{
	size_t n = token->n < 40 ? token->n : 40;

	while (n < token->n && n > 0 && ((unsigned char)token->text[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

static void unexpected(struct scan *scan, struct draft_section *section)
{
	const struct token *token = &scan->token;

	section->spoiled = true;
	if (token->kind == TOKEN_CLOSE) {
		scan_fault(
			scan, "syntax", token->line,
			_("this '}' closes nothing; remove it, or add the '{' that it belongs to"));
		scan_advance(scan);
		return;
	}
	if (token->kind != TOKEN_BAD)
		scan_fault(scan, "syntax", token->line,
			   _("expected the name of an option or section in %s, found %.*s"),
			   scan_label(scan, section), shown(token), token->text);
	if (token->kind == TOKEN_OPEN) {
		scan_skip_braces(scan, "{");
		return;
	}
	scan_advance(scan);
	scan_recover(scan);
}

/* Statements up to the section's '}' or the end. */
static enum went scan_body(struct scan *scan, struct draft_section *section)
{
	while (scan->token.kind != TOKEN_END) {
		if (scan->token.kind == TOKEN_CLOSE && section->key)
			return WENT_ON;
		if (scan->token.kind != TOKEN_WORD)
			unexpected(scan, section);
		else if (scan_statement(scan, section) == WENT_UP)
			return WENT_UP;
	}
	return WENT_ON;
}

int conf_scan(const char *name, const char *text, size_t n, const struct conf_key *keys,
	      struct arena *arena, struct faults *faults, struct draft_section **ret,
	      const char **ret_text)
{
	struct scan scan = {
		.lexer = {.name = name,
			  .text = text,
			  .n = n,
			  .line = 1,
			  .fresh = true,
			  .faults = faults},
		.arena = arena,
		.faults = faults,
	};
	struct draft_section *root = arena_take(arena, sizeof(*root));

	/* at worst every sign gets a space or a backslash, and every title its number */
	scan.out.size = n * 3 + (LIMIT_CONFIG_SECTIONS + 1) * 16 + 16;
	scan.out.text = arena_take(arena, scan.out.size);
	scan.out.line = 1;
	if (!root || !scan.out.text)
		return -ENOMEM;
	root->file = name;
	root->keys = keys;
	scan_advance(&scan);
	scan_body(&scan, root);
	if (scan.no_memory)
		return -ENOMEM;
	scan.out.text[scan.out.n] = '\0';
	*ret = root;
	*ret_text = scan.out.text;
	return 0;
}
