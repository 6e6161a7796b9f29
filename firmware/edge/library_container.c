/* SPDX-License-Identifier: MIT */
/* RIFF, ISO 14496-12, RFC 3533 (Ogg), RFC 8794 (EBML), RFC 4867 (AMR), RFC 9639 (FLAC). */
#include "library_container.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTS_MAX    4096	 /* chunks or boxes looked at */
#define OPEN_SIZE    0x7fff0000u /* and above: a writer that did not know */
#define OGG_PAGE_MAX (27 + 255 + 255 * 255)
#define FLAC_HEAD    42

static bool get(int fd, int64_t at, void *ret, size_t n)
{
	return pread(fd, ret, n, (off_t)at) == (ssize_t)n;
}

static uint64_t big(const uint8_t *bytes, unsigned n)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return value;
}

static uint32_t little32(const uint8_t *b)
{
	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static int64_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -1 : st.st_size;
}

enum container container_of(int fd)
{
	uint8_t head[12] = {0};

	if (pread(fd, head, sizeof(head), 0) < 8)
		return CONTAINER_NONE;
	if (!memcmp(head, "RIFF", 4) && !memcmp(head + 8, "WAVE", 4))
		return CONTAINER_WAV;
	if (!memcmp(head, "fLaC", 4))
		return CONTAINER_FLAC;
	if (!memcmp(head, "OggS", 4))
		return CONTAINER_OGG;
	if (!memcmp(head + 4, "ftyp", 4))
		return CONTAINER_MP4;
	if (!memcmp(head, "\x1a\x45\xdf\xa3", 4))
		return CONTAINER_MATROSKA;
	if (!memcmp(head, "#!AMR", 5))
		return CONTAINER_AMR;
	if (head[0] == 0xff && (head[1] & 0xf6) == 0xf0) /* layer 0: ADTS, no MPEG audio */
		return CONTAINER_AAC;
	return CONTAINER_NONE;
}

const char *container_demuxer(enum container container)
{
	static const char *const names[] = {
		[CONTAINER_NONE] = NULL, [CONTAINER_WAV] = "wav", [CONTAINER_FLAC] = "flac",
		[CONTAINER_OGG] = "ogg", [CONTAINER_MP4] = "mov", [CONTAINER_MATROSKA] = "matroska",
		[CONTAINER_AMR] = "amr", [CONTAINER_AAC] = "aac",
	};

	return names[container];
}

/* Chunks after the head; all must end inside the file, a missing pad byte is forgiven. */
static bool wav_whole(int fd, int64_t size)
{
	int64_t at = 12;
	uint8_t head[8];

	for (int i = 0; i < PARTS_MAX && get(fd, at, head, sizeof(head)); i++) {
		uint32_t length = little32(head + 4);

		if (!memcmp(head, "data", 4) && (length >= OPEN_SIZE || length == 0))
			return true;
		if (at + 8 + length > size)
			return false;
		at += 8 + length + (length & 1);
	}
	return true;
}

/* Boxes up to the end, and the one without which nothing can be found. */
static bool mp4_whole(int fd, int64_t size)
{
	bool indexed = false;
	int64_t at = 0;
	uint8_t head[16];

	for (int i = 0; i < PARTS_MAX && get(fd, at, head, 8); i++) {
		uint64_t length = big(head, 4);

		if (length == 1 && get(fd, at, head, 16))
			length = big(head + 8, 8);
		indexed |= !memcmp(head + 4, "moov", 4);
		if (length == 0) /* up to the end */
			return indexed;
		if (length < 8 || length > (uint64_t)(size - at))
			return false;
		at += (int64_t)length;
	}
	return indexed;
}

/* The last page that begins must end. */
static bool ogg_whole(int fd, int64_t size)
{
	static uint8_t tail[OGG_PAGE_MAX];
	int64_t from = size > OGG_PAGE_MAX ? size - OGG_PAGE_MAX : 0;
	size_t n = (size_t)(size - from);

	if (!get(fd, from, tail, n))
		return false;
	for (size_t at = n; at-- > 0;) {
		size_t length = 27;

		if (n - at < 4 || memcmp(tail + at, "OggS", 4) != 0)
			continue;
		if (n - at < 27 || n - at < 27u + tail[at + 26])
			return false;
		length += tail[at + 26];
		for (size_t i = 0; i < tail[at + 26]; i++)
			length += tail[at + 27 + i];
		return at + length <= n;
	}
	return false;
}

/* A number whose first byte tells its length. Bytes it takes, 0 = none; all ones = not known. */
static unsigned ebml_number(const uint8_t *b, size_t n, uint64_t *ret, bool *ret_open)
{
	unsigned length = 1;
	uint64_t value;

	while (length <= 8 && !(b[0] >> (8 - length) & 1))
		length++;
	if (length > 8 || length > n)
		return 0;
	value = big(b, length) & ((UINT64_C(1) << (7 * length)) - 1);
	*ret_open = value == (UINT64_C(1) << (7 * length)) - 1;
	*ret = value;
	return length;
}

static bool matroska_whole(int fd, int64_t size)
{
	uint8_t head[12];
	uint64_t length;
	unsigned used;
	bool open;
	int64_t at;

	if (!get(fd, 0, head, sizeof(head)))
		return false;
	used = ebml_number(head + 4, 8, &length, &open);
	if (used == 0 || open || length > 4096)
		return false;
	at = 4 + used + (int64_t)length;
	if (!get(fd, at, head, sizeof(head)) || memcmp(head, "\x18\x53\x80\x67", 4) != 0)
		return false;
	used = ebml_number(head + 4, 8, &length, &open);
	return used > 0 && (open || length <= (uint64_t)(size - at - 4 - used));
}

bool container_whole(int fd, enum container container)
{
	int64_t size = size_of(fd);

	switch (container) {
	case CONTAINER_WAV:
		return wav_whole(fd, size);
	case CONTAINER_MP4:
		return mp4_whole(fd, size);
	case CONTAINER_OGG:
		return ogg_whole(fd, size);
	case CONTAINER_MATROSKA:
		return matroska_whole(fd, size);
	default:
		return true;
	}
}

int64_t container_length_us(int fd, enum container container)
{
	uint8_t head[FLAC_HEAD];
	uint64_t samples, rate_hz;

	if (container != CONTAINER_FLAC || !get(fd, 0, head, sizeof(head)) || (head[4] & 0x7f) != 0)
		return -1;
	rate_hz = big(head + 18, 3) >> 4;
	samples = big(head + 21, 5) & 0xfffffffffu;
	if (samples == 0 || rate_hz == 0)
		return -1;
	return (int64_t)(samples * 1000000 / rate_hz);
}
