/* SPDX-License-Identifier: MIT */
/* written_internal - what the parts of written share. */
#ifndef CONFIG_WRITTEN_INTERNAL_H
#define CONFIG_WRITTEN_INTERNAL_H

#include "arena.h"
#include "written.h"

/* written_text.c: text that grows. Once it has no memory it stays so: look at the end. */
struct writing {
	char *text;
	size_t n, room;
	bool no_memory;
};
void writing_put(struct writing *writing, const char *text, size_t n);
void writing_say(struct writing *writing, const char *text);
void writing_free(struct writing *writing);

/* written_key.c: kinds, keys and texts of a change are such as can be written. */
bool written_words_ok(const struct change *change);

/* written_example.c */
/* "# key = value" on a line of its own within a section: from '#' to behind the value. */
bool written_example(const char *text, struct written_span in, const char *key,
		     struct written_span *ret);
/* The end of the line "# }" that ends a commented "# kind ... {" of the file. */
bool written_example_section(const char *text, size_t n, const char *kind, size_t *ret);

/* Can it be written between quotes? */
bool written_text_ok(const char *text);
/* key = value, without what stands before and behind; indent is that of its line. */
void writing_option(struct writing *writing, const struct change_value *value, const char *indent);
void writing_value(struct writing *writing, const struct change_value *value, const char *indent,
		   size_t column);
void writing_quoted(struct writing *writing, const char *text);
/* Blanks, at least one, until what was written is as wide as the n bytes of that text. */
void writing_pad(struct writing *writing, const char *text, size_t n);
/* The comments within a span, a line each. */
void writing_comments(struct writing *writing, const char *text, struct written_span span);

#endif
