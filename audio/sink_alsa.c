/* SPDX-License-Identifier: MIT */
/*
 * A sound card through ALSA.
 *
 * What a card does, and what is done about it:
 * - It starts only by snd_pcm_start(): the start threshold is out of reach. So after an underrun,
 *   too, it must be started again, once it was refilled; a card that is only prepared takes frames
 *   until it is full, and then none for ever.
 * - snd_pcm_wait() begins its time anew whenever the fd wakes for nothing, snd_pcm_recover() sleeps
 *   for seconds, snd_pcm_drain() as long as the device likes. None of them is used: the descriptors
 *   are polled here, with a deadline, and recovery goes by the state of the card.
 * - A card can be open and stand still. Its pointer has to move within ALSA_STALL_US while it runs.
 * - A card can go away. Some layers then say -ENODEV, some only the state DISCONNECTED.
 * - An underrun without a pause in its recovery would freeze the board at real-time priority: after
 *   ALSA_RECOVERIES in a row without a frame heard the card counts as gone.
 */
#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "dsp.h"
#include "monotonic.h"
#include "sink_alsa_internal.h"

#define POLL_FDS_MAX  16
#define IDLE_SPIN_US  1000 /* the least pause when the card wakes us with nothing to do */
#define STAMP_SANE_US 1000000

static struct sink_alsa *alsa_of(struct sink *sink)
{
	return (struct sink_alsa *)sink;
}

/* The library writes its errors to stderr; here they are returned. */
static void alsa_silence(const char *file, int line, const char *function, int error,
			 const char *format, ...)
{
	(void)file, (void)line, (void)function, (void)error, (void)format;
}

static void stream_begin(struct sink_alsa *alsa)
{
	alsa->running = alsa->recovering = alsa->torn = false;
	alsa->written = alsa->consumed = 0;
	alsa->failures = 0;
	alsa->sink.info.lost = 0;
}

static int sink_alsa_open(struct sink *sink, const struct pcm_format *want)
{
	struct sink_alsa *alsa = alsa_of(sink);
	int error = alsa_open(alsa, want);

	if (error) {
		if (sink->trouble.cause == SINK_WELL) { /* no fault of the card: no memory */
			sink->trouble.cause = SINK_FAILED;
			sink->trouble.error = -error;
		}
		sink->ops->close(sink);
		return error;
	}
	stream_begin(alsa);
	return 0;
}

static void to_float(const float *samples, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = samples[i] > 1.0f ? 1.0f : samples[i] < -1.0f ? -1.0f : samples[i];
}

/* 24 bits in the low bytes of 32. */
static void to_low24(int32_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		samples[i] >>= 8;
}

/* 24 bits in three bytes; in place, for the packed ones are never ahead of the others. */
static void to_packed24(void *samples, size_t n)
{
	uint8_t *out = samples;

	for (size_t i = 0; i < n; i++) {
		int32_t sample;

		memcpy(&sample, (uint8_t *)samples + 4 * i, 4);
		for (int shift = 8; shift <= 24; shift += 8)
			*out++ = (uint8_t)((uint32_t)sample >> shift);
	}
}

static void convert(struct sink_alsa *alsa, const float *samples, size_t n)
{
	switch (alsa->format) {
	case SND_PCM_FORMAT_S16_LE:
		dsp_to_s16(samples, alsa->raw, n, &alsa->dither);
		return;
	case SND_PCM_FORMAT_FLOAT_LE:
		to_float(samples, alsa->raw, n);
		return;
	default:
		dsp_to_s32(samples, alsa->raw, n);
	}
	if (alsa->format == SND_PCM_FORMAT_S24_LE)
		to_low24(alsa->raw, n);
	else if (alsa->format == SND_PCM_FORMAT_S24_3LE)
		to_packed24(alsa->raw, n);
}

static int64_t sink_alsa_write(struct sink *sink, const float *frames, size_t n)
{
	struct sink_alsa *alsa = alsa_of(sink);
	int64_t space;
	snd_pcm_sframes_t taken;
	int error = alsa_follow(alsa);

	if (error)
		return error;
	space = (int64_t)sink->info.buffer_frames - alsa_buffered(alsa);
	if ((int64_t)n > space)
		n = space > 0 ? (size_t)space : 0;
	if (n == 0)
		return 0;
	convert(alsa, frames, n * sink->info.format.channels);
	taken = snd_pcm_writei(alsa->pcm, alsa->raw, n);
	alsa->torn = alsa->torn || (taken != (snd_pcm_sframes_t)n && taken != -EAGAIN);
	if (taken < 0)
		return alsa_error(alsa, (int)taken);
	alsa->written += taken;
	error = alsa_run_again(alsa);
	return error ? error : taken;
}

/* The card's own stamp; where a layer gives none, the middle of the call. */
static int64_t trigger_us(struct sink_alsa *alsa, int64_t before_us, int64_t after_us)
{
	snd_pcm_status_t *status;
	snd_htimestamp_t stamp = {0};
	int64_t at_us;

	snd_pcm_status_alloca(&status);
	if (alsa_status(alsa, status) == 0)
		snd_pcm_status_get_trigger_htstamp(status, &stamp);
	at_us = (int64_t)stamp.tv_sec * 1000000 + stamp.tv_nsec / 1000;
	if (at_us < before_us - STAMP_SANE_US || at_us > after_us + STAMP_SANE_US)
		at_us = before_us + (after_us - before_us) / 2;
	return at_us;
}

/* Late against the plan is the caller's to judge; this is late against being told to. */
static void judge_start(struct sink *sink, int64_t due_us, int64_t at_us)
{
	if (at_us - due_us <= SINK_START_LATE_US)
		return;
	sink->concern = sink->trouble; /* the name */
	sink->concern.cause = SINK_LATE_START;
	sink->concern.least = (unsigned)((at_us - due_us) / 1000);
}

static int sink_alsa_start(struct sink *sink, int64_t at_us, int64_t *ret_at_us)
{
	struct sink_alsa *alsa = alsa_of(sink);
	int64_t due_us = monotonic_us(), before_us;
	int error;

	if (!alsa->pcm)
		return -ENODEV;
	if (at_us > due_us) {
		due_us = at_us;
		monotonic_sleep_until(at_us);
	}
	before_us = monotonic_us();
	error = snd_pcm_start(alsa->pcm);
	if (error < 0) {
		sink->trouble.cause = SINK_NO_START;
		sink->trouble.error = -error;
		return -ENODEV;
	}
	alsa->running = true;
	alsa->moved_us = monotonic_us();
	*ret_at_us = trigger_us(alsa, before_us, alsa->moved_us);
	judge_start(sink, due_us, *ret_at_us);
	return 0;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Sleeps until the card or the wake_fd has something, or a deadline. 1: the wake_fd has. The card's
 * raw revents mean nothing; ALSA translates them.
 */
static int poll_card(struct sink_alsa *alsa, int wake_fd, int64_t deadline_us)
{
	struct pollfd fds[POLL_FDS_MAX + 1];
	int n = snd_pcm_poll_descriptors(alsa->pcm, fds, POLL_FDS_MAX), ready;
	unsigned short revents = 0;
	int64_t begin_us = monotonic_us();

	if (n < 0)
		return -ENODEV;
	fds[n] = (struct pollfd){.fd = wake_fd, .events = POLLIN};
	ready = monotonic_poll(fds, (unsigned)n + 1, deadline_us);
	if (ready <= 0)
		return ready;
	if (fds[n].revents)
		return 1;
	if (snd_pcm_poll_descriptors_revents(alsa->pcm, fds, (unsigned)n, &revents) < 0)
		return -ENODEV;
	if (revents & (POLLERR | POLLNVAL | POLLHUP))
		return alsa_recover(alsa);
	if (monotonic_us() - begin_us < IDLE_SPIN_US)
		monotonic_sleep_until(begin_us + IDLE_SPIN_US);
	return 0;
}

static int sink_alsa_wait(struct sink *sink, int wake_fd, int64_t deadline_us)
{
	struct sink_alsa *alsa = alsa_of(sink);

	for (;;) {
		int error = alsa_follow(alsa);
		int64_t until_us = deadline_us;

		if (error)
			return error;
		if ((int64_t)sink->info.buffer_frames - alsa_buffered(alsa) >=
		    (int64_t)sink->info.period_frames)
			return 1;
		if (monotonic_us() >= deadline_us)
			return 0;
		if (alsa->running)
			until_us = smaller(until_us, alsa->moved_us + ALSA_STALL_US + 1);
		error = poll_card(alsa, wake_fd, until_us);
		if (error)
			return error < 0 ? error : 0;
	}
}

static int64_t sink_alsa_consumed(struct sink *sink)
{
	struct sink_alsa *alsa = alsa_of(sink);
	int error = alsa_follow(alsa);

	return error ? error : alsa->consumed;
}

static void sink_alsa_drop(struct sink *sink)
{
	struct sink_alsa *alsa = alsa_of(sink);

	if (!alsa->pcm)
		return;
	/* Where these fail, the next write says so. */
	snd_pcm_drop(alsa->pcm);
	snd_pcm_prepare(alsa->pcm);
	stream_begin(alsa);
}

static void sink_alsa_close(struct sink *sink)
{
	struct sink_alsa *alsa = alsa_of(sink);

	if (alsa->pcm) {
		snd_pcm_drop(alsa->pcm);
		snd_pcm_close(alsa->pcm);
	}
	alsa->pcm = NULL;
	free(alsa->raw);
	alsa->raw = NULL;
}

static void sink_alsa_free(struct sink *sink)
{
	sink_alsa_close(sink);
	free(sink);
}

static const struct sink_ops alsa_ops = {
	.open = sink_alsa_open,
	.write = sink_alsa_write,
	.start = sink_alsa_start,
	.wait = sink_alsa_wait,
	.consumed = sink_alsa_consumed,
	.drop = sink_alsa_drop,
	.close = sink_alsa_close,
	.free = sink_alsa_free,
};

int sink_alsa_new(const char *device, struct sink **ret)
{
	struct sink_alsa *alsa;

	if (strlen(device) >= sizeof(alsa->device))
		return -ENAMETOOLONG;
	alsa = calloc(1, sizeof(*alsa));
	if (!alsa)
		return -ENOMEM;
	alsa->sink.ops = &alsa_ops;
	alsa->dither = 1;
	alsa->sysfs = ALSA_SYSFS;
	alsa->proc = ALSA_PROC;
	memcpy(alsa->mixer, ALSA_MIXER_OFF, sizeof(ALSA_MIXER_OFF));
	memcpy(alsa->device, device, strlen(device) + 1);
	snd_lib_error_set_handler(alsa_silence);
	*ret = &alsa->sink;
	return 0;
}

int sink_alsa_set_mixer(struct sink *sink, const char *control, double level_db)
{
	struct sink_alsa *alsa = alsa_of(sink);

	if (strlen(control) >= sizeof(alsa->mixer))
		return -ENAMETOOLONG;
	memcpy(alsa->mixer, control, strlen(control) + 1);
	alsa->mixer_db = level_db;
	return 0;
}
