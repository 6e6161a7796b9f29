/* SPDX-License-Identifier: MIT */
/*
 * spoken_internal - spoken.c walks the text, spoken_number.c says numbers, spoken_forms.c knows the
 * written forms of dates, hours and documents, spoken_phone.c telephones and hotlines,
 * spoken_words.c the abbreviations.
 */
#ifndef CONFIG_SPOKEN_INTERNAL_H
#define CONFIG_SPOKEN_INTERNAL_H

#include <stdbool.h>

#include "spoken.h"

/* What is being written. Grows; no_memory once it could not. */
struct spoken_out {
	char *text;
	size_t n, room;
	bool no_memory;
};
void spoken_put(struct spoken_out *out, const char *text);
void spoken_put_n(struct spoken_out *out, const char *text, size_t n);
/* The same after a blank, unless one is there. */
void spoken_put_word(struct spoken_out *out, const char *word);
void spoken_put_number(struct spoken_out *out, uint64_t number);
/* Digit by digit. */
void spoken_put_digits(struct spoken_out *out, const char *digits, size_t n);
/* The number of a month or of a weekday: 4 is "tư". */
void spoken_put_ordinal(struct spoken_out *out, uint64_t number);
/* Does what was written last end with that word, whatever its capitals? */
bool spoken_ends(const struct spoken_out *out, const char *word);
/* Does one of n words stand among the last three? */
bool spoken_ends_any(const struct spoken_out *out, const char *const *words, size_t n);

/* Bytes that were read at 'at'; 0: it is none of these forms. out is written only then. */
typedef size_t spoken_form(const char *at, struct spoken_out *out);
size_t spoken_telephone(const char *at, struct spoken_out *out);
size_t spoken_hotline(const char *at, struct spoken_out *out);
size_t spoken_document(const char *at, struct spoken_out *out);
size_t spoken_date(const char *at, struct spoken_out *out);
size_t spoken_hour(const char *at, struct spoken_out *out);
size_t spoken_plain(const char *at, struct spoken_out *out);
size_t spoken_roman(const char *at, struct spoken_out *out);

/* Digits at 'at'; the value of at most 15 of them. */
size_t spoken_count_digits(const char *at);
/* Nothing of a number or word goes on here. A point or comma at the end of a sentence may. */
bool spoken_number_ends(const char *at);
uint64_t spoken_value(const char *digits, size_t n);

/* spoken_words.c. Letters and digits of a word end where these are not. */
bool spoken_is_letter(const char *at);
size_t spoken_abbreviation(const char *text, const char *at, const struct spoken_own *own,
			   struct spoken_out *out);
/* A unit right after a number (blanks between allowed). */
size_t spoken_unit(const char *at, struct spoken_out *out);
/* Who issued a document, and of what kind it is, by their abbreviations; NULL: not known. */
const char *spoken_issuer(const char *at, size_t n);
const char *spoken_kind(const char *at, size_t n);

#endif
