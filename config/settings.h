/* SPDX-License-Identifier: MIT */
/*
 * settings - what a config says that is not plan: the box. Values; copy freely.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "trust.h"

#define SETTINGS_BUTTONS_MAX 16
#define SETTINGS_LEDS_MAX    8
#define SETTINGS_PREROLL_US                                                                        \
	(2 * INT64_C(1000000)) /* no amplifier needs longer; a relay's lead does */
#define SETTINGS_LINE	    64 /* bytes of "GPIO17" or "gpiochip0:17" */
#define SETTINGS_SAY_MAX    24 /* words of the command that speaks drafts */
#define SETTINGS_SAY_WORD   128
#define SETTINGS_SAY_AS_MAX 64 /* abbreviations of the station's own */
#define SETTINGS_SAY_AS	    192

enum settings_bias { BIAS_AS_IS, BIAS_DISABLED, BIAS_PULL_UP, BIAS_PULL_DOWN };
enum settings_again { AGAIN_IGNORE, AGAIN_RESTART, AGAIN_STOP }; /* press during its own message */
enum settings_shows { SHOWS_ON_AIR, SHOWS_HEALTHY, SHOWS_CLOCK, SHOWS_USB };

struct settings_button {
	char name[LIMIT_NAME];
	char line[SETTINGS_LINE];
	enum settings_bias bias;
	bool active_low;
	int64_t debounce_us, hold_us, cooldown_us, confirm_us; /* confirm 0 = one step */
	char press[LIMIT_NAME * 2], hold[LIMIT_NAME * 2]; /* clip, broadcast or "stop"; "" = none */
	enum settings_again again;
	bool emergency;
	int line_no; /* in the config, for messages */
};

struct settings_relay {
	bool present, active_low;
	char line[SETTINGS_LINE];
	int64_t lead_us, hold_us;
};

struct settings_led {
	char name[LIMIT_NAME], line[SETTINGS_LINE];
	bool active_low;
	enum settings_shows shows;
	bool blink; /* "healthy": tells the faults by blinking; else it is dark with a fault */
};

/* What is done with a USB stick that is plugged in. */
#define SETTINGS_USB_FILES 1000
#define SETTINGS_USB_DEPTH 8
struct settings_usb {
	bool enabled;
	char folder[64];    /* taken from here and below; "/" = the stick's root */
	bool result_file;   /* KET-QUA.txt may be written onto the stick */
	unsigned files_max; /* recordings taken from one stick */
	unsigned depth_max; /* folders below the folder; 0 = none */
	char monitor[256];  /* ALSA PCM for the tone that says how it went; "" = no tone */
};

/* The form of the monthly report: what is left out is a dotted line, to be filled in by hand. */
#define SETTINGS_FILE		256 /* bytes of the path of a file */
#define SETTINGS_RECIPIENTS_MAX 8
#define SETTINGS_REPORT_TEXT	256
struct settings_report {
	char parent[SETTINGS_REPORT_TEXT],
		authority[SETTINGS_REPORT_TEXT]; /* above, and the issuer */
	char number[64];			 /* what stands behind "Số:" */
	char place[SETTINGS_REPORT_TEXT];
	char signer_title[SETTINGS_REPORT_TEXT], signer[SETTINGS_REPORT_TEXT];
	size_t n_recipients;
	char recipients[SETTINGS_RECIPIENTS_MAX][SETTINGS_REPORT_TEXT];
};

struct settings {
	char station[LIMIT_TEXT];
	char timezone[64];
	char language[8]; /* "vi" or "en" */
	bool approval;	  /* a recording airs only when somebody approved it */

	/* The command that speaks drafts: argv, n_say at least 1; and "ABBREVIATION=how it is read". */
	size_t n_say, n_say_as;
	char say[SETTINGS_SAY_MAX][SETTINGS_SAY_WORD];
	char say_as[SETTINGS_SAY_AS_MAX][SETTINGS_SAY_AS];

	char device[256]; /* ALSA PCM name, "card:ID" or "usb:PORT" */
	char mixer[64];	  /* a control of the card's own mixer, "auto" = all outputs, or "off" */
	double mixer_db;  /* where they stand; 0 = full, never above */
	unsigned rate_hz, channels;
	double loudness_lufs, peak_dbtp, highpass_hz;
	int64_t preroll_us; /* digital silence before the first sample of a stream */

	enum trust_policy trust;
	int64_t holdover_us;

	size_t n_buttons;
	struct settings_button buttons[SETTINGS_BUTTONS_MAX];
	struct settings_relay relay;
	size_t n_leds;
	struct settings_led leds[SETTINGS_LEDS_MAX];

	struct settings_usb usb;
	struct settings_report report;

	bool console;
	char console_listen[128];					     /* "127.0.0.1:8080" */
	char console_names[256];					     /* "NAME,..." */
	char console_certificate[SETTINGS_FILE], console_key[SETTINGS_FILE]; /* both, or "" */
};

/* The values of an empty config. */
struct settings settings_default(void);
/* The first button that plays that clip or broadcast, pressed or held; NULL: none. Borrowed. */
const struct settings_button *settings_find_button(const struct settings *settings,
						   const char *name);

#endif
