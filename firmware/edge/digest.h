/* SPDX-License-Identifier: MIT */
/* digest - the SHA-256 of what comes piece by piece. */
#ifndef EDGE_DIGEST_H
#define EDGE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest;

/* NULL without memory. */
struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *bytes, size_t n);
/* Ends and frees it; ret may be NULL. */
void digest_end(struct digest *digest, uint8_t ret[32]);

#endif
