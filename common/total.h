/* SPDX-License-Identifier: MIT */
#ifndef COMMON_TOTAL_H
#define COMMON_TOTAL_H

/*
 * Exact sums for as many users as there are: struct exact of common/exact.h
 * would take 612 bytes for each, this takes 10.  All zeros is the sum of
 * nothing.
 */

#include "common/decimal.h"
#include "common/exact.h"

/* A sum; the few that need more bytes have them in the totals. */
struct total {
	int64_t whole;
	int16_t exponent;
} __attribute__((packed));

/* All zeros has no sums. */
struct totals {
	/* What belongs to total.c. */
	struct total_large *large;
	size_t n_large, large_room;
	struct exact *wide;
	size_t n_wide, wide_room;
};

/* The sum with a number, as num_parse() gives them, added. */
struct total total_add(struct totals *, struct total, struct decimal);

/* Whether it is all zeros, as that of most users is. */
static inline bool
total_is_nothing(struct total t)
{
	return t.whole == 0 && t.exponent == 0;
}

/* The sum as an accumulator that holds any. */
struct exact total_exact(const struct totals *, struct total);

/* The sum as a decimal, if it is one of at most 19 digits within the range of
 * common/decimal.h; false if not. */
bool total_decimal(const struct totals *, struct total, struct decimal *);

/* Forget all sums; the memory is kept for others. */
void total_clear(struct totals *);

#endif
