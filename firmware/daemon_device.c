/* SPDX-License-Identifier: MIT */
/*
 * What the player says of the sound card, as faults and as events for the station.
 *
 * The card that is lost is one fault, whatever it is lost for, and the station waits for it. What is
 * wrong with a card that plays (mixer, late start, underruns) is a fault each, and the sound goes on;
 * they go when the card was opened once more and they did not come again.
 */
#include "daemon_internal.h"

#include <string.h>

#include "words.h"

#define AGAIN_US CIVIL_US /* what had no room is tried again so much later */

static void hear_lost(struct daemon *d, const struct sink_trouble *trouble)
{
	struct station_event event = {.kind = EVENT_DEVICE_LOST};

	/* Again, when something else is wrong with it now: the station only notes it. */
	daemon_fault_device(d, FAULT_DEVICE, trouble);
	daemon_feed(d, &event);
}

/* That it opens says nothing of whether it plays. */
static bool opening_disproves(enum sink_cause cause)
{
	return cause != SINK_STALLED && cause != SINK_NO_START;
}

static void hear_back(struct daemon *d)
{
	struct station_event event = {.kind = EVENT_DEVICE_BACK};

	if (opening_disproves(d->faults[FAULT_DEVICE].trouble.cause))
		daemon_fault_clear(d, FAULT_DEVICE);
	daemon_say(d, _("The sound card can be used again."));
	daemon_feed(d, &event);
}

/* Not a fault: the chain's gain is enough. But whoever looks for a volume control should know. */
static void say_no_mixer(struct daemon *d, bool none)
{
	if (none && !d->no_mixer)
		daemon_say(d, _("The sound card has no controls of its own; the level is set by "
				"the station alone."));
	d->no_mixer = none;
}

static bool same_trouble(const struct sink_trouble *a, const struct sink_trouble *b)
{
	return a->cause == b->cause && strcmp(a->detail, b->detail) == 0;
}

static void hear_opened(struct daemon *d, const struct sink_trouble *concern)
{
	bool none = concern->cause == SINK_NO_MIXER;

	say_no_mixer(d, none);
	if (concern->cause == SINK_WELL || none)
		daemon_fault_clear(d, FAULT_MIXER);
	else if (!same_trouble(concern, &d->faults[FAULT_MIXER].trouble))
		daemon_fault_device(d, FAULT_MIXER, concern);
	if (!d->start_was_late)
		daemon_fault_clear(d, FAULT_START);
	if (!d->underran)
		daemon_fault_clear(d, FAULT_UNDERRUNS);
	d->start_was_late = d->underran = false;
}

static void hear_concern(struct daemon *d, const struct sink_trouble *concern)
{
	bool late = concern->cause == SINK_LATE_START;

	if (late)
		d->start_was_late = true;
	else
		d->underran = true;
	daemon_fault_device(d, late ? FAULT_START : FAULT_UNDERRUNS, concern);
}

void daemon_device_hear(struct daemon *d, const struct player_event *heard)
{
	switch (heard->kind) {
	case PLAYER_LOST:
		hear_lost(d, &heard->trouble);
		break;
	case PLAYER_BACK:
		hear_back(d);
		break;
	case PLAYER_OPENED:
		hear_opened(d, &heard->trouble);
		break;
	case PLAYER_CONCERN:
		hear_concern(d, &heard->trouble);
		break;
	case PLAYER_STARTED:
	case PLAYER_FINISHED:
		break; /* of clips, not of the card */
	}
}

void daemon_device_played(struct daemon *d, const struct player_event *finished)
{
	if (finished->end == PLAYER_WHOLE && finished->frames > 0)
		daemon_fault_clear(d, FAULT_DEVICE);
}

/*
 * The station waits as for a card that is gone, and nobody else would tell it that it need not: the
 * player has lost nothing.
 */
void daemon_device_try_again(struct daemon *d, int error)
{
	d->device_again_us = clock_mono_us() + AGAIN_US;
	daemon_say(d, _("A recording could not be made ready for the air: %s. It is tried again."),
		   words_error(-error));
}

void daemon_device_turn(struct daemon *d)
{
	struct station_event back = {.kind = EVENT_DEVICE_BACK};

	if (d->device_again_us == 0 || clock_mono_us() < d->device_again_us)
		return;
	d->device_again_us = 0;
	daemon_feed(d, &back);
}

int64_t daemon_device_deadline(const struct daemon *d)
{
	if (d->device_again_us == 0)
		return CIVIL_NEVER;
	return d->now_us + d->device_again_us - clock_mono_us();
}

void daemon_device_forget(struct daemon *d)
{
	static const enum daemon_fault_kind kinds[] = {FAULT_DEVICE, FAULT_MIXER, FAULT_START,
						       FAULT_UNDERRUNS};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		daemon_fault_clear(d, kinds[i]);
	d->start_was_late = d->underran = d->no_mixer = false;
}
