/* SPDX-License-Identifier: MIT */
#ifndef COMMON_RNG_H
#define COMMON_RNG_H

/*
 * Random 64-bit words that depend on their place only: word number w of a
 * row is a function of (seed, stream, row, w), the same on every machine.
 * There is no history, so rows can be made in any order and in any process.
 * A stream is a kind of draw, such as a column; different streams, rows and
 * seeds are independent.  The generator is Philox4x64-10 (Salmon et al. 2011).
 */

#include <stdint.h>

#include "common/str.h"

/* What a row is known by: its number in word[0], or rng_row_of. */
struct rng_row {
	uint64_t word[3];
};

/* A place in a row.  It lives where the caller puts it; a copy is a second
 * reader of the same words. */
struct rng {
	uint64_t key[2], counter[4], word[4];
	unsigned used;
};

/* The row named by two byte strings; either may be empty.  Different pairs,
 * ("ab", "c") and ("a", "bc") too, share a row with the probability that
 * random 128-bit numbers do.  word[2] is 0: the caller may set it, to tell
 * the parts of one row from each other. */
struct rng_row rng_row_of(struct str a, struct str b);

/* Stands before the first word of the row. */
static inline void
rng_start(struct rng *r, uint64_t seed, uint64_t stream, struct rng_row row)
{
	r->key[0] = seed;
	r->key[1] = stream;
	r->counter[0] = 0;
	r->counter[1] = row.word[0];
	r->counter[2] = row.word[1];
	r->counter[3] = row.word[2];
	r->used = 4;
}

/* The bare Philox4x64-10: encrypts counter under key into out, which may be
 * counter itself. */
void rng_philox(
    const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);

/* Makes the next four words; rng_next calls it when it has none left. */
void rng_refill(struct rng *r);

/* The next word, uniform over 0..2^64-1. */
static inline uint64_t
rng_next(struct rng *r)
{
	if (r->used == 4)
		rng_refill(r);
	return r->word[r->used++];
}

/* The low half of the 128-bit product a b; the high half goes to *high. */
static inline uint64_t
rng_multiply(uint64_t a, uint64_t b, uint64_t *high)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 u128;
	u128 product = (u128)a * b;

	*high = (uint64_t)(product >> 64);
	return (uint64_t)product;
#else
	uint64_t a0 = a & 0xffffffff, a1 = a >> 32;
	uint64_t b0 = b & 0xffffffff, b1 = b >> 32;
	uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
	uint64_t carry = a0 * b1 + (middle & 0xffffffff);

	*high = a1 * b1 + (middle >> 32) + (carry >> 32);
	return a * b;
#endif
}

#endif
