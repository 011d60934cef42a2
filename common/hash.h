/* SPDX-License-Identifier: MIT */
#ifndef COMMON_HASH_H
#define COMMON_HASH_H

/*
 * A hash of bytes with a key that is drawn for each process, so that nobody
 * can choose strings that collide.  The order of anything never depends on it.
 * The first call must have returned before a second thread makes one.
 */

#include <stdint.h>

#include "common/str.h"

/* Any number but UINT32_MAX. */
#define HASH_NONE UINT32_MAX

extern uint64_t hash_key[2]; /* zeros until it is drawn */
void hash_draw(void);

/* The product of a and b, its two halves folded into one. */
static inline uint64_t
hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 u128;
	u128 p = (u128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
#else
	uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
	uint64_t mid = ah * bl + (al * bl >> 32), mid2 = al * bh;

	mid2 += (uint32_t)mid;
	return a * b ^ (ah * bh + (mid >> 32) + (mid2 >> 32));
#endif
}

/* Eight bytes at a time, each step a folded multiplication. */
static inline uint32_t
hash_bytes(struct str s)
{
	uint64_t h;

	if (hash_key[0] == 0)
		hash_draw();
	h = hash_key[0] ^ s.n;
	for (; s.n > 8; s.n -= 8, s.p += 8)
		h = hash_fold(h ^ str_word(s.p, 8), hash_key[1]);
	h = hash_fold(h ^ str_word(s.p, s.n), hash_key[1]);
	h = hash_fold(h, hash_key[0]) >> 32;
	return (uint32_t)(h - (h == HASH_NONE));
}

#endif
