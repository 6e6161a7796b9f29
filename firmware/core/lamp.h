/* SPDX-License-Identifier: MIT */
/*
 * lamp - what a light shows of the faults there are: counted blinks.
 *
 * Pure. A light that shows "healthy" is on while the service lives and has no fault, dark when the
 * service or the power is gone, and with a fault it blinks the number of the fault's class, pauses,
 * and blinks again; of several classes one after the other, in this order. This table is the one
 * source; loaphuongd(8) prints it.
 *
 *	2	the clock is not trusted: nothing scheduled sounds
 *	3	the sound card is gone or cannot be opened
 *	4	a recording is missing, damaged or not approved
 *	5	the log cannot be written, or a database was damaged: disk, memory card
 *	6	a button, the relay or a light: its line is not there, or a button is stuck
 *	7	the config has faults, or a restart is needed
 *	8	something on the USB stick was not taken in; until the stick is pulled out
 *
 * A light that shows "usb" is on while a stick is read (do not pull it out). When that is done it
 * flashes once and pauses if all went well, twice if something did not, until the stick is out.
 */
#ifndef CORE_LAMP_H
#define CORE_LAMP_H

#include <stdbool.h>
#include <stdint.h>

enum lamp_code {
	LAMP_NO_CODE,
	LAMP_CLOCK = 2,
	LAMP_CARD = 3,
	LAMP_RECORDING = 4,
	LAMP_DISK = 5,
	LAMP_LINES = 6,
	LAMP_CONFIG = 7,
	LAMP_USB = 8,
	LAMP_LAST = LAMP_USB,
};
#define LAMP_STICK_WELL	   1u
#define LAMP_STICK_REFUSED 2u

#define LAMP_BLINK_US INT64_C(300000)  /* on, and as long off: slow enough to count */
#define LAMP_PAUSE_US INT64_C(1500000) /* between two classes */
#define LAMP_ROUND_US INT64_C(3000000) /* after the last of them */

/*
 * codes: bit 1 << code of each class that has a fault; at least one. since_us: when the blinking
 * began. Returns whether the light is on at now_us, and when it changes next.
 */
bool lamp_blink(unsigned codes, int64_t since_us, int64_t now_us, int64_t *ret_next_us);

#endif
