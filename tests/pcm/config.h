/* SPDX-License-Identifier: MIT */
/* config - what the card is told in its section of the ALSA configuration. */
#ifndef TESTS_PCM_CONFIG_H
#define TESTS_PCM_CONFIG_H

#include <alsa/asoundlib.h>

/* "" where nothing was set; borrowed from the section. */
struct pace_config {
	const char *file, *stamps, *control, *format, *rate, *channels;
};

int config_read(snd_config_t *section, struct pace_config *ret); /* 0, -EINVAL */

#endif
