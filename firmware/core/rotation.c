/* SPDX-License-Identifier: MIT */
#include "rotation.h"

#include <stdbool.h>
#include <string.h>

/*
 * A permutation is made on the stack, in blocks of at most this many clips, so that no playlist,
 * however long, needs memory that might not be there. Playlists of people fit in one block.
 */
#define BLOCK 1024

/* splitmix64 (Steele, Lea, Flood 2014): one step of the state, one well mixed number out. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t rotation_seed(const char *campaign, const char *playlist, int32_t edition)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	/* With their NULs: "a" + "bc" must not be "ab" + "c". */
	hash = hash_bytes(hash, campaign, strlen(campaign) + 1);
	hash = hash_bytes(hash, playlist, strlen(playlist) + 1);
	/* Byte by byte, lowest first: the same on every machine. */
	for (unsigned i = 0; i < 4; i++) {
		uint8_t byte = (uint8_t)((uint32_t)edition >> (8 * i));

		hash = hash_bytes(hash, &byte, 1);
	}
	return hash;
}

/* Fisher and Yates, of m <= BLOCK numbers 0..m-1. */
static void permute(uint64_t state, uint16_t *order, size_t m)
{
	for (size_t i = 0; i < m; i++) {
		size_t j = (size_t)(next_random(&state) % (i + 1));

		order[i] = order[j];
		order[j] = (uint16_t)i;
	}
}

struct shuffle {
	uint64_t seed;
	size_t n; /* clips of a cycle */
	uint64_t cycle;
	size_t block; /* first position of the block in 'order' */
	bool made;
	uint16_t order[BLOCK];
};

static size_t block_length(const struct shuffle *shuffle, size_t block)
{
	return shuffle->n - block < BLOCK ? shuffle->n - block : BLOCK;
}

static uint64_t block_state(const struct shuffle *shuffle, uint64_t cycle, size_t block)
{
	uint64_t state = shuffle->seed ^ (cycle * UINT64_C(0xd1342543de82ef95));

	state += (uint64_t)block;
	return next_random(&state);
}

/*
 * A cycle must not begin with the clip that ended the one before. Its first two clips then change
 * places; with three clips or more that leaves the last one alone, so the cycle before need not be
 * known whole. Two clips can only alternate: all their cycles are the first one.
 */
static void make_block(struct shuffle *shuffle, uint64_t cycle, size_t block)
{
	size_t m = block_length(shuffle, block);
	uint64_t drawn = shuffle->n == 2 ? 0 : cycle;
	uint16_t last = 0;
	bool follows = drawn > 0 && shuffle->n == m && m > 2;

	if (follows) {
		permute(block_state(shuffle, drawn - 1, block), shuffle->order, m);
		last = shuffle->order[m - 1];
	}
	permute(block_state(shuffle, drawn, block), shuffle->order, m);
	if (follows && shuffle->order[0] == last) {
		shuffle->order[0] = shuffle->order[1];
		shuffle->order[1] = last;
	}
	shuffle->cycle = cycle;
	shuffle->block = block;
	shuffle->made = true;
}

/* Which of the n clips stands at a position of the endless row. */
static size_t shuffled(struct shuffle *shuffle, uint64_t position)
{
	uint64_t cycle = position / shuffle->n;
	size_t place = (size_t)(position % shuffle->n);
	size_t block = place / BLOCK * BLOCK;

	if (!shuffle->made || shuffle->cycle != cycle || shuffle->block != block)
		make_block(shuffle, cycle, block);
	return block + shuffle->order[place - block];
}

static size_t count_valid(const struct plan *plan, const struct plan_playlist *playlist,
			  int32_t day)
{
	size_t n = 0;

	for (size_t i = 0; i < playlist->n_clips; i++)
		n += plan_clip_valid(&plan->clips[playlist->clips[i]], day);
	return n;
}

/* The clip that is number 'rank' among the n valid ones. */
static size_t valid_clip(const struct plan *plan, const struct plan_playlist *playlist, int32_t day,
			 size_t n, size_t rank)
{
	if (n == playlist->n_clips)
		return playlist->clips[rank];
	for (size_t i = 0; i < playlist->n_clips; i++) {
		if (plan_clip_valid(&plan->clips[playlist->clips[i]], day) && rank-- == 0)
			return playlist->clips[i];
	}
	return playlist->clips[0]; /* not reached: rank < n */
}

size_t rotation_turn(const struct plan *plan, const struct plan_playlist *playlist, uint64_t turn,
		     int32_t day, uint64_t seed, size_t *out, size_t n_out)
{
	size_t n = count_valid(plan, playlist, day);
	size_t count = playlist->order == ORDER_ALL || playlist->take > n ? n : playlist->take;
	struct shuffle shuffle;
	uint64_t first;

	if (count > n_out)
		count = n_out;
	if (count == 0)
		return 0;
	/* Not initialised whole: its row of numbers is large and made when needed. */
	shuffle.seed = seed;
	shuffle.n = n;
	shuffle.made = false;
	/* Turn number times take, but without an overflow, ever. A shuffle with take > n plays a
	 * whole cycle a turn, else clips would be left out of cycles. */
	if (playlist->order == ORDER_SHUFFLE)
		first = turn * (playlist->take > n ? n : playlist->take);
	else
		first = playlist->order == ORDER_ALL ? 0 : turn % n * (playlist->take % n);
	for (size_t i = 0; i < count; i++) {
		size_t rank = playlist->order == ORDER_SHUFFLE ? shuffled(&shuffle, first + i)
							       : (size_t)((first + i) % n);

		out[i] = valid_clip(plan, playlist, day, n, rank);
	}
	return count;
}
