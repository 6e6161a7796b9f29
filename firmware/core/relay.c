/* SPDX-License-Identifier: MIT */
#include "relay.h"

#include "civil.h"

static int64_t key_at(const struct relay *relay, int64_t next_us)
{
	return next_us == CIVIL_NEVER ? CIVIL_NEVER : next_us - relay->rules.lead_us;
}

static int64_t release_at(const struct relay *relay)
{
	return relay->sound_us + relay->rules.hold_us;
}

bool relay_step(struct relay *relay, bool sounding, int64_t next_us, int64_t now_us)
{
	bool on = sounding || key_at(relay, next_us) <= now_us ||
		  (relay->on && now_us < release_at(relay));

	if (sounding)
		relay_heard(relay, now_us);
	on = on && relay->rules.present;
	if (on == relay->on)
		return false;
	relay->on = on;
	relay->on_us = now_us;
	return true;
}

void relay_heard(struct relay *relay, int64_t until_us)
{
	if (until_us > relay->sound_us)
		relay->sound_us = until_us;
}

int64_t relay_ready(const struct relay *relay, int64_t wanted_us, int64_t now_us)
{
	int64_t ready_us = (relay->on ? relay->on_us : now_us) + relay->rules.lead_us;
	int64_t slack_us = wanted_us > now_us ? RELAY_SLACK_US : 0;

	if (!relay->rules.present || ready_us <= wanted_us + slack_us)
		return wanted_us;
	return ready_us;
}

int64_t relay_deadline(const struct relay *relay, int64_t next_us, int64_t now_us)
{
	int64_t key_us = key_at(relay, next_us), release_us = release_at(relay);

	if (!relay->rules.present)
		return CIVIL_NEVER;
	if (relay->on)
		return release_us > now_us ? release_us : CIVIL_NEVER;
	return key_us > now_us ? key_us : CIVIL_NEVER;
}

void relay_shift(struct relay *relay, int64_t step_us)
{
	relay->on_us += step_us;
	relay->sound_us += step_us;
}
