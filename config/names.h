/* SPDX-License-Identifier: MIT */
/*
 * names - Unicode for names: NFC, and clip names out of file names. The only room that knows
 * utf8proc. Names from a Mac or iPhone come decomposed (NFD) and would not be found otherwise.
 */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8 without NUL? Else *ret_offset (may be NULL) is the first bad byte. */
bool names_utf8_valid(const char *text, size_t n, size_t *ret_offset);
/* NFC of a NUL-terminated valid text; malloc'ed, or NULL if out of memory or not UTF-8. */
char *names_nfc(const char *text);
/* "Khẩu hiệu 3 (mới).m4a" -> "khau-hieu-3-moi". 0, -EINVAL (nothing is left), -ENAMETOOLONG. */
int names_slug(const char *file, char *ret, size_t n);

/*
 * The clip name of any file name; ret holds LIMIT_NAME bytes. Letters lose their marks, d with
 * stroke is d, what is not a Latin letter or a digit is a dash; folders and the extension go. The
 * same for NFC and NFD, and the name of a name is itself. Where nothing is left (emoji, another
 * script, not UTF-8) it is "ban-ghi-" (recording) and eight digits made from the file's name; a
 * longer one than fits is cut at a dash and ended by such digits, so that two long names that begin
 * alike stay two. Never empty; only a to z, 0 to 9 and single dashes inside: no path, no option. 0 or -ENOMEM.
 */
int names_of_file(const char *file, char *ret);
/*
 * The title of a file: its name in NFC without folders and extension, control characters as blanks,
 * at most n - 1 bytes and never half a character. "" where it is not UTF-8.
 */
void names_title(const char *file, char *ret, size_t n);
/* Edit distance (characters, small = capital), for "did you mean"; at most limit + 1. */
size_t names_distance(const char *a, const char *b, size_t limit);

/*
 * What is wrong with a name, if anything. Names of clips become file names and stand in lists
 * separated by one space, so they may have no space; other names may have some inside.
 */
enum names_flaw {
	NAMES_GOOD,
	NAMES_EMPTY,
	NAMES_LONG,    /* n_max bytes or more, NUL included */
	NAMES_SLASH,   /* '/' or a backslash */
	NAMES_CONTROL, /* control or invisible formatting characters */
	NAMES_LEADING, /* begins with '.' or '-' */
	NAMES_SPACE,   /* at an end, not a plain one, or anywhere where spaces is false */
};
enum names_flaw names_flaw(const char *name, size_t n_max, bool spaces);

#endif
