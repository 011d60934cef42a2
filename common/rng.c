/* SPDX-License-Identifier: MIT */
/*
 * Philox4x64-10: J. Salmon, M. Moraes, R. Dror and D. Shaw, Parallel random
 * numbers: as easy as 1, 2, 3, SC11 (2011), doi:10.1145/2063384.2063405.
 * Ten rounds of a Feistel-like network on four words, whose mixing comes from
 * both halves of a 64-bit product.  Seven rounds already pass BigCrush.
 *
 * The key is (seed, stream) and the counter (block, row).  Under one key the
 * rounds are a bijection, so distinct places never share a block, and nothing
 * has to be skipped or split to keep shards apart.
 *
 * Names are turned into rows by a chain over the two-word sibling, Philox2x64:
 * each word of text is added to one half of the state and three rounds follow,
 * three more at the end.  The rows then pass through the ten rounds above, so
 * all that is asked of the chain is that names do not meet.  Each string's
 * length goes into the other half of the state before its text does: without
 * that, zeros in the last word would not differ from padding, nor one split of
 * the text between the two strings from another.
 */

#include "common/rng.h"

#include <stddef.h>

/* The paper's multipliers, and as Weyl steps of the key the golden ratio and
 * sqrt(3) - 1. */
static const uint64_t multiplier0 = 0xd2e7470ee14c6c93;
static const uint64_t multiplier1 = 0xca5a826395121157;
static const uint64_t multiplier_pair = 0xd2b74407b1ce6e93;
static const uint64_t step0 = 0x9e3779b97f4a7c15;
static const uint64_t step1 = 0xbb67ae8584caa73b;

enum { ROUNDS = 10, WORD_ROUNDS = 3 };

void
rng_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
	uint64_t c0 = counter[0], c1 = counter[1];
	uint64_t c2 = counter[2], c3 = counter[3];
	uint64_t k0 = key[0], k1 = key[1];

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t high0, low0 = rng_multiply(multiplier0, c0, &high0);
		uint64_t high1, low1 = rng_multiply(multiplier1, c2, &high1);

		c0 = high1 ^ c1 ^ k0;
		c1 = low1;
		c2 = high0 ^ c3 ^ k1;
		c3 = low0;
		k0 += step0;
		k1 += step1;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

void
rng_refill(struct rng *r)
{
	rng_philox(r->counter, r->key, r->word);
	r->counter[0]++;
	r->used = 0;
}

struct pair {
	uint64_t a, b;
};

static struct pair
mix(struct pair s)
{
	uint64_t key = step0;

	for (int i = 0; i < WORD_ROUNDS; i++) {
		uint64_t high, low = rng_multiply(multiplier_pair, s.a, &high);

		s.a = high ^ key ^ s.b;
		s.b = low;
		key += step0;
	}
	return s;
}

/* Eight bytes, least significant first, whatever the machine's order. */
static uint64_t
word_at(const unsigned char *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

/* Even an empty string is one word, or ("", "x") would be ("x", ""). */
static struct pair
mix_string(struct pair s, struct str text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t n = text.n;
	uint64_t last = 0;

	s.b ^= n;
	for (; n > 8; n -= 8, p += 8) {
		s.a ^= word_at(p);
		s = mix(s);
	}
	if (n == 8)
		last = word_at(p);
	else
		while (n > 0)
			last = last << 8 | p[--n];
	s.a ^= last;
	return mix(s);
}

struct rng_row
rng_row_of(struct str a, struct str b)
{
	struct pair s = {0, 0};

	s = mix_string(s, a);
	s = mix_string(s, b);
	s = mix(s);
	return (struct rng_row){{s.a, s.b, 0}};
}
