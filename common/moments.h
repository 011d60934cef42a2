/* SPDX-License-Identifier: MIT */
#ifndef COMMON_MOMENTS_H
#define COMMON_MOMENTS_H

/*
 * Mean and standard deviation of numbers read as decimal text.  The sums are
 * exact and rounding comes last, so results are the same bits for any order
 * of the numbers and however they were split and merged.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/decimal.h"
#include "common/exact.h"

#define MOMENTS_MAX (UINT64_C(1) << 53) /* numbers in one set */

enum { MOMENTS_BINS = 4 };

/* The sums of numbers of one exponent, or nothing if tag is 0. */
struct moments_bin {
	uint64_t sum[2]; /* two's complement, low word first */
	uint64_t squares[3];
	int64_t min, max;
	int tag;
};

struct moments_range {
	struct decimal min, max;
	bool any;
};

/* A plain value of about 1.5 KB: {0} is the empty set, = copies it.  Its parts
 * are private but for n, how many numbers there are. */
struct moments {
	uint64_t n;
	struct moments_bin bin[MOMENTS_BINS];
	struct moments_range range;
	bool zero;
	struct exact sum, squares;
};

/* Adds a number; the caller sees to it that there are at most MOMENTS_MAX. */
void moments_add(struct moments *, struct decimal);

/* Adds all numbers of another set.  False, and nothing done, if there would
 * be more than MOMENTS_MAX. */
bool moments_merge(struct moments *into, const struct moments *from);

/* The mean, and the variance with divisor n - 1, to the nearest double; the
 * standard deviation, within one unit in the last place, also where the
 * variance is out of range.  NaN for n < 1, the latter two for n < 2. */
double moments_mean(const struct moments *);
double moments_variance(const struct moments *);
double moments_sd(const struct moments *);

/* What a stats row keeps, besides n, to be merged without loss: the text of
 * the sums by exact_format.  min and max are reduced; 0 for n = 0. */
void moments_sum(const struct moments *, struct exact *);
void moments_squares(const struct moments *, struct exact *);
struct decimal moments_min(const struct moments *);
struct decimal moments_max(const struct moments *);

/* The set that has these.  False, and m left alone, if no numbers have them:
 * n > MOMENTS_MAX, more decimal places than any sum of numbers, a mean outside
 * the range, a variance below zero or above what range and mean allow. */
bool moments_restore(struct moments *m, uint64_t n, const struct exact *sum,
    const struct exact *squares, struct decimal min, struct decimal max);

#endif
