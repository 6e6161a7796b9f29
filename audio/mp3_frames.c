/* SPDX-License-Identifier: MIT */
/* Frame headers and tags: ISO 11172-3 and 13818-3, ID3v2, ID3v1, APEv2, Lyrics3. */
#include "mp3_internal.h"

#include <errno.h>
#include <string.h>

static uint32_t big32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t little32(const uint8_t *b)
{
	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static size_t fixed_size(unsigned version, unsigned bitrate_index, unsigned rate_hz, bool padded)
{
	static const uint16_t kbit[2][15] = {
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	};
	unsigned slots = version == 1 ? 144 : 72; /* samples of a frame / 8 */

	return slots * kbit[version != 1][bitrate_index] * 1000u / rate_hz + padded;
}

bool mp3_frame_parse(const uint8_t *bytes, size_t n, size_t free_size, struct mp3_frame *ret)
{
	static const unsigned rates[3] = {44100, 48000, 32000};
	static const unsigned versions[4] = {3, 0, 2, 1};
	uint32_t header;
	unsigned version, bitrate, rate;

	if (n < MP3_HEADER)
		return false;
	header = big32(bytes);
	version = versions[header >> 19 & 3];
	bitrate = header >> 12 & 15;
	rate = header >> 10 & 3;
	if (header >> 21 != 0x7ff || version == 0 || (header >> 17 & 3) != 1 /* Layer III */)
		return false;
	if (bitrate == 15 || rate == 3 || (header & 3) == 2 /* reserved emphasis */)
		return false;
	ret->kind.version = version;
	ret->kind.rate_hz = rates[rate] >> (version - 1);
	ret->kind.channels = (header >> 6 & 3) == 3 ? 1 : 2;
	ret->kind.crc = !(header >> 16 & 1);
	ret->free = bitrate == 0;
	ret->padded = header >> 9 & 1;
	if (!ret->free)
		ret->size = fixed_size(version, bitrate, ret->kind.rate_hz, ret->padded);
	else
		ret->size = free_size ? free_size + ret->padded : 0;
	return true;
}

bool mp3_frame_like(const struct mp3_frame *a, const struct mp3_frame *b)
{
	return a->kind.version == b->kind.version && a->kind.rate_hz == b->kind.rate_hz &&
	       a->kind.channels == b->kind.channels && a->free == b->free;
}

/* A frame at this place and another of its kind right behind it. */
static bool two_in_a_row(const uint8_t *bytes, size_t n, size_t free_size, struct mp3_frame *ret)
{
	struct mp3_frame next;

	if (!mp3_frame_parse(bytes, n, free_size, ret) || ret->size == 0 || ret->size >= n)
		return false;
	return mp3_frame_parse(bytes + ret->size, n - ret->size, free_size, &next) &&
	       mp3_frame_like(ret, &next);
}

/* Free format: the distance to the next frame of this kind, if the one after that agrees. */
static size_t find_free_size(const uint8_t *bytes, size_t n, const struct mp3_frame *first)
{
	struct mp3_frame next;
	size_t at, size;

	for (at = 24; at < MP3_FRAME_MAX && at + MP3_HEADER <= n; at++) {
		if (bytes[at] != 0xff || !mp3_frame_parse(bytes + at, n - at, 0, &next) ||
		    !mp3_frame_like(first, &next))
			continue;
		size = at - first->padded;
		if (two_in_a_row(bytes + at, n - at, size, &next))
			return size;
	}
	return 0;
}

/* Bytes of a tag in front, 0 = none. May be longer than the file. */
static size_t tag_in_front(const uint8_t *b, size_t n)
{
	if (n >= 10 && !memcmp(b, "ID3", 3) && b[3] < 0xff && b[4] < 0xff &&
	    !((b[6] | b[7] | b[8] | b[9]) & 0x80)) {
		size_t body = (size_t)b[6] << 21 | (size_t)b[7] << 14 | (size_t)b[8] << 7 | b[9];

		return 10 + body + (b[5] & 0x10 ? 10 : 0); /* a footer repeats the header */
	}
	if (n >= 32 && !memcmp(b, "APETAGEX", 8))
		return 32 + (size_t)little32(b + 12);
	return 0;
}

/* Length of a Lyrics3 block whose end mark ends the bytes, 0 = none. */
static size_t lyrics_behind(const uint8_t *b, size_t n)
{
	size_t size = 0, i;

	if (n < 15 + 11 || memcmp(b + n - 9, "LYRICS200", 9) != 0)
		return 0;
	for (i = n - 15; i < n - 9; i++) {
		if (b[i] < '0' || b[i] > '9')
			return 0;
		size = size * 10 + (size_t)(b[i] - '0');
	}
	return size + 15;
}

/* Bytes of a tag that ends here, 0 = none. */
static size_t tag_behind(const uint8_t *b, size_t n)
{
	if (n >= 128 && !memcmp(b + n - 128, "TAG", 3))
		return 128;
	if (n >= 227 && !memcmp(b + n - 227, "TAG+", 4))
		return 227;
	if (n >= 32 && !memcmp(b + n - 32, "APETAGEX", 8)) /* footer included, header not */
		return (size_t)little32(b + n - 20) + (b[n - 9] & 0x80 ? 32 : 0);
	return lyrics_behind(b, n);
}

static void strip(const uint8_t *bytes, size_t n, struct mp3_extent *ret)
{
	size_t size;

	ret->begin = 0;
	ret->end = n;
	while ((size = tag_in_front(bytes + ret->begin, ret->end - ret->begin)) > 0)
		ret->begin += size < ret->end - ret->begin ? size : ret->end - ret->begin;
	while (ret->begin < ret->end && bytes[ret->begin] == 0)
		ret->begin++;
	while ((size = tag_behind(bytes + ret->begin, ret->end - ret->begin)) > 0)
		ret->end -= size < ret->end - ret->begin ? size : ret->end - ret->begin;
}

int mp3_extent_find(const uint8_t *bytes, size_t n, struct mp3_extent *ret)
{
	struct mp3_extent extent = {0};
	size_t at, stop;

	strip(bytes, n, &extent);
	if (extent.begin == extent.end)
		return -ENODATA;
	stop = extent.end - extent.begin < MP3_SEARCH ? extent.end : extent.begin + MP3_SEARCH;
	for (at = extent.begin; at < stop; at++) {
		size_t left = extent.end - at;

		if (bytes[at] != 0xff || !mp3_frame_parse(bytes + at, left, 0, &extent.first))
			continue;
		extent.free_size = 0;
		if (extent.first.free)
			extent.free_size = find_free_size(bytes + at, left, &extent.first);
		if (two_in_a_row(bytes + at, left, extent.free_size, &extent.first)) {
			extent.begin = at;
			*ret = extent;
			return 0;
		}
	}
	return -EBADMSG;
}

/* What an encoder wrote into the first frame about the rest. */
static void read_claim(const uint8_t *frame, const struct mp3_frame *first, struct mp3_walk *walk)
{
	unsigned stereo = first->kind.channels == 2;
	size_t side = first->kind.version == 1 ? (stereo ? 32 : 17) : (stereo ? 17 : 9);
	const uint8_t *tag = frame + MP3_HEADER + side, *vbri = frame + MP3_HEADER + 32;
	uint32_t flags;

	if (first->size >= MP3_HEADER + side + 16 &&
	    (!memcmp(tag, "Xing", 4) || !memcmp(tag, "Info", 4))) {
		flags = big32(tag + 4);
		if (flags & 1)
			walk->claim_frames = big32(tag + 8);
		if (flags & 2)
			walk->claim_bytes = big32(tag + (flags & 1 ? 12 : 8));
	} else if (first->size >= MP3_HEADER + 32 + 18 && !memcmp(vbri, "VBRI", 4)) {
		walk->claim_bytes = big32(vbri + 10);
		walk->claim_frames = big32(vbri + 14);
	}
	walk->has_claim = walk->claim_frames > 0; /* a writer to a pipe leaves 0 */
}

/* Where the next two frames in a row begin, like or unlike the first; n if nowhere. */
static size_t find_again(const uint8_t *bytes, size_t n, size_t free_size)
{
	struct mp3_frame frame;
	const uint8_t *hit;
	size_t at;

	for (at = 1; at < n; at++) {
		hit = memchr(bytes + at, 0xff, n - at);
		if (!hit)
			break;
		at = (size_t)(hit - bytes);
		if (two_in_a_row(hit, n - at, free_size, &frame))
			return at;
	}
	return n;
}

void mp3_walk(const uint8_t *bytes, const struct mp3_extent *extent, struct mp3_walk *ret)
{
	struct mp3_frame frame;
	size_t at = extent->begin, left, gap;

	*ret = (struct mp3_walk){0};
	read_claim(bytes + at, &extent->first, ret);
	while (at < extent->end) {
		left = extent->end - at;
		if (mp3_frame_parse(bytes + at, left, extent->free_size, &frame) &&
		    frame.size > 0 && mp3_frame_like(&frame, &extent->first)) {
			ret->cut = frame.size > left;
			if (ret->cut)
				return;
			ret->frames++;
			ret->in_frames += frame.size;
			at += frame.size;
			continue;
		}
		if (two_in_a_row(bytes + at, left, extent->free_size, &frame)) {
			ret->mixed = true;
			return;
		}
		gap = find_again(bytes + at, left, extent->free_size);
		if (gap < left && gap > ret->gap_max)
			ret->gap_max = gap;
		ret->cut = gap == left && left < MP3_HEADER && bytes[at] == 0xff;
		at += gap;
	}
}
