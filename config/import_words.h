/* SPDX-License-Identifier: MIT */
/*
 * import_words - why a recording is not taken in and what to do about it, and what to know of one
 * that is: one text for the command line, the inbox, the USB stick and the console.
 *
 * The codes are the library's. Texts are in the language in force (words.h) and say cause and cure.
 */
#ifndef CONFIG_IMPORT_WORDS_H
#define CONFIG_IMPORT_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Lives for ever. A code that is not known has a text, too. */
const char *import_refusal(const char *code);

/* What a warning may have to tell besides its code. */
struct import_warning {
	const char *code;    /* "same-recording", "quiet", "noisy", "overdriven", "long-silence" */
	const char *same_as; /* same-recording: the other clip */
	int64_t at_us, long_us; /* long-silence: from where, for how long */
};
void import_warning_text(const struct import_warning *warning, char *ret, size_t n);

#endif
