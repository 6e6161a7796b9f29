/* SPDX-License-Identifier: MIT */
/*
 * conf_scan - what the parts of the scan share: the walk's state, its output, going on after a
 * fault. Private to conf_scan*.c.
 */
#ifndef CONFIG_CONF_SCAN_H
#define CONFIG_CONF_SCAN_H

#include "conf_draft.h"
#include "conf_lex.h"

#define SCAN_DEPTH 8 /* braces within braces; the language itself needs three */

struct scan {
	struct lexer lexer;
	struct token token; /* the next one */
	struct arena *arena;
	struct faults *faults;
	struct {
		char *text;
		size_t n, size;
		int line;
	} out;
	unsigned n_sections;
	bool over; /* out of memory or too many sections: no further */
	bool no_memory;
};

/* conf_scan_text.c: reading on, and the text for libconfuse */
void scan_advance(struct scan *scan);
__attribute__((format(printf, 4, 5))) void scan_fault(struct scan *scan, const char *code, int line,
						      const char *format, ...);
void scan_stop(struct scan *scan, bool no_memory);
/* Put a token on its own line; number >= 0 goes before a title, to keep equal titles apart. */
void scan_emit(struct scan *scan, const struct token *token, long number);
void scan_sign(struct scan *scan, char sign);
char *scan_keep(struct scan *scan, const struct token *token);
/* "broadcast 'buoi-sang'", "'audio'", for messages. Titles as written, with their quotes cut. */
const char *scan_label(struct scan *scan, const struct draft_section *section);

/* conf_scan_option.c: options and values, and what to skip */
bool scan_value_here(const struct scan *scan);
/* Skip what is left of a line, and of braces opened on it. Stops at '}' of the section around. */
void scan_recover(struct scan *scan);
void scan_unclosed(struct scan *scan, int line, const char *what);
/* At '{': skip to behind its '}'. */
void scan_skip_braces(struct scan *scan, const char *what);
/* Behind an unknown name: skip its value or its section. */
void scan_skip_statement(struct scan *scan, const char *what);
/* Behind the name of an option. */
void scan_option(struct scan *scan, struct draft_section *section, const struct conf_key *key,
		 const struct token *name);

#endif
