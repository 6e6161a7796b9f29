/* SPDX-License-Identifier: MIT */
#include "sink_alsa_internal.h"

#include "monotonic.h"

#define RESUMES	  5
#define RESUME_US 20000

int64_t alsa_buffered(const struct sink_alsa *alsa)
{
	return alsa->written - alsa->consumed - alsa->sink.info.lost;
}

int alsa_status(const struct sink_alsa *alsa, snd_pcm_status_t *ret)
{
	return alsa->torn ? -EPIPE : snd_pcm_status(alsa->pcm, ret);
}

/* After an underrun: what did the card still play, and what was thrown away? */
static void count_lost(struct sink_alsa *alsa)
{
	snd_pcm_status_t *status;
	int64_t left = 0;

	snd_pcm_status_alloca(&status);
	if (alsa_status(alsa, status) == 0)
		left = (int64_t)alsa->sink.info.buffer_frames -
		       (int64_t)snd_pcm_status_get_avail(status);
	if (left < 0)
		left = 0;
	if (left > alsa_buffered(alsa))
		left = alsa_buffered(alsa);
	alsa->consumed += alsa_buffered(alsa) - left;
	alsa->sink.info.lost += left;
}

static int resume(struct sink_alsa *alsa)
{
	for (int i = 0; i < RESUMES; i++) {
		int error = snd_pcm_resume(alsa->pcm);

		if (error != -EAGAIN)
			return error;
		monotonic_sleep_until(monotonic_us() + RESUME_US);
	}
	return -EAGAIN;
}

/* Prepared again, it wants frames before it can run. */
static int prepare_again(struct sink_alsa *alsa)
{
	if (++alsa->failures >= ALSA_RECOVERIES)
		return -ENODEV;
	count_lost(alsa);
	if (snd_pcm_prepare(alsa->pcm) < 0)
		return -ENODEV;
	alsa->torn = false;
	alsa->sink.info.xruns++;
	alsa->running = false;
	alsa->recovering = true;
	return -EPIPE;
}

int alsa_recover(struct sink_alsa *alsa)
{
	switch (snd_pcm_state(alsa->pcm)) {
	case SND_PCM_STATE_RUNNING:
	case SND_PCM_STATE_PREPARED:
		return 0;
	case SND_PCM_STATE_XRUN:
		return prepare_again(alsa);
	case SND_PCM_STATE_SUSPENDED:
		/* Some layers say that it was resumed whatever the card said. */
		if (resume(alsa) == 0 && snd_pcm_state(alsa->pcm) != SND_PCM_STATE_SUSPENDED)
			return 0;
		return prepare_again(alsa);
	default: /* DISCONNECTED, and what a playing card is never in */
		return -ENODEV;
	}
}

int alsa_error(struct sink_alsa *alsa, int error)
{
	int told;

	if (error == -EAGAIN || error == -EINTR)
		return 0;
	if (error == -ENODEV)
		return -ENODEV;
	told = alsa_recover(alsa);
	if (told)
		return told;
	/* An error in a state that is well: once may pass, not for ever. */
	return ++alsa->failures >= ALSA_RECOVERIES ? -ENODEV : 0;
}

int alsa_follow(struct sink_alsa *alsa)
{
	snd_pcm_sframes_t avail;
	int64_t consumed, now_us;

	if (!alsa->pcm)
		return -ENODEV;
	if (!alsa->running)
		return snd_pcm_state(alsa->pcm) == SND_PCM_STATE_DISCONNECTED ? -ENODEV : 0;
	avail = snd_pcm_avail(alsa->pcm);
	if (avail < 0)
		return alsa_error(alsa, (int)avail);
	/* Some USB cards report more than the buffer holds. */
	if (avail > (snd_pcm_sframes_t)alsa->sink.info.buffer_frames)
		avail = (snd_pcm_sframes_t)alsa->sink.info.buffer_frames;
	consumed = alsa->written - alsa->sink.info.lost -
		   ((int64_t)alsa->sink.info.buffer_frames - (int64_t)avail);
	now_us = monotonic_us();
	if (consumed > alsa->consumed) {
		alsa->consumed = consumed;
		alsa->failures = 0;
		alsa->moved_us = now_us;
	}
	if (alsa_buffered(alsa) == 0)
		alsa->moved_us = now_us;
	return now_us - alsa->moved_us > ALSA_STALL_US ? -ETIMEDOUT : 0;
}

int alsa_run_again(struct sink_alsa *alsa)
{
	if (!alsa->recovering || alsa_buffered(alsa) < (int64_t)alsa->sink.info.buffer_frames / 2)
		return 0;
	if (snd_pcm_start(alsa->pcm) < 0)
		return -ENODEV;
	alsa->recovering = false;
	alsa->running = true;
	alsa->moved_us = monotonic_us();
	return 0;
}
