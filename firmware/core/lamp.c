/* SPDX-License-Identifier: MIT */
#include "lamp.h"

/* The dark time after blink number i of a class. */
static int64_t dark_us(unsigned codes, unsigned code, unsigned i)
{
	if (i + 1 < code)
		return LAMP_BLINK_US;
	return codes >> (code + 1) ? LAMP_PAUSE_US : LAMP_ROUND_US;
}

static int64_t round_us(unsigned codes)
{
	int64_t length = 0;

	for (unsigned code = 1; code <= LAMP_LAST; code++)
		for (unsigned i = 0; i < code && codes >> code & 1; i++)
			length += LAMP_BLINK_US + dark_us(codes, code, i);
	return length;
}

bool lamp_blink(unsigned codes, int64_t since_us, int64_t now_us, int64_t *ret_next_us)
{
	int64_t at_us = (now_us - since_us) % round_us(codes);

	for (unsigned code = 1; code <= LAMP_LAST; code++) {
		for (unsigned i = 0; i < code && codes >> code & 1; i++) {
			int64_t off_us = dark_us(codes, code, i);

			*ret_next_us = now_us + LAMP_BLINK_US - at_us;
			if (at_us < LAMP_BLINK_US)
				return true;
			at_us -= LAMP_BLINK_US;
			*ret_next_us = now_us + off_us - at_us;
			if (at_us < off_us)
				return false;
			at_us -= off_us;
		}
	}
	return false;
}
