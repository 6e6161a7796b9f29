/* SPDX-License-Identifier: MIT */
#include "library_judge.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "mp3.h"
#include "quality.h"

struct listener {
	struct quality *quality;
	int error;
};

static void hear(void *context, struct pcm_format format, const float *frames, size_t n)
{
	struct listener *listener = context;

	if (!listener->quality && !listener->error)
		listener->error = quality_new(format, &listener->quality);
	if (!listener->error)
		listener->error = quality_add(listener->quality, frames, n);
}

/* Silence at the ends is left out on air, but for a breath of it; the file stays as it is. */
static void leave_out_silence(const struct chain_measure *found, struct finding *finding)
{
	int64_t kept = pcm_frames_of_us(LIBRARY_KEPT_SILENCE_MS * 1000, found->format.rate_hz);
	int64_t head = found->head_silence - kept, tail = found->tail_silence - kept;

	finding->skip_frames = head > 0 ? head : 0;
	finding->air_frames = found->frames - finding->skip_frames - (tail > 0 ? tail : 0);
}

static void note(const struct chain_measure *found, const struct quality_found *heard,
		 struct finding *finding)
{
	const unsigned rate_hz = found->format.rate_hz;

	finding->rate_hz = rate_hz;
	finding->channels = found->format.channels;
	finding->frames = found->frames;
	leave_out_silence(found, finding);
	finding->lufs = found->lufs;
	finding->peak_dbtp = found->peak_dbtp;
	finding->gain_db = found->gain_db;
	finding->out_lufs = found->out_lufs;
	finding->out_peak_dbtp = found->out_peak_dbtp;
	finding->clipped = heard->clipped;
	finding->noise_db = heard->loud_dbfs - heard->floor_dbfs;
	finding->gap_at_us = pcm_us_of_frames(heard->gap_from, rate_hz);
	finding->gap_us = pcm_us_of_frames(heard->gap_frames, rate_hz);
}

/* NULL: fit. A click in silence has a peak and yet no loudness. */
static const char *flaw(const struct chain_measure *found, const struct quality_found *heard,
			const struct chain_settings *settings)
{
	if (found->peak_dbtp < LIBRARY_SILENT_DBTP || !isfinite(found->lufs))
		return "silent";
	if (!isfinite(found->out_lufs) ||
	    found->out_lufs - found->gain_db < found->lufs - LIBRARY_CANCELS_LU)
		return found->format.channels > 1 ? "cancels" : "silent";
	if (heard->clipped >= LIBRARY_CLIPPED_MOST)
		return "clipped";
	if (found->gain_db >= CHAIN_BOOST_MAX_DB - 0.05 &&
	    found->out_lufs < settings->target_lufs - LIBRARY_QUIET_LU &&
	    heard->loud_dbfs - heard->floor_dbfs < LIBRARY_NOISE_LEAST_DB)
		return "too-quiet";
	return NULL;
}

static int measure(const uint8_t *bytes, size_t n, const struct chain_settings *settings,
		   const struct quality *quality, struct finding *finding)
{
	struct chain_measure found;
	struct quality_found heard;
	const char *code;
	int error = chain_measure(bytes, n, settings, &found);

	if (error < 0)
		return error;
	quality_find(quality, &heard);
	code = flaw(&found, &heard, settings);
	finding->kind = code ? FINDING_REFUSED : FINDING_GOOD;
	if (code) {
		snprintf(finding->code, sizeof(finding->code), "%s", code);
		return 0;
	}
	note(&found, &heard, finding);
	crypto_hash_sha256(finding->sha256, bytes, n);
	return 0;
}

int library_judge(const uint8_t *bytes, size_t n, const struct chain_settings *settings,
		  struct finding *finding)
{
	struct listener listener = {0};
	struct pcm_format format;
	int64_t frames;
	enum mp3_verdict verdict = mp3_examine_hear(bytes, n, hear, &listener, &format, &frames);
	int error = listener.error;

	if (verdict != MP3_WHOLE) {
		finding->kind = FINDING_REFUSED;
		snprintf(finding->code, sizeof(finding->code), "%s", mp3_verdict_code(verdict));
		error = 0;
	} else if (!error) {
		error = measure(bytes, n, settings, listener.quality, finding);
	}
	quality_free(listener.quality);
	return error;
}
