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
/* Edit distance (characters), for "did you mean"; at most limit + 1. */
size_t names_distance(const char *a, const char *b, size_t limit);

#endif
