/* SPDX-License-Identifier: MIT */
#ifndef COMMON_EXACT_H
#define COMMON_EXACT_H

/*
 * Sums without rounding: a fixed-point decimal accumulator wide enough for
 * any number that reads as a double, for its square, and for 2^53 of either.
 * As no operation rounds, none depends on the order of the others.
 *
 * A struct exact is a plain value, 612 bytes: {0} is zero, = copies it.
 * What it holds is its value only; equal values may differ in their bytes,
 * so compare them by exact_compare or by their text.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/decimal.h"
#include "common/str.h"

enum {
	/* A decimal to add: exponent >= EXACT_EXPONENT_MIN and the absolute
	 * value < 10^EXACT_EXPONENT_MAX. */
	EXACT_EXPONENT_MIN = -343,
	EXACT_EXPONENT_MAX = 309,
	/* Text to read: absolute value < 10^EXACT_WHOLE_MAX, the square of
	 * the above 2^53 times, and no digit beyond EXACT_PLACES_MAX places. */
	EXACT_WHOLE_MAX = 634,
	EXACT_PLACES_MAX = 686,
	/* Digits that are kept each side of the point; what comes out of
	 * exact_multiply must fit. */
	EXACT_WHOLE = 666,
	EXACT_PLACES = 702,
	EXACT_LIMBS = (EXACT_WHOLE + EXACT_PLACES) / 9,
	EXACT_TEXT = EXACT_WHOLE + EXACT_PLACES + 3,
	EXACT_WORDS = 3
};

/* The value is the sum of limb[i] * 10^(9i - EXACT_PLACES), each |limb[i]| <
 * 10^9, of any sign, and 0 but for low <= i < high. */
struct exact {
	int16_t low, high;
	int32_t limb[EXACT_LIMBS];
};

void exact_add(struct exact *, struct decimal);
void exact_add_square(struct exact *, struct decimal);

/* Adds (-1)^negative * (word[0] + word[1] 2^64 + ...) * 10^exponent, with at
 * most EXACT_WORDS words, for callers that gather integers by themselves. */
void exact_add_words(struct exact *, const uint64_t word[], int words,
    int exponent, bool negative);

void exact_merge(struct exact *into, const struct exact *from);
void exact_subtract(struct exact *from, const struct exact *what);
void exact_multiply(struct exact *product, const struct exact *,
    const struct exact *);

/* Negative, zero or positive, as the value is, or as a - b is. */
int exact_sign(const struct exact *);
int exact_compare(const struct exact *a, const struct exact *b);

/* The double nearest to the value, or to the value divided by a and by b,
 * which are from 1 to 2^53: rounded once, ties to even, and infinite where
 * that is so by IEEE 754. */
double exact_double(const struct exact *);
double exact_ratio(const struct exact *, uint64_t a, uint64_t b);

/* The square root of such a ratio, within 0.9 units in its last place, also
 * where the ratio itself is out of range; NaN below zero. */
double exact_root(const struct exact *, uint64_t a, uint64_t b);

/* Writes all digits of the value as plain text, "-12.5", "0.001" or "0", and
 * a NUL, and returns the length without it.  Equal values give equal text. */
size_t exact_format(const struct exact *, char text[EXACT_TEXT]);

/* Reads -?[0-9]+(\.[0-9]+)? and nothing else.  False if the text is another
 * or out of range; the value is then not to be used. */
bool exact_parse(struct exact *, struct str text);

/* The square of m as two words, the low one first. */
static inline void
exact_square(uint64_t m, uint64_t square[2])
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 u128;
	u128 product = (u128)m * m;

	square[0] = (uint64_t)product;
	square[1] = (uint64_t)(product >> 64);
#else
	uint64_t low = (uint32_t)m, high = m >> 32, cross = low * high;

	square[0] = low * low + (cross << 33);
	square[1] = high * high + (cross >> 31) + (square[0] < cross << 33);
#endif
}

#endif
