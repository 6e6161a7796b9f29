/* SPDX-License-Identifier: MIT */
/*
 * words - messages for people in Vietnamese and English, by gettext.
 *
 * The source language is English, the catalogue is tools/po/vi.po. The language is chosen per
 * process (LANGUAGE, else the caller's LC_ALL, LC_MESSAGES or LANG, else the station's language)
 * and, in the service, per request. "C", "POSIX" and "C.UTF-8" name no language, but LC_ALL=C asks
 * for English, as everywhere. The catalogue is read by catalogue.c, not by the C library, which
 * speaks English wherever no locale was generated. LC_CTYPE is set to C.UTF-8; LC_NUMERIC is never
 * set (libconfuse and printf would change their decimal point).
 *
 * Not for threads other than the loop's: the language in force is process state.
 */
#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

#include <stdbool.h>

#define WORDS_DOMAIN "loaphuong"

/* In the language in force. The result lives for ever. */
const char *words(const char *english) __attribute__((format_arg(1)));
#define _(english)  words(english)
#define N_(english) (english)

/*
 * Once, at the start of main, before any thread. catalogues: folder with vi/LC_MESSAGES/
 * loaphuong.mo, or NULL to look beside the executable (../share/locale, ./locale) and in the
 * installed place. fallback: "vi" or "en", used where neither locale nor LANGUAGE says.
 */
void words_init(const char *catalogues, const char *fallback);
/* The language for what follows: "vi" or "en"; NULL or unknown = the process's own. */
void words_use(const char *language);
/* "vi" or "en" */
const char *words_language(void);
/* True if locale or LANGUAGE named a language we have; else the fallback is in force. */
bool words_chosen(void);

/*
 * What the system says of an errno (positive), in the language in force. For the loop's thread, as
 * strerror(); the result lives until the next call.
 */
const char *words_error(int error);

#endif
