/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SWAR_H
#define COMMON_SWAR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Eight bytes of text as a word, the first byte the lowest on every machine,
 * so that one operation works on all of them.  p needs no alignment.
 */
static inline uint64_t
swar_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/*
 * Whether such a word is eight digits, and their value.  Xored with '0', these
 * are 0 to 9; adding 0x76 sets the top bit of all other bytes, and those that
 * carry over into the next byte had it set before.
 */
static inline bool
swar_digits(uint64_t word, uint64_t *value)
{
	const uint64_t ones = 0x0101010101010101;

	word ^= ones * '0';
	if (((word + ones * 0x76) | word) & ones << 7)
		return false;
	word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
	word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
	*value = (word * 10000 + (word >> 32)) & 0xffffffff;
	return true;
}

/* The bytes of such a word, the first byte the lowest, in their places. */
static inline void
swar_store(char *p, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	memcpy(p, &word, sizeof word);
}

/*
 * The digits of n < 10^8 as numbers from 0 to 9 in the bytes of a word, zeros
 * first.  The fields are halved three times; n / 10000, and in two fields at
 * once x / 100 and in four x / 10, are products with the inverse, rounded up,
 * whose fraction is cut off.
 */
static inline uint64_t
swar_split(uint32_t n)
{
	uint64_t word = n / 10000, tens;

	word |= (n - word * 10000) << 32;
	tens = (word * 5243 >> 19) & 0x0000007f0000007f;
	word = tens | (word - tens * 100) << 16;
	tens = (word * 103 >> 10) & 0x000f000f000f000f;
	return tens | (word - tens * 10) << 8;
}

#endif
