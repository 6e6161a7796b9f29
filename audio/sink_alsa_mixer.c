/* SPDX-License-Identifier: MIT */
/*
 * The card's own mixer: what leads to an output is unmuted and set at each opening.
 *
 * A card that was pulled and put back, or a board that was switched off and on, comes with what its
 * driver thinks right: often muted, or at a third. The chain makes the levels; the card is to pass
 * them on. So its controls stand at 0 dB (or mixer-level), never above, and at their end where they
 * have no scale in dB. They go by many names (PCM, Speaker, Headphone, Digital, Master, the name of
 * the product), so all are taken that have a playback volume; but not those of inputs, which play a
 * microphone into the amplifier, and no lone switch that is not known to be an output's (there are
 * "Auto Mute" and the like).
 *
 * The mixer of ALSA keeps what it was told to set and answers with that. To know what the card made
 * of it a second one is opened.
 */
#include "sink_alsa_internal.h"

#include <stdio.h>
#include <string.h>

#define SCALE_LEAST 100 /* 1 dB from end to end: some cards tell a scale that is none */

static const char *const inputs[] = {"Mic", "Line In", "CD",	   "Aux",      "Phone", "Video",
				     "ADC", "Capture", "Loopback", "Sidetone", "Input", "Beep"};
static const char *const outputs[] = {"Master",	  "PCM",      "Speaker", "Headphone", "Digital",
				      "Line Out", "Lineout",  "Front",	 "DAC",	      "IEC958",
				      "HDMI",	  "Playback", "Output"};

/* Is one of the words in the name, as a word: "Mic Boost", but not "Microdac"? */
static bool has_word(const char *name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = strcasestr(name, words[i]);
		size_t length = strlen(words[i]);

		if (at && (at == name || at[-1] == ' ') &&
		    (at[length] == '\0' || at[length] == ' '))
			return true;
	}
	return false;
}

static bool is_input(const char *name)
{
	return strcasecmp(name, "Line") == 0 ||
	       has_word(name, inputs, sizeof(inputs) / sizeof(inputs[0]));
}

static bool is_wanted(snd_mixer_elem_t *control, const char *wish)
{
	const char *name = snd_mixer_selem_get_name(control);
	bool volume = snd_mixer_selem_has_playback_volume(control);
	bool mute = snd_mixer_selem_has_playback_switch(control);

	if (!volume && !mute)
		return false;
	if (strcmp(wish, ALSA_MIXER_AUTO) != 0)
		return strcasecmp(name, wish) == 0;
	if (is_input(name))
		return false;
	return volume || has_word(name, outputs, sizeof(outputs) / sizeof(outputs[0]));
}

/* The place of a level on this control's scale. False: it has no scale, its end is taken. */
static bool place_of(snd_mixer_elem_t *control, double level_db, long *ret)
{
	long least, most, least_cdb = 0, most_cdb = 0, level_cdb = (long)(level_db * 100);

	snd_mixer_selem_get_playback_volume_range(control, &least, &most);
	*ret = most;
	if (snd_mixer_selem_get_playback_dB_range(control, &least_cdb, &most_cdb) < 0 ||
	    most_cdb - least_cdb < SCALE_LEAST)
		return false;
	if (level_cdb >= most_cdb)
		return true;
	if (level_cdb < least_cdb)
		level_cdb = least_cdb;
	return snd_mixer_selem_ask_playback_dB_vol(control, level_cdb, -1, ret) == 0;
}

static bool is_set(snd_mixer_elem_t *control, long place)
{
	for (int i = 0; i <= SND_MIXER_SCHN_LAST; i++) {
		snd_mixer_selem_channel_id_t channel = (snd_mixer_selem_channel_id_t)i;
		long at = place;
		int on = 1;

		if (!snd_mixer_selem_has_playback_channel(control, channel))
			continue;
		if (snd_mixer_selem_has_playback_switch(control))
			snd_mixer_selem_get_playback_switch(control, channel, &on);
		if (snd_mixer_selem_has_playback_volume(control))
			snd_mixer_selem_get_playback_volume(control, channel, &at);
		if (!on || at != place)
			return false;
	}
	return true;
}

/* Whether that worked shows when it is read again. */
static void set(snd_mixer_elem_t *control, long place)
{
	if (snd_mixer_selem_has_playback_volume(control))
		snd_mixer_selem_set_playback_volume_all(control, place);
	if (snd_mixer_selem_has_playback_switch(control))
		snd_mixer_selem_set_playback_switch_all(control, 1);
}

static void list(char *names, size_t n, const char *name)
{
	size_t used = strlen(names);

	snprintf(names + used, n - used, "%s%s", used ? ", " : "", name);
}

static snd_mixer_t *mixer_open(const char *name)
{
	snd_mixer_t *mixer;

	if (snd_mixer_open(&mixer, 0) < 0)
		return NULL;
	if (snd_mixer_attach(mixer, name) == 0 &&
	    snd_mixer_selem_register(mixer, NULL, NULL) == 0 && snd_mixer_load(mixer) == 0)
		return mixer;
	snd_mixer_close(mixer);
	return NULL;
}

/* One way through the controls. */
struct pass {
	bool sets;		       /* else it only looks */
	unsigned wanted, wrong, bare;  /* bare: without a scale */
	char wrong_names[96], all[96]; /* all: that could be meant */
};

static void pass_control(const struct sink_alsa *alsa, struct pass *pass, snd_mixer_elem_t *control)
{
	const char *name = snd_mixer_selem_get_name(control);
	long place = 0;

	if (is_wanted(control, ALSA_MIXER_AUTO))
		list(pass->all, sizeof(pass->all), name);
	if (!snd_mixer_selem_is_active(control) || !is_wanted(control, alsa->mixer))
		return;
	pass->wanted++;
	if (snd_mixer_selem_has_playback_volume(control) &&
	    !place_of(control, alsa->mixer_db, &place))
		pass->bare++;
	if (is_set(control, place))
		return;
	pass->wrong++;
	list(pass->wrong_names, sizeof(pass->wrong_names), name);
	if (pass->sets)
		set(control, place);
}

/* False: there is no mixer of this name. */
static bool mixer_pass(const struct sink_alsa *alsa, const char *name, struct pass *pass)
{
	snd_mixer_t *mixer = mixer_open(name);

	if (!mixer)
		return false;
	for (snd_mixer_elem_t *control = snd_mixer_first_elem(mixer); control;
	     control = snd_mixer_elem_next(control))
		pass_control(alsa, pass, control);
	snd_mixer_close(mixer);
	return true;
}

static void concern(struct sink_alsa *alsa, enum sink_cause cause, const char *detail)
{
	struct sink_trouble *is = &alsa->sink.concern;

	is->cause = cause;
	snprintf(is->device, sizeof(is->device), "%s", alsa->sink.trouble.device);
	snprintf(is->detail, sizeof(is->detail), "%s", detail);
}

/*
 * The mixer of the card that the PCM plays on. Where ALSA does not know the card, a mixer of the
 * PCM's own name, as asound.conf defines them in pairs.
 */
static bool mixer_name(struct sink_alsa *alsa, const char *pcm, char *ret, size_t n)
{
	snd_pcm_info_t *info;
	int card = -1;

	snd_pcm_info_alloca(&info);
	if (snd_pcm_info(alsa->pcm, info) == 0)
		card = snd_pcm_info_get_card(info);
	if (card >= 0)
		snprintf(ret, n, "hw:%d", card);
	else
		snprintf(ret, n, "%s", pcm);
	return card >= 0;
}

void alsa_mixer_set(struct sink_alsa *alsa, const char *pcm)
{
	struct pass first = {.sets = true}, second = {.sets = false};
	char name[ALSA_NAME_BYTES];
	bool has_card, named = strcmp(alsa->mixer, ALSA_MIXER_AUTO) != 0;

	alsa->sink.concern = (struct sink_trouble){.cause = SINK_WELL};
	if (strcmp(alsa->mixer, ALSA_MIXER_OFF) == 0)
		return;
	has_card = mixer_name(alsa, pcm, name, sizeof(name));
	mixer_pass(alsa, name, &first);
	if (first.wrong)
		mixer_pass(alsa, name, &second);
	if (!first.wanted && named)
		concern(alsa, SINK_MIXER_MISSING, first.all);
	else if (!first.wanted && has_card)
		concern(alsa, SINK_NO_MIXER, "");
	else if (second.wrong)
		concern(alsa, SINK_MIXER_STUCK, second.wrong_names);
	else if (first.bare && alsa->mixer_db < 0)
		concern(alsa, SINK_MIXER_NO_SCALE, first.all);
}
