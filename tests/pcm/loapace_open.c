/* SPDX-License-Identifier: MIT */
#include "loapace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#include "config.h"

static int limit_number(struct pace *pace, int type, const char *only, unsigned min, unsigned max)
{
	unsigned value = (unsigned)strtoul(only, NULL, 10);

	if (only[0])
		min = max = value;
	return snd_pcm_ioplug_set_param_minmax(&pace->io, type, min, max);
}

static int limit_hardware(struct pace *pace, const struct pace_config *config)
{
	/* The second is what ALSA's conversions want below them. */
	unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
	unsigned n_formats = 5;
	unsigned formats[] = {SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_S24_3LE,
			      SND_PCM_FORMAT_S24_LE, SND_PCM_FORMAT_FLOAT_LE};
	int error;

	if (config->format[0]) {
		formats[0] = (unsigned)snd_pcm_format_value(config->format);
		n_formats = 1;
	}
	error = snd_pcm_ioplug_set_param_list(&pace->io, SND_PCM_IOPLUG_HW_ACCESS, 2, access);
	if (error >= 0)
		error = snd_pcm_ioplug_set_param_list(&pace->io, SND_PCM_IOPLUG_HW_FORMAT,
						      n_formats, formats);
	if (error >= 0)
		error = limit_number(pace, SND_PCM_IOPLUG_HW_CHANNELS, config->channels, 1, 2);
	if (error >= 0)
		error = limit_number(pace, SND_PCM_IOPLUG_HW_RATE, config->rate, 8000, 192000);
	if (error >= 0)
		error = limit_number(pace, SND_PCM_IOPLUG_HW_PERIOD_BYTES, "", 64, 1 << 18);
	if (error >= 0)
		error = limit_number(pace, SND_PCM_IOPLUG_HW_BUFFER_BYTES, "", 256, 1 << 20);
	return error;
}

static int pace_create(struct pace *pace, const char *name, const struct pace_config *config,
		       snd_pcm_stream_t stream, int mode)
{
	pace->io.version = SND_PCM_IOPLUG_VERSION;
	pace->io.name = "a sound card made of a clock";
	pace->io.callback = &pace_callbacks;
	pace->io.private_data = pace;
	pace->io.flags = SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
	pace->io.poll_events = POLLIN;
	pace->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	pace->control = strdup(config->control);
	if (pace->io.poll_fd < 0 || !pace->control)
		return -ENOMEM;
	if (config->file[0])
		pace->file = fopen(config->file, "ae");
	if (config->stamps[0])
		pace->stamps = fopen(config->stamps, "ae");
	return snd_pcm_ioplug_create(&pace->io, name, stream, mode);
}

SND_PCM_PLUGIN_DEFINE_FUNC(loapace);

__attribute__((visibility("default"))) SND_PCM_PLUGIN_DEFINE_FUNC(loapace)
{
	struct pace_config config;
	struct faults faults;
	struct pace *pace;
	int error = config_read(conf, &config);

	(void)root;
	if (error)
		return error;
	faults_read(config.control, &faults);
	if (faults.absent || faults.busy)
		return faults.absent ? -ENODEV : -EBUSY;
	pace = calloc(1, sizeof(*pace));
	if (!pace)
		return -ENOMEM;
	error = pace_create(pace, name, &config, stream, mode);
	if (error < 0) {
		pace_free(pace);
		return error;
	}
	error = limit_hardware(pace, &config);
	if (error < 0) {
		snd_pcm_ioplug_delete(&pace->io); /* calls pace_close() */
		return error;
	}
	*pcmp = pace->io.pcm;
	return 0;
}

__attribute__((visibility("default"))) SND_PCM_PLUGIN_SYMBOL(loapace)
