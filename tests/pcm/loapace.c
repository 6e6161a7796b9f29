/* SPDX-License-Identifier: MIT */
/*
 * loapace - an ALSA sound card made of a clock, for tests: it consumes in real time, keeps what it
 * consumed, and fails when it is told to. ALSA's own "null" and "file" do not pace and never fill.
 *
 * Use, without installing anything (BUILD is the build folder):
 *
 *	ALSA_CONFIG_PATH=BUILD/tests/pcm/asound.conf	"default" and "loapace" are this card
 *	LOA_PACE_FILE=PATH	what was consumed, raw frames in the format that was negotiated,
 *				appended over all openings; not set: nothing is kept
 *	LOA_PACE_STAMPS=PATH	a line for each event, with CLOCK_MONOTONIC in us:
 *					open US FORMAT RATE CHANNELS PERIOD BUFFER
 *					start US FRAMES-PREFILLED	trigger
 *					xrun US FRAMES-CONSUMED
 *					stop US FRAMES-CONSUMED		drop or close while running
 *					close US
 *	LOA_PACE_CONTROL=PATH	faults, read at each opening and each preparing; the file may be missing.
 *				Words, N counted in frames since the opening:
 *					absent		opening fails: -ENODEV
 *					busy		opening fails: -EBUSY
 *					start-fails	starting fails: -EIO
 *					start-late N	starting takes N us more
 *					xrun-at N	one underrun there; what is buffered is lost
 *					stall-at N	runs, but does not move beyond N
 *					gone-at N	disconnected there: -ENODEV until it is closed
 *	LOA_PACE_RATE, LOA_PACE_CHANNELS, LOA_PACE_FORMAT	all that the card can do, where set
 *
 * The control file is also read again every 10 ms while it runs, so "gone-at 0" written into it pulls
 * the plug now, and "absent" keeps it out.
 */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "faults.h"

#define TICK_NS 10000000

struct pace {
	snd_pcm_ioplug_t io; /* its private_data is this struct */
	char *control;
	FILE *file, *stamps;
	struct faults faults;
	bool xrun_done, running;
	bool broken;  /* ran dry: nothing moves until it is prepared */
	bool settled; /* and ALSA has been told how far it came before that */
	int64_t start_us;
	int64_t before;		/* consumed before this start, since the opening */
	int64_t written, taken; /* frames since this preparing */
	snd_pcm_uframes_t boundary;
	uint8_t *ring;
	size_t frame_bytes;
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void stamp(struct pace *pace, const char *event, int64_t at_us, int64_t frames)
{
	if (!pace->stamps)
		return;
	fprintf(pace->stamps, "%s %" PRId64 " %" PRId64 "\n", event, at_us, frames);
	fflush(pace->stamps);
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void keep(struct pace *pace, int64_t to)
{
	while (pace->taken < to) {
		size_t at = (size_t)pace->taken % pace->io.buffer_size;
		size_t n = (size_t)smaller(to - pace->taken, (int64_t)(pace->io.buffer_size - at));

		if (pace->file)
			fwrite(pace->ring + at * pace->frame_bytes, pace->frame_bytes, n,
			       pace->file);
		pace->taken += (int64_t)n;
	}
	if (pace->file)
		fflush(pace->file);
}

/* Consume what is due. 0, or -EPIPE: ran dry, or was told to. */
static int advance(struct pace *pace)
{
	const struct faults *faults = &pace->faults;
	int64_t due = (now_us() - pace->start_us) * (int64_t)pace->io.rate / 1000000;
	int64_t to = smaller(due, pace->written);
	bool broken = false;

	if (faults->stall_at >= 0) {
		if (due > faults->stall_at - pace->before)
			due = to = smaller(to, faults->stall_at - pace->before);
	} else if (faults->xrun_at >= 0 && !pace->xrun_done &&
		   pace->before + due >= faults->xrun_at) {
		broken = pace->xrun_done = true;
		to = smaller(to, faults->xrun_at - pace->before);
	}
	keep(pace, to);
	if (!broken && due < pace->written)
		return 0;
	if (faults->stall_at >= 0)
		return 0;
	stamp(pace, "xrun", now_us(), pace->before + pace->taken);
	return -EPIPE;
}

static bool is_gone(struct pace *pace)
{
	if (pace->faults.gone_at < 0 || pace->before + pace->taken < pace->faults.gone_at)
		return false;
	snd_pcm_ioplug_set_state(&pace->io, SND_PCM_STATE_DISCONNECTED);
	return true;
}

/* What happened up to now. */
static void catch_up(struct pace *pace)
{
	if (pace->running && advance(pace) < 0) {
		pace->running = false;
		pace->broken = true;
	}
	if (pace->running)
		is_gone(pace);
}

static snd_pcm_sframes_t pace_pointer(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	catch_up(pace);
	/* A driver tells where it stopped and then that it did; the place is not asked for later. */
	if (pace->broken && pace->settled)
		return -EPIPE;
	pace->settled = pace->broken;
	return (snd_pcm_sframes_t)((snd_pcm_uframes_t)pace->taken % pace->boundary);
}

static int set_ticks(struct pace *pace, bool on)
{
	struct itimerspec ticks = {{0, on ? TICK_NS : 0}, {0, on ? TICK_NS : 0}};

	return timerfd_settime(pace->io.poll_fd, 0, &ticks, NULL) < 0 ? -errno : 0;
}

static int pace_start(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	if (pace->faults.start_fails)
		return -EIO;
	if (pace->faults.start_late_us)
		usleep((useconds_t)pace->faults.start_late_us);
	pace->start_us = now_us();
	pace->running = true;
	stamp(pace, "start", pace->start_us, pace->written);
	return set_ticks(pace, true);
}

static int pace_stop(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	if (pace->running) {
		advance(pace);
		stamp(pace, "stop", now_us(), pace->before + pace->taken);
	}
	pace->running = false;
	return set_ticks(pace, false);
}

static int pace_prepare(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	pace->running = pace->broken = pace->settled = false;
	pace->before += pace->taken;
	pace->written = pace->taken = 0;
	faults_read(pace->control, &pace->faults);
	return 0;
}

static int pace_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params)
{
	struct pace *pace = io->private_data;

	(void)params;
	pace->frame_bytes = (size_t)snd_pcm_format_physical_width(io->format) / 8 * io->channels;
	free(pace->ring);
	pace->ring = calloc(io->buffer_size, pace->frame_bytes);
	if (pace->stamps)
		fprintf(pace->stamps, "open %" PRId64 " %s %u %u %lu %lu\n", now_us(),
			snd_pcm_format_name(io->format), io->rate, io->channels, io->period_size,
			io->buffer_size);
	return pace->ring ? 0 : -ENOMEM;
}

static int pace_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params)
{
	struct pace *pace = io->private_data;

	return snd_pcm_sw_params_get_boundary(params, &pace->boundary);
}

static snd_pcm_sframes_t pace_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
				       snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
	struct pace *pace = io->private_data;
	const uint8_t *from =
		(const uint8_t *)areas->addr + areas->first / 8 + offset * (areas->step / 8);

	/* A pointer's error would be taken for an underrun; one of the transfer is passed on. */
	if (is_gone(pace))
		return -ENODEV;
	for (snd_pcm_uframes_t i = 0; i < size; i++, pace->written++)
		memcpy(pace->ring + (size_t)pace->written % io->buffer_size * pace->frame_bytes,
		       from + i * pace->frame_bytes, pace->frame_bytes);
	return (snd_pcm_sframes_t)size;
}

static int pace_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned n,
			unsigned short *revents)
{
	struct pace *pace = io->private_data;
	uint64_t ticks;

	(void)n;
	*revents = 0;
	if (!(fds[0].revents & POLLIN))
		return 0;
	if (read(io->poll_fd, &ticks, sizeof(ticks)) < 0)
		return 0;
	faults_read(pace->control, &pace->faults);
	catch_up(pace);
	if (is_gone(pace))
		*revents = POLLERR | POLLNVAL;
	else if (pace->broken)
		*revents = POLLERR | POLLOUT;
	else if (!pace->running ||
		 pace->written - pace->taken + (int64_t)io->period_size <= (int64_t)io->buffer_size)
		*revents = POLLOUT;
	return 0;
}

static void pace_free(struct pace *pace)
{
	if (pace->io.poll_fd >= 0)
		close(pace->io.poll_fd);
	if (pace->file)
		fclose(pace->file);
	if (pace->stamps)
		fclose(pace->stamps);
	free(pace->ring);
	free(pace->control);
	free(pace);
}

static int pace_close(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	stamp(pace, "close", now_us(), pace->before + pace->taken);
	pace_free(pace);
	return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
	.start = pace_start,
	.stop = pace_stop,
	.pointer = pace_pointer,
	.transfer = pace_transfer,
	.close = pace_close,
	.hw_params = pace_hw_params,
	.sw_params = pace_sw_params,
	.prepare = pace_prepare,
	.poll_revents = pace_revents,
};

static int limit_number(struct pace *pace, int type, const char *only, unsigned min, unsigned max)
{
	unsigned value = (unsigned)strtoul(only, NULL, 10);

	if (only[0])
		min = max = value;
	return snd_pcm_ioplug_set_param_minmax(&pace->io, type, min, max);
}

static int limit_hardware(struct pace *pace, const struct pace_config *config)
{
	unsigned access = SND_PCM_ACCESS_RW_INTERLEAVED, n_formats = 5;
	unsigned formats[] = {SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_S24_3LE,
			      SND_PCM_FORMAT_S24_LE, SND_PCM_FORMAT_FLOAT_LE};
	int error;

	if (config->format[0]) {
		formats[0] = (unsigned)snd_pcm_format_value(config->format);
		n_formats = 1;
	}
	error = snd_pcm_ioplug_set_param_list(&pace->io, SND_PCM_IOPLUG_HW_ACCESS, 1, &access);
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
	pace->io.callback = &callbacks;
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
