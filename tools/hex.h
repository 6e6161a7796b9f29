/* SPDX-License-Identifier: MIT */
/*
 * hex - a SHA-256 as people compare it.
 */
#ifndef TOOLS_HEX_H
#define TOOLS_HEX_H

#include <stdint.h>

#define HEX_TEXT 65 /* bytes of a printed SHA-256, NUL included */

void hex_print(char text[HEX_TEXT], const uint8_t sha256[32]);

#endif
