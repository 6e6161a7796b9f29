/* SPDX-License-Identifier: MIT */
/* tags - what programs write in front of and behind a recording, made to measure. */
#ifndef TESTS_TAGS_H
#define TESTS_TAGS_H

#include "signal.h"

static inline struct signal_file id3v2(size_t body, int footer)
{
	struct signal_file tag = {calloc(1, body + 20), body + (footer ? 20 : 10)};
	uint8_t head[10] = {'I', 'D', '3', 4, 0, footer ? 0x10 : 0};

	assert_non_null(tag.bytes);
	for (int i = 0; i < 4; i++)
		head[6 + i] = body >> (7 * (3 - i)) & 0x7f;
	memset(tag.bytes, 0xff, tag.n); /* a picture full of what looks like frames */
	for (size_t i = 11; i + 1 < tag.n; i += 2)
		tag.bytes[i] = 0xfb;
	memcpy(tag.bytes, head, 10);
	if (footer) {
		memcpy(tag.bytes + tag.n - 10, head, 10);
		memcpy(tag.bytes + tag.n - 10, "3DI", 3);
	}
	return tag;
}

static inline struct signal_file ape(size_t body)
{
	struct signal_file tag = {calloc(1, body + 64), body + 64};
	uint8_t head[32] = "APETAGEX";
	size_t size = body + 32;

	assert_non_null(tag.bytes);
	for (int i = 0; i < 4; i++)
		head[12 + i] = (uint8_t)(size >> (8 * i));
	head[8] = 0xd0;
	head[9] = 0x07;
	head[23] = 0x80; /* has a header */
	memset(tag.bytes, 'x', tag.n);
	memcpy(tag.bytes + tag.n - 32, head, 32);
	head[23] = 0xa0;
	memcpy(tag.bytes, head, 32);
	return tag;
}

/* A Lyrics3 block of 3015 bytes, full of words. */
static inline struct signal_file lyrics3(void)
{
	struct signal_file tag = signal_join("LYRICSBEGININD0000211LYR02967", 29, NULL, 0);
	char words[3000 - 29];
	struct signal_file all;

	memset(words, 'a', sizeof(words));
	all = signal_join(tag.bytes, tag.n, words, sizeof(words));
	free(tag.bytes);
	tag = signal_join(all.bytes, all.n, "003000LYRICS200", 15);
	free(all.bytes);
	return tag;
}

#endif
