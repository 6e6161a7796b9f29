/* SPDX-License-Identifier: MIT */
/*
 * The only room that knows libconfuse: it reads the values of what the scan found sound.
 *
 * All values are read as text: libconfuse takes 010 for eight, nan for a number, and 1.5 for a
 * fault where the locale writes 1,5. Sections are found again by their order; titles carry the
 * section's number in front, because libconfuse merges sections of the same title.
 */
#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf_draft.h"
#include "names.h"
#include "words.h"

/* libconfuse prints faults to stderr if nobody takes them; the scan has told them all. */
static void quiet(cfg_t *cfg, const char *format, va_list arguments)
{
	(void)cfg;
	(void)format;
	(void)arguments;
}

static size_t count_keys(const struct conf_key *keys)
{
	size_t n = 0;

	while (keys[n].name)
		n++;
	return n;
}

/* libconfuse's table for ours; it makes its own copy in cfg_init(). NULL: no memory. */
static cfg_opt_t *make_table(const struct conf_key *keys, struct arena *arena)
{
	size_t n = count_keys(keys);
	cfg_opt_t *table = arena_take(arena, (n + 1) * sizeof(*table));

	if (!table)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *name = keys[i].name;
		cfg_opt_t *inside = keys[i].keys ? make_table(keys[i].keys, arena) : NULL;

		if (keys[i].keys && !inside)
			return NULL;
		switch (keys[i].type) {
		case CONF_TEXT:
			table[i] = (cfg_opt_t)CFG_STR(name, NULL, CFGF_NONE);
			break;
		case CONF_LIST:
			table[i] = (cfg_opt_t)CFG_STR_LIST(name, NULL, CFGF_NONE);
			break;
		case CONF_SECTION:
			table[i] = (cfg_opt_t)CFG_SEC(name, inside, CFGF_NONE);
			break;
		case CONF_SECTIONS:
			table[i] = (cfg_opt_t)CFG_SEC(
				name, inside, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
			break;
		}
	}
	table[n] = (cfg_opt_t)CFG_END();
	return table;
}

/* Returns 0, -ENOMEM, or -EBADMSG: libconfuse and the scan saw different things. */
static int fill_option(struct draft_option *option, cfg_t *cfg, struct arena *arena)
{
	cfg_opt_t *opt = cfg_getopt(cfg, option->key->name);
	struct draft_value *value = option->first;

	if (!opt || cfg_opt_size(opt) != option->n)
		return -EBADMSG;
	for (unsigned i = 0; i < option->n; i++, value = value->next) {
		const char *text = cfg_opt_getnstr(opt, i);

		if (!text || !names_utf8_valid(text, strlen(text), NULL))
			return -EBADMSG;
		value->text = arena_copy(arena, text, strlen(text));
		if (!value->text)
			return -ENOMEM;
	}
	return 0;
}

static int fill_title(struct draft_section *section, cfg_t *cfg, struct arena *arena)
{
	const char *title = cfg_title(cfg);
	char *end;

	if (section->key->type != CONF_SECTIONS)
		return 0;
	if (!title || strtoul(title, &end, 10) != section->number || *end != ':')
		return -EBADMSG;
	section->title = arena_copy(arena, end + 1, strlen(end + 1));
	return section->title ? 0 : -ENOMEM;
}

static int fill_section(struct draft_section *section, cfg_t *cfg, struct arena *arena);

static int fill_sections(struct draft_section *parent, const struct conf_key *key, cfg_t *cfg,
			 struct arena *arena)
{
	struct draft_section *section;
	unsigned i = 0;
	int error;

	for (section = parent->first; section; section = section->next) {
		cfg_t *found;

		if (section->key != key)
			continue;
		found = i < cfg_size(cfg, key->name) ? cfg_getnsec(cfg, key->name, i++) : NULL;
		if (!found)
			return -EBADMSG;
		error = fill_title(section, found, arena);
		if (!error)
			error = fill_section(section, found, arena);
		if (error)
			return error;
	}
	/* a single section exists for libconfuse also where nobody wrote one */
	return key->type == CONF_SECTIONS && cfg_size(cfg, key->name) != i ? -EBADMSG : 0;
}

static int fill_section(struct draft_section *section, cfg_t *cfg, struct arena *arena)
{
	const struct conf_key *key;
	struct draft_option *option;
	int error = 0;

	for (option = section->first_option; option && !error; option = option->next)
		error = fill_option(option, cfg, arena);
	for (key = section->keys; key->name && !error; key++)
		if (key->keys)
			error = fill_sections(section, key, cfg, arena);
	return error;
}

int conf_parse(const char *text, struct draft_section *root, struct arena *arena,
	       struct faults *faults)
{
	cfg_opt_t *table = make_table(root->keys, arena);
	cfg_t *cfg = table ? cfg_init(table, CFGF_NONE) : NULL;
	int error;

	if (!cfg)
		return -ENOMEM;
	cfg_set_error_function(cfg, quiet);
	error = cfg_parse_buf(cfg, text) == CFG_SUCCESS ? fill_section(root, cfg, arena) : -EBADMSG;
	if (error == -EBADMSG) {
		/* Never seen, and sought by the fuzzer; but a config is taken whole or not at all. */
		fault_add(faults, true, "parser", root->file, cfg->line,
			  _("near this line libconfuse understands the file differently; "
			    "write each option on a line of its own"));
		error = 0;
	}
	cfg_free(cfg);
	return error;
}
