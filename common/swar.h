/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SWAR_H
#define COMMON_SWAR_H

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

#endif
