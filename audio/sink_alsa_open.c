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

/* Notes what is wrong; the caller has the numbers. */
static int refuse(struct sink_alsa *alsa, enum sink_cause cause)
{
	alsa->sink.trouble.cause = cause;
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

static int refuse_format(struct sink_alsa *alsa, snd_pcm_hw_params_t *params)
{
	struct sink_trouble *trouble = &alsa->sink.trouble;
	size_t used = 0;

	for (int f = 0; f <= SND_PCM_FORMAT_LAST && used + 24 < sizeof(trouble->detail); f++)
		if (snd_pcm_hw_params_test_format(alsa->pcm, params, (snd_pcm_format_t)f) == 0)
			used += (size_t)snprintf(
				trouble->detail + used, sizeof(trouble->detail) - used, "%s%s",
				used ? " " : "", snd_pcm_format_name((snd_pcm_format_t)f));
	return refuse(alsa, SINK_WRONG_SAMPLES);
}

static int refuse_channels(struct sink_alsa *alsa, snd_pcm_hw_params_t *params, unsigned want)
{
	struct sink_trouble *trouble = &alsa->sink.trouble;

	trouble->wanted = want;
	snd_pcm_hw_params_get_channels_min(params, &trouble->least);
	snd_pcm_hw_params_get_channels_max(params, &trouble->most);
	return refuse(alsa, SINK_WRONG_CHANNELS);
}

static int refuse_rate(struct sink_alsa *alsa, snd_pcm_hw_params_t *params, unsigned want)
{
	struct sink_trouble *trouble = &alsa->sink.trouble;

	trouble->wanted = want;
	snd_pcm_hw_params_get_rate_min(params, &trouble->least, NULL);
	snd_pcm_hw_params_get_rate_max(params, &trouble->most, NULL);
	return refuse(alsa, SINK_WRONG_RATE);
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

static int set_hw_params(struct sink_alsa *alsa, const struct pcm_format *want)
{
	snd_pcm_hw_params_t *params;
	snd_pcm_uframes_t period, buffer;

	snd_pcm_hw_params_alloca(&params);
	if (snd_pcm_hw_params_any(alsa->pcm, params) < 0)
		return refuse(alsa, SINK_UNFIT);
	/* The plugins' own resampling is far worse than that of the chain. */
	snd_pcm_hw_params_set_rate_resample(alsa->pcm, params, 0);
	if (snd_pcm_hw_params_set_access(alsa->pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED) < 0)
		return refuse(alsa, SINK_UNFIT);
	if (choose_format(alsa, params) < 0)
		return refuse_format(alsa, params);
	if (snd_pcm_hw_params_set_channels(alsa->pcm, params, want->channels) < 0)
		return refuse_channels(alsa, params, want->channels);
	if (snd_pcm_hw_params_set_rate(alsa->pcm, params, want->rate_hz, 0) < 0)
		return refuse_rate(alsa, params, want->rate_hz);
	if (choose_buffer(alsa->pcm, params) < 0 ||
	    snd_pcm_hw_params_get_period_size(params, &period, NULL) < 0 ||
	    snd_pcm_hw_params_get_buffer_size(params, &buffer) < 0 || buffer < 2 * period)
		return refuse(alsa, SINK_UNFIT);
	alsa->sink.info.period_frames = (unsigned)period;
	alsa->sink.info.buffer_frames = (unsigned)buffer;
	return 0;
}

static int set_sw_params(struct sink_alsa *alsa)
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
		return refuse(alsa, SINK_UNFIT);
	/* Before the start, or the trigger has no stamp. Where they fail start() takes its own. */
	snd_pcm_sw_params_set_tstamp_mode(pcm, params, SND_PCM_TSTAMP_ENABLE);
	snd_pcm_sw_params_set_tstamp_type(pcm, params, SND_PCM_TSTAMP_TYPE_MONOTONIC);
	return snd_pcm_sw_params(pcm, params) < 0 ? refuse(alsa, SINK_UNFIT) : 0;
}

static enum sink_cause cause_of(int error)
{
	switch (error) {
	case -EBUSY:
		return SINK_BUSY;
	case -EACCES:
	case -EPERM:
		return SINK_FORBIDDEN;
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		return SINK_ABSENT;
	case -EINVAL:
		return SINK_MISCONFIGURED;
	default:
		return SINK_FAILED;
	}
}

static void trouble_begin(struct sink_alsa *alsa, const char *device)
{
	struct sink_trouble *trouble = &alsa->sink.trouble;

	*trouble = (struct sink_trouble){.cause = SINK_WELL};
	snprintf(trouble->device, sizeof(trouble->device), "%s", device);
}

static int open_failed(struct sink_alsa *alsa, const char *name, int error)
{
	alsa->pcm = NULL;
	alsa->sink.trouble.cause = cause_of(error);
	alsa->sink.trouble.error = -error;
	if (error == -EBUSY)
		alsa_holder(alsa->proc, name, alsa->sink.trouble.detail,
			    sizeof(alsa->sink.trouble.detail));
	return error == -ENOMEM ? -ENOMEM : -ENODEV;
}

static int open_name(struct sink_alsa *alsa, const char *name, const struct pcm_format *want)
{
	int error = snd_pcm_open(&alsa->pcm, name, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);

	trouble_begin(alsa, name);
	if (error < 0)
		return open_failed(alsa, name, error);
	error = set_hw_params(alsa, want);
	if (!error)
		error = set_sw_params(alsa);
	if (!error && snd_pcm_prepare(alsa->pcm) < 0)
		error = refuse(alsa, SINK_UNFIT);
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

int alsa_open(struct sink_alsa *alsa, const struct pcm_format *want)
{
	struct sink_trouble *trouble = &alsa->sink.trouble;
	struct alsa_names names;
	unsigned i = 0;
	int error;

	trouble_begin(alsa, alsa->device);
	error = alsa_names_of(alsa->device, alsa->sysfs, &names, trouble->detail,
			      sizeof(trouble->detail));
	if (error) {
		trouble->cause = SINK_ABSENT;
		return -ENODEV;
	}
	do
		error = open_name(alsa, names.name[i], want);
	while (error == -EINVAL && ++i < names.n);
	if (error)
		return error == -ENOMEM ? error : -ENODEV;
	alsa_mixer_set(alsa, names.name[i]);
	describe(alsa, names.name[i], want);
	alsa->raw = calloc(alsa->sink.info.buffer_frames * (size_t)want->channels, sizeof(int32_t));
	return alsa->raw ? 0 : -ENOMEM;
}
