/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SWAR_H
#define COMMON_SWAR_H

/*
 * Eight bytes of text handled at once in a 64-bit word.  The first byte is
 * the lowest of the word on every machine.  The pointers need no alignment.
 */

#include <stdint.h>
#include <string.h>

static inline uint64_t
swar_order(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(word);
#else
	return word;
#endif
}

static inline uint64_t
swar_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return swar_order(word);
}

static inline void
swar_store(char *p, uint64_t word)
{
	word = swar_order(word);
	memcpy(p, &word, sizeof word);
}

#endif
