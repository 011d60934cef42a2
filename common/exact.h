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
	/* A decimal to add has an exponent >= -EXACT_ADD_PLACES and is less
	 * than 10^EXACT_ADD_WHOLE in size, as all of common/decimal.h are. */
	EXACT_ADD_WHOLE = 309,
	EXACT_ADD_PLACES = 343,
	/* The digits each side of the point of 2^53 squares of these. */
	EXACT_PARSE_WHOLE = 634,
	EXACT_PARSE_PLACES = 2 * EXACT_ADD_PLACES,
	/* The digits that are kept: room for the products, see below. */
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

/* The two must not be the same object. */
void exact_merge(struct exact *into, const struct exact *from);
void exact_subtract(struct exact *from, const struct exact *what);

/* For two sums of decimals, or for a sum of squares and a count of up to
 * 2^53.  Another product may not fit.  It must not be a or b itself. */
void exact_multiply(
    struct exact *product, const struct exact *a, const struct exact *b);

/* How many digits there are after the point. */
int exact_places(const struct exact *);

/* Negative, zero or positive, as the value is, or as a - b is. */
int exact_sign(const struct exact *);
int exact_compare(const struct exact *a, const struct exact *b);

/* The double nearest to the value, or to the value divided by a and by b,
 * which are from 1 to 2^53: rounded once, ties to even, and infinite where
 * that is so by IEEE 754.  A zero is never negative. */
double exact_double(const struct exact *);
double exact_ratio(const struct exact *, uint64_t a, uint64_t b);

/* The square root of such a ratio, within one unit in its last place, also
 * where the ratio itself is out of range; NaN below zero. */
double exact_root(const struct exact *, uint64_t a, uint64_t b);

/* Writes all digits of the value as plain text, "-12.5", "0.001" or "0", and
 * a NUL, and returns the length without it.  Equal values give equal text. */
size_t exact_format(const struct exact *, char text[EXACT_TEXT]);

/* Reads -?[0-9]+(\.[0-9]+)? and nothing else.  False if the text is another
 * or out of the range above; the value is then not to be used. */
bool exact_parse(struct exact *, struct str text);

/* The square of m as two words, the low one first. */
static inline void
exact_square(uint64_t m, uint64_t square[2])
{
	uint64_t low = (uint32_t)m, high = m >> 32, cross = low * high;

	square[0] = low * low + (cross << 33);
	square[1] = high * high + (cross >> 31) + (square[0] < cross << 33);
}

#endif
