/* SPDX-License-Identifier: MIT */
/*
 * written - a config as it was written, and changes to it in its place.
 *
 * An operator's file is full of notes; a program that reads it and writes it anew would lose them.
 * So a change touches the value it is about and nothing else: what stands around it, comments,
 * order and blanks, stays byte for byte. A comment inside of what is taken away cannot stay; it is
 * told, so that a person can be asked before.
 *
 * Only for texts that conf_load_text() took without an error: the grammar is not judged here again,
 * and what a changed text means is for conf_load_text() to say.
 *
 * written.c reads, written_change.c changes, written_key.c knows what may be changed,
 * written_example.c finds the comment that shows a key, written_text.c writes values. No state
 * between calls.
 */
#ifndef CONFIG_WRITTEN_H
#define CONFIG_WRITTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "change.h"

/* Bytes of the text: from, and behind the last. */
struct written_span {
	size_t from, to;
};

struct written_value {
	const struct written_value *next;
	const char *text; /* without quotes and backslashes */
};

struct written_option {
	struct written_option *next;
	const char *key;
	struct written_span whole, value; /* key to value; the value with its braces or quotes */
	bool list;			  /* in braces */
	size_t n;
	const struct written_value *first;
};

struct written_section {
	struct written_section *next;
	const char *kind, *title; /* NULL: the file; title NULL: has none */
	int line;
	struct written_span whole, inside; /* name to '}'; what is between the braces */
	struct written_option *first_option, *last_option;
	struct written_section *first, *last;
};

struct written;

/* 0 and *ret (free with written_free()); -EINVAL: the text is not sound; -ENOMEM. text is borrowed. */
int written_read(const char *text, size_t n, struct written **ret);
const struct written_section *written_root(const struct written *written);
void written_free(struct written *written);

/* The first of that kind and title; title NULL: without one. NULL: there is none. */
const struct written_section *written_find(const struct written_section *in, const char *kind,
					   const char *title);
const struct written_option *written_option(const struct written_section *section, const char *key);

/* Does a key of "campaign", "clip", "playlist" or "broadcast" take a list? */
bool written_takes_list(const char *kind, const char *key);

/* What came of changes. Free with written_changed_done(). */
struct written_changed {
	char *text; /* with a NUL behind it */
	size_t n;
	char *lost;   /* comments that went with what was taken away, a line each; "" = none */
	bool differs; /* from the text before */
	size_t at;    /* of an error: the change that it is about, by index */
};

/*
 * All of them in order, or none. A key of the station's own sections that is not there takes the
 * place of the comment that shows it ("# name = ...", as in the sample config); in campaigns a
 * comment is a person's note and stays. 0; -EINVAL: the text is not sound; -ENOENT: what is to be removed
 * is not there, or the campaign of a section is not; -EBADMSG: a kind, key or text that cannot
 * be written (unknown word, control character); -ENOMEM. After an error only ret->at is of use.
 */
int written_change(const char *text, size_t n, const struct change *changes, size_t n_changes,
		   struct written_changed *ret);
void written_changed_done(struct written_changed *changed);

#endif
