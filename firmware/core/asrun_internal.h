/* SPDX-License-Identifier: MIT */
/*
 * asrun_internal - the table that printing and parsing of the as-run log walk.
 *
 * Private to asrun_text.c and asrun_parse.c.
 */
#ifndef CORE_ASRUN_INTERNAL_H
#define CORE_ASRUN_INTERNAL_H

#include "asrun.h"

enum asrun_shape {
	SHAPE_WORD,   /* an enum by its name */
	SHAPE_TIME,   /* int64_t microseconds, kept as milliseconds */
	SHAPE_NUMBER, /* int64_t */
	SHAPE_COUNT,  /* unsigned */
	SHAPE_FLAG,   /* bool */
	SHAPE_TEXT,   /* char array */
	SHAPE_HASH,   /* 32 bytes */
	SHAPE_ITEMS,  /* const char * */
};

typedef const char *asrun_word_fn(int value);

/* Where a value lives in struct asrun_event and how it is written. */
struct asrun_field {
	const char *key;
	enum asrun_shape shape;
	size_t offset, size;
	asrun_word_fn *word;
	unsigned always; /* kinds in which it stands even if zero; elsewhere zero is left out */
};

extern const struct asrun_field asrun_fields[];
extern const size_t asrun_n_fields;

/* Would asrun_print() write exactly this text? */
bool asrun_prints_as(const struct asrun_event *event, const char *text);

#endif
