/* SPDX-License-Identifier: MIT */
/*
 * A paced sink whose frames go into the file as they "sound": the file holds what a listener would
 * have heard up to now, underruns included. Silence is a hole in the file, so that a day of it
 * costs no room on disk.
 */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dsp.h"
#include "monotonic.h"
#include "sink_paced.h"

#define WAV_HEADER_BYTES 44

struct sink_wav {
	struct paced paced; /* first */
	int fd;
	struct pcm_format format;
	int64_t origin_us; /* the instant of frame 0 of the file */
	int64_t frames;	   /* in the file */
	int16_t *ring;	   /* what is buffered, by place modulo the buffer's length */
	size_t ring_frames;
	uint32_t dither;
};

static struct sink_wav *wav_of(struct paced *paced)
{
	return (struct sink_wav *)paced;
}

static void put_16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void put_32(uint8_t *at, uint32_t value)
{
	put_16(at, value & 0xffff);
	put_16(at + 2, value >> 16);
}

static int write_at(int fd, const void *bytes, size_t n, int64_t offset)
{
	const char *from = bytes;

	while (n) {
		ssize_t written = pwrite(fd, from, n, offset);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -EIO;
		from += written;
		n -= (size_t)written;
		offset += written;
	}
	return 0;
}

static unsigned frame_bytes(const struct sink_wav *wav)
{
	return wav->format.channels * (unsigned)sizeof(int16_t);
}

/* A file of more than 4 GiB says "as long as can be": readers then go by the file's length. */
static int write_header(struct sink_wav *wav)
{
	uint8_t header[WAV_HEADER_BYTES] = "RIFF\0\0\0\0WAVEfmt \020\0\0\0\1";
	int64_t bytes = wav->frames * frame_bytes(wav);

	if (bytes > (int64_t)UINT32_MAX - WAV_HEADER_BYTES)
		bytes = (int64_t)UINT32_MAX - WAV_HEADER_BYTES;
	put_32(header + 4, (uint32_t)bytes + WAV_HEADER_BYTES - 8);
	put_16(header + 22, wav->format.channels);
	put_32(header + 24, wav->format.rate_hz);
	put_32(header + 28, wav->format.rate_hz * frame_bytes(wav));
	put_16(header + 32, frame_bytes(wav));
	put_16(header + 34, 16);
	memcpy(header + 36, "data", 4);
	put_32(header + 40, (uint32_t)bytes);
	return write_at(wav->fd, header, sizeof(header), 0);
}

/* Silence up to a frame, and a header that counts it. */
static int wav_reach(struct sink_wav *wav, int64_t frames)
{
	if (frames > wav->frames) {
		if (ftruncate(wav->fd, WAV_HEADER_BYTES + frames * frame_bytes(wav)) < 0)
			return -errno;
		wav->frames = frames;
	}
	return write_header(wav);
}

static int64_t wav_place_of_us(const struct sink_wav *wav, int64_t at_us)
{
	return pcm_frames_of_us(at_us - wav->origin_us, wav->format.rate_hz);
}

static int wav_refuse(struct sink_wav *wav, const struct sink_trouble *trouble)
{
	struct sink *sink = &wav->paced.sink;

	sink->trouble = *trouble;
	snprintf(sink->trouble.device, sizeof(sink->trouble.device), "%s", sink->info.name);
	return -ENODEV;
}

static int wav_open(struct paced *paced, const struct pcm_format *want)
{
	struct sink_wav *wav = wav_of(paced);
	int error;

	paced->sink.trouble = (struct sink_trouble){.cause = SINK_WELL};
	if (want->rate_hz != wav->format.rate_hz)
		return wav_refuse(wav, &(struct sink_trouble){.cause = SINK_WRONG_RATE,
							      .wanted = want->rate_hz,
							      .least = wav->format.rate_hz,
							      .most = wav->format.rate_hz});
	if (want->channels != wav->format.channels)
		return wav_refuse(wav, &(struct sink_trouble){.cause = SINK_WRONG_CHANNELS,
							      .wanted = want->channels,
							      .least = wav->format.channels,
							      .most = wav->format.channels});
	error = wav_reach(wav, wav_place_of_us(wav, monotonic_us()));
	if (error)
		return wav_refuse(wav,
				  &(struct sink_trouble){.cause = SINK_FAILED, .error = -error});
	return 0;
}

static void wav_put(struct paced *paced, int64_t place, const float *frames, size_t n)
{
	struct sink_wav *wav = wav_of(paced);
	unsigned channels = wav->format.channels;

	while (n) {
		size_t at = (size_t)place % wav->ring_frames;
		size_t part = wav->ring_frames - at < n ? wav->ring_frames - at : n;

		dsp_to_s16(frames, wav->ring + at * channels, part * channels, &wav->dither);
		frames += part * channels;
		place += (int64_t)part;
		n -= part;
	}
}

static int wav_pass(struct paced *paced, int64_t place, size_t n)
{
	struct sink_wav *wav = wav_of(paced);
	int64_t to = wav_place_of_us(wav, paced->anchor_us) + place - paced->anchor_frame;

	while (n) {
		size_t at = (size_t)place % wav->ring_frames;
		size_t part = wav->ring_frames - at < n ? wav->ring_frames - at : n;

		if (write_at(wav->fd, wav->ring + at * wav->format.channels,
			     part * frame_bytes(wav), WAV_HEADER_BYTES + to * frame_bytes(wav)))
			return -ENODEV;
		place += (int64_t)part;
		to += (int64_t)part;
		n -= part;
	}
	if (to > wav->frames)
		wav->frames = to;
	return write_header(wav) ? -ENODEV : 0;
}

static void wav_release(struct paced *paced)
{
	struct sink_wav *wav = wav_of(paced);

	/* A full disk has been reported by the sound; here nobody is left to tell. */
	wav_reach(wav, wav_place_of_us(wav, monotonic_us()));
	close(wav->fd);
	free(wav->ring);
	free(wav);
}

static const struct paced_hooks wav_hooks = {
	.open = wav_open,
	.put = wav_put,
	.pass = wav_pass,
	.release = wav_release,
};

static int wav_create(struct sink_wav *wav, const char *path)
{
	wav->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (wav->fd < 0)
		return -errno;
	wav->origin_us = monotonic_us();
	return write_header(wav);
}

int sink_wav_new(const char *path, const struct pcm_format *format, struct sink **ret)
{
	struct sink_wav *wav = calloc(1, sizeof(*wav));
	int error = -ENOMEM;

	if (!wav)
		return -ENOMEM;
	paced_init(&wav->paced, &wav_hooks);
	wav->fd = -1;
	wav->format = *format;
	wav->dither = 1;
	wav->ring_frames =
		PACED_PERIODS * (size_t)pcm_frames_of_us(PACED_PERIOD_US, format->rate_hz);
	wav->ring = calloc(wav->ring_frames, frame_bytes(wav));
	if (wav->ring)
		error = wav_create(wav, path);
	if (error) {
		if (wav->fd >= 0)
			close(wav->fd);
		free(wav->ring);
		free(wav);
		return error;
	}
	snprintf(wav->paced.sink.info.sample, sizeof(wav->paced.sink.info.sample), "S16_LE");
	snprintf(wav->paced.sink.info.name, sizeof(wav->paced.sink.info.name), "%s", path);
	*ret = &wav->paced.sink;
	return 0;
}
