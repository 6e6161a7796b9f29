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
 *					write US 0			the first since it was prepared
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
 *					xrun-every N	one each N frames after it was prepared
 *					stall-at N	runs, but does not move beyond N
 *					suspend-at N	suspended there, once; goes on when resumed
 *					resume-fails	resuming fails: -ENOSYS
 *					resume-waits	resuming is never done: -EAGAIN
 *					drain-hangs	draining never ends
 *					write-hangs	writing never returns, as of a driver that sleeps
 *					gone-at N	disconnected there: -ENODEV until it is closed
 *	LOA_PACE_RATE, LOA_PACE_CHANNELS, LOA_PACE_FORMAT	all that the card can do, where set
 *
 * The control file is also read again every 10 ms while it runs, so "gone-at 0" written into it pulls
 * the plug now, and "absent" keeps it out.
 */
#include "loapace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS 10000000

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
	} else if (faults->xrun_every >= 0 && due >= faults->xrun_every) {
		broken = true;
		to = smaller(to, faults->xrun_every);
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

static bool is_suspended(struct pace *pace)
{
	int64_t at = pace->faults.suspend_at;

	if (!pace->running || at < 0 || pace->suspend_done || pace->before + pace->taken < at)
		return false;
	pace->suspend_done = true;
	pace->running = false;
	snd_pcm_ioplug_set_state(&pace->io, SND_PCM_STATE_SUSPENDED);
	stamp(pace, "suspend", now_us(), pace->before + pace->taken);
	return true;
}

/* What happened up to now. */
static void catch_up(struct pace *pace)
{
	if (pace->running && advance(pace) < 0) {
		pace->running = false;
		pace->broken = true;
	}
	if (!is_suspended(pace) && pace->running)
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

/* The first at once: a card that has room does not make anybody wait. */
static int set_ticks(struct pace *pace, bool on)
{
	struct itimerspec ticks = {{0, on ? TICK_NS : 0}, {0, on ? 1 : 0}};

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

/* The clock stood still meanwhile. */
static int pace_resume(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	if (pace->faults.resume_fails)
		return -ENOSYS;
	if (pace->faults.resume_waits)
		return -EAGAIN;
	pace->start_us = now_us() - pace->taken * 1000000 / (int64_t)io->rate;
	pace->running = true;
	snd_pcm_ioplug_set_state(io, SND_PCM_STATE_RUNNING);
	stamp(pace, "resume", now_us(), pace->before + pace->taken);
	return 0;
}

static int pace_drain(snd_pcm_ioplug_t *io)
{
	struct pace *pace = io->private_data;

	while (pace->faults.drain_hangs)
		pause();
	return 0;
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
	return set_ticks(pace, true); /* there is room, and poll() has to tell */
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

static bool has_room(const struct pace *pace)
{
	return pace->written - pace->taken + (int64_t)pace->io.period_size <=
	       (int64_t)pace->io.buffer_size;
}

static snd_pcm_sframes_t pace_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
				       snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
	struct pace *pace = io->private_data;
	const uint8_t *from =
		(const uint8_t *)areas->addr + areas->first / 8 + offset * (areas->step / 8);

	while (pace->faults.write_hangs)
		pause();
	/* A pointer's error would be taken for an underrun; one of the transfer is passed on. */
	if (is_gone(pace))
		return -ENODEV;
	if (pace->written == 0)
		stamp(pace, "write", now_us(), 0);
	for (snd_pcm_uframes_t i = 0; i < size; i++, pace->written++)
		memcpy(pace->ring + (size_t)pace->written % io->buffer_size * pace->frame_bytes,
		       from + i * pace->frame_bytes, pace->frame_bytes);
	if (!pace->running && !has_room(pace))
		set_ticks(pace, false); /* full, and it stays so until the start */
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
	if (!pace->running && has_room(pace))
		set_ticks(pace, true); /* it is filled as fast as somebody likes */
	if (is_gone(pace))
		*revents = POLLERR | POLLNVAL;
	else if (pace->broken || snd_pcm_state(io->pcm) == SND_PCM_STATE_SUSPENDED)
		*revents = POLLERR | POLLOUT;
	else if (has_room(pace))
		*revents = POLLOUT;
	return 0;
}

void pace_free(struct pace *pace)
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

const snd_pcm_ioplug_callback_t pace_callbacks = {
	.start = pace_start,
	.stop = pace_stop,
	.pointer = pace_pointer,
	.transfer = pace_transfer,
	.close = pace_close,
	.hw_params = pace_hw_params,
	.sw_params = pace_sw_params,
	.prepare = pace_prepare,
	.resume = pace_resume,
	.drain = pace_drain,
	.poll_revents = pace_revents,
};
