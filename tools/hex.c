/* SPDX-License-Identifier: MIT */
#include "hex.h"

#include <stddef.h>

void hex_print(char text[HEX_TEXT], const uint8_t sha256[32])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < 32; i++) {
		text[2 * i] = digits[sha256[i] >> 4];
		text[2 * i + 1] = digits[sha256[i] & 15];
	}
	text[64] = '\0';
}
