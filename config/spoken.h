/* SPDX-License-Identifier: MIT */
/*
 * spoken - a written Vietnamese text as a person would read it aloud, for a synthesiser.
 *
 * A synthesiser reads 111 as one hundred and eleven, stumbles over 09/4/2024 and spells UBND. This
 * room turns such things into words, and leaves everything else alone:
 *
 *   hotlines and telephones  111 "một, một, một"; 112 to 116 after gọi, số, tổng đài and the like;
 *                            0912 345 678, (024) 3733.0167, 1900 1567: digit by digit, in groups
 *   numbers                  24 "hai mươi tư", 1.000 "một nghìn", 3,5 "ba phẩy năm", 2024, -5, IV
 *                            after quý, thế kỷ, khóa, lần thứ ...; thứ 4, tháng 4 are "tư"
 *   dates                    01/6/2024, 1/6 "mồng một tháng sáu", 6/2024 after tháng; 24/7 and 24/24
 *                            are no dates
 *   hours                    05h45, 17:00, 17h
 *   numbers of documents     49/2024/NĐ-CP "bốn mươi chín, năm hai nghìn không trăm hai mươi tư, của
 *                            Chính phủ"; 156/KH-UBND "một trăm năm mươi sáu, của Ủy ban nhân dân"
 *   units and signs          30 %, 5 km, 60 km/h, 38 °C, 10-15 "mười đến mười lăm", &
 *   abbreviations            UBND, HĐND, TP., P., BCH ...: the one table is in spoken_words.c; a
 *                            station adds its own (say-as in the config). Some are words too (CA,
 *                            TT): they count only where the words beside them are not in capitals
 *
 * Pure: no I/O, no locale. The result is NFC, its blanks are single.
 */
#ifndef CONFIG_SPOKEN_H
#define CONFIG_SPOKEN_H

#include <stddef.h>
#include <stdint.h>

/* Abbreviations of the station's own, each "ABBREVIATION=how it is read"; they go first. */
struct spoken_own {
	size_t n;
	const char *const *entries;
};

/* own may be NULL. *ret is malloc'ed. 0, -EINVAL (not UTF-8), -ENOMEM. */
int spoken_text(const char *text, const struct spoken_own *own, char **ret);

/* "hai nghìn không trăm hai mươi tư"; n bytes are enough from SPOKEN_NUMBER on. Up to 10^15 - 1. */
#define SPOKEN_NUMBER 256
void spoken_number(uint64_t number, char *ret, size_t n);

#endif
