/* SPDX-License-Identifier: MIT */
/* Recordings that go in, and the WAV file that comes out. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>

#define CAMPAIGN LOA_SOURCE_DIR "/config/campaigns/thang-hanh-dong-2024"

/* The bytes of one frame of MPEG-2 Layer III at 22050 Hz (576 samples), 0 if there is none. */
static size_t frame_bytes(const uint8_t *bytes, size_t n)
{
	static const int kbits[] = {0,	8,  16, 24,  32,  40,  48,  56,
				    64, 80, 96, 112, 128, 144, 160, 0};
	size_t size;

	if (n < 4 || bytes[0] != 0xff || (bytes[1] & 0xf6) != 0xf2)
		return 0;
	size = (size_t)(72000 * kbits[bytes[2] >> 4] / 22050 + ((bytes[2] >> 1) & 1));
	return size <= n ? size : 0;
}

void rig_short_clip(struct rig *rig, const char *name, unsigned number, int64_t length_ms)
{
	static uint8_t bytes[1 << 20];
	int64_t frames = length_ms * 22050 / 576000;
	size_t n, at = 0;
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), CAMPAIGN "/khau-hieu-%02u.mp3", number % 12 + 1);
	file = fopen(path, "re");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	snprintf(path, sizeof(path), "%s/clips/%s.mp3", rig->state, name);
	file = fopen(path, "we");
	assert_non_null(file);
	while (frames-- > 0) {
		size_t size = frame_bytes(bytes + at, n - at);

		if (size == 0) { /* once more from the start */
			at = 0;
			size = frame_bytes(bytes, n);
		}
		assert_int_equal(fwrite(bytes + at, 1, size, file), size);
		at += size;
	}
	assert_int_equal(fclose(file), 0);
}

static uint32_t little(const uint8_t *bytes, size_t n)
{
	uint32_t value = 0;

	while (n-- > 0)
		value = value << 8 | bytes[n];
	return value;
}

int16_t *rig_read_wav(const char *path, size_t *ret_n, unsigned *ret_rate_hz)
{
	uint8_t header[44];
	FILE *file = fopen(path, "re");
	int16_t *samples;
	size_t n;

	assert_non_null(file);
	assert_int_equal(fread(header, 1, sizeof(header), file), sizeof(header));
	assert_memory_equal(header, "RIFF", 4);
	assert_memory_equal(header + 36, "data", 4);
	assert_int_equal(little(header + 22, 2), 1);
	assert_int_equal(little(header + 34, 2), 16);
	n = little(header + 40, 4) / 2;
	samples = malloc(n * sizeof(*samples) + 1);
	assert_non_null(samples);
	assert_int_equal(fread(samples, sizeof(*samples), n, file), n);
	fclose(file);
	*ret_n = n;
	*ret_rate_hz = little(header + 24, 4);
	return samples;
}
