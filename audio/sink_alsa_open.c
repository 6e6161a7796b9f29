/* SPDX-License-Identifier: MIT */
#include "sink_alsa_internal.h"

#include <stdio.h>
#include <stdlib.h>

#define PERIOD_US     20000
#define BUFFER_US     120000
#define BUFFER_MAX_US 500000 /* a stop is heard only after what is buffered */

/* Best first. 16 bit with dither is more than any loudspeaker line resolves. */
static const snd_pcm_format_t formats[] = {
	SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S32_LE,	SND_PCM_FORMAT_S24_3LE,
	SND_PCM_FORMAT_S24_LE, SND_PCM_FORMAT_FLOAT_LE,
};

/* One step of the negotiation that failed, told for people. */
struct refusal {
	char *why;
	size_t n_why;
};

static int refuse(const struct refusal *refusal, const char *name, const char *text)
{
	if (refusal->why)
		snprintf(refusal->why, refusal->n_why, "%s: %s", name, text);
	return -EINVAL;
}

static int choose_format(struct sink_alsa *alsa, snd_pcm_hw_params_t *params)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (snd_pcm_hw_params_set_format(alsa->pcm, params, formats[i]) == 0) {
			alsa->format = formats[i];
			return 0;
		}
	return -EINVAL;
}

static int refuse_format(snd_pcm_t *pcm, snd_pcm_hw_params_t *params, const char *name,
			 const struct refusal *refusal)
{
	char text[96] = "it takes only sample formats this program does not make";
	size_t used = strlen(text);

	for (int f = 0; f <= SND_PCM_FORMAT_LAST && used + 24 < sizeof(text); f++)
		if (snd_pcm_hw_params_test_format(pcm, params, (snd_pcm_format_t)f) == 0)
			used += (size_t)snprintf(text + used, sizeof(text) - used, " %s",
						 snd_pcm_format_name((snd_pcm_format_t)f));
	return refuse(refusal, name, text);
}

static int refuse_channels(snd_pcm_hw_params_t *params, unsigned want, const char *name,
			   const struct refusal *refusal)
{
	unsigned least = 0, most = 0;
	char text[96];

	snd_pcm_hw_params_get_channels_min(params, &least);
	snd_pcm_hw_params_get_channels_max(params, &most);
	snprintf(text, sizeof(text), "it cannot do %u channels, it offers %u to %u", want, least,
		 most);
	return refuse(refusal, name, text);
}

static int refuse_rate(snd_pcm_hw_params_t *params, unsigned want, const char *name,
		       const struct refusal *refusal)
{
	unsigned least = 0, most = 0;
	char text[96];

	snd_pcm_hw_params_get_rate_min(params, &least, NULL);
	snd_pcm_hw_params_get_rate_max(params, &most, NULL);
	if (least == most)
		snprintf(text, sizeof(text), "it cannot do %u Hz, it offers %u Hz", want, least);
	else
		snprintf(text, sizeof(text), "it cannot do %u Hz, it offers %u to %u Hz", want,
			 least, most);
	return refuse(refusal, name, text);
}

static int choose_buffer(snd_pcm_t *pcm, snd_pcm_hw_params_t *params)
{
	unsigned period_us = PERIOD_US, buffer_us = BUFFER_US, most_us = BUFFER_MAX_US;

	/* Wishes: what was really given is read afterwards. */
	snd_pcm_hw_params_set_buffer_time_max(pcm, params, &most_us, NULL);
	snd_pcm_hw_params_set_period_time_near(pcm, params, &period_us, NULL);
	snd_pcm_hw_params_set_buffer_time_near(pcm, params, &buffer_us, NULL);
	return snd_pcm_hw_params(pcm, params);
}

static int set_hw_params(struct sink_alsa *alsa, const struct pcm_format *want, const char *name,
			 const struct refusal *refusal)
{
	snd_pcm_hw_params_t *params;
	snd_pcm_uframes_t period, buffer;

	snd_pcm_hw_params_alloca(&params);
	if (snd_pcm_hw_params_any(alsa->pcm, params) < 0)
		return refuse(refusal, name, "it offers nothing to play with");
	/* The plugins' own resampling is far worse than that of the chain. */
	snd_pcm_hw_params_set_rate_resample(alsa->pcm, params, 0);
	if (snd_pcm_hw_params_set_access(alsa->pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED) < 0)
		return refuse(refusal, name, "it does not take interleaved samples");
	if (choose_format(alsa, params) < 0)
		return refuse_format(alsa->pcm, params, name, refusal);
	if (snd_pcm_hw_params_set_channels(alsa->pcm, params, want->channels) < 0)
		return refuse_channels(params, want->channels, name, refusal);
	if (snd_pcm_hw_params_set_rate(alsa->pcm, params, want->rate_hz, 0) < 0)
		return refuse_rate(params, want->rate_hz, name, refusal);
	if (choose_buffer(alsa->pcm, params) < 0 ||
	    snd_pcm_hw_params_get_period_size(params, &period, NULL) < 0 ||
	    snd_pcm_hw_params_get_buffer_size(params, &buffer) < 0 || buffer < 2 * period)
		return refuse(refusal, name, "it gives no buffer of two periods or more");
	alsa->sink.info.period_frames = (unsigned)period;
	alsa->sink.info.buffer_frames = (unsigned)buffer;
	return 0;
}

static int set_sw_params(struct sink_alsa *alsa, const char *name, const struct refusal *refusal)
{
	snd_pcm_t *pcm = alsa->pcm;
	snd_pcm_sw_params_t *params;
	snd_pcm_uframes_t boundary;

	snd_pcm_sw_params_alloca(&params);
	/* The threshold at the boundary: it starts when it is told to, never by itself. */
	if (snd_pcm_sw_params_current(pcm, params) < 0 ||
	    snd_pcm_sw_params_get_boundary(params, &boundary) < 0 ||
	    snd_pcm_sw_params_set_start_threshold(pcm, params, boundary) < 0 ||
	    snd_pcm_sw_params_set_avail_min(pcm, params, alsa->sink.info.period_frames) < 0)
		return refuse(refusal, name, "it cannot be set to start on time");
	/* Before the start, or the trigger has no stamp. Where they fail start() takes its own. */
	snd_pcm_sw_params_set_tstamp_mode(pcm, params, SND_PCM_TSTAMP_ENABLE);
	snd_pcm_sw_params_set_tstamp_type(pcm, params, SND_PCM_TSTAMP_TYPE_MONOTONIC);
	if (snd_pcm_sw_params(pcm, params) < 0)
		return refuse(refusal, name, "it cannot be set to start on time");
	return 0;
}

static const char *open_failure(int error)
{
	switch (error) {
	case -EBUSY:
		return "it is in use by another program";
	case -EACCES:
	case -EPERM:
		return "permission denied; the service must be in the group audio";
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		return "there is no such sound device now";
	case -EINVAL:
		return "its ALSA configuration has a fault";
	default:
		return snd_strerror(error);
	}
}

static int open_name(struct sink_alsa *alsa, const char *name, const struct pcm_format *want,
		     const struct refusal *refusal)
{
	int error = snd_pcm_open(&alsa->pcm, name, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);

	if (error < 0) {
		alsa->pcm = NULL;
		refuse(refusal, name, open_failure(error));
		return error == -ENOMEM ? -ENOMEM : -ENODEV;
	}
	error = set_hw_params(alsa, want, name, refusal);
	if (!error)
		error = set_sw_params(alsa, name, refusal);
	if (!error && snd_pcm_prepare(alsa->pcm) < 0)
		error = refuse(refusal, name, "it cannot be made ready");
	if (error) {
		snd_pcm_close(alsa->pcm);
		alsa->pcm = NULL;
	}
	return error;
}

static void describe(struct sink_alsa *alsa, const char *name, const struct pcm_format *format)
{
	struct sink_info *info = &alsa->sink.info;
	snd_pcm_info_t *card;
	const char *words = "";

	snd_pcm_info_alloca(&card);
	if (snd_pcm_info(alsa->pcm, card) == 0)
		words = snd_pcm_info_get_name(card);
	info->format = *format;
	info->xruns = 0;
	info->lost = 0;
	snprintf(info->sample, sizeof(info->sample), "%s", snd_pcm_format_name(alsa->format));
	if (words[0])
		snprintf(info->name, sizeof(info->name), "%s (%s)", name, words);
	else
		snprintf(info->name, sizeof(info->name), "%s", name);
}

int alsa_open(struct sink_alsa *alsa, const struct pcm_format *want, char *why, size_t n_why)
{
	struct refusal refusal = {why, n_why};
	struct alsa_names names;
	unsigned i = 0;
	int error = alsa_names_of(alsa->device, "/sys/class/sound", &names, why, n_why);

	if (error)
		return error == -ENODEV ? error
					: refuse(&refusal, "device", "the name is too long");
	do
		error = open_name(alsa, names.name[i], want, &refusal);
	while (error == -EINVAL && ++i < names.n);
	if (error)
		return error == -ENOMEM ? error : -ENODEV;
	describe(alsa, names.name[i], want);
	alsa->raw = calloc(alsa->sink.info.buffer_frames * (size_t)want->channels, sizeof(int32_t));
	return alsa->raw ? 0 : -ENOMEM;
}
