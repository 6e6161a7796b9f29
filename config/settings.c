/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <string.h>

#include "civil.h"

/* The same values stand as text beside their keys in conf_schema.c; a test compares them. */
struct settings settings_default(void)
{
	return (struct settings){
		.station = "",
		.timezone = "Asia/Ho_Chi_Minh",
		.language = "vi",
		.n_say = 11,
		/* A little slow and low: horns echo. */
		.say = {"espeak-ng", "-v", "vi", "-a", "60", "-s", "150", "-p", "45", "--stdin",
			"--stdout"},
		.device = "default",
		.mixer = "auto",
		.mixer_db = 0.0,
		.rate_hz = 48000,
		.channels = 1,
		.loudness_lufs = -16.0,
		.peak_dbtp = -1.0,
		.highpass_hz = 200.0,
		.preroll_us = 30000,
		.trust = TRUST_SYNCHRONIZED,
		.holdover_us = 7 * CIVIL_DAY_S * CIVIL_US,
		.usb = {.enabled = true, .folder = "LOAPHUONG", .files_max = 200, .depth_max = 3},
		.console_listen = "127.0.0.1:8080",
	};
}

const struct settings_button *settings_find_button(const struct settings *settings,
						   const char *name)
{
	for (size_t i = 0; i < settings->n_buttons; i++) {
		const struct settings_button *button = &settings->buttons[i];

		if (strcmp(button->press, name) == 0 || strcmp(button->hold, name) == 0)
			return button;
	}
	return NULL;
}
