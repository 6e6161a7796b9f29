/* SPDX-License-Identifier: MIT */
/*
 * conf_draft - a config as it was written: sections, options and values, each with its line, and
 * the table of what may be written.
 *
 * Private to conf_*.c. Everything in a draft lives in the arena that it was made from.
 */
#ifndef CONFIG_CONF_DRAFT_H
#define CONFIG_CONF_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "fault.h"

enum conf_type {
	CONF_TEXT,     /* key = "one value" */
	CONF_LIST,     /* key = {"several", "values"}, or one without braces */
	CONF_SECTION,  /* key { ... }, once */
	CONF_SECTIONS, /* key "title" { ... }, any number */
};

/* One key that may be written. Tables end with a NULL name. */
struct conf_key {
	const char *name;
	enum conf_type type;
	const char *standard; /* CONF_TEXT: value where it is absent, as it would be written */
	const struct conf_key *keys; /* of a section */
};

/* Keys at top level: of the station's config, or of a file of campaigns/. */
const struct conf_key *conf_schema(bool campaigns_only);
const struct conf_key *conf_key_find(const struct conf_key *keys, const char *name);

struct draft_value {
	struct draft_value *next;
	const char *text; /* NULL until libconfuse has read it */
	int line;
};

struct draft_option {
	struct draft_option *next;
	const struct conf_key *key;
	int line; /* of its name */
	size_t n;
	struct draft_value *first, *last;
};

struct draft_section {
	struct draft_section *next;
	const struct draft_section *parent;
	const struct conf_key *key;  /* NULL for a whole file */
	const struct conf_key *keys; /* what may stand inside */
	const char *file;
	const char *title; /* NULL: has none */
	unsigned number;   /* among all sections of the file; keeps titles apart for libconfuse */
	int line, column;  /* of its name */
	/* Something in it was refused by the scan: what seems to be missing may be that. */
	bool spoiled;
	struct draft_option *first_option, *last_option;
	struct draft_section *first, *last; /* sections inside, in order */
};

/* conf_read.c: size, BOM, NUL, UTF-8. *text and *n then leave out the BOM. */
bool conf_text_sound(const char *name, const char **text, size_t *n, struct faults *faults);

/*
 * conf_scan.c: structure and lines. Faults are added; what is faulty is left out of the draft.
 * *ret_text is what stands in the draft, as text for libconfuse, in the arena. Returns 0 or -ENOMEM.
 */
int conf_scan(const char *name, const char *text, size_t n, const struct conf_key *keys,
	      struct arena *arena, struct faults *faults, struct draft_section **ret,
	      const char **ret_text);

/* conf_parse.c: libconfuse reads the values into the draft. Returns 0 or -ENOMEM. */
int conf_parse(const char *text, struct draft_section *root, struct arena *arena,
	       struct faults *faults);

const struct draft_option *draft_option(const struct draft_section *section, const char *name);
/* The nearest of names (a NULL-ended list), or NULL if none is near enough to be meant. */
const char *draft_nearest(const char *word, const char *const *names);
const char *draft_nearest_key(const char *word, const struct conf_key *keys);

#endif
