/* SPDX-License-Identifier: MIT */
#ifndef COMMON_NUM_H
#define COMMON_NUM_H

/*
 * Numbers in text.  The parsers take the whole text or refuse it: no blank, no
 * plus sign, no locale, no hexadecimal, no nan or inf, and never a prefix.
 * They return false and leave *out alone where they refuse.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/decimal.h"
#include "common/str.h"

/*
 * [-]digits[.digits][(e|E)[+|-]digits] of any length, with a digit before or
 * after the point (".5" and "5." are what C, awk and Python read too); -0 is
 * 0.  Up to 19 digits, from the first to the last that is not zero, are kept
 * as they are.  Beyond that, and below 1e-323 where doubles have no digits
 * left, the result is decimal_shortest of the nearest double.  Refused if that
 * would be infinite.  Equal values thus give equal numbers however they are
 * written, within the ranges at DECIMAL_EXPONENT_MIN.
 */
bool num_parse(struct str s, struct decimal *out);

/* A whole number in digits only, leading zeros or not, to 2^64 - 1. */
bool num_count(struct str s, uint64_t *out);

/* The same with an optional minus, from -2^63 to 2^63 - 1. */
bool num_int(struct str s, int64_t *out);

/*
 * The writers put fewer than NUM_SIZE bytes at buf and return how many, and no
 * terminator (so that there is room for one).  The text has no more digits
 * than needed and takes plain notation from 1e-4 to below 1e16, as Python's
 * repr does: 0, -3, 0.001, 25.31, 1e-5, 1.5e300.  What is behind it, up to
 * NUM_SIZE, they may overwrite.
 */
#define NUM_SIZE 48

/* The shortest text that reads back as x, which is finite; -0 gives 0. */
size_t num_format(char *buf, double x);

/*
 * All the digits of d.  This is what num_format gives for the nearest double,
 * at a fraction of the cost, if d has at most 15 digits and, unless it is
 * zero, a magnitude from DBL_MIN to DBL_MAX.
 */
size_t num_format_decimal(char *buf, struct decimal d);

/* All the digits of n, never an exponent.  No more than 24 bytes are written,
 * and 8 of n < 10^8. */
size_t num_format_count(char *buf, uint64_t n);

/* The two digits of each number below 100, and a writer of such. */
extern const char num_pairs[];

static inline void
num_put_pair(char *p, unsigned n)
{
	memcpy(p, num_pairs + n * 2, 2);
}

#endif
