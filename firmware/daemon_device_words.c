/* SPDX-License-Identifier: MIT */
/*
 * What a sink found wrong with its device, in words: what it is, what was found, what to do. The
 * sink speaks in values, so that each who asks hears it in his language.
 */
#include "daemon_internal.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

static const struct {
	const char *code, *message, *cure;
} causes[] = {
	[SINK_WELL] = {"device-lost", N_("The sound card cannot be used"), N_("Look at it.")},
	[SINK_ABSENT] = {"device-absent", N_("The sound card is not there"),
			 N_("Look at its plug and power, or name one that is there (device = in "
			    "the section audio of the config). The station tries again by "
			    "itself.")},
	[SINK_BUSY] = {"device-busy", N_("The sound card is in use by another program"),
		       N_("End that program and keep it from starting again: nothing else may "
			  "play on this card. The station tries again by itself.")},
	[SINK_FORBIDDEN] = {"device-forbidden", N_("The service may not use the sound card"),
			    N_("Put the user of the service into the group audio (sudo adduser "
			       "loaphuong audio), then restart the service.")},
	[SINK_MISCONFIGURED] = {"device-misconfigured",
				N_("ALSA's configuration of this sound device has a fault"),
				N_("Correct asound.conf, or write another device in the section "
				   "audio of the config; aplay -L lists them.")},
	[SINK_WRONG_RATE] = {"device-unsuitable",
			     N_("The sound card cannot play at the rate of the config"), NULL},
	[SINK_WRONG_CHANNELS] = {"device-unsuitable",
				 N_("The sound card cannot play as many channels as the config "
				    "says"),
				 NULL},
	[SINK_WRONG_SAMPLES] = {"device-unsuitable",
				N_("The sound card takes only sample formats that the station "
				   "does not make"),
				NULL},
	[SINK_UNFIT] = {"device-unsuitable", N_("The sound card cannot be set up to start on time"),
			N_("Write another device in the section audio of the config: the card "
			   "itself (card:ID), not a mixer of programs.")},
	[SINK_FAILED] = {"device-failed", N_("The sound card cannot be opened"),
			 N_("Pull it out and put it back, or switch the box off and on. The "
			    "station tries again by itself.")},
	[SINK_NO_START] = {"device-no-start", N_("The sound card was ready and did not start"),
			   N_("Pull it out and put it back, or exchange it. The station tries "
			      "again by itself.")},
	[SINK_STALLED] = {"device-stalled", N_("The sound card is open but does not play"),
			  N_("Pull it out and put it back, or exchange it. The station tries "
			     "again by itself.")},
	[SINK_NO_MIXER] = {"mixer-none", N_("The sound card has no controls of its own"),
			   N_("Nothing needs to be done.")},
	[SINK_MIXER_MISSING] =
		{"mixer-missing",
		 N_("The sound card has no control of the name that the config "
		    "says"),
		 N_("Write mixer = \"auto\", or the name of one that is there, in the "
		    "section audio of the config, then reload.")},
	[SINK_MIXER_STUCK] = {"mixer-stuck",
			      N_("Controls of the sound card do not stay where they are set; it "
				 "may be muted or too quiet"),
			      N_("Listen to a broadcast. End what else sets the card (alsamixer "
				 "shows it), or write mixer = \"off\" in the section audio of the "
				 "config if it sounds right.")},
	[SINK_MIXER_NO_SCALE] = {"mixer-no-scale",
				 N_("Controls of the sound card have no scale in dB and stand at "
				    "full"),
				 N_("Write mixer-level = 0 in the section audio of the config, and "
				    "make it quieter with volume.")},
	[SINK_LATE_START] = {"start-late", N_("The sound card began late"),
			     N_("If it happens again: exchange the sound card, or write the card "
				"itself (card:ID) as device.")},
	[SINK_UNDERRUNS] = {"underruns",
			    N_("The sound card ran dry again and again: there were "
			       "gaps in the sound"),
			    N_("Look at the power supply and the cooling of the box, and at what "
			       "else runs on it.")},
	[SINK_GONE] = {"device-lost", N_("The sound card went away while it played"),
		       N_("Look at its plug and power. The station tries again by itself.")},
};

/* What was found, as a sentence of its own; "" if there is no more to say. */
static void found(const struct sink_trouble *trouble, char *ret, size_t n)
{
	ret[0] = '\0';
	switch (trouble->cause) {
	case SINK_ABSENT:
	case SINK_MIXER_MISSING:
		if (trouble->detail[0])
			snprintf(ret, n, _("There is: %s."), trouble->detail);
		break;
	case SINK_BUSY:
		if (trouble->detail[0])
			snprintf(ret, n, _("It is held by: %s."), trouble->detail);
		break;
	case SINK_WRONG_RATE:
		if (trouble->least == trouble->most)
			snprintf(ret, n, _("It offers %u Hz, not %u."), trouble->least,
				 trouble->wanted);
		else
			snprintf(ret, n, _("It offers %u to %u Hz, not %u."), trouble->least,
				 trouble->most, trouble->wanted);
		break;
	case SINK_WRONG_CHANNELS:
		snprintf(ret, n, _("It offers %u to %u channels, not %u."), trouble->least,
			 trouble->most, trouble->wanted);
		break;
	case SINK_WRONG_SAMPLES:
		snprintf(ret, n, _("It takes: %s."), trouble->detail);
		break;
	case SINK_MIXER_STUCK:
	case SINK_MIXER_NO_SCALE:
		snprintf(ret, n, _("These are: %s."), trouble->detail);
		break;
	case SINK_LATE_START:
		snprintf(ret, n, _("It took %u ms."), trouble->least);
		break;
	case SINK_UNDERRUNS:
		snprintf(ret, n, _("%u times in one broadcast so far."), trouble->least);
		break;
	default:
		if (trouble->error)
			snprintf(ret, n, "(%s)", words_error(trouble->error));
	}
}

const char *daemon_device_code(const struct sink_trouble *trouble)
{
	return causes[trouble->cause].code;
}

void daemon_device_message(const struct sink_trouble *trouble, char *ret, size_t n)
{
	char more[256];

	found(trouble, more, sizeof(more));
	snprintf(ret, n, "%s%s%s.%s%s", _(causes[trouble->cause].message),
		 trouble->device[0] ? ": " : "", trouble->device, more[0] ? " " : "", more);
}

/* The nearest rate of those the card offers. */
static unsigned rate_instead(const struct sink_trouble *trouble)
{
	return trouble->wanted < trouble->least ? trouble->least : trouble->most;
}

void daemon_device_cure(const struct sink_trouble *trouble, char *ret, size_t n)
{
	switch (trouble->cause) {
	case SINK_WRONG_RATE:
		snprintf(ret, n,
			 _("Write rate = %u in the section audio of the config, then reload."),
			 rate_instead(trouble));
		break;
	case SINK_WRONG_CHANNELS:
		if (trouble->least <= PCM_CHANNELS_MAX && trouble->least > trouble->wanted)
			snprintf(ret, n,
				 _("Write channels = %u in the section audio of the config, then "
				   "reload."),
				 trouble->least);
		else
			snprintf(ret, n, "%s",
				 _("Write the device as card:ID or plughw:CARD=ID in the section "
				   "audio of the config: ALSA then converts."));
		break;
	case SINK_WRONG_SAMPLES:
		if (strstr(trouble->detail, "IEC958"))
			snprintf(ret, n, "%s",
				 _("It is an HDMI or digital output: write the device as "
				   "hdmi:CARD=ID in the section audio of the config; aplay -L "
				   "shows its name."));
		else
			snprintf(ret, n, "%s",
				 _("Write the device as card:ID or plughw:CARD=ID in the section "
				   "audio of the config: ALSA then converts."));
		break;
	default:
		snprintf(ret, n, "%s", _(causes[trouble->cause].cure));
	}
}
