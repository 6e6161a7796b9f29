/* SPDX-License-Identifier: MIT */
/*
 * Which card leads to the loudspeakers: a tone on each, and a person who listens. It begins as quiet
 * as the test tone does, because nobody knows yet how far up the amplifier is.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "monotonic.h"
#include "setup.h"
#include "sink.h"
#include "words.h"

#include "notes.h"

#define CARDS	     32
#define LEVEL_DB     (-30.0)
#define LOUDEST_DB   (-15.0)
#define LOUDER_DB    5.0
#define AMPLIFIER_US 1500000 /* how long it may take to wake, as in the guide to the wiring */

static const double melody[] = {660, 880, 660, 880, 660, 880, 660, 880};

static int open_sink(const struct setup *setup, const char *device, struct sink **ret)
{
	const struct pcm_format want = {.rate_hz = setup->settings.rate_hz,
					.channels = setup->settings.channels};
	int r = sink_alsa_new(device, ret);

	if (r < 0)
		return r;
	sink_alsa_set_mixer(*ret, setup->settings.mixer, setup->settings.mixer_db);
	r = (*ret)->ops->open(*ret, &want);
	if (r < 0 || setup->relay == NULL)
		return r;
	gpio_line_set(setup->relay, true);
	monotonic_sleep_until(monotonic_us() + AMPLIFIER_US);
	return 0;
}

/* 0, or a negative errno: the card cannot be used, and the person was told why. */
static int sound(struct setup *setup, const char *device, double level_db)
{
	struct sink *sink = NULL;
	int r = open_sink(setup, device, &sink);

	if (r == 0)
		r = notes_play(sink, melody, sizeof(melody) / sizeof(*melody),
			       pow(10, level_db / 20));
	if (setup->relay)
		gpio_line_set(setup->relay, false);
	if (r < 0 && sink) {
		if (sink->trouble.cause == SINK_WELL)
			sink->trouble = (struct sink_trouble){.cause = SINK_FAILED, .error = -r};
		doctor_tell_sound(&sink->trouble, device, setup->findings);
		setup_tell(setup);
	}
	sink_free(sink);
	return r;
}

/* TALK_YES: heard; TALK_NO: not, or it cannot be used; -ECANCELED. */
static int try_card(struct setup *setup, const struct sink_card *card)
{
	double level_db = LEVEL_DB;
	int r;

	do {
		printf(_("     A tone on %s"), card->device);
		printf(card->name[0] ? " (%s)\n" : "%s\n", card->name);
		fflush(stdout);
		if (sound(setup, card->device, level_db) < 0)
			return TALK_NO;
		r = talk_choose(&setup->talk,
				_("     Did the loudspeakers sound? (\"again\" is louder)"), true);
		level_db = fmin(level_db + LOUDER_DB, LOUDEST_DB);
	} while (r == TALK_AGAIN);
	return r;
}

/* What the config has now comes first, ALSA's own choice last. */
static size_t candidates(const struct setup *setup, struct sink_card cards[CARDS])
{
	const char *device = setup->settings.device;
	size_t n = 0;

	if (strcmp(device, "default") != 0) {
		snprintf(cards[0].device, sizeof(cards[0].device), "%.79s", device);
		cards[0].name[0] = '\0';
		n = strlen(device) < sizeof(cards[0].device);
	}
	n += sink_alsa_cards(cards + n, CARDS - 1 - n);
	for (size_t i = 1; i < n; i++)
		if (strcmp(cards[i].device, cards[0].device) == 0) {
			memmove(&cards[i], &cards[i + 1], (n - i - 1) * sizeof(cards[0]));
			n--;
		}
	cards[n] = (struct sink_card){.device = "default"};
	snprintf(cards[n].name, sizeof(cards[n].name), "%s", _("what ALSA chooses"));
	return n + 1;
}

int setup_ask_sound(struct setup *setup)
{
	struct sink_card cards[CARDS];
	size_t n = candidates(setup, cards);
	char line[TALK_LINE];
	int r = TALK_NO;

	puts(_("4/5  Sound card. Turn the amplifier to half; a tone sounds on each card."));
	for (size_t i = 0; i < n && r == TALK_NO; i++) {
		r = try_card(setup, &cards[i]);
		if (r == TALK_YES)
			return setup_answer(&setup->answers, "audio", NULL, "device",
					    cards[i].device);
	}
	if (r < 0)
		return r;
	puts(_("     None was heard. Look at cable, amplifier input and volume; setup can be run "
	       "again."));
	r = talk_ask(&setup->talk, _("     Sound card to be used"), setup->settings.device, line,
		     sizeof(line));
	return r < 0 ? r : setup_answer(&setup->answers, "audio", NULL, "device", line);
}
