/* SPDX-License-Identifier: MIT */
/*
 * pcm - the words of digital sound: frames, rates, units.
 *
 * A frame is one sample per channel. Inside the house sound is interleaved float, full scale
 * +-1.0. Durations in frames say of which rate. Levels: dBFS, LUFS, dBTP, gain in dB.
 */
#ifndef AUDIO_PCM_H
#define AUDIO_PCM_H

#include <math.h>
#include <stdint.h>

#define PCM_CHANNELS_MAX 2
#define PCM_RATE_MIN	 8000
#define PCM_RATE_MAX	 192000
#define PCM_SILENT_DBFS	 (-60.0) /* a frame above this is "audible" in the log */

struct pcm_format {
	unsigned rate_hz;
	unsigned channels; /* 1 or 2 */
};

static inline double pcm_gain_of_db(double db)
{
	return pow(10.0, db / 20.0);
}

/* Frames of a duration, rounded to nearest. */
static inline int64_t pcm_frames_of_us(int64_t us, unsigned rate_hz)
{
	return (us * (int64_t)rate_hz + 500000) / 1000000;
}

static inline int64_t pcm_us_of_frames(int64_t frames, unsigned rate_hz)
{
	return (frames * 1000000 + rate_hz / 2) / rate_hz;
}

#endif
