/* SPDX-License-Identifier: MIT */
#include "watchdog.h"

#include <stddef.h>

static const struct {
	const char *name;
	int64_t limit_us;
} parts[WATCHDOG_PARTS] = {
	[WATCHDOG_AUDIO] = {"audio", WATCHDOG_AUDIO_US},
	[WATCHDOG_SCHEDULE] = {"schedule", WATCHDOG_SCHEDULE_US},
	[WATCHDOG_LOG] = {"log", WATCHDOG_LOG_US},
};

/* For how long it stands still; 0: it does not. */
static int64_t still_us(struct watchdog *watchdog, size_t part, const struct watchdog_sign *sign,
			int64_t now_us)
{
	bool still = sign->busy && watchdog->seen[part].busy &&
		     sign->progress == watchdog->seen[part].progress;

	watchdog->seen[part].busy = sign->busy;
	watchdog->seen[part].progress = sign->progress;
	if (!still)
		watchdog->seen[part].since_us = now_us;
	return now_us - watchdog->seen[part].since_us;
}

enum watchdog_part watchdog_look(struct watchdog *watchdog,
				 const struct watchdog_sign signs[WATCHDOG_PARTS], int64_t now_us,
				 int64_t *ret_still_us)
{
	enum watchdog_part worst = WATCHDOG_PARTS;
	int64_t worst_us = 0;

	for (size_t i = 0; i < WATCHDOG_PARTS; i++) {
		int64_t for_us = still_us(watchdog, i, &signs[i], now_us);

		if (for_us <= parts[i].limit_us || for_us - parts[i].limit_us <= worst_us)
			continue;
		worst = (enum watchdog_part)i;
		worst_us = for_us - parts[i].limit_us;
		*ret_still_us = for_us;
	}
	return worst;
}

const char *watchdog_part_name(enum watchdog_part part)
{
	return (size_t)part < WATCHDOG_PARTS ? parts[part].name : "?";
}
