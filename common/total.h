/* SPDX-License-Identifier: MIT */
#ifndef COMMON_TOTAL_H
#define COMMON_TOTAL_H

/*
 * Exact sums for as many users as there are: struct exact of common/exact.h
 * would take 612 bytes for each, this takes 24.  All zeros is the sum of
 * nothing.
 */

#include "common/decimal.h"
#include "common/exact.h"

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 total_whole;
#else
typedef int64_t total_whole;
#endif

/*
 * A whole number times a power of ten while that fits; else wide is the number
 * from 1 of an accumulator that total.c has.
 */
struct total {
	uint64_t whole[sizeof(total_whole) / 8];
	int32_t exponent;
	uint32_t wide;
};

/* Add a number as num_parse() gives them. */
void total_add(struct total *, struct decimal);

/* The sum as an accumulator that holds any. */
struct exact total_exact(const struct total *);

/* The sum as a decimal, if it is one of at most 19 digits within the range of
 * common/decimal.h; false if not. */
bool total_decimal(const struct total *, struct decimal *);

#endif
