/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>

int config_read(snd_config_t *section, struct pace_config *ret)
{
	struct {
		const char *key, **value;
	} keys[] = {
		{"file", &ret->file},	  {"stamps", &ret->stamps}, {"control", &ret->control},
		{"format", &ret->format}, {"rate", &ret->rate},	    {"channels", &ret->channels},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snd_config_t *field;

		*keys[i].value = "";
		if (snd_config_search(section, keys[i].key, &field) == 0 &&
		    snd_config_get_string(field, keys[i].value) < 0)
			return -EINVAL;
	}
	return 0;
}
