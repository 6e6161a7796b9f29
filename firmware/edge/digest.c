/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include <sodium.h>
#include <stdlib.h>

struct digest {
	crypto_hash_sha256_state state;
};

struct digest *digest_new(void)
{
	struct digest *digest = malloc(sizeof(*digest));

	if (digest)
		crypto_hash_sha256_init(&digest->state);
	return digest;
}

void digest_add(struct digest *digest, const void *bytes, size_t n)
{
	crypto_hash_sha256_update(&digest->state, bytes, n);
}

void digest_end(struct digest *digest, uint8_t ret[32])
{
	uint8_t unused[32];

	crypto_hash_sha256_final(&digest->state, ret ? ret : unused);
	free(digest);
}
